"""Samples: how a family looks for a time."""

from dataclasses import replace
from datetime import date

from bot.flows.visits.search import views
from services.model.refusals.visits import NotYetThisAge
from services.model.settings.no_shows import Missed, NoShows
from services.model.settings.visit_kinds import USUAL_KINDS
from services.model.slots import DayTimes, FreeTimes
from services.rules import horizon
from services.visits.search import Day, Days, DoctorRow, Doctors, Near, Reasons, Search, WhichChild
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CHILD,
    CLINIC,
    DOCTOR,
    INSTEAD,
    KIM,
    LATER,
    LONG_KIND,
    MONTH,
    MOVING,
    OWN,
    SEARCH,
    SOON,
    VISIT,
    Samples,
)


def days(search: Search, found: list[DayTimes]) -> Days:
    """Days of one doctor, as the horizon lets them be seen."""
    opening = horizon.next_opening(CLINIC, MONDAY_7_AM)
    return Days(search, DOCTOR, found, opening, horizon.last_open_day(CLINIC, MONDAY_7_AM))


def doctors(search: Search, free: FreeTimes | None) -> Doctors:
    """The own one, one whom the child sees already, and another."""
    rows = [DoctorRow(DOCTOR, free, None), DoctorRow(KIM, free, VISIT), DoctorRow(KIM, free, None)]
    return Doctors(search, OWN, rows)


TOO_YOUNG = NotYetThisAge(LONG_KIND, CHILD.name, date(2038, 11, 30))
SAMPLES: Samples = {
    views.begin: [
        (WhichChild(CLINIC, [CHILD] * 8, MONDAY_7_AM),),
        (Reasons(CLINIC, CHILD, list(USUAL_KINDS), MONDAY_7_AM),),
        *(
            (Reasons(CLINIC, CHILD, list(USUAL_KINDS), MONDAY_7_AM, Missed(count, rule)),)
            for count in (1, 3)
            for rule in (NoShows(after=2), NoShows(after=2, rule="П" * 200, chat_books=False))
        ),
        (Reasons(CLINIC, CHILD, [LONG_KIND] * 22, MONDAY_7_AM, None, [TOO_YOUNG]),),
        (Reasons(CLINIC, CHILD, [], MONDAY_7_AM, too_long=[LONG_KIND] * 22),),
        (Reasons(CLINIC, replace(CHILD, birth_date=date(2008, 1, 1)), [], MONDAY_7_AM),),
    ],
    views.choose_child: [],
    views.reasons: [],
    views.doctors: [
        (doctors(SEARCH, FreeTimes(LATER, 1234)),),
        (doctors(MOVING, FreeTimes(LATER, 1)),),
        (doctors(INSTEAD, FreeTimes(LATER, 1)),),
        (doctors(SEARCH, None),),
    ],
    views.days: [(days(SEARCH, MONTH),), (days(MOVING, MONTH),), (days(SEARCH, []),)],
    views.month_of: [
        (days(SEARCH, MONTH), None),
        (days(MOVING, MONTH), date(2026, 12, 1)),
        (days(SEARCH, []), date(9999, 12, 1)),
    ],
    views.times: [
        (Day(SEARCH, DOCTOR, date(2026, 12, 6), [SOON, LATER] * 20),),
        (Day(MOVING, DOCTOR, date(2026, 12, 6), [SOON]),),
    ],
    views.near: [(Near(SEARCH, DOCTOR, [SOON, LATER]),), (Near(MOVING, DOCTOR, []),)],
}
