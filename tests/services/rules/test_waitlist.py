"""The order of the list, what fits, and when somebody may be asked: plain functions."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import ChildId, DoctorId, PostId, WaitId
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import KindKey, Reason
from services.model.waitlist.offers import RankReason
from services.model.waitlist.waits import MovedUp, Wait, WaitWish
from services.rules.waitlist import rank
from services.rules.waitlist.fits import fits, spans_of
from services.rules.waitlist.timing import may_offer_at, offering
from tests.conftest import MONDAY_7_AM
from tests.values import a_clinic, a_doctor, a_slot, born

CLINIC = a_clinic()
SLOT = a_slot(MONDAY_7_AM + timedelta(days=2, hours=2))
KIND = KindKey(Reason.CONSULTATION)
WISH = WaitWish([ChildId(1)], KIND, date(2026, 11, 23), date(2026, 12, 23))
GROUP = ChildGroup(CLINIC.id, ReservedFor.OBSERVED, date(2028, 1, 1))


@st.composite
def waits(draw: st.DrawFn) -> Wait:
    """Anybody, who has waited for up to half a year."""
    child = born("2024-03-12")
    if draw(st.booleans()):
        child = replace(child, groups=[GROUP])
    if draw(st.booleans()):
        child = replace(child, district_doctor=SLOT.doctor.id)
    since = MONDAY_7_AM - timedelta(hours=draw(st.integers(0, 180 * 24)))
    moved = MovedUp(PostId(1), since, "")
    return Wait(
        WaitId(draw(st.integers(1, 10**6))),
        CLINIC,
        [child],
        None,
        WISH,
        since,
        owed=draw(st.integers(0, 5)) == 0,
        moved_up=moved if draw(st.integers(0, 5)) == 0 else None,
    )


@st.composite
def wishes(draw: st.DrawFn) -> WaitWish:
    """Some days, of some weekdays, at some hours; for ever, too, as who is owed a time. Nobody
    receives in the hour that a clock tells twice."""
    first = draw(st.dates(date(2026, 10, 20), date(2026, 11, 5)))  # a clock goes back on the 25th
    last = draw(st.just(date.max) | st.dates(first, date(2026, 12, 1)))
    hours = st.builds(time, st.integers(5, 23), st.sampled_from([0, 10, 15, 59]))
    return replace(
        WISH,
        first=first,
        last=last,
        weekdays=draw(st.integers(1, 127)),
        since_hour=draw(st.just(time.min) | hours),
        until_hour=draw(st.none() | hours),
    )


@given(wishes(), st.integers(0, 40 * 96), st.integers(0, 40 * 96), st.integers(0, 40 * 96))
def test_nothing_that_fits_lies_outside_what_is_read(
    wish: WaitWish, since: int, length: int, at: int
) -> None:
    """R73: and of what lies within, all fits, whatever the clocks do; spans follow each other."""
    berlin = a_clinic(zone=ZoneInfo("Europe/Berlin"))
    begin, quarter = datetime(2026, 10, 18, tzinfo=UTC), timedelta(minutes=15)
    moment, until = begin + since * quarter, begin + (since + length) * quarter
    spans = spans_of(wish, berlin, moment, until)
    slot = a_slot(begin + at * quarter, doctor=a_doctor(clinic=berlin))
    within = any(span.starts_at <= slot.starts_at < span.ends_at for span in spans)
    assert within == (moment <= slot.starts_at < until and fits(wish, slot))
    assert all(one.ends_at < two.starts_at for one, two in pairwise(spans))


@given(st.lists(waits(), unique_by=lambda wait: wait.id), st.randoms())
def test_nobody_is_overtaken_beyond_the_bound(some: list[Wait], chance: object) -> None:
    """R29: who is owed comes first, then who was moved up; among the rest nobody who came later by
    more than both head starts comes first, and the order of asking changes nothing."""
    found = rank.in_order(some, SLOT, MONDAY_7_AM)
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank.in_order(shuffled, SLOT, MONDAY_7_AM) == found
    classes = [0 if wait.owed else 1 if wait.moved_up else 2 for wait in found]
    assert classes == sorted(classes)
    common = [wait for wait in found if not (wait.owed or wait.moved_up)]
    for at, first in enumerate(common):
        for later in common[at + 1 :]:
            assert first.since - later.since <= rank.longest_overtaking(CLINIC)


def test_the_reason_is_what_speaks_most() -> None:
    """A group before a district, and who waits beyond the bound needs neither."""
    fresh = Wait(WaitId(1), CLINIC, [born("2024-03-12")], None, WISH, MONDAY_7_AM)
    resident = replace(born("2024-03-12"), district_doctor=SLOT.doctor.id)
    in_group = replace(resident, groups=[GROUP])
    long_ago = replace(fresh, since=MONDAY_7_AM - timedelta(days=22))

    def reason(wait: Wait) -> RankReason:
        return rank.reason_of(wait, SLOT, MONDAY_7_AM)

    assert reason(fresh) is RankReason.WAITING
    assert reason(replace(fresh, children=[resident])) is RankReason.RESIDENCE
    assert reason(replace(fresh, children=[in_group])) is RankReason.GROUP
    assert reason(long_ago) is RankReason.LONGEST
    assert reason(replace(long_ago, owed=True)) is RankReason.OWED


def test_days_hours_and_doctors_are_those_on_the_wall() -> None:
    """ "После 17", by weekdays, with one doctor; both ends count."""
    begins = SLOT.local_start  # Wednesday, 9:00
    assert fits(WISH, SLOT)
    assert fits(replace(WISH, first=begins.date(), last=begins.date()), SLOT)
    assert not fits(replace(WISH, last=begins.date() - timedelta(days=1)), SLOT)
    assert fits(replace(WISH, weekdays=0b100), SLOT)
    assert not fits(replace(WISH, weekdays=0b1111011), SLOT)
    assert fits(replace(WISH, since_hour=begins.time(), until_hour=begins.time()), SLOT)
    assert not fits(replace(WISH, since_hour=time(17)), SLOT)
    assert not fits(replace(WISH, until_hour=time(8)), SLOT)
    assert not fits(replace(WISH, doctors=frozenset({DoctorId(99)})), SLOT)


@given(st.integers(-60, 60 * 24 * 7))
def test_an_offer_never_outlasts_what_can_be_booked(minutes: int) -> None:
    """R27: one family far ahead, three within a day, nobody for what is too near or over."""
    now = SLOT.starts_at - timedelta(minutes=minutes)
    way = offering(CLINIC, SLOT, now)
    if way is None:
        assert now + CLINIC.notice >= SLOT.starts_at
        return
    assert now + way.lasts <= SLOT.starts_at - CLINIC.notice
    near = minutes <= 24 * 60
    assert way.among == (3 if near else 1)
    assert way.lasts <= timedelta(minutes=20 if near else 120)


@given(st.integers(0, 24 * 60 * 2), st.booleans())
def test_nobody_is_written_to_in_quiet_hours(minutes: int, early: bool) -> None:
    """But from six on who allowed it, about that very morning's times."""
    now = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=minutes)
    at = may_offer_at(CLINIC, SLOT, now, early=early)
    hour = CLINIC.wall(at).time()
    assert at >= now
    quiet = hour < CLINIC.quiet.ends or hour >= CLINIC.quiet.starts
    if quiet:
        assert early
        assert time(6) <= hour
        assert CLINIC.today(at) == SLOT.local_start.date()
