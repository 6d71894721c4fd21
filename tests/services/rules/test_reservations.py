"""Which times are kept for whom, and who may have them until they open."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.families.home import USUAL
from services.model.ids import ClinicId, DoctorId
from services.model.refusals.visits import TimeReserved
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import (
    MOST_PERCENT,
    MOST_TOGETHER,
    KeptTime,
    Reservation,
    ReservedFor,
    Reserving,
    Rights,
)
from services.rules.booking import check_bookable, rules_bent
from services.rules.reserved.times import (
    changes,
    is_open_to,
    kept_for,
    rights_of,
    rights_of_any,
    to_keep,
)
from tests.conftest import MONDAY_7_AM as NOW
from tests.values import MISHA, a_clinic, a_slot, on_wall

CLINIC = a_clinic()
DAY = date(2026, 11, 24)
EVENING = on_wall("2026-11-23 18:00")
BABY = replace(MISHA, birth_date=date(2026, 3, 1))
SHARES = Reserving(urgent=10, infants=20, district=30).shares


def a_day(count: int, first: datetime | None = None) -> dict[int, KeptTime]:
    """A doctor's times of a quarter of an hour from 9:00 on."""
    begins = first or on_wall("2026-11-24 09:00")
    return {
        number: KeptTime(begins + number * timedelta(minutes=15), True, None, False)
        for number in range(count)
    }


def test_hours_that_are_named_for_somebody_are_all_kept_beside_the_shares() -> None:
    """They open with the shares of the same children; no share is taken of them, and they count
    towards no other one. What could not be booked after its opening is not kept."""
    day = a_day(12)
    named = {
        key: replace(each, named_for=ReservedFor.DISTRICT) if key < 4 else each
        for key, each in day.items()
    }
    kept = to_keep(named, Reserving(infants=25).shares, CLINIC, DAY)
    assert [kept[key] for key in range(4)] == [Reservation(ReservedFor.DISTRICT, EVENING)] * 4
    assert sorted(each.whom for each in kept.values()).count(ReservedFor.INFANTS) == 2
    urgent = {key: replace(each, named_for=ReservedFor.URGENT) for key, each in day.items()}
    early = {
        key: replace(each, starts_at=each.starts_at - timedelta(hours=1, minutes=15))
        for key, each in urgent.items()
    }
    assert min(to_keep(early, [], CLINIC, DAY)) > 0


@pytest.mark.parametrize(
    ("whom", "theirs"),
    [(ReservedFor.INFANTS, True), (ReservedFor.URGENT, False), (ReservedFor.DISTRICT, False)],
)
def test_a_kept_time_is_theirs_until_it_opens_to_everybody(whom: ReservedFor, theirs: bool) -> None:
    """R70: a refusal says for whom the time is kept and from when it is everybody's; from that
    moment on it is, though nothing has run meanwhile."""
    kept = Reservation(whom, EVENING)
    slot = replace(a_slot(on_wall("2026-11-24 09:00")), reservation=kept)
    with pytest.raises(TimeReserved) as refused:
        check_bookable(slot, MISHA, USUAL, [], NOW)
    assert refused.value.kept == kept
    check_bookable(slot, MISHA, USUAL, [], EVENING)
    if theirs:
        check_bookable(slot, BABY, USUAL, [], NOW)


def test_the_district_is_the_doctor_s_own_and_no_other() -> None:
    """Whom the doctor looks after has the time; another district's children wait."""
    kept = Reservation(ReservedFor.DISTRICT, EVENING)
    slot = replace(a_slot(on_wall("2026-11-24 09:00")), reservation=kept)
    check_bookable(slot, replace(MISHA, district_doctor=slot.doctor.id), USUAL, [], NOW)
    with pytest.raises(TimeReserved):
        check_bookable(slot, replace(MISHA, district_doctor=DoctorId(2)), USUAL, [], NOW)


def test_the_registry_bends_it_in_so_many_words() -> None:
    """R04: what is kept for others is a rule of the clinic, and no constraint."""
    slot = replace(
        a_slot(on_wall("2026-11-24 09:00")), reservation=Reservation(ReservedFor.INFANTS, EVENING)
    )
    assert [type(each) for each in rules_bent(slot, MISHA, USUAL, [], NOW)] == [TimeReserved]
    assert rules_bent(slot, BABY, USUAL, [], NOW) == []


def test_shares_are_spread_over_the_day() -> None:
    """Of twenty times two, four and six; none at the very beginning, and each opens in its time."""
    kept = to_keep(a_day(20), SHARES, CLINIC, DAY)
    by_whom = {
        share.whom: [at for at, each in kept.items() if each.whom is share.whom] for share in SHARES
    }
    assert by_whom == {
        ReservedFor.URGENT: [5, 15],
        ReservedFor.INFANTS: [2, 7, 12, 17],
        ReservedFor.DISTRICT: [1, 4, 8, 11, 14, 18],
    }
    assert {each.until for each in kept.values()} == {EVENING, on_wall("2026-11-24 08:00")}


def test_what_could_not_be_booked_after_it_opens_is_not_kept() -> None:
    """Urgent times open at eight: those before, or too soon after, would be nobody's."""
    early = a_day(4, on_wall("2026-11-24 07:30"))
    kept = to_keep(early, Reserving(urgent=40).shares, CLINIC, DAY)
    assert kept == {}


def test_hours_that_are_named_are_somebody_s_already() -> None:
    """Of hours for infants, or for check-ups, nothing is kept once more."""
    named = {at: replace(each, is_common=at % 2 == 0) for at, each in a_day(8).items()}
    assert all(at % 2 == 0 for at in to_keep(named, SHARES, CLINIC, DAY))


@given(
    st.integers(0, 40),
    st.lists(st.integers(0, MOST_PERCENT), min_size=5, max_size=5),
    st.sets(st.integers(0, 39)),
)
def test_it_is_the_same_whoever_has_what(
    count: int, percents: list[int], has_somebody: set[int]
) -> None:
    """Made anew, nothing changes: what is kept depends on the times alone. A day is never kept
    whole, and what somebody has stays as it was."""
    urgent, infants, district, observed, disabled = percents
    shares = Reserving(
        urgent=urgent, infants=infants, district=district, observed=observed, disabled=disabled
    ).shares
    times = {at: replace(each, is_settled=at in has_somebody) for at, each in a_day(count).items()}
    wanted = to_keep(times, shares, CLINIC, DAY)
    assert len(wanted) * 100 <= count * MOST_TOGETHER
    made = changes(times, wanted, NOW)
    assert not has_somebody & made.keys()
    after = {at: replace(each, reservation=made.get(at)) for at, each in times.items()}
    assert changes(after, to_keep(after, shares, CLINIC, DAY), NOW) == {}
    assert {at: each for at, each in made.items() if each} == {
        at: each for at, each in wanted.items() if at not in has_somebody
    }


@given(
    st.lists(
        st.tuples(st.sampled_from([ReservedFor.INFANTS, ReservedFor.OBSERVED]), st.integers(1, 9)),
        min_size=1,
    ),
    st.integers(1, 9),
    st.sampled_from(ReservedFor),
)
def test_what_one_of_those_alike_may_have_is_asked_for_all(
    grown: list[tuple[ReservedFor, int]], day: int, whom: ReservedFor
) -> None:
    """R70: together they see each time that one of them may have, and none besides."""
    begins = on_wall("2026-12-01 09:00")
    some = [Rights({group: begins + timedelta(days=days)}) for group, days in grown]
    alike = [each for each in some if kept_for(each, begins) == kept_for(some[0], begins)]
    at = begins + timedelta(days=day)
    slot = replace(a_slot(at), reservation=Reservation(whom, at))
    together = rights_of_any(alike)
    assert together
    assert is_open_to(slot, together, NOW) is any(is_open_to(slot, each, NOW) for each in alike)


def test_what_was_opened_is_not_closed_again() -> None:
    """Opened by hand or by the clock: whoever has seen it may have it."""
    [only] = a_day(1).values()
    opened = replace(only, reservation=Reservation(ReservedFor.INFANTS, NOW))
    later = Reservation(ReservedFor.INFANTS, EVENING)
    assert changes({0: opened}, {0: later}, NOW) == {}
    assert changes({0: only}, {0: later}, NOW) == {0: later}


def test_a_group_ends_by_its_date_and_is_one_clinic_s() -> None:
    """Times of the last day are the child's still, those of the day after are not."""
    kept = Reservation(ReservedFor.OBSERVED, EVENING)
    slot = replace(a_slot(on_wall("2026-11-24 09:00")), reservation=kept)
    for until, clinic, theirs in [
        (DAY, CLINIC.id, True),
        (DAY - timedelta(days=1), CLINIC.id, False),
        (DAY, ClinicId(9), False),
    ]:
        child = replace(MISHA, groups=[ChildGroup(clinic, ReservedFor.OBSERVED, until)])
        assert is_open_to(slot, rights_of(child, CLINIC), NOW) is theirs
