"""What one test did, the next one does not see."""

import asyncio

import pytest

from tests.conftest import first_stage, left_in
from tests.databases import BOTH, POSTGRESQL, Shelves


@pytest.mark.parametrize("kind", BOTH)
async def test_a_test_begins_as_the_one_before_did(shelves: Shelves, kind: str) -> None:
    """Rows that are new, changed or gone, and the numbers that were given."""
    stage = await first_stage(shelves, kind, opened=True)
    one = await stage.begin()
    before = await one.dump()
    await one.run("UPDATE doctors SET room = '99'")
    await one.run("UPDATE clinics SET name = name || '!'")
    await one.run("DELETE FROM schedule_rules")
    await stage.end(one)

    other = await stage.begin()
    assert await other.dump() == before
    await stage.end(other)


@pytest.mark.parametrize("kind", BOTH)
async def test_what_is_kept_is_what_stood_there(shelves: Shelves, kind: str) -> None:
    """Tests that begin with a stage begin with what was there when it was kept."""
    stage = await first_stage(shelves, kind, opened=True)
    one = await stage.begin()
    await one.run("UPDATE doctors SET room = '99'")
    kept, there = await stage.kept(one), await one.dump()
    await one.run("UPDATE doctors SET room = '100'")
    await stage.end(one)

    other = await kept.begin()
    assert await other.dump() == there
    await kept.end(other)


async def test_a_database_with_another_table_is_handed_on_to_nobody(shelves: Shelves) -> None:
    """Nor one whose statistics somebody took: plans would depend on what was there."""
    stage = await first_stage(shelves, POSTGRESQL, opened=True)
    for change in ("ALTER TABLE doctors ADD COLUMN shoes text", "ANALYZE doctors"):
        one = await stage.begin()
        await one.run(change)
        await stage.end(one)
        other = await stage.begin()
        assert other != one
        await stage.end(other)


def test_what_goes_on_is_found_and_ended() -> None:
    """All tests of a process have one event loop: nothing else would end it."""

    async def waits() -> None:
        await asyncio.Event().wait()

    async def begin() -> asyncio.Task[None]:
        return asyncio.create_task(waits())

    with asyncio.Runner() as runner:
        task = runner.run(begin())
        [left] = left_in(runner.get_loop())
        assert left.endswith("waits")
        assert task.cancelled()
        assert left_in(runner.get_loop()) == []
