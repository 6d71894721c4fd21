"""Families are told when a clinic's system answers again; the way back leaves nothing of it."""

from services.messages.system_answers import tell_when_it_answers
from services.model.clinic import Clinic
from services.model.consents import Purpose
from storage.database.migrate import migrate
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


async def test_what_is_told_of_systems_goes_on_the_way_back_and_everything_else_stays(
    house: House, clinic: Clinic
) -> None:
    """R77, R78: over a family at work, whose reminders stay."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    await house.services.consents.agree(anna, clinic.id, Purpose.REMINDERS, 1)
    petrova = (await house.doctors(clinic))[1]
    await house.book(anna, child.id, (await house.free_times(anna, child.id, petrova))[-1])
    about_visits = await house.count("notifications")
    async with house.transactions.writes() as tx:
        await tell_when_it_answers(tx, anna, clinic, house.clock())
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    assert await house.count("notifications") == about_visits + 1

    await go(house.database, "0062")
    assert await house.count("notifications") == about_visits > 0
    await migrate(house.database.url)

    whole = await kept(house.database)
    await go(house.database, "0062")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
