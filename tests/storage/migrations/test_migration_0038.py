"""Which children were entered twice is kept from here on."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_what_was_joined_comes_and_goes_over_children(house: House, clinic: Clinic) -> None:
    """R78: down and up over two cards that became one; the child and its visit stay."""
    anna = await house.parent(101, clinic)
    kept, gone = await house.child(anna), await house.child(anna, "Миша Иванов")
    [petrova, *_] = await house.doctors(clinic)
    slot = (await house.free_times(anna, gone.id, petrova))[0]
    await house.book(anna, gone.id, slot)
    async with house.transactions.writes() as tx:
        await tx.joining.join(gone.id, kept.id, None, None, house.clock())
    await house.engines.dispose()
    await go(house.database, "0037")
    visits = "SELECT child_id FROM appointments"
    assert list(map(tuple, await house.database.rows(visits))) == [(kept.id,)]
    await migrate(house.database.url)

    assert await house.count("joined_children") == 0
    assert await house.count("children") == 1
    next_one = await house.child(anna, "Соня")
    assert next_one.id > gone.id
