"""The receiving loop: an update is acknowledged when it is done, and not before.

Asking Telegram for updates from an id on acknowledges all lower ones for good. So this loop asks
from the lowest unfinished id, skips what it has in hand, and whatever kills the process, the next
one is given everything that was not finished. The manners of the real server that shape it:

* repeating an offset within half a second gives one update only;
* updates that are pending end a long poll at once.
"""

import asyncio
from functools import partial
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod

from bot.telegram.errors import describe
from bot.telegram.handling import KINDS, Handling
from bot.telegram.stopping import unless

log = structlog.get_logger()

LONG_POLL = 30
"""Seconds that Telegram may keep a question for updates open."""
ASK_AGAIN_AFTER = 0.5
"""Seconds, while the lowest update is unfinished."""


WINDOW = 100
"""Updates that Telegram gives at one time, from the lowest unfinished one on."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without the reading: one update that cannot be read must not stop the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = WINDOW
    timeout: int = 0
    allowed_updates: list[str] = KINDS


class Receiver:
    """Takes updates from Telegram by long polling and has each of them handled."""

    def __init__(self, bot: Bot, handling: Handling, stopping: asyncio.Event) -> None:
        self._bot = bot
        self._handling = handling
        self._in_hand = handling.in_hand
        self._done: set[int] = set()
        """Finished, but with an unfinished one below: Telegram will give them again."""
        self._next = 0
        """One above the highest id ever taken; 0 before the first."""
        self._stopping = stopping

    async def run(self) -> None:
        """Receive until `stopping` is set, then finish what is in hand.

        Trouble with Telegram is waited out, and said in the log.
        """
        trouble = 0
        while not self._stopping.is_set():
            idle = not self._in_hand
            try:
                batch = await unless(self._stopping, self._ask(LONG_POLL if idle else 0))
            except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on
                trouble += 1
                await self._wait_out(error, trouble)
                continue
            trouble = 0
            self._handling.heard()
            taken = sum([self._take(raw) for raw in batch or ()])
            if batch and len(batch) >= WINDOW and not taken:
                self._let_others_in()
            if idle and batch == []:  # and not None: then the question was broken off
                self._begin_anew()
            await self._until_worth_asking()
        await self._finish()

    # Asking

    @property
    def _offset(self) -> int:
        return min(self._in_hand, default=self._next)

    def _begin_anew(self) -> None:
        """Nothing is left at Telegram or in hand: the next id may be any.

        After a week without updates Telegram goes on with a random one, maybe a lower one.
        """
        self._next = 0
        self._done.clear()

    async def _ask(self, patience: int, limit: int = WINDOW) -> list[dict[str, Any]]:
        offset = self._offset
        self._done = {update_id for update_id in self._done if update_id >= offset}
        request = GetRawUpdates(offset=offset or None, limit=limit, timeout=patience)
        return await self._bot(request, request_timeout=patience + 10)

    async def _wait_out(self, error: Exception, trouble: int) -> None:
        delay = float(min(2 ** min(trouble, 5), 30))
        if isinstance(error, TelegramConflictError):
            log.error(_words_of_conflict(error))
        elif isinstance(error, TelegramRetryAfter):
            delay = error.retry_after
        elif isinstance(error, TelegramNetworkError | TelegramServerError):
            log.warning("Telegram cannot be reached", again_in=delay, error=describe(error))
        else:
            log.error("asking for updates failed", again_in=delay, error=describe(error))
        await unless(self._stopping, asyncio.sleep(delay))

    async def _until_worth_asking(self) -> None:
        """While the lowest update is unfinished, until it is, or for half a second."""
        if self._in_hand:
            lowest = self._in_hand[min(self._in_hand)]
            await unless(self._stopping, asyncio.wait({lowest}, timeout=ASK_AGAIN_AFTER))

    # Handling

    def _let_others_in(self) -> None:
        """All that Telegram gives is known, and more waits behind it: if the lowest one only waits
        for Telegram, it gives way."""
        if self._in_hand and not self._handling.is_full:
            self._handling.give_way(min(self._in_hand))

    def _take(self, raw: dict[str, Any]) -> bool:
        """Begin to handle an update; False if it is known, or there is no room."""
        update_id = raw.get("update_id")
        if not isinstance(update_id, int):
            log.error("an update without an id was left alone")
            return False
        known = update_id in self._in_hand or update_id in self._done
        if known or self._handling.is_full:
            return False  # in hand already; or to be given again when there is room
        self._next = max(self._next, update_id + 1)
        task = self._handling.take(update_id, raw)
        task.add_done_callback(partial(self._note_done, update_id))
        return True

    def _note_done(self, update_id: int, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._done.add(update_id)

    # Stopping

    async def _finish(self) -> None:
        undone = await self._handling.finish()
        log.info("stopped receiving", left_to_the_next=undone)
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        """Tell Telegram what is done, so that the next process is not given it again."""
        try:
            async with asyncio.timeout(1.5):
                await self._ask(0, limit=1)
        except Exception as error:  # noqa: BLE001 - the next process will do it
            log.warning("could not acknowledge the last updates", error=describe(error))


def _words_of_conflict(error: TelegramConflictError) -> str:
    if "webhook" in error.message:
        return (
            "Telegram sends this bot's updates to a webhook, so they cannot be asked for: "
            "remove the webhook (python -m bot run --delete-webhook)"
        )
    return "another copy of this bot is asking Telegram for updates: stop one of the two"
