"""One booking, in process, against one that is written by hand in the plain driver.

The reference promises what the house does: the update takes effect once, the parent's care and
consent are asked for, child and slot are locked, the family's visits ahead are read for the rules,
a lapsed visit makes way, and visit, history, hold and messages change in one transaction, before
the same constraints and triggers. It has only the statements that this takes, and makes no values
of what they find. In each round both book by turns; before each the last booking is undone, and ids
are given anew, so that both find the database alike. SQLite is asked by the synchronous driver in
the thread of the event loop, with the pragmas of the house; PostgreSQL by asyncpg, on a connection
of its own.
"""

import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from uuid import uuid4

import asyncpg

from services.model.clinic import Clinic
from services.model.ids import ChildId, PersonId
from services.model.slots import Slot
from services.runtime.use_case import effect_of
from storage.database.sqlite import PRAGMAS
from tests.bench.contest import Times, ratio
from tests.bench.rows import Row
from tests.conftest import CONSENT, PETROVA, ROMASHKA, House, StillClock, house_over
from tests.databases import POSTGRESQL, SQLITE, Database, Shelves

ROUNDS, WARM_UP = 200, 20
REACHES = {SQLITE: 0.3, POSTGRESQL: 0.4}
WRITTEN = ("notifications", "appointment_changes", "appointments", "handled_updates")
ANEW = {
    SQLITE: "DELETE FROM sqlite_sequence WHERE name = 'appointments'",
    POSTGRESQL: "ALTER SEQUENCE appointments_id_seq RESTART",
}

ONCE = "INSERT INTO handled_updates (update_id, handled_at) VALUES (:update, :now)"
LOCKS = """
SELECT id FROM children WHERE id = :child FOR UPDATE;
SELECT id FROM slots WHERE id = :slot FOR UPDATE
"""
"""On PostgreSQL; SQLite has one who writes."""
BOOKING = """
UPDATE appointments SET state = 'cancelled'
WHERE (child_id = :child OR slot_id = :slot)
    AND state = 'pending' AND confirm_by <= :now AND unanswered = 'given-back';

SELECT children.birth_date, children.district_id, persons.language
FROM care
JOIN children ON children.id = care.child_id
JOIN persons ON persons.id = care.person_id
JOIN consents ON consents.person_id = care.person_id AND consents.clinic_id = :clinic
    AND consents.purpose = 'processing' AND consents.withdrawn_at IS NULL
WHERE care.person_id = :person AND care.child_id = :child AND care.state = 'active'
    AND (care.ends_at IS NULL OR care.ends_at > :now) AND care.may_book IS TRUE;

SELECT slots.starts_at, slots.ends_at, slots.open, slots.withdrawn, slots.reasons,
    doctors.id, doctors.name, doctors.room, clinics.zone, clinics.settings,
    EXISTS (SELECT 1 FROM appointments
        WHERE slot_id = slots.id AND state IN ('pending', 'booked', 'fulfilled')),
    EXISTS (SELECT 1 FROM holds
        WHERE slot_id = slots.id AND until > :now AND person_id <> :person)
FROM slots
JOIN doctors ON doctors.id = slots.doctor_id
JOIN clinics ON clinics.id = slots.clinic_id
WHERE slots.id = :slot;

SELECT visit.child_id, visit.slot_id, visit.starts_at, visit.ends_at, slots.doctor_id
FROM care
JOIN appointments AS visit ON visit.child_id = care.child_id
JOIN slots ON slots.id = visit.slot_id
WHERE care.person_id = :person AND care.state = 'active'
    AND visit.ends_at > :now AND visit.state IN ('pending', 'booked');

INSERT INTO appointments (child_id, slot_id, starts_at, ends_at, state, reason, booked_by,
    booked_at, uid, sequence, changed_at, needs_time, told, hidden)
VALUES (:child, :slot, :starts, :ends, 'booked', 'consultation', :person,
    :now, :uid, 0, :now, FALSE, 0, FALSE);

INSERT INTO appointment_changes (appointment_id, sequence, state, slot_id, changed_by, changed_at)
VALUES (1, 0, 'booked', :slot, :person, :now);

DELETE FROM holds WHERE person_id = :person;

SELECT care.person_id, wishes.evening, wishes.evening_at, wishes.soon, wishes.before_minutes
FROM care
LEFT JOIN reminder_wishes AS wishes ON wishes.person_id = care.person_id
WHERE care.child_id = :child AND care.state = 'active' AND care.is_told IS TRUE
    AND (care.ends_at IS NULL OR care.ends_at > :now);

INSERT INTO notifications (kind, person_id, appointment_id, occasion, due_at, try_at,
    useful_until, urgency, bundle, state, attempts, failures)
VALUES ('booked', :person, 1, '0', :now, :now, :ends, 0, '', 'planned', 0, 0)
"""
"""The visit is the first that there is."""

Book = Callable[[], Awaitable[None]]
Values = Mapping[str, object]


async def main(shelves: Shelves, rounds: int = ROUNDS) -> list[Row]:
    """One booking with its commit, on both databases, against one by hand in the plain driver."""
    sys.stdout.write(f"{rounds} rounds\n")
    rows = []
    for kind, reach in REACHES.items():
        house, by_hand = await _compete(shelves, kind, rounds)
        told = [f"{1000 * median(times):.2f} ms" for times in (house, by_hand)]
        sys.stdout.write(f"{kind}: house {told[0]}, by hand {told[1]}\n")
        what = f"one booking with its commit, {kind}, by hand / house"
        rows.append(Row(what, ratio(by_hand, house), at_least=reach))
    return rows


async def _compete(shelves: Shelves, kind: str, rounds: int) -> tuple[Times, Times]:
    """How long it took the house, and the reference, in each round."""
    database = await shelves.of(kind).copy(await shelves.empty(kind))
    took: tuple[Times, Times] = ([], [])
    async with house_over(database, StillClock()) as house:
        family = await _move_in(house)
        async with _BY_HAND[kind](database, family.values) as by_hand:
            for _ in range(WARM_UP + rounds):
                for times, book in zip(took, (family.book, by_hand), strict=True):
                    await family.undo()
                    begun = perf_counter()
                    await book()
                    times.append(perf_counter() - begun)
                    for table in WRITTEN:
                        assert await house.count(table) == 1, table
    return took[0][WARM_UP:], took[1][WARM_UP:]


@dataclass(frozen=True)
class Family:
    """Who books, and what."""

    house: House
    clinic: Clinic
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

    def values(self) -> Values:
        """Of one booking by hand."""
        return {
            "update": 1,
            "now": self.house.clock(),
            "clinic": self.clinic.id,
            "person": self.parent,
            "child": self.child,
            "slot": self.slot.id,
            "starts": self.slot.stretch.starts_at,
            "ends": self.slot.stretch.ends_at,
            "uid": str(uuid4()),
        }


async def _move_in(house: House) -> Family:
    clinic = await house.services.clinics.open(ROMASHKA, CONSENT, [PETROVA])
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    [doctor] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(parent, child.id, doctor)
    return Family(house, clinic, parent, child.id, slot)


@asynccontextmanager
async def _on_sqlite(database: Database, values: Callable[[], Values]) -> AsyncIterator[Book]:
    with closing(sqlite3.connect(database.file, isolation_level=None)) as connection:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")

        async def book() -> None:
            given = {name: _kept(value) for name, value in values().items()}
            connection.execute("BEGIN IMMEDIATE")
            for statement in (ONCE, *BOOKING.split(";")):
                connection.execute(statement, given).fetchall()
            connection.execute("COMMIT")

        yield book


def _kept(value: object) -> object:
    """A moment as it stands in SQLite."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return value


@asynccontextmanager
async def _on_postgresql(database: Database, values: Callable[[], Values]) -> AsyncIterator[Book]:
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    whole = (ONCE, *LOCKS.split(";"), *BOOKING.split(";"))
    statements = [_numbered(statement) for statement in whole]

    async def book() -> None:
        given = values()
        async with connection.transaction():
            for statement, names in statements:
                await connection.fetch(statement, *(given[name] for name in names))

    yield book
    await connection.close()


def _numbered(statement: str) -> tuple[str, Sequence[str]]:
    """As PostgreSQL wants its parameters, and their names in that order."""
    names = list(dict.fromkeys(re.findall(r":(\w+)", statement)))
    for number, name in enumerate(names, 1):
        statement = re.sub(rf":{name}\b", f"${number}", statement)
    return statement, names


_BY_HAND = {SQLITE: _on_sqlite, POSTGRESQL: _on_postgresql}
