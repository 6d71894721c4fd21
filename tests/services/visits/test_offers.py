"""Other times are shared out fairly: no time to two, no second one before each has a first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import AppointmentId, SlotId
from services.model.slots import Slot
from services.visits.offers import MOST_OFFERS, Choices, share_out
from tests.conftest import MONDAY_7_AM
from tests.values import a_doctor, a_slot


def slot(number: int) -> Slot:
    """The one of this number: later ones are later."""
    at = MONDAY_7_AM + timedelta(minutes=15 * number)
    return replace(a_slot(at, doctor=a_doctor(1)), id=SlotId(number))


def slots(*numbers: int) -> list[Slot]:
    return [slot(number) for number in numbers]


def numbers(found: Sequence[Slot]) -> list[int]:
    return [int(each.id) for each in found]


FIRST, SECOND, THIRD = (AppointmentId(number) for number in (1, 2, 3))


def test_a_family_gets_one_of_each_kind() -> None:
    """The doctor's next, another's on that day, and the earliest; in order of time."""
    shared = share_out({FIRST: Choices(slots(8, 9), slots(5, 6), slots(1, 2))})
    assert numbers(shared[FIRST]) == [1, 5, 8]


def test_too_few_go_to_the_first_visits() -> None:
    """Everybody has one before anybody has two; who comes last has none."""
    every = slots(1, 2)
    shared = share_out({each: Choices(earliest=every) for each in (FIRST, SECOND, THIRD)})
    assert [numbers(shared[each]) for each in (FIRST, SECOND, THIRD)] == [[1], [2], []]
    more = share_out({each: Choices(earliest=slots(1, 2, 3)) for each in (FIRST, SECOND)})
    assert [numbers(more[each]) for each in (FIRST, SECOND)] == [[1, 3], [2]]


KINDS = st.lists(st.integers(1, 12), unique=True, max_size=12).map(lambda some: slots(*some))


@given(st.lists(st.builds(Choices, KINDS, KINDS, KINDS), max_size=6))
def test_no_time_is_kept_for_two(wanted: list[Choices]) -> None:
    """Whatever there is: each gets what it could take, at most three, and nobody what another has;
    a time that is left is of no use to whoever has none."""
    choices = {AppointmentId(number): each for number, each in enumerate(wanted, 1)}
    shared = share_out(choices)
    every = [number for each in shared.values() for number in numbers(each)]
    assert len(every) == len(set(every))
    for visit_id, each in choices.items():
        could = {*numbers(each.same_doctor), *numbers(each.same_day), *numbers(each.earliest)}
        assert set(numbers(shared[visit_id])) <= could
        assert len(shared[visit_id]) <= MOST_OFFERS
        if not shared[visit_id]:
            assert could <= set(every)
