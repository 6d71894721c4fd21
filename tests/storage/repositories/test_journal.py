"""The journal of access can be added to, and nothing else, whoever has the database in hand."""

import asyncio
from dataclasses import replace
from unittest.mock import patch

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from services.model.access import BEGINNING, Access, Entry, Role, digest
from services.model.clinic import Clinic
from services.model.ids import AppointmentId, ChildId, PostId
from storage.access.subjects import StoredSubjects
from tests.conftest import MONDAY_7_AM, House
from tests.databases import SQLITE


async def add(house: House, clinic: Clinic, child: int = 1) -> None:
    entry = Entry(PostId(1), Role.REGISTRAR, Access.VISIT, ChildId(child), None, MONDAY_7_AM)
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, [entry])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_records SET child_id = 2",
        "UPDATE access_records SET hash = hash",
        "DELETE FROM access_records",
        "DELETE FROM access_records WHERE number = 2",
    ],
)
async def test_no_record_is_changed_or_removed(
    house: House, clinic: Clinic, statement: str
) -> None:
    """R39: the database itself refuses."""
    await add(house, clinic)
    await add(house, clinic)
    with pytest.raises(IntegrityError, match="append_only"):
        await house.database.run(statement)
    assert await house.count("access_records") == 2


REPLACING = [
    "INSERT OR REPLACE INTO access_records SELECT * FROM access_records WHERE number = 1",
    "REPLACE INTO access_records SELECT * FROM access_records",
    (
        "INSERT OR REPLACE INTO access_records (rowid, clinic_id, number, post_id, role, access,"
        " child_id, at, hash) SELECT rowid, clinic_id, 9, 7, role, access, 7, at, hash"
        " FROM access_records WHERE number = 2"
    ),
    "UPDATE OR REPLACE access_records SET number = 2 WHERE number = 1",
    (
        "INSERT INTO access_records SELECT * FROM access_records WHERE true"
        " ON CONFLICT (clinic_id, number) DO UPDATE SET child_id = 7"
    ),
]


@pytest.mark.parametrize("statement", REPLACING)
@pytest.mark.parametrize("kind", [SQLITE])
async def test_no_record_is_replaced(house: House, clinic: Clinic, statement: str) -> None:
    """R39: not by what SQLite does with a row that is in the way of another one, either."""
    await add(house, clinic)
    await add(house, clinic)
    before = await house.database.rows("SELECT * FROM access_records")
    with pytest.raises(IntegrityError, match="append_only"):
        await house.database.run(statement)
    assert await house.database.rows("SELECT * FROM access_records") == before


async def test_a_list_is_taken_down_at_once(house: House, clinic: Clinic) -> None:
    """R39: fifty children on a list are two statements, in one chain behind what was there."""
    await add(house, clinic)
    told: list[str] = []
    engine = house.engines.writing.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    entries = [
        Entry(PostId(1), Role.REGISTRAR, Access.DAY_LIST, ChildId(n), None, MONDAY_7_AM)
        for n in range(50)
    ]
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, entries)
        await tx.journal.append(clinic.id, [])
    event.remove(engine, "before_cursor_execute", note)

    about = [each for each in told if "access_records" in each]
    assert len(about) == 2
    [verdict] = await house.services.journal.verify()
    assert (verdict.broken_at, verdict.head and verdict.head.number) == (None, 51)
    async with house.transactions.reads() as tx:
        records = await tx.journal.following(clinic.id, 1, 60)
    told_of = {each.entry.child_id for each in records}
    assert len(told_of) == 50
    assert max(told_of) < 0


async def test_what_is_written_of_a_child_leads_to_nobody_once_it_is_forgotten(
    house: House, clinic: Clinic
) -> None:
    """R39, R40: no id of a child or a visit is in a record; which child a number means is forgotten
    without touching the record, and the number is never another child's."""
    await add(house, clinic)
    visit = Entry(
        PostId(1), Role.DOCTOR, Access.VISIT, ChildId(1), AppointmentId(1012), MONDAY_7_AM
    )
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, [visit, visit])
        assert len(await tx.journal.of_child(ChildId(1), 9)) == 3
    rows = await house.database.rows("SELECT child_id, appointment_id FROM access_records")
    [(child, seen)] = {(row.child_id, row.appointment_id) for row in rows if row.appointment_id}
    assert child < 0
    assert seen < 0
    async with house.transactions.writes() as tx:
        await StoredSubjects(tx.families._session).forget([ChildId(1)])
    async with house.transactions.reads() as tx:
        assert await tx.journal.of_child(ChildId(1), 9) == []
    [verdict] = await house.services.journal.verify()
    assert verdict.broken_at is None
    assert await house.count("journal_subjects", "child_id IS NULL AND salt IS NULL") == 1

    with patch("storage.access.subjects.randbelow", side_effect=[-1 - child, 7]):
        await add(house, clinic)
    assert await house.count("journal_subjects", "token = -8 AND child_id = 1") == 1


async def test_records_of_the_version_before_are_still_the_child_s(
    house: House, clinic: Clinic
) -> None:
    """R39, R78: they have its own id, and stay as they are."""
    entry = Entry(PostId(1), Role.REGISTRAR, Access.CARD, ChildId(1), None, MONDAY_7_AM)
    hashed = digest(clinic.id, 1, entry, BEGINNING)
    await house.database.run(
        "INSERT INTO access_records (clinic_id, number, post_id, role, access, child_id, at, hash)"
        " VALUES (:clinic, 1, 1, 'registrar', 'card', 1, '2026-11-23 04:00:00', :hash)",
        clinic=clinic.id,
        hash=hashed,
    )
    await add(house, clinic)
    async with house.transactions.reads() as tx:
        seen = await tx.journal.of_child(ChildId(1), 9)
    assert {each.entry.access for each in seen} == {Access.CARD, Access.VISIT}
    [verdict] = await house.services.journal.verify()
    assert verdict.broken_at is None


async def test_many_at_once_make_one_chain(house: House, clinic: Clinic) -> None:
    """R39: nobody's record takes another's number, and the chain is whole."""
    await asyncio.gather(*(add(house, clinic, child) for child in range(1, 21)))
    [verdict] = await house.services.journal.verify()
    assert verdict.broken_at is None
    assert verdict.head
    assert verdict.head.number == 20


async def test_what_a_newer_version_wrote_is_named_and_followed(
    house: House, clinic: Clinic
) -> None:
    """R39: a replica that is ahead took down what this one has no word for; the chain is whole, the
    records are named, and a parent's list is shown without them."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    entry = Entry(PostId(1), Role.REGISTRAR, Access.VISIT, child.id, None, MONDAY_7_AM)
    newer = [replace(entry, access="waved-at"), replace(entry, role="nurse")]
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, [entry, *newer, entry])
    [verdict] = await house.services.journal.verify()
    assert (verdict.broken_at, verdict.head and verdict.head.number) == (None, 4)
    assert list(verdict.unknown) == [2, 3]
    looked = await house.services.journal.who_looked(parent, clinic.id, child.id)
    assert [each.access for each in looked.seen] == [Access.VISIT, Access.VISIT]
