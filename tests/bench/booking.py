"""One booking, in process, against its own SQL in the plain driver.

In each round the house books, and then the plain driver says the same statements with the same
parameters, from BEGIN to COMMIT; before each the last booking is undone, and ids are given anew, so
that both find the database alike. SQLite is asked by the synchronous driver in the thread of the
event loop, with the pragmas of the house; PostgreSQL by asyncpg, on a connection of its own.
"""

import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg
from sqlalchemy import event

from services.model.ids import ChildId, PersonId
from services.model.slots import Slot
from services.runtime.use_case import effect_of
from storage.database.sqlite import PRAGMAS
from tests.bench.contest import Times, ratio
from tests.conftest import CONSENT, PETROVA, ROMASHKA, House, StillClock, house_over
from tests.databases import POSTGRESQL, SQLITE, Database, Shelves

ROUNDS, WARM_UP = 200, 20
REACHES = {SQLITE: 0.35, POSTGRESQL: 0.5}
WRITTEN = ("notifications", "appointment_changes", "appointments", "handled_updates")
ANEW = {
    SQLITE: "DELETE FROM sqlite_sequence WHERE name = 'appointments'",
    POSTGRESQL: "ALTER SEQUENCE appointments_id_seq RESTART",
}

Statement = tuple[str, Sequence[Any]]
Replay = Callable[[], Awaitable[None]]


async def main(shelves: Shelves, rounds: int = ROUNDS) -> None:
    """One booking with its commit, on both databases, against the same SQL in the plain driver."""
    sys.stdout.write(f"{rounds} rounds\n")
    for kind, reach in REACHES.items():
        house, plain = await _compete(shelves, kind, rounds)
        sys.stdout.write(
            f"{kind}: house {1000 * median(house):.2f} ms, plain {1000 * median(plain):.2f} ms\n"
            f"{kind}, plain / house: {ratio(plain, house)}; reach {reach}\n"
        )


async def _compete(shelves: Shelves, kind: str, rounds: int) -> tuple[Times, Times]:
    """How long it took the house, and the plain driver, in each round."""
    database = await shelves.of(kind).copy(await shelves.empty(kind))
    took: tuple[Times, Times] = ([], [])
    async with house_over(database, StillClock()) as house:
        family = await _move_in(house)
        with family.listening() as said:
            await family.book()
        async with _PLAINLY[kind](database, said) as replay:
            for _ in range(WARM_UP + rounds):
                for times, book in zip(took, (family.book, replay), strict=True):
                    await family.undo()
                    begun = perf_counter()
                    await book()
                    times.append(perf_counter() - begun)
                    assert await house.count("notifications") == 1
    return took[0][WARM_UP:], took[1][WARM_UP:]


@dataclass(frozen=True)
class Family:
    """Who books, and what."""

    house: House
    parent: PersonId
    child: ChildId
    slot: Slot

    async def book(self) -> None:
        """As the effect of an update, as in the chat."""
        with effect_of(1):
            await self.house.book(self.parent, self.child, self.slot)

    async def undo(self) -> None:
        """As if nobody had ever booked."""
        async with self.house.engines.writing.begin() as connection:
            for table in WRITTEN:
                await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own
            await connection.exec_driver_sql(ANEW[self.house.database.kind])

    @contextmanager
    def listening(self) -> Iterator[list[Statement]]:
        """What the house says to the database meanwhile, between BEGIN and COMMIT."""
        said: list[Statement] = []

        def listen(*about: Any) -> None:
            _, _, statement, parameters, _, many = about
            assert not many
            if not statement.startswith("BEGIN"):
                said.append((statement, parameters))

        engine = self.house.engines.writing.sync_engine
        event.listen(engine, "before_cursor_execute", listen)
        yield said
        event.remove(engine, "before_cursor_execute", listen)


async def _move_in(house: House) -> Family:
    clinic = await house.services.clinics.open(ROMASHKA, CONSENT, [PETROVA])
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    [doctor] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(parent, child.id, doctor)
    return Family(house, parent, child.id, slot)


@asynccontextmanager
async def _on_sqlite(database: Database, said: Sequence[Statement]) -> AsyncIterator[Replay]:
    with closing(sqlite3.connect(database.file, isolation_level=None)) as connection:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")

        async def replay() -> None:
            connection.execute("BEGIN IMMEDIATE")
            for statement, parameters in said:
                connection.execute(statement, parameters).fetchall()
            connection.execute("COMMIT")

        yield replay


@asynccontextmanager
async def _on_postgresql(database: Database, said: Sequence[Statement]) -> AsyncIterator[Replay]:
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)

    async def replay() -> None:
        async with connection.transaction():
            for statement, parameters in said:
                await connection.fetch(statement, *parameters)

    yield replay
    await connection.close()


_PLAINLY = {SQLITE: _on_sqlite, POSTGRESQL: _on_postgresql}
