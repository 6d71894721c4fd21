"""Samples: how staff book, move and take a time."""

from dataclasses import replace
from datetime import date, timedelta

from bot.flows.desk.booking import views
from services.desk.errands import (
    Aim,
    Call,
    DeskDay,
    DeskDays,
    DeskDoctors,
    DeskOffer,
    DeskReasons,
    Errand,
    MovedAtDesk,
    TakenTime,
)
from services.model.clinic import Reason
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    NotForThisAge,
    NotForThisReason,
    NotYetThisAge,
    TimeReserved,
    TimeTooShort,
    TooFar,
    TooLate,
)
from services.model.reserved.times import Reservation, ReservedFor
from services.model.slots import FreeTimes, GridTime, Taker, Taking
from services.model.visits import AppointmentState
from services.visits.staff_view import StaffVisit
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CANCELLED,
    CHILD,
    CLINIC,
    COLLEAGUES,
    DOCTOR,
    IRINA,
    KIM,
    LATER,
    MONTH,
    SOON,
    VISIT,
    Samples,
)

TO_BOOK = Call(IRINA, Errand(Aim.BOOK, CHILD.id), CHILD, None, MONDAY_7_AM)
CALLS = [
    TO_BOOK,
    replace(TO_BOOK, read_at=MONDAY_7_AM),
    replace(TO_BOOK, is_away=True),
    Call(IRINA, Errand(Aim.MOVE, VISIT.id, VISIT.reason), CHILD, VISIT, MONDAY_7_AM),
    Call(IRINA, Errand(Aim.TAKE), None, None, MONDAY_7_AM),
    *(
        Call(each, Errand(Aim.NEXT, VISIT.id, Reason.REPEAT), CHILD, None, MONDAY_7_AM, VISIT)
        for each in (IRINA, COLLEAGUES[2])
    ),
]
NOT_YET = NotYetThisAge(CLINIC.kinds[0], CHILD.name, date(2027, 3, 12))
RESERVED = TimeReserved(
    Reservation(ReservedFor.INFANTS, MONDAY_7_AM + timedelta(hours=11)), CLINIC.wall(MONDAY_7_AM)
)
GRID = [
    GridTime(SOON),
    GridTime(replace(LATER, taken=True)),
    GridTime(replace(LATER, taken=True), Taking(Taker.ELSEWHERE)),
    GridTime(replace(LATER, held=True)),
]

FOREIGN = replace(VISIT, slot=replace(VISIT.slot, foreign=True))
AWAITS = replace(FOREIGN, state=AppointmentState.PENDING, awaits_system=True)
THERE = [FOREIGN, AWAITS, replace(AWAITS, answer_by=MONDAY_7_AM), CANCELLED]
"""At a clinic's own system: booked, not yet, and not."""

SAMPLES: Samples = {
    views.reasons: [(DeskReasons(TO_BOOK, list(CLINIC.kinds)),)],
    views.doctors: [
        (DeskDoctors(call, [(DOCTOR, FreeTimes(LATER, 7)), (KIM, None)], own),)
        for call in CALLS
        for own in (None, DOCTOR.id, KIM.id)
    ],
    views.days: [(DeskDays(call, DOCTOR, MONTH),) for call in CALLS]
    + [(DeskDays(TO_BOOK, DOCTOR, []),)],
    views.times: [(DeskDay(call, DOCTOR, date(2026, 12, 6), GRID * 13),) for call in CALLS]
    + [(DeskDay(TO_BOOK, DOCTOR, date(2026, 12, 6), []),)],
    views.offer: [
        (DeskOffer(call, slot, bent),)
        for call in CALLS
        for slot in (LATER, replace(LATER, taken=True))
        for bent in (
            [],
            [TooLate(), TooFar(), NotForThisReason(), NotForThisAge(), AlreadyWithDoctor(VISIT)],
            [TimeTooShort(timedelta(minutes=30)), NOT_YET, RESERVED],
        )
    ],
    views.booked: [
        (StaffVisit(post, visit, MONDAY_7_AM, each),)
        for post in (IRINA, COLLEAGUES[2])
        for visit in (VISIT, *THERE)
        for each in (True, False)
    ],
    views.moved: [
        (MovedAtDesk(IRINA, visit, before, in_bot=each),)
        for visit in (VISIT, *THERE)
        for before in (SOON, VISIT.slot)
        for each in (True, False)
    ],
    views.taken: [
        (TakenTime(IRINA, SOON, Taking(Taker.CALLER)),),
        (TakenTime(IRINA, SOON, None),),
        (TakenTime(IRINA, replace(SOON, taken=True), None),),
        (TakenTime(IRINA, replace(SOON, open=False), None),),
    ],
}
