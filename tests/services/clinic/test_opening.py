"""Schedules, and what a change of one does to the times that are stored."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.clinic.opening import NewDistrict, NewDoctor
from services.model.clinic import Addresses, Clinic, Doctor, Hours, Reason, Side
from services.model.consents import Purpose
from services.model.ids import DoctorId, PersonId, SlotId
from services.model.refusals.base import NotFound
from services.model.refusals.visits import DayClosed, SlotClosed
from services.model.schedule import Holiday, Leave, Reception, ScheduleException, ScheduleRule
from services.model.slots import Changes, Slot
from tests.conftest import CONSENT, ROMASHKA, House, weekly
from tests.playing import played
from tests.services.conftest import Family, open_clinic, run_sql, slots_of

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (23, 24, 25, 26))
INFANTS = frozenset({Reason.INFANT_DAY})
LONG_AGO = date(2020, 1, 1)


def receives(
    starts: int, ends: int, minutes: int = 15, reasons: frozenset[Reason] = frozenset()
) -> Reception:
    return Reception(Hours(time(starts), time(ends)), timedelta(minutes=minutes), (), reasons)


def sizes(found: Changes) -> list[int]:
    """How many were added, reopened, relabelled, withdrawn and affected."""
    lists = (found.add, found.reopen, found.relabel, found.withdraw, found.affected)
    return [len(each) for each in lists]


async def open_slots(house: House, doctor: Doctor, day: date) -> dict[SlotId, str]:
    """Id and hour of what stands open on a day, claimed or not."""
    query = "SELECT * FROM slots WHERE open AND doctor_id = :doctor ORDER BY starts_at"
    async with house.transactions.reads() as tx:
        rows = [
            await tx.slots.get(SlotId(row.id), person=PersonId(0), now=house.clock())
            for row in await house.database.rows(query, doctor=doctor.id)
        ]
    zone = doctor.clinic.zone
    hours = {slot.id: slot.starts_at.astimezone(zone) for slot in rows}
    return {slot: f"{start:%H:%M}" for slot, start in hours.items() if start.date() == day}


@played
async def tuesday(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    """Петрова's twelve times of Tuesday, from 9:00 to 12:00."""
    return await slots_of(house, petrova, anna, TUESDAY)


async def test_schedules_are_extended_day_by_day(house: House, clinic: Clinic) -> None:
    """R15: every new day brings the times of the day that came into the horizon, no others."""
    assert await house.services.clinics.refresh_schedules() == 0
    house.clock.forward(days=1)
    # Two weeks and two days from Monday is a Wednesday: 12 times of 15 and 8 of 20 minutes.
    assert await house.services.clinics.refresh_schedules() == 20
    assert await house.services.clinics.refresh_schedules() == 0


async def test_a_closed_time_does_not_come_back(
    house: House, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R10: what the clinic closed by its own hand stays closed, whatever the rules give."""
    closed = tuesday[3]
    await run_sql(
        house, "UPDATE slots SET open = false, withdrawn = false WHERE id = :slot", slot=closed.id
    )

    assert await house.services.clinics.refresh_schedules() == 0
    clinics = house.services.clinics
    away = ScheduleException(TUESDAY, TUESDAY)
    assert sizes(await clinics.add_exception(petrova, away)) == [0, 0, 0, 11, 0]
    back = ScheduleException(TUESDAY, TUESDAY, [receives(9, 12)])
    assert sizes(await clinics.add_exception(petrova, back)) == [0, 11, 0, 0, 0]
    assert closed.id not in await open_slots(house, petrova, TUESDAY)


async def test_a_new_rule_gives_times_at_once(house: House, petrova: Doctor) -> None:
    """R13, R15: the evening of every even day is there as soon as the rule is; R02 as well."""
    evening = ScheduleRule(receives(18, 20, 30), LONG_AGO, days=Side.EVEN)
    found = await house.services.clinics.add_rule(petrova, evening)

    assert sizes(found) == [4 * 8, 0, 0, 0, 0]  # 24, 26, 28, 30 November, 2, 4, 6, 8 December
    evenings = list((await open_slots(house, petrova, TUESDAY)).values())[12:]
    assert evenings == ["18:00", "18:30", "19:00", "19:30"]
    assert len(await open_slots(house, petrova, WEDNESDAY)) == 12


@pytest.mark.parametrize("minute", [0, 10, 25, 59])
@pytest.mark.parametrize("grid", [10, 20, 45])
async def test_a_day_is_cut_otherwise_in_its_middle(
    house: House, petrova: Doctor, minute: int, grid: int
) -> None:
    """R02, R10: what is over stands there still, and nothing new overlaps it; nothing that has
    begun comes into being, and the day can be cut as it was again."""
    house.clock.now = petrova.clinic.at(MONDAY, time(10, minute))
    for length in (grid, 15, grid):
        cut = ScheduleException(MONDAY, MONDAY, [receives(9, 12, length)])
        found = await house.services.clinics.add_exception(petrova, cut)
        assert all(each.stretch.starts_at >= house.clock.now for each in found.add)
    assert (await house.services.clinics.refresh_schedules()) == 0


async def test_an_overlapping_rule_gives_no_overlapping_times(
    house: House, petrova: Doctor
) -> None:
    """R02: hours that were there first keep their cut; only what is clear of them is added."""
    longer = ScheduleRule(receives(11, 13, 30), LONG_AGO, weekdays=frozenset({1}))
    found = await house.services.clinics.add_rule(petrova, longer)

    assert sizes(found)[1:] == [0, 0, 0, 0]
    hours = list((await open_slots(house, petrova, TUESDAY)).values())
    assert hours[-3:] == ["11:45", "12:00", "12:30"]


async def test_what_a_change_drops_is_withdrawn_and_comes_back_with_its_id(
    house: House, anna: Family, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R15: a day off takes the day's times out of sight; given again they are the same slots."""
    clinics = house.services.clinics
    before = await open_slots(house, petrova, TUESDAY)
    off = await clinics.add_exception(petrova, ScheduleException(TUESDAY, TUESDAY))
    assert sizes(off) == [0, 0, 0, 12, 0]
    assert await open_slots(house, petrova, TUESDAY) == {}

    morning = ScheduleException(TUESDAY, TUESDAY, [receives(9, 10)])
    back = await clinics.add_exception(petrova, morning)
    assert sizes(back) == [0, 4, 0, 0, 0]
    assert await open_slots(house, petrova, TUESDAY) == dict(list(before.items())[:4])
    shown = await slots_of(house, petrova, anna, TUESDAY)
    assert [slot.id for slot in shown] == [slot.id for slot in tuesday[:4]]


async def test_a_dropped_time_is_nobody_else_s_once_it_is_given_back(
    house: House, anna: Family, boris: Family, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R10: the doctor is away by then; the family that had it may still move or cancel."""
    visit = await house.book(anna.parent, anna.child.id, tuesday[0])
    off = ScheduleException(TUESDAY, TUESDAY)
    assert list((await house.services.clinics.add_exception(petrova, off)).affected) == [
        tuesday[0].id
    ]
    await house.services.mine.cancel(anna.parent, visit.id)

    with pytest.raises(SlotClosed):
        await house.book(boris.parent, boris.child.id, tuesday[0])
    with pytest.raises(DayClosed):
        await house.services.times.day(boris.parent, boris.need, petrova.id, TUESDAY)
    back = ScheduleException(TUESDAY, TUESDAY, [receives(9, 10)])
    await house.services.clinics.add_exception(petrova, back)
    again = await house.book(boris.parent, boris.child.id, tuesday[0])
    assert again.slot.id == tuesday[0].id


async def test_what_was_closed_by_hand_stays_so_though_somebody_has_it(
    house: House, anna: Family, boris: Family, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R10: dropped by the schedule, given again, given back: the clinic's own hand counts."""
    visit = await house.book(anna.parent, anna.child.id, tuesday[0])
    await run_sql(house, "UPDATE slots SET open = false WHERE id = :slot", slot=tuesday[0].id)
    off = ScheduleException(TUESDAY, TUESDAY)
    back = ScheduleException(TUESDAY, TUESDAY, [receives(9, 10)])
    await house.services.clinics.add_exception(petrova, off)
    await house.services.mine.cancel(anna.parent, visit.id)
    await house.services.clinics.add_exception(petrova, back)

    with pytest.raises(SlotClosed):
        await house.book(boris.parent, boris.child.id, tuesday[0])


async def test_a_claimed_time_that_comes_back_is_as_it_was(
    house: House, anna: Family, boris: Family, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R15: off and on again while somebody has it; once given back it is free to all."""
    visit = await house.book(anna.parent, anna.child.id, tuesday[0])
    off = ScheduleException(TUESDAY, TUESDAY)
    back = ScheduleException(TUESDAY, TUESDAY, [receives(9, 10)])
    for change in (off, back):
        await house.services.clinics.add_exception(petrova, change)
    await house.services.mine.cancel(anna.parent, visit.id)

    assert (await house.book(boris.parent, boris.child.id, tuesday[0])).is_active


async def test_a_rule_of_the_absent_doctor_reaches_the_substitute(
    house: House, petrova: Doctor, kim: Doctor
) -> None:
    """R15: hours that somebody covers are theirs at once, too."""
    clinics = house.services.clinics
    await clinics.add_leave(petrova, Leave(TUESDAY, TUESDAY, kim.id, in_their_hours=True))
    evening = ScheduleRule(receives(18, 19, 30), LONG_AGO)
    await clinics.add_rule(petrova, evening)

    assert list((await open_slots(house, kim, TUESDAY)).values())[-2:] == ["18:00", "18:30"]


async def test_hours_for_infants_are_relabelled_in_place(
    house: House, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R10, R15: the same times for other reasons are the same slots, and are not shown to all."""
    infants = ScheduleException(TUESDAY, TUESDAY, [receives(9, 12, reasons=INFANTS)])
    found = await house.services.clinics.add_exception(petrova, infants)

    assert sizes(found) == [0, 0, 12, 0, 0]
    assert list(await open_slots(house, petrova, TUESDAY)) == [slot.id for slot in tuesday]
    assert await house.count("slots", "reasons = 64") == 12


async def test_a_claimed_time_is_never_touched(
    house: House, anna: Family, boris: Family, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R15: a booked or held one stays as it is, is named, and blocks what would overlap it."""
    booked, held, infants_too = tuesday[1], tuesday[5], tuesday[9]
    visit = await house.book(anna.parent, anna.child.id, booked)
    await house.services.booking.offer(boris.parent, boris.need, held.id)
    clinics = house.services.clinics

    other = ScheduleException(TUESDAY, TUESDAY, [receives(9, 12, 30, INFANTS)])
    found = await clinics.add_exception(petrova, other)
    assert list(found.affected) == [booked.id, held.id]
    assert {booked.id, held.id} <= (await open_slots(house, petrova, TUESDAY)).keys()
    hours = list((await open_slots(house, petrova, TUESDAY)).values())
    assert hours == ["09:15", "09:30", "10:15", "10:30", "11:00", "11:30"]
    assert await house.count("slots", f"reasons = 0 AND open AND id = {booked.id}") == 1
    assert infants_too.id not in await open_slots(house, petrova, TUESDAY)

    await house.services.mine.cancel(anna.parent, visit.id)
    house.clock.forward(minutes=3)  # and the hold is over
    await clinics.refresh_schedules()
    hours = list((await open_slots(house, petrova, TUESDAY)).values())
    assert hours == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


async def test_a_claimed_time_that_is_given_again_is_one(
    house: House, anna: Family, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R02: back to the old hours, the booked slot is not doubled and names nobody any more."""
    await house.book(anna.parent, anna.child.id, tuesday[1])
    clinics = house.services.clinics
    off = await clinics.add_exception(petrova, ScheduleException(TUESDAY, TUESDAY))
    assert sizes(off) == [0, 0, 0, 11, 1]
    back = ScheduleException(TUESDAY, TUESDAY, [receives(9, 12)])
    assert sizes(await clinics.add_exception(petrova, back)) == [0, 11, 0, 0, 0]

    assert list(await open_slots(house, petrova, TUESDAY)) == [slot.id for slot in tuesday]


async def test_a_holiday_closes_the_clinic(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, kim: Doctor, tuesday: list[Slot]
) -> None:
    """R15: for every doctor but one with hours of their own that day; a visit there is named."""
    await house.book(anna.parent, anna.child.id, tuesday[0])
    clinics = house.services.clinics
    duty = ScheduleException(WEDNESDAY, WEDNESDAY, [receives(10, 11)])
    await clinics.add_exception(kim, duty)
    found = await clinics.add_holiday(clinic, Holiday(TUESDAY, WEDNESDAY))

    assert [sizes(each) for each in found] == [[0, 0, 0, 8, 0], [0, 0, 0, 23, 1]]
    assert list(found[1].affected) == [tuesday[0].id]
    assert len(await open_slots(house, kim, WEDNESDAY)) == 4
    assert await open_slots(house, petrova, WEDNESDAY) == {}
    assert len(await open_slots(house, petrova, THURSDAY)) == 12


async def test_a_holiday_of_one_clinic_is_not_another_s(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R15: nor does it touch the times there."""
    other = await open_clinic(house)
    await house.services.clinics.add_holiday(other, Holiday(TUESDAY, TUESDAY))

    assert len(await open_slots(house, petrova, TUESDAY)) == 12


@pytest.mark.parametrize("substituted", [False, True])
async def test_a_leave_closes_the_doctor_s_days(
    house: House, petrova: Doctor, kim: Doctor, substituted: bool
) -> None:
    """R15: with or without a substitute, who keeps the hours that they have."""
    leave = Leave(TUESDAY, WEDNESDAY, kim.id if substituted else None)
    found = await house.services.clinics.add_leave(petrova, leave)

    expected = [[0, 0, 0, 24, 0], [0, 0, 0, 0, 0]]
    assert [sizes(each) for each in found] == expected[: 1 + substituted]
    assert await open_slots(house, petrova, TUESDAY) == {}
    assert len(await open_slots(house, kim, TUESDAY)) == 8


async def test_a_substitute_takes_over_the_hours(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R15: infants' hours and even days too, at once, and only while the leave lasts."""
    async with house.transactions.writes() as tx:
        yashina = await tx.clinics.add_doctor(clinic, "Яшина", "1")
    clinics = house.services.clinics
    even = ScheduleRule(receives(14, 15, 30, INFANTS), LONG_AGO, days=Side.EVEN)
    await clinics.add_rule(petrova, even)
    leave = Leave(TUESDAY, WEDNESDAY, yashina.id, in_their_hours=True)
    [theirs, hers] = await clinics.add_leave(petrova, leave)

    assert sizes(theirs) == [0, 0, 0, 12 + 2 + 12, 0]
    assert sizes(hers) == [12 + 2 + 12, 0, 0, 0, 0]
    tuesday = list((await open_slots(house, yashina, TUESDAY)).values())
    assert tuesday[-3:] == ["11:45", "14:00", "14:30"]
    assert len(await open_slots(house, yashina, WEDNESDAY)) == 12
    assert await open_slots(house, yashina, THURSDAY) == {}
    infants = f"reasons = 64 AND doctor_id = {yashina.id} AND day = '{TUESDAY}'"
    assert await house.count("slots", infants) == 2


async def test_a_substitute_is_a_doctor_of_the_clinic(
    house: House, petrova: Doctor, tuesday: list[Slot]
) -> None:
    """R30: an id of nobody, or of another clinic's doctor, is not found, and nothing changes."""
    [foreign, *_] = await house.doctors(await open_clinic(house))
    for substitute in (DoctorId(999), foreign.id):
        with pytest.raises(NotFound):
            await house.services.clinics.add_leave(petrova, Leave(TUESDAY, TUESDAY, substitute))

    assert await house.count("leaves") == 0
    assert len(await open_slots(house, petrova, TUESDAY)) == 12


async def test_refreshing_twice_changes_nothing(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, kim: Doctor, tuesday: list[Slot]
) -> None:
    """R15: whatever has been arranged, it is arranged once."""
    await house.book(anna.parent, anna.child.id, tuesday[1])
    clinics = house.services.clinics
    await clinics.add_rule(kim, ScheduleRule(receives(11, 14, 40), LONG_AGO, days=Side.ODD))
    await clinics.add_exception(petrova, ScheduleException(TUESDAY, TUESDAY, [receives(9, 11, 20)]))
    await clinics.add_leave(petrova, Leave(WEDNESDAY, THURSDAY, kim.id, in_their_hours=True))
    await clinics.add_holiday(clinic, Holiday(THURSDAY, THURSDAY))
    before = await house.database.dump()
    for _ in range(2):
        assert await clinics.refresh_schedules() == 0
        assert await house.database.dump() == before


async def test_what_has_begun_is_left_alone(house: House, petrova: Doctor, anna: Family) -> None:
    """R10: a day off from today on closes what is still ahead; what is over stays as it was."""
    house.clock.now = datetime.fromisoformat("2026-11-23T09:20+03:00")
    off = ScheduleException(MONDAY, MONDAY)
    found = await house.services.clinics.add_exception(petrova, off)

    assert sizes(found) == [0, 0, 0, 11, 0]
    assert list((await open_slots(house, petrova, MONDAY)).values()) == ["09:00"]


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Vladivostok", "America/Los_Angeles"]
)
async def test_a_slot_s_day_is_the_clinic_s_own(house: House, zone: str) -> None:
    """R14, R15: a time just before and just after midnight belongs to the day on the wall."""
    around_midnight = [
        ScheduleRule(Reception(Hours(time(0), time(1)), timedelta(minutes=30)), LONG_AGO),
        ScheduleRule(Reception(Hours(time(23), time(0)), timedelta(minutes=30)), LONG_AGO),
    ]
    night = NewDoctor("Ночнова", "1", around_midnight)
    clinic = await open_clinic(house, night, zone=ZoneInfo(zone), notice=timedelta(0))
    parent = await house.parent(103, clinic)
    family = Family(parent, await house.child(parent))
    [doctor] = await house.doctors(clinic)
    days = (await house.services.times.days(parent, family.need, doctor.id)).days

    for found in days[1:]:
        slots = await slots_of(house, doctor, family, found.day)
        assert [f"{slot.local_start:%H:%M}" for slot in slots] == [
            "00:00",
            "00:30",
            "23:00",
            "23:30",
        ]
        assert {slot.local_start.date() for slot in slots} == {found.day}
        assert found.free == 4
    assert len(days) == 15  # today and the whole of the horizon


async def test_opening_a_clinic_again_changes_nothing(house: House, clinic: Clinic) -> None:
    """Seeding twice is seeding once, but for texts that were missing."""
    again = await house.services.clinics.open(
        ROMASHKA,
        {Purpose.PROCESSING: "Другой текст", Purpose.NEWS: "Новости"},
        [NewDoctor("Новый Врач", "1", weekly(time(8)))],
    )
    assert again == clinic
    assert len(await house.doctors(clinic)) == 2
    async with house.transactions.reads() as tx:
        texts = [
            await tx.consents.text(clinic.id, Purpose(each)) for each in ("processing", "news")
        ]
    assert [text.text for text in texts] == [*CONSENT.values(), "Новости"]


async def test_a_clinic_opens_with_its_districts(house: House) -> None:
    """Who looks after which streets is there from the first day."""
    first = NewDistrict("участок 1", [Addresses("Садовая", Side.ODD), Addresses("Мира")])
    doctor = NewDoctor("Петрова", "1", weekly(), [first, NewDistrict("участок 2", [])])
    clinic = await house.services.clinics.open(ROMASHKA, CONSENT, [doctor])

    async with house.transactions.reads() as tx:
        districts = await tx.districts.of_clinic(clinic.id)
        assert [district.name for district in districts] == ["участок 1", "участок 2"]
        assert [part.street for _, part in await tx.districts.addresses(clinic.id)] == [
            "Садовая",
            "Мира",
        ]
