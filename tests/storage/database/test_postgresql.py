"""PostgreSQL, where others write at the same time: what waits, and what is begun again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, NotSupportedError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.families.home import USUAL
from services.messages.planning import about_change
from services.model.clinic import Clinic, Doctor
from services.model.conversations import BirthDateOf, Conversation
from services.model.ids import AppointmentId, PersonId
from services.model.letters import Letter
from services.model.messages import CHANGES, NotificationKind, Planned, Urgency
from services.model.people import Child, Language, Person
from services.model.refusals.base import Refusal
from services.model.refusals.families import TooManyChildren
from services.model.refusals.visits import SlotClosed, SlotTaken
from services.model.schedule import ScheduleException
from services.model.slots import Slot, Taker, Taking
from services.model.visits import Appointment
from services.ports.transaction import StorageInterrupted, StorageUnavailable
from services.rules.booking import check_room_for_child
from services.runtime.use_case import effect_of
from storage.database.errors import name_of
from storage.database.postgresql import LIMITS
from storage.visits.appointments import StoredAppointments
from tests.conftest import MONDAY_7_AM, House, StillClock, house_over, need
from tests.databases import POSTGRESQL
from tests.services.waiting import begin, done_or_waiting


@pytest.fixture
def kind() -> str:
    return POSTGRESQL


@pytest.fixture
async def other(house: House) -> AsyncIterator[House]:
    """Another process at the same database."""
    async with house_over(house.database, StillClock()) as other:
        yield other


@pytest.fixture
async def anna(house: House, clinic: Clinic) -> PersonId:
    return await house.parent(101, clinic)


@pytest.fixture
async def misha(house: House, anna: PersonId) -> Child:
    return await house.child(anna)


@pytest.fixture
async def petrova(house: House, clinic: Clinic) -> Doctor:
    return (await house.doctors(clinic))[1]


@pytest.fixture
async def slots(house: House, anna: PersonId, misha: Child, petrova: Doctor) -> list[Slot]:
    return await house.free_times(anna, misha.id, petrova)


async def visits_of(house: House, parent: PersonId) -> list[AppointmentId]:
    return [visit.id for visit in (await house.services.mine.visits(parent)).visits]


async def setting(engine: AsyncEngine, name: str) -> str:
    async with engine.connect() as connection:
        return str((await connection.exec_driver_sql(f"SHOW {name}")).scalar_one())


# How it is connected


@pytest.mark.parametrize("purpose", ["writing", "reading"])
async def test_nobody_waits_for_ever(house: House, purpose: str) -> None:
    """Each connection has its limits, and speaks UTC."""
    engine: AsyncEngine = getattr(house.engines, purpose)

    assert {name: await setting(engine, name) for name in LIMITS} == LIMITS
    assert await setting(engine, "timezone") == "UTC"


async def test_a_reading_connection_cannot_write(house: House) -> None:
    """What is opened for reading changes nothing, and sees one state of the database."""
    async with house.engines.reading.connect() as connection:
        with pytest.raises(DBAPIError, match="read-only"):
            await connection.exec_driver_sql("DELETE FROM persons")
    count = "SELECT count(*) FROM persons"
    async with house.engines.reading.connect() as connection:
        assert (await connection.exec_driver_sql(count)).scalar_one() == 0
        await house.database.run("INSERT INTO persons (telegram_id, language) VALUES (1, 'ru')")
        assert (await connection.exec_driver_sql(count)).scalar_one() == 0
    assert await house.count("persons") == 1


# Two at once, past every lock of the services


async def test_a_time_is_a_visit_s_or_nobody_s_by_name(
    house: House, other: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R01: a family and the desk have both seen the time free; the database lets one have it."""
    for slot in slots[:5]:
        ready = asyncio.Barrier(2)

        async def book(slot: Slot = slot, ready: asyncio.Barrier = ready) -> None:
            async with house.transactions.writes() as tx:
                await ready.wait()
                await tx.appointments.add(misha, slot, USUAL, anna, MONDAY_7_AM)

        async def take(slot: Slot = slot, ready: asyncio.Barrier = ready) -> None:
            async with other.transactions.writes() as tx:
                await ready.wait()
                await tx.slots.take(slot, Taking(Taker.CALLER), None, MONDAY_7_AM)

        results = await asyncio.gather(book(), take(), return_exceptions=True)
        assert [type(result) for result in results if result] == [SlotTaken]


async def test_what_the_sender_settles_meanwhile_is_not_planned_away(
    house: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R21: its message is sent while it is planned anew: what was sent stays, what is gone is."""
    visit = await house.book(anna, misha.id, slots[0])
    told = about_change(NotificationKind.BOOKED, visit, anna, MONDAY_7_AM)

    async def replan(wanted: list[Planned]) -> None:
        async with house.transactions.writes() as tx:
            await tx.notifications.replan(visit.id, CHANGES, wanted, MONDAY_7_AM)

    for sql, left in [
        ("DELETE FROM notifications", 0),
        ("UPDATE notifications SET state = 'sent'", 1),
    ]:
        await replan([told])
        async with house.database.connect() as sender:
            await sender.execution_options(isolation_level="READ COMMITTED")
            await sender.execute(text(sql))
            planned_away = begin(replan([]))
            await done_or_waiting(house, planned_away)
            await sender.commit()
        await planned_away
        assert await house.count("notifications") == left


# Trouble


async def test_a_lock_that_does_not_go_away_is_trouble_that_passes(
    house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R44: nobody waits for longer than the limit; when the lock is gone, the same succeeds."""
    monkeypatch.setitem(LIMITS, "lock_timeout", "10ms")
    async with house_over(house.database, house.clock) as hurried, house.database.connect() as one:
        await one.execution_options(isolation_level="READ COMMITTED")
        await one.execute(text("LOCK TABLE persons"))
        with effect_of(7), pytest.raises(StorageUnavailable) as waited:
            async with hurried.transactions.writes() as tx:
                await tx.families.add_person(101, Language.RUSSIAN)
        assert not isinstance(waited.value, StorageInterrupted)
        await one.rollback()
        with effect_of(7):
            await hurried.services.families.meet(101, Language.RUSSIAN)

    assert await house.count("persons") == 1


async def end_all_connections(house: House) -> None:
    """What a restart of the server does to them."""
    await house.database.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'pediatrician-bot'"
    )


async def test_connections_that_are_gone_are_made_anew(
    house: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R44: after a restart of the server the next use case succeeds; nobody notices."""
    await end_all_connections(house)
    visit = await house.book(anna, misha.id, slots[0])
    await end_all_connections(house)

    assert await visits_of(house, anna) == [visit.id]


async def test_a_connection_lost_in_the_middle_is_begun_again(
    house: House, anna: PersonId, misha: Child, slots: list[Slot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R44, R46: inside the use case's own shield, as the same effect of the same update."""
    add = StoredAppointments.add
    lost: list[bool] = []

    async def lose_it(*args: object, **kwargs: object) -> object:
        if not lost:
            lost.append(True)
            await end_all_connections(house)
        return await add(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(StoredAppointments, "add", lose_it)
    with effect_of(7):
        visit = await house.book(anna, misha.id, slots[0])

    assert lost
    assert await visits_of(house, anna) == [visit.id]
    assert await house.count("handled_updates") == 1


async def test_a_deadlock_is_begun_again(
    house: House, other: House, clinic: Clinic, anna: PersonId
) -> None:
    """R44: of two that wait for each other, the server ends one, which is interrupted."""
    boris = await house.parent(102, clinic)
    first, second = asyncio.Event(), asyncio.Event()

    async def speak(
        at: House, people: list[PersonId], mine: asyncio.Event, theirs: asyncio.Event
    ) -> None:
        async with at.transactions.writes() as tx:
            await tx.families.set_language(people[0], Language.ENGLISH)
            mine.set()
            await theirs.wait()
            await tx.families.set_language(people[1], Language.ENGLISH)

    results = await asyncio.gather(
        speak(house, [anna, boris], first, second),
        speak(other, [boris, anna], second, first),
        return_exceptions=True,
    )

    assert [type(result) for result in results if result] == [StorageInterrupted]
    assert await house.count("persons", "language = 'en'") == 2


class _Orig(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("40001", StorageInterrupted),
        ("40P01", StorageInterrupted),
        ("08006", StorageInterrupted),
        ("57P01", StorageInterrupted),
        ("55P03", StorageUnavailable),
        ("57014", StorageUnavailable),
        ("53300", StorageUnavailable),
        ("53100", StorageUnavailable),
        ("25006", StorageUnavailable),
        ("28P01", StorageUnavailable),
        ("23505", None),
        ("42P01", None),
        ("22001", None),
        ("0A000", None),
    ],
)
def test_trouble_has_a_name(state: str, name: type[Exception] | None) -> None:
    """R44: what passes is told from what never will, by the state that the server gives."""
    named = name_of(DBAPIError("", {}, _Orig(state)))

    assert (type(named) if named else None) is name


def test_a_statement_prepared_before_a_migration_is_prepared_anew() -> None:
    """R44: a replica that runs on while another one migrates is only interrupted."""
    assert isinstance(name_of(NotSupportedError("", {}, _Orig("0A000"))), StorageInterrupted)


# Two processes


async def test_one_update_in_two_processes_takes_effect_once(
    house: House, other: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R45: delivered five times to two processes at once, and once more after it was cancelled."""

    async def deliver(at: House, update_id: int) -> Appointment:
        with effect_of(update_id):
            return await at.book(anna, misha.id, slots[0])

    visits = await asyncio.gather(*(deliver(at, 7) for at in (house, other, house, other, house)))
    assert {visit.id for visit in visits} == {visits[0].id}
    assert await house.count("appointments") == 1
    await other.services.mine.cancel(anna, visits[0].id)
    with pytest.raises(Refusal):
        await deliver(other, 7)
    assert await house.count("appointments", "state = 'booked'") == 0


async def test_a_double_tap_in_two_processes_books_once(
    house: House, other: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R08, R45: two updates, one visit, the same answer twice."""

    async def tap(at: House, update_id: int) -> AppointmentId:
        with effect_of(update_id):
            return (await at.book(anna, misha.id, slots[0])).id

    for number in range(10):
        first, second = await asyncio.gather(tap(house, 10 * number), tap(other, 10 * number + 1))
        assert first == second
        await house.services.mine.cancel(anna, first)
    assert await house.count("appointments") == 10


Doing = Callable[[House, int], Awaitable[object]]


async def both(house: House, other: House, doing: Doing, times: int = 10) -> list[object]:
    """The same by one person in two processes at once, again and again; what came of each."""
    return await asyncio.gather(
        *(doing((house, other)[number % 2], number) for number in range(times)),
        return_exceptions=True,
    )


async def test_a_person_consents_in_two_processes(
    house: House, other: House, clinic: Clinic
) -> None:
    """R40: one consent stands, and both taps are answered."""
    vera = (await house.services.families.meet(103, Language.RUSSIAN)).id

    async def consent(at: House, _number: int) -> None:
        await at.services.families.consent(vera, clinic.id, version=1)

    assert await both(house, other, consent) == [None] * 10
    assert await house.count("consents", "withdrawn_at IS NULL") == 1


async def test_a_stranger_is_met_in_two_processes(house: House, other: House) -> None:
    """R45: and is one person."""

    async def meet(at: House, _number: int) -> PersonId:
        return (await at.services.families.meet(103, Language.RUSSIAN)).id

    assert len(set(await both(house, other, meet))) == 1


async def test_a_person_is_asked_in_two_processes(
    house: House, other: House, clinic: Clinic, anna: PersonId
) -> None:
    """One question is open, whichever came last; nothing fails."""

    async def ask(at: House, number: int) -> None:
        async with at.transactions.writes(anna) as tx:
            question = Conversation(BirthDateOf(str(number)), clinic.id, MONDAY_7_AM)
            await tx.conversations.ask(anna, question)

    assert await both(house, other, ask) == [None] * 10
    assert await house.count("conversations") == 1


async def test_a_person_looks_at_ten_times_in_two_processes(
    house: House, other: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R51: one is kept, and nobody is told that another family was quicker."""

    async def look(at: House, number: int) -> None:
        await at.services.booking.offer(anna, need(misha.id), slots[number].id)

    assert await both(house, other, look) == [None] * 10
    assert await house.count("holds") == 1


async def test_children_are_counted_right_in_two_processes(
    house: House, other: House, clinic: Clinic, anna: PersonId
) -> None:
    """R51: the limit holds, though ten names are typed at once."""
    most = clinic.limits.children

    async def name(at: House, number: int) -> None:
        async with at.transactions.writes(anna) as tx:
            children = await tx.families.children(anna)
            check_room_for_child(clinic, children)
            await tx.families.add_child(
                f"Ребёнок {number}", MONDAY_7_AM.date(), cared_for_by=anna, since=MONDAY_7_AM
            )

    refused = [type(result) for result in await both(house, other, name, most + 4) if result]
    assert refused == [TooManyChildren] * 4
    assert await house.count("children") == most


async def test_a_time_is_booked_while_the_schedule_drops_it(
    house: House, other: House, anna: PersonId, misha: Child, petrova: Doctor, slots: list[Slot]
) -> None:
    """R10, R11: either the family has it and it stays open for them, or it was closed before."""
    day = slots[0].starts_at.date()

    async def drop() -> None:
        await other.services.clinics.add_exception(petrova, ScheduleException(day, day))

    async def give_back() -> None:
        await house.database.run("DELETE FROM schedule_exceptions")
        await house.services.clinics.refresh_schedules()

    outcomes = set()
    for slot in slots[:8]:
        booked, _ = await asyncio.gather(
            house.book(anna, misha.id, slot), drop(), return_exceptions=True
        )
        closed = isinstance(booked, SlotClosed)
        assert closed or not isinstance(booked, BaseException)
        claimed = f"id = {slot.id} AND open AND withdrawn"
        assert await house.count("slots", claimed) == (0 if closed else 1)
        outcomes.add(closed)
        if not isinstance(booked, BaseException):
            await house.services.mine.cancel(anna, booked.id)
        await give_back()
    assert outcomes <= {True, False}


async def test_schedules_are_refreshed_in_two_processes(
    house: House, other: House, petrova: Doctor
) -> None:
    """R02: replicas tick in the same second; every slot is stored once, and none fails."""
    await house.database.run("DELETE FROM slots")
    new = await asyncio.gather(
        house.services.clinics.refresh_schedules(), other.services.clinics.refresh_schedules()
    )

    assert sum(new) == await house.count("slots") > 0
    assert await house.count("slots", f"doctor_id = {petrova.id}") > 0


async def test_what_is_due_is_told_by_one_of_two_processes(
    house: House, other: House, anna: PersonId, misha: Child, slots: list[Slot]
) -> None:
    """R18: both tick at once; each notice goes out once."""
    for number in range(6):
        parent = await house.parent(200 + number, slots[0].doctor.clinic)
        child = await house.child(parent)
        await house.book(parent, child.id, slots[number])
    for each in (house, other):
        each.clock.now = MONDAY_7_AM + timedelta(minutes=6)
    told: list[PersonId] = []

    class Letters:
        async def permit(self, person: Person, urgency: Urgency) -> None:
            """Everybody may be written to at once."""

        async def tell(self, letter: Letter) -> None:
            told.append(letter.person.id)

    counts = await asyncio.gather(
        *(each.services.notices.tell_due(Letters()) for each in (house, other, house))
    )
    assert sum(counts) == len(told) == len(set(told)) == 6
    assert await house.count("notifications", "state = 'sent'") == 6
