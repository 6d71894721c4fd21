"""A clinic's doctors, as its administrators keep them."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.clinic.doctors import taps, views
from bot.telegram.screen import show
from services.clinic.doctors import ClinicDoctors
from services.model.ids import PersonId


async def everyone(
    tap: CallbackQuery,
    callback_data: taps.ClinicDoctors,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    found = await clinic_doctors.all(person, callback_data.post_id)
    await show(tap, views.everyone(found, callback_data.page))


async def card(
    tap: CallbackQuery,
    callback_data: taps.DoctorCard,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    found = await clinic_doctors.card(person, callback_data.post_id, callback_data.doctor_id)
    await show(tap, views.card(found))


async def ask(
    tap: CallbackQuery,
    callback_data: taps.AskDoctor,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    meant = callback_data
    found = await clinic_doctors.ask(person, meant.post_id, meant.doctor, meant.part)
    await show(tap, views.question(found))


async def leave(
    tap: CallbackQuery,
    callback_data: taps.LeaveDoctor,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    found = await clinic_doctors.leave(person, callback_data.post_id, callback_data.doctor)
    await show(tap, views.shown(found))


async def typed(message: Message, person: PersonId, clinic_doctors: ClinicDoctors) -> None:
    await show(message, views.answered(await clinic_doctors.typed(person, message.text or "")))


async def proposed(
    tap: CallbackQuery,
    callback_data: taps.ProposedDoctor,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    meant = callback_data
    found = await clinic_doctors.proposal(person, meant.post_id, meant.doctor, meant.part)
    await show(tap, views.answered(found))


async def save(
    tap: CallbackQuery,
    callback_data: taps.SaveDoctor,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    meant = callback_data
    found = await clinic_doctors.save(
        person, meant.post_id, meant.doctor, meant.part, meant.before, meant.after
    )
    await show(tap, views.shown(found))


async def correct(
    tap: CallbackQuery,
    callback_data: taps.CorrectDoctor,
    person: PersonId,
    clinic_doctors: ClinicDoctors,
) -> None:
    meant = callback_data
    found = await clinic_doctors.save(
        person, meant.post_id, meant.doctor, meant.part, meant.before, meant.after, spelling=True
    )
    await show(tap, views.shown(found))


def build_router() -> Router:
    """For administrators; every tap and every word checks it anew."""
    router = Router(name="clinic doctors")
    router.callback_query.register(everyone, taps.ClinicDoctors.filter())
    router.callback_query.register(card, taps.DoctorCard.filter())
    router.callback_query.register(ask, taps.AskDoctor.filter())
    router.callback_query.register(leave, taps.LeaveDoctor.filter())
    router.callback_query.register(proposed, taps.ProposedDoctor.filter())
    router.callback_query.register(save, taps.SaveDoctor.filter())
    router.callback_query.register(correct, taps.CorrectDoctor.filter())
    return router
