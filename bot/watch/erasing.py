"""Erasures carried out, told for the last time, and written down outside the database.

A backup of before an erasure brings the family back: whoever restores one erases again whom the
list names (R74). The list holds ids, which lead to nobody.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.utils.i18n import I18n

from bot.flows.families.privacy import views
from bot.telegram.errors import describe, is_transient
from bot.telegram.pacing import Pace
from bot.telegram.screen import amend, send
from bot.telegram.sending import ACCEPTED_WITHIN
from bot.words import speaking
from services.model.ids import ChildId, PersonId
from services.model.messages import Urgency
from services.model.privacy.erasure import Act
from services.privacy.erasing import Erased, Erasing

log = structlog.get_logger()

EMPTIED_WITHIN = 60.0
"""Seconds for all messages of one person; whose erasure is next waits for them."""
RECEIPT_WITHIN = 300.0
"""Seconds for the receipt: longer than Telegram's pauses usually last."""
TRIES = 5
"""How often one thing is said where Telegram is away, or asks for a pause."""

_Saying: TypeAlias = Callable[[], Coroutine[Any, Any, object]]


class BadList(Exception):
    """The list of the erased cannot be read; the message is one line for the operator."""


class EraseDue:
    """What is done for erasures; nothing while there are none."""

    def __init__(self, erasing: Erasing, bot: Bot, i18n: I18n, pace: Pace, file: Path) -> None:
        """`file` is the list."""
        self._erasing = erasing
        self._bot = bot
        self._i18n = i18n
        self._pace = pace
        self._file = file

    async def tick(self) -> None:
        """Erase whose day is over, tell them, and bring the list up to date."""
        for person in await self._erasing.due():
            if erased := await self._erasing.carry_out(person):
                await self._tell(erased)
        await write_down(self._erasing, self._file)

    async def _tell(self, erased: Erased) -> None:
        """Their messages first: the receipt lies lowest, and comes whatever became of them. What a
        crash, a blocked bot or a Telegram that stays away leaves unsaid stays so: nobody is known
        any more to whom to say it."""
        chat = erased.person.telegram_id
        with speaking(self._i18n, erased.person.language):
            receipt, emptied = views.erased(erased), views.emptied()
        empty = [partial(amend, self._bot, chat, each, emptied) for each in erased.messages]
        await self._say(chat, empty, EMPTIED_WITHIN)
        await self._say(chat, [partial(send, self._bot, chat, receipt)], RECEIPT_WITHIN)

    async def _say(self, chat: int, what: Sequence[_Saying], within: float) -> None:
        try:
            async with asyncio.timeout(within):
                for each in what:
                    await self._say_one(chat, each)
        except TimeoutError:
            log.warning("who was erased could not be told in time")

    async def _say_one(self, chat: int, say: _Saying) -> None:
        """In its turn, and once more where that may go better: pauses are over by then."""
        for _ in range(TRIES):
            await self._pace.permit(chat, Urgency.NEWS)
            try:
                with self._pace.permitted():
                    async with asyncio.timeout(ACCEPTED_WITHIN):
                        await say()
            except (AiogramError, TimeoutError) as error:
                log.info("who was erased could not be told", error=describe(error))
                if not is_transient(error):  # it is gone, too old to be changed, or nobody reads it
                    return
            else:
                return


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
