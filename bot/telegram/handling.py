"""One update to its end: done, or set aside; whoever brought it.

Trouble that passes is waited out, since handling an update again is harmless (it takes effect once)
and an unanswered parent is not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Update

from bot.telegram.errors import describe, is_transient
from bot.telegram.trying import trying
from bot.watch.watching import Watch
from services.ports.transaction import StorageUnavailable

log = structlog.get_logger()

KINDS = ["message", "edited_message", "callback_query"]
"""The updates that the bot asks for."""

HANDLING_LIMIT = 20
"""Seconds that one update may take."""
TIMEOUTS = 3
"""How often an update may use up its time before it is set aside."""
TELEGRAM_AWAY = 150.0
"""Seconds for which an answer is tried while Telegram does not take it: as long as a tap lives."""
MOMENT = 2.0
"""Seconds for which an update may wait for Telegram in its place. Beyond that its answer is owed,
and where that cannot be, it holds up nobody (see `Handling.give_way`)."""
DATABASE_AWAY = 24 * 3600.0
"""Seconds for which the database is waited for: as long as Telegram would keep an update."""
MOST_IN_HAND = 64
"""Updates that are handled at once; what is beyond waits at Telegram."""
LAST_WORDS = 3.0
"""Seconds that updates in hand are given when the process is asked to stop. With the last question
to Telegram, the last use cases and a statement that a database keeps waiting for two seconds more
(see `storage.database.sqlite`), it makes less than the ten that a stop may take."""


Owe = Callable[[dict[str, Any], float, float], Awaitable[bool]]
"""Owes an update its answer, after a wait and for a life in seconds; False if it cannot be owed."""


async def owe_nothing(_raw: dict[str, Any], _wait: float, _life: float) -> bool:
    """What is not owed waits in its place."""
    return False


@dataclass
class _Place:
    """What is known of an update in hand beside its task."""

    rests: asyncio.Event = field(default_factory=asyncio.Event)
    """It waits for Telegram, for longer than a moment."""
    gives_way: asyncio.Event = field(default_factory=asyncio.Event)


def read_update(raw: dict[str, Any], bot: Bot) -> Update:
    """An update as Telegram brings it. A tap repeats all the buttons of its message, which nobody
    reads: none is made of them.

    Raises:
        ValidationError: it cannot be read.
    """
    tap = raw.get("callback_query")
    if isinstance(tap, dict) and isinstance(message := tap.get("message"), dict):
        bare = {name: value for name, value in message.items() if name != "reply_markup"}
        raw = {**raw, "callback_query": {**tap, "message": bare}}
    return Update.model_validate(raw, context={"bot": bot})


class Handling:
    """The updates that this process has in hand."""

    def __init__(
        self,
        bot: Bot,
        handle: Callable[[Update], Awaitable[object]],
        set_aside: Callable[[int, str, str], Awaitable[None]],
        *,
        owe: Owe = owe_nothing,
        limit: float = HANDLING_LIMIT,
        watch: Watch | None = None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._set_aside = set_aside
        self._owe = owe
        self._limit = limit
        self.in_hand: dict[int, asyncio.Task[None]] = {}
        self._places: dict[int, _Place] = {}
        self._watch = watch or Watch()
        self._seconds = seconds
        self._heard_at = seconds()
        self._waiting: set[int] = set()

    @property
    def is_full(self) -> bool:
        """Whether no update beside those in hand is to be begun."""
        return len(self.in_hand) >= MOST_IN_HAND

    @property
    def waits_for_database(self) -> bool:
        """Whether an update is in hand that the database was not there for."""
        return bool(self._waiting)

    @property
    def silence(self) -> float:
        """Seconds since Telegram was last heard, or since the start."""
        return self._seconds() - self._heard_at

    def heard(self) -> None:
        """Note that Telegram was there just now."""
        self._heard_at = self._seconds()

    def take(self, update_id: int, raw: dict[str, Any]) -> asyncio.Task[None]:
        """Begin to handle an update; one that is in hand is not begun again."""
        if update_id in self.in_hand:
            return self.in_hand[update_id]
        self._places[update_id] = _Place()
        task = asyncio.create_task(self._finish_one(update_id, raw))
        self.in_hand[update_id] = task
        task.add_done_callback(partial(self._let_go, update_id))
        return task

    async def until_done(self, update_id: int, within: float) -> None:
        """Wait until an update in hand is done, or rests, but not for longer than some seconds."""
        resting = asyncio.create_task(self._places[update_id].rests.wait())
        waits = {self.in_hand[update_id], resting}
        await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        resting.cancel()

    def rests(self, update_id: int) -> bool:
        """Whether an update waits for Telegram, for longer than a moment."""
        return update_id in self._places and self._places[update_id].rests.is_set()

    def give_way(self, update_id: int) -> None:
        """Set an update aside that rests: others would wait for nothing but it."""
        if update_id in self._places:
            self._places[update_id].gives_way.set()

    async def finish(self) -> int:
        """Give what is in hand its last seconds; how many updates are left undone."""
        if self.in_hand:
            await asyncio.wait(self.in_hand.values(), timeout=LAST_WORDS)
        undone = list(self.in_hand.values())
        for task in undone:
            task.cancel()
        await asyncio.gather(*undone, return_exceptions=True)
        return len(undone)

    def _let_go(self, update_id: int, task: asyncio.Task[None]) -> None:
        """Count an update as done, however its task ended: it must not hold up the others.

        Only what was cancelled by a stop stays in hand, unacknowledged, for the next process.
        """
        self._waiting.discard(update_id)
        if task.cancelled():
            return
        if error := task.exception():
            log.error("handling an update broke off", update_id=update_id, error=describe(error))
        del self.in_hand[update_id], self._places[update_id]

    async def _finish_one(self, update_id: int, raw: dict[str, Any]) -> None:
        """Handle one update to its end: done, or set aside. Only a stop leaves it undone."""
        begun = asyncio.get_running_loop().time()
        kind = next((key for key in raw if key != "update_id"), "empty")
        attempt = 0
        while error := await self._try(raw, again=attempt > 0):
            attempt += 1
            self._note(update_id, error)
            age = asyncio.get_running_loop().time() - begun
            after = _again_after(error, attempt, age)
            if after is not None and await self._is_owed(raw, error, after, age):
                self._watch.update(kind, "owed")
                return
            if after is None or await self._gave_way(update_id, error, after, age):
                after = await self._put_aside(update_id, kind, error)
                if after is None:
                    self._watch.update(kind, "set aside")
                    return
                await asyncio.sleep(after)
            self._watch.update(kind, "again")
        self._watch.update(kind, "done")

    async def _is_owed(
        self, raw: dict[str, Any], error: BaseException, after: float, age: float
    ) -> bool:
        """Let an update go that waits for Telegram alone, and owe its answer."""
        if isinstance(error, StorageUnavailable) or age + after <= MOMENT:
            return False
        try:
            return await self._owe(raw, after, TELEGRAM_AWAY - age)
        except Exception as failure:  # noqa: BLE001 - then it waits in its place
            log.warning("an answer could not be owed", error=describe(failure))
            return False

    async def _gave_way(
        self, update_id: int, error: BaseException, after: float, age: float
    ) -> bool:
        """Wait before the next try; True if others may not wait so long."""
        if isinstance(error, StorageUnavailable):  # for which everybody waits
            await asyncio.sleep(after)
            return False
        place = self._places[update_id]
        if age + after > MOMENT:
            place.rests.set()
        try:
            async with asyncio.timeout(after):
                return await place.gives_way.wait()
        except TimeoutError:
            return False
        finally:
            place.rests.clear()

    def _note(self, update_id: int, error: BaseException) -> None:
        if isinstance(error, StorageUnavailable):
            self._waiting.add(update_id)
        else:
            self._waiting.discard(update_id)

    async def _try(self, raw: dict[str, Any], *, again: bool) -> BaseException | None:
        """Handle an update once; what went wrong, if anything did."""
        try:
            update = read_update(raw, self._bot)
            with trying(again=again):
                async with asyncio.timeout(self._limit):
                    await self._handle(update)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise  # by a stop; otherwise by something that the handler called
            return error
        except Exception as error:  # noqa: BLE001 - a poisonous update may raise anything
            return error
        return None

    async def _put_aside(self, update_id: int, kind: str, error: BaseException) -> float | None:
        """Keep a dead letter; seconds to wait before the next try if the database is away."""
        log.error("an update was set aside", update_id=update_id, kind=kind, error=describe(error))
        try:
            await self._set_aside(update_id, kind, describe(error))
        except StorageUnavailable:
            return 10.0
        except Exception as failure:  # noqa: BLE001 - the log has it; the others must go on
            log.error("setting an update aside failed", error=describe(failure))
        return None


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
