"""What was forgotten is counted from here on."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_whoever_is_there_stays_on_the_way_down_and_up(house: House, clinic: Clinic) -> None:
    """R31: only the counts are lost."""
    anna = await house.parent(101, clinic)
    await house.child(anna)
    await house.services.retention.forget_all()
    assert await house.count("forgotten")
    await house.engines.dispose()
    await go(house.database, "0041")

    await migrate(house.database.url)

    assert await house.count("children") == 1
    assert await house.count("forgotten") == 0
