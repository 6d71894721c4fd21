"""Visits ahead: see, cancel."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot import taps
from bot.screen import show
from bot.views import visits as views
from services.booking import Booking
from services.model import PersonId


async def visits(event: Message | CallbackQuery, person: PersonId, booking: Booking) -> None:
    await show(event, views.visits(await booking.visits(person)))


async def visit(
    tap: CallbackQuery, callback_data: taps.Visit, person: PersonId, booking: Booking
) -> None:
    await show(tap, views.visit(await booking.visit(person, callback_data.appointment_id)))


async def ask_cancel(
    tap: CallbackQuery, callback_data: taps.AskCancel, person: PersonId, booking: Booking
) -> None:
    appointment = await booking.cancellable(person, callback_data.appointment_id)
    await show(tap, views.ask_cancel(appointment))


async def cancel(
    tap: CallbackQuery, callback_data: taps.Cancel, person: PersonId, booking: Booking
) -> None:
    await show(tap, views.visit(await booking.cancel(person, callback_data.appointment_id)))


def build_router() -> Router:
    """What is booked already."""
    router = Router(name="visits")
    router.message.register(visits, Command("visits"))
    router.callback_query.register(visits, taps.Visits.filter())
    router.callback_query.register(visit, taps.Visit.filter())
    router.callback_query.register(ask_cancel, taps.AskCancel.filter())
    router.callback_query.register(cancel, taps.Cancel.filter())
    return router
