"""Visits: see, take along, cancel."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.flows.messages import letters
from bot.flows.visits.mine import taps, views
from bot.telegram.screen import give, renew, show
from services.families.onboarding import Families
from services.model.ids import PersonId
from services.visits.mine import MyVisits


async def command(message: Message, person: PersonId, families: Families, mine: MyVisits) -> None:
    await families.leave_question(person)
    await show(message, views.visits(await mine.visits(person)))


async def visits(
    tap: CallbackQuery, callback_data: taps.Visits, person: PersonId, mine: MyVisits
) -> None:
    await show(tap, views.visits(await mine.visits(person), callback_data.page))


async def past(
    tap: CallbackQuery, callback_data: taps.PastVisits, person: PersonId, mine: MyVisits
) -> None:
    await show(tap, views.past(await mine.past(person), callback_data.page))


async def visit(
    tap: CallbackQuery, callback_data: taps.Visit, person: PersonId, mine: MyVisits
) -> None:
    await show(tap, views.visit(await mine.visit(person, callback_data.appointment_id)))


async def hide(
    tap: CallbackQuery, callback_data: taps.HideVisit, person: PersonId, mine: MyVisits
) -> None:
    found = await mine.hide(person, callback_data.appointment_id, hidden=callback_data.hidden)
    await show(tap, views.visit(found))


async def calendar_file(
    tap: CallbackQuery, callback_data: taps.CalendarFile, person: PersonId, mine: MyVisits
) -> None:
    found = await mine.calendar_file(person, callback_data.appointment_id)
    await give(tap, views.for_calendar(found))


async def ask_cancel(
    tap: CallbackQuery, callback_data: taps.AskCancel, person: PersonId, mine: MyVisits
) -> None:
    found = await mine.cancellable(person, callback_data.appointment_id)
    await show(tap, views.ask_cancel(found))


async def cancel(
    tap: CallbackQuery, callback_data: taps.Cancel, person: PersonId, mine: MyVisits
) -> None:
    found = await mine.cancel(person, callback_data.appointment_id, callback_data.seen)
    await show(tap, views.cancelled(found.visit))


async def decline(
    tap: CallbackQuery, callback_data: taps.DeclineSubstitute, person: PersonId, mine: MyVisits
) -> None:
    await show(tap, views.decline(await mine.visit(person, callback_data.appointment_id)))


async def coming(
    tap: CallbackQuery, callback_data: taps.Coming, person: PersonId, mine: MyVisits
) -> None:
    visit_id, all_day = callback_data.appointment_id, callback_data.all_day
    seen, seen_all = callback_data.seen, callback_data.seen_all
    found = await mine.come(person, visit_id, seen, all_day=all_day, seen_all=seen_all)
    await renew(tap, letters.coming(found, callback_data))


async def ask_coming(
    tap: CallbackQuery, callback_data: taps.AskComing, person: PersonId, mine: MyVisits
) -> None:
    found = await mine.day_of(person, callback_data.appointment_id)
    await show(tap, letters.asked_again(found, callback_data))


def build_router() -> Router:
    """What is booked, and what was."""
    router = Router(name="visits mine")
    router.message.register(command, Command("visits"))
    router.callback_query.register(visits, taps.Visits.filter())
    router.callback_query.register(past, taps.PastVisits.filter())
    router.callback_query.register(calendar_file, taps.CalendarFile.filter())
    router.callback_query.register(visit, taps.Visit.filter())
    router.callback_query.register(hide, taps.HideVisit.filter())
    router.callback_query.register(ask_cancel, taps.AskCancel.filter())
    router.callback_query.register(decline, taps.DeclineSubstitute.filter())
    router.callback_query.register(coming, taps.Coming.filter())
    router.callback_query.register(ask_coming, taps.AskComing.filter())
    router.callback_query.register(cancel, taps.Cancel.filter())
    return router
