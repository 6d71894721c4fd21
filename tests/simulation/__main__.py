"""`make simulate`: months of a clinic on both databases, and what became of its freed times."""

import asyncio
import sys
from time import monotonic

from tests.databases import BOTH
from tests.simulation.measures import table
from tests.simulation.runs import our_way, quick_shelves, simple_ways, world
from tests.simulation.times import LARGE

WEEKS = 12


async def main(seed: int, weeks: int) -> None:
    """Tell the same months in three ways; the third one on each database."""
    with quick_shelves() as shelves:
        here = await world(shelves, LARGE, seed, weeks)
        say(f"seed {seed}, {weeks} weeks, {len(here.town.wants)} wants")
        found = await simple_ways(here)
        for kind in BOTH:
            began = monotonic()
            measures, way = await our_way(shelves, kind, here)
            say(f"{kind}: {way.killed} kills, {monotonic() - began:.0f} s; all holds")
            found.append(measures)
        say(table(found))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    seed, weeks = [*map(int, sys.argv[1:]), *[0, WEEKS][len(sys.argv) - 1 :]]
    asyncio.run(main(seed, weeks))
