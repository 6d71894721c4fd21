"""Of two transactions at once: to know that one has come as far as the other lets it."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

from tests.conftest import House
from tests.databases import SQLITE

T = TypeVar("T")

_WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def begin(other: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """Let somebody else begin in the middle of a transaction: theirs is not inside it."""
    return asyncio.create_task(other, context=Context())


async def done_or_waiting(house: House, other: "asyncio.Task[Any]") -> None:
    """Return when the other one is through, or waits for a lock; SQLite has one writer, and
    whoever else writes waits from the beginning."""
    if house.database.kind == SQLITE:
        return
    while not other.done():
        if (await house.database.rows(_WAITING))[0][0]:
            return
        await asyncio.sleep(0)
