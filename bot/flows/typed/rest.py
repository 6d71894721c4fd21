"""What is no word of anybody's: commands that nobody knows, what Telegram tells, forged taps."""

import re

from aiogram import Router
from aiogram.enums import ContentType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.flows.common import taps as common_taps
from bot.flows.desk.day import handlers as day
from bot.flows.families.onboarding import views as onboarding_views
from bot.telegram.screen import show
from services.desk.day import Workday
from services.families.onboarding import Families
from services.model.ids import PersonId

SERVICE = frozenset(
    {
        ContentType.PINNED_MESSAGE,
        ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
        ContentType.CHAT_BACKGROUND_SET,
        ContentType.WRITE_ACCESS_ALLOWED,
    }
)
ANY_COMMAND = re.compile(r".*")
"""A command is never a child's name, even one that the bot does not know."""


async def service_message(message: Message) -> bool:
    return message.content_type in SERVICE


async def nothing_said(_message: Message) -> None:
    """What Telegram itself tells of the chat wants no answer."""


async def is_at_work(_message: Message, person: PersonId, workday: Workday) -> bool:
    return await workday.is_only_at_work(person)


async def unknown_command(message: Message, person: PersonId, families: Families) -> None:
    await show(message, onboarding_views.place(await families.here(person)))


async def unknown_tap(_tap: CallbackQuery) -> None:
    raise common_taps.UnknownTap


def build_router() -> Router:
    """The last router: everything that the others left."""
    router = Router(name="other")
    router.message.register(nothing_said, service_message)
    router.message.register(day.command, Command(ANY_COMMAND), is_at_work)
    router.message.register(unknown_command)
    router.callback_query.register(unknown_tap)
    return router
