"""A caller is found, entered, asked for a phone, or given a code."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.desk.day import views as day_views
from bot.flows.desk.search import taps, views
from bot.telegram.screen import Screen, show
from services.desk.codes import Codes
from services.desk.search import AtDesk, Found, Nobody, Registry
from services.model.ids import PersonId
from services.visits.staff_view import StaffVisit


async def search(message: Message, person: PersonId, registry: Registry) -> None:
    result = await registry.search(person, message.text or "")
    await show(message, _of_search(result))


def _of_search(result: Found | AtDesk | StaffVisit | Nobody) -> Screen:
    if isinstance(result, Nobody):
        return views.nobody(result)
    if isinstance(result, Found):
        return views.found(result)
    return views.card(result) if isinstance(result, AtDesk) else day_views.visit(result)


async def card(
    tap: CallbackQuery, callback_data: taps.ChildAtDesk, person: PersonId, registry: Registry
) -> None:
    found = await registry.card(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.card(found, callback_data.page))


async def add(
    tap: CallbackQuery, callback_data: taps.AddAtDesk, person: PersonId, registry: Registry
) -> None:
    added = await registry.add(person, callback_data.post_id, callback_data.line)
    await show(tap, views.card(added))


async def ask_phone(
    tap: CallbackQuery, callback_data: taps.AskPhone, person: PersonId, registry: Registry
) -> None:
    asked = await registry.ask_phone(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.ask_phone(asked))


async def note_phone(message: Message, person: PersonId, registry: Registry) -> None:
    noted = await registry.note_phone(person, message.text or "")
    await show(message, views.card(noted) if isinstance(noted, AtDesk) else views.ask_phone(noted))


async def give_code(
    tap: CallbackQuery, callback_data: taps.GiveCode, person: PersonId, codes: Codes
) -> None:
    given = await codes.code(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.code(given))


def build_router() -> Router:
    """The registry alone."""
    router = Router(name="desk search")
    router.callback_query.register(add, taps.AddAtDesk.filter())
    router.callback_query.register(ask_phone, taps.AskPhone.filter())
    router.callback_query.register(card, taps.ChildAtDesk.filter())
    router.callback_query.register(give_code, taps.GiveCode.filter())
    return router
