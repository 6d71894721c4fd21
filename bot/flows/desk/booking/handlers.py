"""A caller gets a time; times of people without a name."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.booking import taps, views
from bot.telegram.screen import Screen, show
from services.desk.booking import Desk
from services.desk.errands import Aim
from services.model.ids import AppointmentId, PersonId
from services.systems.carrying_out import SystemErrands


async def reasons(
    tap: CallbackQuery, callback_data: taps.ReasonsAtDesk, person: PersonId, desk: Desk
) -> None:
    found = await desk.reasons(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.reasons(found))


async def doctors(
    tap: CallbackQuery, callback_data: taps.DoctorsAtDesk, person: PersonId, desk: Desk
) -> None:
    found = await desk.doctors(person, callback_data.post_id, callback_data.errand)
    await show(tap, views.doctors(found, callback_data.page))


async def days(
    tap: CallbackQuery, callback_data: taps.DaysAtDesk, person: PersonId, desk: Desk
) -> None:
    post_id, errand = callback_data.post_id, callback_data.errand
    await show(tap, views.days(await desk.days(person, post_id, errand, callback_data.doctor_id)))


async def times(
    tap: CallbackQuery, callback_data: taps.DayAtDesk, person: PersonId, desk: Desk
) -> None:
    post_id, errand = callback_data.post_id, callback_data.errand
    found = await desk.day(person, post_id, errand, callback_data.doctor_id, callback_data.on)
    await show(tap, views.times(found))


async def around(
    tap: CallbackQuery, callback_data: taps.AroundAtDesk, person: PersonId, desk: Desk
) -> None:
    post_id, errand, slot_id = callback_data.post_id, callback_data.errand, callback_data.slot_id
    found = await desk.day_around(person, post_id, errand, slot_id)
    await show(tap, views.times(found, slot_id))


async def offer(
    tap: CallbackQuery, callback_data: taps.TimeAtDesk, person: PersonId, desk: Desk
) -> None:
    post_id, errand = callback_data.post_id, callback_data.errand
    await show(tap, views.offer(await desk.offer(person, post_id, errand, callback_data.slot_id)))


async def give_time(
    tap: CallbackQuery,
    callback_data: taps.GiveTime,
    person: PersonId,
    desk: Desk,
    system_errands: SystemErrands,
) -> None:
    given = await _give(callback_data, person, desk, system_errands)
    await show(tap, given)


async def _give(
    wanted: taps.GiveTime, person: PersonId, desk: Desk, system_errands: SystemErrands
) -> Screen:
    post_id, errand, slot_id = wanted.post_id, wanted.errand, wanted.slot_id
    bending, extra = wanted.bending, wanted.extra
    if wanted.aim is Aim.TAKE:
        return views.taken(await desk.take(person, post_id, slot_id, bending=bending))
    if wanted.aim is not Aim.MOVE:
        done = await desk.book(person, post_id, errand, slot_id, bending=bending, extra=extra)
        return views.booked(replace(done, visit=await system_errands.answered(done.visit)))
    visit_id = AppointmentId(wanted.subject)
    moved = await desk.move(
        person,
        post_id,
        visit_id,
        slot_id,
        wanted.seen,
        as_asked=wanted.as_asked,
        bending=bending,
        extra=extra,
    )
    return views.moved(replace(moved, visit=await system_errands.answered(moved.visit)))


async def taken(
    tap: CallbackQuery, callback_data: taps.TakenTime, person: PersonId, desk: Desk
) -> None:
    found = await desk.taken(person, callback_data.post_id, callback_data.slot_id)
    await show(tap, views.taken(found))


async def give_back(
    tap: CallbackQuery, callback_data: taps.GiveBack, person: PersonId, desk: Desk
) -> None:
    post_id, slot_id = callback_data.post_id, callback_data.slot_id
    found = await desk.give_back(person, post_id, slot_id, callback_data.seen)
    await show(tap, views.taken(found))


def build_router() -> Router:
    """Registrars and administrators; every tap checks it anew."""
    router = Router(name="desk booking")
    router.callback_query.register(reasons, taps.ReasonsAtDesk.filter())
    router.callback_query.register(doctors, taps.DoctorsAtDesk.filter())
    router.callback_query.register(days, taps.DaysAtDesk.filter())
    router.callback_query.register(times, taps.DayAtDesk.filter())
    router.callback_query.register(around, taps.AroundAtDesk.filter())
    router.callback_query.register(offer, taps.TimeAtDesk.filter())
    router.callback_query.register(give_time, taps.GiveTime.filter())
    router.callback_query.register(taken, taps.TakenTime.filter())
    router.callback_query.register(give_back, taps.GiveBack.filter())
    return router
