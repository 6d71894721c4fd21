"""Whom a child sees before all others: the district's doctor, who stands in, or the last one."""

from datetime import date, time, timedelta

import pytest

from services.clinic.opening import NewDoctor
from services.families.home import ChildAtHome
from services.model.clinic import Addresses, Clinic, Doctor
from services.model.schedule import Leave
from tests.conftest import House, weekly
from tests.playing import played
from tests.services.conftest import Family, open_clinic, run_sql

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


async def at_home(house: House, family: Family, clinic: Clinic) -> ChildAtHome:
    home = await house.services.families.home(family.parent, clinic.id)
    return home.children[0]


@played
async def district(house: House, anna: Family, petrova: Doctor) -> None:
    """Миша belongs to Петрова."""
    async with house.transactions.writes() as tx:
        found = await tx.districts.add(petrova, "участок 1", [Addresses("Садовая")])
    await house.services.children.choose_district(anna.parent, anna.child.id, found.id)


async def test_nobody_is_a_stranger_s_own_doctor(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R03: without a district or a visit the earliest time of all is offered at home."""
    row = await at_home(house, anna, clinic)

    assert row.own is None
    assert row.earliest
    assert row.earliest.doctor == petrova  # 9:00 is before 9:10


@pytest.mark.usefixtures("district")
async def test_the_district_s_doctor_comes_first(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, kim: Doctor
) -> None:
    """R03: in the list of doctors, and with their first time at home, though others have an
    earlier one."""
    await run_sql(
        house,
        "UPDATE slots SET open = false WHERE doctor_id = :doctor AND day = '2026-11-23'",
        doctor=petrova.id,
    )
    row = await at_home(house, anna, clinic)
    doctors = await house.services.times.doctors(anna.parent, anna.need, clinic.id)

    assert row.own
    assert (row.own.doctor, row.own.of_district, row.own.instead_of) == (petrova, True, None)
    assert row.earliest
    assert (row.earliest.doctor, row.earliest.local_start.date()) == (petrova, TUESDAY)
    assert [each.doctor for each in doctors.doctors] == [petrova, kim]
    assert doctors.own == row.own


@pytest.mark.usefixtures("district")
async def test_without_a_time_of_their_own_any_doctor_s_is_offered(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, kim: Doctor
) -> None:
    """R03: a family is never left without a time that somebody has."""
    await run_sql(
        house, "UPDATE slots SET open = false WHERE doctor_id = :doctor", doctor=petrova.id
    )
    row = await at_home(house, anna, clinic)

    assert row.own
    assert row.own.doctor == petrova
    assert row.earliest
    assert row.earliest.doctor == kim


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize("in_their_hours", [False, True])
async def test_who_stands_in_is_the_own_doctor_meanwhile(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, kim: Doctor, in_their_hours: bool
) -> None:
    """R15: from the first to the last day of the leave, and whose place it is is told."""
    leave = Leave(TUESDAY, date(2026, 11, 25), kim.id, in_their_hours)
    await house.services.clinics.add_leave(petrova, leave)
    own = []
    for _ in range(4):
        row = await at_home(house, anna, clinic)
        assert row.own
        own.append((row.own.doctor, row.own.instead_of, row.own.until))
        house.clock.forward(days=1)

    away = (kim, petrova, leave.last)
    assert own == [(petrova, None, None), away, away, (petrova, None, None)]


@pytest.mark.usefixtures("district")
async def test_a_leave_without_a_substitute_leaves_the_doctor(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R15: the first time after the leave is offered."""
    await house.services.clinics.add_leave(petrova, Leave(MONDAY, TUESDAY))
    row = await at_home(house, anna, clinic)

    assert row.own
    assert row.own.doctor == petrova
    assert row.earliest
    assert row.earliest.local_start.date() == date(2026, 11, 25)


async def test_who_saw_the_child_last_is_next_best(
    house: House, anna: Family, clinic: Clinic, kim: Doctor
) -> None:
    """R03: while that visit is ahead no other time is offered; a cancelled one says nothing."""
    [slot, *_] = await house.free_times(anna.parent, anna.child.id, kim)
    visit = await house.book(anna.parent, anna.child.id, slot)
    row = await at_home(house, anna, clinic)
    assert row.own
    assert (row.own.doctor, row.own.of_district) == (kim, False)
    assert (row.is_expected, row.earliest) == (True, None)
    assert [each.id for each in row.visits] == [visit.id]

    house.clock.now = slot.stretch.ends_at + timedelta(minutes=1)
    row = await at_home(house, anna, clinic)
    assert row.own
    assert row.earliest
    assert (row.own.doctor, row.earliest.doctor, row.is_expected) == (kim, kim, False)
    await run_sql(house, "UPDATE appointments SET state = 'cancelled'")
    assert (await at_home(house, anna, clinic)).own is None


@pytest.mark.usefixtures("district")
async def test_at_another_clinic_the_district_says_nothing(
    house: House, anna: Family, petrova: Doctor
) -> None:
    """R30: there the child has no own doctor until one saw it."""
    other = await open_clinic(house, NewDoctor("Орлова", "1", weekly(time(15), time(16))))
    await house.services.families.consent(anna.parent, other.id, 1)
    [orlova] = await house.doctors(other)
    assert (await at_home(house, anna, other)).own is None

    [slot, *_] = await house.free_times(anna.parent, anna.child.id, orlova)
    await house.book(anna.parent, anna.child.id, slot)
    row = await at_home(house, anna, other)
    assert row.own
    assert (row.own.doctor, row.own.of_district) == (orlova, False)
    here = await at_home(house, anna, petrova.clinic)
    assert here.own
    assert here.own.doctor == petrova
    assert [visit.slot.doctor for visit in here.visits] == [orlova]


async def test_who_saw_the_child_counts_before_who_will(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, kim: Doctor
) -> None:
    """R03: a visit ahead with another doctor does not make that one the own doctor."""
    [seen, *_] = await house.free_times(anna.parent, anna.child.id, kim)
    await house.book(anna.parent, anna.child.id, seen)
    house.clock.now = seen.stretch.ends_at + timedelta(days=1)
    [ahead, *_] = await house.free_times(anna.parent, anna.child.id, petrova)
    await house.book(anna.parent, anna.child.id, ahead)

    row = await at_home(house, anna, clinic)
    assert row.own
    assert row.own.doctor == kim
    await run_sql(
        house, "UPDATE appointments SET state = 'no-show' WHERE slot_id = :slot", slot=seen.id
    )
    row = await at_home(house, anna, clinic)
    assert row.own
    assert row.own.doctor == petrova
