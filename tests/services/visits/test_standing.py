"""What a visit's state and its times say to who looks at it."""

from dataclasses import replace
from datetime import timedelta

from services.model.clinic import Unanswered
from services.model.ids import PersonId, PostId
from services.model.letters import ToConfirm
from services.model.people import Language, Person
from services.model.visits import AppointmentState, Deadline
from services.visits.mine import Visit
from tests.conftest import MONDAY_7_AM
from tests.values import a_slot, a_visit, on_wall

NOW = MONDAY_7_AM
TOMORROW_9 = on_wall("2026-11-24 09:00")
STATES = AppointmentState


def test_a_visit_is_over_once_it_begins_or_stands_no_more() -> None:
    """Until then it can be come to, and moved or cancelled."""
    visit = a_visit(a_slot(TOMORROW_9))
    assert not Visit(visit, NOW).is_over
    assert Visit(visit, TOMORROW_9).is_over
    assert Visit(replace(visit, state=STATES.CANCELLED), NOW).is_over


def test_of_visits_that_wait_the_first_deadline_presses_most() -> None:
    """Whatever their order; one that waits for good does not press."""
    visit = a_visit(a_slot(TOMORROW_9), STATES.PENDING)
    soon, later = (
        replace(visit, deadline=Deadline(NOW + timedelta(hours=hours), Unanswered.BOOKED))
        for hours in (1, 2)
    )
    anna = Person(PersonId(1), 1, Language.RUSSIAN)
    assert ToConfirm(anna, PostId(1), [visit, later, soon], NOW).most_pressing == soon
    assert ToConfirm(anna, PostId(1), [visit], NOW).most_pressing is None
