"""A clinic with a system of its own: the bot and that system are killed at random, answers are lost
and late, and the clinic's people book there, too (R43, R76)."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import Services
from bot.sandbox.model import Message
from bot.sandbox.systems.demo_clinic import DOCTORS
from bot.sandbox.systems.fhir_store import Resource, Store
from bot.systems.adapters import build
from services.clinic.opening import NewDoctor
from services.model.messages import CHANGES
from services.model.systems.values import PatientRule, SystemKind, SystemSettings
from tests.conftest import CONSENT, ROMASHKA, House
from tests.crash.clinic_system import SystemProcess
from tests.crash.street import Parent, Process, Street, Tally, open_street, read
from tests.databases import POSTGRESQL, SQLITE
from tests.families import NEVER_QUIET

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("CRASH_KILLS", "3"))
"""Of the bot; its clinic's system is killed about as often."""
CHILDREN = ("Миша", "Даша", "Соня", "Лёва", "Нина", "Тимур", "Ева", "Марк")
PATIENT = 0.8
"""How often who waits for the clinic's answer does nothing meanwhile."""
BAD = 0.25
"""The share of what is asked of the system that goes wrong."""
LAST = 20
"""Seconds for which the families go on over the last bot, while its system is killed still."""
SETTLES_WITHIN = 240
"""Seconds in which all is decided once nobody is killed any more."""
MOSCOW = ZoneInfo("Europe/Moscow")
ASKED = "Записать?"
BOOKED = re.compile(
    r"^✅ Вы записаны:[^\n]*?(\d+) [а-я]+, (\d+:\d\d)|\nСтало:[^\n]*?(\d+) [а-я]+, (\d+:\d\d)"
)
NOT = re.compile(r"^✖️ (?:Записать не получилось|Не перенесли)")


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.replicas)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with open_street() as street:
        yield street


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[SystemProcess]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with SystemProcess.at(port, tmp_path / "system.jsonl") as process:
        yield process


async def open_clinic(house: House, url: str) -> None:
    """A clinic that writes at any hour, with two doctors whose times are its system's."""
    house.clock.now = datetime.now(UTC)
    doctors = [NewDoctor(name, "1", []) for name in DOCTORS.values()]
    clinic = await house.services.clinics.open(
        replace(ROMASHKA, quiet=NEVER_QUIET), CONSENT, doctors
    )
    settings = SystemSettings(
        kind=SystemKind.FHIR,
        url=url,
        doctors=DOCTORS,
        patients=PatientRule.CREATE,
        patience_seconds=2,
        poll_seconds=2,
    )
    systems = build({}, house.clock)
    services = Services(house.transactions, house.clock, systems=systems)
    assert await services.own_systems.connect(ROMASHKA.code, settings) == []
    assert await services.system_mirror.read(clinic.id) is None
    await systems.close()


@dataclass
class Restless(Parent):
    """Books, moves, gives back, while it is waited for too, whatever is on the screen: whatever
    came between, they begin anew from the home screen."""

    dice: Random = None  # type: ignore[assignment]

    async def live(self, enough: asyncio.Event) -> None:
        await self.come()
        while not enough.is_set():
            await self._go_on(await self.home())

    async def come(self) -> str:
        self.street.telegram.add_user(self.user_id, f"Родитель {self.user_id}")
        await self._say("/start cromashka", "Согласие")
        await self._tap("consent:1:1", "Как зовут")
        await self._say(CHILDREN[self.user_id - 1000], "день рождения")
        await self._say("12.03.2024", "Записаться")
        return ""

    async def home(self) -> Message:
        return await self._say("/menu", "Мои записи")

    async def _go_on(self, home: Message) -> None:
        if "⏳" in home.text and self.dice.random() < PATIENT:
            await asyncio.sleep(0.5)
            return
        has_visit = "✅" in home.text or "⏳" in home.text
        screen: Message | None = await self._press(
            home, "Мои записи" if has_visit else "Записаться"
        )
        steps = ["Консультация", "Любой|Соколова|Зимин", r"\d", r"\d+:\d\d", "записать"]
        if has_visit:
            moves = [CHILDREN[self.user_id - 1000], "Перенести", "мест", r"\d+:\d\d", "Перенести"]
            steps = self.dice.choice([moves, [moves[0], "Отменить запись", "Отменить запись"]])
        for step in steps:
            if screen is None:
                return
            if step == r"\d" and ASKED in screen.text:
                continue
            screen = await self._press(screen, step)

    async def _press(self, screen: Message, label: str) -> Message | None:
        """Tap one of the buttons that say so, and wait for the answer; what is on the screen then.
        None: there is no such button."""
        fit = [
            button.data
            for row in screen.buttons
            for button in row
            if button.data and re.search(label, button.text.replace("\u00a0", " "))
        ]
        if not fit:
            return None
        self.street.telegram.shown[self.user_id].clear()
        data = self.dice.choice(fit)
        self.waits_for = data
        self.update_id = self.street.telegram.tap(self.user_id, screen.id, data)
        update_id = self.update_id
        await self.street.until(lambda: update_id in self.street.telegram.answered)
        shown = self.street.telegram.shown[self.user_id]
        return shown[-1] if shown else None


async def test_kills_of_both_book_nobody_twice_and_tell_nobody_wrongly(
    street: Street, house: House, system: SystemProcess
) -> None:
    """Families book, move and give back; whatever is killed and lost, in the end each visit here
    stands there once, none stands there that is nobody's here, nobody waits, and nobody was called
    booked who never was."""
    dice = Random(KILLS)  # noqa: S311
    tally, deaths, enough = Tally(), 0, asyncio.Event()
    await system.start(0, 0)
    await open_clinic(house, system.url)
    await system.kill()
    await system.start(BAD, 0)
    heard = listen(street)
    families = [
        Restless(street, 1000 + number, 1, dice=Random(number))  # noqa: S311
        for number in range(len(CHILDREN))
    ]

    async def kill_the_system() -> None:
        nonlocal deaths
        while not enough.is_set():
            await asyncio.sleep(dice.uniform(2, 8))
            await system.kill()
            await asyncio.sleep(dice.uniform(0, 1))
            deaths += 1
            await system.start(BAD, deaths)

    lives = [asyncio.create_task(family.live(enough)) for family in families]
    killing = asyncio.create_task(kill_the_system())
    limit = 120 + 60 * KILLS
    try:
        async with asyncio.timeout(limit):
            await kill_again_and_again(street, house, tally, dice)
            enough.set()
            await killing
            await asyncio.gather(*lives)
    except TimeoutError:
        whom = "".join([await family.in_trouble(house) for family in families])
        raise AssertionError(f"the trouble lasts longer than {limit} s: {whom}") from None
    await system.kill()
    await system.start(0, 0)
    async with asyncio.timeout(SETTLES_WITHIN):
        await settled(house)
        homes = [await family.home() for family in families]
    await tally.kill(Process(street.processes[-1]), signal.SIGTERM)
    await system.kill()
    figures = await judge(house, system.file, heard, homes)
    sys.stdout.write(f"\n{house.database.kind}: {figures}, system killed {deaths}; {tally}\n")


async def kill_again_and_again(street: Street, house: House, tally: Tally, dice: Random) -> None:
    """One bot after the other; each lives for a random while after somebody asked it for a time."""
    for _ in range(KILLS):
        street.telegram.polls = 0
        before = await house.count("system_bookings")
        process = await Process.start(street, house)
        await street.until(lambda: street.telegram.polls > 0)
        while await house.count("system_bookings") == before:  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.1)
        await asyncio.sleep(dice.uniform(0, 4))  # the random moment
        await tally.kill(process, dice.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
    await Process.start(street, house)
    await asyncio.sleep(LAST)


def listen(street: Street) -> list[Message]:
    """All that the bot ever says, as it was when it said it."""
    heard: list[Message] = []
    announce = street.telegram._announce

    def noted(kind: str, **details: object) -> None:
        if kind in ("message", "edited"):
            chat = street.telegram.world.chats[details["chat_id"]]  # type: ignore[index]
            message = chat[details["message_id"]]  # type: ignore[index]
            if message.from_bot:
                heard.append(replace(message))
        announce(kind, **details)

    street.telegram._announce = noted  # type: ignore[method-assign]
    return heard


async def settled(house: House) -> None:
    """Wait until nothing is on its way into the system, and nothing is to be told of it."""
    waits = "step IN ('asked', 'sent', 'leaving')"
    kinds = ", ".join(f"'{kind}'" for kind in CHANGES)
    untold = f"state = 'planned' AND kind IN ({kinds})"
    while (  # noqa: ASYNC110 - the database rings no bell
        await house.count("system_bookings", waits) or await house.count("notifications", untold)
    ):
        await asyncio.sleep(0.5)


ASKED_FOR = """
    SELECT b.key, b.step, b.ref_value, p.telegram_id, s.starts_at,
           a.state = 'booked' AND a.slot_id = b.slot_id
    FROM system_bookings b JOIN appointments a ON a.id = b.appointment_id
    JOIN slots s ON s.id = b.slot_id JOIN care c ON c.child_id = a.child_id
    JOIN persons p ON p.id = c.person_id"""


@dataclass
class Asked:
    """A time of a visit, and what became of it."""

    key: str
    step: str
    ref: str | None
    parent: int
    at: Any
    is_here: bool

    @property
    def is_standing(self) -> bool:
        return bool(self.is_here) and self.step == "booked"

    @property
    def place(self) -> tuple[int, int, str]:
        """The parent, and what the chat calls the time."""
        return (self.parent, *words(self.at))


async def judge(
    house: House, file: Path, heard: Sequence[Message], homes: Sequence[Message]
) -> str:
    """Compare what stands here, what stands there, and what was said."""
    store = Store(lambda: datetime.now(UTC), file)
    all_there = store.search("Appointment", [])
    there = [each for each in all_there if each["status"] == "booked"]
    taken = Counter(slot["reference"] for each in there for slot in each["slot"])
    assert [slot for slot, times in taken.items() if times > 1] == []
    ours = {keys_of(each): each for each in all_there if keys_of(each)}
    assert [each for each in ours.values() if each["status"] == "pending"] == []

    rows = [Asked(*tuple(row)) for row in await house.database.rows(ASKED_FOR)]
    steps = Counter(row.step for row in rows)
    assert steps.keys() <= {"booked", "left", "refused", "dropped"}
    standing = {row.key for row in rows if row.is_standing}
    assert {key for key, each in ours.items() if each["status"] == "booked"} == standing
    assert await house.count("appointments", "state = 'booked'") == len(standing)
    assert await house.count("appointments", "state = 'pending'") == 0

    ever = {row.place for row in rows if row.ref}
    told = {(each.chat_id, *said) for each in heard if (said := booked_in(each))}
    assert told <= ever
    stands = {row.place for row in rows if row.is_standing}
    assert stands <= told
    at_home = {each.chat_id for each in homes if "✅" in each.text}
    assert at_home == {who for who, *_ in stands}
    assert [each.text for each in homes if "⏳" in each.text] == []
    noes = sum(bool(NOT.match(read(each))) for each in heard)
    return (
        f"{len(rows)} asked for, {dict(steps)}, {len(told)} told booked, {noes} told no, "
        f"{len(there) - len(standing)} booked by the clinic; "
        "doubled 0, left waiting 0, told wrongly 0"
    )


def keys_of(visit: Resource) -> str:
    return next((each["value"] for each in visit.get("identifier", [])), "")


def words(at: Any) -> tuple[int, str]:
    """The day of the month and the time on the clinic's wall."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = moment.astimezone(MOSCOW)
    return local.day, f"{local.hour}:{local:%M}"


def booked_in(message: Message) -> tuple[int, str] | None:
    found = BOOKED.search(read(message))
    if not found:
        return None
    day, time = found[1] or found[3], found[2] or found[4]
    return int(day), time
