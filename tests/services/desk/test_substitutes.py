"""Whom a colleague could see at the same time, by the colleague's hours and not by their grid."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.desk.absences.substitutes import Day, Place, places_with
from services.model.clinic import Reason
from services.model.ids import DoctorId, SlotId
from services.model.slots import Slot, Stretch
from tests.conftest import MONDAY_7_AM
from tests.values import a_doctor, a_slot, a_visit

KIM = replace(a_doctor(2), id=DoctorId(2))


def at(hour: float, minutes: int) -> Stretch:
    begins = MONDAY_7_AM + timedelta(hours=hour - 7)
    return Stretch(begins, begins + timedelta(minutes=minutes))


def own(stretches: Sequence[Stretch]) -> list[Slot]:
    return [
        replace(a_slot(each.starts_at, doctor=KIM), id=SlotId(n), stretch=each)
        for n, each in enumerate(stretches, 100)
    ]


def place(begins: float, free: Sequence[Slot], hours: Sequence[Stretch]) -> Place | None:
    visit = replace(a_visit(a_slot(MONDAY_7_AM)), slot=replace(a_slot(at(begins, 15).starts_at)))
    day = Day(free, [], frozenset(each.stretch for each in free), hours)
    when = {visit.slot.local_start.date(): day}
    return places_with(KIM, [visit], when, {visit.id: []}, beside=True).get(visit.id)


@pytest.mark.parametrize(
    ("begins", "beside"), [(9, False), (9.25, False), (11.75, False), (12, True), (8.75, True)]
)
def test_minutes_that_no_time_fills_are_hours_too(begins: float, beside: bool) -> None:
    """R65: of nine to noon by twenty-five minutes five are left over; to receive in these is no
    favour that anybody has to be asked for."""
    free = own([at(9 + n * 25 / 60, 25) for n in range(7)])
    found = place(begins, free, [at(9, 180)])
    assert found
    assert found.beside is beside


def test_a_break_is_no_hour() -> None:
    """R65: whatever stands around it."""
    found = place(10.25, own([at(9, 75), at(10.5, 75)]), [at(9, 75), at(10.5, 75)])
    assert found
    assert found.beside


def test_times_for_other_children_are_no_hours_for_this_one() -> None:
    """R65: in the hours, and yet it has to be agreed to."""
    [infants] = own([at(9, 20)])
    free = [replace(infants, reasons=frozenset({Reason.INFANT_DAY}))]
    found = place(9, free, [at(9, 180)])
    assert found
    assert found.beside
