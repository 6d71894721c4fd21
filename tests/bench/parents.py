"""Parents who tap as soon as they are answered, for as long as they are let."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

from tests.bench.bots import BusyTelegram

PARENTS = 8


class Parent:
    """Somebody at their telephone."""

    def __init__(self, crowd: "Crowd", telegram: BusyTelegram, number: int) -> None:
        self.number = number
        self.child = ""
        """The number of theirs, once the bot has told it."""
        self._crowd = crowd
        self._telegram = telegram
        self._id = 1000 + number
        telegram.add_user(self._id, f"Родитель {number}")

    def beside(self, number: int) -> "Parent":
        """Somebody else in the same crowd."""
        return Parent(self._crowd, self._telegram, number)

    async def say(self, text: str) -> None:
        """Write, and read what the bot says to it."""
        async with self._crowd.one_tap():
            self._telegram.say(self._id, text)
            await self._telegram.heard(self._id, "screen")

    async def tap(self, data: str) -> None:
        """Tap on the lowest screen, until it is answered and a screen was drawn."""
        async with self._crowd.one_tap():
            self._telegram.tap(self._id, self._telegram.screen(self._id).id, data)
            await self._telegram.heard(self._id, "screen", "answer")

    def button(self, kind: str, nth: int = 0) -> str:
        """A button of a kind on the lowest screen."""
        rows = self._telegram.screen(self._id).buttons
        data = [button.data or "" for row in rows for button in row]
        return [found for found in data if found.removeprefix("+").startswith(f"{kind}:")][nth]

    @property
    def doctor(self) -> int:
        """Whom they go to."""
        return (self.number - 1) % PARENTS + 1

    @property
    def place(self) -> int:
        """Which of the doctor's days is theirs, so that nobody is after another's time."""
        return (self.number - 1) // PARENTS


Life = Callable[[Parent], Coroutine[None, None, None]]


@dataclass(frozen=True)
class Way:
    """How a bot leads its parents."""

    begin: Life
    """To the list of doctors, for the first time."""
    book: Life
    """In four steps: the doctor, the day, the time, and yes."""
    give_back: Life
    """And to the list of doctors again."""


async def begin_at_ours(parent: Parent) -> None:
    await parent.say("/start cromashka")
    await parent.tap(parent.button("consent"))
    await parent.say("Миша")
    await parent.say("12.03.2024")
    parent.child = parent.button("time").split(":")[1]
    await parent.tap(f"doctors:{parent.child}:consultation:0:1")


async def book_at_ours(parent: Parent) -> None:
    await parent.tap(f"days:{parent.child}:consultation:0:{parent.doctor}")
    await parent.tap(parent.button("times", parent.place))
    await parent.tap(parent.button("time"))
    await parent.tap(parent.button("book"))


async def give_back_at_ours(parent: Parent) -> None:
    for kind in ("ask-cancel", "cancel", "home"):
        await parent.tap(parent.button(kind))
    await parent.tap(f"doctors:{parent.child}:consultation:0:1")


async def begin_at_usual(parent: Parent) -> None:
    await parent.say("/start")
    await parent.tap("menu:book")


async def book_at_usual(parent: Parent) -> None:
    await parent.tap(f"doctor:{parent.doctor}")
    await parent.tap(parent.button("day", parent.place))
    await parent.tap(parent.button("time"))
    await parent.tap("confirm:yes")


async def give_back_at_usual(parent: Parent) -> None:
    await parent.tap(parent.button("cancel"))
    await parent.tap("menu:book")


OUR_WAY = Way(begin_at_ours, book_at_ours, give_back_at_ours)
USUAL_WAY = Way(begin_at_usual, book_at_usual, give_back_at_usual)


def book_and_cancel(way: Way) -> Life:
    """Book by the full path, and cancel, again and again; each with a doctor of their own."""

    async def live(parent: Parent) -> None:
        await way.begin(parent)
        while True:
            await way.book(parent)
            await way.give_back(parent)

    return live


async def tap_on_one_message(parent: Parent) -> None:
    """Tap on the first message, again and again."""
    await parent.say("/start")
    while True:
        await parent.tap("any:thing")


async def newcomers(parent: Parent) -> None:
    """One family after another that writes for the first time, looks at the doctors and is gone."""
    number = parent.number
    while True:
        await begin_at_ours(parent.beside(number))
        number += PARENTS


class Crowd:
    """The parents of one Telegram. They wait until they are let."""

    def __init__(self, telegram: BusyTelegram, life: Life) -> None:
        self._telegram = telegram
        self._life = life
        self._let = asyncio.Event()
        self._all_answered = asyncio.Event()
        self._in_hand = 0
        self._wanted = 0
        self.answered = 0
        """How many taps and texts."""
        self.took: list[float] = []
        """Seconds that each of them waited for its answer."""

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Let them exist; one who is not answered in time ends it all."""
        async with asyncio.TaskGroup() as group:
            lives = [
                group.create_task(self._life(Parent(self, self._telegram, number)))
                for number in range(1, PARENTS + 1)
            ]
            yield
            for life in lives:
                life.cancel()

    async def tap_for(self, seconds: float) -> float:
        """Let them tap for a while, to the end of what is begun; the seconds that one tap took."""
        begun, before = perf_counter(), self.answered
        asyncio.get_running_loop().call_later(seconds, self._let.clear)
        await self._tap_until_stopped()
        return (perf_counter() - begun) / (self.answered - before)

    def let(self) -> None:
        """Let them tap whenever they like."""
        self._let.set()

    async def tap_times(self, count: int) -> None:
        """Let them tap so many times, all together, or a few times more."""
        self._wanted = self.answered + count
        await self._tap_until_stopped()

    async def _tap_until_stopped(self) -> None:
        self._all_answered.clear()
        self._let.set()
        await self._all_answered.wait()

    @asynccontextmanager
    async def one_tap(self) -> AsyncIterator[None]:
        """Wait to be let, and be counted."""
        await self._let.wait()
        self._in_hand += 1
        begun = perf_counter()
        yield
        self.took.append(perf_counter() - begun)
        self._in_hand -= 1
        self.answered += 1
        if self.answered == self._wanted:
            self._let.clear()
        if not self._in_hand and not self._let.is_set():
            self._all_answered.set()
