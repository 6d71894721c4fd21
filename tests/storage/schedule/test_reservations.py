"""A share of the stored times is kept for some, and opens by itself, on both databases."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.clinic.opening import NewDistrict
from services.model.clinic import Addresses, Clinic, Doctor
from services.model.refusals.visits import DayFull, TimeReserved
from services.model.reserved.times import Reservation, ReservedFor, Reserving
from services.model.slot_sync import There
from services.schedule.listed_times import ListedDoctor, ListedTime
from tests.conftest import CONSENT, KIM, PETROVA, ROMASHKA, House, need

SHARES = Reserving(urgent=10, infants=20, district=30)
KEEPING = replace(ROMASHKA, code="keeping", reserved=SHARES)
FIRST = NewDistrict("участок 1", [Addresses("ул. Садовая")])
TUESDAY_6_PM = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""The evening before Tuesday, 18:00 in Moscow."""


async def opened(house: House) -> Clinic:
    doctors = [replace(PETROVA, districts=[FIRST]), KIM]
    return await house.services.clinics.open(KEEPING, CONSENT, doctors)


async def kept(house: House, doctor: Doctor) -> Mapping[datetime, Reservation]:
    """By the start, of all days."""
    async with house.transactions.trial() as tx:
        days = await tx.reservations.times(doctor, house.clock())
    return {
        each.starts_at: each.reservation
        for times in days.values()
        for each in times.values()
        if each.reservation
    }


async def by_name(house: House, clinic: Clinic) -> dict[str, Doctor]:
    return {doctor.name.split()[0]: doctor for doctor in await house.doctors(clinic)}


async def test_what_is_kept_is_written_when_hours_are_made(house: House) -> None:
    """R70: on the slot, with its moment; the same after times are made again, whoever has one by
    then. Nothing is kept for a district that the doctor does not have."""
    clinic = await opened(house)
    doctors = await by_name(house, clinic)
    found = await kept(house, doctors["Петрова"])
    tuesday = [each for at, each in sorted(found.items()) if at.day == 24]
    assert [str(each.whom) for each in tuesday] == [
        "district",
        "infants",
        "district",
        "urgent",
        "district",
        "infants",
        "district",
    ]
    assert {each.until for each in tuesday if each.whom is not ReservedFor.URGENT} == {TUESDAY_6_PM}
    whom = {each.whom for each in (await kept(house, doctors["Ким"])).values()}
    assert whom == {ReservedFor.URGENT, ReservedFor.INFANTS}

    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [slot, *_] = await house.free_times(anna, child.id, doctors["Петрова"])
    await house.book(anna, child.id, slot)
    house.clock.forward(hours=1)
    assert await house.services.clinics.refresh_schedules() == 0
    assert await kept(house, doctors["Петрова"]) == found


async def test_another_share_is_another_day_s_work(house: House) -> None:
    """The clinic keeps nothing any more: the times follow, and those that somebody has stay."""
    clinic = await opened(house)
    petrova = (await by_name(house, clinic))["Петрова"]
    entry = await house.services.profiles.entered(clinic.code)
    other = replace(entry.profile, reserved=Reserving(infants=40))
    await house.services.profiles.enter(replace(entry, profile=other))
    await house.services.clinics.follow()
    assert {each.whom for each in (await kept(house, petrova)).values()} == {ReservedFor.INFANTS}
    entry = await house.services.profiles.entered(clinic.code)
    await house.services.profiles.enter(
        replace(entry, profile=replace(entry.profile, reserved=Reserving()))
    )
    await house.services.clinics.follow()
    assert await kept(house, petrova) == {}


async def test_what_a_newer_version_keeps_opens_at_its_moment(house: House) -> None:
    """R69, R78: for whom it is this version does not know: nobody sees it before, and the desk's
    day, the registry's list and a parent's old button have words all the same."""
    clinic = await house.services.clinics.open(ROMASHKA, CONSENT, [PETROVA])
    [petrova] = await house.doctors(clinic)
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [slot, *_] = await house.free_times(anna, child.id, petrova)
    tomorrow = TUESDAY_6_PM.date() + timedelta(days=1)
    await house.database.run("UPDATE slots SET reserved_for = 99, released_at = ends_at")
    assert (await kept(house, petrova))[slot.starts_at].until > slot.starts_at
    with pytest.raises(TimeReserved):
        await house.book(anna, child.id, slot)
    with pytest.raises(DayFull):
        await house.services.times.day(anna, need(child.id), petrova.id, tomorrow)
    await house.database.run("UPDATE slots SET released_at = '2026-11-01'")
    await house.book(anna, child.id, slot)


async def test_what_a_sheet_names_is_kept_beside_the_shares(house: House) -> None:
    """R70, on both databases: a time of the doctor's own hours and one that only the sheet gives;
    made anew they stay so, and what a newer version names is left alone."""
    clinic = await house.services.clinics.open(ROMASHKA, CONSENT, [PETROVA])
    [petrova] = await house.doctors(clinic)

    async def take_over(whom: ReservedFor | None) -> None:
        tuesday = datetime(2026, 11, 24)  # noqa: DTZ001 - on the clinic's wall
        times = [
            ListedTime(
                tuesday + timedelta(hours=hour),
                timedelta(minutes=15),
                There.FREE,
                reasons=frozenset(),
                kept_for=whom,
            )
            for hour in (9, 22)
        ]
        await house.services.imports.apply(clinic.id, [ListedDoctor(petrova.name, [], times)])

    await take_over(ReservedFor.INFANTS)
    at_nine, at_ten_pm = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (6, 19))
    named = {at: Reservation(ReservedFor.INFANTS, TUESDAY_6_PM) for at in (at_nine, at_ten_pm)}
    assert await kept(house, petrova) == named
    house.clock.forward(hours=1)
    await house.services.clinics.refresh_schedules()
    assert await kept(house, petrova) == named
    await take_over(None)
    assert await kept(house, petrova) == {}


async def test_times_of_another_system_are_kept_too(house: House) -> None:
    """Of what a sheet lists the same share is kept, and listing it again changes nothing."""
    clinic = await house.services.clinics.open(KEEPING, CONSENT, [])
    nine = datetime.fromisoformat("2026-11-24 09:00")
    walls = [nine + number * timedelta(minutes=30) for number in range(10)]
    listed = ListedDoctor(
        "Петрова Анна Сергеевна",
        ["12"],
        [ListedTime(wall, timedelta(minutes=30), There.FREE) for wall in walls],
    )
    await house.services.imports.apply(clinic.id, [listed])
    [petrova] = await house.doctors(clinic)
    found = await kept(house, petrova)
    assert sorted(str(each.whom) for each in found.values()) == ["infants", "infants", "urgent"]
    await house.services.imports.apply(clinic.id, [listed])
    assert await kept(house, petrova) == found


async def test_the_child_brings_its_district_and_the_day_says_what_opens(house: House) -> None:
    """Read along with the child: its own district's doctor. Of a day it is known how many times
    open when, for who cannot have them yet."""
    clinic = await opened(house)
    petrova = (await by_name(house, clinic))["Петрова"]
    anna = await house.parent(101, clinic)
    misha = await house.child(anna)
    async with house.transactions.writes() as tx:
        [district] = await tx.districts.of_clinic(clinic.id)
        await tx.families.change_child(replace(misha, district_id=district.id))
        child = await tx.families.child(misha.id, cared_for_by=anna)
        assert child.district_doctor == petrova.id
    tuesday = await house.services.times.day(
        anna, need(child.id), petrova.id, TUESDAY_6_PM.date() + timedelta(days=1)
    )
    assert len(tuesday.slots) == 12 - 1 - 2  # all but the urgent one and two of infants
