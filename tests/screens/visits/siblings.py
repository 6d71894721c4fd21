"""Samples: brothers and sisters together."""

from dataclasses import replace

from bot.flows.visits.siblings import standing, views
from services.model.clinic import Reason
from services.model.ids import AppointmentId, ChildId, SlotId
from services.model.visits import SiblingsNeed
from services.visits.siblings.booking import BookedTogether, OfferTogether
from services.visits.siblings.search import (
    DaysTogether,
    DoctorsTogether,
    FreeTogether,
    ReasonsTogether,
    SearchTogether,
    WhoTogether,
)
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CHILD,
    CLINIC,
    DOCTOR,
    KIM,
    LARGEST,
    LATER,
    PENDING,
    SOON,
    TODAY,
    VISIT,
    Samples,
)

CHILDREN = tuple(replace(CHILD, id=ChildId(LARGEST - n)) for n in range(3))
IDS = tuple(child.id for child in CHILDREN)
VISITS = tuple(
    replace(VISIT, id=AppointmentId(LARGEST - n), child=child) for n, child in enumerate(CHILDREN)
)
WAITING = tuple(
    replace(PENDING[0], id=AppointmentId(LARGEST - n), child=child)
    for n, child in enumerate(CHILDREN)
)
IN_A_ROW = tuple(replace(LATER, id=SlotId(LARGEST - n)) for n in range(3))
AT_ONCE = (SOON, replace(SOON, doctor=KIM))
SEARCH = SearchTogether(SiblingsNeed(IDS, Reason.VACCINATION), CHILDREN, CLINIC, (), MONDAY_7_AM)
TWO = replace(SEARCH, children=CHILDREN[:2], need=replace(SEARCH.need, children=IDS[:2]))
WITH_KIM = replace(SEARCH, doctor=KIM)
MOVING = replace(
    SEARCH,
    need=replace(SEARCH.need, moves=tuple(visit.id for visit in VISITS)),
    moving=VISITS,
)
ASKING = replace(SEARCH, clinic=replace(CLINIC, doctors_confirm=True))
BOOKED = [BookedTogether(VISITS), BookedTogether(VISITS[:2]), BookedTogether(WAITING)]

SAMPLES: Samples = {
    views.begin: [],
    views.choose: [
        (WhoTogether(CLINIC, list(CHILDREN), IDS[:1], MONDAY_7_AM),),
        (WhoTogether(CLINIC, list(CHILDREN), IDS, MONDAY_7_AM),),
    ],
    views.reasons: [(ReasonsTogether(CLINIC, CHILDREN, CLINIC.kinds, MONDAY_7_AM),)],
    views.times: [
        (FreeTogether(search, [IN_A_ROW], day),)
        for search in (SEARCH, WITH_KIM, MOVING)
        for day in (None, TODAY)
    ]
    + [(FreeTogether(TWO, [AT_ONCE, IN_A_ROW[:2]]),), (FreeTogether(SEARCH, []),)],
    views.days: [
        (DaysTogether(SEARCH, [TODAY]),),
        (DaysTogether(WITH_KIM, []),),
        (DaysTogether(MOVING, [TODAY]),),
    ],
    views.doctors: [
        (DoctorsTogether(SEARCH, [IN_A_ROW, (replace(SOON, doctor=DOCTOR),)]),),
        (DoctorsTogether(MOVING, []),),
    ],
    views.offer: [
        (OfferTogether(SEARCH, IN_A_ROW, MONDAY_7_AM),),
        (OfferTogether(TWO, AT_ONCE, None),),
        (OfferTogether(ASKING, IN_A_ROW, MONDAY_7_AM),),
        (OfferTogether(MOVING, IN_A_ROW, MONDAY_7_AM),),
    ],
    standing.together: [(each,) for each in BOOKED],
    standing.booked: [(each,) for each in BOOKED],
    standing.none_booked_there: [([VISIT],), (VISITS,)],
    standing.moved: [(replace(each, before=(SOON,) * len(each.visits)),) for each in BOOKED],
    standing.ask_cancel: [(BOOKED[0],)],
    standing.cancelled: [(BOOKED[0],)],
}
