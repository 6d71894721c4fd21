"""The list of those who wait gets tables; who is owed a time stands in it from the start."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


async def test_who_is_owed_a_time_is_in_the_list_and_the_way_back_leaves_nothing_of_it(
    house: House, clinic: Clinic
) -> None:
    """R64, R77, R78: over a family at work."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    petrova = (await house.doctors(clinic))[1]
    visit = await house.book(anna, child.id, (await house.free_times(anna, child.id, petrova))[0])
    async with house.transactions.writes() as tx:
        await tx.families.lock_children([child.id])
        await tx.appointments.displace(visit, anna, house.clock())
    assert await house.count("waits", "owed") == 1
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)

    await go(house.database, "0052")
    await migrate(house.database.url)

    assert await house.count("waits", f"owed AND visit_id = {visit.id}") == 1
    assert await house.count("wait_children", f"child_id = {child.id}") == 1
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
    whole = await kept(house.database)
    await go(house.database, "0052")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
