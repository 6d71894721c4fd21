"""The hours between quiet ones: how long a doctor has to answer, and how a visit stands then."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.clinic import Confirming, Hours, Unanswered
from services.model.visits import AppointmentState, Deadline, Word
from services.rules import visit_states
from services.rules.quiet_hours import after_quiet, after_waking
from tests.values import a_clinic, a_doctor, a_slot, a_visit, on_wall

MINUTE = timedelta(minutes=1)
STATES = AppointmentState


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        ("2026-11-25 12:00", 4, "2026-11-25 16:00"),
        ("2026-11-25 17:00", 4, "2026-11-25 21:00"),
        ("2026-11-25 20:00", 4, "2026-11-26 10:00"),
        ("2026-11-25 23:00", 4, "2026-11-26 11:00"),
        ("2026-11-25 20:00", 20, "2026-11-27 12:00"),
    ],
)
def test_the_clock_stands_still_in_quiet_hours(begins: str, hours: int, ends: str) -> None:
    """R22: from nine in the evening to seven in the morning nobody is asked, and nothing runs."""
    moment = after_waking(on_wall(begins), timedelta(hours=hours), a_clinic())
    assert moment == on_wall(ends)


def test_without_quiet_hours_it_never_stands_still() -> None:
    clinic = a_clinic(quiet=Hours(time(0), time(0)))
    begins = on_wall("2026-11-25 20:00")
    assert after_waking(begins, timedelta(hours=30), clinic) == begins + timedelta(hours=30)


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 60 * 24), st.integers(1, 60 * 24))
def test_as_much_of_the_day_goes_by_as_was_given(
    starts: int, ends: int, begins: int, span: int
) -> None:
    """Counted minute by minute, whatever the quiet hours are, over midnight or not."""
    clinic = a_clinic(quiet=Hours(time(starts), time(ends)))
    moment = datetime(2026, 11, 25, tzinfo=UTC) + begins * MINUTE
    until = after_waking(moment, span * MINUTE, clinic)
    awake = 0
    while moment < until:
        awake += after_quiet(moment, clinic) == moment
        moment += MINUTE
    assert awake == span


ASKING = a_clinic(doctors_confirm=True, confirming=Confirming())


@pytest.mark.parametrize(
    ("now", "starts", "by"),
    [
        ("2026-11-25 12:00", "2026-11-26 12:00", "2026-11-25 16:00"),
        ("2026-11-25 12:00", "2026-11-25 15:00", "2026-11-25 13:00"),
        ("2026-11-25 12:00", "2026-11-25 14:00", None),
        ("2026-11-25 22:00", "2026-11-26 09:00", None),
        ("2026-11-25 22:00", "2026-11-26 10:00", "2026-11-26 08:00"),
    ],
)
def test_a_visit_waits_until_somebody_can_have_answered(
    now: str, starts: str, by: str | None
) -> None:
    """R05: at the latest two hours before it; where nobody can be asked by then, it does not."""
    slot = a_slot(on_wall(starts), doctor=a_doctor(clinic=ASKING))
    found = visit_states.deadline(ASKING, slot, on_wall(now))
    assert found == (Deadline(on_wall(by), Unanswered.BOOKED) if by else None)


@pytest.mark.parametrize(
    ("then", "state"),
    [(Unanswered.BOOKED, STATES.BOOKED), (Unanswered.GIVEN_BACK, STATES.CANCELLED)],
)
def test_what_nobody_answered_is_decided_at_its_deadline(then: Unanswered, state: STATES) -> None:
    """R06: not a moment before; and only what waits is."""
    due = on_wall("2026-11-25 16:00")
    visit = a_visit(a_slot(on_wall("2026-11-26 12:00")), STATES.PENDING)
    waiting = replace(visit, deadline=Deadline(due, then))
    assert visit_states.as_of(waiting, due - timedelta(microseconds=1)) == waiting
    decided = visit_states.as_of(waiting, due)
    assert (decided.state, decided.word, decided.deadline) == (state, Word.SILENCE, None)
    booked = replace(visit, state=STATES.BOOKED)
    assert visit_states.as_of(booked, due) == booked
