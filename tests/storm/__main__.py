"""`make storm`: seed after seed on both databases, until it is stopped or something breaks."""

import asyncio
import sys
from itertools import count

from tests.databases import BOTH, Shelves, shelves_on_disk
from tests.storm.deeds import DEEDS
from tests.storm.invariants import broken
from tests.storm.world import world

MOMENTS = 60


async def weather(shelves: Shelves, kind: str, seed: int) -> list[str]:
    """What broke in one storm; nothing, if all held."""
    async with world(shelves, kind, seed) as here:
        for moment in range(MOMENTS):
            await here.moment(DEEDS)
            if found := await broken(here.house):
                return [f"{kind}, seed {seed}, moment {moment}: {line}" for line in found]
    return []


async def main(first: int) -> None:
    """Go on from a seed until something breaks."""
    with shelves_on_disk() as shelves:
        for seed in count(first):
            for kind in BOTH:
                if found := await weather(shelves, kind, seed):
                    sys.exit("\n".join(found))
            sys.stdout.write(f"seed {seed}: all holds after {MOMENTS} moments on each\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
