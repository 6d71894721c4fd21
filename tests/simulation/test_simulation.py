"""A few days of a small clinic: whatever happens, what must hold of freed times holds."""

import pytest

from tests.databases import BOTH, Shelves
from tests.simulation.runs import our_way, world
from tests.simulation.times import SMALL

DAYS = 2
KILLS = 0.05


@pytest.mark.parametrize("kind", BOTH)
async def test_no_freed_time_is_wasted_and_nobody_is_forgotten(shelves: Shelves, kind: str) -> None:
    """R26, R27, R28, R73: families and siblings who wait, cancel, refuse and are silent, absences,
    kept times, quiet hours, downtime and kills."""
    here = await world(shelves, SMALL, seed=1, weeks=1)
    measures, way = await our_way(shelves, kind, here, KILLS, days=DAYS)

    assert way.killed > 0
    assert measures.words
