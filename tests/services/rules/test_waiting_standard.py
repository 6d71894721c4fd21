"""A time within 24 hours of asking: what is an ask, and when the norm is met."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.model.clinic import Reason
from services.model.ids import AppointmentId, ChildId, ClinicId
from services.model.visits import Need
from services.rules import waiting_standard
from tests.conftest import MONDAY_7_AM
from tests.values import a_clinic, a_slot, a_visit

CLINIC = a_clinic()
NEED = Need(ChildId(1), Reason.CONSULTATION)


@pytest.mark.parametrize(
    ("after", "met"),
    [
        (timedelta(hours=2), True),
        (timedelta(hours=23, minutes=59), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(days=9), False),
    ],
)
def test_the_norm_is_24_hours_to_the_earliest_time(after: timedelta, met: bool) -> None:
    """To the second, and whether the clinic is open at night or not."""
    offered = [a_slot(MONDAY_7_AM + timedelta(days=12)), a_slot(MONDAY_7_AM + after)]
    ask = waiting_standard.first_ask(NEED, CLINIC, MONDAY_7_AM, [], offered)

    assert ask.earliest == min(MONDAY_7_AM + timedelta(days=12), MONDAY_7_AM + after)
    assert waiting_standard.is_met(ask) is met


def test_nothing_free_is_none_within_24_hours() -> None:
    """An empty list is an answer, and the one that the clinic has to hear of."""
    ask = waiting_standard.first_ask(NEED, CLINIC, MONDAY_7_AM, [], [])

    assert ask.earliest is None
    assert not waiting_standard.is_met(ask)


def test_who_comes_tomorrow_anyway_has_a_time() -> None:
    """The only doctor takes no second visit of a child: that is no want of times."""
    tomorrow = a_visit(a_slot(MONDAY_7_AM + timedelta(hours=23)))
    assert waiting_standard.is_met(
        waiting_standard.first_ask(NEED, CLINIC, MONDAY_7_AM, [tomorrow], [])
    )

    other = replace(CLINIC, id=ClinicId(2))
    assert waiting_standard.first_ask(NEED, other, MONDAY_7_AM, [tomorrow], []).earliest is None


def test_a_day_is_the_clinic_s() -> None:
    """R14: half past midnight in Moscow is the next day there, and still the last one in UTC."""
    late = MONDAY_7_AM + timedelta(hours=17, minutes=30)

    assert waiting_standard.first_ask(NEED, CLINIC, late, [], []).day == date(2026, 11, 24)


@pytest.mark.parametrize("reason", Reason)
def test_every_new_visit_is_an_ask_but_for_the_infants_day(reason: Reason) -> None:
    """Which has days of its own; and who moves a visit has one."""
    assert waiting_standard.is_asking(Need(ChildId(1), reason), CLINIC) is (
        reason is not Reason.INFANT_DAY
    )
    assert not waiting_standard.is_asking(Need(ChildId(1), reason, AppointmentId(1)), CLINIC)
