"""What is kept of a doctor's day, and one time of it opened early."""

from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.reserved import taps, views
from bot.telegram.screen import show
from services.desk.kept.times import KeptTimes
from services.model.ids import PersonId


async def kept(
    tap: CallbackQuery, callback_data: taps.KeptOfDay, person: PersonId, kept_times: KeptTimes
) -> None:
    day = date.fromordinal(callback_data.day)
    found = await kept_times.of_day(person, callback_data.post_id, callback_data.doctor_id, day)
    await show(tap, views.kept(found))


async def release(
    tap: CallbackQuery, callback_data: taps.Release, person: PersonId, kept_times: KeptTimes
) -> None:
    found = await kept_times.release(person, callback_data.post_id, callback_data.slot_id)
    await show(tap, views.kept(found))


def build_router() -> Router:
    """Registrars and administrators; every tap checks it anew."""
    router = Router(name="desk reserved")
    router.callback_query.register(kept, taps.KeptOfDay.filter())
    router.callback_query.register(release, taps.Release.filter())
    return router
