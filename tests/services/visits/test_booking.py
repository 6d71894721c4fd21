"""What a receptionist does when a parent asks for a time."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from services.clinic.opening import NewDoctor
from services.families.home import USUAL
from services.model.clinic import Clinic, Doctor, Limits
from services.model.ids import AppointmentId, ClinicId, DoctorId, PersonId, SlotId
from services.model.refusals.base import NotFound
from services.model.refusals.families import NoConsent
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    ChildIsBusy,
    NoFreeTimes,
    SlotPassed,
    SlotTaken,
    TooFar,
    TooLate,
    TooManyVisits,
    VisitPassed,
)
from services.model.slots import Slot, Wish
from services.model.visits import Appointment, AppointmentState, Need
from services.rules import booking
from storage.schedule.free_times import StoredFreeTimes
from storage.visits.appointments import StoredAppointments
from tests.conftest import CONSENT, ROMASHKA, House, weekly
from tests.databases import POSTGRESQL
from tests.services.conftest import Family, families, open_clinic
from tests.services.waiting import begin, done_or_waiting


async def test_fifty_at_once_get_one_time(house: House, clinic: Clinic) -> None:
    """Fifty use cases race for one slot: one wins, the others are refused as taken (R01)."""
    doctor = (await house.doctors(clinic))[0]
    some = await families(house, clinic, 50)
    slot, *_ = await house.free_times(some[0].parent, some[0].child.id, doctor)

    answers = await asyncio.gather(
        *(house.book(family.parent, family.child.id, slot) for family in some),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers].count(SlotTaken) == 49
    assert await house.count("appointments") == 1


async def test_booking_twice_gives_the_same_appointment(house: House, clinic: Clinic) -> None:
    """Asking again for what is booked already is no refusal (R08)."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    slot = (await house.free_times(parent, child.id, (await house.doctors(clinic))[0]))[0]

    first, second = await asyncio.gather(
        house.book(parent, child.id, slot), house.book(parent, child.id, slot)
    )
    assert first.id == second.id
    assert first.sequence == second.sequence == 0


async def test_what_may_not_be_booked_is_refused(house: House, clinic: Clinic) -> None:
    """Passed, too near, too far, not this person's, without consent: refused by the service (R10,
    R41)."""
    parent = await house.parent(101, clinic)
    stranger = await house.parent(102)
    child = await house.child(parent)
    own = await house.child(stranger, "Свой")
    petrova = (await house.doctors(clinic))[1]
    slots = await house.free_times(parent, child.id, petrova)

    with pytest.raises(NotFound):
        await house.book(stranger, child.id, slots[0])
    with pytest.raises(NoConsent):
        await house.book(stranger, own.id, slots[0])
    house.clock.forward(hours=1, minutes=45)  # 8:45, and 9:00 is nearer than half an hour
    with pytest.raises(TooLate):
        await house.book(parent, child.id, slots[0])
    house.clock.forward(hours=1)
    with pytest.raises(SlotPassed):
        await house.book(parent, child.id, slots[0])
    house.clock.forward(days=-21)
    with pytest.raises(TooFar):
        await house.book(parent, child.id, slots[0])


async def test_a_child_has_one_visit_at_a_time(house: House, clinic: Clinic) -> None:
    """Overlapping with another doctor, or a second one with the same: refused (R07)."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    kim, petrova = await house.doctors(clinic)
    at_petrova = await house.free_times(parent, child.id, petrova)
    at_kim = await house.free_times(parent, child.id, kim)
    visit = await house.book(parent, child.id, at_petrova[0])

    with pytest.raises(ChildIsBusy):
        await house.book(parent, child.id, at_kim[0])
    with pytest.raises(AlreadyWithDoctor) as refusal:
        await house.book(parent, child.id, at_petrova[4])
    assert refusal.value.appointment.id == visit.id


async def test_a_clinic_may_allow_several_visits_with_one_doctor(house: House) -> None:
    """The rule of one visit per doctor is the clinic's to set."""
    profile = replace(ROMASHKA, code="easy", one_visit_per_doctor=False)
    clinic = await house.services.clinics.open(
        profile, CONSENT, [NewDoctor("Ким Олег", "1", weekly())]
    )
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    slots = await house.free_times(parent, child.id, (await house.doctors(clinic))[0])
    await house.book(parent, child.id, slots[0])
    await house.book(parent, child.id, slots[4])

    assert len((await house.services.mine.visits(parent)).visits) == 2


async def test_a_visit_that_began_is_not_cancelled(house: House, clinic: Clinic) -> None:
    """Giving a time back is for visits ahead; doing it twice changes nothing."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    petrova = (await house.doctors(clinic))[1]
    slots = await house.free_times(parent, child.id, petrova)
    visit = await house.book(parent, child.id, slots[0])
    house.clock.forward(hours=2, minutes=1)
    with pytest.raises(VisitPassed):
        await house.services.mine.cancel(parent, visit.id)
    house.clock.forward(hours=-1)
    for _ in range(2):
        cancelled = (await house.services.mine.cancel(parent, visit.id)).visit
        assert (cancelled.state, cancelled.sequence) == (AppointmentState.CANCELLED, 1)
    with pytest.raises(NotFound):
        await house.services.mine.cancel(parent, AppointmentId(999))


async def test_fifty_at_once_get_the_earliest_time_each(house: House, clinic: Clinic) -> None:
    """R03: "any doctor, earliest": fifty families are offered and book fifty different times."""
    some = await families(house, clinic, 50)
    booking = house.services.booking

    async def two_taps(family: Family) -> Appointment:
        offer = await booking.earliest(family.parent, family.need, clinic.id)
        return (await booking.book(family.parent, family.need, offer.slot.id)).visit

    visits = await asyncio.gather(*(two_taps(family) for family in some))
    assert len({visit.slot.id for visit in visits}) == 50
    assert await house.count("appointments", "state = 'booked'") == 50


async def test_without_holds_the_loser_of_the_earliest_time_gets_the_next(
    house: House, anna: Family
) -> None:
    """R03: a clinic that keeps no times offers one to many, and only one of them books it."""
    clinic = await open_clinic(house, hold=timedelta(0), limits=Limits(visits=1))
    some = await families(house, clinic, 10)
    booking = house.services.booking

    async def earliest(family: Family) -> SlotId:
        return (await booking.earliest(family.parent, family.need, clinic.id)).slot.id

    async def book(family: Family) -> int:
        """How many times were lost before one was won."""
        slot_id = await earliest(family)
        try:
            await booking.book(family.parent, family.need, slot_id)
        except SlotTaken:
            return 1 + await book(family)
        return 0

    assert len({await earliest(family) for family in some}) == 1
    lost = await asyncio.gather(*(book(family) for family in some))
    assert 0 in lost
    assert await house.count("appointments", "state = 'booked'") == 10
    assert await house.count("holds") == 0


@pytest.mark.parametrize("kind", [POSTGRESQL])
async def test_the_earliest_time_is_not_one_that_is_closed_just_now(
    house: House, anna: Family, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R69: what is found and then closed before it is locked is not offered: the next one is."""
    looked_up = StoredFreeTimes.earliest
    found: list[SlotId] = []

    async def closed_meanwhile(
        self: StoredFreeTimes, clinic_id: ClinicId, wish: Wish, doctor_id: DoctorId | None = None
    ) -> Slot | None:
        slot = await looked_up(self, clinic_id, wish, doctor_id)
        assert slot is not None
        if not found:
            await house.database.run("UPDATE slots SET open = false WHERE id = :id", id=slot.id)
        found.append(slot.id)
        return slot

    monkeypatch.setattr(StoredFreeTimes, "earliest", closed_meanwhile)
    offer = await house.services.booking.earliest(anna.parent, anna.need, clinic.id)
    assert offer.slot.id == found[1] != found[0]


async def test_a_time_that_is_found_and_refused_is_not_looked_for_for_ever(
    house: House, anna: Family, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R03: should list and rule ever differ, the family hears that there is nothing, and soon."""
    monkeypatch.setattr(booking, "is_bookable", lambda *_: False)
    with pytest.raises(NoFreeTimes):
        async with asyncio.timeout(10):
            await house.services.booking.earliest(anna.parent, anna.need, clinic.id)


async def test_nobody_has_a_time(house: House, anna: Family, boris: Family) -> None:
    """R03: when everything is gone, that is said."""
    clinic = await open_clinic(
        house, NewDoctor("Ким", "1", weekly(time(9), time(9, 15))), horizon_days=0
    )
    for family in (anna, boris):
        await house.services.families.consent(family.parent, clinic.id, 1)
    offer = await house.services.booking.earliest(anna.parent, anna.need, clinic.id)
    await house.book(anna.parent, anna.child.id, offer.slot)

    with pytest.raises(NoFreeTimes):
        await house.services.booking.earliest(boris.parent, boris.need, clinic.id)


async def test_a_person_books_as_much_as_the_clinic_allows(house: House, anna: Family) -> None:
    """R51: of all children together, at this clinic, ahead; what is cancelled makes room."""
    clinic = await open_clinic(house, limits=Limits(visits=2))
    await house.services.families.consent(anna.parent, clinic.id, 1)
    kim, petrova = await house.doctors(clinic)
    sonya = await house.child(anna.parent, "Соня")
    slots = await house.free_times(anna.parent, anna.child.id, petrova)
    at_kim = await house.free_times(anna.parent, anna.child.id, kim)
    booking = house.services.booking
    first = await house.book(anna.parent, anna.child.id, slots[0])
    await house.book(anna.parent, sonya.id, slots[1])

    with pytest.raises(TooManyVisits) as refused:
        await house.book(anna.parent, anna.child.id, at_kim[3])
    assert refused.value.most == 2
    with pytest.raises(TooManyVisits):
        await booking.offer(anna.parent, anna.need, at_kim[3].id)
    with pytest.raises(TooManyVisits):
        await booking.earliest(anna.parent, anna.need, clinic.id)
    again = await house.book(anna.parent, anna.child.id, slots[0])
    assert again.id == first.id
    moving = Need(anna.child.id, USUAL, first.id)
    assert (await booking.offer(anna.parent, moving, at_kim[3].id)).slot.id == at_kim[3].id
    await house.services.mine.cancel(anna.parent, first.id)
    await house.book(anna.parent, anna.child.id, at_kim[3])


async def test_two_carers_book_together_as_much_as_the_clinic_allows(
    house: House, anna: Family, boris: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R51: each for another of their children, and both at one moment."""
    clinic = await open_clinic(house, limits=Limits(visits=1))
    sonya = await house.child(anna.parent, "Соня")
    care = "INSERT INTO care (person_id, child_id, since) VALUES (:adult, :child, '2026-11-20')"
    for child in (anna.child, sonya):
        await house.database.run(care, adult=boris.parent, child=child.id)
    for parent in (anna.parent, boris.parent):
        await house.services.families.consent(parent, clinic.id, 1)
    kim, petrova = await house.doctors(clinic)
    nine, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    ten, *_ = await house.free_times(boris.parent, sonya.id, kim)
    add = StoredAppointments.add
    other: list[asyncio.Task[Appointment]] = []

    async def meanwhile(*args: Any, **kwargs: Any) -> Appointment:
        monkeypatch.undo()
        other.append(begin(house.book(boris.parent, sonya.id, ten)))
        await done_or_waiting(house, other[0])
        return await add(*args, **kwargs)

    monkeypatch.setattr(StoredAppointments, "add", meanwhile)
    await house.book(anna.parent, anna.child.id, nine)
    with pytest.raises(TooManyVisits):
        await other[0]


async def test_a_cancelled_time_is_bookable_at_once(
    house: House, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """R11, R24: by another family; the visit remembers that it was cancelled, by whom and when."""
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(anna.parent, anna.child.id, slot)
    house.clock.forward(minutes=1)
    cancelled = (await house.services.mine.cancel(anna.parent, visit.id)).visit
    other = await house.book(boris.parent, boris.child.id, slot)

    assert (cancelled.uid, cancelled.sequence, cancelled.changed_at) == (
        visit.uid,
        1,
        house.clock(),
    )
    assert (other.uid, other.sequence) != (visit.uid, 0)
    assert await house.count("appointment_changes", "sequence = 1 AND state = 'cancelled'") == 1


async def test_past_visits_and_visits_ahead_are_two_lists(
    house: House, anna: Family, boris: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R30: the person's own; what is over or was cancelled is past, what is under way is not."""
    mine = house.services.mine
    first, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    *_, last = await house.free_times(anna.parent, anna.child.id, kim)
    over = await house.book(anna.parent, anna.child.id, first)
    ahead = await house.book(anna.parent, anna.child.id, last)
    house.clock.forward(hours=2, minutes=10)  # 9:10, and the first one is under way

    async def lists(person: PersonId) -> list[list[int]]:
        found = [await mine.visits(person), await mine.past(person)]
        assert {each.now for each in found} == {house.clock()}
        return [[visit.id for visit in each.visits] for each in found]

    assert await lists(anna.parent) == [[over.id, ahead.id], []]
    house.clock.forward(minutes=5)
    await mine.cancel(anna.parent, ahead.id)
    assert await lists(anna.parent) == [[], [ahead.id, over.id]]
    assert await lists(boris.parent) == [[], []]


async def test_a_visit_is_shown_whatever_became_of_it(
    house: House, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """R12, R30: an old button shows how the visit stands, to its own family alone."""
    mine = house.services.mine
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(anna.parent, anna.child.id, slot)
    assert (await mine.visit(anna.parent, visit.id)).is_ahead
    assert (await mine.cancellable(anna.parent, visit.id)).visit.is_active
    with pytest.raises(NotFound):
        await mine.visit(boris.parent, visit.id)
    with pytest.raises(NotFound):
        await mine.cancellable(boris.parent, visit.id)

    house.clock.now = slot.starts_at
    assert not (await mine.visit(anna.parent, visit.id)).is_ahead
    with pytest.raises(VisitPassed):
        await mine.cancellable(anna.parent, visit.id)
    house.clock.forward(hours=-1)
    await mine.cancel(anna.parent, visit.id)
    house.clock.forward(hours=2)
    assert not (await mine.cancellable(anna.parent, visit.id)).visit.is_active
