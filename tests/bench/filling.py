"""Filling a migrated database with years of clinics' lives, as fast as SQLite can."""

import random
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, cycle, pairwise
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from services.model.ids import ClinicId, DoctorId

OPENS, VISIT = time(8), timedelta(minutes=15)
FAMILIES = 20_000
"""More than have a visit on any day, so that no child is in two places at once."""
HELD = 0.01
"""Which share of the slots ahead is held, and has no visit."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in a database."""

    doctors: int = 10
    """Of each clinic."""
    slots: int = 32
    """Of each doctor's day."""
    ahead: int = 60
    """Days, today included."""
    past: int = 0
    """Days of our clinic before today."""
    others: int = 0
    """Clinics beside it."""
    others_past: int = 0
    """Days of these before today."""

    @property
    def total(self) -> int:
        """How many slots that makes."""
        ours, theirs = self.past + self.ahead, self.others_past + self.ahead
        return (ours + self.others * theirs) * self.doctors * self.slots


SMALL = Size()
LARGE = Size(past=3130, others=17, others_past=120)
"""Two million: eight and a half years of our clinic, and as many of other clinics."""


def fill(
    database: Path,
    size: Size,
    clinics: Mapping[ClinicId, Sequence[DoctorId]],
    today: date,
    zone: ZoneInfo,
) -> None:
    """Give each doctor slots, and most of these a visit by some family; the first clinic is ours.

    Rows are written in the order in which a bot that runs for years would: day by day.
    """
    with _quickly(database) as connection:
        _add_families(connection)
        writer = _Writer(connection, today, zone, size)
        for number in range(-max(size.past, size.others_past), size.ahead):
            for place, (clinic_id, doctors) in enumerate(clinics.items()):
                if number >= -(size.others_past if place else size.past):
                    for doctor_id in doctors:
                        writer.add_day(clinic_id, doctor_id, number)
            writer.flush()


class _Writer:
    """Collects a day's slots with their visits and holds, and writes them together."""

    def __init__(
        self, connection: sqlite3.Connection, today: date, zone: ZoneInfo, size: Size
    ) -> None:
        self._connection = connection
        self._today = today
        self._zone = zone
        self._size = size
        self._ids = count(1)
        self._families = cycle(range(1, FAMILIES + 1))
        self._undecided = count(1)
        self._slots: list[tuple[object, ...]] = []
        self._visits: list[tuple[object, ...]] = []
        self._holds: list[tuple[object, ...]] = []

    def add_day(self, clinic_id: ClinicId, doctor_id: DoctorId, number: int) -> None:
        """Chance is the same for the same doctor and day, in a database of any size."""
        chance = random.Random(f"{doctor_id} {number}")  # noqa: S311 - keeps no secret
        day = self._today + timedelta(days=number)
        opens = datetime.combine(day, OPENS, self._zone)
        times = [_text(opens + n * VISIT) for n in range(self._size.slots + 1)]
        for starts_at, ends_at in pairwise(times):
            slot_id = next(self._ids)
            self._slots.append((slot_id, clinic_id, doctor_id, starts_at, ends_at, str(day)))
            drawn = chance.random()
            if drawn < self._load(number):
                state = "cancelled" if chance.random() < 0.05 else "booked"
                family, uid = next(self._families), str(UUID(int=slot_id))
                self._visits.append((family, slot_id, starts_at, ends_at, state, uid))
            elif drawn > 1 - HELD and number >= 0:
                self._holds.append((slot_id, next(self._undecided), ends_at))

    def _load(self, number: int) -> float:
        """Which share of a day has visits: nearly all of the next days, less of later ones."""
        return 0.6 if number < 0 else 0.95 - 0.7 * number / self._size.ahead

    def flush(self) -> None:
        self._connection.executemany(
            "INSERT INTO slots (id, clinic_id, doctor_id, starts_at, ends_at, day,"
            " source, open, withdrawn, reasons) VALUES (?, ?, ?, ?, ?, ?, 'schedule', 1, 0, 0)",
            self._slots,
        )
        self._connection.executemany(
            "INSERT INTO appointments (child_id, booked_by, slot_id, starts_at, ends_at, state,"
            " reason, booked_at, changed_at, uid, sequence)"
            " VALUES (?1, ?1, ?2, ?3, ?4, ?5, 'consultation', ?3, ?3, ?6, 0)",
            self._visits,
        )
        self._connection.executemany(
            "INSERT INTO holds (slot_id, person_id, until) VALUES (?, ?, ?)", self._holds
        )
        for written in (self._slots, self._visits, self._holds):
            written.clear()


def _add_families(connection: sqlite3.Connection) -> None:
    numbers = [(number,) for number in range(1, FAMILIES + 1)]
    connection.executemany(
        "INSERT INTO persons (id, telegram_id, language) VALUES (?1, 1000000 + ?1, 'ru')", numbers
    )
    connection.executemany(
        "INSERT INTO children (id, name, birth_date) VALUES (?, 'Саша', '2024-03-12')", numbers
    )


def _text(moment: datetime) -> str:
    """As SQLAlchemy writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


@contextmanager
def _quickly(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that risks the file, with indexes and triggers put back only at its end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
            " AND tbl_name IN ('slots', 'appointments') AND sql IS NOT NULL"
        ).fetchall()
        connection.execute("BEGIN")
        for kind, name, _ in found:
            connection.execute(f"DROP {kind} {name}")
        yield connection
        for _, _, definition in found:
            connection.execute(definition)
        connection.execute("COMMIT")
