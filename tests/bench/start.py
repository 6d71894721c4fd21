"""From the start of the process to its first answer, and its memory, against `import aiogram`."""

import asyncio
import sys
from statistics import median
from time import perf_counter

from tests.bench.bots import OURS, BusyTelegram, a_bot, a_clinic, a_telegram, resident
from tests.bench.contest import Times, ratio
from tests.bench.parents import OUR_WAY, PARENTS, Crowd, book_and_cancel
from tests.bench.rows import Row
from tests.databases import SQLITE, Database, Shelves

ROUNDS, TAPS = 15, 1500
REACH, MEMORY = 1.15, 1.2
PARENT = 1
"""Who writes while the bot is away."""


async def main(shelves: Shelves, rounds: int = ROUNDS, taps: int = TAPS) -> list[Row]:
    """Seconds to the first answer, and memory after 1,500 taps, against `import aiogram`."""
    database = await a_clinic(shelves, SQLITE, doctors=PARENTS)
    imports: Times = []
    answers: Times = []
    async with a_telegram() as (telegram, address):
        telegram.add_user(PARENT, "Анна")
        for _ in range(rounds):
            imports.append(await _import_aiogram())
            answers.append(await _answer(telegram, address, database))
        alone, ours = await _weight_of_aiogram(), await _weight(telegram, address, database, taps)
    sys.stdout.write(
        f"{rounds} rounds\n"
        f"import aiogram: {median(imports):.2f} s, {alone:.0f} MiB\n"
        f"first answer: {median(answers):.2f} s; after {taps:,} taps: {ours:.0f} MiB\n"
    )
    return [
        Row("start to first answer / import aiogram", ratio(answers, imports), at_most=REACH),
        Row(f"memory after {taps:,} taps / import aiogram", ours / alone, at_most=MEMORY),
    ]


async def _answer(telegram: BusyTelegram, address: str, database: Database) -> float:
    """Seconds until a parent who wrote while the bot was away is answered."""
    telegram.say(PARENT, "/start")
    begun = perf_counter()
    async with a_bot(OURS, address, database):
        await telegram.heard(PARENT, "screen")
        return perf_counter() - begun


async def _import_aiogram() -> float:
    begun = perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import aiogram")
    await process.wait()
    return perf_counter() - begun


async def _weight(telegram: BusyTelegram, address: str, database: Database, taps: int) -> float:
    """MiB, after parents booked and cancelled for a while."""
    async with a_bot(OURS, address, database) as process:
        crowd = Crowd(telegram, book_and_cancel(OUR_WAY))
        async with crowd.living():
            await crowd.tap_times(taps)
            return resident(process.pid)


async def _weight_of_aiogram() -> float:
    """MiB, of a process that has imported it and does nothing else."""
    program = "import aiogram, sys; print(flush=True); sys.stdin.read()"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), stdin=pipe, stdout=pipe
    )
    assert process.stdout
    await process.stdout.readline()
    weight = resident(process.pid)
    await process.communicate(b"")  # which ends it: there is no more to read
    return weight
