"""Samples: how the clinic's own system is doing."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.desk.systems import views
from services.model.ids import AppointmentId
from services.model.systems.outbox import OwnSystem, Step, SystemBooking, SystemBookingId
from services.model.systems.values import Refused, SystemKind, SystemSettings
from services.systems.operating import SystemState
from tests.conftest import MONDAY_7_AM
from tests.screens.values import IRINA, NASTY, VISIT, Samples

AN_HOUR = timedelta(hours=1)
OWN = OwnSystem(IRINA.clinic, SystemSettings(kind=SystemKind.FHIR, url="http://system"))
BOOKING = SystemBooking(
    id=SystemBookingId(2**31 - 1),
    key="0" * 36,
    clinic=IRINA.clinic,
    visit_id=AppointmentId(1),
    slot=VISIT.slot,
    step=Step.STUCK,
    attempts=1,
    asked_at=MONDAY_7_AM,
    asked_by=None,
    sent_at=MONDAY_7_AM,
    in_doubt=True,
    promised_at=MONDAY_7_AM,
    told_late=True,
    ref=None,
)
EVERY_STEP = [
    (replace(BOOKING, step=step, given_up=given_up), NASTY)
    for step in Step
    for given_up in (False, True)
]

SAMPLES: Samples = {
    views.state: [
        (SystemState(IRINA, OWN, [], MONDAY_7_AM),),
        *(
            (SystemState(IRINA, replace(OWN, read_at=read_at, trouble=trouble), told, MONDAY_7_AM),)
            for read_at in (MONDAY_7_AM, MONDAY_7_AM - AN_HOUR, MONDAY_7_AM - 24 * AN_HOUR)
            for trouble in (None, Refused.AWAY)
            for told in ([], EVERY_STEP[:1], EVERY_STEP)
        ),
    ],
}
