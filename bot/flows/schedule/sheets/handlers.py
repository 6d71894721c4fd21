"""Hours and times taken from a sheet and put into one."""

import asyncio
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Document, Message

from bot.documents.sheets import timetable_written, written
from bot.flows.common.refusals import words_of
from bot.flows.schedule.hours import previews
from bot.flows.schedule.sheets import taps, time_views, uploads, views
from bot.flows.schedule.sheets.slot_row_words import progress
from bot.flows.schedule.sheets.timetable_words import sheet_words
from bot.telegram.progress import ProgressMessage
from bot.telegram.screen import Screen, give, show
from services.model.ids import PersonId
from services.model.refusals.base import NotFound
from services.model.refusals.schedule import (
    DoctorUnclear,
    RoomNeeded,
    RoomsDiffer,
    SeveralDoctors,
)
from services.schedule.changes import OpeningHours
from services.schedule.imports import Imports
from services.schedule.overview import HoursOverview, SheetDesk


async def by_sheet(
    tap: CallbackQuery, callback_data: taps.Sheets, person: PersonId, overview: HoursOverview
) -> None:
    await show(tap, views.by_sheet(await overview.sheet_desk(person, callback_data.post_id)))


async def template(
    tap: CallbackQuery, callback_data: taps.SheetTemplate, person: PersonId, overview: HoursOverview
) -> None:
    desk = await overview.sheet_desk(person, callback_data.post_id)
    words = sheet_words(desk.post.clinic.kinds)
    content = await asyncio.to_thread(written.template, words)
    await give(tap, views.template(content))


async def export(
    tap: CallbackQuery, callback_data: taps.SheetExport, person: PersonId, overview: HoursOverview
) -> None:
    desk = await overview.sheet_desk(person, callback_data.post_id)
    found = await overview.timetables(person, callback_data.post_id)
    words = sheet_words(desk.post.clinic.kinds)
    lines = timetable_written.lines(found, words)
    content = await asyncio.to_thread(written.write, lines, words)
    await give(tap, views.export(desk, content))


async def is_sheet(
    message: Message, person: PersonId, overview: HoursOverview
) -> bool | dict[str, Any]:
    """Whether it is a file of somebody who may change hours; with where."""
    if message.document is None:
        return False
    try:
        return {"document": message.document, "at": await overview.sheet_desk(person)}
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
    async with ProgressMessage(message, time_views.reading(), progress) as told:
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
        found = await uploads.read(bot, document, at.today, at.post.clinic.kinds)
    except uploads.Unreadable as bad:
        return views.unreadable(at, bad.problems)
    try:
        return await _proposed(person, hours, imports, at, found, told)
    except (SeveralDoctors, DoctorUnclear, RoomsDiffer, RoomNeeded) as unclear:
        return views.unreadable(at, [words_of(unclear)])


async def _proposed(
    person: PersonId,
    hours: OpeningHours,
    imports: Imports,
    at: SheetDesk,
    found: uploads.Upload | uploads.Times,
    told: ProgressMessage,
) -> Screen:
    if isinstance(found, uploads.Upload):
        return previews.preview(await hours.propose(person, at.post.id, found.sheet), found.remarks)
    doctors = found.reading.doctors
    proposed = await imports.propose(person, at.post.id, found.sheet, doctors, told)
    return time_views.preview(proposed, found.reading)


async def take_times(
    tap: CallbackQuery,
    callback_data: taps.TakeTimes,
    person: PersonId,
    overview: HoursOverview,
    imports: Imports,
    bot: Bot,
) -> None:
    post_id, mark = callback_data.post_id, callback_data.mark
    async with ProgressMessage(tap, time_views.reading(), progress) as told:
        sheet = await imports.sent(person, post_id, mark)
        at = await overview.sheet_desk(person, post_id)
        found = await uploads.read_again(bot, sheet, at.today, at.post.clinic.kinds)
        done = await imports.take_over(
            person, post_id, mark, found.sheet.digest, found.reading.doctors, told
        )
    await show(tap, time_views.done(done))


def build_router() -> Router:
    """The registry alone."""
    router = Router(name="schedule sheets")
    router.callback_query.register(by_sheet, taps.Sheets.filter())
    router.callback_query.register(export, taps.SheetExport.filter())
    router.callback_query.register(take_times, taps.TakeTimes.filter())
    router.callback_query.register(template, taps.SheetTemplate.filter())
    router.message.register(upload, is_sheet)
    return router
