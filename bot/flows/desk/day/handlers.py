"""The clinic's people at work: /clinic, the day, one visit, the day on paper."""

import asyncio

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.flows.desk.day import lists, months, taps, views
from bot.telegram.links import INVITATION
from bot.telegram.screen import give, show
from services.desk.booking import Desk
from services.desk.day import Workday
from services.model.ids import DoctorId, PersonId

OPENED = f"/start {INVITATION}"
"""What Telegram writes for whoever opens an invitation's link."""


async def is_invitation(message: Message) -> bool:
    return (message.text or "").startswith(OPENED)


async def is_start_at_work(message: Message, person: PersonId, workday: Workday) -> bool:
    return message.text == "/start" and await workday.is_only_at_work(person)


async def accept(message: Message, person: PersonId, workday: Workday) -> None:
    token = (message.text or "").removeprefix(OPENED).strip()
    name = message.from_user.full_name if message.from_user else ""
    await show(message, views.welcome(await workday.accept(person, token, name)))


async def command(message: Message, person: PersonId, workday: Workday) -> None:
    await show(message, views.desk(await workday.desk(person)))


async def desk(
    tap: CallbackQuery, callback_data: taps.Desk, person: PersonId, workday: Workday
) -> None:
    found = await workday.desk(person, callback_data.post_id)
    await show(tap, views.desk(found, callback_data.page))


async def day(
    tap: CallbackQuery, callback_data: taps.Day, person: PersonId, workday: Workday
) -> None:
    found = await workday.day(person, callback_data.post_id, callback_data.on)
    await show(tap, lists.day(found, callback_data.page))


async def day_list(
    tap: CallbackQuery, callback_data: taps.DayList, person: PersonId, workday: Workday
) -> None:
    found = await workday.day_list(
        person, callback_data.post_id, callback_data.doctor_id, callback_data.on
    )
    await show(tap, lists.day_list(found, callback_data.page))


async def month(
    tap: CallbackQuery, callback_data: taps.WorkMonth, person: PersonId, workday: Workday
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    found = await workday.month(person, post_id, callback_data.first, DoctorId(doctor_id))
    await show(tap, months.month_of(found))


async def visit(
    tap: CallbackQuery, callback_data: taps.StaffVisit, person: PersonId, workday: Workday
) -> None:
    found = await workday.visit(person, callback_data.post_id, callback_data.appointment_id)
    await show(tap, views.visit(found))


async def ask_cancel(
    tap: CallbackQuery, callback_data: taps.AskStaffCancel, person: PersonId, workday: Workday
) -> None:
    found = await workday.visit(person, callback_data.post_id, callback_data.appointment_id)
    await show(tap, views.ask_cancel(found))


async def cancel(
    tap: CallbackQuery, callback_data: taps.StaffCancel, person: PersonId, desk: Desk
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    as_asked, seen = callback_data.as_asked, callback_data.seen
    found = await desk.cancel(person, post_id, visit_id, seen, as_asked=as_asked)
    await show(tap, views.visit(found))


async def day_sheet(
    tap: CallbackQuery, callback_data: taps.DaySheet, person: PersonId, workday: Workday
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    found = await workday.day_list(person, post_id, doctor_id, callback_data.on)
    await give(tap, await asyncio.to_thread(lists.day_sheet, found))


def build_router() -> Router:
    """Whoever has a post in a clinic; every tap checks it anew."""
    router = Router(name="desk day")
    router.message.register(accept, is_invitation)
    router.message.register(command, Command("clinic"))
    router.message.register(command, is_start_at_work)
    router.callback_query.register(desk, taps.Desk.filter())
    router.callback_query.register(day, taps.Day.filter())
    router.callback_query.register(day_list, taps.DayList.filter())
    router.callback_query.register(month, taps.WorkMonth.filter())
    router.callback_query.register(visit, taps.StaffVisit.filter())
    router.callback_query.register(ask_cancel, taps.AskStaffCancel.filter())
    router.callback_query.register(cancel, taps.StaffCancel.filter())
    router.callback_query.register(day_sheet, taps.DaySheet.filter())
    return router
