"""Operators are told of trouble: soon, not too often, and nothing about a person."""

import asyncio
import io
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramMigrateToChat, TelegramNetworkError
from aiogram.utils.i18n import I18n
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent

from bot.app import build_bot
from bot.sandbox.session import SandboxSession
from bot.sandbox.telegram import Telegram
from bot.telegram.handling import Handling
from bot.watch.alarms import AGAIN_AFTER, REFUSED_AGAIN, Alarms
from bot.watch.metrics import Metrics
from services.model.clinic import Clinic
from services.model.messages import NotificationKind, NotificationState
from services.model.people import Language
from services.model.systems.outbox import OwnSystem, Queue
from services.model.waitlist.history import ListHealth
from services.ports.transaction import StorageUnavailable
from services.systems.operating import Health
from tests.chat.conftest import TOKEN
from tests.conftest import House
from tests.services.systems.fake import SETTINGS

OPERATOR, COLLEAGUE = 901, 902
GROUP = -77


class Line(SandboxSession):
    """The way to Telegram, which can be cut."""

    cut = False
    moved: int | None = None
    """What a group that the bot knows has become."""

    async def make_request(self, bot: Bot, method: Any, *rest: Any, **more: Any) -> Any:
        if self.cut:
            raise TelegramNetworkError(method=method, message="no route to host")
        chat = getattr(method, "chat_id", None)
        if chat == GROUP and self.moved:
            raise TelegramMigrateToChat(method, "upgraded", self.moved)
        if chat == GROUP:
            raise TelegramForbiddenError(method, "bot was kicked from the group chat")
        return await super().make_request(bot, method, *rest, **more)


@dataclass
class Watchtower:
    """A process with operators, in a time that the test moves."""

    i18n: I18n
    telegram: Telegram
    line: Line
    seconds: float = 0.0
    database_is_there: bool = True
    late: timedelta = timedelta()
    by_webhook: bool = False
    chats: list[int] = field(default_factory=lambda: [OPERATOR, COLLEAGUE])
    handle: Any = None

    def __post_init__(self) -> None:
        self.bot = build_bot(TOKEN, self.line)

        async def handle(update: Any) -> None:
            await self.handle(update)

        async def set_aside(_update_id: int, kind: str, error: str) -> None:
            self.alarms.set_aside(kind, error)

        self.handling = Handling(self.bot, handle, set_aside, seconds=lambda: self.seconds)
        self.alarms = Alarms(
            self.bot,
            self.i18n,
            Language.RUSSIAN,
            self.chats,
            self.handling,
            self._database_answers,
            self._lateness,
            by_webhook=self.by_webhook,
            seconds=lambda: self.seconds,
        )

    async def _lateness(self) -> timedelta:
        return self.late

    async def _database_answers(self) -> bool:
        return self.database_is_there

    async def after(self, seconds: float = 0) -> list[str]:
        """Let time pass, look, and return what an operator reads then and did not before."""
        before = len(self.read(OPERATOR))
        self.seconds += seconds
        await self.alarms.look()
        return self.read(OPERATOR)[before:]

    def read(self, chat: int) -> list[str]:
        said = [message.text for message in self.telegram.chat(chat) if message.from_bot]
        return [text.replace("\xa0", " ") for text in said]  # a number stays with what it counts


@pytest.fixture
async def tower(i18n: I18n) -> Watchtower:
    telegram = Telegram(token=TOKEN)
    for operator in (OPERATOR, COLLEAGUE):
        telegram.add_user(operator, "Оператор")
        telegram.say(operator, "/start")
    return Watchtower(i18n, telegram, Line(telegram))


async def test_an_update_that_was_set_aside_is_told(tower: Watchtower) -> None:
    """Every operator reads what kind it was and where it failed, and nothing of what it said
    (R34, R44)."""

    async def poisoned(_update: Any) -> None:
        raise ValueError("Миша, 12.03.2024")

    tower.handle = poisoned
    [raw, _] = tower.telegram.take()
    await tower.handling.take(raw["update_id"], raw)

    [told] = await tower.after()
    assert "отложено (message): ValueError in tests/chat/telegram/test_alarms.py" in told
    assert "Миша" not in told
    assert tower.read(COLLEAGUE) == [told]
    assert await tower.after() == []


async def test_the_same_trouble_is_told_once_an_hour(tower: Watchtower) -> None:
    """What came in between is counted in the next one; other trouble does not wait for it."""
    tower.alarms.set_aside("message", "ValueError")
    assert len(await tower.after()) == 1
    for _ in range(3):
        tower.alarms.set_aside("message", "KeyError")
        assert await tower.after(60) == []
    tower.alarms.job_failed(a_failure(ValueError()))
    assert len(await tower.after()) == 1

    [told] = await tower.after(AGAIN_AFTER)
    assert "KeyError" in told
    assert "(И ещё 2 раза.)" in told
    assert await tower.after(AGAIN_AFTER) == []


async def test_a_database_that_stays_away_is_told_and_its_return_too(tower: Watchtower) -> None:
    """Not within the first minute, then once, and once more when it is back."""
    tower.database_is_there = False
    assert await tower.after() == []
    assert await tower.after(59) == []
    [told] = await tower.after(1)
    assert "База данных не отвечает уже 1 мин." in told
    assert await tower.after(AGAIN_AFTER) == []

    tower.database_is_there = True
    [told] = await tower.after()
    assert "База данных снова на месте; её не было 61 мин." in told
    tower.database_is_there = False
    assert await tower.after(AGAIN_AFTER) == []
    assert len(await tower.after(60)) == 1


async def test_a_short_absence_is_nobodys_business(tower: Watchtower) -> None:
    """A database that was away for half a minute is not spoken of."""
    tower.database_is_there = False
    await tower.after()
    tower.database_is_there = True

    assert await tower.after(30) == []


async def test_an_update_that_waits_for_the_database_is_trouble(tower: Watchtower) -> None:
    """Though it can be read: a file that somebody else keeps locked cannot be written."""
    locked, tried = True, asyncio.Event()

    async def book(_update: Any) -> None:
        tried.set()
        if locked:
            raise StorageUnavailable

    tower.handle = book
    [raw, _] = tower.telegram.take()
    task = tower.handling.take(raw["update_id"], raw)
    await tried.wait()
    assert await tower.after() == []
    assert len(await tower.after(60)) == 1
    locked = False
    await task
    assert "снова на месте" in (await tower.after())[0]


async def test_a_telegram_that_was_silent_is_told_when_it_is_back(tower: Watchtower) -> None:
    """Nobody can be told before; short silences are not spoken of."""
    assert await tower.after(299) == []
    tower.handling.heard()
    assert await tower.after() == []
    assert await tower.after(720) == []
    tower.handling.heard()

    [told] = await tower.after(10)
    assert "Telegram был недоступен 12 мин;" in told


async def test_what_cannot_be_told_is_told_later(tower: Watchtower) -> None:
    """Telegram is away just then: the alarm waits for it."""
    tower.alarms.set_aside("message", "ValueError")
    tower.line.cut = True
    assert await tower.after() == []
    tower.line.cut = False

    assert len(await tower.after(30)) == 1


async def test_an_operator_who_blocked_the_bot_keeps_nobody_from_reading(tower: Watchtower) -> None:
    """The other one is told, and it is not tried for ever."""
    tower.telegram.block(OPERATOR)
    tower.alarms.set_aside("message", "ValueError")
    await tower.after()
    await tower.after()

    assert len(tower.read(COLLEAGUE)) == 1


async def test_a_group_that_became_a_supergroup_is_told(
    tower: Watchtower, log_lines: io.StringIO
) -> None:
    """R68: at its new id, at once and from then on; the log says which number to set."""
    tower.line.moved = OPERATOR
    group = Watchtower(tower.i18n, tower.telegram, tower.line, chats=[GROUP])
    group.alarms.set_aside("message", "ValueError")
    assert len(await group.after()) == 1
    assert f"was={GROUP} now={OPERATOR}" in log_lines.getvalue()
    assert "OPERATOR_CHAT_IDS" in log_lines.getvalue()

    tower.line.moved = None
    group.alarms.job_failed(a_failure(ValueError()))
    assert len(await group.after()) == 1


async def test_what_one_chat_would_not_take_is_not_told(tower: Watchtower) -> None:
    """R68: it was told another one only; who put the bot out of a group and takes it in again
    reads what happened meanwhile, and it is not tried in between."""
    group = Watchtower(tower.i18n, tower.telegram, tower.line, chats=[GROUP, COLLEAGUE])
    group.alarms.set_aside("message", "ValueError")
    await group.after()
    assert len(group.read(COLLEAGUE)) == 1
    tower.line.moved = OPERATOR
    assert await group.after(REFUSED_AGAIN - 1) == []
    [told] = await group.after(1)

    assert "ValueError" in told
    assert len(group.read(COLLEAGUE)) == 1


async def test_a_message_that_was_given_up_is_told(tower: Watchtower) -> None:
    """R20, R52: one that was sent is nobody's business."""
    tower.alarms.notified(NotificationKind.CANCELLED, NotificationState.SENT)
    assert await tower.after() == []
    tower.alarms.notified(NotificationKind.CANCELLED, NotificationState.FAILED)
    [told] = await tower.after()

    assert "Сообщение (cancelled) не удалось отправить" in told


@pytest.mark.parametrize("waiting", [True, False])
async def test_a_webhook_that_is_broken_is_told(tower: Watchtower, waiting: bool) -> None:
    """Nothing came for five minutes: that is a quiet night, unless Telegram has something."""
    tower = Watchtower(tower.i18n, tower.telegram, tower.line, by_webhook=True)
    if not waiting:
        tower.telegram.take()
    tower.telegram.world.webhook = {
        "url": "https://clinic.example/hook",
        "last_error_message": "SSL error {certificate verify failed}",
    }
    assert await tower.after(299) == []
    told = await tower.after(1)

    assert len(told) == waiting
    if told:
        assert "ждут 2: SSL error {certificate verify failed}" in told[0]


async def test_a_tick_that_fails_is_told_by_its_name(tower: Watchtower) -> None:
    """But not for the database, which is told by itself."""
    tower.alarms.job_failed(a_failure(StorageUnavailable()))
    assert await tower.after() == []
    tower.alarms.job_failed(a_failure(ValueError("Миша")))

    [told] = await tower.after()
    assert "Задание tell_due не выполнилось: ValueError" in told


async def test_notices_that_nobody_sends_are_told(tower: Watchtower) -> None:
    """R18: a reminder that is five minutes late is somebody's business; a minute is not."""
    tower.late = timedelta(minutes=1)
    assert await tower.after() == []
    tower.late = timedelta(minutes=6)
    [said] = await tower.after()
    assert "ждёт отправки уже 6 мин" in said


async def test_without_operators_nobody_is_told(tower: Watchtower) -> None:
    """And nothing is asked of the database or Telegram for it."""
    alone = Watchtower(tower.i18n, tower.telegram, tower.line, chats=[])
    alone.line.cut = True
    alone.alarms.set_aside("message", "ValueError")

    assert await alone.after() == []


def a_failure(error: Exception) -> JobExecutionEvent:
    return JobExecutionEvent(EVENT_JOB_ERROR, "tell_due", "default", None, exception=error)


async def test_a_clinics_own_system_that_is_unwell_is_told(
    house: House, clinic: Clinic, tower: Watchtower
) -> None:
    """It is not read, visits wait for it, or only people can settle them: one line an hour, with
    what to do; while it is well, nobody is woken. The figures say the same."""
    now, metrics = house.clock(), Metrics()

    def found(*, age: int = 0, waits: int = 0, stuck: int = 0) -> list[Health]:
        own = OwnSystem(clinic, SETTINGS, read_at=now - timedelta(minutes=age))
        queue = Queue(1 if waits else 0, stuck, now - timedelta(minutes=waits) if waits else None)
        return [Health(own, queue, now)]

    tower.alarms.systems(found(age=19, waits=4))
    assert await tower.after() == []
    for unwell, said in [
        (found(age=20), "время получено 20 мин назад"),
        (found(waits=5), "ждут записей: 1"),
        (found(stuck=2), "разобрать вручную: 2"),
    ]:
        tower.alarms.systems(unwell)
        [told] = await tower.after(AGAIN_AFTER)
        assert told.startswith("⚠️ Система клиники romashka: ")
        assert said in told
        assert "python -m bot system check --clinic romashka" in told

    metrics.systems(found(age=20, waits=5, stuck=2))
    figures = metrics.exposition().decode()
    for line in ("age_seconds", "waiting", "stuck"):
        assert f'pediatrician_system_{line}{{clinic="romashka"}} ' in figures
    assert 'age_seconds{clinic="romashka"} 1200.0' in figures


async def test_a_freed_time_that_nobody_passes_on_is_told(tower: Watchtower) -> None:
    """R73: after five minutes it is everybody's, though somebody waits for it."""
    well = ListHealth(3, 1, timedelta(days=2), 1, 1, timedelta(minutes=4))
    metrics = Metrics()

    tower.alarms.waitlist(well)
    assert await tower.after() == []
    tower.alarms.waitlist(replace(well, late=timedelta(minutes=7)))
    [told] = await tower.after(AGAIN_AFTER)
    assert "не предлагают тем, кто ждёт, уже 7 мин" in told

    metrics.waitlist(well)
    figures = metrics.exposition().decode()
    assert "pediatrician_waitlist_oldest_seconds 172800.0" in figures
    assert "pediatrician_waitlist_late_seconds 240.0" in figures
