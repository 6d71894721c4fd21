"""Whoever did not ask for more is written discreetly from here on."""

from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.people import Language, ReminderWishes
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go

ROW = (
    "INSERT INTO reminder_wishes (person_id, evening, soon, discreet)"
    " VALUES (:person, true, :soon, :discreet)"
)


async def test_only_who_asked_for_more_is_named(house: House, clinic: Clinic) -> None:
    """R41, R78: whoever chose to be discreet stays so; whoever chose something else or nothing
    never asked to be named. What else they chose stays."""
    asked, chose_else, chose_nothing = [
        await house.parent(number, clinic) for number in (101, 102, 103)
    ]
    await house.engines.dispose()
    await go(house.database, "0039")
    await house.database.run("DELETE FROM reminder_wishes")
    await house.database.run(ROW, person=asked, soon=True, discreet=True)
    await house.database.run(ROW, person=chose_else, soon=False, discreet=False)
    await migrate(house.database.url)

    assert await house.count("reminder_wishes") == 2  # the version before, beside, reads them
    assert await wishes(house, asked) == ReminderWishes()
    assert await wishes(house, chose_else) == ReminderWishes(soon=False)
    assert await wishes(house, chose_nothing) == ReminderWishes()


async def test_on_the_way_back_nobody_is_named_unasked(house: House, clinic: Clinic) -> None:
    """R41, R78: the version before names whoever has no row; who was told that nobody is named has
    one then, and who asked for names keeps it. Before a consent there is nothing to keep."""
    anna, boris = [await house.parent(number, clinic) for number in (101, 102)]
    await house.services.families.meet(103, Language.RUSSIAN)
    await house.services.wishes.be_discreet(boris, clinic.id, False)
    await house.engines.dispose()
    await go(house.database, "0039")

    rows = "SELECT person_id, evening, soon, discreet FROM reminder_wishes ORDER BY person_id"
    found = [tuple(map(int, row)) for row in await house.database.rows(rows)]
    assert found == [(anna, 1, 1, 1), (boris, 1, 1, 0)]
    await migrate(house.database.url)
    assert await wishes(house, anna) == ReminderWishes()
    assert await wishes(house, boris) == ReminderWishes()


async def wishes(house: House, person: PersonId) -> ReminderWishes:
    async with house.transactions.reads() as tx:
        return await tx.families.wishes(person)
