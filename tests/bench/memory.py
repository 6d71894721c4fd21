"""What the process keeps of those whom it answered: resident memory, late against at start."""

import sys

from tests.bench.bots import OURS, a_bot, a_clinic, a_telegram, resident
from tests.bench.parents import PARENTS, Crowd, newcomers
from tests.bench.rows import Row
from tests.databases import SQLITE, Shelves

UPDATES = 100_000
"""In all: five of each family, of which none comes again."""
LOOKS = 10
REACH = 1.2


async def main(shelves: Shelves, updates: int = UPDATES) -> list[Row]:
    """Resident memory after 100,000 updates of 20,000 people, against after the start."""
    database = await a_clinic(shelves, SQLITE, doctors=PARENTS)
    async with a_telegram() as (telegram, address), a_bot(OURS, address, database) as process:
        crowd = Crowd(telegram, newcomers)
        async with crowd.living():
            await crowd.tap_times(1)
            early = late = resident(process.pid)
            sys.stdout.write(f"{crowd.answered:,} updates: {early:.1f} MiB\n")
            for look in range(1, LOOKS + 1):
                await crowd.tap_times(max(1, look * updates // LOOKS - crowd.answered))
                late = resident(process.pid)
                sys.stdout.write(f"{crowd.answered:,} updates: {late:.1f} MiB\n")
    what = f"memory after {updates:,} updates / after start"
    return [Row(what, late / early, at_most=REACH)]
