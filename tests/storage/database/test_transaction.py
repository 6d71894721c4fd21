"""One use case, one transaction, one effect of an update; trouble of the database has one name."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from services.messages.planning import about_change
from services.model.clinic import Addresses, Clinic
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, SlotId
from services.model.messages import CHANGES, Answered, NotificationKind
from services.model.people import Language
from services.model.refusals.base import AlreadyDone, NotFound
from services.model.schedule import Leave
from services.model.slots import Changes, Opening, Stretch
from services.model.visits import AppointmentState
from services.ports.transaction import StorageUnavailable, Transaction
from services.runtime.use_case import effect_of
from storage.database.engines import Engines
from storage.database.transaction import StoredTransactions, inside_transaction
from tests.conftest import MONDAY_7_AM, House
from tests.databases import SQLITE
from tests.storage.files import plainly

MONDAY = date(2026, 11, 23)
NO_CHANGES = Changes([], [], [], [], [])
only_sqlite = pytest.mark.parametrize("kind", [SQLITE])
SECRET = "Мирослава"
"""A child's name that must not be read in any error."""


class Surprise(Exception):
    """Something that a use case did not expect."""


async def write_and_fail(house: House, trouble: type[BaseException] = Surprise) -> None:
    """A use case that writes and then comes to nothing."""
    async with house.transactions.writes() as tx:
        await tx.families.add_person(101, Language.RUSSIAN)
        raise trouble


async def test_what_is_written_is_there_after_the_block(house: House) -> None:
    """Only the end of the block commits: until then nobody else sees what is written."""
    async with house.transactions.writes() as tx:
        await tx.families.add_person(101, Language.RUSSIAN)
        assert (await house.database.rows("SELECT count(*) FROM persons"))[0][0] == 0

    assert await house.count("persons") == 1


@pytest.mark.parametrize("trouble", [Surprise, NotFound, asyncio.CancelledError])
async def test_an_exception_takes_everything_back(
    house: House, trouble: type[BaseException]
) -> None:
    """A surprise, a refusal or a cancellation in the middle leaves nothing behind."""
    with pytest.raises(trouble):
        await write_and_fail(house, trouble)

    assert await house.count("persons") == 0
    assert await house.parent(101)


Open = Callable[[StoredTransactions], AbstractAsyncContextManager[Transaction]]
OPENINGS: list[Open] = [StoredTransactions.reads, StoredTransactions.writes]


@pytest.mark.parametrize("outer", OPENINGS)
@pytest.mark.parametrize("inner", OPENINGS)
async def test_no_transaction_stands_inside_another(house: House, outer: Open, inner: Open) -> None:
    """A transaction that would wait for its own end is refused at once."""
    async with outer(house.transactions):
        with pytest.raises(RuntimeError, match="inside another"):
            async with inner(house.transactions):
                pass

    async with inner(house.transactions):
        assert inside_transaction()
    assert not inside_transaction()


async def test_no_use_case_stands_inside_a_transaction(house: House) -> None:
    """Nor is it refused less for being another task: a use case runs as one of its own."""
    async with house.transactions.writes():
        with pytest.raises(RuntimeError, match="inside another"):
            await house.services.families.meet(101, Language.RUSSIAN)


# An update takes effect once


Write = Callable[[Transaction, Clinic, PersonId], Awaitable[object]]


async def add(tx: Transaction, _clinic: Clinic, _person: PersonId) -> None:
    await tx.families.add_person(102, Language.RUSSIAN)


async def change(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    await tx.families.set_language(person, Language.ENGLISH)


async def add_many(tx: Transaction, clinic: Clinic, _person: PersonId) -> None:
    [doctor, *_] = await tx.clinics.doctors(clinic.id)
    evening = MONDAY_7_AM + timedelta(hours=12)
    opening = Opening(Stretch(evening, evening + timedelta(minutes=15)))
    await tx.slots.change(doctor, replace(NO_CHANGES, add=[opening]))


async def withdraw(tx: Transaction, clinic: Clinic, _person: PersonId) -> None:
    [doctor, *_] = await tx.clinics.doctors(clinic.id)
    await tx.slots.change(doctor, replace(NO_CHANGES, withdraw=[SlotId(1)]))


async def hold(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    slot = await tx.slots.get(SlotId(1), person=person, now=MONDAY_7_AM)
    await tx.slots.hold([slot], person, MONDAY_7_AM + timedelta(minutes=3), MONDAY_7_AM)


async def let_go(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    await tx.slots.let_go(person)


async def move(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    visit = await tx.appointments.get(AppointmentId(1), cared_for_by=person)
    slot = await tx.slots.get(SlotId(2), person=person, now=MONDAY_7_AM)
    await tx.appointments.move(visit, slot, person, MONDAY_7_AM)


async def cancel(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    visit = await tx.appointments.get(AppointmentId(1), cared_for_by=person)
    await tx.appointments.change(visit, AppointmentState.CANCELLED, person, MONDAY_7_AM)


async def change_child(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    [child] = await tx.families.children(person)
    await tx.families.change_child(replace(child, name="Миша младший"))


async def end_care(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    await tx.families.end_care(ChildId(1), person)


async def plan(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    visit = await tx.appointments.get(AppointmentId(1), cared_for_by=person)
    again = about_change(NotificationKind.BOOKED, visit, person, MONDAY_7_AM)
    await tx.notifications.replan(visit.id, CHANGES, [again], MONDAY_7_AM)


async def settle(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    await tx.notifications.answered([Answered(person, AppointmentId(1), 0)])


async def add_leave(tx: Transaction, _clinic: Clinic, _person: PersonId) -> None:
    await tx.schedules.add_leave(DoctorId(1), Leave(MONDAY, MONDAY))


async def add_district(tx: Transaction, clinic: Clinic, _person: PersonId) -> None:
    [doctor, *_] = await tx.clinics.doctors(clinic.id)
    await tx.districts.add(doctor, "участок 1", [Addresses("Садовая")])


async def delete(tx: Transaction, _clinic: Clinic, person: PersonId) -> None:
    await tx.conversations.close(person)


WRITES = [
    *(add, change, add_many, withdraw, delete, hold, let_go, move, cancel, change_child, end_care),
    *(plan, settle, add_leave, add_district),
]


@pytest.mark.parametrize("write", WRITES)
async def test_a_replay_writes_nothing(house: House, clinic: Clinic, write: Write) -> None:
    """R45: the same update again may look, but its first attempt to write ends it."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [doctor, *_] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(anna, child.id, doctor)
    await house.book(anna, child.id, slot)

    async def handle(update_id: int) -> None:
        with effect_of(update_id):
            async with house.transactions.writes() as tx:
                assert await tx.clinics.get(clinic.id) == clinic
                await write(tx, clinic, anna)

    with effect_of(7):
        async with house.transactions.writes() as tx:
            assert not tx.replay
    before = await house.database.dump()
    with pytest.raises(AlreadyDone):
        await handle(7)
    assert await house.database.dump() == before
    await handle(8)


async def test_a_replay_may_look_and_end_in_peace(house: House, clinic: Clinic) -> None:
    """R45: a replay that writes nothing shows how things stand."""
    for expected in (False, True, True):
        with effect_of(7):
            async with house.transactions.writes() as tx:
                assert tx.replay is expected
                assert await tx.clinics.all() == [clinic]

    assert await house.count("handled_updates") == 1


async def test_an_attempt_that_failed_did_not_take_effect(house: House) -> None:
    """R46: an update whose transaction was taken back is tried again, and is no replay."""
    with effect_of(7):
        with pytest.raises(Surprise):
            await write_and_fail(house)
        async with house.transactions.writes() as tx:
            assert not tx.replay
            await tx.families.add_person(101, Language.RUSSIAN)

    assert await house.count("persons") == 1


async def test_what_no_update_caused_is_never_a_replay(house: House) -> None:
    """R45: jobs and the command line write as often as they like."""
    for telegram_id in (101, 102):
        async with house.transactions.writes() as tx:
            assert not tx.replay
            await tx.families.add_person(telegram_id, Language.RUSSIAN)

    assert await house.count("handled_updates") == 0


async def test_looking_is_no_effect(house: House) -> None:
    """R45: what an update only reads leaves no record, so that it is still to be done."""
    with effect_of(7):
        async with house.transactions.reads() as tx:
            assert not tx.replay
        async with house.transactions.writes() as tx:
            assert not tx.replay


# Trouble with the database


async def test_a_reading_transaction_cannot_write(house: House) -> None:
    """What is opened for reading changes nothing, whatever is tried."""
    with pytest.raises(StorageUnavailable):
        async with house.transactions.reads() as tx:
            await tx.families.add_person(101, Language.RUSSIAN)

    assert await house.count("persons") == 0


@only_sqlite
async def test_a_locked_database_is_unavailable_for_now(house: House) -> None:
    """R44: another program's lock is said to pass; when it has, the same thing succeeds."""
    async with house.engines.writing.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout = 1")

    with plainly(house.database.file) as other:
        other.execute("BEGIN IMMEDIATE")
        with effect_of(7), pytest.raises(StorageUnavailable):
            await house.services.families.meet(101, Language.RUSSIAN)
        other.execute("ROLLBACK")
    with effect_of(7):
        await house.services.families.meet(101, Language.RUSSIAN)
    assert await house.count("persons") == 1


@only_sqlite
async def test_readers_do_not_mind_a_locked_database(house: House, clinic: Clinic) -> None:
    """In WAL mode who looks is never kept waiting by who writes."""
    with plainly(house.database.file) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM schedule_rules")
        assert await house.services.families.clinics() == [clinic]


@only_sqlite
async def test_a_destroyed_database_is_unavailable(house: House) -> None:
    """R44: a file that is no database any more is the database's trouble, and not the update's."""
    await house.engines.dispose()
    house.database.file.write_bytes(b"\0" * 5000)

    with pytest.raises(StorageUnavailable):
        await house.services.families.clinics()
    with pytest.raises(StorageUnavailable):
        await house.services.families.meet(101, Language.RUSSIAN)


async def test_no_free_connection_is_unavailable_too(house: House) -> None:
    """R44: a connection that does not come in time is trouble that passes, too."""
    hurried = create_async_engine(
        house.database.url, pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    transactions = StoredTransactions(Engines(hurried, hurried), house.clock)

    async with hurried.connect():
        with pytest.raises(StorageUnavailable):
            async with transactions.reads() as tx:
                await tx.clinics.all()
    async with transactions.reads() as tx:
        assert await tx.clinics.all() == []
    await hurried.dispose()


async def add_a_clinic_again(tx: Transaction, clinic: Clinic) -> None:
    await tx.clinics.add(clinic)


async def add_a_doctor_without_a_name(tx: Transaction, clinic: Clinic) -> None:
    await tx.clinics.add_doctor(clinic, cast("str", object()), "12")


@pytest.mark.parametrize("mistake", [add_a_clinic_again, add_a_doctor_without_a_name])
async def test_a_mistake_of_the_code_is_no_passing_trouble(
    house: House, clinic: Clinic, mistake: Callable[[Transaction, Clinic], Awaitable[None]]
) -> None:
    """R44: what would fail for ever is not said to be worth another try: it can be set aside."""
    with pytest.raises(DBAPIError):
        async with house.transactions.writes() as tx:
            await mistake(tx, clinic)


@pytest.mark.parametrize(
    "sabotage",
    ["DROP TABLE care", "ALTER TABLE children RENAME COLUMN birth_date TO born"],
)
async def test_errors_do_not_tell_what_was_written(house: House, sabotage: str) -> None:
    """R34: neither an error nor its causes quote a child's name or birth date."""
    anna = await house.parent(101)
    await house.database.run(sabotage)

    with pytest.raises(DBAPIError) as failed:  # and no StorageUnavailable: it would never pass
        await house.child(anna, SECRET, "12.03.2024")
    told = "".join(traceback.format_exception(failed.value, limit=0))
    assert "INSERT INTO" in told
    assert SECRET not in told
    assert "2024" not in told
