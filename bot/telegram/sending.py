"""The Notifier port over Telegram: its limits, and what its refusals mean."""

from contextlib import suppress
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.utils.i18n import I18n

from bot.flows.messages import letters as views
from bot.telegram.errors import describe, is_transient
from bot.telegram.pacing import Pace
from bot.telegram.screen import enclose, send
from bot.words import speaking
from services.model.letters import Letter
from services.model.messages import Urgency
from services.model.people import Person
from services.ports.sending import Hopeless, NotNow, Unreachable

log = structlog.get_logger()

GONE = ("chat not found", "user not found", "peer_id_invalid")
"""Telegram's words for somebody who is not there, lower case."""


class TelegramNotifier:
    """Implements `services.ports.sending.Notifier`: writes to people in their language."""

    def __init__(self, bot: Bot, i18n: I18n, pace: Pace) -> None:
        self._bot = bot
        self._i18n = i18n
        self._pace = pace

    async def permit(self, person: Person, urgency: Urgency) -> None:
        if pause := self._pace.chat_paused_for(person.telegram_id):
            raise NotNow(timedelta(seconds=pause))  # the others need not wait for this chat
        await self._pace.permit(person.telegram_id, urgency)

    async def tell(self, letter: Letter) -> None:
        with speaking(self._i18n, letter.person.language):
            screen, document = views.letter(letter), views.enclosed(letter)
        chat = letter.person.telegram_id
        try:
            with self._pace.permitted():
                await send(self._bot, chat, screen)
        except AiogramError as error:
            log.warning("could not be told", error=describe(error))
            raise _meaning_of(error) from error
        if document:
            with suppress(AiogramError):  # a button of the message gives it, too
                await enclose(self._bot, chat, document)


def _meaning_of(error: AiogramError) -> Exception:
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
