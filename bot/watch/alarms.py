"""Telling the operators of trouble: of each kind at most once an hour.

Each process tells of what it sees itself, so three replicas without their database say it three
times. What cannot be told, because Telegram is away, is told when it is back.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from time import monotonic

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.utils.i18n import I18n
from apscheduler.events import JobExecutionEvent

from bot.telegram.errors import describe, is_transient
from bot.telegram.handling import Handling
from bot.telegram.screen import Screen, send
from bot.watch import alarm_words as views
from bot.words import Markup, speaking
from services.model.messages import NotificationKind, NotificationState
from services.model.people import Language
from services.model.waitlist.history import ListHealth
from services.ports.transaction import StorageUnavailable
from services.systems.operating import Health

log = structlog.get_logger()

AGAIN_AFTER = 3600.0
"""Seconds between two alarms of one kind."""
AWAY = 60.0
"""Seconds for which the database may be away before somebody has to know."""
SILENCE = 300.0
"""The same for Telegram."""
REFUSED_AGAIN = 600.0
"""Seconds before a chat that would not take an alarm is tried again."""
LATE = timedelta(minutes=5)
"""For which a message that is due may wait to be sent."""
WAITS = timedelta(minutes=5)
"""For which a visit may wait for a clinic's own system."""

STAYS = timedelta(minutes=5)
"""For which a freed time may wait to be passed on."""


class Kind(Enum):
    """What operators are told about."""

    DEAD_LETTER = auto()
    GIVEN_UP = auto()
    DATABASE_AWAY = auto()
    DATABASE_BACK = auto()
    TELEGRAM_BACK = auto()
    WEBHOOK = auto()
    LATE = auto()
    JOB = auto()
    SYSTEM = auto()
    WAITLIST = auto()


@dataclass
class _Due:
    """Something to be told to a chat as soon as it may be."""

    words: Callable[[], Markup]
    times: int = 1


@dataclass
class _Reader:
    """A chat that is told, and what it has heard."""

    chat: int
    """Its id by now: a group that becomes a supergroup gets another one."""
    due: dict[Kind, _Due] = field(default_factory=dict)
    told_at: dict[Kind, float] = field(default_factory=dict)
    resting_until: float = 0.0
    """It would not take the last one."""


@dataclass
class _Outage:
    """The database is away."""

    since: float
    raised: bool = False
    """Whether it has lasted long enough for somebody to know."""


class Alarms:
    """What this process sees, and what was told of it.

    Args:
        chats: who is told.
        language: in which the operators are addressed.
        database_answers: asks the database for something small.
        lateness: asks it for how long what is due has been waiting to be told.
        by_webhook: updates are brought; then silence alone means nothing.
        seconds: a clock that never jumps.
    """

    def __init__(
        self,
        bot: Bot,
        i18n: I18n,
        language: Language,
        chats: list[int],
        handling: Handling,
        database_answers: Callable[[], Awaitable[bool]],
        lateness: Callable[[], Awaitable[timedelta]],
        *,
        by_webhook: bool,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._bot = bot
        self._i18n = i18n
        self._language = language
        self._readers = [_Reader(chat) for chat in chats]
        self._handling = handling
        self._database_answers = database_answers
        self._lateness = lateness
        self._by_webhook = by_webhook
        self._seconds = seconds
        self._outage: _Outage | None = None
        self._silent_for = 0.0

    def set_aside(self, kind: str, error: str) -> None:
        """An update was set aside: its kind, and where it failed."""
        self._raise(Kind.DEAD_LETTER, lambda: views.dead_letter(kind, error))

    def notified(self, kind: NotificationKind, state: NotificationState) -> None:
        """What became of a message; of one that was given up somebody has to know."""
        if state is NotificationState.FAILED:
            self._raise(Kind.GIVEN_UP, lambda: views.given_up(kind))

    def job_failed(self, event: JobExecutionEvent) -> None:
        """A tick failed; called by the scheduler. That the database is away is told by itself."""
        if isinstance(event.exception, StorageUnavailable):
            return
        job, error = event.job_id, describe(event.exception)
        self._raise(Kind.JOB, lambda: views.job_failed(job, error))

    def systems(self, found: Sequence[Health]) -> None:
        """How clinics' own systems are doing: one that is not read, or for which visits wait."""
        for each in found:
            code, queue = each.system.clinic.code, each.queue
            age = each.age
            stale = timedelta(minutes=2 * each.system.settings.stale_minutes)
            if age is None or age >= stale or each.waits >= WAITS or queue.stuck:
                minutes = _minutes(age.total_seconds()) if age is not None else 0
                waiting, stuck = queue.waiting, queue.stuck
                self._raise(
                    Kind.SYSTEM,
                    partial(views.system_unwell, code, minutes, waiting, stuck),
                )

    def waitlist(self, found: ListHealth) -> None:
        """How the lists of those who wait are doing: a freed time that nobody passes on is shut for
        everybody at first, and then given out without asking those who wait."""
        if found.late >= STAYS:
            minutes, count = _minutes(found.late.total_seconds()), found.open
            self._raise(Kind.WAITLIST, lambda: views.freed_stay(minutes, count))

    async def look(self) -> None:
        """Look at what can be seen from here, and tell what is due."""
        if not self._readers:
            return
        await self._look_at_database()
        if not self._outage:
            await self._look_at_notices()
        if self._by_webhook:
            await self._look_at_webhook()
        else:
            self._look_at_silence()
        await self._tell()

    # Looking

    async def _look_at_database(self) -> None:
        if await self._database_answers() and not self._handling.waits_for_database:
            self._end_outage()
            return
        outage = self._outage = self._outage or _Outage(since=self._seconds())
        if not outage.raised and self._lasts(outage) >= AWAY:
            outage.raised = True
            self._raise(
                Kind.DATABASE_AWAY, lambda: views.database_away(_minutes(self._lasts(outage)))
            )

    async def _look_at_notices(self) -> None:
        """Somebody should be sending: perhaps nobody does, or there is more than can be sent."""
        try:
            late = await self._lateness()
        except StorageUnavailable:
            return  # which is told by itself
        if late >= LATE:
            self._raise(Kind.LATE, lambda: views.late(_minutes(late.total_seconds())))

    def _end_outage(self) -> None:
        outage, self._outage = self._outage, None
        if outage and outage.raised:
            for reader in self._readers:
                reader.due.pop(Kind.DATABASE_AWAY, None)
            minutes = _minutes(self._lasts(outage))
            self._raise(Kind.DATABASE_BACK, lambda: views.database_back(minutes))

    def _lasts(self, outage: _Outage) -> float:
        return self._seconds() - outage.since

    def _look_at_silence(self) -> None:
        """Silence can be told only after it."""
        silence = self._handling.silence
        if silence < SILENCE <= self._silent_for:
            minutes = _minutes(self._silent_for)
            self._raise(Kind.TELEGRAM_BACK, lambda: views.telegram_back(minutes))
        self._silent_for = silence

    async def _look_at_webhook(self) -> None:
        """Perhaps nobody is awake: Telegram is asked whether it has what it cannot bring."""
        if self._handling.silence < SILENCE:
            return
        try:
            info = await self._bot.get_webhook_info()
        except AiogramError as error:
            log.warning("could not ask about the webhook", error=describe(error))
            return
        if info.pending_update_count and info.last_error_message:
            pending, error_words = info.pending_update_count, info.last_error_message
            self._raise(Kind.WEBHOOK, lambda: views.webhook_broken(pending, error_words))

    # Telling

    def _raise(self, kind: Kind, words: Callable[[], Markup]) -> None:
        """Have something told, the latest of its kind, as soon as it may be."""
        for reader in self._readers:
            before = reader.due.get(kind)
            reader.due[kind] = _Due(words, before.times + 1 if before else 1)

    async def _tell(self) -> None:
        """Tell each chat by itself: what one of them was told, another one still has to hear."""
        for reader in self._readers:
            for kind, due in list(reader.due.items()):
                told_at = reader.told_at.get(kind)
                if told_at is not None and self._seconds() - told_at < AGAIN_AFTER:
                    continue
                if self._seconds() < reader.resting_until or not await self._reaches(reader, due):
                    break
                reader.told_at[kind] = self._seconds()
                del reader.due[kind]

    async def _reaches(self, reader: _Reader, due: _Due) -> bool:
        """Whether a chat was told; otherwise it is tried again."""
        with speaking(self._i18n, self._language):
            screen = Screen(views.repeated(due.words(), due.times - 1))
        try:
            await self._send(reader, screen)
        except AiogramError as error:
            log.warning("an operator could not be told", error=describe(error))
            if not is_transient(error):
                reader.resting_until = self._seconds() + REFUSED_AGAIN
            return False
        return True

    async def _send(self, reader: _Reader, screen: Screen) -> None:
        """Send it to where the chat is now; a group may have become a supergroup."""
        try:
            await send(self._bot, reader.chat, screen)
        except TelegramMigrateToChat as moved:
            log.warning(
                "a chat of operators became a supergroup: change OPERATOR_CHAT_IDS",
                was=reader.chat,
                now=moved.migrate_to_chat_id,
            )
            reader.chat = moved.migrate_to_chat_id
            await send(self._bot, reader.chat, screen)


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
