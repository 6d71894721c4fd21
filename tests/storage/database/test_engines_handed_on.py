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


async def test_what_a_test_leaves_running_does_not_reach_the_next(database: Database) -> None:
    """A racer who lost interest still asks for connections when those of its test are closed, and
    is ended then: whoever comes next is given connections, and waits for nobody of before."""
    async with engines_of(database) as before:
        pass
    left = [asyncio.create_task(look(before)) for _ in range(MANY)]
    await asyncio.sleep(0.01)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)

    async with engines_of(database) as engines:
        assert engines is before
        async with asyncio.timeout(20):
            await asyncio.gather(*(look(engines) for _ in range(MANY)))
