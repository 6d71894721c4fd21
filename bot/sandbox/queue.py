"""The bot's pending updates, with the manners of the real server's getUpdates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.sandbox.model import ApiError, Json, Update, World

MESSAGE_LIFE = 24 * 3600.0
"""Seconds that an update waits for the bot before it is dropped."""
TAP_LIFE = 150.0
"""The same for a tap, and the time that the bot has to answer it."""
LONGEST_POLL = 50.0
REPEAT_PAUSE = 0.5
"""An offset repeated sooner than this many seconds gets a single update."""

UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds of updates that are delivered only when `allowed_updates` names them."""

_OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class UpdateQueue:
    """Updates between their making and their confirmation.

    Args:
        world: where pending updates and the counter of ids are kept.
        seconds: the present moment in unix seconds.
        doubles: whether an update that was just made will be delivered twice.
    """

    def __init__(
        self, world: World, seconds: Callable[[], float], doubles: Callable[[], bool]
    ) -> None:
        self._world = world
        self._seconds = seconds
        self._doubles = doubles
        self.on_arrival: Callable[[], None] = lambda: None
        """Called when an update has come."""
        self._poll: asyncio.Future[None] | None = None
        self._previous: tuple[int, float] | None = None

    def add(self, body: Json, life: float = MESSAGE_LIFE) -> int:
        """Queue an update whatever its kind, give it an id, and wake the bot."""
        self._world.last_update_id += 1
        update_id = self._world.last_update_id
        whole = {**body, "update_id": update_id}
        expires_at = self._seconds() + life
        update = Update(update_id, whole, expires_at, twice=self._doubles())
        self._world.pending.append(update)
        self._arrived()
        return update_id

    def add_allowed(self, kind: str, body: Json, life: float = MESSAGE_LIFE) -> int:
        """Queue an update if the bot wants this kind; otherwise only its id is used up."""
        allowed = self._world.allowed_updates
        if kind in allowed if allowed else kind not in UNASKED:
            return self.add({kind: body}, life)
        self._world.last_update_id += 1
        return self._world.last_update_id

    def repeat(self, body: Json) -> None:
        """Deliver an update once more, even if the bot has confirmed it."""
        update = Update(body["update_id"], body, self._seconds() + MESSAGE_LIFE, repeated=True)
        self._world.pending.append(update)
        self._arrived()

    def take(self) -> list[Json]:
        """Remove and return everything that waits, as if the bot had confirmed it."""
        taken = list(self._alive())
        self._world.pending[:] = _second_copies(taken)
        return [update.body for update in taken]

    def drop(self) -> None:
        """Forget everything that waits."""
        self._world.pending.clear()

    def waiting(self) -> list[Update]:
        """What the bot has not taken yet, in order."""
        return list(self._alive())

    def is_waiting(self, update: Update) -> bool:
        return any(each is update for each in self._alive())

    def confirm(self, update: Update) -> None:
        """Forget an update that was taken by a webhook."""
        self._settle([each for each in self._alive() if each is update])

    def __len__(self) -> int:
        return len(self._alive())

    async def get(self, offset: int, limit: int, wait: float) -> list[Json]:
        """Answer getUpdates.

        Args:
            offset: all updates below it are confirmed and forgotten; a negative one forgets all
                but that many of the last.
            limit: the number of updates to return at most.
            wait: how many seconds to wait for one if there is none.

        Raises:
            ApiError: another request, or a webhook, took the place of this one.
        """
        self.end_poll(ApiError(409, _OTHER_POLL))
        if self._is_hasty_repeat(offset):
            limit = 1
        self._confirm(offset)
        if not self._alive() and wait > 0:
            await self._arrival(min(wait, LONGEST_POLL))
        return self._deliver(max(1, min(limit, 100)))

    def is_polled(self) -> bool:
        """Is a getUpdates waiting right now?"""
        return self._poll is not None and not self._poll.done()

    def end_poll(self, error: ApiError | None = None) -> None:
        """End a waiting getUpdates: with an error, or with what there is."""
        if self._poll is None or self._poll.done():
            return
        if error is None:
            self._poll.set_result(None)
        else:
            self._poll.set_exception(error)

    def _arrived(self) -> None:
        self.end_poll()
        self.on_arrival()

    async def _arrival(self, wait: float) -> None:
        poll = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            await asyncio.wait_for(poll, wait)
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None

    def _is_hasty_repeat(self, offset: int) -> bool:
        now = self._seconds()
        previous, self._previous = self._previous, (offset, now)
        return previous is not None and previous[0] == offset and now - previous[1] < REPEAT_PAUSE

    def _alive(self) -> list[Update]:
        now = self._seconds()
        self._world.pending[:] = sorted(
            (update for update in self._world.pending if now <= update.expires_at),
            key=lambda update: update.id,
        )
        return self._world.pending

    def _confirm(self, offset: int) -> None:
        alive = self._alive()
        if offset < 0:
            del alive[:offset]
        else:
            self._settle([each for each in alive if each.id < offset and not each.repeated])

    def _settle(self, confirmed: list[Update]) -> None:
        """Let go of what the bot has confirmed, but for what is to come twice."""
        gone = {id(update) for update in confirmed}
        rest = [update for update in self._world.pending if id(update) not in gone]
        self._world.pending[:] = rest + _second_copies(confirmed)

    def _deliver(self, limit: int) -> list[Json]:
        alive = self._alive()
        delivered, rest = alive[:limit], alive[limit:]
        alive[:] = [update for update in delivered if not update.repeated] + rest
        return [update.body for update in delivered]


def _second_copies(confirmed: Iterable[Update]) -> list[Update]:
    return [replace(update, twice=False, repeated=True) for update in confirmed if update.twice]
