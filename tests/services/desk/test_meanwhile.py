"""What the registry saw is old when it says yes: a doctor is absent by now, or the time is free."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.desk.absences.report import Absent
from services.desk.errands import Aim, Errand
from services.model.access import Access
from services.model.clinic import Clinic, Doctor
from services.model.refusals.desk import RulesBent
from services.model.refusals.visits import SlotClosed, SlotHeld, SlotTaken
from services.model.slots import Slot
from services.model.visits import Appointment
from storage.schedule.schedules import StoredSchedules
from storage.schedule.slots import StoredSlots
from storage.visits.appointments import StoredAppointments
from tests.conftest import House
from tests.databases import SQLITE
from tests.playing import played
from tests.services.conftest import Employee, Family, families, run_sql, slots_of
from tests.services.waiting import begin, done_or_waiting

TUESDAY = date(2026, 11, 24)


@played
async def slot(house: House, petrova: Doctor, anna: Family) -> Slot:
    """Петрова's first time on Tuesday, which Миша has."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(anna.parent, anna.child.id, slot)
    return slot


async def squeeze(
    house: House, who: Employee, family: Family, slot: Slot, *, bending: bool = False
) -> Appointment:
    """The button of an offer that named the time as taken."""
    errand = Errand(Aim.BOOK, family.child.id)
    done = await house.services.desk.book(
        who.person, who.post, errand, slot.id, bending=bending, extra=True
    )
    return done.visit


async def is_absent(house: House, who: Employee, doctor: Doctor, day: date = TUESDAY) -> None:
    absences = house.services.absences
    await absences.make(who.person, who.post, Absent(doctor.id, day, day))


async def with_absent(house: House, doctor: Doctor, day: date = TUESDAY) -> list[Appointment]:
    async with house.transactions.reads() as tx:
        return await tx.clinic_visits.with_doctor(doctor.id, day, day, house.clock())


async def test_nobody_is_squeezed_in_with_an_absent_doctor(
    house: House, petrova: Doctor, tamara: Employee, boris: Family, slot: Slot
) -> None:
    """R04, R10: the doctor turned out not to come between the look and the yes."""
    await is_absent(house, tamara, petrova)
    with pytest.raises(SlotClosed):
        await squeeze(house, tamara, boris, slot)
    assert await with_absent(house, petrova) == []


async def test_nobody_is_moved_beside_to_an_absent_doctor(
    house: House, petrova: Doctor, kim: Doctor, tamara: Employee, boris: Family, slot: Slot
) -> None:
    """R04: a move that squeezes in is asked the same as a booking that does."""
    other, *_ = await slots_of(house, kim, boris, TUESDAY)
    visit = await house.book(boris.parent, boris.child.id, other)
    await is_absent(house, tamara, petrova)
    desk = house.services.desk
    with pytest.raises(SlotClosed):
        await desk.move(tamara.person, tamara.post, visit.id, slot.id, extra=True)
    assert (await house.services.mine.visit(boris.parent, visit.id)).visit.slot.id == other.id


async def test_nobody_is_squeezed_in_beside_somebody_without_a_name(
    house: House, petrova: Doctor, tamara: Employee, boris: Family, anna: Family
) -> None:
    """R04: whom nobody can tell keeps the time through an absence, and it takes nobody else."""
    nine, quarter, *_ = await slots_of(house, petrova, anna, TUESDAY)
    for each in (nine, quarter):
        await house.services.desk.take(tamara.person, tamara.post, each.id)
    assert (await squeeze(house, tamara, boris, nine)).slot.extra
    await is_absent(house, tamara, petrova)
    with pytest.raises(SlotClosed):
        await squeeze(house, tamara, anna, quarter)
    assert await with_absent(house, petrova) == []


async def test_nobody_is_squeezed_in_beside_one_who_was(
    house: House, petrova: Doctor, tamara: Employee, clinic: Clinic, slot: Slot
) -> None:
    """R04: a squeezed time belongs to no hours; its doctor's absence is asked for all the same."""
    sonya, third = await families(house, clinic, 2)
    beside = (await squeeze(house, tamara, sonya, slot)).slot
    assert (await squeeze(house, tamara, third, beside)).slot.stretch == slot.stretch
    await is_absent(house, tamara, petrova)
    with pytest.raises(SlotClosed):
        await squeeze(house, tamara, third, beside)
    assert await with_absent(house, petrova) == []


@pytest.mark.parametrize("left", ["withdrawn = true", "open = false"])
async def test_nobody_is_squeezed_in_outside_the_hours(
    house: House, tamara: Employee, boris: Family, slot: Slot, left: str
) -> None:
    """R10: the hours were changed, or the time closed by hand; who has it keeps it, alone."""
    await run_sql(house, f"UPDATE slots SET {left} WHERE id = :slot", slot=slot.id)  # noqa: S608
    with pytest.raises(SlotClosed):
        await squeeze(house, tamara, boris, slot)


async def test_a_time_that_is_free_by_now_is_booked_itself(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family, slot: Slot
) -> None:
    """R04: the first visit was cancelled: nobody stands beside a free time that others can have."""
    visit, *_ = (await house.services.mine.visits(anna.parent)).visits
    await house.services.mine.cancel(anna.parent, visit.id)
    for _ in range(2):
        booked = await squeeze(house, tamara, boris, slot)
        assert (booked.slot.id, booked.slot.extra) == (slot.id, False)
    with pytest.raises(SlotTaken):
        await house.book(anna.parent, anna.child.id, slot)
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(boris.child.id, 100)
    assert [record.entry.access for record in reversed(records)] == [Access.BOOKED, Access.VISIT]


async def test_a_free_time_in_a_family_s_hand_is_theirs(
    house: House, tamara: Employee, anna: Family, boris: Family, slot: Slot
) -> None:
    """R06: and the clinic's rules hold for it as for any other."""
    visit, *_ = (await house.services.mine.visits(anna.parent)).visits
    await house.services.mine.cancel(anna.parent, visit.id)
    await house.services.booking.offer(anna.parent, anna.need, slot.id)
    with pytest.raises(SlotHeld):
        await squeeze(house, tamara, boris, slot)
    house.clock.now = slot.starts_at - timedelta(minutes=1)
    with pytest.raises(RulesBent):
        await squeeze(house, tamara, boris, slot)
    assert (await squeeze(house, tamara, boris, slot, bending=True)).slot.id == slot.id


async def test_an_absence_is_made_while_somebody_is_squeezed_in(
    house: House,
    petrova: Doctor,
    tamara: Employee,
    irina: Employee,
    clinic: Clinic,
    slot: Slot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R04: both say yes at one moment, beside a time of no hours: the visit is concerned, too."""
    sonya, third = await families(house, clinic, 2)
    beside = (await squeeze(house, tamara, sonya, slot)).slot
    squeezed = StoredSlots.squeeze
    closing: list[asyncio.Task[None]] = []

    async def meanwhile(slots: StoredSlots, slot: Slot) -> Slot:
        closing.append(begin(is_absent(house, irina, petrova)))
        await done_or_waiting(house, closing[0])
        return await squeezed(slots, slot)

    monkeypatch.setattr(StoredSlots, "squeeze", meanwhile)
    visit = await squeeze(house, tamara, third, beside)
    await closing[0]
    assert await with_absent(house, petrova) == []
    found = await house.services.mine.visit(third.parent, visit.id)
    assert found.visit.needs_time


async def test_a_time_beyond_the_horizon_is_booked_while_it_is_closed(
    house: House,
    petrova: Doctor,
    tamara: Employee,
    irina: Employee,
    anna: Family,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R04: of the clinic's other system, and in no list that an absence locks: it is concerned."""
    far = TUESDAY + timedelta(days=28)
    await run_sql(
        house,
        "INSERT INTO slots"
        " (clinic_id, doctor_id, day, starts_at, ends_at, open, withdrawn, source, reasons)"
        " VALUES (:clinic, :doctor, '2026-12-22', '2026-12-22 06:00:00', '2026-12-22 06:15:00',"
        " true, false, 'import', 0)",
        clinic=petrova.clinic.id,
        doctor=petrova.id,
    )
    errand = Errand(Aim.BOOK, anna.child.id)
    desk = house.services.desk
    [time] = (await desk.day(tamara.person, tamara.post, errand, petrova.id, far)).times
    closing: list[asyncio.Task[None]] = []
    add = StoredAppointments.add

    async def meanwhile(*args: Any, **kwargs: Any) -> Appointment:
        closing.append(begin(is_absent(house, irina, petrova, far)))
        await done_or_waiting(house, closing[0])
        return await add(*args, **kwargs)

    monkeypatch.setattr(StoredAppointments, "add", meanwhile)
    booked = await desk.book(tamara.person, tamara.post, errand, time.slot.id, bending=True)
    await closing[0]
    assert await with_absent(house, petrova, far) == []
    assert (await house.services.mine.visit(anna.parent, booked.visit.id)).visit.needs_time


async def test_who_booked_during_an_absence_is_asked_with_their_lock(
    house: House,
    kind: str,
    petrova: Doctor,
    irina: Employee,
    anna: Family,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R52: whoever booked between the absence's two looks, and cancels at its end, is owed no time:
    it was begun again with the lock of their child. SQLite has one writer at a time."""
    if kind == SQLITE:
        return
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    of, displace = StoredSchedules.of, StoredAppointments.displace
    booked: list[Appointment] = []
    cancelling: list[asyncio.Task[Any]] = []

    async def as_it_looks(*args: Any, **kwargs: Any) -> Any:
        if not booked:
            booked.append(await begin(house.book(anna.parent, anna.child.id, slot)))
        return await of(*args, **kwargs)

    async def as_it_acts(*args: Any, **kwargs: Any) -> Appointment:
        cancel = house.services.mine.cancel(anna.parent, booked[0].id)
        cancelling.append(begin(cancel))
        await done_or_waiting(house, cancelling[0])
        return await displace(*args, **kwargs)

    monkeypatch.setattr(StoredSchedules, "of", as_it_looks)
    monkeypatch.setattr(StoredAppointments, "displace", as_it_acts)
    await is_absent(house, irina, petrova)
    await asyncio.gather(*cancelling)
    found = (await house.services.mine.visit(anna.parent, booked[0].id)).visit
    assert (found.is_active, found.needs_time) == (False, False)
