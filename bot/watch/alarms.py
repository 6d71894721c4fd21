"""Telling the operators of trouble: of each kind at most once an hour.

Each process tells of what it sees itself, so three replicas without their database say it three
times. What cannot be told, because Telegram is away, is told when it is back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from time import monotonic

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.utils.i18n import I18n
from apscheduler.events import JobExecutionEvent

from bot.telegram.errors import describe, is_transient
from bot.telegram.handling import Handling
from bot.telegram.screen import Screen, send
from bot.watch import alarm_words as views
from bot.words import Markup, speaking
from services.model.people import Language
from services.ports.transaction import StorageUnavailable

log = structlog.get_logger()

AGAIN_AFTER = 3600.0
"""Seconds between two alarms of one kind."""
AWAY = 60.0
"""Seconds for which the database may be away before somebody has to know."""
SILENCE = 300.0
"""The same for Telegram."""
LATE = timedelta(minutes=5)
"""For which a message that is due may wait to be sent."""


class Kind(Enum):
    """What operators are told about."""

    DEAD_LETTER = auto()
    DATABASE_AWAY = auto()
    DATABASE_BACK = auto()
    TELEGRAM_BACK = auto()
    WEBHOOK = auto()
    LATE = auto()
    JOB = auto()


@dataclass
class _Due:
    """Something to be told as soon as it may be."""

    words: Callable[[], Markup]
    times: int = 1


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
        self._chats = chats
        self._handling = handling
        self._database_answers = database_answers
        self._lateness = lateness
        self._by_webhook = by_webhook
        self._seconds = seconds
        self._due: dict[Kind, _Due] = {}
        self._told_at: dict[Kind, float] = {}
        self._outage: _Outage | None = None
        self._silent_for = 0.0

    def set_aside(self, kind: str, error: str) -> None:
        """An update was set aside: its kind, and where it failed."""
        self._raise(Kind.DEAD_LETTER, lambda: views.dead_letter(kind, error))

    def job_failed(self, event: JobExecutionEvent) -> None:
        """A tick failed; called by the scheduler. That the database is away is told by itself."""
        if isinstance(event.exception, StorageUnavailable):
            return
        job, error = event.job_id, describe(event.exception)
        self._raise(Kind.JOB, lambda: views.job_failed(job, error))

    async def look(self) -> None:
        """Look at what can be seen from here, and tell what is due."""
        if not self._chats:
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
            self._due.pop(Kind.DATABASE_AWAY, None)
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
        before = self._due.get(kind)
        self._due[kind] = _Due(words, before.times + 1 if before else 1)

    async def _tell(self) -> None:
        for kind, due in list(self._due.items()):
            told_at = self._told_at.get(kind)
            if told_at is not None and self._seconds() - told_at < AGAIN_AFTER:
                continue
            if await self._tell_all(due):
                self._told_at[kind] = self._seconds()
                del self._due[kind]

    async def _tell_all(self, due: _Due) -> bool:
        """Tell every operator; False if Telegram is away, and it should be tried again."""
        with speaking(self._i18n, self._language):
            screen = Screen(views.repeated(due.words(), due.times - 1))
        told = False
        for chat in self._chats:
            try:
                await send(self._bot, chat, screen)
                told = True
            except AiogramError as error:
                log.warning("an operator could not be told", error=describe(error))
                told = told or not is_transient(error)
        return told


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
