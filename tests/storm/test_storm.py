"""Everybody at once, by chance: whatever they do, what must hold holds."""

import pytest

from tests.chances import so_often
from tests.databases import BOTH, Shelves
from tests.storm.deeds import DEEDS
from tests.storm.invariants import broken
from tests.storm.world import world

MOMENTS = 12
SEEDS = range(so_often(10))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", BOTH)
async def test_whatever_everybody_does_at_once(shelves: Shelves, kind: str, seed: int) -> None:
    """R01, R02, R04, R17, R21, R39, R52: books, moves, takes, holds, the desk with extras, absences
    and their undoing, the doctor's word, other hours, imports, withdrawals, removals, time."""
    async with world(shelves, kind, seed) as here:
        for moment in range(MOMENTS):
            await here.moment(DEEDS)
            assert await broken(here.house) == [], f"after moment {moment}"
        assert sum(count for end, count in here.told.items() if end.endswith("done")) > MOMENTS
