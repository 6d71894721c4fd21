"""Doctor, time, confirm: two taps from home by the nearest time, four by the list."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot import taps
from bot.screen import show
from bot.views import booking as views
from services.booking import Booking
from services.families import Families
from services.model import PersonId


async def choose_child(
    tap: CallbackQuery, callback_data: taps.ChooseChild, person: PersonId, booking: Booking
) -> None:
    children = await booking.children(person, callback_data.clinic_id)
    if len(children) == 1:
        doctors = await booking.doctors(person, children[0].id, callback_data.clinic_id)
        await show(tap, views.doctors(doctors))
    else:
        await show(tap, views.choose_child(children, callback_data.clinic_id))


async def doctors(
    tap: CallbackQuery, callback_data: taps.Doctors, person: PersonId, booking: Booking
) -> None:
    found = await booking.doctors(person, callback_data.child_id, callback_data.clinic_id)
    await show(tap, views.doctors(found))


async def times(
    tap: CallbackQuery, callback_data: taps.Times, person: PersonId, booking: Booking
) -> None:
    day = await booking.times(
        person, callback_data.child_id, callback_data.doctor_id, callback_data.on
    )
    await show(tap, views.times(day))


async def times_near(
    tap: CallbackQuery, callback_data: taps.TimesNear, person: PersonId, booking: Booking
) -> None:
    day = await booking.times_near(person, callback_data.child_id, callback_data.slot_id)
    await show(tap, views.times(day))


async def choose_time(
    tap: CallbackQuery, callback_data: taps.ChooseTime, person: PersonId, booking: Booking
) -> None:
    offer = await booking.offer(person, callback_data.child_id, callback_data.slot_id)
    await show(tap, views.offer(offer))


async def ill(tap: CallbackQuery, callback_data: taps.Ill, families: Families) -> None:
    clinic = await families.clinic(callback_data.clinic_id)
    await show(tap, views.ill(clinic, callback_data.child_id, callback_data.slot_id))


async def confirm(
    tap: CallbackQuery, callback_data: taps.Confirm, person: PersonId, booking: Booking
) -> None:
    appointment = await booking.book(person, callback_data.child_id, callback_data.slot_id)
    await show(tap, views.booked(appointment))


def build_router() -> Router:
    """The way to a booked visit."""
    router = Router(name="booking")
    router.callback_query.register(choose_child, taps.ChooseChild.filter())
    router.callback_query.register(doctors, taps.Doctors.filter())
    router.callback_query.register(times, taps.Times.filter())
    router.callback_query.register(times_near, taps.TimesNear.filter())
    router.callback_query.register(choose_time, taps.ChooseTime.filter())
    router.callback_query.register(ill, taps.Ill.filter())
    router.callback_query.register(confirm, taps.Confirm.filter())
    return router
