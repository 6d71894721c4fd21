"""The doctor's word: what waits for it, yes and no."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.day import views as day_views
from bot.flows.visits.confirming import taps, views
from bot.telegram.screen import show
from services.desk.day import Workday
from services.model.ids import PersonId
from services.visits.confirming import DoctorsWord


async def waiting(
    tap: CallbackQuery, callback_data: taps.Waiting, person: PersonId, word: DoctorsWord
) -> None:
    found = await word.waiting(person, callback_data.post_id)
    await show(tap, views.waiting(found, callback_data.page))


async def confirm(
    tap: CallbackQuery, callback_data: taps.ConfirmVisit, person: PersonId, word: DoctorsWord
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    done = await word.confirm(person, post_id, visit_id, callback_data.sequence)
    await show(tap, views.answered(done))


async def ask_decline(
    tap: CallbackQuery, callback_data: taps.AskDecline, person: PersonId, workday: Workday
) -> None:
    found = await workday.visit(person, callback_data.post_id, callback_data.appointment_id)
    if found.visit.is_pending and not found.visit.awaits_system:
        await show(tap, views.ask_decline(found))
    else:  # somebody has answered, or the family has changed its mind
        await show(tap, day_views.visit(found))


async def decline(
    tap: CallbackQuery, callback_data: taps.DeclineVisit, person: PersonId, word: DoctorsWord
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    done = await word.decline(person, post_id, visit_id, callback_data.sequence)
    await show(tap, views.answered(done))


def build_router() -> Router:
    """Doctors, and the registry for them; every tap checks it anew."""
    router = Router(name="visits confirming")
    router.callback_query.register(waiting, taps.Waiting.filter())
    router.callback_query.register(confirm, taps.ConfirmVisit.filter())
    router.callback_query.register(ask_decline, taps.AskDecline.filter())
    router.callback_query.register(decline, taps.DeclineVisit.filter())
    return router
