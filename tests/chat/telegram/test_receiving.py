"""The receiving loop: nothing is acknowledged before it is done, and nobody holds up the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter
from aiogram.types import Update
from structlog.testing import capture_logs

from bot.app import build_bot
from bot.sandbox.session import SandboxSession
from bot.sandbox.telegram import Telegram
from bot.telegram.handling import MOST_IN_HAND, Handling, Owe, _again_after, owe_nothing
from bot.telegram.receiving import GetRawUpdates, Receiver
from services.ports.transaction import StorageUnavailable
from tests.chat.conftest import TOKEN
from tests.conftest import House


@dataclass
class Desk:
    """Where updates arrive: notes each, and does with it what the test says."""

    telegram: Telegram
    handled: list[str] = field(default_factory=list)
    set_aside: list[tuple[int, str, str]] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def note(self, update: Update) -> None:
        assert update.message
        async with self.changed:
            self.handled.append(update.message.text or "")
            self.changed.notify_all()

    async def put_aside(self, update_id: int, kind: str, error: str) -> None:
        async with self.changed:
            self.set_aside.append((update_id, kind, error))
            self.changed.notify_all()

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(fact)

    @asynccontextmanager
    async def receiving(
        self,
        handle: Callable[[Update], Awaitable[object]] | None = None,
        limit: float = 20,
        session: type[SandboxSession] = SandboxSession,
        owe: Owe = owe_nothing,
    ) -> AsyncIterator[Receiver]:
        """A process that receives; at the end it is asked to stop, and does."""
        self.stopping.clear()
        bot = build_bot(TOKEN, session(self.telegram))
        handling = Handling(bot, handle or self.note, self.put_aside, owe=owe, limit=limit)
        receiver = Receiver(bot, handling, self.stopping)
        running = asyncio.create_task(receiver.run())
        try:
            yield receiver
        finally:
            self.stopping.set()
            await running

    def left(self) -> list[str]:
        """The texts that Telegram still keeps for the bot."""
        return [raw["message"]["text"] for raw in self.telegram.take()]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    telegram = Telegram(token=TOKEN)
    telegram.add_user(1, "Анна")
    yield Desk(telegram)
    await telegram.close()


async def test_what_is_done_is_acknowledged(desk: Desk) -> None:
    """After a stop nothing that was handled is given to the next process."""
    for number in range(5):
        desk.telegram.say(1, str(number))
    async with desk.receiving():
        await desk.until(lambda: len(desk.handled) == 5)

    assert desk.left() == []


async def test_what_is_not_done_is_given_to_the_next_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the middle of an update: Telegram still holds it, and only it and later ones
    (R43)."""
    monkeypatch.setattr("bot.telegram.handling.LAST_WORDS", 0.05)

    async def stuck_at_two(update: Update) -> None:
        await desk.note(update)
        if desk.handled[-1] == "2":
            await asyncio.Event().wait()

    for number in range(4):
        desk.telegram.say(1, str(number))
    async with desk.receiving(stuck_at_two):
        await desk.until(lambda: len(desk.handled) == 4)

    assert desk.left() == ["2", "3"]


async def test_one_stuck_update_holds_up_nobody(desk: Desk) -> None:
    """While the lowest is in hand, later ones are taken and handled, each once (R43, R45)."""
    free = asyncio.Event()

    async def slow_first(update: Update) -> None:
        if update.message and update.message.text == "slow":
            await free.wait()
        await desk.note(update)

    desk.telegram.say(1, "slow")
    async with desk.receiving(slow_first):
        for number in range(10):
            desk.telegram.say(1, str(number))
        await desk.until(lambda: len(desk.handled) == 10)
        free.set()
        await desk.until(lambda: len(desk.handled) == 11)

    assert sorted(desk.handled) == sorted([*map(str, range(10)), "slow"])
    assert desk.left() == []


def refused(update: Update) -> bool:
    return bool(update.message and update.message.text == "refused")


@pytest.mark.parametrize("can_be_owed", [True, False])
async def test_who_waits_for_telegram_holds_up_nobody(desk: Desk, can_be_owed: bool) -> None:
    """Telegram takes no answer for an update for two minutes, and gives no more than a hundred from
    it on: the others are handled at once all the same. It is owed; or, where what was typed did not
    take effect and cannot be kept, set aside, which is counted and told to the operators (R44)."""
    owed: list[int] = []

    async def owe(raw: dict[str, Any], wait: float, life: float) -> bool:
        assert (wait, round(life)) == (120, 150)
        if can_be_owed:
            owed.append(raw["update_id"])
        return can_be_owed

    async def handle(update: Update) -> None:
        if refused(update):
            raise TelegramRetryAfter(GetRawUpdates(), "slower", retry_after=120)
        await desk.note(update)

    first = desk.telegram.say(1, "refused")
    async with desk.receiving(handle, owe=owe):
        for number in range(250):
            desk.telegram.say(1, str(number))
        await desk.until(lambda: len(desk.handled) == 250)

    assert sorted(map(int, desk.handled)) == list(range(250))
    assert owed == ([first] if can_be_owed else [])
    assert [each[0] for each in desk.set_aside] == ([] if can_be_owed else [first])
    assert desk.left() == []


async def test_who_waits_for_telegram_waits_on_while_there_is_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is set aside as long as nobody else waits for it, and a stop leaves it to the next
    process (R43)."""
    monkeypatch.setattr("bot.telegram.handling.LAST_WORDS", 0.05)

    async def handle(update: Update) -> None:
        if refused(update):
            raise TelegramRetryAfter(GetRawUpdates(), "slower", retry_after=120)
        await desk.note(update)

    desk.telegram.say(1, "refused")
    async with desk.receiving(handle):
        for number in range(90):
            desk.telegram.say(1, str(number))
        await desk.until(lambda: len(desk.handled) == 90)

    assert desk.set_aside == []
    assert desk.left()[0] == "refused"


async def test_while_the_database_is_away_nobody_is_owed_or_set_aside(desk: Desk) -> None:
    """Then everybody waits, and the operators are told of that (R43)."""
    owed: list[int] = []
    tried: set[int] = set()
    away = True

    async def owe(raw: dict[str, Any], _wait: float, _life: float) -> bool:
        owed.append(raw["update_id"])
        return True

    async def handle(update: Update) -> None:
        if away:
            async with desk.changed:
                tried.add(update.update_id)
                desk.changed.notify_all()
            raise StorageUnavailable
        await desk.note(update)

    for number in range(150):
        desk.telegram.say(1, str(number))
    async with desk.receiving(handle, owe=owe):
        await desk.until(lambda: len(tried) == MOST_IN_HAND)
        away = False
        await desk.until(lambda: len(desk.handled) == 150)

    assert (owed, desk.set_aside) == ([], [])


async def test_more_than_fits_in_hand_waits_at_telegram(desk: Desk) -> None:
    """At most 64 are in hand; the others come when there is room, none twice."""
    free = asyncio.Event()
    most = 0
    now = 0

    async def slow(update: Update) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        if most == MOST_IN_HAND:
            free.set()
        await free.wait()
        now -= 1
        await desk.note(update)

    for number in range(150):
        desk.telegram.say(1, str(number))
    async with desk.receiving(slow):
        await desk.until(lambda: len(desk.handled) == 150)

    assert most == MOST_IN_HAND
    assert sorted(map(int, desk.handled)) == list(range(150))


async def test_one_bad_update_among_a_hundred(desk: Desk) -> None:
    """Two that cannot be handled, of which one not even be read: ninety-eight are, the two are set
    aside with id, kind and error, and nothing of what they say (R44)."""

    async def allergic(update: Update) -> None:
        if update.message and update.message.text == "poison":
            raise ValueError("poison of Миша")
        await desk.note(update)

    for number in range(49):
        desk.telegram.say(1, str(number))
    unreadable = desk.telegram.push({"message": {"message_id": "Миша", "date": None}})
    poison = desk.telegram.say(1, "poison")
    for number in range(49, 98):
        desk.telegram.say(1, str(number))
    async with desk.receiving(allergic):
        await desk.until(lambda: len(desk.handled) == 98 and len(desk.set_aside) == 2)

    assert {(update_id, kind) for update_id, kind, _ in desk.set_aside} == {
        (unreadable, "message"),
        (poison, "message"),
    }
    assert "Миша" not in str(desk.set_aside)
    assert any(error.startswith("ValueError in tests/") for _, _, error in desk.set_aside)


async def test_a_database_that_is_away_is_waited_for(desk: Desk) -> None:
    """A transient error leaves the update unfinished; it is tried until it can be done (R43)."""
    attempts = 0

    async def locked_twice(update: Update) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise StorageUnavailable
        await desk.note(update)

    desk.telegram.say(1, "hello")
    async with desk.receiving(locked_twice):
        await desk.until(lambda: desk.handled == ["hello"])

    assert attempts == 3
    assert desk.set_aside == []


async def test_an_update_that_takes_too_long_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler has its limit; after some attempts the update is set aside (R44)."""
    monkeypatch.setattr("bot.telegram.handling.TIMEOUTS", 1)

    async def endless(_update: Update) -> None:
        await asyncio.Event().wait()

    update_id = desk.telegram.say(1, "hello")
    async with desk.receiving(endless, limit=0.01):
        await desk.until(lambda: bool(desk.set_aside))

    assert desk.set_aside[0][0] == update_id
    assert desk.set_aside[0][2].startswith("TimeoutError")


@pytest.mark.parametrize(
    "broken", [asyncio.CancelledError(), ExceptionGroup("several", [ValueError("one")])]
)
async def test_a_handler_that_breaks_off_holds_up_nobody(desk: Desk, broken: BaseException) -> None:
    """Whatever ends the handling of an update, the loop goes on with the others (R44)."""

    async def breaks_off(update: Update) -> None:
        if update.message and update.message.text == "poison":
            raise broken
        await desk.note(update)

    desk.telegram.say(1, "poison")
    async with desk.receiving(breaks_off):
        for number in range(150):
            desk.telegram.say(1, str(number))
        await desk.until(lambda: len(desk.handled) == 150 and len(desk.set_aside) == 1)

    assert desk.left() == []


async def test_an_id_from_below_is_taken_after_a_silence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a week of silence Telegram may go on with a lower id: it is not overlooked."""
    monkeypatch.setattr("bot.telegram.receiving.LONG_POLL", 0)
    asked: list[int | None] = []

    class Listening(SandboxSession):
        async def make_request(self, bot: Bot, method: Any, *rest: Any, **more: Any) -> Any:
            if isinstance(method, GetRawUpdates):
                asked.append(method.offset)
            async with desk.changed:
                desk.changed.notify_all()
            return await super().make_request(bot, method, *rest, **more)

    desk.telegram.say(1, "before")
    async with desk.receiving(session=Listening):
        await desk.until(lambda: len(set(asked)) == 2 and asked[-1] is None)
        desk.telegram.world.last_update_id = 7
        desk.telegram.say(1, "after")
        await desk.until(lambda: desk.handled == ["before", "after"])


@pytest.mark.parametrize(
    ("error", "longest"),
    [
        (StorageUnavailable(), 24 * 3600),
        (TelegramNetworkError(GetRawUpdates(), "no route"), 150),
        (ClientDecodeError("a proxy's page", ValueError(), "<html>"), 150),
        (TelegramRetryAfter(GetRawUpdates(), "slower", retry_after=7), 150),
    ],
)
def test_trouble_that_passes_is_waited_out(error: Exception, longest: float) -> None:
    """Tried again, at most every ten seconds, for as long as it makes sense (R43)."""
    age, attempt = 0.0, 0
    while (after := _again_after(error, attempt := attempt + 1, age)) is not None:
        assert 0 < after <= 10
        age += after

    assert longest - 10 <= age < longest
    assert _again_after(error, 10**6, 0) is not None


def test_what_does_not_pass_is_not_tried_again() -> None:
    """A mistake of ours fails the same way tomorrow; a handler's time is given three times."""
    assert _again_after(ValueError(), 1, 0) is None
    assert _again_after(TimeoutError(), 2, 40) is not None
    assert _again_after(TimeoutError(), 3, 60) is None


@pytest.mark.parametrize("webhook", [True, False])
async def test_a_conflict_is_said_in_words(desk: Desk, webhook: bool) -> None:
    """409 says which of the two it is: a webhook, or another copy of the bot."""
    words = "remove the webhook" if webhook else "another copy of this bot"
    bot = build_bot(TOKEN, SandboxSession(desk.telegram))
    if webhook:
        await bot.set_webhook("https://clinic.example/hook")
    with capture_logs() as logs:
        async with desk.receiving():
            async with asyncio.timeout(5):
                while not any(words in line["event"] for line in logs):
                    if not webhook:
                        await bot.get_updates(timeout=0)
                    await asyncio.sleep(0)


async def test_dead_letters_are_kept_and_counted(house: House) -> None:
    """They outlive the process; the same one again counts once (R44)."""
    for update_id in (7, 8, 8):
        await house.services.upkeep.set_aside(update_id, "message", "ValueError in bot/x.py:1 (f)")

    assert await house.services.upkeep.count_set_aside() == 2
