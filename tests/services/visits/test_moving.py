"""A visit is given another time, and the old one stays until the new one is won."""

import asyncio
from datetime import time, timedelta

import pytest

from services.clinic.opening import NewDoctor
from services.families.home import USUAL
from services.model.clinic import Clinic, Doctor, Reason
from services.model.refusals.base import AlreadyDone, NotFound, Refusal
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    ChildIsBusy,
    NotForThisReason,
    SlotClosed,
    SlotHeld,
    SlotPassed,
    SlotTaken,
    TooFar,
    TooLate,
    VisitCancelled,
    VisitPassed,
)
from services.model.slots import Slot
from services.model.visits import Appointment, Need
from services.runtime.use_case import effect_of
from services.visits.booking import Moved
from tests.conftest import House, need, weekly
from tests.playing import played
from tests.services.conftest import Family, families, open_clinic, run_sql


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    """Петрова's times of this Monday, from 9:00 on."""
    return await house.free_times(anna.parent, anna.child.id, petrova)


@played
async def visit(house: House, anna: Family, slots: list[Slot]) -> Appointment:
    """Анна and Миша at 9:00."""
    return await house.book(anna.parent, anna.child.id, slots[0])


async def move(house: House, family: Family, visit: Appointment, slot: Slot) -> Moved:
    return await house.services.booking.move(family.parent, visit.id, slot.id)


async def where(house: House, family: Family, visit: Appointment) -> int:
    """On which slot the visit is."""
    return (await house.services.mine.visit(family.parent, visit.id)).visit.slot.id


async def test_a_visit_is_moved(
    house: House, anna: Family, boris: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R09, R11, R24: it stays itself at another time; the old time is bookable at once."""
    house.clock.forward(minutes=7)
    moved = await move(house, anna, visit, slots[5])

    assert moved.before.id == slots[0].id
    assert moved.visit.slot.id == slots[5].id
    assert (moved.visit.id, moved.visit.uid, moved.visit.number) == (visit.id, visit.uid, "1001")
    assert (moved.visit.sequence, moved.visit.changed_at) == (1, house.clock())
    await house.book(boris.parent, boris.child.id, slots[0])


async def test_the_sequence_rises_and_everything_is_remembered(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R24: each move and the cancellation are changes of one visit, by whom and when."""
    for slot in (slots[3], slots[6]):
        await move(house, anna, visit, slot)
    cancelled = (await house.services.mine.cancel(anna.parent, visit.id)).visit

    assert (cancelled.sequence, cancelled.uid) == (3, visit.uid)
    for number, (state, slot) in enumerate(
        [("booked", slots[0]), ("booked", slots[3]), ("booked", slots[6]), ("cancelled", slots[6])]
    ):
        change = f"sequence = {number} AND state = '{state}' AND slot_id = {slot.id}"
        assert await house.count("appointment_changes", f"{change} AND changed_by = 1") == 1


async def test_a_double_tap_gives_the_same_answer(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R08, R09: the second one moves nothing and reads where the visit was before, too."""
    first, second = await asyncio.gather(*(move(house, anna, visit, slots[5]) for _ in range(2)))

    assert first.visit.id == second.visit.id
    assert (first.visit.slot.id, first.before.id) == (second.visit.slot.id, second.before.id)
    assert first.visit.sequence == second.visit.sequence == 1
    assert await house.count("appointment_changes") == 2


async def test_a_visit_that_is_there_already_is_not_moved(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R09: its own time is no new one: nothing changes, not even the sequence."""
    moved = await move(house, anna, visit, slots[0])

    assert (moved.before.id, moved.visit.sequence) == (slots[0].id, 0)
    assert await house.count("appointment_changes") == 1


async def test_what_stands_in_the_way_leaves_the_old_time(
    house: House, anna: Family, boris: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R09, R10: taken, held, closed, past, too near, too far, for others: the visit stays."""
    await house.book(boris.parent, boris.child.id, slots[6])
    [other] = await families(house, slots[0].doctor.clinic, 1)
    await house.services.booking.offer(other.parent, other.need, slots[7].id)
    await run_sql(house, "UPDATE slots SET open = false WHERE id = :slot", slot=slots[8].id)
    await run_sql(house, "UPDATE slots SET reasons = 64 WHERE id = :slot", slot=slots[9].id)
    for slot, refusal in [
        (slots[6], SlotTaken),
        (slots[7], SlotHeld),
        (slots[8], SlotClosed),
        (slots[9], NotForThisReason),
    ]:
        with pytest.raises(refusal):
            await move(house, anna, visit, slot)
        assert await where(house, anna, visit) == slots[0].id
    assert await house.count("appointment_changes", f"appointment_id = {visit.id}") == 1


@pytest.mark.parametrize(
    ("later", "refusal"),
    [
        (timedelta(minutes=-29), TooLate),
        (timedelta(seconds=1), SlotPassed),
        (timedelta(days=-30), TooFar),
    ],
)
async def test_a_visit_is_moved_within_notice_and_horizon(
    house: House, anna: Family, petrova: Doctor, later: timedelta, refusal: type[Refusal]
) -> None:
    """R10: a forged move to a time that is not shown is refused, and the visit stays."""
    times = house.services.times
    found = await times.days(anna.parent, anna.need, petrova.id)
    early, late = [
        (await times.day(anna.parent, anna.need, petrova.id, day)).slots[0]
        for day in found.free[1:3]
    ]
    visit = await house.book(anna.parent, anna.child.id, late)
    house.clock.now = early.starts_at + later

    with pytest.raises(refusal):
        await move(house, anna, visit, early)
    assert await where(house, anna, visit) == late.id


async def test_the_own_old_time_does_not_stand_in_the_way(
    house: House, anna: Family, kim: Doctor, slots: list[Slot], visit: Appointment
) -> None:
    """R09: not with the same doctor, and not at an overlapping time."""
    moving = Need(anna.child.id, USUAL, visit.id)
    day = visit.slot.local_start.date()
    [overlapping, *_] = (await house.services.times.day(anna.parent, moving, kim.id, day)).slots
    assert overlapping.stretch.overlaps(visit.slot.stretch)
    moved = await move(house, anna, visit, overlapping)
    assert moved.visit.slot.id == overlapping.id
    again = await move(house, anna, visit, slots[1])
    assert again.visit.slot.id == slots[1].id


async def test_the_other_visits_stand_in_the_way(
    house: House, anna: Family, kim: Doctor, slots: list[Slot], visit: Appointment
) -> None:
    """R07, R09: a child is not moved onto a visit of its own, nor to a doctor who expects it."""
    at_kim = await house.free_times(anna.parent, anna.child.id, kim)
    other = await house.book(anna.parent, anna.child.id, at_kim[2])  # 9:50 to 10:10

    with pytest.raises(ChildIsBusy):
        await move(house, anna, visit, slots[4])  # 10:00
    with pytest.raises(AlreadyWithDoctor):
        await move(house, anna, visit, at_kim[5])
    assert await where(house, anna, visit) == slots[0].id
    assert await where(house, anna, other) == at_kim[2].id


async def test_twenty_movers_race_to_one_time(house: House, clinic: Clinic) -> None:
    """R01, R09: one wins it; the others keep the times that they have."""
    [doctor, *_] = await house.doctors(clinic)
    some = await families(house, clinic, 20)
    times = house.services.times
    days = (await times.days(some[0].parent, some[0].need, doctor.id)).free
    slots = [
        slot
        for day in days
        for slot in (await times.day(some[0].parent, some[0].need, doctor.id, day)).slots
    ]
    visits = [
        await house.book(family.parent, family.child.id, slot)
        for family, slot in zip(some, slots, strict=False)
    ]
    target = slots[-1]
    answers = await asyncio.gather(
        *(move(house, f, v, target) for f, v in zip(some, visits, strict=True)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers].count(SlotTaken) == 19
    assert [type(answer) for answer in answers].count(Moved) == 1
    for family, visit, answer in zip(some, visits, answers, strict=True):
        expected = target.id if isinstance(answer, Moved) else visit.slot.id
        assert await where(house, family, visit) == expected
    assert await house.count("appointments", "state = 'booked'") == 20


async def test_a_foreign_visit_is_not_moved(
    house: House, anna: Family, boris: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R30: another family's visit, or another child's, is told like one that is not there."""
    with pytest.raises(NotFound):
        await move(house, boris, visit, slots[5])
    for foreign in (Need(boris.child.id, USUAL, visit.id), Need(anna.child.id, USUAL, visit.id)):
        with pytest.raises(NotFound):
            await house.services.booking.offer(boris.parent, foreign, slots[5].id)
    sonya = await house.child(anna.parent, "Соня")
    with pytest.raises(NotFound):  # the own visit, but of the other child
        await house.services.times.days(
            anna.parent, Need(sonya.id, USUAL, visit.id), slots[5].doctor.id
        )
    assert await where(house, anna, visit) == slots[0].id


async def test_what_is_over_is_not_moved(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R09: cancelled and past visits say so, and so do the lists on the way."""
    moving = Need(anna.child.id, USUAL, visit.id)
    house.clock.now = slots[0].starts_at
    with pytest.raises(VisitPassed):
        await move(house, anna, visit, slots[9])
    with pytest.raises(VisitPassed):
        await house.services.booking.offer(anna.parent, moving, slots[9].id)
    house.clock.forward(hours=-1)
    await house.services.mine.cancel(anna.parent, visit.id)
    with pytest.raises(VisitCancelled):
        await move(house, anna, visit, slots[9])
    with pytest.raises(VisitCancelled):
        await house.services.times.doctors(anna.parent, moving, slots[0].doctor.clinic.id)
    assert await house.count("appointments", "state = 'booked'") == 0


async def test_looking_for_another_time_keeps_the_reason_and_shows_the_own_doctor(
    house: House, anna: Family, petrova: Doctor, slots: list[Slot], visit: Appointment
) -> None:
    """R09: the visit's own reason counts, whatever the tap says, and its old time is not shown."""
    moving = Need(anna.child.id, Reason.INFANT_DAY, visit.id)
    times = house.services.times
    doctors = await times.doctors(anna.parent, moving, petrova.clinic.id)
    assert doctors.search.need.reason == visit.reason
    assert doctors.search.moving
    assert doctors.search.moving.id == visit.id
    assert all(row.free and row.visit is None for row in doctors.doctors)

    day = (await times.day(anna.parent, moving, petrova.id, slots[0].local_start.date())).slots
    assert [slot.id for slot in day] == [slot.id for slot in slots[1:]]
    offer = await house.services.booking.offer(anna.parent, moving, slots[1].id)
    assert offer.held_until
    assert await where(house, anna, visit) == slots[0].id
    await move(house, anna, visit, slots[1])
    assert await house.count("holds") == 0


async def test_a_visit_stays_at_its_clinic(house: House, anna: Family, visit: Appointment) -> None:
    """R30: a forged move to another clinic finds nothing, and passes no limit of it by."""
    other = await open_clinic(house, NewDoctor("Орлова", "1", weekly(time(15), time(16))))
    [orlova] = await house.doctors(other)
    vera = Family(await house.parent(103, other), anna.child)
    own = await house.child(vera.parent)
    [slot, *_] = await house.free_times(vera.parent, own.id, orlova)
    await house.services.families.consent(anna.parent, other.id, 1)
    with pytest.raises(NotFound):
        await move(house, anna, visit, slot)
    moving = need(anna.child.id, visit.id)
    with pytest.raises(NotFound):
        await house.services.booking.offer(anna.parent, moving, slot.id)
    with pytest.raises(NotFound):
        await house.services.times.doctors(anna.parent, moving, other.id)


async def test_a_replayed_move_does_not_move_again(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R45: move, move on, and the first update once more: the visit stays where it is now."""
    with effect_of(1):
        await move(house, anna, visit, slots[3])
    with effect_of(1):
        again = await move(house, anna, visit, slots[3])
    assert (again.visit.slot.id, again.before.id) == (slots[3].id, slots[0].id)
    with effect_of(2):
        await move(house, anna, visit, slots[6])
    with effect_of(1), pytest.raises(AlreadyDone):
        await move(house, anna, visit, slots[3])

    assert await where(house, anna, visit) == slots[6].id
