"""Two use cases at once, at every point where it matters which of them was there first.

One is held before each of its locks in turn, before it writes the first time, and before it
commits; there the other begins, and comes as far as it can. Then both go on. What must hold is
asked after each of these meetings, so a lock that is missing, or taken after what it was for was
read, is found wherever it is. And nobody waits for each other in a circle: PostgreSQL would end one
of them after a second, who begins anew, and a lock that keeps the order would be missed by nobody.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from typing import Any

from sqlalchemy import ExceptionContext, event
from sqlalchemy.util import await_only

from services.model.refusals.base import Refusal
from tests.conftest import House
from tests.services.waiting import begin, done_or_waiting

DEADLOCK = "40P01"
"""What PostgreSQL calls a circle of who waits."""

_held: ContextVar["Meeting | None"] = ContextVar("held", default=None)


class Meeting:
    """One way in which two meet."""

    def __init__(self, house: House, point: int, *, reverse: bool) -> None:
        """`point`: before which of its points the one that came first is held; `reverse`: it is
        the second one."""
        self._house = house
        self._point = point
        self._reverse = reverse
        self._passed = 0
        self._writes = False
        self._here = asyncio.Event()
        self._on = asyncio.Event()

    @property
    def took_place(self) -> bool:
        """Whether the first one had so many points; otherwise they came one after the other."""
        return self._here.is_set()

    async def __call__(
        self, one: Coroutine[Any, Any, Any], two: Coroutine[Any, Any, Any]
    ) -> tuple[Any, Any]:
        """What became of both: an answer or a refusal each."""
        first, second = (two, one) if self._reverse else (one, two)
        context = Context()
        context.run(_held.set, self)
        was_first = asyncio.create_task(first, context=context)
        here = asyncio.create_task(self._here.wait())
        await asyncio.wait({was_first, here}, return_when=asyncio.FIRST_COMPLETED)
        here.cancel()
        was_second = begin(second)
        if self.took_place:
            await done_or_waiting(self._house, was_second)
        self._on.set()
        became = [await _outcome(task) for task in (was_first, was_second)]
        return tuple(reversed(became)) if self._reverse else tuple(became)

    def pass_by(self, statement: str) -> None:
        """Told of everything that the first one says to the database; holds it at its point."""
        locks = "FOR NO KEY UPDATE" in statement or "FOR UPDATE" in statement
        writes = statement.startswith(("INSERT", "UPDATE", "DELETE")) and not self._writes
        self._writes |= writes
        if not (locks or writes or statement == "COMMIT") or self.took_place:
            return
        self._passed += 1
        if self._passed > self._point:
            self._here.set()
            await_only(self._on.wait())


async def _outcome(task: "asyncio.Task[Any]") -> Any:
    try:
        async with asyncio.timeout(30):
            return await task
    except Refusal as refusal:
        return refusal


async def meetings(house: House) -> AsyncIterator[Meeting]:
    """All the ways in which two can meet; each is to be told of two others, anew."""
    with _watched(house):
        for reverse in (False, True):
            point, took_place = 0, True
            while took_place:
                meeting = Meeting(house, point, reverse=reverse)
                yield meeting
                took_place = meeting.took_place
                point += 1


@contextmanager
def _watched(house: House) -> Iterator[None]:
    circles: list[str | None] = []

    def fails(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == DEADLOCK:
            circles.append(context.statement)

    engine = house.engines.writing.sync_engine
    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": _says,
        "commit": _commits,
        "handle_error": fails,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield
        assert circles == []
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _says(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if meeting := _held.get():
        meeting.pass_by(statement)


def _commits(_connection: Any) -> None:
    if meeting := _held.get():
        meeting.pass_by("COMMIT")
