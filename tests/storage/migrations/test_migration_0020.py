"""Answers that are owed get a table of their own."""

from datetime import timedelta

import pytest

from services.model.clinic import Clinic
from services.ports.runtime import OwedAnswer
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH
from tests.storage.migrations.test_migrations import go


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_answers_that_are_owed_go_with_the_table(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """Down, where the version before knows of none, and up again: everything else is as it was, and
    answers are owed anew. They live for minutes, and nobody is to be answered out of the past."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    now = clock()
    answer = OwedAnswer(2**40, 2**41, 7, "+visit:1", "q", now, now + timedelta(seconds=150))
    await house.services.owing.owe(answer)
    await house.services.upkeep.set_aside(7, "message", "ValueError")
    await house.engines.dispose()

    await go(house.database, "0019")
    await migrate(house.database.url)
    async with house_over(house.database, clock) as after:
        assert await after.count("children", f"id = {child.id}") == 1
        assert await after.count("dead_letters") == 1
        assert await after.services.owing.take_up() == []
        await after.services.owing.owe(answer)
        [found] = await after.services.owing.take_up()
        assert (found.update_id, found.telegram_id, found.data) == (2**40, 2**41, "+visit:1")
