"""The database is the last judge: it refuses what the rules would, had they been forgotten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables.clinic import ClinicRow
from tests.conftest import CONSENT, ROMASHKA, StillClock, house_over
from tests.conftest import KIM as DOCTOR_KIM
from tests.conftest import PETROVA as DOCTOR_PETROVA
from tests.databases import POSTGRESQL, Database, Shelves
from tests.engines import engines_of

ANNA, MISHA, SONYA = 1, 1, 2
PETROVA, KIM = 1, 2
PLAN = (
    "INSERT INTO notifications (kind, person_id, appointment_id, occasion, due_at, try_at,"
    " useful_until, urgency, bundle, state, attempts) VALUES"
)
CHANGE = (
    "INSERT INTO appointment_changes"
    " (appointment_id, sequence, state, slot_id, changed_by, changed_at) "
)
MOMENTS = "'2026-11-23', '2026-11-23', '2026-11-24'"
"""When it is due, tried, and past its use."""
SAME_IDS = (
    "SELECT setval('persons_id_seq', (SELECT max(id) FROM persons)),"
    " setval('slots_id_seq', (SELECT max(id) FROM slots)),"
    " setval('appointments_id_seq', 1, false)"
)
"""PostgreSQL takes no number back with the row: each test begins to count where the first did."""
SAID_OF_A_CLINIC = ", ".join(
    column.name for column in ClinicRow.__table__.columns if column.name not in ("id", "code")
)


def at(clock: str) -> datetime:
    """A moment of one Monday."""
    return datetime.fromisoformat(f"2027-01-04 {clock}:00+00:00")


@dataclass
class Tables:
    """SQL straight into the tables, past every rule of the services."""

    connection: AsyncConnection

    async def run(self, statement: str, **values: object) -> int:
        """Run a statement; the id of the row that it inserted, if it is asked for."""
        async with self.connection.begin_nested():
            done = await self.connection.execute(text(statement), values)
        return int(done.scalar_one()) if done.returns_rows else 0

    async def count(self, table: str) -> int:
        found = await self.connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        return int(found.scalar_one())

    async def slot(self, doctor: int, begins: str, ends: str, *, open_: bool = True) -> int:
        return await self.run(
            "INSERT INTO slots"
            " (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn, reasons)"
            " VALUES (1, :doctor, :begins, :ends, '2027-01-04', 'schedule', :open, false, 0)"
            " RETURNING id",
            doctor=doctor,
            begins=at(begins),
            ends=at(ends),
            open=open_,
        )

    async def appointment(
        self, child: int, slot: int, begins: str, ends: str, state: str = "booked"
    ) -> int:
        return await self.run(
            "INSERT INTO appointments (child_id, slot_id, starts_at, ends_at, state, reason,"
            " booked_by, booked_at, uid, sequence, changed_at) VALUES (:child, :slot, :begins,"
            " :ends, :state, 'repeat', 1, :begins, :uid, 0, :begins) RETURNING id",
            uid=str(uuid4()),
            child=child,
            slot=slot,
            begins=at(begins),
            ends=at(ends),
            state=state,
        )

    async def consent(self, withdrawn_at: datetime | None = None) -> None:
        await self.run(
            "INSERT INTO consents"
            " (person_id, clinic_id, purpose, version, text_sha256, given_at, withdrawn_at)"
            " VALUES (1, 1, 'marketing', 1, '', :given_at, :withdrawn_at)",
            given_at=at("08:00"),
            withdrawn_at=withdrawn_at,
        )


@pytest.fixture
async def database(shelves: Shelves, kind: str) -> Database:
    """A clinic with two doctors, and Анна with Миша and Соня: prepared once, as no test here
    leaves anything behind."""
    name = f"constraints on {kind}"
    if name not in shelves.opened:
        made = await shelves.of(kind).copy(await shelves.empty(kind))
        async with house_over(made, StillClock()) as house:
            clinic = await house.services.clinics.open(
                ROMASHKA, CONSENT, [DOCTOR_PETROVA, DOCTOR_KIM]
            )
            anna = await house.parent(101, clinic)
            children = [await house.child(anna, name) for name in ("Миша", "Соня")]
        assert (anna, *(child.id for child in children)) == (ANNA, MISHA, SONYA)
        shelves.opened[name] = made
    return shelves.opened[name]


@pytest.fixture
async def tables(database: Database) -> AsyncIterator[Tables]:
    """All of it, in a transaction of the engine that writes, which is taken back in the end."""
    async with engines_of(database) as engines, engines.writing.connect() as connection:
        if database.kind == POSTGRESQL:
            await connection.execute(text(SAME_IDS))
        yield Tables(connection)
        await connection.rollback()


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

    with pytest.raises(IntegrityError, match=r"appointments\.slot_id|uq_appointments_active_slot"):
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
    other = await tables.slot(KIM, "12:00", "12:30")
    await tables.appointment(SONYA, other, "09:15", "09:45")

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
        await tables.run("UPDATE slots SET open = true WHERE id = :id", id=closed)
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
            "INSERT INTO slots"
            " (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn, reasons)"
            " VALUES (1, 1, :nine, :ten, '2027-01-04', 'schedule', true, false, 0),"
            " (1, 1, :half_past, :ten, '2027-01-04', 'schedule', true, false, 0)",
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
        "INSERT INTO care (person_id, child_id, since) VALUES (999, 1, '2026-11-23')",
        "INSERT INTO care (person_id, child_id, since) VALUES (1, 999, '2026-11-23')",
        "INSERT INTO doctors (clinic_id, name, room) VALUES (999, 'Ким', '1')",
        "INSERT INTO conversations VALUES (999, 'new-name', 1, '', NULL, '2026-11-23', NULL, '')",
        "UPDATE conversations SET child_id = 999",
        "INSERT INTO holds VALUES (999, 1, '2026-11-23')",
        "INSERT INTO holds VALUES (1, 999, '2026-11-23')",
        f"{PLAN} ('booked', 999, 1, '0', {MOMENTS}, 0, '', 'planned', 0)",
        f"{PLAN} ('booked', 1, 999, '0', {MOMENTS}, 0, '', 'planned', 0)",
        CHANGE + "VALUES (999, 0, 'booked', 1, 1, '2026-11-23')",
        CHANGE + "VALUES (1, 0, 'booked', 999, 1, '2026-11-23')",
        CHANGE + "VALUES (1, 0, 'booked', 1, 999, '2026-11-23')",
        "INSERT INTO districts (doctor_id, name) VALUES (999, '1')",
        "INSERT INTO addresses VALUES (1, 999, 'Садовая', 'all', 1, NULL)",
        "INSERT INTO holidays VALUES (1, 999, '2026-11-23', '2026-11-23')",
        "INSERT INTO leaves VALUES (1, 999, '2026-11-23', '2026-11-23', NULL, false)",
        "INSERT INTO leaves VALUES (1, 1, '2026-11-23', '2026-11-23', 999, false)",
        "INSERT INTO schedule_exceptions VALUES (1, 999, '2026-11-23', '2026-11-23', '[]')",
        "UPDATE children SET district_id = 999",
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

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        await tables.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appointments SET state = 'forgotten'",
        "UPDATE appointments SET ends_at = starts_at",
        "UPDATE appointments SET needs_time = true",
        "UPDATE appointments SET state = 'pending', unanswered = 'booked'",
        "UPDATE appointments SET confirm_by = starts_at, unanswered = 'booked'",
        "UPDATE slots SET ends_at = starts_at",
        "UPDATE clinics SET legal_basis = 'because'",
        "UPDATE schedule_rules SET weekdays = 0",
        "UPDATE schedule_rules SET weekdays = 128",
        "UPDATE schedule_rules SET days = 'some'",
        "INSERT INTO holidays VALUES (1, 1, '2026-11-24', '2026-11-23')",
        "INSERT INTO leaves VALUES (1, 1, '2026-11-24', '2026-11-23', NULL, false)",
        "INSERT INTO schedule_exceptions VALUES (1, 1, '2026-11-24', '2026-11-23', '[]')",
        "INSERT INTO addresses VALUES (1, 1, 'Садовая', 'left', 1, NULL)",
    ],
)
async def test_no_row_makes_no_sense(tables: Tables, statement: str) -> None:
    """States and sides are known ones, stretches and days have a length, rules have a weekday."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    await tables.appointment(MISHA, slot, "09:00", "09:30")

    with pytest.raises(IntegrityError, match=r"(?i)check"):
        await tables.run(statement)


async def test_one_consent_stands_at_a_time(tables: Tables) -> None:
    """R40: a second standing consent to one purpose is refused; after a withdrawal it is not."""
    await tables.consent(withdrawn_at=at("08:30"))
    await tables.consent()

    with pytest.raises(IntegrityError, match=r"consents\.person_id|uq_consents_standing"):
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
        f"INSERT INTO clinics (id, code, {SAID_OF_A_CLINIC})"  # noqa: S608
        f" SELECT 2, 'other', {SAID_OF_A_CLINIC} FROM clinics"
    )
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await tables.run(statement)


# What is kept for minutes, remembered, and to be told


async def test_a_slot_is_held_for_one_person(tables: Tables) -> None:
    """R05: whoever looks at a time keeps it alone; brothers' and sisters' times are held together,
    and it is the person's lock that lets one search at a time hold any (R51)."""
    await tables.run("INSERT INTO persons (telegram_id, language) VALUES (102, 'ru')")
    await tables.run("INSERT INTO holds VALUES (1, 1, '2026-11-23')")

    with pytest.raises(IntegrityError, match=r"(?i)unique.*holds"):
        await tables.run("INSERT INTO holds VALUES (1, 2, '2026-11-23')")
    await tables.run("INSERT INTO holds VALUES (2, 1, '2026-11-23')")


async def test_of_an_occasion_is_told_once(tables: Tables) -> None:
    """R18: once of each kind to a person, and anew to others, or when it happens again."""
    await tables.run("INSERT INTO persons (telegram_id, language) VALUES (102, 'ru')")
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    visit = await tables.appointment(MISHA, slot, "09:00", "09:30")
    rest = f"{MOMENTS}, 0, '', 'planned', 0)"
    await tables.run(f"{PLAN} ('booked', 1, :visit, '0', {rest}", visit=visit)

    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await tables.run(f"{PLAN} ('booked', 1, :visit, '0', {rest}", visit=visit)
    await tables.run(f"{PLAN} ('booked', 2, :visit, '0', {rest}", visit=visit)
    await tables.run(f"{PLAN} ('other', 1, :visit, '0', {rest}", visit=visit)
    await tables.run(f"{PLAN} ('booked', 1, :visit, '1', {rest}", visit=visit)


# A family's, or somebody's without a name


TAKE = "INSERT INTO taken_slots (slot_id, taker, reference, taken_at) VALUES"
TAKE += " (:slot, 'caller', '', '2026-11-23')"


async def test_a_visit_s_time_is_not_taken_without_a_name(tables: Tables) -> None:
    """R01: neither anew, nor by what was taken coming to another time."""
    slot = await tables.slot(PETROVA, "09:00", "09:30")
    other = await tables.slot(PETROVA, "09:30", "10:00")
    visit = await tables.appointment(MISHA, slot, "09:00", "09:30")
    await tables.run(TAKE, slot=other)
    for statement in (TAKE, "UPDATE taken_slots SET slot_id = :slot"):
        with pytest.raises(IntegrityError, match="taken_is_not_booked"):
            await tables.run(statement, slot=slot)

    await tables.run("UPDATE appointments SET state = 'cancelled' WHERE id = :id", id=visit)
    await tables.run("UPDATE taken_slots SET slot_id = :slot", slot=slot)
    assert await tables.count("taken_slots") == 1


async def test_a_time_without_a_name_is_not_booked(tables: Tables) -> None:
    """R01: neither anew, nor by a visit that is moved there, nor by one that comes back to life."""
    taken = await tables.slot(PETROVA, "09:00", "09:30")
    free = await tables.slot(PETROVA, "09:30", "10:00")
    ended = await tables.appointment(MISHA, taken, "09:00", "09:30", "cancelled")
    await tables.run(TAKE, slot=taken)
    visit = await tables.appointment(SONYA, free, "09:30", "10:00", "pending")
    move = "UPDATE appointments SET slot_id = :slot WHERE id = :id"
    confirm = "UPDATE appointments SET state = 'booked' WHERE id = :id"
    with pytest.raises(IntegrityError, match="booked_is_not_taken"):
        await tables.run(move, slot=taken, id=visit)
    with pytest.raises(IntegrityError, match="booked_is_not_taken"):
        await tables.run(confirm, id=ended)
    with pytest.raises(IntegrityError, match="booked_is_not_taken"):
        await tables.appointment(MISHA, taken, "09:00", "09:30")

    await tables.run(confirm, id=visit)
    await tables.run("DELETE FROM taken_slots")
    assert await tables.appointment(MISHA, taken, "09:00", "09:30")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE appointments SET uid = 'same'", r"appointments\.uid|appointments_uid"),
        ("INSERT INTO appointment_changes SELECT * FROM appointment_changes", "changes"),
    ],
)
async def test_a_visit_has_a_name_and_a_history_of_its_own(
    tables: Tables, statement: str, words: str
) -> None:
    """R24: two visits never share a uid, nor does one have two changes of one number."""
    first = await tables.slot(PETROVA, "09:00", "09:30")
    second = await tables.slot(PETROVA, "09:30", "10:00")
    visit = await tables.appointment(MISHA, first, "09:00", "09:30")
    await tables.appointment(MISHA, second, "09:30", "10:00")
    await tables.run(
        CHANGE + "VALUES (:visit, 0, 'booked', 1, 1, '2026-11-23')",
        visit=visit,
    )

    with pytest.raises(IntegrityError, match=words):
        await tables.run(statement)
