"""Real processes by long polling over HTTP: ours, a stock aiogram bot, and a usual booking bot.

Stock's tap on one message is answered and edited, and nothing else. The usual bot books as most
would have it, on the same databases, by the same four steps: a doctor, a day, a time, and yes. In
each round each of them in turn is tapped on by a few parents who book and cancel, for as long as a
turn takes; then 32 parents book, all at once, and then one alone. Telegram and the parents run in
this process, for all alike.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from tests.bench.bots import (
    OURS,
    STOCK,
    USUAL,
    a_bot,
    a_clinic,
    a_telegram,
    processor,
)
from tests.bench.contest import Times, ratio
from tests.bench.parents import (
    OUR_WAY,
    PARENTS,
    USUAL_WAY,
    Crowd,
    Parent,
    Way,
    book_and_cancel,
    tap_on_one_message,
)
from tests.bench.rows import Row
from tests.databases import BOTH, POSTGRESQL, SQLITE, Database, Shelves

ROUNDS, TURN = 20, 2.0
"""How many, and how many seconds."""
WARM_UP = 100
"""Taps before the first round."""
AT_ONCE = 32
ALONE = 5
"""Times that one parent books in a round."""
TAPS = {SQLITE: 0.4, POSTGRESQL: 0.3}
DIALOGUES, FOUR_STEPS, PROCESSOR = 1.5, 0.7, 2.5
THE_STOCK = "stock"


@dataclass(frozen=True)
class Players:
    """Parents who stand at the list of doctors, until they book and give it back."""

    parents: Sequence[Parent]
    way: Way

    async def begin(self) -> None:
        await asyncio.gather(*map(self.way.begin, self.parents))

    async def all_at_once(self) -> float:
        """The seconds that one dialogue took of all of them together."""
        begun = perf_counter()
        await asyncio.gather(*map(self.way.book, self.parents))
        took = perf_counter() - begun
        await asyncio.gather(*map(self.way.give_back, self.parents))
        return took / len(self.parents)

    async def one_alone(self) -> float:
        """The seconds of a dialogue of one parent: the median of some."""
        took = []
        for _ in range(ALONE):
            begun = perf_counter()
            await self.way.book(self.parents[0])
            took.append(perf_counter() - begun)
            await self.way.give_back(self.parents[0])
        return median(took)


@dataclass
class Contender:
    """A bot, who taps on it, and what each round took."""

    process: int
    crowd: Crowd
    players: Players | None
    tap: Times = field(default_factory=list)
    core: Times = field(default_factory=list)
    """Seconds of a core that the bot's process used for a tap."""
    crowded: Times = field(default_factory=list)
    alone: Times = field(default_factory=list)

    async def get_ready(self, warm_up: int) -> None:
        await self.crowd.tap_times(warm_up)
        if self.players:
            await self.players.begin()

    async def take_turn(self, seconds: float) -> None:
        used, answered = processor(self.process), self.crowd.answered
        self.tap.append(await self.crowd.tap_for(seconds))
        used = processor(self.process) - used
        self.core.append(used / (self.crowd.answered - answered))
        if self.players:
            self.crowded.append(await self.players.all_at_once())
            self.alone.append(await self.players.one_alone())


async def main(
    shelves: Shelves,
    kinds: Sequence[str] = BOTH,
    rounds: int = ROUNDS,
    turn: float = TURN,
    warm_up: int = WARM_UP,
) -> list[Row]:
    """Taps, dialogues and processor over HTTP, on both databases, against stock and usual bots."""
    async with AsyncExitStack() as open_ones:
        stock = await open_ones.enter_async_context(_stock())
        usual: dict[str, Contender] = {}
        ours: dict[str, Contender] = {}
        for kind in kinds:
            usual[kind] = await open_ones.enter_async_context(_usual(shelves, kind))
            ours[kind] = await open_ones.enter_async_context(_ours(shelves, kind))
        everybody = [stock, *usual.values(), *ours.values()]
        for contender in everybody:
            await contender.get_ready(warm_up)
        for _ in range(rounds):
            for contender in everybody:
                await contender.take_turn(turn)
    sys.stdout.write(f"{rounds} rounds; taps by {PARENTS} parents, dialogues by {AT_ONCE}\n")
    sys.stdout.write(_told(THE_STOCK, stock))
    for kind in kinds:
        sys.stdout.write(_told(f"usual, {kind}", usual[kind]) + _told(f"ours, {kind}", ours[kind]))
    return [row for kind in kinds for row in _rows(kind, stock, usual[kind], ours[kind])]


def _told(name: str, one: Contender) -> str:
    told = f"{name}: {1 / median(one.tap):.0f} taps/s, {1000 * median(one.core):.2f} ms of a core"
    if one.players:
        told += (
            f"; {1 / median(one.crowded):.1f} dialogues/s at once,"
            f" {1000 * median(one.alone):.0f} ms alone"
        )
    return f"{told}\n"


def _rows(kind: str, stock: Contender, usual: Contender, ours: Contender) -> list[Row]:
    return [
        Row(f"taps per second, {kind} / stock", ratio(stock.tap, ours.tap), at_least=TAPS[kind]),
        Row(
            f"dialogues per second of {AT_ONCE} parents, {kind} / usual",
            ratio(usual.crowded, ours.crowded),
            at_least=DIALOGUES,
        ),
        Row(
            f"a dialogue alone, {kind} / usual", ratio(ours.alone, usual.alone), at_most=FOUR_STEPS
        ),
        Row(f"processor of a tap, {kind} / stock", ratio(ours.core, stock.core), at_most=PROCESSOR),
    ]


@asynccontextmanager
async def _stock() -> AsyncIterator[Contender]:
    async with a_telegram() as (telegram, address), a_bot(STOCK, address) as process:
        crowd = Crowd(telegram, tap_on_one_message)
        async with crowd.living():
            yield Contender(process.pid, crowd, None)


@asynccontextmanager
async def _usual(shelves: Shelves, kind: str) -> AsyncIterator[Contender]:
    async with _booking(USUAL, await shelves.of(kind).fresh(), USUAL_WAY) as contender:
        yield contender


@asynccontextmanager
async def _ours(shelves: Shelves, kind: str) -> AsyncIterator[Contender]:
    database = await a_clinic(shelves, kind, doctors=PARENTS)
    async with _booking(OURS, database, OUR_WAY) as contender:
        yield contender


@asynccontextmanager
async def _booking(
    module: tuple[str, ...], database: Database, way: Way
) -> AsyncIterator[Contender]:
    async with a_telegram() as (telegram, address), a_bot(module, address, database) as process:
        crowd, others = (Crowd(telegram, book_and_cancel(way)) for _ in range(2))
        others.let()
        numbers = range(PARENTS + 1, PARENTS + AT_ONCE + 1)
        players = Players([Parent(others, telegram, number) for number in numbers], way)
        async with crowd.living():
            yield Contender(process.pid, crowd, players)
