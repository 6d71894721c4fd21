"""Links of care get a state and an end, and the way back leaves nothing that grants too much."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, look


async def test_today_s_links_are_active_parents_and_outlive_both_ways(
    house: House, clinic: Clinic
) -> None:
    """R75, R78: over a family at work, whose link of the version before says nothing of it."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    await house.engines.dispose()
    database = house.database
    await go(database, "0018")
    await migrate(database.url)  # so that what later migrations fill in is there before, too
    shape = await look(database, tables_of), await look(database, judges)
    rows = await database.dump()
    await go(database, "0017")
    found = await database.rows("SELECT person_id, child_id FROM care")
    assert list(map(tuple, found)) == [(anna, child.id)]
    await migrate(database.url)

    found = await database.rows("SELECT role, state, ends_at FROM care")
    assert list(map(tuple, found)) == [("parent", "active", None)]
    assert await database.dump() == rows
    assert (await look(database, tables_of), await look(database, judges)) == shape


async def test_the_version_before_gets_no_link_that_it_would_misread(
    house: House, clinic: Clinic
) -> None:
    """R75, R78: it takes each row for a parent's for good, so the others do not outlive the way
    down."""
    anna, boris, vera = [await house.parent(number, clinic) for number in (101, 102, 103)]
    child = await house.child(anna)
    await house.engines.dispose()
    columns = "INSERT INTO care (person_id, child_id, since, state, ends_at) VALUES "
    pending = columns + "(:person, :child, '2026-11-01', 'pending', NULL)"
    proxy = columns + "(:person, :child, '2026-11-01', 'active', '2027-01-01')"
    await house.database.run(pending, person=boris, child=child.id)
    await house.database.run(proxy, person=vera, child=child.id)
    await go(house.database, "0017")

    [(left,)] = await house.database.rows("SELECT person_id FROM care")
    assert left == anna
