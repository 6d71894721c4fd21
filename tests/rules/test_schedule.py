"""From a doctor's rules to stretches of time: the clinic's wall is what counts."""

import os
import time as machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.model import ScheduleRule, Stretch
from services.schedule import instant_of, stretches

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = date(2026, 3, 29)
"""A Sunday: the clocks of Berlin go from 2:00 to 3:00."""
AUTUMN = date(2026, 10, 25)
"""A Sunday: the clocks of Berlin show 2:00 to 3:00 twice."""
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
TUESDAY, FRIDAY, SUNDAY = 1, 4, 6


def rule(
    weekday: int,
    starts: str,
    ends: str,
    minutes: int = 30,
    since: str = "2020-01-01",
    until: str = "",
) -> ScheduleRule:
    return ScheduleRule(
        weekday,
        time.fromisoformat(starts),
        time.fromisoformat(ends),
        timedelta(minutes=minutes),
        date.fromisoformat(since),
        date.fromisoformat(until) if until else None,
    )


def walls(found: list[Stretch], zone: ZoneInfo = BERLIN) -> list[str]:
    """The starts as the clinic's clock shows them."""
    return [f"{stretch.starts_at.astimezone(zone):%H:%M}" for stretch in found]


def days(found: list[Stretch], zone: ZoneInfo = BERLIN) -> list[date]:
    return [stretch.starts_at.astimezone(zone).date() for stretch in found]


@pytest.mark.parametrize("weekday", range(7), ids=WEEKDAYS)
def test_nine_o_clock_is_nine_o_clock_all_year(weekday: int) -> None:
    """R13: a weekly rule gives 9:00 on the wall on each such day, across both clock changes."""
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    found = stretches([rule(weekday, "09:00", "09:30")], BERLIN, first, last)

    every_day = (first + timedelta(days=n) for n in range(365))
    assert days(found) == [day for day in every_day if day.weekday() == weekday]
    assert set(walls(found)) == {"09:00"}
    assert {stretch.starts_at.hour for stretch in found} == {7, 8}


def test_a_time_that_spring_skips_is_skipped() -> None:
    """R13: what would begin in the missing hour does not exist; what follows is on the wall."""
    found = stretches([rule(SUNDAY, "01:00", "04:00", 60)], BERLIN, SPRING, SPRING)

    assert walls(found) == ["01:00", "03:00"]
    assert found[0].ends_at == found[1].starts_at


def test_a_time_that_autumn_shows_twice_is_the_first() -> None:
    """R13: in the hour that comes twice the doctor receives once, the first time round."""
    found = stretches([rule(SUNDAY, "01:00", "04:00", 60)], BERLIN, AUTUMN, AUTUMN)

    assert walls(found) == ["01:00", "02:00", "03:00"]
    assert [stretch.starts_at.hour for stretch in found] == [23, 0, 2]


def test_no_visit_reaches_over_the_missing_hour_past_the_doctor_s_day() -> None:
    """R13: a visit that the clock change would push past `ends` on the wall is not offered."""
    found = stretches([rule(SUNDAY, "01:00", "02:30", 45)], BERLIN, SPRING, SPRING)

    assert walls(found) == ["01:00"]


def test_a_visit_may_end_as_the_clock_jumps() -> None:
    """R13: the last moment of a visit is what must be within the doctor's day on the wall."""
    found = stretches([rule(SUNDAY, "01:00", "02:00", 30)], BERLIN, SPRING, SPRING)

    assert walls(found) == ["01:00", "01:30"]


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
    found = stretches(
        [rule(TUESDAY, "09:00", ends)], BERLIN, date(2026, 11, 24), date(2026, 11, 24)
    )

    assert walls(found) == expected


def test_midnight_is_the_end_of_the_day() -> None:
    """A rule until 0:00 goes up to midnight of its own day, and no further."""
    found = stretches(
        [rule(TUESDAY, "23:00", "00:00")], BERLIN, date(2026, 11, 23), date(2026, 11, 29)
    )

    assert walls(found) == ["23:00", "23:30"]
    assert set(days(found)) == {date(2026, 11, 24)}
    assert f"{found[-1].ends_at.astimezone(BERLIN):%d %H:%M}" == "25 00:00"


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
    """A rule gives times from its first day to its last, both included."""
    tuesdays = rule(TUESDAY, "09:00", "09:30", since=since, until=until)
    found = stretches([tuesdays], BERLIN, date(2026, 11, 1), date(2026, 11, 30))

    assert [day.day for day in days(found)] == expected


def test_the_first_and_the_last_day_are_included() -> None:
    """R15: the last day of the horizon shows all that its rule gives."""
    found = stretches(
        [rule(TUESDAY, "09:00", "10:00")], BERLIN, date(2026, 11, 17), date(2026, 11, 24)
    )

    assert [day.day for day in days(found)] == [17, 17, 24, 24]


def test_two_rules_of_one_day_are_merged() -> None:
    """R02: where two rules would overlap the earlier stretch wins, and the day stays in order."""
    found = stretches(
        [rule(TUESDAY, "10:15", "12:00"), rule(TUESDAY, "09:00", "11:00")],
        BERLIN,
        date(2026, 11, 24),
        date(2026, 11, 24),
    )

    assert walls(found) == ["09:00", "09:30", "10:00", "10:30", "11:15"]


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T02:00", None),
        ("2026-03-29T02:59", None),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_what_the_clock_shows_is_one_instant_or_none(wall: str, instant: str | None) -> None:
    """R13: a time in the gap has no instant; one in the fold has the first of its two."""
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC) if instant else None

    assert instant_of(datetime.fromisoformat(wall), BERLIN) == expected


ZONES_AND_DAYS = st.sampled_from(
    [
        ("Europe/Moscow", SPRING),  # no clock changes
        ("Asia/Kathmandu", AUTUMN),  # 5:45 from UTC
        ("Europe/Berlin", SPRING),
        ("Europe/Berlin", AUTUMN),
        ("America/Havana", date(2026, 3, 8)),  # skips midnight
        ("America/Havana", date(2026, 11, 1)),
        ("Africa/Cairo", date(2026, 4, 24)),  # skips midnight
        ("Africa/Cairo", date(2026, 10, 30)),  # shows the hour before midnight twice
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
        ("Australia/Lord_Howe", date(2026, 10, 4)),
    ]
).map(lambda found: (ZoneInfo(found[0]), found[1]))
"""A zone, and a day on which its clocks change, if they ever do."""
QUARTERS = (st.integers(0, 16) | st.integers(0, 95)).map(lambda n: time(n // 4, n % 4 * 15))
RULES = st.lists(
    st.builds(
        ScheduleRule,
        weekday=st.sampled_from([FRIDAY, SUNDAY]) | st.integers(0, 6),
        starts=QUARTERS,
        ends=QUARTERS,
        visit=st.sampled_from([10, 15, 20, 45, 60, 90]).map(lambda n: timedelta(minutes=n)),
        valid_from=st.just(date(2026, 1, 1)) | st.dates(date(2026, 3, 1), date(2026, 11, 5)),
        valid_until=st.none() | st.dates(date(2026, 3, 1), date(2026, 11, 5)),
    ),
    min_size=1,
    max_size=6,
)


def is_of(stretch: Stretch, rule: ScheduleRule, zone: ZoneInfo) -> bool:
    """Whether the rule says that the doctor receives from the stretch's start to its end."""
    starts = stretch.starts_at.astimezone(zone).replace(tzinfo=None)
    last_moment = (stretch.ends_at - datetime.resolution).astimezone(zone).replace(tzinfo=None)
    day = starts.date()
    closes_on = day if rule.ends != time.min else day + timedelta(days=1)
    return (
        day.weekday() == rule.weekday
        and rule.valid_from <= day <= (rule.valid_until or date.max)
        and datetime.combine(day, rule.starts) <= starts
        and last_moment < datetime.combine(closes_on, rule.ends)
        and stretch.ends_at - stretch.starts_at == rule.visit
    )


@settings(max_examples=500, deadline=None)
@given(rules=RULES, place=ZONES_AND_DAYS, before=st.integers(0, 8), length=st.integers(0, 20))
def test_whatever_the_rules_the_day_can_be_kept(
    rules: list[ScheduleRule], place: tuple[ZoneInfo, date], before: int, length: int
) -> None:
    """R02, R13: in order, never overlapping, within some rule's hours, and of its length."""
    zone, change = place
    first = change - timedelta(days=before)
    last = first + timedelta(days=length)
    found = stretches(rules, zone, first, last)

    for earlier, later in pairwise(found):
        assert earlier.ends_at <= later.starts_at
    for stretch in found:
        assert first <= stretch.starts_at.astimezone(zone).date() <= last
        assert any(is_of(stretch, rule, zone) for rule in rules)


@settings(max_examples=100, deadline=None)
@given(rules=RULES, place=ZONES_AND_DAYS)
def test_a_fortnight_is_the_sum_of_its_days(
    rules: list[ScheduleRule], place: tuple[ZoneInfo, date]
) -> None:
    """R15: asking day by day, as the nightly tick does, gives the same as asking for all."""
    zone, change = place
    every_day = [change + timedelta(days=n) for n in range(-7, 8)]
    one_by_one = [s for day in every_day for s in stretches(rules, zone, day, day)]

    assert one_by_one == stretches(rules, zone, every_day[0], every_day[-1])


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's own clock is set to Tokyo's time."""
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    machine.tzset()
    yield
    monkeypatch.setenv("TZ", before) if before else monkeypatch.delenv("TZ")
    machine.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_the_server_s_own_zone_is_of_no_matter() -> None:
    """R14: a server in Tokyo gives a clinic in Berlin the times of Berlin."""
    assert machine.tzname == ("JST", "JST")
    found = stretches([rule(SUNDAY, "09:00", "10:00")], BERLIN, SPRING, AUTUMN)

    assert set(walls(found)) == {"09:00", "09:30"}
    assert found[0].starts_at == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert found[-1].starts_at == datetime(2026, 10, 25, 8, 30, tzinfo=UTC)
