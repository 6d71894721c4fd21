"""The rules of the house: who may have which slot, what may follow what, who is a child."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.families.home import USUAL
from services.model.clinic import Limits, Reason
from services.model.ids import ClinicId, PersonId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.families import (
    BornInFuture,
    NameTooLong,
    NameUnclear,
    NoLongerAChild,
    TooManyChildren,
)
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    ChildIsBusy,
    SlotClosed,
    SlotHeld,
    SlotPassed,
    SlotTaken,
    TooFar,
    TooLate,
    TooManyVisits,
    VisitCancelled,
    VisitPassed,
)
from services.model.slots import Slot, Wish
from services.model.visits import Appointment, AppointmentState
from services.rules import booking, horizon, names, visit_states
from services.rules.ages import Age, age_of, age_on, check_birth_date
from services.rules.booking import check_bookable
from services.rules.eligibility.grounds import accepts
from services.rules.names import tidy_name
from tests.chances import so_often
from tests.conftest import MONDAY_7_AM
from tests.values import MISHA, a_clinic, a_doctor, a_slot, a_visit, born, on_wall, refusal_of

ANNA = PersonId(1)
NOW = MONDAY_7_AM
TOMORROW_9 = on_wall("2026-11-24 09:00")
STATES = AppointmentState


# Which slots can be booked


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (a_slot(TOMORROW_9), None),
        (a_slot(NOW - timedelta(minutes=1)), SlotPassed),
        (a_slot(TOMORROW_9, open=False), SlotClosed),
        (a_slot(TOMORROW_9, taken=True), SlotTaken),
        (a_slot(TOMORROW_9, held=True), SlotHeld),
        (a_slot(TOMORROW_9, open=False, taken=True, held=True), SlotTaken),
        (a_slot(TOMORROW_9, taken=True, held=True), SlotTaken),
        (a_slot(NOW + timedelta(minutes=29)), TooLate),
        (a_slot(NOW + timedelta(minutes=30)), None),
        (a_slot(on_wall("2026-12-07 23:45")), None),
        (a_slot(on_wall("2026-12-08 00:00")), TooFar),
    ],
)
def test_a_slot_is_bookable_or_says_why_not(slot: Slot, expected: type[Refusal] | None) -> None:
    """R10: past, closed, taken, held, too near and too far slots are refused, each by its name."""
    assert refusal_of(lambda: check_bookable(slot, MISHA, USUAL, [], NOW)) is expected


def test_without_notice_a_slot_is_bookable_until_it_begins() -> None:
    """R10: the clinic's notice may be nothing; a moment later the slot has passed."""
    slot = a_slot(NOW, doctor=a_doctor(clinic=a_clinic(notice=timedelta(0))))

    assert refusal_of(lambda: check_bookable(slot, MISHA, USUAL, [], NOW)) is None
    later = NOW + timedelta(seconds=1)
    assert refusal_of(lambda: check_bookable(slot, MISHA, USUAL, [], later)) is SlotPassed


@pytest.mark.parametrize(
    ("begins", "minutes", "expected"),
    [
        ("08:45", 15, None),  # ends as the other begins
        ("08:45", 16, ChildIsBusy),
        ("09:00", 30, ChildIsBusy),
        ("09:10", 10, ChildIsBusy),
        ("08:00", 120, ChildIsBusy),
        ("09:29", 30, ChildIsBusy),
        ("09:30", 30, None),  # begins as the other ends
    ],
)
def test_a_child_cannot_be_in_two_places(
    begins: str, minutes: int, expected: type[Refusal] | None
) -> None:
    """R07: a visit must not overlap another one of the child, from 9:00 to 9:30; it may touch."""
    other = a_visit(a_slot(TOMORROW_9, 30, doctor=a_doctor(2)))
    slot = a_slot(on_wall(f"2026-11-24 {begins}"), minutes)

    assert refusal_of(lambda: check_bookable(slot, MISHA, USUAL, [other], NOW)) is expected


def test_one_visit_ahead_with_one_doctor() -> None:
    """R07: a second visit ahead with the same doctor is refused, and the first one is named."""
    first = a_visit(a_slot(TOMORROW_9))
    slot = a_slot(on_wall("2026-11-26 09:00"))

    with pytest.raises(AlreadyWithDoctor) as refused:
        check_bookable(slot, MISHA, USUAL, [first], NOW)
    assert refused.value.appointment is first
    check_bookable(a_slot(slot.starts_at, doctor=a_doctor(2)), MISHA, USUAL, [first], NOW)


def test_a_clinic_may_allow_several_visits_with_one_doctor() -> None:
    """R07: it is the clinic's setting; overlapping visits are refused all the same."""
    doctor = a_doctor(clinic=a_clinic(one_visit_per_doctor=False))
    first = a_visit(a_slot(TOMORROW_9, doctor=doctor))

    check_bookable(a_slot(on_wall("2026-11-26 09:00"), doctor=doctor), MISHA, USUAL, [first], NOW)
    with pytest.raises(ChildIsBusy):
        check_bookable(a_slot(TOMORROW_9, doctor=doctor), MISHA, USUAL, [first], NOW)


def fits(slot: Slot, wish: Wish) -> bool:
    """A slot against a wish, the way the database is asked."""
    return (
        slot.open
        and not slot.taken
        and not slot.held
        and wish.earliest <= slot.starts_at < wish.latest
        and accepts(slot, wish.kind)
        and slot.doctor.id not in wish.seen_by
        and not any(slot.stretch.overlaps(busy) for busy in wish.busy)
    )


CLINICS = st.builds(
    a_clinic,
    notice=st.sampled_from([timedelta(0), timedelta(minutes=30), timedelta(days=1)]),
    horizon_days=st.sampled_from([0, 1]),
    opens_at=st.sampled_from([time(0), time(7), time(8)]),
    one_visit_per_doctor=st.booleans(),
)
REASONS = st.sampled_from([Reason.CONSULTATION, Reason.INFANT_DAY, Reason.ILLNESS])
BIRTHS = ["2024-03-12", "2025-11-23", "2025-11-24", "2008-11-24", "2008-11-25"]
"""Among them who is one, and who is eighteen, within the horizon."""


@dataclass(frozen=True)
class Asking:
    """What somebody may ask for."""

    slot: Slot
    child: Child
    reason: Reason
    planned: list[Appointment]


@st.composite
def askings(draw: st.DrawFn) -> Asking:
    """A slot of a clinic, and the child's visits there and elsewhere, on one grid of times."""
    clinic = draw(CLINICS)
    edges = st.sampled_from([NOW, NOW + clinic.notice, horizon.end_of_horizon(clinic, NOW)])
    steps = st.sampled_from([-30, 0, 0, 30, 60]).map(lambda n: timedelta(minutes=n))
    moments = st.builds(lambda edge, step: edge + step, edges, steps)
    lengths = st.sampled_from([30, 60, 90])
    doctors = st.integers(1, 3).map(lambda number: a_doctor(number, clinic))
    often = st.sampled_from([True, True, True, True, False])
    rarely = often.map(lambda value: not value)
    slots = st.builds(
        a_slot,
        moments,
        lengths,
        doctor=doctors,
        open=often,
        taken=rarely,
        held=rarely,
        reasons=st.just(frozenset()) | st.frozensets(REASONS, max_size=2),
    )
    visits = st.builds(a_slot, moments, lengths, doctor=doctors).map(a_visit)
    return Asking(
        draw(slots),
        born(draw(st.sampled_from(BIRTHS))),
        draw(REASONS),
        draw(st.lists(visits, max_size=2)),
    )


@settings(max_examples=so_often(500))
@given(askings())
def test_what_is_shown_is_what_can_be_booked(asking: Asking) -> None:
    """R10: a slot fits the child's wish, so that it is shown, just when it can be booked."""
    slot, child, reason, planned = asking.slot, asking.child, asking.reason, asking.planned
    wish = booking.wish_of(ANNA, child, reason, slot.doctor.clinic, planned, NOW)
    refusal = refusal_of(lambda: check_bookable(slot, child, reason, planned, NOW))

    assert fits(slot, wish) == (refusal is None)


# How much one person can have


@pytest.mark.parametrize(("ahead", "most", "expected"), [(0, 1, None), (1, 1, TooManyVisits)])
def test_a_person_has_so_many_visits_at_a_clinic(
    ahead: int, most: int, expected: type[Refusal] | None
) -> None:
    """R51: one visit more than the clinic allows is refused."""
    clinic = a_clinic(limits=Limits(visits=most))
    planned = [a_visit(a_slot(TOMORROW_9, doctor=a_doctor(clinic=clinic)))] * ahead

    assert refusal_of(lambda: booking.check_room_for_visit(clinic, planned)) is expected


def test_visits_at_another_clinic_are_not_counted() -> None:
    """R51: each clinic limits its own visits, and says to how many."""
    here = a_clinic(limits=Limits(visits=2))
    there = replace(here, id=ClinicId(2))
    at = [a_visit(a_slot(TOMORROW_9, doctor=a_doctor(1, clinic))) for clinic in (here, there)]

    booking.check_room_for_visit(here, [*at, at[1]])
    with pytest.raises(TooManyVisits) as refused:
        booking.check_room_for_visit(here, [*at, at[0]])
    assert refused.value.most == 2


def test_a_person_has_so_many_children() -> None:
    """R51: one child more than the clinic allows is refused, and the limit is told."""
    clinic = a_clinic(limits=Limits(children=2))

    booking.check_room_for_child(clinic, [MISHA])
    with pytest.raises(TooManyChildren) as refused:
        booking.check_room_for_child(clinic, [MISHA, MISHA])
    assert refused.value.most == 2


# What may follow what


ALLOWED = {
    (STATES.PENDING, STATES.BOOKED),
    (STATES.PENDING, STATES.CANCELLED),
    (STATES.BOOKED, STATES.CANCELLED),
    (STATES.BOOKED, STATES.FULFILLED),
    (STATES.BOOKED, STATES.NO_SHOW),
}


@pytest.mark.parametrize(("state", "following"), list(product(STATES, STATES)))
def test_an_appointment_goes_from_state_to_state(state: STATES, following: STATES) -> None:
    """R05: a visit is confirmed once and ended once; nothing follows an end."""
    assert visit_states.may_become(state, following) == ((state, following) in ALLOWED)


@pytest.mark.parametrize("state", STATES)
def test_a_visit_ahead_can_be_cancelled_while_it_stands(state: STATES) -> None:
    """R08: what is cancelled, over or missed is not cancelled again."""
    visit = a_visit(a_slot(TOMORROW_9), state)
    standing = state in (STATES.PENDING, STATES.BOOKED)

    assert refusal_of(lambda: booking.check_cancellable(visit, NOW)) is (
        None if standing else VisitPassed
    )


def test_a_visit_that_has_begun_cannot_be_cancelled() -> None:
    """Up to its very start a visit can be given back, and from then on it cannot."""
    visit = a_visit(a_slot(TOMORROW_9))
    booking.check_cancellable(visit, TOMORROW_9 - timedelta(seconds=1))

    with pytest.raises(VisitPassed):
        booking.check_cancellable(visit, TOMORROW_9)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (STATES.PENDING, None),
        (STATES.BOOKED, None),
        (STATES.CANCELLED, VisitCancelled),
        (STATES.FULFILLED, VisitPassed),
        (STATES.NO_SHOW, VisitPassed),
    ],
)
def test_a_visit_ahead_can_be_moved_while_it_stands(
    state: STATES, expected: type[Refusal] | None
) -> None:
    """R09: what was cancelled is said to be so, before and after its time; the rest is over."""
    visit = a_visit(a_slot(TOMORROW_9), state)

    assert refusal_of(lambda: booking.check_movable(visit, NOW)) is expected
    late = VisitCancelled if state is STATES.CANCELLED else VisitPassed
    assert refusal_of(lambda: booking.check_movable(visit, TOMORROW_9)) is late


# Names


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Миша", "Миша"),
        ("  Анна-Мария   Луиза ", "Анна-Мария Луиза"),
        ("Миша\nБорисович\t", "Миша Борисович"),
        ("Миша\u200b", "Миша"),
        ("👶 Миша 2", "👶 Миша 2"),
        ("Д'Артаньян", "Д'Артаньян"),
        ("李", "李"),
        ("<b>Миша</b>", "<b>Миша</b>"),
        ("М" * 60, "М" * 60),
    ],
)
def test_a_name_is_kept_as_the_parent_typed_it(typed: str, name: str) -> None:
    """A name is whatever the parent calls the child, on one line."""
    assert tidy_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "  ", "12.03.2024", "👶", "--", "/", "_", "½", "²", "\u200b"]
)
def test_what_has_no_letter_is_no_name(typed: str) -> None:
    """A name has at least one letter in it."""
    with pytest.raises(NameUnclear):
        tidy_name(typed)


def test_a_name_fits_on_the_screen() -> None:
    """One character more than the longest name is refused, and the limit is told."""
    with pytest.raises(NameTooLong) as refused:
        tidy_name("М" * (names.LONGEST_NAME + 1))
    assert refused.value.longest == names.LONGEST_NAME


@settings(max_examples=so_often(300))
@given(st.text(max_size=80))
def test_whatever_is_typed_a_name_is_one_tidy_line(typed: str) -> None:
    """R36 in part: no typed text gets line breaks or invisible characters into a name."""
    try:
        name = tidy_name(typed)
    except (NameUnclear, NameTooLong):
        return
    assert name.isprintable()
    assert name == tidy_name(name) == " ".join(name.split())
    assert len(name) <= names.LONGEST_NAME


# Ages


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("2026-11-23", None),
        ("2026-11-24", BornInFuture),
        ("2008-11-24", None),  # eighteen tomorrow
        ("2008-11-23", NoLongerAChild),
        ("1980-01-01", NoLongerAChild),
    ],
)
def test_a_child_is_born_and_not_eighteen(born: str, expected: type[Refusal] | None) -> None:
    """A pediatrician sees children from the day of birth to the day before the 18th birthday."""
    today = date(2026, 11, 23)
    assert refusal_of(lambda: check_birth_date(date.fromisoformat(born), today)) is expected


def test_who_was_born_on_the_29th_of_february_is_eighteen_in_march() -> None:
    """In a year without that day the 18th birthday is the day after the 28th."""
    check_birth_date(date(2008, 2, 29), date(2026, 2, 28))
    with pytest.raises(NoLongerAChild):
        check_birth_date(date(2008, 2, 29), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2024-03-12", "2024-03-12", Age(0, 0)),
        ("2024-03-12", "2024-04-11", Age(0, 0)),
        ("2024-03-12", "2024-04-12", Age(0, 1)),
        ("2024-03-12", "2025-03-11", Age(0, 11)),
        ("2024-03-12", "2025-03-12", Age(1, 0)),
        ("2024-03-12", "2026-11-23", Age(2, 8)),
        ("2024-01-31", "2024-02-29", Age(0, 0)),
        ("2024-01-31", "2024-03-01", Age(0, 1)),
    ],
)
def test_age_is_counted_in_completed_months(born: str, day: str, age: Age) -> None:
    """A month is complete on its day, as people count."""
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(born=DAYS, later=st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_nobody_grows_younger(born: date, later: list[date]) -> None:
    """Months are 0 to 11, and an age never falls from one day to a later one."""
    ages = [age_on(born, max(born, day)) for day in later]

    assert all(0 <= age.months <= 11 and age.years >= 0 for age in ages)
    assert (ages[0].years, ages[0].months) <= (ages[1].years, ages[1].months)


@given(born=DAYS, years=st.integers(0, 17))
def test_a_birthday_is_a_whole_number_of_years(born: date, years: int) -> None:
    """On a birthday the age is so many years and no months; on the eve it is a year less."""
    if (born.month, born.day) == (2, 29):
        born += timedelta(days=1)
    birthday = born.replace(year=born.year + years)

    assert age_on(born, birthday) == Age(years, 0)
    assert years == 0 or age_on(born, birthday - timedelta(days=1)) == Age(years - 1, 11)


def test_age_is_told_by_the_clinic_s_calendar() -> None:
    """R14: a birthday begins at the clinic's midnight, wherever the server is."""
    midnight = on_wall("2027-03-12 00:00")
    a_second_before = midnight - timedelta(seconds=1)

    assert age_of(MISHA, midnight, a_clinic()) == Age(3, 0)
    assert age_of(MISHA, a_second_before, a_clinic()) == Age(2, 11)
