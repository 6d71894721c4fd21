"""Who can take which time, for what: one rule, and what it says to who cannot."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.clinic import Hours
from services.model.ids import DoctorId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.visits import (
    KindAtDesk,
    KindNotHere,
    NotForThisReason,
    NotYetThisAge,
    TimeTooShort,
)
from services.model.schedule import (
    NewHours,
    OtherHours,
    Reception,
    ScheduleException,
    ScheduleRule,
    Sheet,
    Timetable,
    receptions_in,
)
from services.model.settings.visit_kinds import (
    MOST_KINDS,
    USUAL_KINDS,
    KindKey,
    Reason,
    VisitKind,
    Whom,
    key_of,
    next_key,
    usual,
)
from services.rules import booking
from services.rules.ages import age_on, day_of_age
from services.rules.eligibility import kinds
from tests.conftest import MONDAY_7_AM
from tests.values import MISHA, a_clinic, a_doctor, a_slot, born, on_wall, refusal_of

NOW = MONDAY_7_AM
TOMORROW_9 = on_wall("2026-11-24 09:00")
POOL = VisitKind(KindKey("k9"), name="Справка в бассейн", since=36)
LONG = VisitKind(KindKey("k10"), name="Комплексный осмотр", length=timedelta(hours=1))


def refused(kind: VisitKind, child: Child, at: datetime, *reasons: KindKey) -> Refusal | None:
    """Why a child cannot take a time at a clinic that has this kind of visit."""
    clinic = a_clinic(kinds=(*USUAL_KINDS, kind))
    slot = a_slot(at, doctor=a_doctor(clinic=clinic), reasons=frozenset(reasons))
    try:
        booking.check_bookable(slot, child, kind.key, [], NOW)
    except Refusal as refusal:
        return refusal
    return None


def test_who_is_too_young_hears_from_when_on() -> None:
    """R10: the day is the child's own; on it the time can be had."""
    child = born("2023-11-30")

    refusal = refused(POOL, child, on_wall("2026-11-29 23:45"))
    assert isinstance(refusal, NotYetThisAge)
    assert (refusal.day, refusal.child) == (date(2026, 11, 30), child.name)
    assert refused(POOL, child, on_wall("2026-11-30 00:00")) is None


def test_a_kind_that_takes_longer_than_a_time_is_refused_in_words() -> None:
    """Adjoining times are not joined: an hour is had where the hours give an hour."""
    refusal = refused(LONG, MISHA, TOMORROW_9)

    assert isinstance(refusal, TimeTooShort)
    assert refusal.length == timedelta(hours=1)
    assert refused(usual(Reason.REPEAT), MISHA, TOMORROW_9) is None


def test_what_is_for_healthy_children_can_be_kept_out_of_hours_for_any_visit() -> None:
    """R71: at those hours ill children come; in hours that name it they do not."""
    healthy = VisitKind(KindKey("k9"), whom=Whom.HEALTHY, named_only=True)
    ill = VisitKind(KindKey("k10"), whom=Whom.ILL)

    assert isinstance(refused(healthy, MISHA, TOMORROW_9), NotForThisReason)
    assert refused(healthy, MISHA, TOMORROW_9, healthy.key) is None
    assert refused(ill, MISHA, TOMORROW_9) is None
    assert isinstance(refused(ill, MISHA, TOMORROW_9, healthy.key), NotForThisReason)


def test_a_family_does_not_book_what_is_hidden_or_the_registry_s() -> None:
    """What the clinic never had is as what it has no more."""
    clinic = a_clinic(
        kinds=(
            usual(Reason.ILLNESS),
            VisitKind(Reason.CONSULTATION, hidden=True),
            VisitKind(Reason.REPEAT, at_desk=True),
            POOL,
        )
    )

    def booking_of(key: KindKey) -> type[Refusal] | None:
        return refusal_of(lambda: kinds.check_open(clinic.kind(key), clinic))

    assert booking_of(Reason.CONSULTATION) is booking_of(KindKey("k30")) is KindNotHere
    assert booking_of(Reason.REPEAT) is KindAtDesk
    assert booking_of(POOL.key) is None
    big = born("2020-05-05")
    assert [kind.key for kind in kinds.kinds_for(big, clinic, NOW)] == [
        Reason.ILLNESS,
        Reason.REPEAT,
        POOL.key,
    ]
    assert [kind.key for kind in kinds.kinds_for_family(big, clinic, NOW)] == [
        Reason.ILLNESS,
        POOL.key,
    ]
    assert kinds.usual_kind(big, clinic, NOW) == POOL  # and not for a child who is ill
    assert kinds.usual_kind(born("2026-05-05"), clinic, NOW) is None
    [later] = kinds.kinds_later(born("2026-05-05"), clinic, NOW)
    assert (later.kind, later.day) == (POOL, date(2029, 5, 5))


def test_a_clinic_s_own_kinds_are_numbered_and_no_number_comes_twice() -> None:
    """Their bits stand on times: a hidden one keeps its own, and there are thirty."""
    known = [*USUAL_KINDS]
    for number in range(len(Reason) + 1, MOST_KINDS + 1):
        key = next_key([known[0], *known[::-1]])
        assert key is not None
        assert key.number == number
        known.append(VisitKind(key, hidden=True))
    assert next_key(known) is None
    assert [key_of(kind.key.number) for kind in known] == [kind.key for kind in known]


@pytest.mark.parametrize("forged", ["", "k", "k8", "k09", "k31", "k999999999", "Illness", "k٩"])
def test_what_names_no_kind_has_no_number(forged: str) -> None:
    assert KindKey(forged).number == 0


@given(
    st.dates(date(2008, 1, 1), date(2026, 11, 1)),
    st.integers(0, 215),
    st.one_of(st.none(), st.integers(0, 216)),
    st.integers(0, 13),
    st.sampled_from([None, 10, 15, 20]),
    st.booleans(),
    st.booleans(),
)
def test_what_a_wish_looks_for_is_what_the_rule_lets_be_taken(
    birthday: date,
    since: int,
    until: int | None,
    days: int,
    minutes: int | None,
    named_only: bool,
    named: bool,
) -> None:
    """R69: ages in months, leap days included, length and hours: a wish and the acceptance are
    one, whatever a clinic has said."""
    length = None if minutes is None else timedelta(minutes=minutes)
    kind = VisitKind(KindKey("k9"), since=since, until=until, length=length, named_only=named_only)
    clinic = a_clinic(kinds=(kind,))
    child = born(birthday.isoformat())
    reasons = frozenset({kind.key}) if named else frozenset[KindKey]()
    at = on_wall("2026-11-23 12:00") + timedelta(days=days)
    slot = a_slot(at, doctor=a_doctor(clinic=clinic), reasons=reasons)
    wish = booking.wish_of(None, child, kind.key, clinic, [], NOW)

    in_time = wish.earliest <= slot.starts_at < wish.latest
    long_enough = length is None or slot.stretch.ends_at - slot.starts_at >= length
    is_bookable = booking.is_bookable(slot, child, kind.key, [], NOW)
    assert is_bookable == (in_time and long_enough and (named or not named_only))
    age = age_on(birthday, slot.local_start.date())
    months = age.years * 12 + age.months
    assert in_time == (since <= months < (216 if until is None else until))


HALF_AN_HOUR = VisitKind(KindKey("k1"), length=timedelta(minutes=30))
A_QUARTER = VisitKind(KindKey("k2"), length=timedelta(minutes=15))


@pytest.mark.parametrize(("minutes", "told"), [(15, [HALF_AN_HOUR]), (30, []), (45, [])])
def test_hours_that_are_too_short_for_what_they_name_are_told(
    minutes: int, told: list[VisitKind]
) -> None:
    """R69: of hours on a line, of other days and of a sheet, each once; nobody could book them."""
    named = frozenset({HALF_AN_HOUR.key, A_QUARTER.key})
    short = Reception(Hours(time(9), time(12)), timedelta(minutes=minutes), reasons=named)
    anything = replace(short, reasons=frozenset())
    rules = [ScheduleRule(each, NOW.date()) for each in (short, anything, short)]
    for change in (
        OtherHours(DoctorId(1), ScheduleException(NOW.date(), NOW.date(), [short, anything])),
        NewHours(DoctorId(1), NOW.date(), rules),
        Sheet([Timetable("Ким", "", NOW.date(), rules)]),
    ):
        times = [(each.visit, each.reasons) for each in receptions_in(change)]
        found = kinds.too_long_for(times, [A_QUARTER, HALF_AN_HOUR])
        assert [each.kind for each in found] == told


@given(st.dates(date(2000, 1, 1), date(2026, 12, 31)), st.integers(0, 300))
def test_an_age_begins_on_the_day_on_which_it_is_counted(birthday: date, months: int) -> None:
    """The 31st of a month that has none is the 1st of the next, as a 29 February is."""
    day = day_of_age(birthday, months)
    age, before = age_on(birthday, day), age_on(birthday, day - timedelta(days=1))

    assert age.years * 12 + age.months == months
    assert before.years * 12 + before.months == months - 1
