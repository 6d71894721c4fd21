"""Whom the registry phones about what the clinic changed."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.calls import taps, views
from bot.telegram.screen import show
from services.desk.call_list import Calls
from services.model.ids import PersonId


async def to_make(
    tap: CallbackQuery, callback_data: taps.Calls, person: PersonId, calls: Calls
) -> None:
    await show(tap, views.to_make(await calls.list(person, callback_data.post_id)))


async def called(
    tap: CallbackQuery, callback_data: taps.Called, person: PersonId, calls: Calls
) -> None:
    found = await calls.settle(
        person,
        callback_data.post_id,
        callback_data.appointment_id,
        callback_data.sequence,
        done=callback_data.done,
    )
    await show(tap, views.to_make(found))


def build_router() -> Router:
    """For administrators and registrars; every tap checks it anew."""
    router = Router(name="desk calls")
    router.callback_query.register(to_make, taps.Calls.filter())
    router.callback_query.register(called, taps.Called.filter())
    return router
