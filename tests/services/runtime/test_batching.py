"""Work that is done for all who ask at about the same time."""

import asyncio
from collections.abc import Sequence

import pytest

from services.runtime.batching import Together


class Killed(BaseException):
    """Nothing catches it."""


@pytest.mark.parametrize("end", [asyncio.CancelledError, Killed])
async def test_nobody_waits_for_ever_where_who_does_it_dies(end: type[BaseException]) -> None:
    """Who asked, and who asked while it was being done, ends as it did; who asks later is
    answered."""
    asked, dies = asyncio.Event(), asyncio.Event()

    async def do(some: Sequence[int]) -> Sequence[int]:
        asked.set()
        if not dies.is_set():
            await dies.wait()
            raise end
        return some

    together = Together(do)
    first = [asyncio.create_task(together(each)) for each in range(2)]
    await asked.wait()
    meanwhile = asyncio.create_task(together(2))
    await asyncio.sleep(0)
    dies.set()
    ends = await asyncio.wait_for(asyncio.gather(*first, meanwhile, return_exceptions=True), 5)

    assert [type(each) for each in ends] == [end] * 3
    assert await together(3) == 3
