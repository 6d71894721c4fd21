"""What the process keeps of the updates that it handled: resident memory, late against early."""

import os
import sys
from pathlib import Path

from tests.bench.bots import OURS, a_bot, a_clinic, a_telegram
from tests.bench.parents import PARENTS, Crowd, book_and_cancel
from tests.databases import SQLITE, Shelves

UPDATES, SETTLED = 100_000, 1000
"""How many in all, and after how many everything has been in use once."""
LOOKS = 10
REACH = 1.2


async def main(shelves: Shelves, updates: int = UPDATES, settled: int = SETTLED) -> None:
    """Resident memory after 100,000 updates, against after the first thousand."""
    database = await a_clinic(shelves, SQLITE, doctors=PARENTS)
    async with a_telegram() as (telegram, address), a_bot(OURS, address, database) as process:
        crowd = Crowd(telegram, book_and_cancel)
        async with crowd.living():
            await crowd.tap_times(settled)
            early = late = _resident(process.pid)
            sys.stdout.write(f"{crowd.answered:,} updates: {early:.1f} MiB\n")
            for look in range(1, LOOKS + 1):
                wanted = settled + look * (updates - settled) // LOOKS
                await crowd.tap_times(max(1, wanted - crowd.answered))
                late = _resident(process.pid)
                sys.stdout.write(f"{crowd.answered:,} updates: {late:.1f} MiB\n")
    sys.stdout.write(f"late / early: {late / early:.2f}; reach {REACH}\n")


def _resident(process: int) -> float:
    """MiB of a process that are in memory, as Linux tells them."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
