"""Three real processes behind a real nginx on one PostgreSQL, as deploy/compose.several.yaml has
them: nothing is lost and nothing takes effect twice, whoever of them is killed."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.conftest import House
from tests.crash.street import ROOT, Process, Street, Tally, live_through, open_street, prepare
from tests.databases import POSTGRESQL

pytestmark = pytest.mark.replicas

KILLS = int(os.environ.get("CRASH_KILLS", "4"))
REPLICAS = 3
SECRET = "secret-of-the-replicas"


@pytest.fixture
def kind() -> str:
    return POSTGRESQL


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with open_street() as street:
        street.stutters = True
        yield street


@dataclass
class Replicas:
    """Processes that updates are brought to, each on a port of its own."""

    street: Street
    house: House
    address: str
    """Of what spreads the updates over them."""
    ports: list[int]
    tally: Tally
    processes: dict[int, Process]

    async def start(self, *places: int) -> None:
        """Start some, and wait until each has told Telegram that it is there."""
        wanted = self.street.telegram.webhooks + len(places)
        for place in places:
            self.processes[place] = await Process.start(
                self.street,
                self.house,
                WEBHOOK_URL=self.address,
                WEBHOOK_SECRET=SECRET,
                WEBHOOK_PORT=str(self.ports[place]),
            )
        begun = [self.processes[place].running for place in places]

        def over() -> bool:
            ended = any(process.returncode is not None for process in begun)
            return ended or self.street.telegram.webhooks >= wanted

        await self.street.until(over)
        assert [process.returncode for process in begun] == [None] * len(begun), "cannot start"

    async def kill(self, place: int, how: signal.Signals) -> None:
        await self.tally.kill(self.processes.pop(place), how)


@pytest.fixture
async def replicas(street: Street, house: House, tmp_path: Path) -> AsyncIterator[Replicas]:
    """None of them is started yet; what spreads the updates is."""
    door, *ports = _free_ports(1 + REPLICAS)
    async with nginx(tmp_path, door, ports):
        address = f"http://127.0.0.1:{door}/telegram"
        yield Replicas(street, house, address, ports, Tally(), {})


@asynccontextmanager
async def nginx(folder: Path, door: int, replicas: list[int]) -> AsyncIterator[None]:
    """The configuration that we hand out, with these ports instead of its own."""
    config = (ROOT / "deploy" / "nginx.conf").read_text()
    for number, port in enumerate(replicas, start=1):
        config, found = re.subn(rf"server bot-{number}:8443", f"server 127.0.0.1:{port}", config)
        assert found == 1
    config, found = re.subn(r"listen 8080;", f"listen 127.0.0.1:{door};", config)
    assert found == 1
    places = "".join(
        f"{kind}_temp_path {folder / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(config.replace("http {", f"http {{ {places}", 1))
    itself = f"daemon off; pid {folder / 'nginx.pid'}; error_log stderr crit;"
    running = await asyncio.create_subprocess_exec(
        *("nginx", "-e", "stderr", "-p", str(folder)),
        *("-c", str(folder / "nginx.conf"), "-g", itself),
    )
    try:
        yield
    finally:
        running.send_signal(signal.SIGQUIT)
        await running.wait()


def _free_ports(number: int) -> list[int]:
    with ExitStack() as taken:
        sockets = [taken.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


async def test_replicas_killed_at_random_lose_nothing_and_repeat_nothing(
    replicas: Replicas, house: House, street: Street
) -> None:
    """Updates are spread over three processes at random, and what books and cancels is delivered
    twice at once. One process or two are killed again and again; in the end all are replaced, one
    after the other. Everybody is answered, and every visit was booked once (R42, R43, R45)."""
    await prepare(house)
    dice = Random(KILLS)  # noqa: S311
    await replicas.start(*range(REPLICAS))

    async def kill_again_and_again() -> None:
        while sum(replicas.tally.kills.values()) < KILLS:
            await asyncio.sleep(dice.uniform(0, 1))  # the random moment
            fallen = dice.sample(range(REPLICAS), k=dice.choice([1, 2]))
            how = dice.choice([signal.SIGKILL, signal.SIGTERM])
            await asyncio.gather(*(replicas.kill(place, how) for place in fallen))
            await replicas.start(*fallen)
        for place in range(REPLICAS):
            await replicas.kill(place, signal.SIGTERM)
            await replicas.start(place)

    await live_through(street, house, kill_again_and_again, limit=120 + 60 * KILLS)
    for place in range(REPLICAS):
        await replicas.kill(place, signal.SIGTERM)
    sys.stdout.write(f"{replicas.tally}\n")
