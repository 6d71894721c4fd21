"""Absent days are closed, whatever gave their times, whenever these come, however far ahead."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest

from services.desk.absences.report import AbsenceReport, Absent, Fate
from services.desk.errands import Aim, Errand
from services.model.clinic import Clinic, Doctor, Hours
from services.model.ids import SlotId
from services.model.refusals.visits import SlotClosed
from services.model.schedule import DeviationKind, Leave, Reception, ScheduleException
from services.model.slot_sync import ConflictKind, There
from services.schedule.listed_times import Imported, ListedDoctor, ListedTime
from services.visits.staff_view import StaffVisit
from tests.conftest import House
from tests.services.conftest import Employee, Family

TUESDAY, FAR = date(2026, 11, 24), date(2026, 12, 22)
"""The second is beyond the horizon; the doctor's rules give it hours all the same."""


def listed(doctor: Doctor, day: date, *times: str, there: There = There.FREE) -> list[ListedDoctor]:
    """A sheet of the other system's."""
    rows = [
        ListedTime(
            datetime.combine(day, time.fromisoformat(each)), timedelta(minutes=15), there, each
        )
        for each in times
    ]
    return [ListedDoctor(doctor.name, (), rows)]


async def bring(house: House, sheet: Sequence[ListedDoctor], clinic: Clinic) -> Imported:
    return await house.services.imports.apply(clinic.id, sheet)


async def absent(house: House, who: Employee, doctor: Doctor, day: date) -> AbsenceReport:
    return await house.services.absences.make(who.person, who.post, Absent(doctor.id, day, day))


async def undo(house: House, who: Employee, report: AbsenceReport) -> None:
    await house.services.absences.undo(who.person, who.post, report.absence.id)


async def slots_on(house: House, doctor: Doctor, day: date) -> list[SlotId]:
    rows = await house.database.rows(
        f"SELECT id FROM slots WHERE doctor_id = {doctor.id} AND day = '{day}' ORDER BY starts_at"  # noqa: S608
    )
    return [SlotId(slot_id) for (slot_id,) in rows]


async def open_on(house: House, doctor: Doctor, day: date) -> int:
    """How many times whoever books finds on a day."""
    mine = f"doctor_id = {doctor.id} AND day = '{day}'"
    return await house.count("slots", f"{mine} AND open AND NOT withdrawn")


async def book_bending(house: House, who: Employee, family: Family, slot: SlotId) -> None:
    errand = Errand(Aim.BOOK, family.child.id)
    desk = house.services.desk
    await desk.book(who.person, who.post, errand, slot, bending=True)


async def test_a_day_beyond_the_horizon_is_closed_too(
    house: House, clinic: Clinic, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R52: times that the other system gave so far ahead, as the doctor's rules would: who has one
    is told, nobody gets another one, and taken back all is as it was."""
    await bring(house, listed(petrova, FAR, "09:00", "09:15", "09:30"), clinic)
    first, second, _third = await slots_on(house, petrova, FAR)
    await book_bending(house, tamara, anna, first)
    assert await open_on(house, petrova, FAR) == 3

    report = await absent(house, tamara, petrova, FAR)
    assert [each.visit.child.id for each in report.concerned] == [anna.child.id]
    assert report.concerned[0].fate is not Fate.SUBSTITUTED
    assert await open_on(house, petrova, FAR) == 0
    with pytest.raises(SlotClosed):
        await book_bending(house, tamara, boris, second)

    await undo(house, tamara, report)
    assert await open_on(house, petrova, FAR) == 3
    await house.services.passing.pass_on()  # nobody who waits could take it
    await book_bending(house, tamara, boris, second)


async def test_a_leave_beyond_the_horizon_names_whom_it_concerns(
    house: House, clinic: Clinic, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R65: hours that are changed for so far ahead count the visits that are there, too."""
    await bring(house, listed(petrova, FAR, "09:00", "09:15"), clinic)
    first, _second = await slots_on(house, petrova, FAR)
    await book_bending(house, tamara, anna, first)
    hours = house.services.hours
    preview = await hours.close_day(tamara.person, tamara.post, petrova.id, FAR)
    [effect] = preview.outcome.effects
    assert (effect.affected, effect.closed, effect.created) == ({FAR: 1}, 1, 0)


async def test_nothing_comes_into_being_beyond_the_horizon(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R15: a few times of a far day bring no others with them."""
    before = await house.count("slots")
    await bring(house, listed(petrova, FAR, "09:00"), clinic)
    await house.services.clinics.refresh_schedules()
    assert await house.count("slots") == before + 1


async def test_a_time_given_back_on_an_absent_day_is_nobody_s(
    house: House, clinic: Clinic, tamara: Employee, anna: Family, petrova: Doctor
) -> None:
    """R10: a caller had it without a name when the doctor fell ill, and a time of her own, too.
    They come back with the doctor, once the last reason is gone."""
    await house.database.run("UPDATE slots SET source = 'import' WHERE id % 2 = 0")
    theirs, own = (await slots_on(house, petrova, TUESDAY))[:2]
    desk, free = house.services.desk, await open_on(house, petrova, TUESDAY)
    for slot in (theirs, own):
        await desk.take(tamara.person, tamara.post, slot)
    report = await absent(house, tamara, petrova, TUESDAY)
    absences = house.services.absences
    longer = await absences.make(
        tamara.person, tamara.post, Absent(petrova.id, TUESDAY, TUESDAY + timedelta(days=2))
    )
    for slot in (theirs, own):
        given_back = await desk.give_back(tamara.person, tamara.post, slot)
        assert not given_back.slot.open
        with pytest.raises(SlotClosed):
            await book_bending(house, tamara, anna, slot)

    await undo(house, tamara, longer)
    assert await open_on(house, petrova, TUESDAY) == 0
    await undo(house, tamara, report)
    assert await open_on(house, petrova, TUESDAY) == free


async def test_a_sheet_opens_nothing_on_an_absent_day(
    house: House, clinic: Clinic, petrova: Doctor, kim: Doctor, tamara: Employee
) -> None:
    """R10: whenever it was made: new times, and those that were taken there until now. It is said
    where the two disagree, and other doctors and days are as they were."""
    await bring(house, listed(petrova, FAR, "09:00", there=There.TAKEN), clinic)
    await absent(house, tamara, petrova, FAR)
    sheet = listed(petrova, FAR, "09:00", "14:00")
    next_day = FAR + timedelta(days=1)
    done = await bring(house, sheet + listed(kim, FAR, "14:00"), clinic)
    kinds = [conflict.kind for _name, conflict in done.conflicts]
    assert kinds == [ConflictKind.CLOSED_HERE, ConflictKind.CLOSED_HERE]
    assert (await open_on(house, petrova, FAR), await open_on(house, kim, FAR)) == (0, 1)
    await bring(house, listed(petrova, next_day, "14:00"), clinic)
    assert await open_on(house, petrova, next_day) == 1


async def test_a_leave_of_the_rules_leaves_the_other_system_s_times(
    house: House, clinic: Clinic, petrova: Doctor, tamara: Employee
) -> None:
    """Decision 35: what the clinic's other system gives is closed there, unless the doctor turned
    out to be absent; then a time given back is free again."""
    await house.database.run("UPDATE slots SET source = 'import' WHERE id % 2 = 0")
    slots = await slots_on(house, petrova, TUESDAY)
    theirs = slots[0] if slots[0] % 2 == 0 else slots[1]
    desk = house.services.desk
    await desk.take(tamara.person, tamara.post, theirs)
    await house.services.clinics.add_leave(petrova, Leave(TUESDAY, TUESDAY))
    given_back = await desk.give_back(tamara.person, tamara.post, theirs)
    assert given_back.slot.open


# Extra visits


async def squeeze(house: House, who: Employee, family: Family, slot: SlotId) -> StaffVisit:
    errand = Errand(Aim.BOOK, family.child.id)
    desk = house.services.desk
    return await desk.book(who.person, who.post, errand, slot, bending=True, extra=True)


async def test_an_extra_visit_counts_in_every_change_of_hours(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R65: the child who is squeezed in stands before the same shut door: in other hours, a closed
    day, a leave, and when the time beside which it was is nobody's any more."""
    slot = (await slots_on(house, petrova, TUESDAY))[0]
    await book_bending(house, tamara, anna, slot)
    extra = (await squeeze(house, tamara, boris, slot)).visit
    hours, who = house.services.hours, tamara
    first = await hours.close_day(who.person, who.post, petrova.id, TUESDAY)
    assert first.outcome.effects[0].affected == {TUESDAY: 2}

    async with house.transactions.reads() as tx:
        [visit] = await tx.appointments.planned([anna.child.id], house.clock())
    await house.services.mine.cancel(anna.parent, visit.id)
    seen = await hours.close_day(who.person, who.post, petrova.id, TUESDAY)
    assert seen.outcome.effects[0].affected == {TUESDAY: 1}
    assert await outside(house) == []
    await hours.apply(who.person, who.post, seen.mark)
    assert await outside(house) == [extra.slot.id]

    [other_hours] = await house.database.rows("SELECT id FROM schedule_exceptions")
    back = await hours.undo(who.person, who.post, DeviationKind.HOURS, other_hours[0])
    await hours.apply(who.person, who.post, back.mark)
    assert await outside(house) == []
    await house.services.clinics.add_leave(petrova, Leave(TUESDAY, TUESDAY))
    assert await outside(house) == [extra.slot.id]


async def outside(house: House) -> list[SlotId]:
    rows = await house.database.rows("SELECT id FROM slots WHERE outside ORDER BY id")
    return [SlotId(slot_id) for (slot_id,) in rows]


async def test_an_extra_visit_counts_in_an_absence_and_in_the_day(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R65: in its plans, its report, the doctor's day and the load; who is not told is phoned."""
    slot = (await slots_on(house, petrova, TUESDAY))[0]
    await book_bending(house, tamara, anna, slot)
    await squeeze(house, tamara, boris, slot)
    services, who = house.services, tamara
    day = await services.workday.day_list(who.person, who.post, petrova.id, TUESDAY)
    assert len(day.visits) == 2
    load = await services.loads.of_post(who.person, who.post)
    assert load.days[petrova.id, TUESDAY].taken == 2
    one_day = Absent(petrova.id, TUESDAY, TUESDAY)
    plans = await services.absences.plans(who.person, who.post, one_day)
    assert plans.visits == 2
    async with house.transactions.writes() as tx:
        for family in (anna, boris):
            await tx.families.lost(family.parent, house.clock())
    report = await absent(house, who, petrova, TUESDAY)
    assert (len(report.concerned), report.to_call) == (2, 2)


async def test_visits_that_are_cut_otherwise_are_within_the_hours(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """The doctor is there: nobody has to see to a quarter of an hour because visits take twenty
    minutes now. Its time is still nobody else's after it."""
    slot = (await slots_on(house, petrova, TUESDAY))[1]
    await book_bending(house, tamara, anna, slot)
    hours = Hours(time(9), time(12))
    twenty = ScheduleException(TUESDAY, TUESDAY, [Reception(hours, timedelta(minutes=20))])
    await house.services.clinics.add_exception(petrova, twenty)
    assert await outside(house) == []
    assert await house.count("slots", f"id = {slot} AND withdrawn") == 1
