"""Hold, book, move: two taps from home by the nearest time, six by the full path."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.families.settings.views import ask_reminders
from bot.flows.visits.booking import taps, views
from bot.flows.visits.search import taps as search_taps
from bot.telegram.screen import follow, show
from services.messages.correcting import Corrections
from services.model.ids import AppointmentId, PersonId
from services.systems.carrying_out import SystemErrands
from services.visits.booking import Booking


async def any_doctor(
    tap: CallbackQuery, callback_data: search_taps.AnyDoctor, person: PersonId, booking: Booking
) -> None:
    offer = await booking.earliest(person, callback_data.need, callback_data.clinic_id)
    await show(tap, views.offer(offer))


async def choose_time(
    tap: CallbackQuery, callback_data: taps.ChooseTime, person: PersonId, booking: Booking
) -> None:
    offer = await booking.offer(person, callback_data.need, callback_data.slot_id)
    await show(tap, views.offer(offer))


async def confirm(
    tap: CallbackQuery,
    callback_data: taps.Confirm,
    person: PersonId,
    booking: Booking,
    corrections: Corrections,
    system_errands: SystemErrands,
) -> None:
    booked = await booking.book(person, callback_data.need, callback_data.slot_id)
    visit = await system_errands.answered(booked.visit)
    await show(tap, views.booked(visit))
    corrections.answered(person, visit)
    if booked.question and visit.is_active and not visit.awaits_system:
        await follow(tap, ask_reminders(booked.question))


async def move(
    tap: CallbackQuery,
    callback_data: taps.MoveTo,
    person: PersonId,
    booking: Booking,
    corrections: Corrections,
    system_errands: SystemErrands,
) -> None:
    visit_id = AppointmentId(callback_data.moves)
    moved = await booking.move(person, visit_id, callback_data.slot_id, callback_data.seen)
    moved = replace(moved, visit=await system_errands.answered(moved.visit))
    await show(tap, views.moved(moved))
    corrections.answered(person, moved.visit)


async def take_offered(
    tap: CallbackQuery,
    callback_data: taps.TakeOffered,
    person: PersonId,
    booking: Booking,
    corrections: Corrections,
    system_errands: SystemErrands,
) -> None:
    visit_id = callback_data.appointment_id
    moved = await booking.take(person, visit_id, callback_data.slot_id)
    moved = replace(moved, visit=await system_errands.answered(moved.visit))
    await show(tap, views.moved(moved))
    corrections.answered(person, moved.visit)


def build_router() -> Router:
    """The way from a time to a visit."""
    router = Router(name="visits booking")
    router.callback_query.register(any_doctor, search_taps.AnyDoctor.filter())
    router.callback_query.register(choose_time, taps.ChooseTime.filter())
    router.callback_query.register(confirm, taps.Confirm.filter())
    router.callback_query.register(take_offered, taps.TakeOffered.filter())
    router.callback_query.register(move, taps.MoveTo.filter())
    return router
