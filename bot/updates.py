"""The receiving loop: an update is acknowledged when it is done, and not before.

Asking Telegram for updates from an id on acknowledges all lower ones for good. So this loop asks
from the lowest unfinished id, skips what it has in hand, and whatever kills the process, the next
one is given everything that was not finished. The manners of the real server that shape it:

* repeating an offset within half a second gives one update only;
* updates that are pending end a long poll at once.
"""

import asyncio
from collections.abc import Awaitable, Callable
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
from aiogram.types import Update

from bot.errors import describe, is_transient
from bot.stopping import unless
from services.ports import StorageUnavailable

log = structlog.get_logger()

KINDS = ["message", "callback_query"]
"""The updates that the bot asks for."""

MOST_IN_HAND = 64
LONG_POLL = 30
"""Seconds that Telegram may keep a question for updates open."""
ASK_AGAIN_AFTER = 0.5
"""Seconds, while the lowest update is unfinished."""
HANDLING_LIMIT = 20
"""Seconds that one update may take."""
TIMEOUTS = 3
"""How often an update may use up its time before it is set aside."""
TELEGRAM_AWAY = 150.0
"""Seconds for which an answer is tried while Telegram does not take it: as long as a tap lives."""
DATABASE_AWAY = 24 * 3600.0
"""Seconds for which the database is waited for: as long as Telegram would keep an update."""
LAST_WORDS = 4.0
"""Seconds that updates in hand are given when the process is asked to stop."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without the reading: one update that cannot be read must not stop the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = 0
    allowed_updates: list[str] = KINDS


class Receiver:
    """Takes updates from Telegram by long polling and has each of them handled."""

    def __init__(
        self,
        bot: Bot,
        handle: Callable[[Update], Awaitable[object]],
        set_aside: Callable[[int, str, str], Awaitable[None]],
        stopping: asyncio.Event,
        *,
        handling_limit: float = HANDLING_LIMIT,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._set_aside = set_aside
        self._handling_limit = handling_limit
        self._in_hand: dict[int, asyncio.Task[None]] = {}
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
            for raw in batch or ():
                self._take(raw)
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

    async def _ask(self, patience: int, limit: int = 100) -> list[dict[str, Any]]:
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

    def _take(self, raw: dict[str, Any]) -> None:
        update_id = raw.get("update_id")
        if not isinstance(update_id, int):
            log.error("an update without an id was left alone")
            return
        known = update_id in self._in_hand or update_id in self._done
        if known or len(self._in_hand) >= MOST_IN_HAND:
            return  # in hand already; or to be given again when there is room
        self._next = max(self._next, update_id + 1)
        task = asyncio.create_task(self._finish_one(update_id, raw))
        self._in_hand[update_id] = task
        task.add_done_callback(partial(self._let_go, update_id))

    def _let_go(self, update_id: int, task: asyncio.Task[None]) -> None:
        """Count an update as done, however its task ended: it must not hold up the others.

        Only what was cancelled by a stop stays in hand, unacknowledged, for the next process.
        """
        if task.cancelled():
            return
        if error := task.exception():
            log.error("handling an update broke off", update_id=update_id, error=describe(error))
        self._done.add(update_id)
        del self._in_hand[update_id]

    async def _finish_one(self, update_id: int, raw: dict[str, Any]) -> None:
        """Handle one update to its end: done, or set aside. Only a stop leaves it undone."""
        begun = asyncio.get_running_loop().time()
        attempt = 0
        while True:
            attempt += 1
            error = await self._try(raw)
            if error is None:
                return
            age = asyncio.get_running_loop().time() - begun
            after = _again_after(error, attempt, age)
            if after is None:
                after = await self._put_aside(update_id, raw, error)
            if after is None:
                return
            await asyncio.sleep(after)

    async def _try(self, raw: dict[str, Any]) -> BaseException | None:
        """Handle an update once; what went wrong, if anything did."""
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
            async with asyncio.timeout(self._handling_limit):
                await self._handle(update)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise  # by a stop; otherwise by something that the handler called
            return error
        except Exception as error:  # noqa: BLE001 - a poisonous update may raise anything
            return error
        return None

    async def _put_aside(
        self, update_id: int, raw: dict[str, Any], error: BaseException
    ) -> float | None:
        """Keep a dead letter; seconds to wait before the next try if the database is away."""
        kind = next((key for key in raw if key != "update_id"), "empty")
        log.error("an update was set aside", update_id=update_id, kind=kind, error=describe(error))
        try:
            await self._set_aside(update_id, kind, describe(error))
        except StorageUnavailable:
            return 10.0
        except Exception as failure:  # noqa: BLE001 - the log has it; the others must go on
            log.error("setting an update aside failed", error=describe(failure))
        return None

    # Stopping

    async def _finish(self) -> None:
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=LAST_WORDS)
        undone = list(self._in_hand.values())
        for task in undone:
            task.cancel()
        await asyncio.gather(*undone, return_exceptions=True)
        log.info("stopped receiving", left_to_the_next=len(undone))
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        """Tell Telegram what is done, so that the next process is not given it again."""
        try:
            async with asyncio.timeout(1.5):
                await self._ask(0, limit=1)
        except Exception as error:  # noqa: BLE001 - the next process will do it
            log.warning("could not acknowledge the last updates", error=describe(error))


def _again_after(error: BaseException, attempt: int, age: float) -> float | None:
    """Seconds until the next try, for trouble that passes; None when it is time to give up.

    Handling an update again is harmless (it takes effect once), an unanswered parent is not.
    """
    if isinstance(error, StorageUnavailable):
        log.warning("the database is not available", error=describe(error))
        delay, life = min(0.1 * 2 ** min(attempt, 7), 10.0), DATABASE_AWAY
    elif isinstance(error, TelegramRetryAfter):
        delay, life = float(error.retry_after), TELEGRAM_AWAY
    elif is_transient(error) and not (isinstance(error, TimeoutError) and attempt >= TIMEOUTS):
        delay, life = min(0.25 * 2 ** min(attempt, 6), 10.0), TELEGRAM_AWAY
    else:
        return None
    return delay if age + delay < life else None


def _words_of_conflict(error: TelegramConflictError) -> str:
    if "webhook" in error.message:
        return (
            "Telegram sends this bot's updates to a webhook, so they cannot be asked for: "
            "remove the webhook (python -m bot run --delete-webhook)"
        )
    return "another copy of this bot is asking Telegram for updates: stop one of the two"
