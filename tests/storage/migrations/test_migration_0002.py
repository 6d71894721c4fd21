"""The second migration over a clinic at work: what was there is kept, what is new is filled in."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.model.clinic import Clinic, Doctor, Hours, Limits, Reason, Side
from services.model.consents import Purpose
from services.model.conversations import AddressOf, BirthDateOf, Conversation
from services.model.ids import DoctorId, PersonId, SlotId
from services.model.schedule import Holiday, Leave, Reception, ScheduleException, ScheduleRule
from services.rules.slots import openings
from storage.database.engines import open_engines
from storage.database.migrate import migrate
from storage.database.transaction import StoredTransaction, StoredTransactions
from tests.conftest import MONDAY_7_AM, ROMASHKA, StillClock
from tests.storage.files import dump, judges, look_at, plainly, step_file, tables_of, url_of

ANNA = PersonId(1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PETROVA = DoctorId(1)
AT = "2026-11-20 08:30:00.000000"
CLINIC = (
    "(?, ?, ?, ?, 'ул. Садовая, 7', '+7 1', '+7 2', '7:30–12:00', 'Вызовите врача.', 30, 14, 1)"
)
CLINICS = [
    (1, "romashka", "Ромашка", "Europe/Moscow"),
    (2, "vostok", "Восток", "Asia/Vladivostok"),
    (3, "zapad", "Запад", "America/Los_Angeles"),
]
DOCTORS = [(1, 1, "Петрова", "12"), (2, 2, "Ким", "14"), (3, 3, "Ли", "1")]
RULES = [
    (1, 1, 0, "09:00:00.000000", "10:00:00.000000", 20, "2026-01-01", None),
    (2, 1, 5, "22:40:00.000000", "00:00:00.000000", 40, "2026-05-01", "2026-12-31"),
    (7, 2, 6, "08:05:00.000000", "08:50:00.000000", 15, "2026-01-01", None),
]
SLOTS = [
    (1, 1, 1, "2026-11-23 06:00", "2026-11-23 06:15", 1),
    (2, 1, 1, "2026-11-23 20:59", "2026-11-23 21:14", 0),
    (3, 1, 1, "2026-11-23 21:00", "2026-11-23 21:15", 1),
    (4, 2, 2, "2026-11-23 13:59", "2026-11-23 14:14", 1),
    (5, 2, 2, "2026-11-23 23:00", "2026-11-23 23:15", 1),
    (6, 3, 3, "2026-11-24 02:00", "2026-11-24 02:15", 1),
]
DAYS = {1: "23", 2: "23", 3: "24", 4: "23", 5: "24", 6: "23"}
"""Of November 2026, on each clinic's wall."""
VISITS = [
    (1, 1, 1, "2026-11-23 06:00", "2026-11-23 06:15", "booked"),
    (2, 1, 5, "2026-11-23 23:00", "2026-11-23 23:15", "cancelled"),
    (3, 1, 6, "2026-11-24 02:00", "2026-11-24 02:15", "no-show"),
    (9, 1, 6, "2026-11-24 02:00", "2026-11-24 02:15", "booked"),
]


def fill(database: sqlite3.Connection) -> None:
    """What a bot of the first tables left behind."""
    many = database.executemany
    many(f"INSERT INTO clinics VALUES {CLINIC}", CLINICS)  # noqa: S608 - the test's own words
    many("INSERT INTO doctors VALUES (?, ?, ?, ?)", DOCTORS)
    many("INSERT INTO schedule_rules VALUES (?, ?, ?, ?, ?, ?, ?, ?)", RULES)
    many(
        "INSERT INTO slots VALUES (?, ?, ?, ? || ':00.000000', ? || ':00.000000', 'old', ?)", SLOTS
    )
    many("INSERT INTO persons VALUES (?, ?, 'ru', 1)", [(1, 101), (2, 2**40)])
    many("INSERT INTO children VALUES (?, 'Миша', '2024-03-12')", [(1,)])
    many("INSERT INTO care VALUES (1, ?, ?)", [(1, AT)])
    many("INSERT INTO consent_texts VALUES (?, 'processing', 1, 'Согласие')", [(1,)])
    many("INSERT INTO consents VALUES (1, 1, 1, 'processing', 1, 'abc', ?, NULL)", [(AT,)])
    many("INSERT INTO conversations VALUES (?, 'birth-date', 1, 'Соня')", [(1,)])
    visit = "(?, ?, ?, ? || ':00.000000', ? || ':00.000000', ?, 1, '2026-11-20 08:30:00.000000')"
    many(f"INSERT INTO appointments VALUES {visit}", VISITS)  # noqa: S608
    many("INSERT INTO handled_updates VALUES (?, ?)", [(2**40, AT)])
    database.execute("DELETE FROM appointments WHERE id = 9")


@pytest.fixture
async def old(tmp_path: Path) -> Path:
    """A database of the first migration, in use."""
    database = tmp_path / "bot.db"
    with plainly(database) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    step_file(database, "0001")
    with plainly(database) as connection:
        fill(connection)
    return database


@pytest.fixture(scope="module")
def brought_up() -> list[Path]:
    """The same, brought up to the code; once it is there, it is copied."""
    return []


@pytest.fixture
async def new(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, brought_up: list[Path], old: Path
) -> Path:
    """A copy of it."""
    if not brought_up:
        await migrate(url_of(old))
        made = tmp_path_factory.mktemp("0002") / "bot.db"
        _copy(old, made)
        brought_up.append(made)
    _copy(brought_up[0], tmp_path / "new.db")
    return tmp_path / "new.db"


def _copy(database: Path, to: Path) -> None:
    with plainly(database) as source, plainly(to) as target:
        source.backup(target)


@asynccontextmanager
async def writing(database: Path) -> AsyncIterator[StoredTransaction]:
    """The code's own repositories over the file."""
    engines = open_engines(url_of(database))
    try:
        async with StoredTransactions(engines, StillClock()).writes() as tx:
            yield tx
    finally:
        await engines.dispose()


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with plainly(database) as connection:
        return connection.execute(query).fetchall()


KEPT = {
    "clinics": "id, code, name, zone, address, phone, home_call_phone, home_call_hours, ill_words,"
    " notice_minutes, horizon_days, one_visit_per_doctor",
    "doctors": "id, clinic_id, name, room",
    "slots": "id, clinic_id, doctor_id, starts_at, ends_at, source, open",
    "persons": "id, telegram_id, language, clinic_id",
    "children": "id, name, birth_date",
    "care": "person_id, child_id, since",
    "consent_texts": "*",
    "consents": "id, person_id, clinic_id, purpose, version, text_sha256, given_at, withdrawn_at",
    "conversations": "person_id, asked, clinic_id, child_name",
    "appointments": "id, child_id, slot_id, starts_at, ends_at, state, booked_by, booked_at",
    "handled_updates": "*",
}


def kept(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the first tables knew, in both schemas."""
    asked = {name: f"SELECT {columns} FROM {name} ORDER BY 1" for name, columns in KEPT.items()}  # noqa: S608
    return {name: rows(database, query) for name, query in asked.items()}


async def test_what_was_there_is_kept(old: Path) -> None:
    """R50: no row and no value is lost, on the way up and on the way down again."""
    before = kept(old)
    await migrate(url_of(old))
    assert kept(old) == before

    step_file(old, "0001")
    assert kept(old) == before
    assert all(before.values())


async def test_a_slot_s_day_is_the_clinic_s_own(new: Path) -> None:
    """R14: east and west of UTC, a minute before midnight and at it."""
    found = rows(new, "SELECT id, day FROM slots ORDER BY id")

    assert found == [(slot, f"2026-11-{day}") for slot, day in DAYS.items()]


async def test_slots_are_for_any_reason_and_what_was_closed_was_closed_by_hand(new: Path) -> None:
    """R10: no regeneration opens what a clinic had closed."""
    assert rows(new, "SELECT DISTINCT withdrawn, reasons FROM slots") == [(0, 0)]
    assert rows(new, "SELECT id FROM slots WHERE NOT open") == [(2,)]


async def test_visits_get_a_uid_of_their_own_and_a_history(new: Path) -> None:
    """R24: every visit has a name for calendars, and its booking is its first change."""
    uids = [str(uid) for (uid,) in rows(new, "SELECT uid FROM appointments")]
    assert len({UUID(uid) for uid in uids}) == 3

    told = "appointment_id, sequence, state, slot_id, changed_by, changed_at"
    changes = rows(new, f"SELECT {told} FROM appointment_changes ORDER BY appointment_id")  # noqa: S608
    assert changes == [(v[0], 0, v[5], v[2], 1, AT) for v in VISITS[:3]]
    found = rows(new, "SELECT DISTINCT reason, sequence, changed_at = booked_at FROM appointments")
    assert found == [("consultation", 0, 1)]


async def test_the_code_reads_what_was_filled_in(new: Path) -> None:
    """R42: a clinic, a visit, a child and an open question, through the repositories."""
    async with writing(new) as tx:
        clinic = await tx.clinics.by_code("romashka")
        assert clinic
        assert (clinic.opens_at, clinic.hold, clinic.limits) == (
            ROMASHKA.opens_at,
            ROMASHKA.hold,
            Limits(),
        )
        assert (clinic.position, clinic.directions, clinic.duty) == (None, "", "")
        assert clinic.preparation == {}
        [child] = await tx.families.children(ANNA)
        assert child.district_id is None
        [visit] = await tx.appointments.planned([child.id], after=MONDAY_7_AM)
        assert (visit.number, visit.reason, visit.sequence) == ("1001", Reason.CONSULTATION, 0)
        asked = await tx.conversations.of(ANNA)
        assert asked == Conversation(BirthDateOf("Соня"), clinic.id, LONG_AGO)
        assert await tx.consents.is_given(ANNA, clinic.id, Purpose.PROCESSING)


def receives(starts: time, ends: time, minutes: int) -> Reception:
    return Reception(Hours(starts, ends), timedelta(minutes=minutes))


async def test_rules_give_the_same_openings_as_before(new: Path) -> None:
    """R13: weekday, hours and validity mean what they meant, midnight as an end included."""
    async with writing(new) as tx:
        petrova = await tx.clinics.doctor(PETROVA)
        schedule = await tx.schedules.of(petrova, date(2026, 1, 1))
    found = openings(schedule, petrova.clinic.zone, date(2026, 11, 23), date(2026, 11, 29))

    assert schedule.rules == [
        ScheduleRule(receives(time(9), time(10), 20), date(2026, 1, 1), weekdays=frozenset({0})),
        ScheduleRule(
            receives(time(22, 40), time(0), 40),
            date(2026, 5, 1),
            date(2026, 12, 31),
            frozenset({5}),
        ),
    ]
    starts = [opening.stretch.starts_at.astimezone(petrova.clinic.zone) for opening in found]
    assert [f"{start:%a %H:%M}" for start in starts] == [
        "Mon 09:00",
        "Mon 09:20",
        "Mon 09:40",
        "Sat 22:40",
        "Sat 23:20",
    ]
    assert {opening.reasons for opening in found} == {frozenset()}


@pytest.mark.parametrize("way", ["up", "up, down and up"])
async def test_a_deleted_visit_s_number_is_not_given_again(old: Path, way: str) -> None:
    """The number that the registry was told by phone stays that visit's, though its row is gone."""
    await migrate(url_of(old))
    if way != "up":
        step_file(old, "0001")
        await migrate(url_of(old))
    async with writing(old) as tx:
        [child] = await tx.families.children(ANNA)
        slot = await tx.slots.get(SlotId(3), person=ANNA, now=MONDAY_7_AM)
        visit = await tx.appointments.add(child, slot, Reason.REPEAT, ANNA, MONDAY_7_AM)

    assert visit.number == "1010"


async def test_no_number_is_given_again_even_if_all_visits_are_gone(old: Path) -> None:
    """An empty table remembers the last number, too."""
    with plainly(old) as connection:
        connection.execute("DELETE FROM appointments")
    await migrate(url_of(old))
    async with writing(old) as tx:
        [child] = await tx.families.children(ANNA)
        slot = await tx.slots.get(SlotId(3), person=ANNA, now=MONDAY_7_AM)
        visit = await tx.appointments.add(child, slot, Reason.REPEAT, ANNA, MONDAY_7_AM)

    assert visit.number == "1010"


async def test_the_judges_are_back_after_the_rebuilding(new: Path) -> None:
    """R01, R02, R07: one visit per slot, no overlaps, over the rows that were there before."""
    for statement, words in [
        ("UPDATE slots SET open = 1, starts_at = '2026-11-23 20:59' WHERE id IN (2, 3)", "no_over"),
        ("UPDATE appointments SET state = 'booked', slot_id = 1 WHERE id = 2", "slot_id"),
        (
            "UPDATE appointments SET state = 'booked', starts_at = '2026-11-23 06:05' WHERE id = 2",
            "no_overlap_appointments",
        ),
        ("UPDATE appointments SET uid = 'same'", r"appointments\.uid"),
        ("UPDATE appointments SET state = 'odd'", "CHECK"),
        ("UPDATE slots SET ends_at = starts_at", "CHECK"),
    ]:
        with plainly(new) as connection, pytest.raises(sqlite3.IntegrityError, match=words):
            connection.execute(statement)


async def test_down_over_all_that_is_new(new: Path) -> None:
    """R50: holds, districts, leaves and moves are given up, and the old code can use the rest."""
    infants = Reception(
        Hours(time(8), time(9)), timedelta(minutes=15), reasons=frozenset({Reason.INFANT_DAY})
    )
    day = date(2026, 12, 1)
    async with writing(new) as tx:
        petrova: Doctor = await tx.clinics.doctor(PETROVA)
        clinic: Clinic = petrova.clinic
        district = await tx.districts.add(petrova, "участок 1", [])
        [child] = await tx.families.children(ANNA)
        await tx.families.change_child(replace(child, district_id=district.id))
        rule = ScheduleRule(infants, day, weekdays=frozenset({1, 3}), days=Side.EVEN)
        await tx.schedules.add_rule(PETROVA, rule)
        await tx.schedules.add_exception(PETROVA, ScheduleException(day, day, [infants]))
        await tx.schedules.add_holiday(clinic.id, Holiday(day, day))
        await tx.schedules.add_leave(PETROVA, Leave(day, day, DoctorId(2), in_their_hours=True))
        slot = await tx.slots.get(SlotId(3), person=ANNA, now=MONDAY_7_AM)
        await tx.slots.hold([slot], ANNA, datetime(2026, 11, 23, 5, tzinfo=UTC), MONDAY_7_AM)
        [visit] = await tx.appointments.planned([child.id], after=MONDAY_7_AM)
        await tx.appointments.move(visit, slot, ANNA, MONDAY_7_AM)
        question = Conversation(AddressOf(child.id), clinic.id, MONDAY_7_AM)
        await tx.conversations.ask(ANNA, question)
    up = look_at(new, tables_of), look_at(new, judges)

    step_file(new, "0001")
    assert [row[2] for row in rows(new, "SELECT * FROM schedule_rules")] == [0, 5, 6]
    assert rows(new, "SELECT slot_id, starts_at FROM appointments WHERE id = 1") == [
        (3, "2026-11-23 21:00:00.000000")
    ]
    assert rows(new, "PRAGMA foreign_key_check") == []
    await migrate(url_of(new))
    assert (look_at(new, tables_of), look_at(new, judges)) == up
    assert rows(new, "PRAGMA foreign_key_check") == []


async def test_down_leaves_no_question_that_the_old_code_cannot_ask(new: Path) -> None:
    """R50: what was asked about an address is forgotten; a name that is awaited still is."""
    with plainly(new) as connection:
        for person, asked in ((1, "new-name"), (2, "child-name")):
            connection.execute("DELETE FROM conversations WHERE person_id = ?", (person,))
            connection.execute(
                "INSERT INTO conversations (person_id, asked, clinic_id, child_name, asked_at,"
                " topic) VALUES (?, ?, 1, '', '2026-11-23 04:00:00', '')",
                (person, asked),
            )
    step_file(new, "0001")

    assert rows(new, "SELECT person_id, asked FROM conversations") == [(2, "child-name")]


async def test_an_empty_database_goes_up_and_down(tmp_path: Path) -> None:
    """R50: there need not be anything to fill in."""
    database = tmp_path / "bot.db"
    await migrate(url_of(database))
    fresh = look_at(database, tables_of), look_at(database, judges)
    step_file(database, "0001")
    await migrate(url_of(database))

    assert (look_at(database, tables_of), look_at(database, judges)) == fresh
    filled = [line for line in dump(database) if line.startswith("INSERT")]
    own = ("version", "sequence", '"house"')  # what a database says of itself
    assert [line for line in filled if not any(each in line for each in own)] == []
