"""Brothers and sisters come together: all of them get a time, or none does (R72)."""

import asyncio

import pytest

from services.families.home import USUAL
from services.model.clinic import Doctor, Limits, Reason
from services.model.ids import AppointmentId, ChildId, SlotId
from services.model.people import Child
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.visits import (
    NotForThisReason,
    SlotClosed,
    SlotHeld,
    SlotTaken,
    TooManyVisits,
    VisitCancelled,
    VisitChanged,
)
from services.model.slots import Slot, TimesTogether
from services.model.visits import SiblingsNeed
from services.visits.siblings.booking import BookedTogether
from storage.schedule.reasons import to_bits
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Family, open_clinic, run_sql


@played
async def dasha(house: House, anna: Family) -> Child:
    """Миша's sister."""
    return await house.child(anna.parent, "Даша", "01.02.2022")


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    """Петрова's times of this Monday, from 9:00 on."""
    return await house.free_times(anna.parent, anna.child.id, petrova)


def both(anna: Family, dasha: Child, reason: Reason = USUAL) -> SiblingsNeed:
    return SiblingsNeed([anna.child.id, dasha.id], reason)


def ids(*slots: Slot) -> list[SlotId]:
    return [slot.id for slot in slots]


async def book(house: House, anna: Family, dasha: Child, slots: TimesTogether) -> BookedTogether:
    return await house.services.sibling_visits.book(anna.parent, both(anna, dasha), ids(*slots))


async def test_both_are_booked_one_after_another(
    house: House, anna: Family, dasha: Child, slots: list[Slot]
) -> None:
    """Each has a visit of its own; asked again, the same are there (R08)."""
    booked = await book(house, anna, dasha, slots[:2])
    again = await book(house, anna, dasha, slots[:2])

    assert [(visit.child.id, visit.slot.id) for visit in booked.visits] == [
        (anna.child.id, slots[0].id),
        (dasha.id, slots[1].id),
    ]
    assert booked.ids == again.ids
    assert await house.count("appointments", "state = 'booked'") == 2


async def test_what_is_listed_lies_together_and_can_be_booked(
    house: House, anna: Family, dasha: Child, petrova: Doctor, kim: Doctor
) -> None:
    """R69: of one doctor, of both, of a day; Петрова's quarters adjoin, Ким's twenties do."""
    services, need = house.services.sibling_times, both(anna, dasha)
    clinic_id = petrova.clinic.id
    nearest = await services.times(anna.parent, need, clinic_id=clinic_id)
    of_kim = await services.times(anna.parent, need, doctor_id=kim.id)
    days = await services.days(anna.parent, need, clinic_id=clinic_id)
    firsts = await services.doctors(anna.parent, need, clinic_id)
    on_the_last = await services.times(anna.parent, need, clinic_id=clinic_id, day=days.days[-1])

    for times in (*nearest.times, *of_kim.times, *firsts.firsts, on_the_last.times[0]):
        await house.services.sibling_visits.offer(anna.parent, need, ids(*times))
    assert {slot.doctor.id for times in of_kim.times for slot in times} == {kim.id}
    assert {times[0].doctor.id for times in firsts.firsts} == {petrova.id, kim.id}
    assert nearest.times[0][0].starts_at <= nearest.times[-1][0].starts_at
    await book(house, anna, dasha, nearest.times[0])


async def test_two_doctors_at_once(
    house: House, anna: Family, dasha: Child, petrova: Doctor
) -> None:
    """Where two doctors receive at the same moment, both children go in at once."""
    need, clinic_id = both(anna, dasha), petrova.clinic.id
    today = petrova.clinic.today(house.clock())
    found = await house.services.sibling_times.times(
        anna.parent, need, clinic_id=clinic_id, day=today
    )
    at_once = [each for each in found.times if each[0].starts_at == each[1].starts_at]
    booked = await book(house, anna, dasha, at_once[0])

    assert len({each[0].starts_at for each in at_once}) == len(at_once) == 3
    assert len({visit.slot.doctor.id for visit in booked.visits}) == 2


async def test_a_time_that_is_gone_books_nobody(
    house: House, anna: Family, boris: Family, dasha: Child, slots: list[Slot]
) -> None:
    """The second time was taken: the first is not booked either, and is free to others."""
    await house.book(boris.parent, boris.child.id, slots[1])

    with pytest.raises(SlotTaken):
        await book(house, anna, dasha, slots[:2])
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_both_times_are_held(
    house: House, anna: Family, boris: Family, dasha: Child, slots: list[Slot]
) -> None:
    """R05, R06: one hold of two times, for three minutes; another look lets them go."""
    services = house.services.sibling_visits
    offered = await services.offer(anna.parent, both(anna, dasha), ids(*slots[:2]))
    for slot in slots[:2]:
        with pytest.raises(SlotHeld):
            await house.services.booking.offer(boris.parent, boris.need, slot.id)
    await services.offer(anna.parent, both(anna, dasha), ids(*slots[4:6]))

    assert offered.held_until
    assert await house.count("holds") == 2
    await house.services.booking.offer(boris.parent, boris.need, slots[0].id)


async def test_all_move_or_none(
    house: House, anna: Family, boris: Family, dasha: Child, slots: list[Slot]
) -> None:
    """R09: the old times are theirs until both new ones are won; done again, the same answer."""
    booked = await book(house, anna, dasha, slots[:2])
    await house.book(boris.parent, boris.child.id, slots[5])
    move = house.services.sibling_visits.move
    with pytest.raises(SlotTaken):
        await move(anna.parent, booked.ids, ids(*slots[4:6]))
    moved = await move(anna.parent, booked.ids, ids(*slots[6:8]))
    again = await move(anna.parent, booked.ids, ids(*slots[6:8]))

    assert [visit.slot.id for visit in moved.visits] == ids(*slots[6:8])
    assert [slot.id for slot in moved.before] == [slot.id for slot in again.before]
    assert [slot.id for slot in moved.before] == ids(*slots[:2])
    assert await house.count("appointments", "state = 'booked'") == 3


async def test_all_are_cancelled_or_none(
    house: House, anna: Family, dasha: Child, slots: list[Slot]
) -> None:
    """R66: a button that showed two visits does nothing once one of them was moved."""
    booked = await book(house, anna, dasha, slots[:2])
    await house.services.booking.move(anna.parent, booked.ids[0], slots[7].id)
    with pytest.raises(VisitChanged):
        await house.services.sibling_visits.cancel(anna.parent, booked.ids, seen=1)
    await house.services.sibling_visits.cancel(anna.parent, booked.ids)
    await house.services.sibling_visits.cancel(anna.parent, booked.ids)

    assert await house.count("appointments", "state = 'cancelled'") == 2


async def test_an_old_button_does_not_say_that_cancelled_visits_were_moved(
    house: House, anna: Family, dasha: Child, slots: list[Slot]
) -> None:
    """R66: done again it gives the same answer only while what it did stands."""
    booked = await book(house, anna, dasha, slots[:2])
    siblings = house.services.sibling_visits
    await siblings.move(anna.parent, booked.ids, ids(*slots[6:8]))
    await siblings.cancel(anna.parent, booked.ids)

    with pytest.raises(VisitCancelled):
        await siblings.move(anna.parent, booked.ids, ids(*slots[6:8]))


async def test_what_the_clinic_owes_is_given_up_with_the_others(
    house: House, anna: Family, dasha: Child, slots: list[Slot]
) -> None:
    """R64: the doctor is absent meanwhile; whoever cancels all is owed nothing any more."""
    booked = await book(house, anna, dasha, slots[:2])
    async with house.transactions.writes() as tx:
        await tx.appointments.displace(booked.visits[0], anna.parent, house.clock())
    await house.services.sibling_visits.cancel(anna.parent, booked.ids)

    assert await house.count("appointments", "needs_time") == 0
    assert await house.count("appointments", "state = 'cancelled'") == 2


@pytest.mark.parametrize("of", ["one", "a stranger's", "one twice", "four"])
async def test_whose_children_they_are(
    house: House, anna: Family, boris: Family, dasha: Child, slots: list[Slot], of: str
) -> None:
    """R30: two or three different children in this person's care, and nobody else's."""
    children: dict[str, list[ChildId]] = {
        "one": [anna.child.id],
        "a stranger's": [anna.child.id, boris.child.id],
        "one twice": [dasha.id, dasha.id],
        "four": [anna.child.id, dasha.id, ChildId(98), ChildId(99)],
    }
    need = SiblingsNeed(children[of], USUAL)
    times = ids(*slots[: len(children[of])])

    for use_case in (house.services.sibling_visits.offer, house.services.sibling_visits.book):
        with pytest.raises(NotFound):
            await use_case(anna.parent, need, times)


async def test_forged_times_are_refused(
    house: House, anna: Family, dasha: Child, slots: list[Slot]
) -> None:
    """Times that do not lie together, and too few of them."""
    with pytest.raises(SlotClosed):
        await book(house, anna, dasha, [slots[0], slots[2]])
    with pytest.raises(NotFound):
        await book(house, anna, dasha, slots[:3])
    with pytest.raises(NotFound):
        await house.services.sibling_visits.move(anna.parent, [AppointmentId(7)], ids(*slots[:1]))
    ill = both(anna, dasha, Reason.ILLNESS)
    with pytest.raises(NotForThisReason):
        await house.services.sibling_visits.book(anna.parent, ill, ids(*slots[:2]))


async def test_twins_come_on_the_infants_day(house: House, anna: Family, petrova: Doctor) -> None:
    """A kind with hours of its own is offered where there are any, as to one child."""
    twins = [await house.child(anna.parent, name, "01.09.2026") for name in ("Аня", "Ваня")]
    chosen, times = [child.id for child in twins], house.services.sibling_times
    clinic_id = petrova.clinic.id
    before = await times.reasons(anna.parent, clinic_id, chosen)
    bits = to_bits([Reason.INFANT_DAY])
    await run_sql(house, "UPDATE slots SET reasons = :bits", bits=bits)
    after = await times.reasons(anna.parent, clinic_id, chosen)
    need = SiblingsNeed(chosen, Reason.INFANT_DAY)
    found = await times.times(anna.parent, need, clinic_id=clinic_id)
    booked = await house.services.sibling_visits.book(anna.parent, need, ids(*found.times[0]))

    assert Reason.INFANT_DAY not in {kind.key for kind in before.kinds}
    assert Reason.INFANT_DAY in {kind.key for kind in after.kinds}
    assert {visit.reason for visit in booked.visits} == {Reason.INFANT_DAY}


async def test_those_like_some_that_are_gone(
    house: House, anna: Family, boris: Family, dasha: Child, slots: list[Slot]
) -> None:
    """Who was too slow sees what the day has left."""
    await house.book(boris.parent, boris.child.id, slots[0])
    need = both(anna, dasha)
    left = await house.services.sibling_times.like(anna.parent, need, ids(*slots[:2]))

    assert left.day == slots[0].local_start.date()
    assert left.times
    assert slots[0].id not in {slot.id for times in left.times for slot in times}


async def test_a_limit_counts_all_of_them(house: House) -> None:
    """R51: where one more visit is allowed, two are not."""
    clinic = await open_clinic(house, limits=Limits(visits=1))
    parent = await house.parent(105, clinic)
    children = [await house.child(parent), await house.child(parent, "Даша", "01.02.2022")]
    need = SiblingsNeed([child.id for child in children], USUAL)
    found = await house.services.sibling_times.times(parent, need, clinic_id=clinic.id)

    with pytest.raises(TooManyVisits):
        await house.services.sibling_visits.book(parent, need, ids(*found.times[0]))
    assert await house.count("appointments") == 0


async def test_siblings_and_others_race_for_two_times(
    house: House, anna: Family, boris: Family, dasha: Child, slots: list[Slot]
) -> None:
    """R01, R72: whoever wins, a time is one child's, and the two are both there or neither is."""

    async def alone(slot: Slot) -> bool:
        try:
            await house.services.booking.book(boris.parent, boris.need, slot.id)
        except Refusal:
            return False
        return True

    async def together() -> bool:
        try:
            await book(house, anna, dasha, slots[:2])
        except Refusal:
            return False
        return True

    won = await asyncio.gather(together(), alone(slots[1]), together())

    assert await house.count("appointments", "state = 'booked'") == (2 if won[0] or won[2] else 1)
