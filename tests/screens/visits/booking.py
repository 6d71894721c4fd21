"""Samples: how a family books or moves a visit."""

from dataclasses import replace

from bot.flows.visits.booking import views
from bot.flows.visits.search import taps
from services.families.onboarding import ClinicPage
from services.model.clinic import Reason
from services.model.visits import Need
from services.visits.booking import Moved, Offer
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    BY_SECRECY,
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
FROM_THE_LIST = taps.Ill(clinic_id=CLINIC.id, child_id=CHILD.id, reason=Reason.ILLNESS)
FROM_A_TIME = FROM_THE_LIST.model_copy(update={"slot_id": 7})

SAMPLES: Samples = {
    views.offer: [
        (Offer(SEARCH, LATER, MONDAY_7_AM),),
        (Offer(ILL, LATER, None),),
        (Offer(MOVING, SOON, MONDAY_7_AM),),
        (Offer(replace(SEARCH, clinic=ASKING), LATER, MONDAY_7_AM),),
        (Offer(INSTEAD, SOON, MONDAY_7_AM),),
    ],
    views.ill: [
        (ClinicPage(CLINIC, False, MONDAY_7_AM), FROM_THE_LIST),
        (ClinicPage(CLINIC, False, MONDAY_7_AM), FROM_A_TIME),
        (ClinicPage(BY_SECRECY, False, MONDAY_7_AM), FROM_THE_LIST),
    ],
    views.booked: [
        *((each,) for each in (VISIT, *PENDING)),
        *((replace(VISIT, reason=reason),) for reason in Reason),
    ],
    views.moved: [*((Moved(each, SOON),) for each in (VISIT, *PENDING))],
}
