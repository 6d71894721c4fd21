"""R76: whatever comes first, one visit stands here and there, or none."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.app import Services
from services.model.clinic import Clinic
from services.model.ids import ClinicId
from services.model.privacy.retention import Kept
from services.model.slots import Stretch
from services.model.systems.outbox import SystemBookingId
from services.model.systems.values import (
    Capabilities,
    ForeignHold,
    ForeignRef,
    ForeignSlot,
    ForeignState,
    ForeignVisit,
    Patient,
    Refused,
    SystemSettings,
    Window,
)
from services.model.visits import AppointmentState
from services.ports.systems.clinic_system import ClinicSystem, SystemRefused
from services.systems import mirroring
from storage.runtime.leases import StoredLeases
from tests.conftest import House
from tests.services.conftest import Employee, Family, open_clinic
from tests.services.systems.conftest import NINE, Practice, later, practice_of
from tests.services.systems.fake import LOST_ANSWER, LOST_REQUEST, SETTINGS, FakeSystem, Killed
from tests.services.systems.test_saga import Death

BOOKED, PENDING, CANCELLED = (
    AppointmentState.BOOKED,
    AppointmentState.PENDING,
    AppointmentState.CANCELLED,
)


@dataclass
class Slow(FakeSystem):
    """It does what it is asked, and its answer takes its time."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        done = await super().book(what, patient, key)
        self.reached.set()
        await self.answers.wait()
        return done


async def settle(practice: Practice, by: Employee, *, is_there: bool) -> None:
    """The only stuck visit, by hand."""
    async with practice.house.engines.reading.connect() as connection:
        found = await connection.exec_driver_sql(
            "SELECT id FROM system_bookings WHERE step = 'stuck'"
        )
        booking_id = SystemBookingId(found.scalar_one())
    await practice.services.own_systems.settle(by.person, by.post, booking_id, is_there=is_there)


async def test_what_was_booked_and_answered_after_the_desk_said_no_is_taken_back(
    house: House, clinic: Clinic, anna: Family, tamara: Employee
) -> None:
    """The worker was taken for dead, people were asked and said no; then its answer comes: nobody
    here has the visit, so it does not stay there."""
    slow = Slow(Capabilities())
    practice = await practice_of(house, clinic, slow)
    visit = await practice.ask(anna)
    first = asyncio.create_task(practice.services.system_errands.tick())
    await slow.reached.wait()
    house.clock.forward(minutes=2)
    await practice.services.system_errands.tick()
    await settle(practice, tamara, is_there=False)
    assert (await practice.visit(anna, visit.id)).state is CANCELLED

    slow.answers.set()
    await first
    await practice.work()
    assert slow.standing() == []


async def test_a_late_silence_undoes_no_answer(house: House, clinic: Clinic, anna: Family) -> None:
    """The first worker hears nothing; the second one has found it booked by then: it is booked,
    and what the family cancels afterwards is cancelled there."""

    @dataclass
    class Deaf(Slow):
        async def book(
            self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
        ) -> ForeignVisit:
            await super().book(what, patient, key)
            raise SystemRefused(Refused.AWAY, in_doubt=True)

    deaf = Deaf()
    practice = await practice_of(house, clinic, deaf)
    visit = await practice.ask(anna)
    first = asyncio.create_task(practice.services.system_errands.tick())
    await deaf.reached.wait()
    house.clock.forward(minutes=2)
    await practice.services.system_errands.tick()
    assert (await practice.visit(anna, visit.id)).state is BOOKED

    deaf.answers.set()
    await first
    assert await house.count("system_bookings", "step = 'booked'") == 1
    await practice.services.mine.cancel(anna.parent, visit.id)
    await practice.work()
    assert deaf.standing() == []


async def test_a_no_to_a_move_whose_old_time_is_the_childs_no_more(
    practice: Practice, anna: Family, boris: Family, house: House, clinic: Clinic
) -> None:
    """While the new time is asked for, the family books another doctor at the old one: the refused
    visit cannot go back there. It is cancelled here and there, and the family is told."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    there = (await practice.free(boris))[3]
    practice.fake.take(there.stretch)
    moved = (await practice.services.booking.move(anna.parent, visit.id, there.id)).visit
    await house_visit(house, clinic, anna, visit.slot.stretch)
    after = await practice.services.system_errands.answered(moved)
    assert after.state is CANCELLED
    assert "refused-there" in await practice.planned()
    await practice.work()
    assert practice.fake.standing() == []


async def house_visit(house: House, clinic: Clinic, family: Family, at: Stretch) -> None:
    """A visit to another doctor that shares a moment with a stretch."""
    async with house.transactions.reads() as tx:
        [other] = [
            each for each in await tx.clinics.doctors(clinic.id) if "Петрова" not in each.name
        ]
    slot = next(
        each
        for each in await house.free_times(family.parent, family.child.id, other)
        if each.stretch.overlaps(at)
    )
    await house.services.booking.book(family.parent, family.need, slot.id)


async def test_nothing_is_asked_for_when_its_time_has_begun(
    practice: Practice, anna: Family
) -> None:
    """A request was lost, and then the system was away for hours: nobody is booked into the past,
    and the family is not told so."""
    practice.fake.faults = [LOST_REQUEST]
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    practice.fake.down = True
    await practice.services.system_errands.tick()
    practice.house.clock.now = later(NINE, 5)
    practice.fake.down = False
    await practice.work()
    assert practice.fake.standing() == []
    assert "booked" not in await practice.planned()
    assert await practice.house.count("appointments", f"id = {visit.id} AND state = 'pending'") == 0


async def test_what_people_found_there_people_take_back(
    house: House, clinic: Clinic, anna: Family, tamara: Employee
) -> None:
    """It is known by no name, so nothing there is looked at or cancelled by it: neither is the
    visit called cancelled by the clinic, nor is one that is given up called gone."""
    practice = await practice_of(house, clinic, FakeSystem(Capabilities()))
    practice.fake.faults = [LOST_ANSWER]
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.work()
    await settle(practice, tamara, is_there=True)
    await practice.work()
    assert (await practice.visit(anna, visit.id)).state is BOOKED

    await practice.services.mine.cancel(anna.parent, visit.id)
    await practice.work()
    assert await house.count("system_bookings", "step = 'stuck'") == 1
    assert await house.count("system_bookings", "step = 'left'") == 0


async def test_what_is_deleted_there_is_found_by_the_nightly_look(
    practice: Practice, anna: Family
) -> None:
    """No news tell of it, but the time is free there."""
    practice.fake.tells_news = True
    await practice.services.system_mirror.read(practice.clinic.id)
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.work(1)
    [there] = practice.fake.standing()
    practice.fake.cancelled(there.ref)
    practice.fake.visits.clear()
    practice.fake.news.clear()
    for _ in range(2):
        await practice.services.system_mirror.read(practice.clinic.id, whole=True)

    assert (await practice.visit(anna, visit.id)).state is CANCELLED
    assert "cancelled" in await practice.planned()


async def test_what_cannot_be_moved_here_yet_is_moved_later(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """The clinic moved a visit to a time that another family waits for here: news tell of it once,
    and it is not forgotten."""
    practice.fake.tells_news = True
    await practice.services.system_mirror.read(practice.clinic.id)
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    waits = await practice.ask(boris, 2)
    [there] = practice.fake.standing()
    practice.fake.moved(there.ref, waits.slot.stretch)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert (await practice.visit(anna, visit.id)).slot.id == visit.slot.id

    await practice.work()
    assert (await practice.visit(boris, waits.id)).state is CANCELLED
    await practice.work(1)
    assert (await practice.visit(anna, visit.id)).slot.stretch == waits.slot.stretch
    assert "moved" in await practice.planned()


async def test_one_visit_that_nobody_understands_stops_no_look(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """The times are read all the same, and the clinic stays open."""

    async def status(ref: ForeignRef) -> ForeignVisit | None:
        raise SystemRefused(Refused.UNKNOWN)

    await practice.services.system_errands.answered(await practice.ask(anna))
    practice.fake.status = status  # type: ignore[method-assign]
    assert await practice.services.system_mirror.read(practice.clinic.id) is None


async def test_a_system_that_takes_its_time_keeps_no_other_waiting(
    practice: Practice, house: House
) -> None:
    """Each of its pages comes in time, and they have no end: the others are read meanwhile."""
    slow, read = FakeSystem(), asyncio.Event()

    async def find(window: Window) -> list[ForeignSlot]:
        await asyncio.wait_for(read.wait(), timeout=20)
        return []

    async def noted(window: Window) -> list[ForeignSlot]:
        read.set()
        return []

    slow.find = find  # type: ignore[method-assign]
    practice.fake.find = noted  # type: ignore[method-assign]
    first = await open_clinic(house, name="А первая по имени")

    @dataclass
    class Both:
        def of(self, clinic_id: ClinicId, settings: SystemSettings) -> ClinicSystem:
            return slow if clinic_id == first.id else practice.fake

    services = Services(house.transactions, house.clock, systems=Both())
    await services.own_systems.connect(first.code, SETTINGS)
    house.clock.forward(minutes=5)
    assert await services.system_mirror.tick() == 2


async def test_a_look_without_an_end_is_ended(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clinic's times are old then, and said to be."""
    monkeypatch.setattr(mirroring, "LONGEST_LOOK", timedelta(milliseconds=1))

    async def find(window: Window) -> list[ForeignSlot]:
        await asyncio.Event().wait()
        raise AssertionError

    practice.fake.find = find  # type: ignore[method-assign]
    assert await practice.services.system_mirror.read(practice.clinic.id) is Refused.AWAY
    [health] = await practice.services.own_systems.health()
    assert health.system.trouble is Refused.AWAY


async def test_who_dies_while_reading_keeps_the_times_unread_for_half_a_minute(
    practice: Practice,
) -> None:
    """Whoever reads says again and again that they still do; who does not is not waited for."""

    async def read_at() -> datetime | None:
        [health] = await practice.services.own_systems.health()
        return health.system.read_at

    practice.house.clock.forward(minutes=2)
    practice.fake.kill = Death(1).comes
    with pytest.raises(Killed):
        await practice.services.system_mirror.read(practice.clinic.id)
    practice.fake.kill = lambda: None
    before = await read_at()
    await practice.services.system_mirror.read(practice.clinic.id)
    assert await read_at() == before

    practice.house.clock.forward(seconds=31)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert await read_at() == practice.house.clock()


async def test_a_long_look_stays_in_one_hand(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes, nobody begins another one beside it."""
    monkeypatch.setattr(mirroring, "IN_HAND", timedelta(seconds=0.3))
    renewed, looks = asyncio.Event(), 0
    take = StoredLeases.take

    async def noted(leases: StoredLeases, *what: Any) -> bool:
        done = await take(leases, *what)
        if looks == 1:
            renewed.set()
        return done

    async def find(window: Window) -> list[ForeignSlot]:
        nonlocal looks
        looks += 1
        practice.house.clock.forward(seconds=0.2)
        await renewed.wait()
        practice.house.clock.forward(seconds=0.2)
        await practice.services.system_mirror.read(practice.clinic.id)
        return []

    monkeypatch.setattr(StoredLeases, "take", noted)
    practice.fake.find = find  # type: ignore[method-assign]
    await practice.services.system_mirror.read(practice.clinic.id)
    assert looks == 1


async def test_what_is_over_is_done_with(practice: Practice, anna: Family, house: House) -> None:
    """Each look goes through what is ahead, and not through all that ever was. Nothing is cancelled
    there, and what was sent stays known."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    house.clock.forward(days=1)
    await practice.services.system_errands.tick()
    assert await house.count("system_bookings", "step = 'booked'") == 1
    house.clock.forward(days=1)
    await practice.work()
    assert await house.count("system_bookings", "step = 'booked'") == 0
    assert "cancel" not in practice.fake.asked
    assert (await practice.visit(anna, visit.id)).state is BOOKED
    async with house.transactions.reads() as tx:
        assert await tx.outbox.sent_of(anna.child.id, 10)


async def test_no_look_goes_through_all_that_ever_was(house: House, practice: Practice) -> None:
    """The steps are written out as the partial indexes have them."""
    asked: list[str] = []
    writing = house.engines.writing.sync_engine

    def noted(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(writing, "before_cursor_execute", noted)
    await practice.services.system_errands.tick()
    event.remove(writing, "before_cursor_execute", noted)
    looks = [each for each in asked if "FROM system_bookings" in each or "UPDATE system_b" in each]
    assert len(looks) >= 5
    literal = ("system_bookings.step IN ('asked'", "step = 'booked'", "step = 'stuck'")
    assert [each for each in looks if not any(words in each for words in literal)] == []


async def test_whether_the_child_came_is_known_from_there(
    practice: Practice, anna: Family, house: House, clinic: Clinic
) -> None:
    """The registry marks it where it works; nobody is told, and what is cancelled there afterwards
    to clear a list is no news for the family."""
    practice.fake.tells_news = True
    await practice.services.system_mirror.read(clinic.id)
    for at, state, becomes in (
        (0, ForeignState.FULFILLED, AppointmentState.FULFILLED),
        (1, ForeignState.NO_SHOW, AppointmentState.NO_SHOW),
        (2, ForeignState.CANCELLED, BOOKED),
    ):
        house.clock.now = NINE - timedelta(hours=2)
        visit = await practice.services.system_errands.answered(await practice.ask(anna, at))
        [there] = [
            each
            for each in practice.fake.visits.values()
            if each.stretch == visit.slot.stretch and each.state is ForeignState.BOOKED
        ]
        house.clock.now = visit.slot.stretch.ends_at
        practice.fake.visits[there.ref.value] = replace(there, state=state)
        practice.fake.news.append(practice.fake.visits[there.ref.value])
        await practice.services.system_mirror.read(clinic.id)
        assert (await practice.visit(anna, visit.id)).state is becomes
        await practice.services.system_errands.tick()
    assert "cancelled" not in await practice.planned()
    assert "cancel" not in practice.fake.asked


async def test_what_is_done_with_is_forgotten_a_year_after_the_visit(
    practice: Practice, anna: Family, house: House
) -> None:
    """R31: what was sent, too; nothing that stands there or waits for people."""
    gone = await practice.services.system_errands.answered(await practice.ask(anna, 2))
    await practice.services.mine.cancel(anna.parent, gone.id)
    visit = await practice.services.system_errands.answered(await practice.ask(anna, 3))
    await practice.work()
    house.clock.now = visit.slot.stretch.ends_at + timedelta(days=364)
    assert await practice.services.retention.forget(Kept.SYSTEM_BOOKINGS) == 0
    house.clock.forward(days=2)
    assert await practice.services.retention.forget(Kept.SYSTEM_BOOKINGS) == 1
    await practice.services.system_errands.tick()
    assert await practice.services.retention.forget(Kept.SYSTEM_BOOKINGS) == 1
    assert await house.count("system_bookings") == 0
