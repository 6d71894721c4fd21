"""Samples: the desk, a day there, a doctor's list and a visit on it."""

from dataclasses import replace
from datetime import date

from bot.flows.desk.day import lists, months
from bot.flows.desk.day import views as day_views
from services.desk.day import Day, DayList, WorkMonth, Workplace
from services.model.ids import AppointmentId
from services.model.slots import GridTime, Taker, Taking
from services.model.visits import AppointmentState
from services.visits.staff_view import StaffVisit
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    BY_SECRECY,
    CANCELLED,
    COLLEAGUES,
    DOCTOR,
    IRINA,
    KIM,
    LATER,
    NEEDS_TIME,
    NOTE,
    PAST,
    PENDING,
    SOON,
    THREAD,
    TODAY,
    TODAY_S,
    VISIT,
    Samples,
)

CONFIRMED = replace(VISIT, coming_at=MONDAY_7_AM)
FULL_DAY = DayList(IRINA, DOCTOR, date(2026, 12, 6), [CONFIRMED, VISIT] * 20, [], MONDAY_7_AM)
NOTED_DAY = replace(
    FULL_DAY,
    visits=[replace(VISIT, id=AppointmentId(number)) for number in range(1, 41)],
    notes={AppointmentId(number): NOTE for number in range(1, 41)},
)

SAMPLES: Samples = {
    day_views.welcome: [
        (Workplace(each, COLLEAGUES, 0, 0, 0, MONDAY_7_AM),) for each in COLLEAGUES
    ],
    day_views.desk: [
        (Workplace(each, COLLEAGUES, 99, 12, 7, MONDAY_7_AM, to_see, choosing),)
        for each in [*COLLEAGUES, replace(IRINA, clinic=BY_SECRECY)]
        for to_see, choosing in ((118, 7), (0, 118))
    ],
    lists.day: [
        (Day(IRINA, date(2026, 12, 6), [(DOCTOR, 42), (KIM, 0)], MONDAY_7_AM),),
        (Day(IRINA, date(2026, 12, 6), [], MONDAY_7_AM),),
    ],
    lists.day_list: [
        (FULL_DAY,),
        (replace(FULL_DAY, visits=[]),),
        (replace(FULL_DAY, visits=PENDING),),
        (replace(FULL_DAY, notes={VISIT.id: NOTE}, visits=[VISIT]),),
        (replace(NOTED_DAY, post=COLLEAGUES[2]),),
        (replace(FULL_DAY, day=date(2026, 11, 23), visits=[TODAY_S]),),
        (replace(FULL_DAY, nameless=[GridTime(SOON, Taking(taker)) for taker in Taker]),),
        (replace(FULL_DAY, free=[SOON, LATER] * 20, not_in_bot={VISIT.child.id}),),
    ],
    day_views.visit: [
        (StaffVisit(IRINA, CONFIRMED, MONDAY_7_AM),),
        (StaffVisit(COLLEAGUES[2], PAST, MONDAY_7_AM),),
        (StaffVisit(IRINA, VISIT, MONDAY_7_AM, note=NOTE, keeps_notes=True),),
        *((StaffVisit(each, PENDING[0], MONDAY_7_AM),) for each in COLLEAGUES),
        *(
            (StaffVisit(each, replace(TODAY_S, state=state), MONDAY_7_AM, following=VISIT),)
            for each in COLLEAGUES
            for state in (
                AppointmentState.BOOKED,
                AppointmentState.FULFILLED,
                AppointmentState.NO_SHOW,
            )
        ),
        (StaffVisit(IRINA, CANCELLED, MONDAY_7_AM),),
        (StaffVisit(IRINA, CONFIRMED, MONDAY_7_AM, thread=THREAD * 9),),
        (StaffVisit(COLLEAGUES[2], PAST, MONDAY_7_AM, thread=THREAD),),
        (StaffVisit(IRINA, NEEDS_TIME, MONDAY_7_AM),),
    ],
    lists.day_sheet: [(replace(FULL_DAY, visits=[VISIT], free=[SOON]),)],
    months.month_of: [
        (WorkMonth(post, first, TODAY, doctor_id),)
        for post, doctor_id in ((IRINA, None), (COLLEAGUES[2], DOCTOR.id))
        for first in (date(2025, 11, 1), date(2026, 11, 1), date(2027, 11, 1))
    ],
    day_views.ask_cancel: [(StaffVisit(IRINA, VISIT, MONDAY_7_AM),)],
}
