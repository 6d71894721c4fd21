"""A doctor's day as it goes: who came, and how late it has become."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.desk.attendance import taps, views
from bot.flows.desk.day import views as day_views
from bot.telegram.screen import show
from services.desk.attendance import AskNote, Attendance
from services.model.ids import PersonId


async def mark(
    tap: CallbackQuery, callback_data: taps.Mark, person: PersonId, attendance: Attendance
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    came, seen = callback_data.came, callback_data.seen
    done = await attendance.mark(person, post_id, visit_id, came, seen)
    await show(tap, day_views.visit(done))


async def unmark(
    tap: CallbackQuery, callback_data: taps.Unmark, person: PersonId, attendance: Attendance
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    done = await attendance.mark(person, post_id, visit_id, None, callback_data.seen)
    await show(tap, day_views.visit(done))


async def ask_note(
    tap: CallbackQuery, callback_data: taps.AskNote, person: PersonId, attendance: Attendance
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    await show(tap, views.ask_note(await attendance.ask_note(person, post_id, visit_id)))


async def note(message: Message, person: PersonId, attendance: Attendance) -> None:
    noted = await attendance.note(person, message.text or "")
    if isinstance(noted, AskNote):
        await show(message, views.ask_note(noted))
    else:
        await show(message, day_views.visit(noted))


async def ask_late(
    tap: CallbackQuery, callback_data: taps.AskLate, person: PersonId, attendance: Attendance
) -> None:
    found = await attendance.lateness(person, callback_data.post_id, callback_data.doctor_id)
    await show(tap, views.ask_late(found))


async def late(
    tap: CallbackQuery, callback_data: taps.Late, person: PersonId, attendance: Attendance
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    done = await attendance.late(person, post_id, doctor_id, callback_data.minutes)
    await show(tap, views.late(done))


def build_router() -> Router:
    """Doctors, and the registry for them; every tap checks it anew."""
    router = Router(name="desk attendance")
    router.callback_query.register(mark, taps.Mark.filter())
    router.callback_query.register(unmark, taps.Unmark.filter())
    router.callback_query.register(ask_note, taps.AskNote.filter())
    router.callback_query.register(ask_late, taps.AskLate.filter())
    router.callback_query.register(late, taps.Late.filter())
    return router
