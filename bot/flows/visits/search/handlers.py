"""Reason, doctor, day, time: everything before a time is held."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.visits.search import taps, views
from bot.telegram.screen import answer, show
from services.model.ids import PersonId
from services.visits.search import Times


async def choose_child(
    tap: CallbackQuery, callback_data: taps.ChooseChild, person: PersonId, times: Times
) -> None:
    await show(
        tap, views.begin(await times.begin(person, callback_data.clinic_id), callback_data.page)
    )


async def reasons(
    tap: CallbackQuery, callback_data: taps.Reasons, person: PersonId, times: Times
) -> None:
    found = await times.reasons(person, callback_data.child_id, callback_data.clinic_id)
    await show(tap, views.reasons(found))


async def doctors(
    tap: CallbackQuery, callback_data: taps.Doctors, person: PersonId, times: Times
) -> None:
    found = await times.doctors(person, callback_data.need, callback_data.clinic_id)
    await show(tap, views.doctors(found, callback_data.page))


async def days(
    tap: CallbackQuery, callback_data: taps.Days, person: PersonId, times: Times
) -> None:
    found = await times.days(person, callback_data.need, callback_data.doctor_id)
    await show(tap, views.days(found))


async def month(
    tap: CallbackQuery, callback_data: taps.Month, person: PersonId, times: Times
) -> None:
    found = await times.days(person, callback_data.need, callback_data.doctor_id)
    await show(tap, views.month_of(found, callback_data.first))


async def day(
    tap: CallbackQuery, callback_data: taps.Times, person: PersonId, times: Times
) -> None:
    need, doctor_id = callback_data.need, callback_data.doctor_id
    found = await times.day(person, need, doctor_id, callback_data.on)
    await show(tap, views.times(found, callback_data.page))


async def near(
    tap: CallbackQuery, callback_data: taps.TimesNear, person: PersonId, times: Times
) -> None:
    found = await times.near(person, callback_data.need, callback_data.slot_id)
    await show(tap, views.near(found))


async def explain(tap: CallbackQuery, callback_data: taps.Explain) -> None:
    await answer(tap, views.explained(callback_data.topic))


def build_router() -> Router:
    """The way to a time."""
    router = Router(name="visits search")
    router.callback_query.register(choose_child, taps.ChooseChild.filter())
    router.callback_query.register(reasons, taps.Reasons.filter())
    router.callback_query.register(doctors, taps.Doctors.filter())
    router.callback_query.register(days, taps.Days.filter())
    router.callback_query.register(month, taps.Month.filter())
    router.callback_query.register(day, taps.Times.filter())
    router.callback_query.register(near, taps.TimesNear.filter())
    router.callback_query.register(explain, taps.Explain.filter())
    return router
