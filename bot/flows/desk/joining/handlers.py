"""Two cards of one child are found, looked at side by side, and become one."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.desk.joining import taps, views
from bot.telegram.screen import show
from services.desk.joining.joining import Joining
from services.model.ids import PersonId


async def second_cards(
    tap: CallbackQuery, callback_data: taps.SecondCards, person: PersonId, joining: Joining
) -> None:
    found = await joining.second_cards(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.second_cards(found, callback_data.page))


async def find(message: Message, person: PersonId, joining: Joining) -> None:
    found = await joining.find(person, message.text or "")
    await show(message, views.found(found))


async def two_cards(
    tap: CallbackQuery, callback_data: taps.TwoCards, person: PersonId, joining: Joining
) -> None:
    of = callback_data
    two = await joining.compare(person, of.post_id, of.child_id, of.other_id, of.choice)
    await show(tap, views.two_cards(two))


async def join(
    tap: CallbackQuery, callback_data: taps.Join, person: PersonId, joining: Joining
) -> None:
    of = callback_data
    one = await joining.join(person, of.post_id, of.child_id, of.other_id, of.choice, of.seen)
    await show(tap, views.joined(one))


def build_router() -> Router:
    """For administrators and registrars; every tap checks it anew."""
    router = Router(name="desk joining")
    router.callback_query.register(second_cards, taps.SecondCards.filter())
    router.callback_query.register(two_cards, taps.TwoCards.filter())
    router.callback_query.register(join, taps.Join.filter())
    return router
