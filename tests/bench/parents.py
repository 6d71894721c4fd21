"""Parents who tap as soon as they are answered, for as long as they are let."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from time import perf_counter

from tests.bench.bots import BusyTelegram

PARENTS = 8


class Parent:
    """Somebody at their telephone."""

    def __init__(self, crowd: "Crowd", telegram: BusyTelegram, number: int) -> None:
        self.number = number
        self._crowd = crowd
        self._telegram = telegram
        self._id = 1000 + number
        telegram.add_user(self._id, f"Родитель {number}")

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

    def button(self, kind: str) -> str:
        """The first button of a kind on the lowest screen."""
        rows = self._telegram.screen(self._id).buttons
        data = [button.data or "" for row in rows for button in row]
        return next(found for found in data if found.removeprefix("+").startswith(f"{kind}:"))


Life = Callable[[Parent], Coroutine[None, None, None]]


async def book_and_cancel(parent: Parent) -> None:
    """Book by the full path, and cancel, again and again; each with a doctor of their own."""
    await parent.say("/start cromashka")
    await parent.tap(parent.button("consent"))
    await parent.say("Миша")
    await parent.say("12.03.2024")
    child = parent.button("time").split(":")[1]
    while True:
        await parent.tap(f"doctors:{child}:consultation:0:1")
        await parent.tap(f"days:{child}:consultation:0:{parent.number}")
        for kind in ("times", "time", "book", "ask-cancel", "cancel", "home"):
            await parent.tap(parent.button(kind))


async def tap_on_one_message(parent: Parent) -> None:
    """Tap on the first message, again and again."""
    await parent.say("/start")
    while True:
        await parent.tap("any:thing")


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
