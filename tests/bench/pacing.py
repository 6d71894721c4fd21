"""How much of Telegram's 30 messages a second four lanes use, and how often they are refused.

The receiving side is a few lines of its own and as strict as can be: 30 messages in any one second.
Each lane asks for a permit, sends to a chat of its own, and waits for the answer; beyond a round
trip of 4 / 29.5 s it is the lanes that limit, and the line says how much they can carry.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count

from bot.telegram.pacing import Pace
from services.model.messages import Urgency
from tests.bench.rows import Row
from tests.databases import Shelves

LIMIT = 30
LANES = 4
ROUND_TRIPS = (0, 50, 100, 130, 150, 200)
"""In milliseconds."""
SECONDS = 10.0
REACH = 0.97


class StrictTelegram:
    """Takes so many messages in any one second, and refuses what is beyond."""

    def __init__(self, round_trip: float) -> None:
        self._way = round_trip / 2
        self._lately: deque[float] = deque()
        self.taken = 0
        self.refused = 0

    async def send(self) -> None:
        await asyncio.sleep(self._way)
        now = asyncio.get_running_loop().time()
        while self._lately and self._lately[0] <= now - 1:
            self._lately.popleft()
        if len(self._lately) < LIMIT:
            self._lately.append(now)
            self.taken += 1
        else:
            self.refused += 1
        await asyncio.sleep(self._way)


async def main(
    _: Shelves, round_trips: Sequence[int] = ROUND_TRIPS, seconds: float = SECONDS
) -> list[Row]:
    """Share of 30 messages a second that four lanes reach, and refusals (429), by round trip."""
    sys.stdout.write(f"{LANES} lanes, {seconds:g} s for each round trip\n")
    rows = []
    for milliseconds in round_trips:
        telegram = StrictTelegram(milliseconds / 1000)
        share = await _share(telegram, seconds)
        possible = min(1, LANES * 1000 / max(milliseconds, 1) / LIMIT)
        sys.stdout.write(
            f"{milliseconds:>3} ms: share {share:.3f} of {possible:.2f} that the lanes can carry, "
            f"refused {telegram.refused}\n"
        )
        what = f"share of 30 a second, at {milliseconds} ms / what the lanes can carry"
        rows.append(Row(what, share / possible, at_least=REACH))
    return rows


async def _share(telegram: StrictTelegram, seconds: float) -> float:
    """What was taken of what Telegram would take in this time."""
    pace = Pace()
    chats = count(1)
    lanes = [asyncio.create_task(_send_on(pace, telegram, chats)) for _ in range(LANES)]
    await asyncio.wait(lanes, timeout=seconds)
    taken = telegram.taken
    for lane in lanes:
        lane.cancel()
    await asyncio.gather(*lanes, return_exceptions=True)
    if pace._giving:
        await pace._giving  # who gives turns sees that nobody waits any more, and ends
    return taken / (LIMIT * seconds)


async def _send_on(pace: Pace, telegram: StrictTelegram, chats: Iterator[int]) -> None:
    while True:
        await pace.permit(next(chats), Urgency.REMINDER)
        await telegram.send()
