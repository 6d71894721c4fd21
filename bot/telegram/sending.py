"""The Notifier port over Telegram: its limits, and what its refusals mean."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import GetMe
from aiogram.utils.i18n import I18n

from bot.flows.messages import changes as clinic_changes
from bot.flows.messages import letters as views
from bot.telegram.errors import describe, is_transient
from bot.telegram.pacing import Pace
from bot.telegram.screen import Document, amend, enclose, noting, send
from bot.words import speaking
from services.model.letters import Letter
from services.model.messages import Spoken, Untrue, Urgency
from services.model.people import Person
from services.ports.sending import Following, Hopeless, NotNow, Unanswered, Unreachable

log = structlog.get_logger()

GONE = ("chat not found", "user not found", "peer_id_invalid")
"""Telegram's words for somebody who is not there, lower case."""


ACCEPTED_WITHIN = 15.0
"""Seconds that Telegram has to accept a message. With those for the question whether it is there at
all they are fewer than `services.messages.sending.PATIENCE`."""
ASKED_FOR = 4.0
"""Seconds for that question."""


class TelegramNotifier:
    """Implements `services.ports.sending.Notifier`: writes to people in their language."""

    def __init__(
        self,
        bot: Bot,
        i18n: I18n,
        pace: Pace,
        note: Callable[[Sequence[Spoken]], None] = lambda _said: None,
    ) -> None:
        """`note` hears which messages speak of which visits."""
        self._note = note
        self._bot = bot
        self._i18n = i18n
        self._pace = pace

    async def permit(self, person: Person, urgency: Urgency) -> None:
        if pause := self._pace.chat_paused_for(person.telegram_id):
            raise NotNow(timedelta(seconds=pause))  # the others need not wait for this chat
        await self._pace.permit(person.telegram_id, urgency)

    async def tell(self, letter: Letter) -> Following | None:
        with speaking(self._i18n, letter.person.language):
            screen, document = views.letter(letter), views.enclosed(letter)
        chat = letter.person.telegram_id
        try:
            with self._pace.permitted(), noting(self._note):
                async with asyncio.timeout(ACCEPTED_WITHIN):
                    await send(self._bot, chat, screen)
        except (AiogramError, TimeoutError) as error:
            log.warning("could not be told", error=describe(error))
            meaning = _meaning_of(error)
            if isinstance(meaning, NotNow) and meaning.after is None and await self._is_there():
                meaning = Unanswered()
            raise meaning from error
        return partial(self._enclose, chat, document) if document else None

    async def correct(self, what: Untrue) -> None:
        """Implements `services.ports.sending.Corrector`."""
        chat = what.person.telegram_id
        if pause := self._pace.chat_paused_for(chat):
            raise NotNow(timedelta(seconds=pause))
        with speaking(self._i18n, what.person.language):
            screen = clinic_changes.corrected(what)
        try:
            await self._pace.permit(chat, Urgency.NEWS)
            with self._pace.permitted():
                async with asyncio.timeout(ACCEPTED_WITHIN):
                    await amend(self._bot, chat, what.message, screen)
        except (AiogramError, TimeoutError) as error:
            log.info("a message could not be corrected", error=describe(error))
            raise _meaning_of(error) from error

    async def _enclose(self, chat: int, document: Document) -> None:
        try:
            await enclose(self._bot, chat, document)
        except AiogramError as error:  # a button of the message gives it, too
            log.warning("a file could not be sent", error=describe(error))

    async def _is_there(self) -> bool:
        """Whether Telegram answers something small: then it was that message that it did not."""
        try:
            async with asyncio.timeout(ASKED_FOR):
                await self._bot(GetMe())
        except (AiogramError, TimeoutError):
            return False
        return True


def _meaning_of(error: AiogramError | TimeoutError) -> Exception:
    """What a refusal means for whoever wants to tell; a mistake of ours is itself."""
    if isinstance(error, TelegramForbiddenError):
        return Unreachable()
    if isinstance(error, TelegramRetryAfter):
        return NotNow(timedelta(seconds=error.retry_after))
    if is_transient(error):
        return NotNow()
    if isinstance(error, TelegramBadRequest):
        is_gone = any(words in error.message.lower() for words in GONE)
        return Unreachable() if is_gone else Hopeless()
    return error
