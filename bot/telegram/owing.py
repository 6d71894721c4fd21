"""Answers that Telegram did not take: owed, and given when it takes them again.

A tap, or a message whose effect is committed, needs nothing but its answer. To keep it in hand
until then would keep a place, a connection of the webhook, and by polling the window of a hundred
updates from all others. So it is let go, and a row says what to handle again: it took effect once,
and shows the present state.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Update

from bot.flows.common.taps import Here
from bot.telegram.errors import describe, is_transient
from bot.telegram.trying import trying
from bot.watch.watching import Watch
from services.messages.owing import Owing
from services.ports.readers import Clock
from services.ports.runtime import OwedAnswer
from services.ports.transaction import StorageUnavailable

log = structlog.get_logger()

EVERY = 1
"""Seconds between two looks for answers that are due."""
LANES = 4
"""People who are answered at one time: as many wait for the claim's end if the process dies."""
LONGEST = 20
"""Seconds that one answer may take."""
AGAIN_AFTER = timedelta(seconds=5)
"""After trouble for which Telegram names no time."""
_COMMAND = re.compile(r"/[a-z_]{1,32}")
"""A command and nothing with it, which could be anything."""


class OwedAnswers:
    """Owes answers, and gives them.

    Args:
        handle: handles an update as if it had come again.
        set_aside: keeps the id, kind and error of an answer that nobody could give.
    """

    def __init__(
        self,
        bot: Bot,
        owing: Owing,
        clock: Clock,
        handle: Callable[[Update], Awaitable[object]],
        set_aside: Callable[[int, str, str], Awaitable[None]],
        watch: Watch | None = None,
    ) -> None:
        self._bot = bot
        self._owing = owing
        self._clock = clock
        self._handle = handle
        self._set_aside = set_aside
        self._watch = watch or Watch()

    async def owe(self, raw: dict[str, Any], wait: float, life: float) -> bool:
        """Owe an update its answer; False if it cannot be: what was typed did not take effect, and
        typed words are not kept.

        Args:
            wait: seconds before Telegram may be asked again.
            life: seconds after which nobody waits for it any more.

        Raises:
            StorageUnavailable: the database is away.
        """
        now = self._clock()
        moments = {
            "due_at": now + timedelta(seconds=wait),
            "until": now + timedelta(seconds=life),
        }
        if query := raw.get("callback_query"):
            await self._owing.owe(
                OwedAnswer(
                    raw["update_id"],
                    query["from"]["id"],
                    _editable(query.get("message") or {}),
                    query.get("data", ""),
                    query["id"],
                    **moments,
                )
            )
            return True
        message = raw.get("message") or {}
        if not (person := message.get("from")):
            return False
        command = message.get("text", "")
        is_bare = _COMMAND.fullmatch(command) is not None
        shown = command if is_bare else Here().pack()
        answer = OwedAnswer(raw["update_id"], person["id"], None, shown, "", **moments)
        if not is_bare:
            return await self._owing.owe_if_done(answer)
        await self._owing.owe(answer)
        return True

    async def tick(self) -> None:
        """Give what is due; those of one person in the order of their updates."""
        with suppress(asyncio.CancelledError, StorageUnavailable):  # by a stop: others go on
            await asyncio.gather(*(self._give_one_by_one() for _ in range(LANES)))

    async def _give_one_by_one(self) -> None:
        """What is due to one person after the other, until nothing is."""
        while answers := await self._owing.take_up():
            await self._give_all(answers)

    async def _give_all(self, answers: Sequence[OwedAnswer]) -> None:
        """One after another; where one is refused again, the others wait with it."""
        wait: timedelta | None = None
        for answer in answers:
            if answer.until <= self._clock():  # nobody was there to give it in time
                await self._settle(answer, TimeoutError())
                continue
            error = None if wait else await self._give(answer)
            if error:
                wait = _wait_after(error)
            if wait is None:
                await self._settle(answer, error)
            elif not await self._owing.put_off(answer, wait):
                await self._settle(answer, error or TimeoutError())

    async def _give(self, answer: OwedAnswer) -> Exception | None:
        update = Update.model_validate(_as_update(answer), context={"bot": self._bot})
        try:
            with trying(again=True):
                async with asyncio.timeout(LONGEST):
                    await self._handle(update)
        except Exception as error:  # noqa: BLE001 - a mistake of ours may raise anything
            return error
        return None

    async def _settle(self, answer: OwedAnswer, error: Exception | None) -> None:
        kind = "callback_query" if answer.query else "message"
        if error:
            log.error("an answer could not be given", kind=kind, error=describe(error))
            await self._set_aside(answer.update_id, kind, describe(error))
        self._watch.update(kind, "set aside" if error else "answered")
        await self._owing.settle(answer)


def _wait_after(error: Exception) -> timedelta | None:
    """Until Telegram may be asked again; None if asking again is of no use."""
    if isinstance(error, TelegramRetryAfter):
        return timedelta(seconds=error.retry_after)
    return AGAIN_AFTER if is_transient(error) else None


def _editable(message: dict[str, Any]) -> int | None:
    """The id of a message that can become another screen: it has words, and is not too old."""
    return message.get("message_id") if message.get("date") and "text" in message else None


def _as_update(answer: OwedAnswer) -> dict[str, Any]:
    """The update as it is handled again, with what a handler needs."""
    chat = {"id": answer.telegram_id, "type": "private"}
    person = {"id": answer.telegram_id, "is_bot": False, "first_name": ""}
    if answer.data.startswith("/"):
        message = {"message_id": 0, "date": 0, "chat": chat, "from": person, "text": answer.data}
        entity = {"type": "bot_command", "offset": 0, "length": len(answer.data)}
        return {"update_id": answer.update_id, "message": {**message, "entities": [entity]}}
    tapped: dict[str, Any] = {"message_id": answer.message_id or 0, "date": 0, "chat": chat}
    if answer.message_id:
        tapped |= {"date": 1, "text": "…"}
    query = {"id": answer.query, "from": person, "chat_instance": "", "message": tapped}
    return {"update_id": answer.update_id, "callback_query": {**query, "data": answer.data}}
