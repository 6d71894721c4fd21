"""How far ahead families see: the last open day, and when one more opens."""

import os
import time as machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.refusals.visits import TooFar
from services.rules.booking import check_bookable
from services.rules.eligibility.kinds import kinds_for_family
from services.rules.horizon import end_of_horizon, last_open_day, next_opening
from tests.values import MISHA, a_clinic, a_doctor, a_slot, on_wall, refusal_of

A_SECOND = timedelta(seconds=1)


def test_the_horizon_ends_at_the_clinic_s_own_midnight() -> None:
    """R10: in Vladivostok the next day has begun, and so it is open, while Moscow is in Monday."""
    evening = on_wall("2026-11-23 17:30")
    moscow = a_clinic(horizon_days=1)
    vladivostok = a_clinic(horizon_days=1, zone=ZoneInfo("Asia/Vladivostok"))

    assert end_of_horizon(moscow, evening) == on_wall("2026-11-25 00:00", moscow)
    assert end_of_horizon(vladivostok, evening) == on_wall("2026-11-26 00:00", vladivostok)


@pytest.mark.parametrize(("month", "hours"), [(3, 23 + 24), (10, 25 + 24)])
def test_the_horizon_counts_days_and_not_hours(month: int, hours: int) -> None:
    """R13: a day of 23 or of 25 hours is one day of the horizon."""
    berlin = a_clinic(horizon_days=1, zone=ZoneInfo("Europe/Berlin"))
    change = on_wall("2026-03-29" if month == 3 else "2026-10-25", berlin)

    assert end_of_horizon(berlin, change) - change == timedelta(hours=hours)


def in_berlin(opens_at: str) -> Clinic:
    """Its clocks change: on 29 March 2:00 becomes 3:00, on 25 October 3:00 becomes 2:00."""
    zone = ZoneInfo("Europe/Berlin")
    return a_clinic(horizon_days=7, opens_at=time.fromisoformat(opens_at), zone=zone)


@pytest.mark.parametrize(
    ("wall", "last", "opening"),
    [
        ("2026-11-24 00:00", "2026-12-07", "2026-11-24 08:00"),
        ("2026-11-24 07:59", "2026-12-07", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-12-08", "2026-11-25 08:00"),
        ("2026-11-24 23:59", "2026-12-08", "2026-11-25 08:00"),
    ],
)
def test_the_last_day_opens_at_the_clinic_s_hour(wall: str, last: str, opening: str) -> None:
    """R10: until that hour the horizon ends a day earlier; then the next day's hour is awaited."""
    clinic = a_clinic(opens_at=time(8))
    now = on_wall(wall)

    assert last_open_day(clinic, now) == date.fromisoformat(last)
    assert next_opening(clinic, now) == on_wall(opening)
    assert next_opening(clinic, now).tzinfo is clinic.zone


def test_a_day_that_is_not_open_yet_is_too_far() -> None:
    """R10: a forged tap on a time of tomorrow's opening is refused, and let through at 8:00."""
    clinic = a_clinic(opens_at=time(8))
    slot = a_slot(on_wall("2026-12-08 09:00"), doctor=a_doctor(clinic=clinic))
    eight = on_wall("2026-11-24 08:00")

    def refusal(now: datetime) -> object:
        return refusal_of(lambda: check_bookable(slot, MISHA, USUAL, [], now))

    assert refusal(eight - A_SECOND) is TooFar
    assert refusal(eight) is None


def test_without_an_hour_a_day_opens_at_midnight() -> None:
    """R10: the horizon is whole at every moment, and the next day opens at the next midnight."""
    for wall in ("2026-11-24 00:00", "2026-11-24 23:59"):
        assert last_open_day(a_clinic(), on_wall(wall)) == date(2026, 12, 8)
        assert next_opening(a_clinic(), on_wall(wall)) == on_wall("2026-11-25 00:00")


def test_on_the_last_day_of_a_horizon_of_none_nothing_is_open_before_the_hour() -> None:
    """R10: a clinic that opens each day on its own morning opens no day before that."""
    clinic = a_clinic(horizon_days=0, opens_at=time(8))
    before = on_wall("2026-11-24 07:00")

    assert end_of_horizon(clinic, before) == on_wall("2026-11-24 00:00") < before


@pytest.mark.parametrize(
    ("opens_at", "day", "instant"),
    [
        ("08:00", "2026-03-29", "2026-03-29T06:00"),  # summer time by then
        ("08:00", "2026-10-25", "2026-10-25T07:00"),  # winter time by then
        ("02:30", "2026-03-28", "2026-03-28T01:30"),
        ("02:30", "2026-03-29", "2026-03-29T01:30"),  # no such time: an hour later on the wall
        ("02:30", "2026-10-25", "2026-10-25T00:30"),  # shown twice: the first
    ],
)
def test_a_day_opens_once_across_both_clock_changes(opens_at: str, day: str, instant: str) -> None:
    """R13: at one instant a day opens, is announced for that instant, and stays open."""
    clinic = in_berlin(opens_at)
    opening = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    opened = date.fromisoformat(day) + timedelta(days=7)

    assert last_open_day(clinic, opening - A_SECOND) == opened - timedelta(days=1)
    assert next_opening(clinic, opening - A_SECOND).astimezone(UTC) == opening
    for minutes in range(0, 180, 15):
        assert last_open_day(clinic, opening + timedelta(minutes=minutes)) == opened


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = ["Europe/Berlin", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut"]
AROUND_CHANGES = st.sampled_from(
    ["2026-03-29T01:00", "2026-10-25T01:00", "2026-03-08T07:00", "2026-11-01T06:00"]
).map(lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC))
NEARBY = st.builds(
    lambda moment, minutes: moment + timedelta(minutes=minutes),
    AROUND_CHANGES,
    st.integers(-300, 300),
)
OPENING_CLINICS = st.builds(
    a_clinic,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    opens_at=st.sampled_from([time(0), time(0, 30), time(2), time(2, 30), time(8), time(23, 59)]),
    horizon_days=st.integers(0, 30),
)


@given(OPENING_CLINICS, MOMENTS | NEARBY, st.integers(0, 3000))
def test_no_open_day_is_closed_again(clinic: Clinic, now: datetime, minutes: int) -> None:
    """R10: as time goes by the last open day never goes back, whatever the clocks do."""
    later = now + timedelta(minutes=minutes)

    assert last_open_day(clinic, now) <= last_open_day(clinic, later)
    assert end_of_horizon(clinic, now) <= end_of_horizon(clinic, later)


@given(OPENING_CLINICS, MOMENTS | NEARBY)
def test_one_more_day_opens_just_when_it_is_announced(clinic: Clinic, now: datetime) -> None:
    """R10, R13: not a moment before the announced opening, and one day at it."""
    opening = next_opening(clinic, now).astimezone(UTC)

    assert now < opening <= now + timedelta(hours=26)
    before = last_open_day(clinic, opening - timedelta(microseconds=1))
    assert before == last_open_day(clinic, now)
    assert last_open_day(clinic, opening) == before + timedelta(days=1)


@pytest.fixture(params=["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine is somewhere else than the clinic."""
    monkeypatch.setenv("TZ", request.param)
    machine.tzset()
    yield
    monkeypatch.undo()
    machine.tzset()


@pytest.mark.usefixtures("server_zone")
def test_the_horizon_is_the_clinic_s_wherever_the_server_is() -> None:
    """R14: the machine's own zone decides nothing."""
    clinic = a_clinic(opens_at=time(8))
    now = on_wall("2026-11-24 07:30")

    assert os.environ["TZ"]
    assert last_open_day(clinic, now) == date(2026, 12, 7)
    assert end_of_horizon(clinic, now) == on_wall("2026-12-08 00:00")
    assert next_opening(clinic, now) == on_wall("2026-11-24 08:00")
    assert kinds_for_family(MISHA, clinic, now) != []
