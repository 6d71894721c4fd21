"""A clinic's own system as a process of its own, on a bad day, which may be killed at any moment.

`python -m tests.crash.clinic_system PORT FILE BAD SEED`: BAD is the share of requests with which
something goes wrong; at 0 nothing does, and nobody else books there either.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Self

import aiohttp
from aiohttp import web

from bot.sandbox.systems.demo_clinic import demo_clinic
from bot.sandbox.systems.fhir import FhirServer, serve_app
from bot.sandbox.systems.troubles import Kind, Trouble, Troubles

ROOT = Path(__file__).parents[2]
BEFORE_THEM = 0.5
"""Seconds between two visits that the clinic books for somebody who called."""
THEIRS = {"reference": "Patient/caller"}


class BadDay(Troubles):
    """Things go wrong by chance; what is late takes effect within some seconds."""

    def __init__(self, share: float, dice: Random) -> None:
        super().__init__()
        self.share = share
        self.dice = dice

    async def around(
        self, request: web.Request, act: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        changes = request.method != "GET"
        if self.dice.random() < (self.share if changes else self.share / 5):
            kind = self.dice.choice([*Kind]) if changes else Kind.LOST_REQUEST
            self.add(Trouble(kind, request.method, request.path, times=1, status=503))
        return await super().around(request, act)

    async def go_by(self) -> None:
        """What is late arrives, and somebody who called has a time that was free."""
        while True:
            await asyncio.sleep(self.dice.uniform(0.2, 2))
            await self.release()


async def book_for_callers(server: FhirServer, dice: Random) -> None:
    """The clinic's own people take a time now and then, by the same store."""
    while True:
        await asyncio.sleep(BEFORE_THEM)
        slot = dice.choice(server.store.search("Slot", [("status", "free")])[:60])
        server.store.put({**slot, "status": "busy"}, slot["id"])
        part = {"actor": THEIRS, "status": "accepted"}
        visit = {
            "resourceType": "Appointment",
            "status": "booked",
            "slot": [{"reference": f"Slot/{slot['id']}"}],
            "start": slot["start"],
            "end": slot["end"],
            "participant": [part],
        }
        server.store.put(visit)
        server.store.write()


async def main(port: int, file: Path, bad: float, seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    server = demo_clinic(lambda: datetime.now(UTC), file)
    server.troubles = day = BadDay(bad, dice)
    async with serve_app(server.app(), port):
        if not bad:
            await asyncio.Event().wait()
        await asyncio.gather(day.go_by(), book_for_callers(server, dice))


@dataclass
class SystemProcess:
    """It, as a test runs and kills it."""

    port: int
    file: Path
    running: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @asynccontextmanager
    async def at(cls, port: int, file: Path) -> AsyncIterator[Self]:
        """None runs yet, and none is left."""
        process = cls(port, file)
        try:
            yield process
        finally:
            await process.kill()

    async def start(self, bad: float, seed: int) -> None:
        """Have it answer."""
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", __name__, str(self.port), str(self.file), str(bad), str(seed)),
            cwd=ROOT,
            env=dict(os.environ),
        )
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"{self.url}/metadata"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        if self.running and self.running.returncode is None:
            self.running.kill()
            await self.running.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
