"""docs/sandbox.md, whose examples outsiders copy."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from aiogram import Bot

from bot.sandbox import SandboxSession, Telegram
from bot.sandbox.faults import Fault
from bot.sandbox.people import people_door
from bot.sandbox.systems.door import systems_door
from tests.sandbox.world import TOKEN, Api, Clock, keyboard, png

HANDBOOK = (Path(__file__).parents[2] / "docs/sandbox.md").read_text("utf-8")
BASE = "http://127.0.0.1:8080"
OLEG = 55


@pytest.fixture
async def telegram(clock: Clock) -> AsyncIterator[Telegram]:
    """A Telegram where nobody is yet, and something is due in half a year."""

    async def upcoming() -> datetime:
        return clock() + timedelta(days=180)

    telegram = Telegram(token=TOKEN, now=clock, upcoming=upcoming)
    yield telegram
    await telegram.close()


def _examples() -> list[Namespace]:
    """The page's commands, in order, as curl would read them."""
    curl = ArgumentParser()
    curl.add_argument("-N", action="store_true")
    curl.add_argument("-X", dest="method")
    curl.add_argument("-H", dest="header")
    curl.add_argument("--json")
    curl.add_argument("--data-binary", dest="file")
    curl.add_argument("url")
    lines = re.findall(r"^curl (.+)$", HANDBOOK, re.MULTILINE)
    return [curl.parse_args(shlex.split(line)) for line in lines]


async def _run(api: Api, example: Namespace) -> tuple[int, Any]:
    """Do what curl would; of an endless stream the first line is enough."""
    assert example.url.startswith(BASE)
    headers = dict([example.header.split(": ")]) if example.header else {}
    data = example.json.encode() if example.json else None
    if example.json:
        headers["Content-Type"] = "application/json"
    if example.file:
        data = png(40, 30)
    method = example.method or ("POST" if data else "GET")
    address = api.url + example.url.removeprefix(BASE)
    async with api.http.request(method, address, data=data, headers=headers) as response:
        if example.N:
            return response.status, await response.content.readline()
        return response.status, await response.json()


class Clerk:
    """A bot that asks newcomers for their clinic."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._bot = Bot(TOKEN, session=SandboxSession(telegram))
        self.seen: list[dict[str, Any]] = []

    async def work(self) -> None:
        for update in self._telegram.take():
            self.seen.append(update)
            if update.get("message", {}).get("text") == "/start":
                clinics = keyboard(("Детская клиника «Ромашка»", "clinic:1"))
                await self._bot.send_message(OLEG, "Какая клиника?", reply_markup=clinics)


async def test_every_example_is_right(api: Api, telegram: Telegram, clock: Clock) -> None:
    """One after another, as they stand there, they do what the page says."""
    clerk = Clerk(telegram)
    came = []
    for example in _examples():
        status, told = await _run(api, example)
        assert status == 200, (example, told)
        came.append((example.url.removeprefix(BASE), told))
        await clerk.work()

    start, tapped, contact, photo, blocked, poison = clerk.seen
    assert start["message"]["from"]["first_name"] == "Олег"
    assert tapped["callback_query"]["data"] == "clinic:1"
    assert contact["message"]["contact"]["user_id"] == OLEG
    assert photo["message"]["photo"][0]["width"] == 40
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert poison["message"] == {"nonsense": True}

    transcripts = [told for path, told in came if path == f"/sim/chats/{OLEG}"]
    assert [[note["text"] for note in told] for told in transcripts] == [
        ["/start", "Какая клиника?"]
    ]
    clocks = [told for path, told in came if path == "/sim/clock"]
    due = clock() + timedelta(days=180)
    assert clocks[0] == {"now": clock().isoformat(), "next": due.isoformat()}
    assert clocks[2]["now"] == "2027-01-11T06:00:00+00:00"
    assert clocks[3]["now"] == (due + timedelta(seconds=1)).isoformat()
    faults = [told for path, told in came if path == "/sim/faults"]
    assert faults[-1]["faults"] == []
    assert dict(came)["/sim/systems"] == {"systems": []}


def test_every_path_is_explained() -> None:
    """What is below /sim/ stands in the handbook, but for the files that messages link to."""
    doors = [*people_door(), *systems_door()]
    paths = {re.sub(r"\{(\w+)[^}]*\}", "{id}", route.path) for route in doors}
    assert {path for path in paths if path not in HANDBOOK} == {"/sim/files/{id}"}


def test_every_fault_is_explained() -> None:
    """Its kind, its name in Python, and what happens."""
    rows = re.findall(r"^\| `([a-z ]+)` \| `(\w+)\(", HANDBOOK, re.MULTILINE)
    known = {(kind.model_fields["kind"].default, kind.__name__) for kind in get_args(Fault)}
    assert set(rows) == known
