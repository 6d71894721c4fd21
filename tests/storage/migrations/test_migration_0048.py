"""Check-ups get tables, and notices may be about one; the way back leaves nothing of it."""

from services.model.clinic import Clinic
from services.model.consents import Purpose
from storage.database.migrate import migrate
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


async def test_invitations_go_on_the_way_back_and_everything_else_stays(
    house: House, clinic: Clinic
) -> None:
    """R77, R78: over a family at work; ids of notices go on where they were."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])
    anna = await house.parent(101, clinic)
    child = await house.child(anna, "Даша", "20.05.2026")
    await house.services.consents.agree(anna, clinic.id, Purpose.REMINDERS, 1)
    await house.services.consents.agree(anna, clinic.id, Purpose.CHECK_UPS, 1)
    petrova = (await house.doctors(clinic))[1]
    house.clock.forward(hours=3)
    assert await house.services.check_ups.invite() == 1
    await house.book(anna, child.id, (await house.free_times(anna, child.id, petrova))[0])
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    about_visits = await house.count("notifications", "appointment_id IS NOT NULL")
    await go(house.database, "0043")
    assert await house.count("notifications") == about_visits > 0
    await migrate(house.database.url)

    assert await house.count("check_ups") == 0
    whole = await kept(house.database)
    await go(house.database, "0043")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
    assert await house.services.check_ups.invite() == 0  # a visit is ahead
