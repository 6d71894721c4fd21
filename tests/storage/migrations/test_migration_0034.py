"""By which clocks stored times were made is noted by the first start, and not by the migration."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_the_first_start_notes_what_the_version_before_did_not_know(
    house: House, clinic: Clinic
) -> None:
    """R57, R78: down and up over a clinic and its times; they stay, and nothing is moved."""
    times = "SELECT id, starts_at, ends_at, day FROM slots ORDER BY id"
    before = list(map(tuple, await house.database.rows(times)))
    assert await house.count("zones") == 1
    await house.engines.dispose()
    await go(house.database, "0033")
    await migrate(house.database.url)

    assert await house.count("zones") == 0
    assert await house.services.wall_times.keep() == []
    assert await house.count("zones", "name = 'Europe/Moscow'") == 1
    assert list(map(tuple, await house.database.rows(times))) == before
