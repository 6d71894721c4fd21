"""What years of history cost whoever writes today, in steps of the database, not in seconds."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from services.model.clinic import Clinic
from tests.conftest import House
from tests.databases import SQLITE
from tests.storage.files import plainly

SLOT = (
    "INSERT INTO slots"
    " (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn, reasons)"
    " VALUES (1, 1, ?, ?, '2027-01-04', 'import', 1, 0, 0)"
)
VISIT = (
    "INSERT INTO appointments (child_id, slot_id, starts_at, ends_at, state, reason, booked_by,"
    " booked_at, uid, sequence, changed_at) VALUES (1, ?, ?, ?, 'booked', 'repeat', 1,"
    " '2020-01-01', ?, 0, '2020-01-01')"
)
LONG_AGO, TOMORROW = datetime(2021, 1, 4, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)


@pytest.fixture(params=[SQLITE])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def stretch(begins: datetime, number: int) -> tuple[str, str]:
    """One of many times in a row, as SQLite keeps it."""
    starts_at = begins + timedelta(minutes=15 * number)
    ends_at = starts_at + timedelta(minutes=15)
    return f"{starts_at:%F %T}.000000", f"{ends_at:%F %T}.000000"


def steps(file: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int:
    """How many steps of SQLite's machine a statement takes; what it does is taken back."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    file.execute("BEGIN")
    file.set_progress_handler(count, 1)
    file.execute(statement, values)
    file.set_progress_handler(None, 0)
    file.execute("ROLLBACK")
    return taken


async def test_a_time_costs_the_same_after_a_month_and_after_years(
    house: House, clinic: Clinic
) -> None:
    """R02: a new time, or one that is opened again, is compared with its neighbour alone, however
    many the doctor had before and has ahead; and with that one still."""
    again = "UPDATE slots SET open = 1 WHERE id = (SELECT max(id) FROM slots WHERE open)"
    await house.engines.dispose()
    with plainly(house.database.file) as file:
        file.execute("DELETE FROM slots")
        file.execute("BEGIN")
        file.executemany(SLOT, (stretch(LONG_AGO, n) for n in range(20)))
        file.executemany(SLOT, (stretch(TOMORROW, n) for n in range(2, 5)))
        file.execute("COMMIT")
        new = stretch(TOMORROW, 0)
        early = steps(file, SLOT, new), steps(file, again, ())
        file.execute("BEGIN")
        file.executemany(SLOT, (stretch(LONG_AGO, n) for n in range(20, 3000)))
        file.executemany(SLOT, (stretch(TOMORROW, n) for n in range(5, 1000)))
        file.execute("COMMIT")
        late = steps(file, SLOT, new), steps(file, again, ())

        assert max(late) <= max(early) + 20
        with pytest.raises(sqlite3.IntegrityError, match="no_overlap_slots"):
            file.execute(SLOT, stretch(TOMORROW + timedelta(minutes=14), 1))


async def test_a_visit_costs_the_same_for_a_child_who_came_for_years(
    house: House, clinic: Clinic
) -> None:
    """R07: a new visit of a child is compared with those ahead alone."""
    anna = await house.parent(101, clinic)
    await house.child(anna)
    await house.engines.dispose()
    with plainly(house.database.file) as file:
        file.execute("BEGIN")
        file.execute("DELETE FROM slots")
        file.executemany(SLOT, (stretch(LONG_AGO, n) for n in range(1000)))
        new = file.execute(SLOT, stretch(TOMORROW, 0)).lastrowid
        slots = [found for (found,) in file.execute("SELECT id FROM slots ORDER BY id")]
        file.execute("COMMIT")
        booking = (new, *stretch(TOMORROW, 0), "uid")
        early = steps(file, VISIT, booking)
        file.execute("BEGIN")
        file.executemany(
            VISIT,
            ((slot, *stretch(LONG_AGO, n), f"uid {n}") for n, slot in enumerate(slots[:-1])),
        )
        file.execute("COMMIT")

        assert steps(file, VISIT, booking) <= early + 20
