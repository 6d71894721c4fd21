"""Which times lie together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.model.ids import AppointmentId, ChildId, DoctorId, SlotId
from services.model.refusals.visits import SlotClosed
from services.model.slots import Slot
from services.rules.together import check_together, come_together, lie_together
from tests.values import a_slot, a_visit, on_wall

NINE = a_slot(on_wall("2026-09-30 09:00"))
QUARTER = timedelta(minutes=15)


def later(slot: Slot, quarters: int = 1) -> Slot:
    """The same doctor's time so many quarters of an hour later."""
    by = quarters * QUARTER
    stretch = replace(
        slot.stretch, starts_at=slot.stretch.starts_at + by, ends_at=slot.stretch.ends_at + by
    )
    return replace(slot, id=SlotId(slot.id + quarters), stretch=stretch)


def beside(slot: Slot) -> Slot:
    """Another doctor's time at the same moment."""
    other = replace(slot.doctor, id=DoctorId(slot.doctor.id + 1))
    return replace(slot, id=SlotId(slot.id + 100), doctor=other)


@pytest.mark.parametrize(
    ("times", "fits"),
    [
        ([NINE, later(NINE)], True),
        ([NINE, later(NINE), later(NINE, 2)], True),
        ([NINE, beside(NINE)], True),
        ([NINE], False),
        ([NINE, later(NINE, 2)], False),
        ([later(NINE), NINE], False),
        ([NINE, beside(later(NINE))], False),
        ([NINE, beside(NINE), later(NINE)], False),
        ([NINE, NINE], False),
        ([NINE, replace(later(NINE), extra=True)], False),
        ([later(NINE, n) for n in range(4)], False),
    ],
)
def test_times_lie_together(times: list[Slot], fits: bool) -> None:
    """R72: one after another with one doctor, or at once with two; two or three of them."""
    assert lie_together(times) is fits
    if not fits:
        with pytest.raises(SlotClosed):
            check_together(times)


def test_visits_that_a_family_comes_to_in_one_go() -> None:
    """R72: told from the facts: of different children, adjoining; what stands alone is left out."""
    visits = [
        replace(
            a_visit(slot),
            id=AppointmentId(number),
            child=replace(a_visit(slot).child, id=ChildId(child)),
        )
        for number, (slot, child) in enumerate(
            [(later(NINE), 2), (NINE, 1), (later(NINE, 8), 1), (later(NINE, 9), 1)], start=1
        )
    ]

    assert [[each.id for each in group] for group in come_together(visits)] == [[2, 1]]
