"""Typed words, and whatever else no flow is waiting for."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot import taps
from bot.screen import show
from bot.views import families as views
from services.families import Families
from services.model import PersonId


async def typed(message: Message, person: PersonId, families: Families) -> None:
    await show(message, views.place(await families.answer(person, message.text or "")))


async def unknown_tap(_tap: CallbackQuery) -> None:
    raise taps.UnknownTap


def build_router() -> Router:
    """The last router: everything that the others left."""
    router = Router(name="other")
    router.message.register(typed)
    router.callback_query.register(unknown_tap)
    return router
