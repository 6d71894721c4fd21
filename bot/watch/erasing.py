"""Erasures carried out, told for the last time, and written down outside the database.

A backup of before an erasure brings the family back: whoever restores one erases again whom the
list names (R74). The list holds ids, which lead to nobody.
"""

import asyncio
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.utils.i18n import I18n

from bot.flows.families.privacy import views
from bot.telegram.errors import describe
from bot.telegram.screen import amend, send
from bot.words import speaking
from services.model.ids import ChildId, PersonId
from services.model.privacy.erasure import Act
from services.privacy.erasing import Erased, Erasing

log = structlog.get_logger()


class BadList(Exception):
    """The list of the erased cannot be read; the message is one line for the operator."""


class EraseDue:
    """What is done for erasures; nothing while there are none."""

    def __init__(self, erasing: Erasing, bot: Bot, i18n: I18n, file: Path) -> None:
        """`file` is the list."""
        self._erasing = erasing
        self._bot = bot
        self._i18n = i18n
        self._file = file

    async def tick(self) -> None:
        """Erase whose day is over, tell them, and bring the list up to date."""
        for person in await self._erasing.due():
            if erased := await self._erasing.carry_out(person):
                await self._tell(erased)
        await write_down(self._erasing, self._file)

    async def _tell(self, erased: Erased) -> None:
        """Their messages first: the receipt lies lowest. What a crash, a blocked bot or a Telegram
        that is away leaves unsaid stays so: nobody is known any more to whom to say it."""
        chat = erased.person.telegram_id
        with speaking(self._i18n, erased.person.language):
            receipt, emptied = views.erased(erased), views.emptied()
        try:
            for message in erased.messages:
                with suppress(TelegramBadRequest):  # it is gone, or too old to be changed
                    await amend(self._bot, chat, message, emptied)
            await send(self._bot, chat, receipt)
        except AiogramError as error:
            log.info("who was erased could not be told", error=describe(error))


async def write_down(erasing: Erasing, file: Path) -> None:
    """Add to the list what was erased since, and leave nothing of it in the database's files."""
    acts = await erasing.unlisted()
    if acts:
        await erasing.scrub()
        await asyncio.to_thread(_append, file, acts)
        await erasing.listed(acts)
        log.info("erased", acts=[act.number for act in acts])


async def erase_again(erasing: Erasing, file: Path) -> int:
    """Erase whom an older database brought back; how many these were. From then on there is a list,
    and if it is empty. Raises `BadList`."""
    await asyncio.to_thread(_append, file, ())
    count = await erasing.again(await asyncio.to_thread(read_list, file))
    await write_down(erasing, file)
    return count


def read_list(file: Path) -> list[Act]:
    """What the list says; where there is none, nobody was erased.

    Raises:
        BadList: it cannot be read, or a line is none.
    """
    try:
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return [_read(number, line) for number, line in enumerate(lines, start=1) if line]
    except (OSError, ValueError) as error:
        raise BadList(f"ERASED_LIST: {file} is no list of the erased ({error})") from None


def _read(number: int, line: str) -> Act:
    at, person, *children = line.split()
    ids = [ChildId(int(each)) for each in children]
    return Act(number, PersonId(int(person)), ids, datetime.fromisoformat(at))


def _append(file: Path, acts: Iterable[Act]) -> None:
    """A line each: when, the person, the children."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        for act in acts:
            ids = " ".join(str(each) for each in (act.person, *act.children))
            opened.write(f"{act.at.isoformat()} {ids}\n")
        opened.flush()
        os.fsync(opened.fileno())
