"""Broadcasts carried on, and their authors told how far they are."""

import asyncio
from contextlib import suppress

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramForbiddenError
from aiogram.utils.i18n import I18n

from bot.flows.broadcasts import views as broadcasts_views
from bot.telegram.errors import describe
from bot.telegram.pacing import Pace
from bot.telegram.screen import Screen, rewrite, send, take_away
from bot.words import speaking
from services.broadcasts.carrying_out import Broadcasts
from services.broadcasts.progress import Progress
from services.model.ids import BroadcastId
from services.model.messages import Urgency

log = structlog.get_logger()

EVERY = 3
"""Seconds between two looks at what is broadcast, and so between two words to its author: Telegram
takes no more than twenty a minute where several read them."""


class Broadcasting:
    """What is done for broadcasts beside sending; nothing while there are none."""

    def __init__(self, broadcasts: Broadcasts, bot: Bot, i18n: I18n, pace: Pace) -> None:
        self._broadcasts = broadcasts
        self._bot = bot
        self._i18n = i18n
        self._pace = pace
        self._said: dict[BroadcastId, Screen] = {}
        """What stands in the authors' chats, as far as this process knows."""

    async def tick(self) -> None:
        """Plan, hold or drop what is to be, and tell the authors."""
        with suppress(asyncio.CancelledError):  # by a stop: the next process goes on
            while await self._broadcasts.carry_on():
                pass  # taps have their turn in between
            for progress in await self._broadcasts.to_tell():
                try:
                    await self._tell(progress)
                except AiogramError as error:  # the families' messages do not wait for it
                    log.warning("an author could not be told", error=describe(error))

    async def _tell(self, progress: Progress) -> None:
        with speaking(self._i18n, progress.broadcast.author.language):
            if progress.broadcast.settled_at:
                await self._report(progress, broadcasts_views.report(progress))
            else:
                await self._renew(progress, broadcasts_views.progress(progress))

    async def _renew(self, progress: Progress, screen: Screen) -> None:
        """Let the one message say how far it is."""
        found = progress.broadcast
        chat = found.author.telegram_id
        if self._said.get(found.id) == screen or self._pace.chat_paused_for(chat):
            return
        await self._pace.permit(chat, Urgency.NEWS)
        with self._pace.permitted():
            if found.message_id is None:
                stands_at = await send(self._bot, chat, screen)
            else:
                stands_at = await rewrite(self._bot, chat, found.message_id, screen)
        self._said[found.id] = screen
        if stands_at != found.message_id:
            await self._broadcasts.shown(found.id, stands_at)

    async def _report(self, progress: Progress, screen: Screen) -> None:
        """Say how it ended in a message of its own, which makes a sound."""
        found = progress.broadcast
        chat = found.author.telegram_id
        if self._pace.chat_paused_for(chat):
            return  # it is told at a later look: the other clinics' broadcasts go on meanwhile
        with suppress(TelegramForbiddenError):  # who blocked the bot is not told
            await self._pace.permit(chat, Urgency.NEWS)
            with self._pace.permitted():
                await send(self._bot, chat, screen)
        await self._broadcasts.reported(found.id)
        self._said.pop(found.id, None)
        if found.message_id is not None:
            await take_away(self._bot, chat, found.message_id)
