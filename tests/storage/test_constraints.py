"""The database is the last judge: it refuses what the rules would, had they been forgotten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.model import Clinic
from tests.conftest import House

ANNA, MISHA, SONYA = 1, 1, 2
PETROVA, KIM = 1, 2


def at(clock: str) -> str:
    """A moment of one Monday, as SQLite keeps it."""
    return f"2027-01-04 {clock}:00.000000"


@dataclass
class Tables:
    """SQL straight into the tables, past every rule of the services."""

    connection: AsyncConnection

    async def run(self, statement: str, **values: object) -> int:
        """Run a statement; the id of the row that it inserted."""
        return (await self.connection.execute(text(statement), values)).lastrowid

    async def count(self, table: str) -> int:
        found = await self.connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        return int(found.scalar_one())

    async def slot(self, doctor: int, begins: str, ends: str, *, open_: bool = True) -> int:
        return await self.run(
            "INSERT INTO slots (clinic_id, doctor_id, starts_at, ends_at, source, open)"
            " VALUES (1, :doctor, :begins, :ends, 'schedule', :open)",
            doctor=doctor,
            begins=at(begins),
            ends=at(ends),
            open=open_,
        )

    async def appointment(
        self, child: int, slot: int, begins: str, ends: str, state: str = "booked"
    ) -> int:
        return await self.run(
            "INSERT INTO appointments"
            " (child_id, slot_id, starts_at, ends_at, state, booked_by, booked_at)"
            " VALUES (:child, :slot, :begins, :ends, :state, 1, :begins)",
            child=child,
            slot=slot,
            begins=at(begins),
            ends=at(ends),
            state=state,
        )

    async def consent(self, withdrawn_at: str | None = None) -> None:
        await self.run(
            "INSERT INTO consents"
            " (person_id, clinic_id, purpose, version, text_sha256, given_at, withdrawn_at)"
            " VALUES (1, 1, 'marketing', 1, '', :given_at, :withdrawn_at)",
            given_at=at("08:00"),
            withdrawn_at=withdrawn_at,
        )


@pytest.fixture
async def tables(house: House, clinic: Clinic) -> AsyncIterator[Tables]:
    """The writing engine over a clinic with two doctors, and Анна with Миша and Соня."""
    anna = await house.parent(101, clinic)
    children = [await house.child(anna, name) for name in ("Миша", "Соня")]
    assert (anna, *(child.id for child in children)) == (ANNA, MISHA, SONYA)
    async with house.engines.writing.begin() as connection:
        yield Tables(connection)


STRETCHES = [
    ("09:00", "09:30", "the same"),
    ("08:45", "09:15", "into its beginning"),
    ("09:15", "09:45", "out of its end"),
    ("08:30", "10:00", "around it"),
    ("09:10", "09:20", "inside it"),
    ("09:29", "10:30", "by a minute"),
]
"""What overlaps 9:00 to 9:30."""
BESIDE = [("08:30", "09:00"), ("09:30", "10:00"), ("12:00", "12:30")]
"""What touches it, or is far from it."""

overlapping = pytest.mark.parametrize(
    ("begins", "ends"), [s[:2] for s in STRETCHES], ids=[s[2] for s in STRETCHES]
)
beside = pytest.mark.parametrize(("begins", "ends"), BESIDE)
ENDED = ["cancelled", "fulfilled", "no-show"]


# One active appointment per slot


@pytest.mark.parametrize("state", ["pending", "booked"])
async def test_a_slot_has_one_active_appointment(tables: Tables, state: str) -> None:
    """R01, R05: a pending or booked appointment keeps its slot from every other child."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    await tables.appointment(MISHA, slot, "09:00", "09:30", state)

    with pytest.raises(IntegrityError, match=r"appointments\.slot_id"):
        await tables.appointment(SONYA, slot, "09:00", "09:30")


@pytest.mark.parametrize("state", ENDED)
async def test_an_ended_appointment_leaves_its_slot_free(tables: Tables, state: str) -> None:
    """R11: a cancelled visit's time can be booked at once, and cancelled as often as one likes."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    await tables.appointment(MISHA, slot, "09:00", "09:30", state)
    await tables.appointment(MISHA, slot, "09:00", "09:30", state)

    assert await tables.appointment(SONYA, slot, "09:00", "09:30")


async def test_a_cancelled_appointment_does_not_come_back_to_a_taken_slot(tables: Tables) -> None:
    """R01: neither does an update put a second active appointment on a slot."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    cancelled = await tables.appointment(MISHA, slot, "09:00", "09:30", "cancelled")
    await tables.appointment(SONYA, slot, "09:00", "09:30")

    with pytest.raises(IntegrityError):
        await tables.run("UPDATE appointments SET state = 'booked' WHERE id = :id", id=cancelled)


async def test_a_visit_s_number_is_never_given_twice(tables: Tables) -> None:
    """An appointment's id is what the registry is told by phone: a deleted one is not reused."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    last = await tables.appointment(MISHA, slot, "09:00", "09:30")
    await tables.run("DELETE FROM appointments WHERE id = :id", id=last)

    assert await tables.appointment(SONYA, slot, "09:00", "09:30") > last


# One place at a time for a child


@overlapping
async def test_a_child_is_not_in_two_places(tables: Tables, begins: str, ends: str) -> None:
    """R07: a child's active appointments never overlap, not even in part, with any doctor."""
    petrova = await tables.slot(PETROVA, "09:00", "09:30")
    kim = await tables.slot(KIM, begins, ends)
    await tables.appointment(MISHA, petrova, "09:00", "09:30")

    with pytest.raises(IntegrityError, match="no_overlap_appointments"):
        await tables.appointment(MISHA, kim, begins, ends)
    assert await tables.appointment(SONYA, kim, begins, ends)


@overlapping
async def test_a_child_s_visit_is_not_moved_onto_another(
    tables: Tables, begins: str, ends: str
) -> None:
    """R07: nor does an update of the times make them overlap."""
    petrova = await tables.slot(PETROVA, "09:00", "09:30")
    kim = await tables.slot(KIM, "12:00", "12:30")
    await tables.appointment(MISHA, petrova, "09:00", "09:30")
    moved = await tables.appointment(MISHA, kim, "12:00", "12:30")

    with pytest.raises(IntegrityError, match="no_overlap_appointments"):
        await tables.run(
            "UPDATE appointments SET starts_at = :begins, ends_at = :ends WHERE id = :id",
            begins=at(begins),
            ends=at(ends),
            id=moved,
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE appointments SET state = 'booked' WHERE state = 'cancelled'",
        "UPDATE appointments SET state = 'pending' WHERE state = 'cancelled'",
        "UPDATE appointments SET child_id = 1 WHERE child_id = 2",
    ],
)
async def test_a_visit_does_not_become_a_child_s_second_one(tables: Tables, change: str) -> None:
    """R07: nor does an update of the state, or of the child."""
    petrova = await tables.slot(PETROVA, "09:00", "09:30")
    kim = await tables.slot(KIM, "09:15", "09:45")
    await tables.appointment(MISHA, petrova, "09:00", "09:30")
    await tables.appointment(MISHA, kim, "09:15", "09:45", "cancelled")
    await tables.appointment(SONYA, kim, "09:15", "09:45")

    with pytest.raises(IntegrityError, match="no_overlap_appointments"):
        await tables.run(change)


@beside
async def test_visits_may_touch(tables: Tables, begins: str, ends: str) -> None:
    """R07: a visit may begin as the child's other one ends, and be moved within its own time."""
    petrova = await tables.slot(PETROVA, "09:00", "09:30")
    kim = await tables.slot(KIM, begins, ends)
    first = await tables.appointment(MISHA, petrova, "09:00", "09:30")

    assert await tables.appointment(MISHA, kim, begins, ends)
    await tables.run(
        "UPDATE appointments SET starts_at = :begins WHERE id = :id", begins=at("09:10"), id=first
    )


@overlapping
@pytest.mark.parametrize("state", ENDED)
async def test_an_ended_visit_stands_in_nobody_s_way(
    tables: Tables, begins: str, ends: str, state: str
) -> None:
    """R07: only active appointments count."""
    petrova = await tables.slot(PETROVA, "09:00", "09:30")
    kim = await tables.slot(KIM, begins, ends)
    await tables.appointment(MISHA, petrova, "09:00", "09:30", state)

    assert await tables.appointment(MISHA, kim, begins, ends)


# One patient at a time for a doctor


@overlapping
async def test_a_doctor_s_open_slots_never_overlap(tables: Tables, begins: str, ends: str) -> None:
    """R02: of whatever lengths, they are refused; another doctor's are that doctor's own."""
    await tables.slot(PETROVA, "09:00", "09:30")

    with pytest.raises(IntegrityError, match="no_overlap_slots"):
        await tables.slot(PETROVA, begins, ends)
    assert await tables.slot(KIM, begins, ends)


@overlapping
async def test_a_slot_is_not_moved_or_opened_onto_another(
    tables: Tables, begins: str, ends: str
) -> None:
    """R02: nor does an update make a doctor's open slots overlap."""
    await tables.slot(PETROVA, "09:00", "09:30")
    closed = await tables.slot(PETROVA, begins, ends, open_=False)
    other = await tables.slot(PETROVA, "12:00", "12:30")

    with pytest.raises(IntegrityError, match="no_overlap_slots"):
        await tables.run("UPDATE slots SET open = 1 WHERE id = :id", id=closed)
    with pytest.raises(IntegrityError, match="no_overlap_slots"):
        await tables.run(
            "UPDATE slots SET starts_at = :begins, ends_at = :ends WHERE id = :id",
            begins=at(begins),
            ends=at(ends),
            id=other,
        )


async def test_slots_of_one_statement_are_judged_as_well(tables: Tables) -> None:
    """R02: of two overlapping slots that come together, neither is stored."""
    before = await tables.count("slots")
    with pytest.raises(IntegrityError, match="no_overlap_slots"):
        await tables.run(
            "INSERT INTO slots (clinic_id, doctor_id, starts_at, ends_at, source, open) VALUES"
            " (1, 1, :nine, :ten, 'schedule', 1), (1, 1, :half_past, :ten, 'schedule', 1)",
            nine=at("09:00"),
            half_past=at("09:30"),
            ten=at("10:00"),
        )
    assert await tables.count("slots") == before


@beside
async def test_slots_may_touch(tables: Tables, begins: str, ends: str) -> None:
    """R02: a slot may begin as the one before it ends."""
    await tables.slot(PETROVA, "09:00", "09:30")

    assert await tables.slot(PETROVA, begins, ends)


@overlapping
async def test_a_closed_slot_stands_in_nobody_s_way(tables: Tables, begins: str, ends: str) -> None:
    """R02: a time that was closed may be given anew, in whatever lengths."""
    await tables.slot(PETROVA, "09:00", "09:30", open_=False)

    assert await tables.slot(PETROVA, begins, ends)


# What everything else rests on


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO care VALUES (999, 1, '2026-11-23')",
        "INSERT INTO care VALUES (1, 999, '2026-11-23')",
        "INSERT INTO doctors (clinic_id, name, room) VALUES (999, 'Ким', '1')",
        "INSERT INTO conversations VALUES (999, 'child-name', 1, '')",
        "UPDATE appointments SET slot_id = 999",
        "UPDATE appointments SET child_id = 999",
        "UPDATE appointments SET booked_by = 999",
        "UPDATE slots SET doctor_id = 999 WHERE id = 1",
        "DELETE FROM children",
        "DELETE FROM persons",
        "DELETE FROM clinics",
    ],
)
async def test_no_row_points_nowhere(tables: Tables, statement: str) -> None:
    """R50: foreign keys are enforced; nothing that is pointed at can be deleted."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    await tables.appointment(MISHA, slot, "09:00", "09:30")

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await tables.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appointments SET state = 'forgotten'",
        "UPDATE appointments SET ends_at = starts_at",
        "UPDATE slots SET ends_at = starts_at",
        "UPDATE schedule_rules SET weekday = 7",
        "UPDATE schedule_rules SET visit_minutes = 0",
    ],
)
async def test_no_row_makes_no_sense(tables: Tables, statement: str) -> None:
    """States are known ones, stretches have a length, rules have a weekday and a visit."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    await tables.appointment(MISHA, slot, "09:00", "09:30")

    with pytest.raises(IntegrityError, match="CHECK"):
        await tables.run(statement)


async def test_one_consent_stands_at_a_time(tables: Tables) -> None:
    """R40: a second standing consent to one purpose is refused; after a withdrawal it is not."""
    await tables.consent(withdrawn_at=at("08:30"))
    await tables.consent()

    with pytest.raises(IntegrityError, match=r"consents\.person_id"):
        await tables.consent()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO persons (telegram_id, language) VALUES (101, 'ru')",
        "UPDATE clinics SET code = 'romashka'",
        "INSERT INTO care SELECT * FROM care",
    ],
)
async def test_what_names_a_thing_names_one(tables: Tables, statement: str) -> None:
    """One person per Telegram user, one clinic per poster code, one care of one child."""
    await tables.run(
        "INSERT INTO clinics SELECT 2, 'other', name, zone, address, phone, home_call_phone,"
        " home_call_hours, ill_words, notice_minutes, horizon_days, one_visit_per_doctor"
        " FROM clinics"
    )
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await tables.run(statement)
