"""The sandbox's own clock, which goes ahead of the real one (the demo shows reminders so)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from bot.sandbox import Telegram, Upcoming
from tests.sandbox.world import ANNA, TOKEN, Clock, make_telegram, until_polled

HOUR = 3600.0
DAY = 24 * HOUR


async def _texts(bot: Bot) -> list[str | None]:
    return [update.message.text for update in await bot.get_updates() if update.message]


async def test_time_passes_at_once(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """A jump adds to the clock that was given, which then goes on from there."""
    start = clock()
    assert telegram.now() == start
    telegram.fast_forward(HOUR)
    telegram.fast_forward(0.5)
    clock.move(60)

    assert telegram.now() == start + timedelta(seconds=HOUR + 60.5)
    assert telegram.seconds() == telegram.now().timestamp()
    sent = await bot.send_message(ANNA, "x")
    assert sent.date == start + timedelta(seconds=HOUR + 60)


def test_now_is_in_utc() -> None:
    """Whatever zone the given clock lives in, the answer is the same moment in UTC."""
    moscow = timezone(timedelta(hours=3))
    telegram = Telegram(token=TOKEN, now=lambda: datetime(2026, 11, 23, 12, 0, tzinfo=moscow))
    assert telegram.now() == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert telegram.now().tzinfo is UTC


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 367 * DAY])
def test_there_is_no_way_back(telegram: Telegram, clock: Clock, seconds: float) -> None:
    """Time goes forward only, and a year at most."""
    with pytest.raises(ValueError, match="time goes forward"):
        telegram.fast_forward(seconds)
    assert telegram.now() == clock()


async def test_subscribers_hear_of_a_jump(telegram: Telegram) -> None:
    """Whoever listens is told what time it is now."""
    with telegram.subscribe() as events:
        telegram.fast_forward(HOUR)
        assert events.get_nowait() == {"kind": "clock", "now": "2026-11-23T10:00:00+00:00"}


async def test_taps_and_updates_grow_old(bot: Bot, telegram: Telegram) -> None:
    """A jump ends the life of what waits: a tap after 150 seconds, a text after a day."""
    telegram.say(ANNA, "привет")
    telegram.tap(ANNA, 1, "x")
    (_, tapped) = await bot.get_updates()
    telegram.fast_forward(151)

    assert await _texts(bot) == ["привет"]
    assert tapped.callback_query
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await tapped.callback_query.answer()
    telegram.fast_forward(DAY)
    assert await bot.get_updates() == []


async def test_a_jump_does_not_break_a_long_poll(bot: Bot, telegram: Telegram) -> None:
    """A long poll that waits goes on waiting, and gets what happens afterwards."""
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await until_polled(telegram)
    telegram.fast_forward(7 * DAY)
    assert telegram.queue.is_polled()
    telegram.say(ANNA, "через неделю")

    async with asyncio.timeout(5):
        (update,) = await poll
    assert update.message
    assert (update.message.text, update.message.date) == (
        "через неделю",
        datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    )


async def test_a_restart_does_not_turn_time_back(clock: Clock, tmp_path: Path) -> None:
    """The sandbox stays as far ahead as it was."""
    memory = tmp_path / "sandbox.json"
    before = make_telegram(clock, memory=memory)
    before.fast_forward(DAY)
    await before.close()
    assert Telegram(token=TOKEN, now=clock, memory=memory).now() == clock() + timedelta(days=1)


# --- To a moment ------------------------------------------------------------------------------


def _at(moment: datetime | None) -> Upcoming:
    async def upcoming() -> datetime | None:
        return moment

    return upcoming


def test_time_passes_until_a_moment(telegram: Telegram, clock: Clock) -> None:
    """In whatever zone the moment is told."""
    telegram.fast_forward(HOUR)
    telegram.forward_to(datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=3))))
    assert telegram.now() == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


async def test_time_passes_until_the_next_thing_is_due(telegram: Telegram, clock: Clock) -> None:
    """And a second more, so that nothing is early."""
    due = clock() + timedelta(days=3)
    telegram.upcoming = _at(due)
    await telegram.forward_to_next()
    assert telegram.now() == due + timedelta(seconds=1)


@pytest.mark.parametrize("ahead", [-DAY, -1.0, 0.0, 367 * DAY])
def test_no_moment_of_the_past(telegram: Telegram, clock: Clock, ahead: float) -> None:
    """Nor one that is more than a year ahead."""
    with pytest.raises(ValueError, match=r"ahead|time goes forward"):
        telegram.forward_to(clock() + timedelta(seconds=ahead))
    assert telegram.now() == clock()


@pytest.mark.parametrize(
    ("upcoming", "words"),
    [
        (None, "nothing is due"),
        (_at(None), "nothing is due"),
        (_at(datetime(2026, 11, 23, 8, 59, tzinfo=UTC)), "is not ahead"),
    ],
    ids=["nobody can say", "nothing", "due already"],
)
async def test_nothing_to_go_to(
    telegram: Telegram, clock: Clock, upcoming: Upcoming | None, words: str
) -> None:
    """Then time stays as it is."""
    telegram.upcoming = upcoming
    with pytest.raises(ValueError, match=words):
        await telegram.forward_to_next()
    assert telegram.now() == clock()
