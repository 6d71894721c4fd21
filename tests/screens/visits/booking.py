"""Samples: how a family books or moves a visit."""

from dataclasses import replace

from bot.flows.visits.booking import views
from services.model.clinic import Reason
from services.model.visits import Need
from services.visits.booking import Moved, Offer
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CHILD,
    CLINIC,
    INSTEAD,
    LATER,
    MOVING,
    PENDING,
    SEARCH,
    SOON,
    VISIT,
    Samples,
)

ASKING = replace(CLINIC, doctors_confirm=True)
ILL = replace(SEARCH, need=Need(CHILD.id, Reason.ILLNESS))
SAMPLES: Samples = {
    views.offer: [
        (Offer(SEARCH, LATER, MONDAY_7_AM),),
        (Offer(ILL, LATER, None),),
        (Offer(MOVING, SOON, MONDAY_7_AM),),
        (Offer(replace(SEARCH, clinic=ASKING), LATER, MONDAY_7_AM),),
        (Offer(INSTEAD, SOON, MONDAY_7_AM),),
    ],
    views.booked: [
        *((each,) for each in (VISIT, *PENDING)),
        *((replace(VISIT, reason=reason),) for reason in Reason),
    ],
    views.not_booked_there: [(VISIT,)],
    views.moved: [*((Moved(each, SOON),) for each in (VISIT, *PENDING))],
}
