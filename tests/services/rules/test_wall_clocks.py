"""Times on the wall are kept when a zone's clocks change otherwise than was known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.model.settings.wall_clocks import WallClock, wall_clock

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
ZONES = [
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]
LAW = datetime(2026, 12, 1, tzinfo=UTC)
"""From then on the clocks of the stories are changed by law."""
HOUR = timedelta(hours=1)

zones = st.sampled_from(ZONES)
minutes = st.integers(0, 2 * 365 * 24 * 60).map(lambda since: SINCE + timedelta(minutes=since))


def clock(ahead: int, by_law: int | None = None) -> WallClock:
    """So many hours ahead of UTC, and by law so many."""
    changes = [(SINCE, ahead * HOUR), *([(LAW, by_law * HOUR)] if by_law is not None else [])]
    return WallClock(tuple(changes), UNTIL)


@given(zones, minutes)
def test_a_clock_shows_what_the_zone_does(name: str, instant: datetime) -> None:
    """R57: at any minute, and so found again."""
    zone = ZoneInfo(name)
    known = wall_clock(zone, SINCE, UNTIL)

    assert known.wall(instant) == instant.astimezone(zone).replace(tzinfo=None)
    assert instant in known.shown_at(known.wall(instant))
    assert known.kept(instant, known) == instant


@given(zones, zones, minutes)
def test_the_wall_is_kept_or_skipped(name: str, other: str, instant: datetime) -> None:
    """R57: the new clock shows what the old one did, unless it never does; then it is as late as
    for the clinic's own hours."""
    before, after = (wall_clock(ZoneInfo(each), SINCE, UNTIL) for each in (name, other))
    wall = before.wall(instant)
    kept = before.kept(instant, after)

    if after.shown_at(wall):
        assert after.wall(kept) == wall
    else:
        assert kept == wall.replace(tzinfo=ZoneInfo(other)).astimezone(UTC)


def test_a_law_moves_what_comes_after_it_either_way() -> None:
    """R57: a visit before the law takes effect stays, one after it keeps its time on the wall."""
    before, after = clock(3), clock(3, by_law=4)
    early, late = LAW - 5 * HOUR, LAW + 30 * HOUR

    assert (before.kept(early, after), before.kept(late, after)) == (early, late - HOUR)
    assert after.kept(late - HOUR, before) == late
    assert before.agrees(after, SINCE) is False
    assert before.agrees(clock(3), SINCE) is True


def test_what_has_passed_is_no_difference() -> None:
    """R57: clocks are compared from now on."""
    assert clock(3, by_law=4).agrees(clock(4), LAW) is True
    assert clock(3, by_law=4).agrees(clock(4), LAW - HOUR) is False


def test_beyond_what_is_known_nothing_is_moved() -> None:
    """R57: nobody knows with which rules it was made."""
    assert clock(3).kept(UNTIL, clock(4)) == UNTIL
