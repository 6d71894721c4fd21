"""From the start of the process to its first answer, against importing aiogram."""

import asyncio
import sys
from statistics import median
from time import perf_counter

from tests.bench.bots import OURS, BusyTelegram, a_bot, a_clinic, a_telegram
from tests.bench.contest import Times, ratio
from tests.databases import SQLITE, Database, Shelves

ROUNDS = 15
REACH = 1.6
PARENT = 1001


async def main(shelves: Shelves, rounds: int = ROUNDS) -> None:
    """Seconds from the start of the process to the first answer, against `import aiogram`."""
    database = await a_clinic(shelves, SQLITE, doctors=1)
    imports: Times = []
    answers: Times = []
    async with a_telegram() as (telegram, address):
        telegram.add_user(PARENT, "Анна")
        for _ in range(rounds):
            imports.append(await _import_aiogram())
            answers.append(await _answer(telegram, address, database))
    sys.stdout.write(f"{rounds} rounds\nimport aiogram: {median(imports):.2f} s\n")
    sys.stdout.write(f"first answer: {median(answers):.2f} s\n")
    sys.stdout.write(f"first answer / import: {ratio(answers, imports)}; reach {REACH}\n")


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
