"""Bots as real processes, and the Telegram they ask over HTTP, in the process of the benchmark."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.sandbox.model import Message
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from services.clinic.opening import NewDoctor
from tests.conftest import CONSENT, ROMASHKA, StillClock, house_over, weekly
from tests.databases import Database, Shelves

ROOT = Path(__file__).parents[2]
TOKEN = "4200000:token-of-the-benchmark"
OURS = ("bot", "run")
STOCK = ("tests.bench.stock",)
USUAL = ("tests.bench.usual",)
STOPS_WITHIN = 10
ANSWERS_WITHIN = 60
"""Seconds; a bot that takes longer is dead."""


class BusyTelegram(Telegram):
    """Wakes who waits for the bot, and nobody else: parents cost as little as can be."""

    def __init__(self) -> None:
        self._awaited: dict[int, tuple[set[str], asyncio.Future[None]]] = {}
        super().__init__(token=TOKEN)

    def _announce(self, kind: str, **details: Any) -> None:
        super()._announce(kind, **details)
        if kind == "answer":
            self._happened(details["user_id"], "answer")
        elif kind in ("message", "edited"):
            self._happened(details["chat_id"], "screen")

    def _happened(self, user_id: int, what: str) -> None:
        if user_id in self._awaited:
            missing, happened = self._awaited[user_id]
            missing.discard(what)
            if not missing and not happened.done():
                happened.set_result(None)

    async def heard(self, user_id: int, *what: str) -> None:
        """Wait until the bot has done all this for a person: an "answer" to a tap, a "screen".

        Raises:
            TimeoutError: it takes so long that it must be dead.
        """
        happened = asyncio.get_running_loop().create_future()
        self._awaited[user_id] = (set(what), happened)
        async with asyncio.timeout(ANSWERS_WITHIN):
            await happened

    def screen(self, user_id: int) -> Message:
        """The lowest message of the bot."""
        written = reversed(self.world.chats[user_id].values())
        return next(message for message in written if message.from_bot)


@asynccontextmanager
async def a_telegram() -> AsyncIterator[tuple[BusyTelegram, str]]:
    """A Telegram of its own, and its address."""
    telegram = BusyTelegram()
    async with serve(telegram, "127.0.0.1", 0) as address:
        yield telegram, address
    await telegram.close()


@asynccontextmanager
async def a_bot(
    module: tuple[str, ...], address: str, database: Database | None = None
) -> AsyncIterator[Process]:
    """A bot as an operator runs it; it is stopped at the end."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": address,
        "LOG_LEVEL": "ERROR",
        "TAPS_PER_MINUTE": "1000000",
    }
    if database:
        settings["DATABASE_URL"] = database.address
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module),
        cwd=ROOT,
        env=os.environ | settings,
        stderr=None if module == OURS else asyncio.subprocess.DEVNULL,  # they say that they stop
    )
    try:
        yield process
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOPS_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def a_clinic(shelves: Shelves, kind: str, doctors: int) -> Database:
    """A database with a clinic that receives every weekday from now on; no visit begins while
    somebody is about to give it back."""
    database = await shelves.of(kind).copy(await shelves.empty(kind))
    async with house_over(database, StillClock(datetime.now(UTC))) as house:
        staff = [NewDoctor("Врач Имя", str(number + 1), weekly()) for number in range(doctors)]
        profile = replace(ROMASHKA, notice=timedelta(hours=1))
        await house.services.clinics.open(profile, CONSENT, staff)
    return database


def processor(process: int) -> float:
    """Seconds of a core that a process has used, as Linux tells them."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(process: int) -> float:
    """MiB of a process that are in memory, as Linux tells them."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
