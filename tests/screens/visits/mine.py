"""Samples: a family's visits."""

from dataclasses import replace

from bot.flows.visits.mine import views
from services.model.visits import AppointmentState
from services.visits.mine import Visit, Visits
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CANCELLED,
    NEEDS_TIME,
    OFFERS,
    PAST,
    PENDING,
    THREAD,
    VISIT,
    Samples,
)

SAMPLES: Samples = {
    views.visits: [
        (Visits([VISIT, *PENDING, VISIT, *PENDING[:2]], MONDAY_7_AM),),
        (Visits([VISIT] * 8, MONDAY_7_AM),),
        (Visits([], MONDAY_7_AM),),
        (Visits([], MONDAY_7_AM, [NEEDS_TIME] * 2),),
    ],
    views.decline: [(Visit(VISIT, MONDAY_7_AM),), (Visit(PAST, MONDAY_7_AM),)],
    views.past: [(Visits([PAST, CANCELLED] * 5, MONDAY_7_AM),), (Visits([], MONDAY_7_AM),)],
    views.visit: [
        (Visit(VISIT, MONDAY_7_AM),),
        *((Visit(each, MONDAY_7_AM),) for each in PENDING),
        (Visit(PAST, MONDAY_7_AM),),
        (Visit(replace(PAST, state=AppointmentState.NO_SHOW), MONDAY_7_AM),),
        (Visit(CANCELLED, MONDAY_7_AM),),
        *((Visit(each, MONDAY_7_AM, THREAD * 9),) for each in (VISIT, PAST, CANCELLED)),
        (Visit(NEEDS_TIME, MONDAY_7_AM, offers=OFFERS),),
        (Visit(NEEDS_TIME, MONDAY_7_AM),),
        (Visit(VISIT, MONDAY_7_AM, may_hide=True),),
        *(
            (Visit(each, MONDAY_7_AM, offers=OFFERS, helps=True, only_looks=looks),)
            for each in (VISIT, PAST, NEEDS_TIME)
            for looks in (True, False)
        ),
    ],
    views.ask_cancel: [(Visit(each, MONDAY_7_AM),) for each in (VISIT, CANCELLED, NEEDS_TIME)],
    views.cancelled: [(CANCELLED,)],
    views.for_calendar: [(Visit(each, MONDAY_7_AM),) for each in (VISIT, CANCELLED, PENDING[0])],
}
