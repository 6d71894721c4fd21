"""A clinic's timetable is taken over as a whole, and given out as it stands."""

import asyncio
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.clinic.opening import NewDoctor
from services.model.clinic import Clinic, Doctor, Hours, Side
from services.model.ids import ClinicId
from services.model.refusals.base import NotFound
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.schedule import SeveralDoctors
from services.model.schedule import Leave, Reception, ScheduleRule, Timetable
from services.schedule.timetables import DoctorChange
from tests.conftest import House, weekly
from tests.services.conftest import Family, open_clinic, slots_of

SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in range(22, 27))
WORKDAYS_KEPT = 12
"""From Monday to Tuesday two weeks later, as far as times are kept."""
A_DAY = 12
"""Visits of Петрова, who receives from nine to twelve, a quarter of an hour each."""


def afternoons(since: date = MONDAY, **other: Any) -> list[ScheduleRule]:
    """Four visits on each weekday."""
    reception = Reception(Hours(time(13), time(15)), timedelta(minutes=30))
    return [ScheduleRule(reception, since, **{"weekdays": frozenset(range(5)), **other})]


def petrova_s(
    rules: Sequence[ScheduleRule] | None = None, since: date = MONDAY, room: str = ""
) -> Timetable:
    """Her timetable, in the afternoon if nothing else is said; the name spelt as people do."""
    return Timetable(
        " петрова анна СЕРГЕЕВНА", room, since, afternoons() if rules is None else rules
    )


def counts(change: DoctorChange) -> tuple[int, int, int]:
    return change.created, change.closed, change.affected


async def all_of(house: House, *tables: str) -> list[object]:
    """All that stands in these tables."""
    rows = [await house.database.rows(f"SELECT * FROM {each} ORDER BY id") for each in tables]  # noqa: S608
    return [tuple(row) for each in rows for row in each]


async def everything(house: House) -> list[object]:
    return await all_of(house, "doctors", "schedule_rules", "slots", "appointments")


async def rules_of(house: House, doctor: Doctor) -> list[tuple[str, str]]:
    """From when until when each of the doctor's rules holds, the past ones included."""
    async with house.transactions.reads() as tx:
        rules = (await tx.schedules.of(doctor, date(2000, 1, 1))).rules
    return [(f"{each.valid_from}", f"{each.valid_until or ''}") for each in rules]


async def hours_of(house: House, doctor: Doctor, family: Family, day: date) -> list[str]:
    """What a family is shown of a day."""
    zone = doctor.clinic.zone
    slots = await slots_of(house, doctor, family, day)
    return [f"{slot.starts_at.astimezone(zone):%H:%M}" for slot in slots]


async def test_a_timetable_replaces_the_hours(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R13, R15: families see the new hours and no others, at once; who is not in the sheet receives
    as before. The doctor is known by the name, whatever its case and spaces."""
    before = await hours_of(house, kim, anna, TUESDAY)
    outcome = await house.services.timetables.replace(clinic.id, [petrova_s()])

    [change] = outcome.listed
    assert (change.doctor, change.new, change.room_before) == (petrova, False, None)
    assert counts(change) == (4 * WORKDAYS_KEPT, A_DAY * WORKDAYS_KEPT, 0)
    assert list(outcome.untouched) == [kim]
    assert await house.doctors(clinic) == [kim, petrova]
    assert await hours_of(house, petrova, anna, TUESDAY) == ["13:00", "13:30", "14:00", "14:30"]
    assert await hours_of(house, kim, anna, TUESDAY) == before
    assert await rules_of(house, kim) == [("2020-01-01", "")]


async def test_a_preview_writes_nothing(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R37: it says what the sheet would do, new doctors, rooms and visits included, exactly as the
    sheet then does it; until then nothing has changed."""
    [slot, *_] = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(anna.parent, anna.child.id, slot)
    sheet = [petrova_s(room="21"), Timetable("Орлова Инна", "15", MONDAY, afternoons())]
    before = await everything(house)

    seen = await house.services.timetables.preview(clinic.id, sheet)
    assert await everything(house) == before
    done = await house.services.timetables.replace(clinic.id, sheet)
    assert await everything(house) != before
    assert [counts(each) for each in seen.listed] == [counts(each) for each in done.listed]
    assert [(each.new, each.room_before) for each in seen.listed] == [(False, "12"), (True, None)]
    assert [each.affected for each in seen.listed] == [1, 0]
    assert list(seen.untouched) == [kim]


async def test_booked_visits_stay(
    house: House, clinic: Clinic, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """R10, R15: a visit outside the new hours stays booked as it was, and is counted for the clinic
    to speak with the family; one within them is not counted."""
    tuesday = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(anna.parent, anna.child.id, tuesday[0])  # 9:00
    await house.book(boris.parent, boris.child.id, tuesday[4])  # 10:00
    visits = await all_of(house, "appointments", "notifications")
    later = [
        ScheduleRule(
            Reception(Hours(time(10), time(12)), timedelta(minutes=15)),
            MONDAY,
            weekdays=frozenset(range(5)),
        )
    ]
    outcome = await house.services.timetables.replace(clinic.id, [petrova_s(later)])

    assert counts(outcome.listed[0]) == (0, 4 * WORKDAYS_KEPT - 1, 1)
    assert await all_of(house, "appointments", "notifications") == visits
    again = await house.services.timetables.replace(clinic.id, [petrova_s(later)])
    assert counts(again.listed[0]) == (0, 0, 1)


async def test_doctors_are_known_by_their_names(house: House) -> None:
    """Case, ё and spaces tell nobody apart; a name that the clinic does not have is a new doctor,
    whose times are there at once (R53)."""
    clinic = await open_clinic(
        house, NewDoctor("Королёва Ия", "7", weekly()), NewDoctor("Ким Олег", "8", weekly())
    )
    parent = await house.parent(7, clinic)
    family = Family(parent, await house.child(parent))
    outcome = await house.services.timetables.replace(
        clinic.id,
        [
            Timetable("КОРОЛЕВА  ИЯ", "", MONDAY, weekly()),
            Timetable("Ким Ольга", "9", MONDAY, afternoons()),
        ],
    )

    assert [each.new for each in outcome.listed] == [False, True]
    assert [each.doctor.name for each in outcome.listed] == ["Королёва Ия", "Ким Ольга"]
    assert counts(outcome.listed[0]) == (0, 0, 0)
    assert sorted((each.name, each.room) for each in await house.doctors(clinic)) == [
        ("Ким Олег", "8"),
        ("Ким Ольга", "9"),
        ("Королёва Ия", "7"),
    ]
    new = outcome.listed[1].doctor
    assert await hours_of(house, new, family, TUESDAY) == ["13:00", "13:30", "14:00", "14:30"]


async def test_a_name_of_several_doctors_is_refused(house: House) -> None:
    """Which of two namesakes is meant nobody guesses, and nothing is written; as long as neither
    is in the sheet they are in nobody's way."""
    clinic = await open_clinic(
        house,
        NewDoctor("Орлова Инна", "1", weekly()),
        NewDoctor("ОРЛОВА ИННА", "2", weekly()),
        NewDoctor("Петрова Анна Сергеевна", "3", weekly()),
    )
    namesakes = Timetable("орлова инна", "1", MONDAY, afternoons())
    before = await everything(house)

    for do in (house.services.timetables.preview, house.services.timetables.replace):
        with pytest.raises(SeveralDoctors):
            await do(clinic.id, [petrova_s(), namesakes])
    assert await everything(house) == before
    outcome = await house.services.timetables.replace(clinic.id, [petrova_s()])
    assert len(outcome.untouched) == 2


async def test_all_or_nothing(house: House, clinic: Clinic) -> None:
    """R37: when the last of several timetables cannot be written, none is: no doctor, no room, no
    time of the others has changed."""
    sheet = [
        petrova_s(room="21"),
        Timetable("Орлова Инна", "15", MONDAY, afternoons()),
        Timetable("Ким Олег Викторович", "", MONDAY, afternoons(weekdays=frozenset())),
    ]
    before = await everything(house)
    with pytest.raises(IntegrityError):
        await house.services.timetables.replace(clinic.id, sheet)
    assert await everything(house) == before


async def test_earlier_rules_end_the_day_before(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """R15: a timetable from Thursday on leaves Monday to Wednesday as they are."""
    sheet = [petrova_s(afternoons(THURSDAY), THURSDAY)]
    outcome = await house.services.timetables.replace(clinic.id, sheet)

    assert await rules_of(house, petrova) == [("2020-01-01", "2026-11-25"), ("2026-11-26", "")]
    left = WORKDAYS_KEPT - 3
    assert counts(outcome.listed[0]) == (4 * left, A_DAY * left, 0)
    assert len(await hours_of(house, petrova, anna, WEDNESDAY)) == A_DAY
    assert len(await hours_of(house, petrova, anna, THURSDAY)) == 4


async def test_a_later_timetable_gives_way_to_one_from_today(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """What was to come later is dropped by what counts from an earlier day on; and nothing begins
    before today, whatever a sheet says."""
    timetables = house.services.timetables
    await timetables.replace(clinic.id, [petrova_s(afternoons(THURSDAY), THURSDAY)])
    await timetables.replace(clinic.id, [petrova_s(weekly(), date(2020, 1, 1))])

    assert await rules_of(house, petrova) == [("2020-01-01", "2026-11-22"), ("2026-11-23", "")]


async def test_a_doctor_without_hours(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """A doctor whose days are all days off stays the clinic's, and receives nobody."""
    outcome = await house.services.timetables.replace(clinic.id, [petrova_s([], room="21")])

    assert counts(outcome.listed[0]) == (0, A_DAY * WORKDAYS_KEPT, 0)
    assert outcome.listed[0].room_before == "12"
    assert await rules_of(house, petrova) == [("2020-01-01", "2026-11-22")]
    assert [(each.name, each.room) for each in await house.doctors(clinic)][1] == (
        "Петрова Анна Сергеевна",
        "21",
    )
    times = house.services.times
    assert list((await times.days(anna.parent, anna.need, petrova.id)).free) == []


async def test_who_covers_gets_the_new_hours_too(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R15: a substitute who receives in the hours of a doctor on leave follows the new ones."""
    leave = Leave(TUESDAY, WEDNESDAY, kim.id, in_their_hours=True)
    await house.services.clinics.add_leave(petrova, leave)
    outcome = await house.services.timetables.replace(clinic.id, [petrova_s()])

    [change] = outcome.substitutes
    assert change.doctor == kim
    assert change.created == 8
    assert (await hours_of(house, kim, anna, TUESDAY))[-4:] == ["13:00", "13:30", "14:00", "14:30"]
    assert list(outcome.untouched) == [kim]
    both = [petrova_s(), Timetable(kim.name, "", MONDAY, weekly(time(9, 10), time(12), 20))]
    assert list((await house.services.timetables.replace(clinic.id, both)).substitutes) == []


async def test_what_is_given_out_changes_nothing_when_taken_over(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R13, R15: as many rules as there are, of even and odd days, of some months: the very times
    that stood there stand there still."""
    clinics = house.services.clinics
    evening = Reception(Hours(time(18), time(20)), timedelta(minutes=20))
    await clinics.add_rule(petrova, ScheduleRule(evening, THURSDAY, days=Side.EVEN))
    await clinics.add_rule(petrova, ScheduleRule(evening, MONDAY, TUESDAY, days=Side.ODD))
    slots = await all_of(house, "slots")

    for _ in range(2):
        found = await house.services.timetables.of_clinic(clinic.id)
        outcome = await house.services.timetables.replace(clinic.id, found)
        assert [counts(each) for each in outcome.listed] == [(0, 0, 0)] * 2
        assert [each.doctor.name for each in outcome.listed] == [each.name for each in found]
        assert list(outcome.untouched) == []
    assert await all_of(house, "slots") == slots
    house.clock.forward(days=7)
    found = await house.services.timetables.of_clinic(clinic.id)
    assert [len(each.rules) for each in found] == [1, 2]
    assert {each.since for each in found} == {date(2026, 11, 30)}


async def test_two_at_once_add_a_doctor_once(house: House, clinic: Clinic) -> None:
    """Two administrators take over the same sheet at the same moment: one doctor is added, the
    second finds her."""
    sheet = [Timetable("Орлова Инна", "15", MONDAY, afternoons())]
    outcomes = await asyncio.gather(
        *(house.services.timetables.replace(clinic.id, sheet) for _ in range(2))
    )

    assert sorted(each.listed[0].new for each in outcomes) == [False, True]
    assert await house.count("doctors") == 3


async def test_a_clinic_that_is_not_there(house: House, clinic: Clinic) -> None:
    """It is known by its code; another one is refused, and nothing is added to it."""
    timetables = house.services.timetables
    assert (await timetables.clinic("romashka")).id == clinic.id
    with pytest.raises(NoSuchClinic):
        await timetables.clinic("no-such")
    for do in (timetables.preview, timetables.replace):
        with pytest.raises(NotFound):
            await do(ClinicId(999), [petrova_s()])
    assert await house.count("doctors") == 2
