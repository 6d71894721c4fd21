"""Sheets that staff send in the chat: fetched within bounds, and read as whatever they are."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import GetFile
from aiogram.types import Document
from aiohttp import ClientError

from bot.documents.sheets import schedule_sheets, slot_rows
from bot.documents.sheets.grids import MOST_BYTES, BadFile, FileTrouble
from bot.documents.sheets.rows import BadSheet
from bot.flows.schedule.sheets import sheet_words, timetable_words
from services.model.conversations import SheetWaiting
from services.model.refusals.schedule import SheetGone
from services.model.schedule import Sheet
from services.model.settings.visit_kinds import VisitKind

MOST_TIMES = 10_000
"""Times that are taken over in the chat: an update has twenty seconds, and to read and write these
takes a slow machine less than half of it. The command line takes more."""
MOST_PROBLEMS = 9
"""Problems that are told one by one; a line with the other rows follows."""


class Unreadable(Exception):
    """The file is no sheet that can be taken over; why, in the reader's language."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Upload:
    """What a sheet with timetables asks for."""

    sheet: Sheet
    remarks: Sequence[str]
    """What whoever made it may not expect, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Times:
    """What a sheet with a row for each time says."""

    sheet: SheetWaiting
    reading: slot_rows.Reading


async def read(
    bot: Bot, document: Document, today: date, kinds: Sequence[VisitKind]
) -> Upload | Times:
    """Fetch a file and read it, whatever kind of sheet it is; it counts from today on.

    Raises:
        Unreadable: nothing of it is to be used.
    """
    try:
        data = await _fetch(bot, document.file_id, document.file_size or 0)
        return await asyncio.to_thread(_read, data, document.file_id, today, kinds)
    except BadFile as bad:
        raise Unreadable([sheet_words.file_trouble(bad)]) from None
    except BadSheet as bad:
        raise Unreadable(sheet_words.problems(bad.problems, MOST_PROBLEMS)) from None


async def read_again(
    bot: Bot, sheet: SheetWaiting, today: date, kinds: Sequence[VisitKind]
) -> Times:
    """Fetch and read what was sent before. Whether it is the same, its digest says.

    Raises:
        SheetGone: Telegram does not have it any more, or it is no such sheet.
    """
    try:
        data = await _fetch(bot, sheet.file)
        found = await asyncio.to_thread(_read, data, sheet.file, today, kinds)
    except (TelegramBadRequest, BadFile, BadSheet):
        raise SheetGone from None
    if not isinstance(found, Times):
        raise SheetGone
    return found


def _read(data: bytes, file_id: str, today: date, kinds: Sequence[VisitKind]) -> Upload | Times:
    reading = schedule_sheets.read(data, today, kinds=kinds)
    if isinstance(reading, slot_rows.Reading):
        if sum(len(each.times) for each in reading.doctors) > MOST_TIMES:
            raise BadFile(FileTrouble.TOO_MANY_ROWS, MOST_TIMES)
        return Times(SheetWaiting(file_id, sha256(data).hexdigest()), reading)
    return Upload(Sheet(tuple(reading.timetables)), list(timetable_words.remarks(reading)))


class _Bounded(io.BytesIO):
    """Takes no more than a sheet can have, whatever the file says of its size (R37)."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(data) > MOST_BYTES:
            raise BadFile(FileTrouble.TOO_LARGE)
        return super().write(data)


async def _fetch(bot: Bot, file_id: str, size: int = 0) -> bytes:
    """A file's content; `size` is what Telegram says of it, if it does."""
    if size > MOST_BYTES:
        raise BadFile(FileTrouble.TOO_LARGE)
    file = _Bounded()
    try:
        await bot.download(file_id, file)
    except ClientError as error:  # aiogram gives it a name for methods, and not for files
        method = GetFile(file_id=file_id)
        raise TelegramNetworkError(method, type(error).__name__) from error
    return file.getvalue()
