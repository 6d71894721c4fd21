"""Of two transactions at once: to know that one has come as far as the other lets it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, TypeVar

from services.families.home import USUAL
from services.model.ids import ChildId, PersonId
from services.model.slots import Slot
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
    async with house.database.connect() as watching:
        while not other.done():
            if (await watching.exec_driver_sql(_WAITING)).scalar_one():
                return
            await asyncio.sleep(0)


@asynccontextmanager
async def while_booked(house: House, child: ChildId, slot: Slot) -> AsyncIterator[None]:
    """The registry is booking this time for the child: it is not committed yet, so that who reads
    without waiting does not know of it."""
    async with house.transactions.writes() as tx:
        whom = await tx.families.child(child, cared_for_by=None, lock=True)
        [carer, *_] = [*await tx.families.carers(child), PersonId(1)]
        await tx.appointments.add(whom, slot, USUAL, carer, house.clock())
        yield
