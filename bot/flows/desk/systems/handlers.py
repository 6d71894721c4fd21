"""How the clinic's own system is doing, and what is settled by hand."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.systems import taps, views
from bot.telegram.screen import show
from services.model.ids import PersonId
from services.systems.operating import OwnSystems


async def state(
    tap: CallbackQuery, callback_data: taps.OwnSystem, person: PersonId, own_systems: OwnSystems
) -> None:
    found = await own_systems.state(person, callback_data.post_id)
    await show(tap, views.state(found))


async def settle(
    tap: CallbackQuery, callback_data: taps.SettleThere, person: PersonId, own_systems: OwnSystems
) -> None:
    post_id, booking_id = callback_data.post_id, callback_data.booking_id
    found = await own_systems.settle(person, post_id, booking_id, is_there=callback_data.is_there)
    await show(tap, views.state(found))


def build_router() -> Router:
    """Registrars and administrators; every tap checks it anew."""
    router = Router(name="desk systems")
    router.callback_query.register(state, taps.OwnSystem.filter())
    router.callback_query.register(settle, taps.SettleThere.filter())
    return router
