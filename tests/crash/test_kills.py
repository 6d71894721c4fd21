"""The real process, killed at random under load: nothing is lost, nothing takes effect twice."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from random import Random

import pytest

from bot.sandbox.faults import Limit, Limits
from tests.conftest import House
from tests.crash.street import Process, Street, Tally, live_through, open_street, prepare
from tests.databases import POSTGRESQL, SQLITE

pytestmark = pytest.mark.crash

FEW = Limit(messages=2, seconds=4)
"""Of a chat: less than a parent's taps need."""
KILLS = int(os.environ.get("CRASH_KILLS", "3"))


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.replicas)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with open_street() as street:
        yield street


async def test_kills_under_load_lose_nothing_and_repeat_nothing(
    street: Street, house: House
) -> None:
    """Parents book and cancel while the bot is killed by SIGKILL and SIGTERM at random moments:
    everybody is answered to the end, and every visit was booked exactly once (R42, R43)."""
    await _kill_again_and_again(street, house, answers=0)


async def test_kills_while_answers_are_owed_lose_none_of_them(street: Street, house: House) -> None:
    """Telegram takes so few messages a chat that most answers are refused and owed, and the bot is
    killed between effect and answer: the next process gives it, and nothing is booked twice (R43,
    R45). Each gives an answer at least: one is owed for two and a half minutes, in which a busy
    machine starts few processes, and each has to load what a first answer needs."""
    street.telegram.faults.add(Limits(bot=None, private=FEW))
    await _kill_again_and_again(street, house, answers=1)
    assert street.telegram.faults.counts.limited > 0


async def _kill_again_and_again(street: Street, house: House, answers: int) -> None:
    await prepare(house)
    dice = Random(KILLS)  # noqa: S311
    tally = Tally()

    async def kill_again_and_again() -> None:
        """One process after the other; each lives for a random while after it first asked, and
        gave so many answers."""
        telegram = street.telegram
        for _ in range(KILLS):
            telegram.polls = telegram.says = 0
            process = await Process.start(street, house)
            await street.until(lambda: telegram.polls > 0 and telegram.says >= answers)
            await asyncio.sleep(dice.uniform(0, 1))  # the random moment
            await tally.kill(process, dice.choice([signal.SIGKILL, signal.SIGTERM]))
        await Process.start(street, house)

    await live_through(street, house, kill_again_and_again, limit=60 + 60 * KILLS)
    await tally.kill(Process(street.processes[-1]), signal.SIGTERM)
    sys.stdout.write(f"{tally}\n")
