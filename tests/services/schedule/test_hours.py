"""The registry changes a clinic's hours: it sees first what a change does, then makes it once."""

import asyncio
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest

from services.clinic.opening import NewDoctor
from services.model.access import Role
from services.model.clinic import Clinic, Doctor, Hours, Reason
from services.model.ids import DeviationId
from services.model.refusals.base import NotFound
from services.model.refusals.families import DateUnclear
from services.model.refusals.schedule import (
    BreakOutside,
    DayOver,
    DraftReplaced,
    HoursTooShort,
    HoursUnclear,
    SeveralDoctors,
)
from services.model.refusals.visits import DayClosed
from services.model.schedule import (
    About,
    Cover,
    DeviationKind,
    Holiday,
    HoursQuestion,
    Leave,
    NewHours,
    OtherHours,
    Reception,
    Schedule,
    ScheduleException,
    ScheduleRule,
    Sheet,
    Timetable,
)
from services.model.slots import DayLoad
from services.model.visits import Appointment
from services.runtime.use_case import effect_of
from services.schedule.changes import Asking
from services.schedule.effects import Outcome, Preview
from services.schedule.overview import hours_on, usual_visit
from tests.conftest import House, weekly
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, open_clinic, run_sql, slots_of

SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in range(22, 27))
LAST_STORED = date(2026, 12, 8)
WORKDAYS_KEPT = 12
A_DAY = 12
"""Visits of Петрова, who receives from nine to twelve, a quarter of an hour each."""
KIM_S_DAY = 8
TABLES = (
    "doctors",
    "schedule_rules",
    "schedule_exceptions",
    "holidays",
    "leaves",
    "slots",
    "appointments",
)


@played
async def visit(house: House, anna: Family, petrova: Doctor) -> Appointment:
    """Миша with Петрова, on Tuesday at 9:00."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    return await house.book(anna.parent, anna.child.id, slot)


async def everything(house: House) -> list[object]:
    """All that a change of hours may touch."""
    rows = [
        await house.database.rows(f"SELECT * FROM {each} ORDER BY id")  # noqa: S608 - our own
        for each in TABLES
    ]
    return [tuple(row) for each in rows for row in each]


async def free_on(house: House, doctor: Doctor, family: Family, day: date) -> list[str]:
    """What a family is shown of a day."""
    zone = doctor.clinic.zone
    slots = await slots_of(house, doctor, family, day)
    return [f"{slot.starts_at.astimezone(zone):%H:%M}" for slot in slots]


async def asked(house: House, by: Employee, about: About, *of: Any) -> None:
    await house.services.hours.ask(by.person, by.post, HoursQuestion(about, *of))


async def typed(house: House, by: Employee, words: str) -> Preview:
    found = await house.services.hours.answer(by.person, words)
    assert isinstance(found, Preview), found
    return found


async def apply(house: House, by: Employee, preview: Preview) -> Outcome:
    return await house.services.hours.apply(by.person, by.post, preview.mark)


def counts(outcome: Outcome) -> list[tuple[str, int, int, int]]:
    """Of each doctor: created, closed, visits affected."""
    return [
        (each.doctor.name.split()[0], each.created, each.closed, sum(each.affected.values()))
        for each in outcome.effects
    ]


# Looking


async def test_a_week_shows_hours_and_what_is_taken(
    house: House, tamara: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """Seven days from Monday, by the clinic's wall; no child is named, so nothing is taken down."""
    week = await house.services.overview.week(tamara.person, tamara.post, petrova.id)

    assert [each.day for each in week.days] == [MONDAY + timedelta(days=n) for n in range(7)]
    assert week.days[0].load == DayLoad(0, A_DAY)
    assert week.days[1].load == DayLoad(1, A_DAY - 1)
    assert week.days[5].load == DayLoad(0, 0)
    assert [len(each.receptions) for each in week.days] == [1, 1, 1, 1, 1, 0, 0]
    later = await house.services.overview.week(
        tamara.person, tamara.post, petrova.id, date(2026, 12, 6)
    )
    assert later.days[0].day == date(2026, 11, 30)
    assert await house.count("access_records") == 0


async def test_a_time_of_somebody_unknown_counts_as_taken(
    house: House, tamara: Employee, petrova: Doctor, anna: Family
) -> None:
    """A time that the registry took without a name is not free, and is not nobody's."""
    slot, other, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await run_sql(
        house, "UPDATE slots SET open = false WHERE id IN (:a, :b)", a=slot.id, b=other.id
    )
    await run_sql(
        house,
        "INSERT INTO taken_slots (slot_id, taker, reference, taken_at) "
        "VALUES (:id, 'caller', '', '2026-11-23 04:00:00')",
        id=slot.id,
    )
    week = await house.services.overview.week(tamara.person, tamara.post, petrova.id)
    assert week.days[1].load == DayLoad(1, A_DAY - 2)


async def test_a_day_shows_everybody(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor, visit: Appointment
) -> None:
    """Today without a day named; each doctor's own hours and numbers."""
    overview = house.services.overview
    today = await overview.day(tamara.person, tamara.post)
    assert today.day == today.today == MONDAY
    tuesday = await overview.day(tamara.person, tamara.post, TUESDAY)
    assert [(doctor, found.load) for doctor, found in tuesday.doctors] == [
        (kim, DayLoad(0, KIM_S_DAY)),
        (petrova, DayLoad(1, A_DAY - 1)),
    ]


async def test_a_doctor_sees_their_own_and_changes_nothing(
    house: House, doctor_kim: Employee, petrova: Doctor, kim: Doctor
) -> None:
    """R30: their week and day, nobody else's; no question and no change is theirs."""
    hours = house.services.hours
    overview = house.services.overview
    who = (doctor_kim.person, doctor_kim.post)
    assert (await overview.week(*who, kim.id)).doctor == kim
    assert [doctor for doctor, _ in (await overview.day(*who)).doctors] == [kim]
    before = await everything(house)
    for refused in (
        overview.week(*who, petrova.id),
        overview.ahead(*who),
        overview.sheet_desk(*who),
        overview.sheet_desk(doctor_kim.person),
        overview.timetables(*who),
        hours.ask(*who, HoursQuestion(About.DAY, kim.id, TUESDAY)),
        hours.ask(*who, HoursQuestion(About.RULES, kim.id)),
        hours.answer(doctor_kim.person, "9-12"),
        hours.close_day(*who, kim.id, TUESDAY),
        hours.undo(*who, DeviationKind.HOURS, DeviationId(1)),
        hours.propose(*who, Sheet(())),
        hours.who_covers(*who, 1),
        hours.cover(*who, 1, None, in_their_hours=False),
        hours.apply(*who, 1),
        hours.discard(*who),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await everything(house) == before
    assert await house.count("conversations", "post_id IS NOT NULL") == 0


async def test_another_clinic_s_hours_are_out_of_reach(
    house: House, irina: Employee, stranger: Employee, petrova: Doctor, kim: Doctor
) -> None:
    """R30: a foreign doctor, foreign days and a foreign substitute are told like none at all; the
    list of what is ahead holds one's own."""
    hours = house.services.hours
    overview = house.services.overview
    for about in ((About.DAY, petrova.id, TUESDAY), (About.LEAVE, petrova.id)):
        await asked(house, irina, *about)
    await apply(house, irina, await typed(house, irina, "24.11–25.11"))
    [leave] = (await overview.ahead(irina.person, irina.post)).deviations
    before = await everything(house)

    who = (stranger.person, stranger.post)
    assert (await overview.ahead(*who)).deviations == []
    assert [doctor.clinic.code for doctor, _ in (await overview.day(*who)).doctors] == [
        "severyanka"
    ]
    await asked(house, stranger, About.LEAVE, (await house.doctors(await _severyanka(house)))[0].id)
    own = await typed(house, stranger, "24.11–25.11")
    for refused in (
        overview.week(*who, petrova.id),
        overview.ahead(*who, petrova.id),
        hours.ask(*who, HoursQuestion(About.DAY, petrova.id, TUESDAY)),
        hours.close_day(*who, petrova.id, TUESDAY),
        hours.undo(*who, leave.kind, leave.id),
        hours.cover(*who, own.mark, kim.id, in_their_hours=True),
        hours.apply(irina.person, stranger.post, own.mark),
        hours.apply(stranger.person, irina.post, own.mark),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await everything(house) == before


async def _severyanka(house: House) -> Clinic:
    async with house.transactions.reads() as tx:
        return next(each for each in await tx.clinics.all() if each.code == "severyanka")


async def test_only_an_administrator_closes_the_clinic(
    house: House, irina: Employee, tamara: Employee
) -> None:
    """R30: the whole clinic's days are not a registrar's, neither to set nor to take back."""
    hours = house.services.hours
    overview = house.services.overview
    with pytest.raises(NotFound):
        await asked(house, tamara, About.HOLIDAY)
    await asked(house, irina, About.HOLIDAY)
    await apply(house, irina, await typed(house, irina, "24.11"))
    [holiday] = (await overview.ahead(tamara.person, tamara.post)).deviations
    with pytest.raises(NotFound):
        await hours.undo(tamara.person, tamara.post, holiday.kind, holiday.id)
    assert await house.count("holidays") == 1


async def test_who_was_dismissed_or_is_a_registrar_now_makes_nothing(
    house: House, irina: Employee, tamara: Employee, petrova: Doctor
) -> None:
    """R32: the post is looked at when the change is made, not only when it was drafted."""
    await asked(house, irina, About.HOLIDAY)
    closing = await typed(house, irina, "24.11")
    await asked(house, tamara, About.LEAVE, petrova.id)
    leave = await typed(house, tamara, "24.11")
    await run_sql(house, "UPDATE staff SET role = 'registrar' WHERE id = :id", id=irina.post)
    await house.database.run("UPDATE staff SET until = since WHERE id = :id", id=tamara.post)
    before = await everything(house)
    for by, preview in ((irina, closing), (tamara, leave)):
        with pytest.raises(NotFound):
            await apply(house, by, preview)
    with pytest.raises(NotFound):
        await house.services.hours.answer(tamara.person, "25.11")
    assert await everything(house) == before


# A day


async def test_a_preview_is_what_happens(
    house: House, tamara: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """R15: other hours on a day; the preview writes nothing, the counts are those of the change,
    the visit outside the hours stays and is named by its day."""
    before = await everything(house)
    await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
    preview = await typed(house, tamara, "10-12 по 20")

    assert await everything(house) == before
    assert counts(preview.outcome) == [("Петрова", 6, A_DAY - 1, 1)]
    assert preview.outcome.effects[0].affected == {TUESDAY: 1}
    done = await apply(house, tamara, preview)
    assert counts(done) == counts(preview.outcome)
    assert done.effects == preview.outcome.effects
    assert await house.count("appointments", "state = 'booked'") == 1
    assert await house.count("notifications", "kind IN ('moved', 'cancelled')") == 0
    week = await house.services.overview.week(tamara.person, tamara.post, petrova.id)
    assert week.days[1].exception
    assert week.days[1].load == DayLoad(1, 6)


async def test_a_day_off_by_a_button(
    house: House, tamara: Employee, boris: Family, petrova: Doctor
) -> None:
    """R10: without a word typed; families see no time on that day, and all others."""
    hours = house.services.hours
    preview = await hours.close_day(tamara.person, tamara.post, petrova.id, TUESDAY)
    assert counts(await apply(house, tamara, preview)) == [("Петрова", 0, A_DAY, 0)]
    with pytest.raises(DayClosed):
        await free_on(house, petrova, boris, TUESDAY)
    assert len(await free_on(house, petrova, boris, WEDNESDAY)) == A_DAY


async def test_hours_typed_again_replace_those_of_the_day(
    house: House, tamara: Employee, boris: Family, petrova: Doctor
) -> None:
    """R15: one exception a day, the last one; taking it back gives the rules' hours again."""
    for words in ("10-11", "11-12"):
        await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
        await apply(house, tamara, await typed(house, tamara, words))
    assert await free_on(house, petrova, boris, TUESDAY) == ["11:00", "11:15", "11:30", "11:45"]

    hours = house.services.hours
    overview = house.services.overview
    [other] = (await overview.ahead(tamara.person, tamara.post, petrova.id)).deviations
    undo = await hours.undo(tamara.person, tamara.post, other.kind, other.id)
    assert counts(undo.outcome) == [("Петрова", A_DAY - 4, 0, 0)]
    assert counts(await apply(house, tamara, undo)) == counts(undo.outcome)
    assert len(await free_on(house, petrova, boris, TUESDAY)) == A_DAY
    assert await house.count("schedule_exceptions") == 0
    with pytest.raises(NotFound):
        await hours.undo(tamara.person, tamara.post, other.kind, other.id)


async def test_a_break_typed_alone_is_one_in_the_hours(
    house: House, tamara: Employee, boris: Family, petrova: Doctor
) -> None:
    """R13, R15: of a day, or of all weeks; the other times stay open."""
    await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
    before = await free_on(house, petrova, boris, TUESDAY)
    first, second, *_ = before
    preview = await typed(house, tamara, f"обед {first}-{second}")
    assert counts(await apply(house, tamara, preview)) == [("Петрова", 0, 1, 0)]
    assert await free_on(house, petrova, boris, TUESDAY) == before[1:]

    await asked(house, tamara, About.RULES, petrova.id)
    await apply(house, tamara, await typed(house, tamara, f"обед {first}-{second} с 26.11"))
    assert await free_on(house, petrova, boris, WEDNESDAY) == before
    assert await free_on(house, petrova, boris, THURSDAY) == before[1:]


async def test_hours_keep_what_they_are_for(house: House, clinic: Clinic) -> None:
    """Infants' hours that are moved to another time of the day stay the infants'."""
    infants = frozenset({Reason.INFANT_DAY})
    reception = Reception(Hours(time(9), time(12)), timedelta(minutes=20), reasons=infants)
    other = await open_clinic(house, NewDoctor("Ли", "1", [ScheduleRule(reception, SUNDAY)]))
    lena = await employ(house, Role.REGISTRAR, 205, "other")
    [li] = await house.doctors(other)
    await asked(house, lena, About.DAY, li.id, TUESDAY)
    change = (await typed(house, lena, "14-16")).outcome.change
    assert isinstance(change, OtherHours)
    [given] = change.exception.receptions
    assert (given.visit, given.reasons) == (timedelta(minutes=20), infants)


async def test_a_day_that_is_over_is_not_changed(
    house: House, tamara: Employee, petrova: Doctor
) -> None:
    """An old button of yesterday's is answered in words."""
    hours = house.services.hours
    with pytest.raises(DayOver):
        await asked(house, tamara, About.DAY, petrova.id, SUNDAY)
    with pytest.raises(DayOver):
        await hours.close_day(tamara.person, tamara.post, petrova.id, SUNDAY)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("завтра приду", HoursUnclear),
        ("9:00-9:10", HoursTooShort),
        ("", HoursUnclear),
        ("обед 23:00-23:30", BreakOutside),
    ],
)
async def test_words_that_will_not_do_are_asked_for_again(
    house: House, tamara: Employee, petrova: Doctor, words: str, problem: type[Exception]
) -> None:
    """The same question with the reason; what is typed next is the answer still."""
    await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
    again = await house.services.hours.answer(tamara.person, words)
    assert isinstance(again, Asking)
    assert isinstance(again.problem, problem)
    assert (await typed(house, tamara, "9-10")).outcome.effects[0].closed == A_DAY - 4


async def test_nothing_is_read_that_nobody_asked_for(house: House, tamara: Employee) -> None:
    """R30: typed words without a question change nothing."""
    with pytest.raises(NotFound):
        await house.services.hours.answer(tamara.person, "9-12")


# All weeks


async def test_new_hours_end_the_present_ones(
    house: House, tamara: Employee, boris: Family, petrova: Doctor
) -> None:
    """R13, R15: from Thursday on the new line counts and nothing else; until then as before."""
    await asked(house, tamara, About.RULES, petrova.id)
    preview = await typed(house, tamara, "пн-пт 13-15 по 30 мин, с 26.11")
    left = WORKDAYS_KEPT - 3
    assert counts(preview.outcome) == [("Петрова", 4 * left, A_DAY * left, 0)]
    assert counts(await apply(house, tamara, preview)) == counts(preview.outcome)
    assert len(await free_on(house, petrova, boris, WEDNESDAY)) == A_DAY
    expected = ["13:00", "13:30", "14:00", "14:30"]
    assert await free_on(house, petrova, boris, THURSDAY) == expected


async def test_a_doctor_stops_receiving(house: House, tamara: Employee, petrova: Doctor) -> None:
    """The rules end the day before, and no others follow."""
    await asked(house, tamara, About.RULES, petrova.id)
    preview = await typed(house, tamara, "не принимает с 26.11")
    change = preview.outcome.change
    assert isinstance(change, NewHours)
    assert (change.since, list(change.rules)) == (THURSDAY, [])
    await apply(house, tamara, preview)
    assert await house.count("schedule_rules", "valid_until IS NULL") == 1  # Ким's


async def test_who_covers_follows_the_new_hours(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor
) -> None:
    """R15: a substitute who receives in the hours of a doctor on leave gets the new ones, and the
    preview counts them."""
    await house.services.clinics.add_leave(
        petrova, Leave(TUESDAY, WEDNESDAY, kim.id, in_their_hours=True)
    )
    await asked(house, tamara, About.RULES, petrova.id)
    preview = await typed(house, tamara, "пн-пт 13-15 по 30")
    assert ("Ким", 8, 0, 0) in [
        (name, made, 0, hit) for name, made, _, hit in counts(preview.outcome)
    ]
    assert counts(await apply(house, tamara, preview)) == counts(preview.outcome)


# Leave


async def test_a_leave_with_a_substitute(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor, visit: Appointment
) -> None:
    """R15: nobody at first, then a colleague, then in these hours too: each time the preview says
    what it does, and the last one is what is made."""
    hours = house.services.hours
    overview = house.services.overview
    [evening] = weekly(time(17), time(18))
    await house.services.clinics.add_rule(petrova, evening)
    day = A_DAY + 4
    await asked(house, tamara, About.LEAVE, petrova.id)
    alone = await typed(house, tamara, "24.11–25.11")
    assert counts(alone.outcome) == [("Петрова", 0, 2 * day - 1, 1)]
    covering = await hours.who_covers(tamara.person, tamara.post, alone.mark)
    assert list(covering.colleagues) == [kim]
    who = (tamara.person, tamara.post)
    own = await hours.cover(*who, alone.mark, kim.id, in_their_hours=False)
    assert counts(own.outcome) == [*counts(alone.outcome), ("Ким", 0, 0, 0)]
    both = await hours.cover(*who, own.mark, kim.id, in_their_hours=True)
    assert counts(both.outcome)[1][:2] == ("Ким", 8)
    nobody = await hours.cover(*who, both.mark, None, in_their_hours=True)
    assert counts(nobody.outcome) == counts(alone.outcome)
    for stale in (alone, own, both):
        if stale.mark != nobody.mark:
            with pytest.raises(DraftReplaced):
                await apply(house, tamara, stale)
    both = await hours.cover(*who, nobody.mark, kim.id, in_their_hours=True)
    assert counts(await apply(house, tamara, both)) == counts(both.outcome)
    assert await house.count("leaves", "in_their_hours") == 1

    week = await overview.week(*who, petrova.id)
    assert week.days[1].leave == Leave(TUESDAY, WEDNESDAY, kim.id, in_their_hours=True)
    assert (await overview.week(*who, kim.id)).days[1].covers
    [leave] = (await overview.ahead(*who)).deviations
    undo = await hours.undo(*who, leave.kind, leave.id)
    # Миша's time is his still, and in the hours again: nothing is to be made of it.
    assert counts(undo.outcome) == [("Петрова", 2 * day - 1, 0, 0), ("Ким", 0, 8, 0)]
    assert counts(await apply(house, tamara, undo)) == counts(undo.outcome)
    assert await house.count("leaves") == 0


async def test_nobody_substitutes_themselves(
    house: House, tamara: Employee, petrova: Doctor
) -> None:
    """R30: a forged substitute is refused, before the database has to."""
    await asked(house, tamara, About.LEAVE, petrova.id)
    leave = await typed(house, tamara, "24.11")
    with pytest.raises(NotFound):
        await house.services.hours.cover(
            tamara.person, tamara.post, leave.mark, petrova.id, in_their_hours=False
        )


async def test_only_a_leave_has_a_substitute(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor
) -> None:
    """R30: a tap made for a leave does nothing to another draft."""
    hours, who = house.services.hours, (tamara.person, tamara.post)
    preview = await hours.close_day(*who, petrova.id, TUESDAY)
    with pytest.raises(DraftReplaced):
        await hours.who_covers(*who, preview.mark)
    with pytest.raises(DraftReplaced):
        await hours.cover(*who, preview.mark, kim.id, in_their_hours=False)


# The clinic


async def test_a_holiday_closes_everybody_s_day_once(
    house: House, irina: Employee, visit: Appointment
) -> None:
    """R15: all doctors in sum; taken back, all times are there again."""
    await asked(house, irina, About.HOLIDAY)
    preview = await typed(house, irina, "24.11–25.11")
    expected = [("Ким", 0, 2 * KIM_S_DAY, 0), ("Петрова", 0, 2 * A_DAY - 1, 1)]
    assert counts(preview.outcome) == expected
    assert counts(await apply(house, irina, preview)) == expected
    hours, who = house.services.hours, (irina.person, irina.post)
    overview = house.services.overview
    [holiday] = (await overview.ahead(*who)).deviations
    assert holiday.what == Holiday(TUESDAY, WEDNESDAY)
    undo = await hours.undo(*who, holiday.kind, holiday.id)
    again = [("Ким", 2 * KIM_S_DAY, 0, 0), ("Петрова", 2 * A_DAY - 1, 0, 0)]
    assert counts(await apply(house, irina, undo)) == again
    assert await house.count("slots", "withdrawn") == 0


async def test_only_this_change_s_visits_are_counted(
    house: House, irina: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """A visit that an earlier change put outside the hours is not counted by the next one."""
    for day in (TUESDAY, WEDNESDAY):
        preview = await house.services.hours.close_day(irina.person, irina.post, petrova.id, day)
        assert counts(preview.outcome)[0][3] == (day == TUESDAY)
        await apply(house, irina, preview)


# Once


async def test_two_taps_make_a_change_once(house: House, irina: Employee, petrova: Doctor) -> None:
    """R08, R45: of two taps at once one makes it; the other is told so. So is the same update
    again."""
    await asked(house, irina, About.HOLIDAY)
    preview = await typed(house, irina, "24.11")
    found = await asyncio.gather(
        *(apply(house, irina, preview) for _ in range(2)), return_exceptions=True
    )
    refused = [each for each in found if isinstance(each, BaseException)]
    assert [type(each) for each in refused] == [DraftReplaced]
    assert await house.count("holidays") == 1


async def test_an_update_delivered_twice_drafts_once(
    house: House, tamara: Employee, petrova: Doctor
) -> None:
    """R45: the words of a replayed update lead to the same preview, and write nothing."""
    await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
    with effect_of(7):
        first = await typed(house, tamara, "10-11")
        again = await typed(house, tamara, "10-11")
    assert again == first
    with effect_of(8):
        await apply(house, tamara, again)
        with pytest.raises(DraftReplaced):
            await apply(house, tamara, again)
    assert await house.count("schedule_exceptions") == 1


async def test_words_typed_after_a_preview_replace_its_draft(
    house: House, tamara: Employee, petrova: Doctor
) -> None:
    """A tap never acts on other words than stood above it."""
    await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
    old = await typed(house, tamara, "10-11")
    new = await typed(house, tamara, "10-12")
    with pytest.raises(DraftReplaced):
        await apply(house, tamara, old)
    await apply(house, tamara, new)
    assert await house.count("schedule_exceptions") == 1


async def test_a_draft_that_was_dropped_is_not_made(
    house: House, tamara: Employee, petrova: Doctor
) -> None:
    """After "Отмена" nothing is asked for, and the preview's button does nothing. Asking anew
    without words has nothing to make, either."""
    hours, who = house.services.hours, (tamara.person, tamara.post)
    preview = await hours.close_day(*who, petrova.id, TUESDAY)
    await hours.discard(*who)
    assert await house.services.typing.whose(tamara.person) is Role.REGISTRAR
    with pytest.raises(DraftReplaced):
        await apply(house, tamara, preview)
    await asked(house, tamara, About.DAY, petrova.id, TUESDAY)
    with pytest.raises(DraftReplaced):
        await apply(house, tamara, preview)


async def test_a_draft_of_one_post_is_not_made_in_another(
    house: House, tamara: Employee, stranger: Employee, petrova: Doctor
) -> None:
    """R30: whoever works at two clinics changes each one's hours at its own desk."""
    invitation = await house.services.members.appoint("severyanka", Role.REGISTRAR)
    second = await house.services.workday.accept(tamara.person, invitation.token, "Тамара")
    hours = house.services.hours
    preview = await hours.close_day(tamara.person, tamara.post, petrova.id, TUESDAY)
    with pytest.raises(DraftReplaced):
        await hours.apply(tamara.person, second.post.id, preview.mark)
    await apply(house, tamara, preview)


async def test_a_visit_booked_meanwhile_is_in_what_was_done(
    house: House, tamara: Employee, boris: Family, petrova: Doctor
) -> None:
    """R10: between preview and change a family books: the visit stays, and is told to the
    registry."""
    preview = await house.services.hours.close_day(tamara.person, tamara.post, petrova.id, TUESDAY)
    slot, *_ = await slots_of(house, petrova, boris, TUESDAY)
    await house.book(boris.parent, boris.child.id, slot)
    assert counts(await apply(house, tamara, preview)) == [("Петрова", 0, A_DAY - 1, 1)]
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_days_without_times_yet(house: House, irina: Employee) -> None:
    """A holiday behind the horizon changes no time now, and says up to where was counted."""
    await asked(house, irina, About.HOLIDAY)
    preview = await typed(house, irina, "31.12–8.01")
    assert counts(preview.outcome) == [("Ким", 0, 0, 0), ("Петрова", 0, 0, 0)]
    assert preview.outcome.counted_until == LAST_STORED
    await apply(house, irina, preview)
    house.clock.forward(days=30)
    assert await house.services.clinics.refresh_schedules() > 0
    assert await house.count("slots", "day BETWEEN '2026-12-31' AND '2027-01-08'") == 0
    assert await house.count("slots", "day = '2026-12-30'") == A_DAY + KIM_S_DAY


async def test_days_that_no_calendar_has_are_asked_for_again(
    house: House, irina: Employee, petrova: Doctor
) -> None:
    """Days backwards are no leave."""
    await asked(house, irina, About.LEAVE, petrova.id)
    again = await house.services.hours.answer(irina.person, "14.12–1.12")
    assert isinstance(again, Asking)
    assert isinstance(again.problem, DateUnclear)


# Sheets


def sheet(*timetables: Timetable) -> Sheet:
    return Sheet(timetables)


async def test_a_sheet_is_looked_at_and_taken_over(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor, visit: Appointment
) -> None:
    """R37: by doctor, new ones and rooms included, and whom it leaves alone; all or nothing."""
    rules: Sequence[ScheduleRule] = weekly(time(13), time(15), 30)
    proposed = sheet(
        Timetable("петрова анна сергеевна", "21", MONDAY, rules),
        Timetable("Орлова Инна", "15", MONDAY, rules),
    )
    hours, who = house.services.hours, (tamara.person, tamara.post)
    overview = house.services.overview
    before = await everything(house)
    preview = await hours.propose(*who, proposed)
    assert await everything(house) == before
    kept = 4 * WORKDAYS_KEPT
    expected = [("Петрова", kept, A_DAY * WORKDAYS_KEPT - 1, 1), ("Орлова", kept, 0, 0)]
    assert counts(preview.outcome) == expected
    told = [(each.new, each.room_before) for each in preview.outcome.effects]
    assert told == [(False, "12"), (True, None)]
    assert list(preview.outcome.untouched) == [kim]
    assert counts(await apply(house, tamara, preview)) == expected
    assert len(await house.doctors(petrova.clinic)) == 3
    found = await overview.timetables(*who)
    assert [each.room for each in found] == ["14", "15", "21"]


async def test_a_sheet_that_cannot_be_taken_over(house: House) -> None:
    """R37: of namesakes nobody guesses which is meant, and nothing is written."""
    await open_clinic(house, NewDoctor("Орлова Инна", "1", []), NewDoctor("ОРЛОВА ИННА", "2", []))
    lena = await employ(house, Role.REGISTRAR, 205, "other")
    before = await everything(house)
    with pytest.raises(SeveralDoctors):
        await house.services.hours.propose(
            lena.person, lena.post, sheet(Timetable("орлова инна", "1", MONDAY, weekly()))
        )
    assert await everything(house) == before


async def test_where_a_sheet_goes(house: House, tamara: Employee, stranger: Employee) -> None:
    """To the clinic where the person was asked something last; else to their first post."""
    invitation = await house.services.members.appoint("severyanka", Role.REGISTRAR)
    second = await house.services.workday.accept(tamara.person, invitation.token, "Тамара")
    hours = house.services.hours
    overview = house.services.overview
    assert (await overview.sheet_desk(tamara.person)).post.id == second.post.id
    await house.services.workday.desk(tamara.person, tamara.post)
    assert (await overview.sheet_desk(tamara.person)).post.id == tamara.post
    [doctor] = await house.doctors(second.post.clinic)
    await hours.ask(tamara.person, second.post.id, HoursQuestion(About.RULES, doctor.id))
    assert (await overview.sheet_desk(tamara.person)).post.id == second.post.id


# Pure


def test_why_a_day_is_unusual() -> None:
    """Exception, leave, holiday and a colleague's hours are told apart."""
    rules = weekly()
    leave, holiday = Leave(TUESDAY, TUESDAY), Holiday(WEDNESDAY, WEDNESDAY)
    schedule = Schedule(
        rules,
        exceptions=[ScheduleException(MONDAY, MONDAY)],
        holidays=[holiday],
        leaves=[leave],
        covers=[Cover(THURSDAY, THURSDAY, weekly(time(14), time(16)))],
    )
    found = [hours_on(schedule, day, None) for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)]
    assert [each.exception for each in found] == [True, False, False, False]
    assert [each.leave for each in found] == [None, leave, None, None]
    assert [each.holiday for each in found] == [None, None, holiday, None]
    assert [each.covers for each in found] == [False, False, False, True]
    assert [len(each.receptions) for each in found] == [0, 0, 0, 2]


def test_how_long_a_visit_usually_takes() -> None:
    """By the rule of such a day, else by any, else a quarter of an hour."""
    reception = Reception(Hours(time(9), time(12)), timedelta(minutes=40))
    saturday = ScheduleRule(reception, SUNDAY, weekdays=frozenset({5}))
    rules = [*weekly(minutes=20), saturday]
    assert usual_visit(rules, date(2026, 11, 28)) == timedelta(minutes=40)
    assert usual_visit(rules, date(2026, 11, 29)) == timedelta(minutes=20)
    assert usual_visit([], MONDAY) == timedelta(minutes=15)
