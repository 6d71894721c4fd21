"""The engines that tests hand on to each other know nothing of the test before."""

import asyncio

import pytest

from storage.database.engines import Engines
from tests.databases import BOTH, Database
from tests.engines import engines_of

MANY = 40
"""More than an engine has connections: some wait for others."""


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def look(engines: Engines) -> None:
    async with engines.writing.connect() as connection:
        await connection.exec_driver_sql("SELECT 1")
        await asyncio.sleep(0)


def test_what_a_test_leaves_running_does_not_reach_the_next(database: Database) -> None:
    """A racer who lost interest still asks for connections when those of its test are closed: they
    are of its loop, and so is whoever waits for them. "Queue is bound to a different event loop"
    was read in whichever test came next."""

    async def leave_some_running() -> Engines:
        async with engines_of(database) as engines:
            pass
        for _ in range(MANY):
            asyncio.create_task(look(engines))  # noqa: RUF006 - nobody waits for it
        await asyncio.sleep(0.01)
        return engines

    async def come_next(before: Engines) -> None:
        async with engines_of(database) as engines:
            assert engines is before
            async with asyncio.timeout(20):
                await asyncio.gather(*(look(engines) for _ in range(MANY)))

    asyncio.run(come_next(asyncio.run(leave_some_running())))
