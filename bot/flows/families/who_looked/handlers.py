"""Who of the clinics' staff saw or changed a child's data."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.families.who_looked import taps, views
from bot.telegram.screen import show
from services.access.audit import Journal
from services.model.ids import PersonId


async def who_looked(
    tap: CallbackQuery, callback_data: taps.WhoLooked, person: PersonId, journal: Journal
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    found = await journal.who_looked(person, clinic_id, child_id)
    await show(tap, views.who_looked(found, callback_data.page))


def build_router() -> Router:
    """The child's parents."""
    router = Router(name="families who looked")
    router.callback_query.register(who_looked, taps.WhoLooked.filter())
    return router
