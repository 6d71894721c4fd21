"""Samples: a child who is ill, or was in contact."""

from dataclasses import replace
from datetime import date

from bot.flows.visits.booking.views import ill_tap
from bot.flows.visits.ill import views
from bot.flows.visits.search import taps
from services.model.clinic import Reason
from services.model.ids import ChildId
from services.visits.ill_children import IllPage
from services.visits.mine import Visit
from services.visits.search import Days, WhichChild
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    BY_SECRECY,
    CANCELLED,
    CHILD,
    CLINIC,
    DOCTOR,
    MONTH,
    MOVING,
    NEEDS_TIME,
    TODAY,
    VISIT,
    Samples,
)

NEWBORN = replace(CHILD, id=ChildId(2), birth_date=date(2026, 10, 1))
BOTH = [CHILD, NEWBORN]
LEGACY = replace(CLINIC, ill_words_version=0, ill_words_signed_on=None)
ONLY_RUSSIAN = replace(CLINIC, ill_words_en="", ill_danger_en="", ill_danger="")
FROM_THE_LIST = taps.Ill(clinic_id=CLINIC.id, child_id=CHILD.id, reason=Reason.ILLNESS)
FROM_A_TIME = FROM_THE_LIST.model_copy(update={"slot_id": 7})
DAYS = Days(MOVING, DOCTOR, MONTH, MONDAY_7_AM, TODAY)

SAMPLES: Samples = {
    views.page: [
        *(
            (IllPage(clinic, MONDAY_7_AM, [CHILD], [CHILD]), FROM_THE_LIST)
            for clinic in (CLINIC, BY_SECRECY, LEGACY, ONLY_RUSSIAN)
        ),
        (IllPage(CLINIC, MONDAY_7_AM, [NEWBORN]), FROM_A_TIME),
        (IllPage(CLINIC, MONDAY_7_AM, [CHILD], [CHILD], VISIT), ill_tap(VISIT)),
        (IllPage(CLINIC, MONDAY_7_AM, [CHILD], [CHILD], NEEDS_TIME), ill_tap(NEEDS_TIME)),
        (IllPage(CLINIC, MONDAY_7_AM, BOTH, [CHILD], VISIT),),
        (IllPage(CLINIC, MONDAY_7_AM, BOTH, [CHILD], has_visits=True),),
        (IllPage(BY_SECRECY, MONDAY_7_AM, []),),
    ],
    views.who: [(WhichChild(CLINIC, BOTH, MONDAY_7_AM),)],
    views.when_well: [(DAYS,), (replace(DAYS, days=MONTH[:1]),)],
    views.ask_give_back: [(Visit(each, MONDAY_7_AM),) for each in (VISIT, NEEDS_TIME, CANCELLED)],
    views.given_back: [(Visit(CANCELLED, MONDAY_7_AM),)],
}
