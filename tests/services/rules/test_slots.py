"""From a doctor's schedule to visits' times and stored slots: the clinic's wall is what counts."""

import os
import time as machine
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.model.clinic import Hours, Reason, Side
from services.model.ids import SlotId
from services.model.schedule import (
    Cover,
    Holiday,
    Leave,
    Reception,
    Schedule,
    ScheduleException,
    ScheduleRule,
)
from services.model.slots import Changes, Opening, Stored, Stretch
from services.rules.slots import (
    changes,
    first_of,
    instant_of,
    is_within,
    left_outside,
    openings,
    receptions_on,
)
from tests.chances import so_often

BERLIN = ZoneInfo("Europe/Berlin")
MOSCOW = ZoneInfo("Europe/Moscow")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
"""Its clocks change by half an hour."""
SPRING = date(2026, 3, 29)
"""A Sunday: the clocks of Berlin go from 2:00 to 3:00."""
AUTUMN = date(2026, 10, 25)
"""A Sunday: the clocks of Berlin show 2:00 to 3:00 twice."""
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NOVEMBER_24 = date(2026, 11, 24)
"""A Tuesday."""
INFANTS = frozenset({Reason.INFANT_DAY})


def november(day: int) -> date:
    """Of 2026: its 1st is a Sunday."""
    return date(2026, 11, day)


def hours(text: str) -> Hours:
    """Hours like "09:00-13:00"."""
    starts, ends = text.split("-")
    return Hours(time.fromisoformat(starts), time.fromisoformat(ends))


def reception(
    when: str, minutes: int = 30, *breaks: str, reasons: frozenset[Reason] = frozenset()
) -> Reception:
    return Reception(
        hours(when), timedelta(minutes=minutes), [hours(pause) for pause in breaks], reasons
    )


def rule(
    what: Reception | str,
    *weekdays: int,
    days: Side = Side.ALL,
    since: str = "2020-01-01",
    until: str = "",
) -> ScheduleRule:
    """A rule for these weekdays, or for all if none is named."""
    return ScheduleRule(
        what if isinstance(what, Reception) else reception(what),
        date.fromisoformat(since),
        date.fromisoformat(until) if until else None,
        frozenset(weekdays or range(7)),
        days,
    )


def on_day(schedule: Schedule, day: date, zone: ZoneInfo = BERLIN) -> list[Opening]:
    return openings(schedule, zone, day, day)


def of(*receptions: Reception) -> Schedule:
    """The doctor receives like this every day."""
    return Schedule([rule(each) for each in receptions])


def walls(found: Iterable[Opening], zone: ZoneInfo = BERLIN) -> list[str]:
    """The starts as the clinic's clock shows them."""
    return [f"{opening.stretch.starts_at.astimezone(zone):%H:%M}" for opening in found]


def days(found: Iterable[Opening], zone: ZoneInfo = BERLIN) -> list[date]:
    return [opening.stretch.starts_at.astimezone(zone).date() for opening in found]


def days_of_november(schedule: Schedule) -> list[int]:
    """On which the doctor receives."""
    found = openings(schedule, BERLIN, november(1), november(30))
    return sorted({day.day for day in days(found)})


# What a doctor does on a day


@pytest.mark.parametrize("weekday", range(7), ids=WEEKDAYS)
def test_nine_o_clock_is_nine_o_clock_all_year(weekday: int) -> None:
    """R13: a weekly rule gives 9:00 on the wall on each such day, across both clock changes."""
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    found = openings(Schedule([rule("09:00-09:30", weekday)]), BERLIN, first, last)

    every_day = (first + timedelta(days=n) for n in range(365))
    assert days(found) == [day for day in every_day if day.weekday() == weekday]
    assert set(walls(found)) == {"09:00"}
    assert {opening.stretch.starts_at.hour for opening in found} == {7, 8}


def test_a_rule_may_name_several_weekdays() -> None:
    """R15: "Mondays, Wednesdays and Fridays" is one rule."""
    schedule = Schedule([rule("09:00-09:30", MONDAY, WEDNESDAY, FRIDAY)])

    assert days_of_november(schedule) == [2, 4, 6, 9, 11, 13, 16, 18, 20, 23, 25, 27, 30]


def test_even_days_in_the_morning_and_odd_ones_in_the_afternoon() -> None:
    """R15: чётные 8-14, нечётные 14-20: two odd days meet where a month of 31 days ends."""
    mornings = rule("08:00-14:00", days=Side.EVEN)
    afternoons = rule("14:00-20:00", days=Side.ODD)
    found = openings(
        Schedule([mornings, afternoons]), BERLIN, date(2026, 10, 30), date(2026, 11, 2)
    )

    latest_first = zip(reversed(days(found)), reversed(walls(found)), strict=True)
    assert dict(latest_first) == {
        date(2026, 10, 30): "08:00",
        date(2026, 10, 31): "14:00",
        date(2026, 11, 1): "14:00",
        date(2026, 11, 2): "08:00",
    }


def test_even_days_of_the_working_week() -> None:
    """R15: a rule may ask for both: a weekday, and an even day of the month."""
    schedule = Schedule([rule("08:00-14:00", *range(MONDAY, SATURDAY), days=Side.EVEN)])

    assert days_of_november(schedule) == [2, 4, 6, 10, 12, 16, 18, 20, 24, 26, 30]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-11-10", "", [10, 17, 24]),
        ("2026-11-11", "", [17, 24]),
        ("2020-01-01", "2026-11-17", [3, 10, 17]),
        ("2020-01-01", "2026-11-16", [3, 10]),
        ("2026-11-17", "2026-11-17", [17]),
        ("2026-12-01", "", []),
        ("2020-01-01", "2026-10-31", []),
    ],
)
def test_a_rule_is_valid_between_its_days(since: str, until: str, expected: list[int]) -> None:
    """R15: a rule gives times from its first day to its last, both included."""
    schedule = Schedule([rule("09:00-09:30", TUESDAY, since=since, until=until)])

    assert days_of_november(schedule) == expected


def test_the_first_and_the_last_day_are_included() -> None:
    """R15: the last day of the horizon shows all that its rule gives."""
    schedule = Schedule([rule("09:00-10:00", TUESDAY)])
    found = openings(schedule, BERLIN, november(17), november(24))

    assert [day.day for day in days(found)] == [17, 17, 24, 24]


def test_no_days_have_no_times() -> None:
    """A last day before the first one is no day at all."""
    assert openings(of(reception("09:00-10:00")), BERLIN, november(2), november(1)) == []


def test_the_receptions_of_a_day_are_in_order() -> None:
    """The doctor's day reads from morning to evening, in whatever order the rules stand."""
    evening, short, long = (
        reception("17:00-19:00"),
        reception("08:00-09:00", 10),
        reception("08:00-12:00"),
    )
    schedule = of(evening, long, short)

    assert receptions_on(schedule, NOVEMBER_24) == [short, long, evening]


HALF_A_DAY = ScheduleException(november(23), november(25), [reception("10:00-11:00")])
CLOSED = ScheduleException(november(23), november(25))


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        ([], ["09:00", "09:30"]),
        ([HALF_A_DAY], ["10:00", "10:30"]),
        ([CLOSED], []),
        ([CLOSED, HALF_A_DAY], ["10:00", "10:30"]),
        ([HALF_A_DAY, CLOSED], []),
        ([HALF_A_DAY, ScheduleException(november(1), november(22))], ["10:00", "10:30"]),
    ],
    ids=["none", "other hours", "closed", "other hours last", "closed last", "of other days last"],
)
@pytest.mark.parametrize("day", [23, 24, 25])
def test_an_exception_decides_alone(
    exceptions: list[ScheduleException], expected: list[str], day: int
) -> None:
    """R15: on its days an exception counts instead of the rules; of two that meet, the last."""
    schedule = replace(of(reception("09:00-10:00")), exceptions=exceptions)

    assert walls(on_day(schedule, november(day))) == expected


@pytest.mark.parametrize("day", [22, 26])
def test_an_exception_says_nothing_of_other_days(day: int) -> None:
    """R15: the day before an exception and the day after are as ever."""
    schedule = replace(of(reception("09:00-10:00")), exceptions=[CLOSED])

    assert walls(on_day(schedule, november(day))) == ["09:00", "09:30"]


def test_an_exception_s_receptions_are_in_order() -> None:
    """What a clinic types for one day reads from morning to evening, too."""
    morning, evening = reception("08:00-12:00"), reception("17:00-19:00")
    exception = ScheduleException(november(24), november(24), [evening, morning])

    assert receptions_on(Schedule(exceptions=[exception]), NOVEMBER_24) == [morning, evening]


def test_nobody_receives_on_a_holiday() -> None:
    """R15: on the days of a holiday, both included, the rules are silent."""
    schedule = replace(of(reception("09:00-10:00")), holidays=[Holiday(november(4), november(5))])

    assert days_of_november(schedule) == [day for day in range(1, 31) if day not in {4, 5}]


def test_a_doctor_on_leave_does_not_receive() -> None:
    """R15: on the days of a leave, both included, the rules are silent."""
    schedule = replace(of(reception("09:00-10:00")), leaves=[Leave(november(2), november(27))])

    assert days_of_november(schedule) == [1, 28, 29, 30]


def test_the_duty_doctor_receives_on_a_holiday() -> None:
    """R15: an exception with hours stands above the holiday, for its own day."""
    duty = ScheduleException(november(4), november(4), [reception("10:00-12:00", 60)])
    schedule = replace(
        of(reception("09:00-10:00")),
        exceptions=[duty],
        holidays=[Holiday(november(4), november(5))],
    )

    assert walls(openings(schedule, BERLIN, november(4), november(5))) == ["10:00", "11:00"]


def test_a_doctor_may_come_in_during_a_leave() -> None:
    """R15: an exception with hours stands above the leave, too."""
    back_for_a_day = ScheduleException(november(11), november(11), [reception("10:00-10:30")])
    schedule = replace(
        of(reception("09:00-10:00")),
        exceptions=[back_for_a_day],
        leaves=[Leave(november(2), november(30))],
    )

    assert days_of_november(schedule) == [1, 11]


# Covers: the hours of a doctor who is away


ABSENT_DOCTOR = [rule("14:00-15:00", *range(MONDAY, FRIDAY), days=Side.EVEN)]
IN_THEIR_WEEK = Cover(november(23), november(29), ABSENT_DOCTOR)


def test_a_cover_is_added_to_the_doctor_s_own_hours() -> None:
    """R15: own hours in the morning, those of the doctor who is away in the afternoon."""
    schedule = replace(of(reception("09:00-10:00")), covers=[IN_THEIR_WEEK])

    assert receptions_on(schedule, NOVEMBER_24) == [
        reception("09:00-10:00"),
        reception("14:00-15:00"),
    ]
    assert walls(on_day(schedule, NOVEMBER_24)) == ["09:00", "09:30", "14:00", "14:30"]


def test_a_cover_needs_no_hours_of_one_s_own() -> None:
    """R15: a doctor who only stands in receives on the absent one's days, while it lasts."""
    assert days_of_november(Schedule(covers=[IN_THEIR_WEEK])) == [24, 26]


@pytest.mark.parametrize(
    "more",
    [
        Schedule(exceptions=[CLOSED]),
        Schedule(leaves=[Leave(november(24), november(24))]),
        Schedule(holidays=[Holiday(november(24), november(24))]),
    ],
    ids=["closed", "leave", "holiday"],
)
def test_who_does_not_receive_covers_nobody(more: Schedule) -> None:
    """R15: a day off is off from the hours that were taken over, too."""
    assert receptions_on(replace(more, covers=[IN_THEIR_WEEK]), NOVEMBER_24) == []


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("09:15-12:00", ["09:15", "10:00", "10:30", "11:15"]),
        ("09:45-12:00", ["10:00", "10:30", "11:15"]),
    ],
)
def test_own_hours_go_before_those_of_a_cover(when: str, expected: list[str]) -> None:
    """R02, R15: where both meet, the doctor's own families keep their times."""
    own = reception("10:00-11:00")
    theirs = Cover(november(1), november(30), [rule(when)])
    schedule = replace(of(own), covers=[theirs])

    assert receptions_on(schedule, NOVEMBER_24) == [own, reception(when)]
    assert walls(on_day(schedule, NOVEMBER_24)) == expected


def test_a_cover_does_not_take_the_doctor_s_lunch() -> None:
    """R15: the doctor's own break holds in the hours taken over, and these go on after it."""
    theirs = Cover(november(1), november(30), [rule("12:00-14:00")])
    schedule = replace(of(reception("11:00-12:30", 30, "12:00-12:20")), covers=[theirs])

    assert walls(on_day(schedule, NOVEMBER_24)) == ["11:00", "11:30", "12:20", "12:50", "13:20"]


def test_two_doctors_may_be_covered_at_once() -> None:
    """R15: the hours of both are taken over; where they meet, those that start first."""
    late = Cover(november(1), november(30), [rule("10:15-12:00")])
    early = Cover(november(1), november(30), [rule("09:00-11:00")])
    found = on_day(Schedule(covers=[late, early]), NOVEMBER_24)

    assert walls(found) == ["09:00", "09:30", "10:00", "10:30", "11:15"]


# How hours are cut into visits


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ("10:30", ["09:00", "09:30", "10:00"]),
        ("10:29", ["09:00", "09:30"]),
        ("09:30", ["09:00"]),
        ("09:29", []),
        ("08:00", []),
    ],
)
def test_the_last_visit_fits_before_the_end(ends: str, expected: list[str]) -> None:
    """A visit that would end after the doctor has gone home is not offered."""
    assert walls(on_day(of(reception(f"09:00-{ends}")), NOVEMBER_24)) == expected


def test_midnight_is_the_end_of_the_day() -> None:
    """Hours until 0:00 go up to midnight of their own day, and no further."""
    schedule = Schedule([rule("23:00-00:00", TUESDAY)])
    found = openings(schedule, BERLIN, november(23), november(29))

    assert walls(found) == ["23:00", "23:30"]
    assert set(days(found)) == {NOVEMBER_24}
    assert f"{found[-1].stretch.ends_at.astimezone(BERLIN):%d %H:%M}" == "25 00:00"


def test_a_day_and_the_next_may_touch_at_midnight() -> None:
    """R02: the last visit of a day ends as the first of the next begins."""
    found = openings(of(reception("00:00-00:00", 60)), BERLIN, november(2), november(3))

    assert len(found) == 48
    assert all(a.stretch.ends_at == b.stretch.starts_at for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("breaks", "expected"),
    [
        (["10:00-10:15"], ["09:00", "09:30", "10:15", "10:45", "11:15"]),
        (["09:45-10:00"], ["09:00", "10:00", "10:30", "11:00", "11:30"]),
        (["09:10-09:20"], ["09:20", "09:50", "10:20", "10:50", "11:20"]),
        (["09:00-09:20"], ["09:20", "09:50", "10:20", "10:50", "11:20"]),
        (["08:00-09:20"], ["09:20", "09:50", "10:20", "10:50", "11:20"]),
        (["11:30-12:00"], ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        (["11:45-13:00"], ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        (["11:20-00:00"], ["09:00", "09:30", "10:00", "10:30"]),
        (["08:00-09:00"], ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]),
        (["12:00-12:30"], ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]),
        (["10:10-10:10"], ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]),
        (["10:30-10:10"], ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]),
        (["08:00-13:00"], []),
        (["11:00-11:10", "10:00-10:20"], ["09:00", "09:30", "10:20", "11:10"]),
        (["10:00-10:10", "10:10-10:30"], ["09:00", "09:30", "10:30", "11:00", "11:30"]),
        (["10:00-10:30", "10:10-10:20"], ["09:00", "09:30", "10:30", "11:00", "11:30"]),
        (["09:45-10:05", "10:00-10:30"], ["09:00", "10:30", "11:00", "11:30"]),
    ],
    ids=[
        "touching a visit's end",
        "inside a visit",
        "inside the first visit",
        "at the opening",
        "over the opening",
        "before the closing",
        "over the closing",
        "up to midnight",
        "before the hours",
        "after the hours",
        "that takes no time",
        "that ends before it begins",
        "all the time",
        "two, in any order",
        "two that touch",
        "one in the other",
        "two that overlap",
    ],
)
def test_no_visit_in_a_break(breaks: list[str], expected: list[str]) -> None:
    """R15: a visit that a break would meet is not lost: it begins as the break ends."""
    schedule = of(reception("09:00-12:00", 30, *breaks))

    assert walls(on_day(schedule, NOVEMBER_24)) == expected


def test_two_receptions_of_one_day_are_merged() -> None:
    """R02: where two receptions would overlap the earlier one wins, and the day is in order."""
    found = on_day(of(reception("10:15-12:00"), reception("09:00-11:00")), NOVEMBER_24)

    assert walls(found) == ["09:00", "09:30", "10:00", "10:30", "11:15"]


def test_hours_that_start_together_go_to_the_shorter_visits() -> None:
    """R02: whatever order the rules stand in, the stretch that ends first wins."""
    long, short = reception("09:00-11:00", 60), reception("09:00-09:40", 20)

    for schedule in (of(long, short), of(short, long)):
        assert walls(on_day(schedule, NOVEMBER_24)) == ["09:00", "09:20", "10:00"]


def test_infants_have_hours_of_their_own() -> None:
    """R15: each time says what it is for; the infants' hour may lie in a break of the others."""
    everybody = reception("08:00-11:00", 30, "09:00-10:00")
    infants = reception("09:00-10:00", 20, reasons=INFANTS)
    found = on_day(of(everybody, infants), NOVEMBER_24)

    assert walls(found) == ["08:00", "08:30", "09:00", "09:20", "09:40", "10:00", "10:30"]
    assert [opening.reasons == INFANTS for opening in found] == [
        *[False, False],
        *[True, True, True],
        *[False, False],
    ]
    assert {opening.reasons for opening in found} == {INFANTS, frozenset()}


def test_a_winter_on_the_clinic_s_door() -> None:
    """R15: even and odd days, an exception, a holiday, a leave and a cover in one fortnight."""
    schedule = Schedule(
        rules=[
            rule("08:00-09:00", *range(MONDAY, SATURDAY), days=Side.EVEN),
            rule("14:00-15:00", *range(MONDAY, SATURDAY), days=Side.ODD),
            rule(reception("15:00-16:00", 60, reasons=INFANTS), TUESDAY, since="2026-11-10"),
        ],
        exceptions=[
            ScheduleException(november(4), november(4), [reception("10:00-11:00", 60)]),  # on duty
            ScheduleException(november(9), november(9)),  # at a congress
        ],
        holidays=[Holiday(november(3), november(4))],
        leaves=[Leave(november(12), november(13))],
        covers=[Cover(november(10), november(12), [rule("16:30-17:30", days=Side.EVEN)])],
    )
    found = openings(schedule, MOSCOW, november(2), november(14))

    times: dict[int, list[str]] = {}
    for day, wall in zip(days(found, MOSCOW), walls(found, MOSCOW), strict=True):
        times.setdefault(day.day, []).append(wall)
    assert times == {
        2: ["08:00", "08:30"],
        4: ["10:00"],
        5: ["14:00", "14:30"],
        6: ["08:00", "08:30"],
        10: ["08:00", "08:30", "15:00", "16:30", "17:00"],
        11: ["14:00", "14:30"],
    }
    assert [
        day.day for opening, day in zip(found, days(found), strict=True) if opening.reasons
    ] == [10]


# The clock changes


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (BERLIN, SPRING, ["01:00", "01:30", "03:00", "03:30"]),
        (NEW_YORK, date(2026, 3, 8), ["01:00", "01:30", "03:00", "03:30"]),
        (LORD_HOWE, date(2026, 10, 4), ["01:00", "01:30", "02:30", "03:00", "03:30"]),
    ],
    ids=str,
)
def test_a_time_that_spring_skips_is_skipped(
    zone: ZoneInfo, day: date, expected: list[str]
) -> None:
    """R13: what would begin in the missing time does not exist; what follows is on the wall."""
    found = on_day(of(reception("01:00-04:00")), day, zone)

    assert walls(found, zone) == expected
    assert all(a.stretch.ends_at == b.stretch.starts_at for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("zone", "day", "twice", "until"),
    [
        (BERLIN, AUTUMN, timedelta(hours=1), "03:00"),
        (NEW_YORK, date(2026, 11, 1), timedelta(hours=1), "02:00"),
        (LORD_HOWE, date(2026, 4, 5), timedelta(minutes=30), "02:00"),
    ],
    ids=str,
)
def test_a_time_that_autumn_shows_twice_is_the_first(
    zone: ZoneInfo, day: date, twice: timedelta, until: str
) -> None:
    """R13: in the time that comes twice the doctor receives once, the first time round."""
    found = on_day(of(reception("00:30-04:00")), day, zone)

    expected = ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]
    assert walls(found, zone) == expected
    pauses = {
        expected[n + 1]: later.stretch.starts_at - earlier.stretch.ends_at
        for n, (earlier, later) in enumerate(pairwise(found))
    }
    assert {wall: pause for wall, pause in pauses.items() if pause} == {until: twice}


def test_no_visit_reaches_over_the_missing_hour_past_the_doctor_s_day() -> None:
    """R13: a visit that the clock change would push past the end on the wall is not offered."""
    assert walls(on_day(of(reception("01:00-02:30", 45)), SPRING)) == ["01:00"]


def test_no_visit_reaches_over_the_missing_hour_into_a_break() -> None:
    """R13: nor one that the clock change would push into a break."""
    found = on_day(of(reception("01:00-04:30", 45, "03:00-03:30")), SPRING)

    assert walls(found) == ["01:00", "03:30"]


def test_a_visit_may_reach_over_the_missing_hour() -> None:
    """R13: it takes as long as it says, and what it would run into is not offered."""
    found = on_day(of(reception("01:00-04:45", 45)), SPRING)

    assert walls(found) == ["01:00", "01:45", "04:00"]
    assert f"{found[1].stretch.ends_at.astimezone(BERLIN):%H:%M}" == "03:30"


def test_a_visit_may_end_as_the_clock_jumps() -> None:
    """R13: the last moment of a visit is what must be within the doctor's day on the wall."""
    assert walls(on_day(of(reception("01:00-02:00")), SPRING)) == ["01:00", "01:30"]


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        (BERLIN, "2026-03-29T01:59", "2026-03-29T00:59"),
        (BERLIN, "2026-03-29T02:00", None),
        (BERLIN, "2026-03-29T02:59", None),
        (BERLIN, "2026-03-29T03:00", "2026-03-29T01:00"),
        (BERLIN, "2026-10-25T02:30", "2026-10-25T00:30"),
        (BERLIN, "2026-10-25T03:00", "2026-10-25T02:00"),
        (NEW_YORK, "2026-03-08T02:30", None),
        (NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30"),
        (LORD_HOWE, "2026-10-04T02:15", None),
        (LORD_HOWE, "2026-10-04T02:30", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-04-05T01:45", "2026-04-04T14:45"),
    ],
    ids=str,
)
def test_what_the_clock_shows_is_one_instant_or_none(
    zone: ZoneInfo, wall: str, instant: str | None
) -> None:
    """R13: a time in the gap has no instant; one in the fold has the first of its two."""
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None

    assert instant_of(datetime.fromisoformat(wall), zone) == expected


@pytest.fixture
def server_s_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The server's own clock is set to another zone's time, and back afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        machine.tzset()
        yield request.param
    machine.tzset()


@pytest.mark.parametrize(
    "server_s_zone",
    ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe"],
    indirect=True,
)
def test_the_server_s_own_zone_is_of_no_matter(server_s_zone: str) -> None:
    """R14: wherever the server stands, a clinic in Berlin gets the times of Berlin."""
    assert os.environ["TZ"] == server_s_zone
    a_summer_noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert a_summer_noon.astimezone().hour == a_summer_noon.astimezone(ZoneInfo(server_s_zone)).hour

    schedule = Schedule([rule(reception("09:00-10:15", 30, "09:30-09:45"), SUNDAY)])
    found = openings(schedule, BERLIN, SPRING, AUTUMN)

    assert set(walls(found)) == {"09:00", "09:45"}
    assert found[0].stretch.starts_at == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert found[-1].stretch.starts_at == datetime(2026, 10, 25, 8, 45, tzinfo=UTC)


# Whatever the schedule


ZONES_AND_DAYS = st.sampled_from(
    [
        ("Europe/Moscow", SPRING),  # no clock changes
        ("Asia/Kathmandu", AUTUMN),  # 5:45 from UTC
        ("Europe/Berlin", SPRING),
        ("Europe/Berlin", AUTUMN),
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/Havana", date(2026, 3, 8)),  # skips midnight
        ("America/Havana", date(2026, 11, 1)),
        ("Africa/Cairo", date(2026, 4, 24)),  # skips midnight
        ("Africa/Cairo", date(2026, 10, 30)),  # shows the hour before midnight twice
        ("America/St_Johns", date(2010, 11, 7)),  # went back to the day before
        ("Pacific/Apia", date(2011, 12, 30)),  # skipped a whole day
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
        ("Australia/Lord_Howe", date(2026, 10, 4)),
    ]
).map(lambda found: (ZoneInfo(found[0]), found[1]))
"""A zone, and a day on which its clocks change, if they ever do."""
QUARTERS = (st.integers(0, 16) | st.integers(0, 95)).map(lambda n: time(n // 4, n % 4 * 15))
HOURS = st.builds(Hours, QUARTERS, QUARTERS)
RECEPTIONS = st.builds(
    Reception,
    HOURS,
    st.sampled_from([10, 15, 20, 45, 60, 90]).map(lambda n: timedelta(minutes=n)),
    st.lists(HOURS, max_size=3),
    st.sampled_from([frozenset(), INFANTS, frozenset({Reason.ILLNESS, Reason.REPEAT})]),
)


def schedules(first: date, last: date) -> st.SearchStrategy[Schedule]:
    """Schedules in which a lot happens between the two days."""
    between = st.dates(first, last)
    rules = st.builds(
        ScheduleRule,
        RECEPTIONS,
        st.just(date(2010, 1, 1)) | between,
        st.none() | between,
        st.just(frozenset(range(7))) | st.frozensets(st.integers(0, 6), min_size=1),
        st.sampled_from(Side),
    )
    period = {"first": between, "last": between}
    return st.builds(
        Schedule,
        st.lists(rules, max_size=5),
        st.lists(
            st.builds(ScheduleException, **period, receptions=st.lists(RECEPTIONS, max_size=3)),
            max_size=2,
        ),
        st.lists(st.builds(Holiday, **period), max_size=1),
        st.lists(st.builds(Leave, **period), max_size=1),
        st.lists(
            st.builds(Cover, **period, rules=st.lists(rules, min_size=1, max_size=2)), max_size=2
        ),
    )


@st.composite
def places(draw: st.DrawFn) -> tuple[Schedule, ZoneInfo, date, date]:
    """A schedule in a zone, and some days around a change of its clocks."""
    zone, change = draw(ZONES_AND_DAYS)
    first = change - timedelta(days=draw(st.integers(0, 8)))
    last = first + timedelta(days=draw(st.integers(0, 16)))
    return draw(schedules(first, last)), zone, first, last


def moments(when: Hours, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Every five minutes of these hours that the clock shows, when it first does."""
    wall = datetime.combine(day, when.starts)
    ends = datetime.combine(day, when.ends) + timedelta(days=when.ends == time.min)
    while wall < ends:
        if moment := instant_of(wall, zone):
            yield moment
        wall += timedelta(minutes=5)


def is_of(opening: Opening, reception: Reception, zone: ZoneInfo) -> bool:
    """Whether the doctor receives like this from the opening's start to its end."""
    stretch, when = opening.stretch, reception.hours
    starts = stretch.starts_at.astimezone(zone).replace(tzinfo=None)
    last_moment = (stretch.ends_at - datetime.resolution).astimezone(zone).replace(tzinfo=None)
    closes_on = starts.date() + timedelta(days=when.ends == time.min)
    return (
        opening.reasons == reception.reasons
        and stretch.ends_at - stretch.starts_at == reception.visit
        and datetime.combine(starts.date(), when.starts) <= starts
        and last_moment < datetime.combine(closes_on, when.ends)
        and not any(
            stretch.starts_at <= moment < stretch.ends_at
            for pause in reception.breaks
            for moment in moments(pause, starts.date(), zone)
        )
    )


@settings(max_examples=so_often(300))
@given(place=places())
def test_whatever_the_schedule_the_day_can_be_kept(
    place: tuple[Schedule, ZoneInfo, date, date],
) -> None:
    """R02, R13: in order, never overlapping, in hours of that day, in no break, of full length."""
    schedule, zone, first, last = place
    found = openings(schedule, zone, first, last)

    for earlier, later in pairwise(found):
        assert earlier.stretch.ends_at <= later.stretch.starts_at
    for opening, day in zip(found, days(found, zone), strict=True):
        assert first <= day <= last
        assert opening.stretch.starts_at.tzinfo is UTC
        assert any(is_of(opening, each, zone) for each in receptions_on(schedule, day))


@settings(max_examples=so_often(100))
@given(place=places())
def test_a_fortnight_is_the_sum_of_its_days(
    place: tuple[Schedule, ZoneInfo, date, date],
) -> None:
    """R15: asking day by day, as the nightly tick does, gives the same as asking for all."""
    schedule, zone, first, last = place
    every_day = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    one_by_one = [opening for day in every_day for opening in on_day(schedule, day, zone)]

    assert one_by_one == openings(schedule, zone, first, last)


@settings(max_examples=so_often(300))
@given(reception=RECEPTIONS)
def test_no_time_is_lost_to_a_break(reception: Reception) -> None:
    """R15: visits follow each other; only where one would meet a break does it wait for its end."""
    day = datetime.combine(NOVEMBER_24, time.min)

    def on_wall(when: Hours) -> tuple[datetime, datetime]:
        ends = datetime.combine(day, when.ends) + timedelta(days=when.ends == time.min)
        return datetime.combine(day, when.starts), ends

    pauses = [(begins, ends) for begins, ends in map(on_wall, reception.breaks) if begins < ends]
    wall, closes = on_wall(reception.hours)
    expected = []
    while wall + reception.visit <= closes:
        met = [ends for begins, ends in pauses if begins < wall + reception.visit and wall < ends]
        if not met:
            expected.append(f"{wall:%H:%M}")
        wall = min(met, default=wall + reception.visit)

    assert walls(on_day(of(reception), NOVEMBER_24, MOSCOW), MOSCOW) == expected


# What becomes of the stored slots


NINE = datetime(2026, 11, 24, 6, tzinfo=UTC)
"""9:00 in Moscow."""


def opening(minute: int, length: int = 30, reasons: frozenset[Reason] = frozenset()) -> Opening:
    """So many minutes after nine."""
    starts_at = NINE + timedelta(minutes=minute)
    return Opening(Stretch(starts_at, starts_at + timedelta(minutes=length)), reasons)


FREE = {"open": True, "withdrawn": False, "claimed": False}
CLAIMED = {"open": True, "withdrawn": False, "claimed": True}
WITHDRAWN = {"open": False, "withdrawn": True, "claimed": False}
CLOSED_BY_HAND = {"open": False, "withdrawn": False, "claimed": False}
CLOSED_AND_CLAIMED = {"open": False, "withdrawn": False, "claimed": True}
WITHDRAWN_AND_CLAIMED = {"open": False, "withdrawn": True, "claimed": True}
STATES = [FREE, CLAIMED, WITHDRAWN, CLOSED_BY_HAND, CLOSED_AND_CLAIMED, WITHDRAWN_AND_CLAIMED]
NOTHING = Changes([], [], [], [], [])
SLOT = SlotId(1)


def apply(plan: Changes, stored: Iterable[Stored]) -> list[Stored]:
    """What a store makes of a plan: each step fits the slot that it is for."""
    slots = {slot.id: slot for slot in stored}
    for slot_id in plan.withdraw:
        assert slots[slot_id].open
        slots[slot_id] = replace(slots[slot_id], open=False, withdrawn=True)
    for slot_id, reasons in plan.relabel:
        assert slots[slot_id].open
        slots[slot_id] = replace(
            slots[slot_id], opening=replace(slots[slot_id].opening, reasons=reasons)
        )
    for slot_id, reasons in plan.reopen:
        slot = slots[slot_id]
        assert slot.withdrawn
        slots[slot_id] = replace(
            slot, opening=replace(slot.opening, reasons=reasons), open=True, withdrawn=False
        )
    for new in plan.add:
        slot_id = SlotId(max(slots, default=0) + 1)
        slots[slot_id] = Stored(slot_id, new, **FREE)
    return list(slots.values())


def test_the_first_plan_adds_everything() -> None:
    """R15: where nothing is stored yet, all that the rules give is added."""
    wanted = [opening(0), opening(30, reasons=INFANTS)]

    assert changes([], wanted) == replace(NOTHING, add=wanted)


def test_where_nothing_changed_nothing_is_done() -> None:
    """R15: the nightly tick leaves a day alone that is as the rules want it."""
    stored = [Stored(SlotId(2), opening(30), **CLAIMED), Stored(SLOT, opening(0), **FREE)]

    assert changes(stored, [opening(0), opening(30)]) == NOTHING


def test_a_day_off_withdraws_free_times_and_names_the_families_to_tell() -> None:
    """R52: a free time goes; one that somebody has stays until somebody has spoken with them."""
    stored = [Stored(SLOT, opening(0), **FREE), Stored(SlotId(2), opening(30), **CLAIMED)]
    plan = changes(stored, [])

    assert plan == replace(NOTHING, withdraw=[SLOT], affected=[SlotId(2)])
    assert changes(apply(plan, stored), []) == replace(NOTHING, affected=[SlotId(2)])


def left(slots: Sequence[Stored], hours: Sequence[Opening]) -> tuple[set[int], set[int]]:
    outside, deserted = left_outside(
        slots, [each.stretch for each in hours], lambda moment: moment.date()
    )
    return {*outside}, {*deserted}


def test_a_visit_is_outside_the_hours_or_within_them_however_they_are_cut() -> None:
    """R64, R65: hours that touch are one; only whose doctor is not there has to be seen to."""
    visit = Stored(SlotId(1), opening(15), **CLAIMED, visited=True)
    extra = Stored(SlotId(2), opening(40), **CLOSED_BY_HAND, visited=True)
    held = Stored(SlotId(3), opening(0), **CLAIMED)

    assert left([visit, extra, held], [opening(0), opening(30), opening(55)]) == (set(), set())
    assert left([visit, extra, held], [opening(0), opening(50)]) == ({1, 2}, set())
    assert left([visit, extra, held], []) == ({1, 2}, {1, 2})
    theirs = Stored(SlotId(4), opening(0, 90), **CLOSED_BY_HAND, given_elsewhere=True)
    assert left([visit, extra, theirs], []) == (set(), set())


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20))), st.integers(0, 40))
def test_hours_hold_a_visit_if_they_hold_each_minute_of_it(
    hours: list[tuple[int, int]], minute: int
) -> None:
    """R65: whatever overlaps or touches what, in whatever order."""
    some = [opening(start, length).stretch for start, length in hours]
    minutes = {start + n for start, length in hours for n in range(length)}
    visit = opening(minute, 10)
    assert is_within(visit.stretch, some) == (set(range(minute, minute + 10)) <= minutes)


def test_a_withdrawn_time_comes_back_as_itself() -> None:
    """R12: old buttons work again as the rules give the same time again, now for infants."""
    stored = [Stored(SLOT, opening(0), **WITHDRAWN)]

    assert changes(stored, [opening(0, reasons=INFANTS)]) == replace(
        NOTHING, reopen=[(SLOT, INFANTS)]
    )


def test_a_withdrawn_time_does_not_come_back_as_another_one() -> None:
    """R14: what families saw as 9:00 for half an hour is never 9:00 for an hour."""
    stored = [Stored(SLOT, opening(0), **WITHDRAWN)]

    assert changes(stored, [opening(0, 60)]) == replace(NOTHING, add=[opening(0, 60)])


def test_of_two_withdrawn_twins_one_comes_back() -> None:
    """R02: never two open slots at one time."""
    stored = [Stored(SlotId(n), opening(0), **WITHDRAWN) for n in (3, 1, 2)]

    assert changes(stored, [opening(0)]) == replace(NOTHING, reopen=[(SLOT, frozenset())])


def test_a_withdrawn_twin_of_an_open_time_stays_away() -> None:
    """R02: a time that is open already is not opened again."""
    stored = [Stored(SLOT, opening(0), **WITHDRAWN), Stored(SlotId(2), opening(0), **FREE)]

    assert changes(stored, [opening(0)]) == NOTHING


def test_free_times_learn_what_they_are_for_now() -> None:
    """R15: an hour becomes the infants' one; who has a time there keeps it as it is."""
    stored = [Stored(SLOT, opening(0), **FREE), Stored(SlotId(2), opening(30), **CLAIMED)]
    wanted = [opening(0, reasons=INFANTS), opening(30, reasons=INFANTS)]

    assert changes(stored, wanted) == replace(NOTHING, relabel=[(SLOT, INFANTS)])


@pytest.mark.parametrize("state", [CLAIMED, CLOSED_BY_HAND, CLOSED_AND_CLAIMED], ids=str)
def test_nothing_is_squeezed_in_beside_what_stays(state: dict[str, bool]) -> None:
    """R02, R15: visits of another length go around a claimed time and one closed by hand."""
    stored = [Stored(SLOT, opening(30), **state), Stored(SlotId(2), opening(40, 20), **WITHDRAWN)]
    wanted = [opening(minute, 20) for minute in range(0, 100, 20)]
    plan = changes(stored, wanted)

    assert plan.add == [opening(0, 20), opening(60, 20), opening(80, 20)]
    assert plan.reopen == []
    assert plan.affected == ([SLOT] if state["claimed"] else [])


def test_a_long_closed_time_holds_back_all_within_it() -> None:
    """R15: also behind a shorter one that ends before it."""
    stored = [
        Stored(SLOT, opening(0, 90), **CLOSED_BY_HAND),
        Stored(SlotId(2), opening(30, 10), **CLOSED_BY_HAND),
    ]

    assert changes(stored, [opening(n) for n in (0, 30, 60, 90)]).add == [opening(90)]


def test_a_time_closed_by_hand_stays_closed() -> None:
    """R15: whether the rules give it or not, the clinic's own hand stands above them."""
    stored = [Stored(SLOT, opening(0), **CLOSED_BY_HAND)]

    assert changes(stored, [opening(0, reasons=INFANTS)]) == NOTHING
    assert changes(stored, []) == NOTHING


REASONS = st.sampled_from([frozenset(), INFANTS])


@st.composite
def timetables(draw: st.DrawFn) -> list[Opening]:
    """Openings that do not overlap, as `openings` gives them."""
    found, minute = [], 0
    for _ in range(draw(st.integers(0, 10))):
        minute += draw(st.sampled_from([0, 0, 0, 10, 30]))
        length = draw(st.sampled_from([10, 20, 30, 60]))
        found.append(opening(minute, length, draw(REASONS)))
        minute += length
    return found


@st.composite
def stores(draw: st.DrawFn) -> list[Stored]:
    """Slots in any state, in any order; only the open ones are sure not to overlap."""
    found: list[Stored] = []
    for each in [*draw(timetables()), *draw(timetables())]:
        state = draw(st.sampled_from(STATES))
        if state["open"] and any(
            other.open and other.opening.stretch.overlaps(each.stretch) for other in found
        ):
            state = draw(st.sampled_from([state for state in STATES if not state["open"]]))
        found.append(Stored(SlotId(len(found) + 1), each, **state))
    return draw(st.permutations(found))


def closed_by_hand(slot: Stored) -> bool:
    return not slot.open and not slot.withdrawn


def overlapped(stretch: Stretch, slots: Sequence[Stored]) -> bool:
    return any(slot.opening.stretch.overlaps(stretch) for slot in slots)


@settings(max_examples=so_often(500))
@given(stored=stores(), wanted=timetables())
def test_whatever_is_stored_the_plan_keeps_its_word(
    stored: list[Stored], wanted: list[Opening]
) -> None:
    """R02, R15, R52: what stays is untouched, the rest is what the rules want; once is enough."""
    plan = changes(stored, wanted)
    after = apply(plan, stored)
    given_now = {each.stretch: each.reasons for each in wanted}

    untouchable = [slot for slot in stored if slot.claimed or closed_by_hand(slot)]
    assert [slot for slot in after if slot.claimed or closed_by_hand(slot)] == untouchable
    for each in [*plan.add, *(s.opening for s in after if s.id in dict(plan.reopen))]:
        assert not overlapped(each.stretch, untouchable)

    opened = sorted(
        (slot for slot in after if slot.open), key=lambda s: s.opening.stretch.starts_at
    )
    for earlier, later in pairwise(opened):
        assert earlier.opening.stretch.ends_at <= later.opening.stretch.starts_at
    for slot in opened:
        assert slot.claimed or given_now[slot.opening.stretch] == slot.opening.reasons
    for each in wanted:
        is_open = any(slot.opening == each for slot in opened)
        assert is_open or overlapped(each.stretch, untouchable)

    assert set(plan.affected) == {
        slot.id for slot in stored if slot.claimed and slot.opening.stretch not in given_now
    }
    assert changes(after, wanted) == replace(NOTHING, affected=plan.affected)


@settings(max_examples=so_often(300))
@given(stored=stores(), wanted=timetables(), most=st.integers(1, 4))
def test_a_plan_is_carried_out_in_steps(
    stored: list[Stored], wanted: list[Opening], most: int
) -> None:
    """R02: however few changes a step makes, no two open times overlap after it, what is nearest
    is changed first, and in the end all is as if it were done at once."""
    whole = apply(changes(stored, wanted), stored)
    step = first_of(changes(stored, wanted), stored, most)
    while step.count:
        assert step.count <= most
        stored = apply(step, stored)
        opened = sorted(each.opening.stretch.starts_at for each in stored if each.open)
        ends = {s.opening.stretch.starts_at: s.opening.stretch.ends_at for s in stored if s.open}
        assert all(ends[earlier] <= later for earlier, later in pairwise(opened))
        rest = changes(stored, wanted)
        assert step.count == most or not rest.count
        step = first_of(rest, stored, most)

    assert _opened(stored) == _opened(whole)


def _opened(stored: Sequence[Stored]) -> list[Opening]:
    opened = [slot.opening for slot in stored if slot.open]
    return sorted(opened, key=lambda each: each.stretch.starts_at)


@settings(max_examples=so_often(200))
@given(stored=stores(), wanted=timetables())
def test_a_plan_is_in_order(stored: list[Stored], wanted: list[Opening]) -> None:
    """Each of its lists is by start, however the slots and the openings came."""
    plan = changes(stored, wanted)
    start = {slot.id: slot.opening.stretch.starts_at for slot in stored}

    assert changes(stored[::-1], wanted[::-1]) == plan
    assert list(plan.add) == sorted(plan.add, key=lambda each: each.stretch.starts_at)
    for ids in (list(dict(plan.reopen)), list(dict(plan.relabel)), plan.withdraw, plan.affected):
        assert list(ids) == sorted(ids, key=lambda slot_id: start[slot_id])


@settings(max_examples=so_often(200))
@given(one=timetables(), other=timetables())
def test_a_leave_that_is_taken_back_leaves_no_trace(
    one: list[Opening], other: list[Opening]
) -> None:
    """R12: there and back again, every slot is open once more under its own id."""
    before = apply(changes([], one), [])
    meanwhile = apply(changes(before, other), before)
    after = apply(changes(meanwhile, one), meanwhile)

    assert [slot for slot in after if slot.open] == before
