"""Links of care get scopes, and the way back leaves nothing that would grant too much."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


async def test_parents_stay_parents_both_ways_and_helpers_go(house: House, clinic: Clinic) -> None:
    """R75, R78: over a family at work; the version before would take a helper for a parent."""
    anna, vera, olga = [await house.parent(number, clinic) for number in (101, 102, 103)]
    child = await house.child(anna)
    [petrova, *_] = await house.doctors(clinic)
    await house.book(anna, child.id, (await house.free_times(anna, child.id, petrova))[0])
    await house.engines.dispose()
    database = house.database
    shape = await look(database, tables_of), await look(database, judges)
    before = await kept(database)
    link = "INSERT INTO care (person_id, child_id, since, role, state) VALUES "
    helper = link + "(:person, :child, '2026-11-01', 'helper', :state)"
    await database.run(helper, person=vera, child=child.id, state="active")
    await database.run(helper, person=olga, child=child.id, state="pending")
    await go(database, "0036")

    left = await database.rows("SELECT person_id, role FROM care")
    assert [tuple(row) for row in left] == [(anna, "parent")]
    await migrate(database.url)
    assert await kept(database) == before
    assert (await look(database, tables_of), await look(database, judges)) == shape


async def test_a_proxy_becomes_a_helper_and_a_representative_a_parent(
    house: House, clinic: Clinic
) -> None:
    """R75, R78: with all that they could do before."""
    anna, vera = [await house.parent(number, clinic) for number in (101, 102)]
    child = await house.child(anna)
    await house.engines.dispose()
    await go(house.database, "0036")
    link = "INSERT INTO care (person_id, child_id, since, role) VALUES "
    proxy = link + "(:person, :child, '2026-11-01', 'proxy')"
    await house.database.run(proxy, person=vera, child=child.id)
    await house.database.run(
        "UPDATE care SET role = 'representative' WHERE person_id = :anna", anna=anna
    )
    await migrate(house.database.url)

    found = await house.database.rows(
        "SELECT role, may_book, may_cancel, is_told FROM care ORDER BY person_id"
    )
    assert [tuple(row) for row in found] == [
        ("parent", True, True, True),
        ("helper", True, True, True),
    ]


async def test_ids_of_notices_go_on_where_they_were(house: House, clinic: Clinic) -> None:
    """R77: the table is made anew, and the id of a row that is gone is given to no other."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [petrova, *_] = await house.doctors(clinic)
    [first, second, *_] = await house.free_times(anna, child.id, petrova)
    await house.book(anna, child.id, first)
    await house.engines.dispose()
    [(last,)] = await house.database.rows("SELECT max(id) FROM notifications")
    await house.database.run("DELETE FROM notifications")
    await go(house.database, "0036")
    await migrate(house.database.url)
    visit = await house.services.mine.visits(anna)
    await house.services.booking.move(anna, visit.visits[0].id, second.id)

    [(next_one,)] = await house.database.rows("SELECT min(id) FROM notifications")
    assert next_one > last
