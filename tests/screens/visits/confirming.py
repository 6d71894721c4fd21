"""Samples: a doctor's word on a visit that waits for it."""

from bot.flows.visits.confirming import views
from services.visits.confirming import Waiting
from services.visits.staff_view import StaffVisit
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CANCELLED, COLLEAGUES, IRINA, PENDING, VISIT, Samples

SAMPLES: Samples = {
    views.waiting: [(Waiting(each, (PENDING * 4)[:15], 7, MONDAY_7_AM),) for each in COLLEAGUES]
    + [(Waiting(IRINA, [], 0, MONDAY_7_AM),)],
    views.to_confirm: [],
    views.ask_decline: [(StaffVisit(IRINA, each, MONDAY_7_AM),) for each in PENDING],
    views.answered: [
        (StaffVisit(each, visit, MONDAY_7_AM, in_bot),)
        for each in COLLEAGUES
        for visit in (VISIT, CANCELLED)
        for in_bot in (True, False)
    ],
}
