"""Taps per second of real processes, by long polling over HTTP, against a stock aiogram bot.

Parents book by the full path and cancel; stock's tap on one message, which is answered and edited,
and nothing else. Telegram and the parents run in this process, for all contenders alike.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median

from tests.bench.bots import OURS, STOCK, a_bot, a_clinic, a_telegram
from tests.bench.contest import Times, ratio
from tests.bench.parents import PARENTS, Crowd, book_and_cancel, tap_on_one_message
from tests.databases import BOTH, POSTGRESQL, SQLITE, Shelves

ROUNDS, TURN = 20, 2.0
"""How many, and how many seconds."""
WARM_UP = 100
"""Taps before the first round."""
REACHES = {SQLITE: 0.8, POSTGRESQL: 0.7}
THE_STOCK = "stock"


async def main(
    shelves: Shelves,
    kinds: Sequence[str] = BOTH,
    rounds: int = ROUNDS,
    turn: float = TURN,
    warm_up: int = WARM_UP,
) -> None:
    """Taps per second over HTTP, on both databases, against a stock bot that only answers."""
    async with AsyncExitStack() as open_ones:
        crowds = {
            name: await open_ones.enter_async_context(_contender(shelves, name))
            for name in (THE_STOCK, *kinds)
        }
        took: dict[str, Times] = {name: [] for name in crowds}
        for crowd in crowds.values():
            await crowd.tap_times(warm_up)
        for _ in range(rounds):
            for name, crowd in crowds.items():
                took[name].append(await crowd.tap_for(turn))
    sys.stdout.write(f"{rounds} rounds, {PARENTS} parents at a time\n")
    for name, times in took.items():
        sys.stdout.write(f"{name}: {1 / median(times):.0f} taps/s\n")
    for kind in kinds:
        share = ratio(took[THE_STOCK], took[kind])
        sys.stdout.write(f"{kind} / stock: {share}; reach {REACHES[kind]}\n")


@asynccontextmanager
async def _contender(shelves: Shelves, name: str) -> AsyncIterator[Crowd]:
    """Parents of our bot on a kind of database, or of the stock bot."""
    async with a_telegram() as (telegram, address):
        if name == THE_STOCK:
            bot, life = a_bot(STOCK, address), tap_on_one_message
        else:
            database = await a_clinic(shelves, name, doctors=PARENTS)
            bot, life = a_bot(OURS, address, database), book_and_cancel
        crowd = Crowd(telegram, life)
        async with bot, crowd.living():
            yield crowd
