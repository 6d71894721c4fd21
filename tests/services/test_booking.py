"""What a receptionist does when a parent asks for a time."""

import asyncio
from dataclasses import replace
from datetime import time

import pytest

from services.clinics import NewDoctor
from services.model import AppointmentId, AppointmentState, Clinic
from services.refusals import (
    AlreadyWithDoctor,
    ChildIsBusy,
    NoConsent,
    NotFound,
    SlotPassed,
    SlotTaken,
    TooFar,
    TooLate,
    VisitPassed,
)
from tests.conftest import CONSENT, ROMASHKA, House, weekly


async def test_fifty_at_once_get_one_time(house: House, clinic: Clinic) -> None:
    """Fifty use cases race for one slot: one wins, the others are refused as taken (R01)."""
    doctor = (await house.doctors(clinic))[0]
    families = []
    for number in range(50):
        parent = await house.parent(1000 + number, clinic)
        families.append((parent, await house.child(parent, f"Ребёнок {number}")))
    slot = (await house.free_times(*(families[0][0], families[0][1].id), doctor))[0]

    answers = await asyncio.gather(
        *(house.services.booking.book(parent, child.id, slot.id) for parent, child in families),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers].count(SlotTaken) == 49
    assert await house.count("appointments") == 1


async def test_booking_twice_gives_the_same_appointment(house: House, clinic: Clinic) -> None:
    """Asking again for what is booked already is no refusal (R08)."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    slot = (await house.free_times(parent, child.id, (await house.doctors(clinic))[0]))[0]
    book = house.services.booking.book

    first, second = await asyncio.gather(
        book(parent, child.id, slot.id), book(parent, child.id, slot.id)
    )
    assert first.id == second.id


async def test_what_may_not_be_booked_is_refused(house: House, clinic: Clinic) -> None:
    """Passed, too near, too far, not this person's, without consent: refused by the service (R10,
    R41)."""
    parent = await house.parent(101, clinic)
    stranger = await house.parent(102)
    child = await house.child(parent)
    own = await house.child(stranger, "Свой")
    petrova = (await house.doctors(clinic))[1]
    slots = await house.free_times(parent, child.id, petrova)
    booking = house.services.booking

    with pytest.raises(NotFound):
        await booking.book(stranger, child.id, slots[0].id)
    with pytest.raises(NoConsent):
        await booking.book(stranger, own.id, slots[0].id)
    house.clock.forward(hours=1, minutes=45)  # 8:45, and 9:00 is nearer than half an hour
    with pytest.raises(TooLate):
        await booking.book(parent, child.id, slots[0].id)
    house.clock.forward(hours=1)
    with pytest.raises(SlotPassed):
        await booking.book(parent, child.id, slots[0].id)
    house.clock.forward(days=-21)
    with pytest.raises(TooFar):
        await booking.book(parent, child.id, slots[0].id)


async def test_a_child_has_one_visit_at_a_time(house: House, clinic: Clinic) -> None:
    """Overlapping with another doctor, or a second one with the same: refused (R07)."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    kim, petrova = await house.doctors(clinic)
    at_petrova = await house.free_times(parent, child.id, petrova)
    at_kim = await house.free_times(parent, child.id, kim)
    visit = await house.services.booking.book(parent, child.id, at_petrova[0].id)

    with pytest.raises(ChildIsBusy):
        await house.services.booking.book(parent, child.id, at_kim[0].id)
    with pytest.raises(AlreadyWithDoctor) as refusal:
        await house.services.booking.book(parent, child.id, at_petrova[4].id)
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
    await house.services.booking.book(parent, child.id, slots[0].id)
    await house.services.booking.book(parent, child.id, slots[4].id)

    assert len((await house.services.booking.visits(parent)).visits) == 2


async def test_a_visit_that_began_is_not_cancelled(house: House, clinic: Clinic) -> None:
    """Giving a time back is for visits ahead; doing it twice changes nothing."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    petrova = (await house.doctors(clinic))[1]
    slots = await house.free_times(parent, child.id, petrova)
    visit = await house.services.booking.book(parent, child.id, slots[0].id)
    house.clock.forward(hours=2, minutes=1)
    with pytest.raises(VisitPassed):
        await house.services.booking.cancel(parent, visit.id)
    house.clock.forward(hours=-1)
    for _ in range(2):
        cancelled = await house.services.booking.cancel(parent, visit.id)
        assert cancelled.state is AppointmentState.CANCELLED
    with pytest.raises(NotFound):
        await house.services.booking.cancel(parent, AppointmentId(999))


async def test_schedules_are_extended_day_by_day(house: House, clinic: Clinic) -> None:
    """Every new day brings the times of the day that came into the horizon, and only those."""
    assert await house.services.clinics.extend_schedules() == 0
    house.clock.forward(days=1)
    # Two weeks and a day from Monday is a Tuesday: 12 times of 15 and 8 of 20 minutes.
    assert await house.services.clinics.extend_schedules() == 20


async def test_a_closed_time_does_not_come_back(house: House, clinic: Clinic) -> None:
    """What the clinic closed stays closed when schedules are extended (R10)."""
    async with house.engines.writing.begin() as connection:
        await connection.exec_driver_sql("UPDATE slots SET open = 0 WHERE id = 1")

    assert await house.services.clinics.extend_schedules() == 0
    assert await house.count("slots", "open AND doctor_id = 1 AND id = 1") == 0


async def test_opening_a_clinic_again_changes_nothing(house: House, clinic: Clinic) -> None:
    """Seeding twice is seeding once."""
    again = await house.services.clinics.open(
        ROMASHKA, "Другой текст", [NewDoctor("Новый Врач", "1", weekly(time(8)))]
    )
    assert again == clinic
    assert len(await house.doctors(clinic)) == 2
