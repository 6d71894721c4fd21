"""Links by which a file is taken along are known from here on."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_a_link_does_not_survive_the_way_down_and_up(house: House, clinic: Clinic) -> None:
    """R74: it opens nothing any more; the family is there."""
    anna = await house.parent(101, clinic)
    made = await house.services.own_data.make_link(anna)
    assert made
    await house.engines.dispose()
    await go(house.database, "0042")

    await migrate(house.database.url)

    assert await house.count("persons") == 1
    assert await house.services.own_data.take_by_link(made.token) is None
