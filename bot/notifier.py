"""The Notifier port over Telegram."""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.utils.i18n import I18n

from bot.errors import describe
from bot.screen import send
from bot.views.booking import booked
from bot.words import speaking
from services.model import Appointment, Notification
from services.ports import Unreachable

log = structlog.get_logger()


class TelegramNotifier:
    """Implements `services.ports.Notifier`: writes to people in their language."""

    def __init__(self, bot: Bot, i18n: I18n) -> None:
        self._bot = bot
        self._i18n = i18n

    async def tell(self, notification: Notification, visit: Appointment) -> None:
        person = notification.person
        with speaking(self._i18n, person.language):
            screen = booked(visit)
        try:
            await send(self._bot, person.telegram_id, screen)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            log.warning("could not be told", error=describe(error))
            raise Unreachable from error
