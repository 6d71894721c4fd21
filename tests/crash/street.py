"""People who book and cancel again and again, and a bot whose processes are killed meanwhile."""

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bot.sandbox.model import CallbackAnswer, Json, Message
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from services.clinic.opening import NewDoctor
from tests.conftest import CONSENT, ROMASHKA, House, weekly

ROOT = Path(__file__).parents[2]
TOKEN = "4200000:token-of-the-crash-test"
PARENTS = 12
STOPS_WITHIN = 10
"""Seconds that SIGTERM may take (R42)."""


class CountingTelegram(Telegram):
    """Counts how often it was asked for updates, told of a webhook, asked to send, and spoke."""

    polls = 0
    webhooks = 0
    asked_to_send = 0
    says = 0

    def __init__(self, **settings: Any) -> None:
        self.refusals: defaultdict[int, list[str]] = defaultdict(list)
        """Of each update, why it was not taken from the courier, and when it comes again."""
        self.shown: defaultdict[int, list[Message]] = defaultdict(list)
        """Of each chat, what the bot showed there, as it was then, since somebody last cleared it.
        Who looks a moment later may find something else: an update that comes again draws its old
        screen once more."""
        self.answered: set[int] = set()
        """Updates whose taps were answered."""
        super().__init__(**settings)

    def _announce(self, kind: str, **details: Any) -> None:
        if kind in ("message", "edited"):
            message = self.world.chats[details["chat_id"]][details["message_id"]]
            if message.from_bot:
                self.says += 1
                self.shown[message.chat_id].append(replace(message))
        super()._announce(kind, **details)

    def note_answer(self, answer: CallbackAnswer) -> None:
        self.answered.add(answer.update_id)
        super().note_answer(answer)

    def tell(self, kind: str, **details: Any) -> None:
        if kind == "refused delivery":
            again = f"{self.seconds():.0f}: {details['trouble']}, again in {details['pause']} s"
            self.refusals[details["update_id"]].append(again)
        super().tell(kind, **details)

    def note_poll(self) -> None:
        super().note_poll()
        self.polls += 1
        self.tell("polled")

    async def respond(self, token: str, method: str, *rest: Any, **more: Any) -> tuple[int, Json]:
        if method == "sendMessage":
            self.asked_to_send += 1
            self.tell("asked to send")
        return await super().respond(token, method, *rest, **more)

    async def call(self, token: str, method: str, *rest: Any, **more: Any) -> Any:
        answer = await super().call(token, method, *rest, **more)
        if method == "setWebhook":
            self.webhooks += 1
            self.tell("introduced")
        return answer


@dataclass
class Street:
    """A Telegram over HTTP, and a bell that rings at whatever changes in it."""

    telegram: CountingTelegram
    address: str
    bell: asyncio.Condition = field(default_factory=asyncio.Condition)
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)
    stutters: bool = False
    """Whether what books and what cancels is delivered twice."""

    async def ring(self) -> None:
        with self.telegram.subscribe() as events:
            while await events.get():
                async with self.bell:
                    self.bell.notify_all()

    async def until(self, fact: Callable[[], bool]) -> None:
        async with self.bell:
            await self.bell.wait_for(fact)


@asynccontextmanager
async def open_street() -> AsyncIterator[Street]:
    """A Telegram of its own; whatever process is left at the end is killed."""
    telegram = CountingTelegram(token=TOKEN, webhook_pause=0.2)
    async with serve(telegram, "127.0.0.1", 0) as address:
        street = Street(telegram, address)
        ringing = asyncio.create_task(street.ring())
        yield street
        ringing.cancel()
        for process in street.processes:
            if process.returncode is None:  # a test that failed in the middle
                process.kill()
                await process.wait()
    await telegram.close()


async def prepare(house: House) -> None:
    """Open a clinic with a doctor for each parent, on the clock of the real world."""
    house.clock.now = datetime.now(UTC)
    doctors = [NewDoctor("Врач Имя", str(n + 1), weekly()) for n in range(PARENTS)]
    await house.services.clinics.open(ROMASHKA, CONSENT, doctors)


@dataclass
class Parent:
    """Somebody who books and cancels, again and again, and counts what they were told."""

    street: Street
    user_id: int
    doctor_id: int
    booked: list[str] = field(default_factory=list)
    """The numbers of their visits, as the chat told them."""
    waits_for: str = ""
    """What they asked last, and the answer they expect."""
    update_id: int = 0
    """The update that asked it."""
    cancelled: list[str] = field(default_factory=list)

    async def live(self, enough: asyncio.Event) -> None:
        child = await self.come()
        await self._book(child)
        while not enough.is_set():
            await self._book(child)

    async def come(self) -> str:
        """Agree, and say whose parent it is; the child's id."""
        self.street.telegram.add_user(self.user_id, f"Родитель {self.user_id}")
        await self._say("/start cromashka", "Согласие")
        await self._tap("consent:1:1", "Как зовут")
        await self._say("Миша", "день рождения")
        home = await self._say("12.03.2024", "Ближайшее время")
        return _first_on(home, "time:").split(":")[1]

    async def choose(self, child: str) -> str:
        """Look for a time, up to the question; what the button says that books it."""
        need = f"{child}:consultation:0"
        await self._tap(f"doctors:{need}:1", "Выберите врача")
        days = await self._tap(f"days:{need}:{self.doctor_id}", self._room)
        times = await self._tap(_first_on(days, "times:"), "Другой день")
        free = _first_on(times, "time:")
        await self._tap(free, "Записать?")
        return free.replace("time", "book", 1)

    async def confirm(self, booking: str) -> Message:
        """Book it; what the chat says then."""
        return await self._tap(booking, "Вы записаны", self.booked)

    async def _book(self, child: str) -> None:
        booked = await self.confirm(await self.choose(child))
        number = _numbers(booked)[0]
        self.booked.append(number)
        await self._tap(f"+ask-cancel:{int(number) - 1000}", "Отменить эту запись?")
        await self._tap(f"cancel:{int(number) - 1000}", "Запись отменена", self.cancelled)
        self.cancelled.append(number)
        await self._tap("+home:1", "Ближайшее время")

    async def _say(self, text: str, answer: str) -> Message:
        self.street.telegram.shown[self.user_id].clear()
        self.waits_for = f"{text!r} -> {answer!r}"
        self.update_id = self.street.telegram.say(self.user_id, text)
        return await self._told(answer)

    async def _tap(self, data: str, answer: str, unlike: Sequence[str] | None = None) -> Message:
        self.street.telegram.shown[self.user_id].clear()
        self.waits_for = f"{data} -> {answer!r}"
        self.update_id = self.street.telegram.tap(self.user_id, self._messages()[-1].id, data)
        if self.street.stutters and data.startswith(("book:", "cancel:")):
            self.street.telegram.repeat(self.update_id)
        return await self._told(answer, unlike)

    async def _told(self, answer: str, unlike: Sequence[str] | None = None) -> Message:
        """Wait for as long as it takes until this is said, and of another visit than these, if
        they are named; where."""
        said: list[Message] = []

        def told() -> bool:
            said.extend(m for m in self._heard() if answer in read(m) and _is_new(m, unlike))
            return bool(said)

        await self.street.until(told)
        return said[0]

    def _heard(self) -> list[Message]:
        """What was shown since the question; what stands there already is not shown again when a
        tap leads to it, and then the tap is answered."""
        telegram = self.street.telegram
        stands = self._messages()[-1:] if self.update_id in telegram.answered else []
        return [*telegram.shown[self.user_id], *stands]

    def _messages(self) -> list[Message]:
        return [m for m in self.street.telegram.chat(self.user_id) if m.from_bot]

    async def in_trouble(self, house: House) -> str:
        """Who waits for what, and where it is: for the report of a loss."""
        telegram, update_id = self.street.telegram, self.update_id
        done = await house.count("handled_updates", f"update_id = {update_id}")
        pending = [update for update in telegram.queue.waiting() if update.id == update_id]
        answers = [answer.text for answer in telegram.answers() if answer.update_id == update_id]
        facts = {
            "waits for": self.waits_for,
            "done according to the database": bool(done),
            "set aside": bool(await house.count("dead_letters", f"update_id = {update_id}")),
            "now": f"{telegram.seconds():.0f}",
            "pending at Telegram": [f"until {update.expires_at:.0f}" for update in pending],
            "refused": telegram.refusals[update_id],
            "the tap's answers": answers,
            "the chat's end": [
                (message.id, read(message)[:160]) for message in self._messages()[-4:]
            ],
        }
        told = "\n".join(f"  {name}: {fact}" for name, fact in facts.items())
        return f"\n{self.user_id}, update {update_id}:\n{told}"

    @property
    def _room(self) -> str:
        """What only the days of the parent's own doctor say: nobody else races for those times."""
        return f"каб. {self.doctor_id}\n\nВыберите день"


def _first_on(screen: Message, kind: str) -> str:
    """The first button of a kind on a screen."""
    data = [button.data or "" for row in screen.buttons for button in row]
    return next(found for found in data if found.startswith(kind))


def _numbers(message: Message) -> list[str]:
    return re.findall(r"№ (\d+)", read(message))


def _is_new(message: Message, known: Sequence[str] | None) -> bool:
    """A letter that says no number, as a discreet one, answers no tap."""
    said = set(_numbers(message))
    return known is None or (bool(said) and not said & set(known))


def read(message: Message) -> str:
    """What an eye sees of a message: the text and the buttons."""
    labels = [button.text for row in message.buttons for button in row]
    return "\n".join([message.text, *labels]).replace("\u00a0", " ")


@dataclass
class Someone:
    """A person in front of their chat."""

    street: Street
    user_id: int

    @property
    def messages(self) -> list[Message]:
        return [m for m in self.street.telegram.chat(self.user_id) if m.from_bot]

    def says(self, words: str) -> bool:
        """Whether this stands here, in a message or on a button."""
        return any(words in read(message) for message in self.messages)

    async def say(self, text: str, answer: str) -> None:
        self.street.telegram.say(self.user_id, text)
        await self.street.until(lambda: self.says(answer))

    def button(self, fits: Callable[[str, str], bool]) -> tuple[int, str]:
        """The lowest button of which this is true, by its label and data: its message, its data."""
        return next(
            (message.id, button.data or "")
            for message in reversed(self.messages)
            for row in message.buttons
            for button in row
            if fits(button.text.replace("\u00a0", " "), button.data or "")
        )

    async def tap(self, label: str, answer: str, times: int = 1) -> None:
        message_id, data = self.button(lambda text, _data: label in text)
        await self.tap_data(message_id, data, answer, times)

    async def tap_data(self, message_id: int, data: str, answer: str, times: int = 1) -> None:
        for _ in range(times):
            self.street.telegram.tap(self.user_id, message_id, data)
        await self.street.until(lambda: self.says(answer))


@dataclass
class Process:
    """The bot as an operator runs it."""

    running: asyncio.subprocess.Process

    @classmethod
    async def start(cls, street: Street, house: House, **other: str) -> Self:
        settings = {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": house.database.address,
            "TELEGRAM_API_BASE": street.address,
            "LOG_LEVEL": "ERROR",
            "TAPS_PER_MINUTE": "100000",
            **other,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env=os.environ | settings
        )
        street.processes.append(process)
        return cls(process)

    async def kill(self, how: signal.Signals) -> float:
        """Kill it, and return the seconds until it was gone."""
        begun = time.monotonic()
        self.running.send_signal(how)
        await self.running.wait()
        return time.monotonic() - begun


@dataclass
class Tally:
    """What the killing came to."""

    kills: Counter[str] = field(default_factory=Counter)
    slowest_stop: float = 0.0

    async def kill(self, process: Process, how: signal.Signals) -> None:
        """Kill a process, which has to end well, and soon, when it is asked to (R42)."""
        seconds = await process.kill(how)
        self.kills[how.name] += 1
        if how is signal.SIGTERM:
            self.slowest_stop = max(self.slowest_stop, seconds)
            assert process.running.returncode == 0
            assert seconds < STOPS_WITHIN

    def __str__(self) -> str:
        return f"{dict(self.kills)}, slowest SIGTERM {self.slowest_stop:.1f} s"


async def _still_waiting(
    street: Street, lives: Sequence[asyncio.Task[None]]
) -> set[asyncio.Task[None]]:
    """Who was not answered, once nobody has had an answer to go on with for a minute."""
    while True:
        last = street.telegram.world.last_update_id
        _, waiting = await asyncio.wait(lives, timeout=60)
        if not waiting or street.telegram.world.last_update_id == last:
            return waiting


async def live_through(
    street: Street, house: House, trouble: Callable[[], Awaitable[None]], limit: float
) -> None:
    """Let parents live through trouble, and for a while after it, and tell what it came to.

    Everybody is answered to the end, and every visit was booked exactly once.
    """
    enough = asyncio.Event()
    first = street.telegram.world.last_update_id
    parents = [Parent(street, 1000 + number, number + 1) for number in range(PARENTS)]
    lives = [asyncio.create_task(parent.live(enough)) for parent in parents]
    try:
        async with asyncio.timeout(limit):
            await trouble()
    except TimeoutError:
        whom = "".join([await parent.in_trouble(house) for parent in parents])
        raise AssertionError(f"the trouble lasts longer than {limit} s: {whom}") from None
    enough.set()
    lost = await _still_waiting(street, lives)
    waiting = [parent for parent, life in zip(parents, lives, strict=True) if life in lost]
    assert not waiting, "".join([await parent.in_trouble(house) for parent in waiting])
    await asyncio.gather(*lives)

    told = [number for parent in parents for number in parent.booked]
    sent = street.telegram.world.last_update_id - first
    sys.stdout.write(
        f"\n{house.database.kind}: {sent} updates, {len(told)} visits booked and cancelled, "
        f"lost 0, doubled {await house.count('appointments') - len(told)}, "
        f"set aside {await house.count('dead_letters')}\n"
    )
    assert len(told) == len(set(told)) >= PARENTS
    assert await house.count("appointments") == len(told)
    assert await house.count("appointments", "state = 'cancelled'") == len(told)
    assert await house.count("children") == await house.count("consents") == PARENTS
    assert await house.count("dead_letters") == 0
