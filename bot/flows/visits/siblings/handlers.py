"""Brothers and sisters together: who, why, when; book, move and cancel them all."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.families.settings.views import ask_reminders
from bot.flows.visits.siblings import standing, taps, views
from bot.telegram.screen import follow, show
from services.messages.correcting import Corrections
from services.model.ids import PersonId
from services.model.people import Scope
from services.systems.carrying_out import SystemErrands
from services.visits.siblings.booking import BookedTogether, SiblingVisits
from services.visits.siblings.search import SiblingTimes


async def several(
    tap: CallbackQuery, callback_data: taps.Several, person: PersonId, sibling_times: SiblingTimes
) -> None:
    found = await sibling_times.begin(person, callback_data.clinic_id, callback_data.children)
    await show(tap, views.begin(found, callback_data.page))


async def reasons(
    tap: CallbackQuery,
    callback_data: taps.SeveralReasons,
    person: PersonId,
    sibling_times: SiblingTimes,
) -> None:
    found = await sibling_times.reasons(person, callback_data.clinic_id, callback_data.children)
    await show(tap, views.reasons(found))


async def times(
    tap: CallbackQuery,
    callback_data: taps.TimesOfAll | taps.TimesWith,
    person: PersonId,
    sibling_times: SiblingTimes,
) -> None:
    need, day = callback_data.need, callback_data.on
    found = await sibling_times.times(person, need, **callback_data.where, day=day)
    await show(tap, views.times(found, callback_data.page))


async def times_like(
    tap: CallbackQuery, callback_data: taps.TimesLike, person: PersonId, sibling_times: SiblingTimes
) -> None:
    found = await sibling_times.like(person, callback_data.need, callback_data.slot_ids)
    await show(tap, views.times(found))


async def days(
    tap: CallbackQuery,
    callback_data: taps.DaysOfAll | taps.DaysWith,
    person: PersonId,
    sibling_times: SiblingTimes,
) -> None:
    found = await sibling_times.days(person, callback_data.need, **callback_data.where)
    await show(tap, views.days(found, callback_data.page))


async def doctors(
    tap: CallbackQuery,
    callback_data: taps.DoctorsOfAll,
    person: PersonId,
    sibling_times: SiblingTimes,
) -> None:
    found = await sibling_times.doctors(person, callback_data.need, callback_data.clinic_id)
    await show(tap, views.doctors(found, callback_data.page))


async def hold(
    tap: CallbackQuery, callback_data: taps.HoldAll, person: PersonId, sibling_visits: SiblingVisits
) -> None:
    found = await sibling_visits.offer(person, callback_data.need, callback_data.slot_ids)
    await show(tap, views.offer(found))


async def book(
    tap: CallbackQuery,
    callback_data: taps.BookAll,
    person: PersonId,
    sibling_visits: SiblingVisits,
    corrections: Corrections,
    system_errands: SystemErrands,
) -> None:
    booked = await sibling_visits.book(person, callback_data.need, callback_data.slot_ids)
    booked = replace(booked, visits=await system_errands.all_answered(booked.visits))
    await show(tap, standing.booked(booked))
    _answered(corrections, person, booked)
    stand = all(visit.is_active and not visit.awaits_system for visit in booked.visits)
    if booked.question and stand:
        await follow(tap, ask_reminders(booked.question))


async def move(
    tap: CallbackQuery,
    callback_data: taps.MoveAll,
    person: PersonId,
    sibling_visits: SiblingVisits,
    corrections: Corrections,
    system_errands: SystemErrands,
) -> None:
    visit_ids, slot_ids = callback_data.visit_ids, callback_data.slot_ids
    moved = await sibling_visits.move(person, visit_ids, slot_ids, callback_data.seen)
    moved = replace(moved, visits=await system_errands.all_answered(moved.visits))
    await show(tap, standing.moved(moved))
    _answered(corrections, person, moved)


async def see(
    tap: CallbackQuery, callback_data: taps.SeeAll, person: PersonId, sibling_visits: SiblingVisits
) -> None:
    await show(tap, standing.together(await sibling_visits.visits(person, callback_data.visit_ids)))


async def ask_cancel(
    tap: CallbackQuery,
    callback_data: taps.AskCancelAll,
    person: PersonId,
    sibling_visits: SiblingVisits,
) -> None:
    found = await sibling_visits.visits(person, callback_data.visit_ids, Scope.CANCEL)
    await show(tap, standing.ask_cancel(found))


async def cancel(
    tap: CallbackQuery,
    callback_data: taps.CancelAll,
    person: PersonId,
    sibling_visits: SiblingVisits,
) -> None:
    gone = await sibling_visits.cancel(person, callback_data.visit_ids, callback_data.seen)
    await show(tap, standing.cancelled(gone))


def _answered(corrections: Corrections, person: PersonId, shown: BookedTogether) -> None:
    for visit in shown.visits:
        corrections.answered(person, visit)


def build_router() -> Router:
    """The way of several children to the doctor."""
    router = Router(name="visits siblings")
    router.callback_query.register(several, taps.Several.filter())
    router.callback_query.register(reasons, taps.SeveralReasons.filter())
    router.callback_query.register(times, taps.TimesOfAll.filter())
    router.callback_query.register(times, taps.TimesWith.filter())
    router.callback_query.register(times_like, taps.TimesLike.filter())
    router.callback_query.register(days, taps.DaysOfAll.filter())
    router.callback_query.register(days, taps.DaysWith.filter())
    router.callback_query.register(doctors, taps.DoctorsOfAll.filter())
    router.callback_query.register(hold, taps.HoldAll.filter())
    router.callback_query.register(book, taps.BookAll.filter())
    router.callback_query.register(move, taps.MoveAll.filter())
    router.callback_query.register(see, taps.SeeAll.filter())
    router.callback_query.register(ask_cancel, taps.AskCancelAll.filter())
    router.callback_query.register(cancel, taps.CancelAll.filter())
    return router
