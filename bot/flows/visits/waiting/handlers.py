"""Waiting for a time: joining the list, one's place in it, and what is offered."""

from dataclasses import replace
from datetime import timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.visits.waiting import refining as refining_views
from bot.flows.visits.waiting import taps, views
from bot.flows.visits.waiting.wishes import wish_of
from bot.telegram.screen import show
from services.model.ids import PersonId
from services.systems.carrying_out import SystemErrands
from services.waitlist.answering import Answers
from services.waitlist.refining import Refining, Said
from services.waitlist.waiting import Waitlist


async def ask(
    tap: CallbackQuery, callback_data: taps.AskWait, person: PersonId, waitlist: Waitlist
) -> None:
    asked = callback_data
    found = await waitlist.can_wait(
        person, asked.clinic_id, asked.children, asked.kind, asked.visit_id
    )
    await show(tap, views.ask(found, asked))


async def join(
    tap: CallbackQuery, callback_data: taps.Join, person: PersonId, waitlist: Waitlist
) -> None:
    said = callback_data
    found = await waitlist.can_wait(person, said.clinic_id, said.children, said.kind, said.visit_id)
    wish = wish_of(said, found)
    joined = await waitlist.join(person, said.clinic_id, wish, has_looked=True)
    await show(tap, views.joined(joined))


async def waits(
    tap: CallbackQuery, callback_data: taps.Waits, person: PersonId, waitlist: Waitlist
) -> None:
    await show(tap, views.waits(await waitlist.mine(person), callback_data.page))


async def wait(
    tap: CallbackQuery, callback_data: taps.OneWait, person: PersonId, waitlist: Waitlist
) -> None:
    await show(tap, views.one(await waitlist.get(person, callback_data.wait_id)))


async def leave(
    tap: CallbackQuery, callback_data: taps.Leave, person: PersonId, answers: Answers
) -> None:
    await show(tap, views.left(await answers.leave(person, callback_data.wait_id)))


async def wait_on(
    tap: CallbackQuery, callback_data: taps.WaitOn, person: PersonId, waitlist: Waitlist
) -> None:
    await show(tap, views.one(await waitlist.wait_on(person, callback_data.wait_id)))


async def early(
    tap: CallbackQuery, callback_data: taps.Early, person: PersonId, waitlist: Waitlist
) -> None:
    found = await waitlist.allow_early(person, callback_data.wait_id, early=callback_data.on)
    await show(tap, views.one(found))


async def details(
    tap: CallbackQuery, callback_data: taps.Details, person: PersonId, refining: Refining
) -> None:
    found = await refining.get(person, callback_data.wait_id)
    await show(tap, refining_views.details(found, callback_data.page))


async def for_days(
    tap: CallbackQuery, callback_data: taps.ForDays, person: PersonId, refining: Refining
) -> None:
    said = Said(weekdays=callback_data.weekdays)
    await show(tap, refining_views.details(await refining.say(person, callback_data.wait_id, said)))


async def for_notice(
    tap: CallbackQuery, callback_data: taps.ForNotice, person: PersonId, refining: Refining
) -> None:
    said = Said(notice=timedelta(hours=callback_data.hours))
    await show(tap, refining_views.details(await refining.say(person, callback_data.wait_id, said)))


async def for_doctor(
    tap: CallbackQuery, callback_data: taps.ForDoctor, person: PersonId, refining: Refining
) -> None:
    said = Said(doctor=callback_data.doctor_id, would_do=callback_data.on)
    found = await refining.say(person, callback_data.wait_id, said)
    await show(tap, refining_views.details(found, callback_data.page))


async def take(
    tap: CallbackQuery,
    callback_data: taps.Take,
    person: PersonId,
    answers: Answers,
    system_errands: SystemErrands,
) -> None:
    found = await answers.accept(person, callback_data.offer_id)
    visits = await system_errands.all_answered(found.visits)
    await show(tap, views.taken(replace(found, visits=visits)))


async def refuse(
    tap: CallbackQuery, callback_data: taps.Refuse, person: PersonId, answers: Answers
) -> None:
    await show(tap, views.refused(await answers.refuse(person, callback_data.offer_id)))


def build_router() -> Router:
    """The list of those who wait, for families."""
    router = Router(name="visits waiting")
    router.callback_query.register(ask, taps.AskWait.filter())
    router.callback_query.register(join, taps.Join.filter())
    router.callback_query.register(waits, taps.Waits.filter())
    router.callback_query.register(wait, taps.OneWait.filter())
    router.callback_query.register(leave, taps.Leave.filter())
    router.callback_query.register(wait_on, taps.WaitOn.filter())
    router.callback_query.register(early, taps.Early.filter())
    router.callback_query.register(details, taps.Details.filter())
    router.callback_query.register(for_days, taps.ForDays.filter())
    router.callback_query.register(for_notice, taps.ForNotice.filter())
    router.callback_query.register(for_doctor, taps.ForDoctor.filter())
    router.callback_query.register(take, taps.Take.filter())
    router.callback_query.register(refuse, taps.Refuse.filter())
    return router
