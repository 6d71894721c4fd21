"""What was told gets a revision and the messages that stay get rows, and both go again."""

from dataclasses import replace

import pytest

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, look


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_clinic_at_work_outlives_both_ways(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """R56, R62, R78: visits, letters and calls of the version before are there after the way up,
    told as often as never; what only the new code can tell goes with the way down."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    doctor = (await house.doctors(clinic))[1]
    visit = await house.book(anna, child.id, (await house.free_times(anna, child.id, doctor))[6])
    clock.forward(minutes=1)
    entry = await house.services.profiles.entered(clinic.code)
    elsewhere = replace(entry, profile=replace(entry.profile, address="ул. Новая, 1"))
    await house.services.profiles.enter(elsewhere)
    assert await house.services.retelling.retell() == 1
    await house.database.run("INSERT INTO spoken VALUES (:anna, 7, 1, NULL)", anna=anna)
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    await go(house.database, "0019")
    kinds = "SELECT kind FROM notifications"
    assert [tuple(row) for row in await house.database.rows(kinds)] == [("booked",)]
    assert await house.database.rows("SELECT * FROM calls WHERE done_at IS NULL") == []

    await migrate(house.database.url)
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
    async with house_over(house.database, clock) as after:
        found = (await after.services.mine.visit(anna, visit.id)).visit
        assert (found.sequence, found.revision) == (visit.sequence, visit.revision)
        assert await after.services.retelling.retell() == 0
        assert await after.count("spoken") == 0
