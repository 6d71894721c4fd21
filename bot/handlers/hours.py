"""The clinic's hours: looked at, changed after a preview, taken from a sheet and put into one."""

import asyncio
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Document, Message

from bot import taps, uploads
from bot.documents import timetable
from bot.progress import ProgressMessage
from bot.screen import Screen, give, show
from bot.views import hours as views
from bot.views import time_sheets
from bot.views.slot_rows import progress
from bot.views.timetables import sheet_words
from services.model.ids import DoctorId, PersonId
from services.model.refusals.base import NotFound
from services.schedule.changes import OpeningHours
from services.schedule.drafts import About, Question
from services.schedule.imports import Imports
from services.schedule.overview import SheetDesk

# Looking


async def day(
    tap: CallbackQuery, callback_data: taps.ClinicHours, person: PersonId, hours: OpeningHours
) -> None:
    await show(tap, views.day(await hours.day(person, callback_data.post_id, callback_data.on)))


async def week(
    tap: CallbackQuery, callback_data: taps.WeekHours, person: PersonId, hours: OpeningHours
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    await show(tap, views.week(await hours.week(person, post_id, doctor_id, callback_data.on)))


async def ahead(
    tap: CallbackQuery, callback_data: taps.Ahead, person: PersonId, hours: OpeningHours
) -> None:
    doctor_id = _doctor(callback_data.doctor_id)
    await show(tap, views.ahead(await hours.ahead(person, callback_data.post_id, doctor_id)))


# Asking


async def ask_day(
    tap: CallbackQuery, callback_data: taps.AskDayHours, person: PersonId, hours: OpeningHours
) -> None:
    question = Question(About.DAY, callback_data.doctor_id, callback_data.on)
    await show(tap, views.ask(await hours.ask(person, callback_data.post_id, question)))


async def ask_rules(
    tap: CallbackQuery, callback_data: taps.AskRules, person: PersonId, hours: OpeningHours
) -> None:
    question = Question(About.RULES, callback_data.doctor_id)
    await show(tap, views.ask(await hours.ask(person, callback_data.post_id, question)))


async def ask_leave(
    tap: CallbackQuery, callback_data: taps.AskLeave, person: PersonId, hours: OpeningHours
) -> None:
    question = Question(About.LEAVE, callback_data.doctor_id)
    await show(tap, views.ask(await hours.ask(person, callback_data.post_id, question)))


async def ask_holiday(
    tap: CallbackQuery, callback_data: taps.AskHoliday, person: PersonId, hours: OpeningHours
) -> None:
    question = Question(About.HOLIDAY)
    await show(tap, views.ask(await hours.ask(person, callback_data.post_id, question)))


async def typed(message: Message, person: PersonId, hours: OpeningHours) -> None:
    await show(message, views.answered(await hours.answer(person, message.text or "")))


# A change


async def close_day(
    tap: CallbackQuery, callback_data: taps.CloseDay, person: PersonId, hours: OpeningHours
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    found = await hours.close_day(person, post_id, doctor_id, callback_data.on)
    await show(tap, views.preview(found))


async def undo(
    tap: CallbackQuery, callback_data: taps.Undo, person: PersonId, hours: OpeningHours
) -> None:
    post_id, kind = callback_data.post_id, callback_data.kind
    found = await hours.undo(person, post_id, kind, callback_data.deviation_id)
    await show(tap, views.preview(found))


async def who_covers(
    tap: CallbackQuery, callback_data: taps.WhoCovers, person: PersonId, hours: OpeningHours
) -> None:
    found = await hours.who_covers(person, callback_data.post_id, callback_data.mark)
    await show(tap, views.who_covers(found))


async def cover(
    tap: CallbackQuery, callback_data: taps.Cover, person: PersonId, hours: OpeningHours
) -> None:
    post_id, mark = callback_data.post_id, callback_data.mark
    substitute = _doctor(callback_data.doctor_id)
    found = await hours.cover(person, post_id, mark, substitute, in_their_hours=callback_data.on)
    await show(tap, views.preview(found))


async def apply(
    tap: CallbackQuery, callback_data: taps.Apply, person: PersonId, hours: OpeningHours
) -> None:
    found = await hours.apply(person, callback_data.post_id, callback_data.mark)
    await show(tap, views.done(found))


async def discard(
    tap: CallbackQuery, callback_data: taps.Discard, person: PersonId, hours: OpeningHours
) -> None:
    post_id, doctor_id = callback_data.post_id, _doctor(callback_data.doctor_id)
    await hours.discard(person, post_id)
    if doctor_id:
        await show(tap, views.week(await hours.week(person, post_id, doctor_id)))
    else:
        await show(tap, views.day(await hours.day(person, post_id)))


def _doctor(number: int) -> DoctorId | None:
    return DoctorId(number) if number else None


# Sheets


async def by_sheet(
    tap: CallbackQuery, callback_data: taps.Sheets, person: PersonId, hours: OpeningHours
) -> None:
    await show(tap, views.by_sheet(await hours.sheet_desk(person, callback_data.post_id)))


async def template(
    tap: CallbackQuery, callback_data: taps.SheetTemplate, person: PersonId, hours: OpeningHours
) -> None:
    await hours.sheet_desk(person, callback_data.post_id)
    content = await asyncio.to_thread(timetable.template_workbook, sheet_words())
    await give(tap, views.template(content))


async def export(
    tap: CallbackQuery, callback_data: taps.SheetExport, person: PersonId, hours: OpeningHours
) -> None:
    desk = await hours.sheet_desk(person, callback_data.post_id)
    found = await hours.timetables(person, callback_data.post_id)
    content = await asyncio.to_thread(timetable.write_workbook, found, sheet_words())
    await give(tap, views.export(desk, content))


async def is_sheet(
    message: Message, person: PersonId, hours: OpeningHours
) -> bool | dict[str, Any]:
    """Whether it is a file of somebody who may change hours; with where."""
    if message.document is None:
        return False
    try:
        return {"document": message.document, "at": await hours.sheet_desk(person)}
    except NotFound:
        return False


async def upload(
    message: Message,
    person: PersonId,
    hours: OpeningHours,
    imports: Imports,
    bot: Bot,
    document: Document,
    at: SheetDesk,
) -> None:
    async with ProgressMessage(message, time_sheets.reading(), progress) as told:
        screen = await _looked_at(person, hours, imports, bot, document, at, told)
    await show(message, screen)


async def _looked_at(
    person: PersonId,
    hours: OpeningHours,
    imports: Imports,
    bot: Bot,
    document: Document,
    at: SheetDesk,
    told: ProgressMessage,
) -> Screen:
    try:
        found = await uploads.read(bot, document, at.today)
    except uploads.Unreadable as bad:
        return views.unreadable(at, bad.problems)
    if isinstance(found, uploads.Upload):
        return views.preview(await hours.propose(person, at.post.id, found.sheet), found.remarks)
    doctors = found.reading.doctors
    proposed = await imports.propose(person, at.post.id, found.sheet, doctors, told)
    return time_sheets.preview(proposed, found.reading)


async def take_times(
    tap: CallbackQuery,
    callback_data: taps.TakeTimes,
    person: PersonId,
    hours: OpeningHours,
    imports: Imports,
    bot: Bot,
) -> None:
    post_id, mark = callback_data.post_id, callback_data.mark
    async with ProgressMessage(tap, time_sheets.reading(), progress) as told:
        sheet = await imports.sent(person, post_id, mark)
        at = await hours.sheet_desk(person, post_id)
        found = await uploads.read_again(bot, sheet, at.today)
        done = await imports.take_over(
            person, post_id, mark, found.sheet.digest, found.reading.doctors, told
        )
    await show(tap, time_sheets.done(done))


def build_router() -> Router:
    """Whoever has a post sees hours, the registry changes them; every tap checks it anew."""
    router = Router(name="hours")
    router.message.register(upload, is_sheet)
    router.callback_query.register(day, taps.ClinicHours.filter())
    router.callback_query.register(week, taps.WeekHours.filter())
    router.callback_query.register(ahead, taps.Ahead.filter())
    router.callback_query.register(ask_day, taps.AskDayHours.filter())
    router.callback_query.register(ask_rules, taps.AskRules.filter())
    router.callback_query.register(ask_leave, taps.AskLeave.filter())
    router.callback_query.register(ask_holiday, taps.AskHoliday.filter())
    router.callback_query.register(close_day, taps.CloseDay.filter())
    router.callback_query.register(undo, taps.Undo.filter())
    router.callback_query.register(who_covers, taps.WhoCovers.filter())
    router.callback_query.register(cover, taps.Cover.filter())
    router.callback_query.register(apply, taps.Apply.filter())
    router.callback_query.register(take_times, taps.TakeTimes.filter())
    router.callback_query.register(discard, taps.Discard.filter())
    router.callback_query.register(by_sheet, taps.Sheets.filter())
    router.callback_query.register(template, taps.SheetTemplate.filter())
    router.callback_query.register(export, taps.SheetExport.filter())
    return router
