"""Sheets that staff send in the chat: fetched within bounds, and read as whatever they are."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetFile
from aiogram.types import Document
from aiohttp import ClientError

from bot.documents import timetable
from bot.documents.sheets import MOST_BYTES, BadFile, FileTrouble
from bot.documents.timetable import BadTimetable
from bot.views import timetables as views
from services.drafts import Sheet


class Unreadable(Exception):
    """The file is no sheet that can be taken over; why, in the reader's language."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Upload:
    """What a sheet asks for."""

    sheet: Sheet
    remarks: Sequence[str]
    """What whoever made it may not expect, in the reader's language."""


async def read(bot: Bot, document: Document, today: date) -> Upload:
    """Fetch a file and read it; it counts from today on.

    Raises:
        Unreadable: nothing of it is to be used.
    """
    try:
        data = await _fetch(bot, document)
        return await asyncio.to_thread(_read, data, today)
    except BadFile as bad:
        raise Unreadable([views.file_trouble(bad)]) from None
    except BadTimetable as bad:
        raise Unreadable([views.problem(each) for each in bad.problems]) from None


def _read(data: bytes, today: date) -> Upload:
    """Whatever kind of sheet it is: each is known by its heading, and another one comes here."""
    reading = timetable.read(data, today)
    return Upload(Sheet(tuple(reading.timetables)), list(views.remarks(reading)))


class _Bounded(io.BytesIO):
    """Takes no more than a sheet can have, whatever the file says of its size (R37)."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(data) > MOST_BYTES:
            raise BadFile(FileTrouble.TOO_LARGE)
        return super().write(data)


async def _fetch(bot: Bot, document: Document) -> bytes:
    if (document.file_size or 0) > MOST_BYTES:
        raise BadFile(FileTrouble.TOO_LARGE)
    file = _Bounded()
    try:
        await bot.download(document, file)
    except ClientError as error:  # aiogram gives it a name for methods, and not for files
        method = GetFile(file_id=document.file_id)
        raise TelegramNetworkError(method, type(error).__name__) from error
    return file.getvalue()
