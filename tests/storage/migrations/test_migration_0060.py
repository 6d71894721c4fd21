"""Parents are told of their child's groups; the way back leaves nothing of it."""

from datetime import date

from services.messages.groups import tell_of_group
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.messages import NotificationKind
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from storage.database.migrate import migrate
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.services.conftest import employ
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


async def test_what_is_told_of_groups_goes_on_the_way_back_and_everything_else_stays(
    house: House, clinic: Clinic
) -> None:
    """R77, R78: over a family at work; the mark itself stays, and so do other messages."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    await house.services.consents.agree(anna, clinic.id, Purpose.REMINDERS, 1)
    petrova = (await house.doctors(clinic))[1]
    await house.book(anna, child.id, (await house.free_times(anna, child.id, petrova))[0])
    tamara, until = await employ(house, Role.REGISTRAR, 202), date(2027, 1, 1)
    async with house.transactions.writes() as tx:
        group = ChildGroup(clinic.id, ReservedFor.OBSERVED, until)
        row = await tx.groups.put_down(child.id, group, tamara.post, house.clock())
        for kind in (NotificationKind.GROUP_MARKED, NotificationKind.GROUP_ENDS):
            await tell_of_group(tx, kind, row, child.id, clinic, until, house.clock())
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    about_visits = await house.count("notifications", "appointment_id IS NOT NULL")
    assert await house.count("notifications") == about_visits + 2

    await go(house.database, "0057")
    assert await house.count("notifications") == about_visits > 0
    await migrate(house.database.url)

    assert await house.count("child_groups") == 1
    whole = await kept(house.database)
    await go(house.database, "0057")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
