"""A child whom the registry entered wrongly is corrected, or removed."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.desk.mistakes import taps, views
from bot.telegram.screen import show
from services.desk.mistakes import Mistakes
from services.model.ids import PersonId


async def ask(
    tap: CallbackQuery, callback_data: taps.AskCorrect, person: PersonId, mistakes: Mistakes
) -> None:
    found = await mistakes.ask(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.ask_correct(found))


async def typed(message: Message, person: PersonId, mistakes: Mistakes) -> None:
    await show(message, views.answered(await mistakes.correct(person, message.text or "")))


async def confirm(
    tap: CallbackQuery, callback_data: taps.NameIsRight, person: PersonId, mistakes: Mistakes
) -> None:
    found = await mistakes.confirm(person, callback_data.post_id, callback_data.line)
    await show(tap, views.answered(found))


async def ask_remove(
    tap: CallbackQuery, callback_data: taps.AskRemove, person: PersonId, mistakes: Mistakes
) -> None:
    found = await mistakes.removal(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.ask_remove(found))


async def remove(
    tap: CallbackQuery, callback_data: taps.RemoveChild, person: PersonId, mistakes: Mistakes
) -> None:
    post_id, child_id = callback_data.post_id, callback_data.child_id
    await show(
        tap, views.removed(await mistakes.remove(person, post_id, child_id, callback_data.shown))
    )


def build_router() -> Router:
    """The registry alone."""
    router = Router(name="desk mistakes")
    router.callback_query.register(ask, taps.AskCorrect.filter())
    router.callback_query.register(confirm, taps.NameIsRight.filter())
    router.callback_query.register(ask_remove, taps.AskRemove.filter())
    router.callback_query.register(remove, taps.RemoveChild.filter())
    return router
