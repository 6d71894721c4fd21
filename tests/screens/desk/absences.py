"""Samples: a doctor who does not come, and what becomes of their visits."""

from dataclasses import replace
from datetime import time

from bot.flows.desk.absences import views
from services.desk.absences.report import (
    AbsenceReport,
    Absent,
    Concerned,
    Fate,
    Help,
    Plans,
    WhenAbsent,
    WhoIsAbsent,
)
from services.model.clinic import Hours
from services.model.ids import AbsenceId
from services.model.refusals.families import DateUnclear
from services.model.visits import Absence, Closure
from tests.conftest import MONDAY_7_AM
from tests.screens.values import DOCTOR, IRINA, KIM, NEW_YEAR, SOON, TODAY, VISIT, Samples

ABSENCE = Absence(
    AbsenceId(1),
    DOCTOR,
    TODAY,
    NEW_YEAR,
    KIM,
    Closure([], []),
    MONDAY_7_AM,
    None,
)
CONCERNED = [Concerned(VISIT, SOON, fate, to_call) for fate in Fate for to_call in (True, False)]
REPORT = AbsenceReport(IRINA, ABSENCE, CONCERNED * 4, 1234, may_undo=True, today=TODAY)
SHORT_REPORT = replace(
    REPORT,
    absence=replace(ABSENCE, last=TODAY, substitute=None, undone_at=MONDAY_7_AM),
    concerned=CONCERNED[:1],
    may_undo=False,
)
NO_REPORT = replace(REPORT, concerned=[], nameless=0, may_undo=False)
ABSENT = Absent(DOCTOR.id, TODAY, NEW_YEAR)
HOURS = [(TODAY, [Hours(time(9), time(12)), Hours(time(14, 30), time(0))]), (NEW_YEAR, [])] * 4
HELPS = [
    Help(DOCTOR, 100, 99, HOURS),
    Help(KIM, 1, 0, HOURS[:1]),
    Help(KIM, 0, 123, HOURS[:1]),
]
PLANS = Plans(IRINA, DOCTOR, ABSENT, 123, 12, HELPS, TODAY)
BESIDE = replace(
    REPORT,
    concerned=[replace(each, beside=True) for each in CONCERNED],
    hours=HOURS,
    made=False,
    asked=replace(ABSENT, substitute=KIM.id, beside=True),
)

SAMPLES: Samples = {
    views.who: [
        (WhoIsAbsent(IRINA, [DOCTOR, KIM], [ABSENCE, SHORT_REPORT.absence], TODAY),),
        (WhoIsAbsent(IRINA, [DOCTOR], [], TODAY),),
    ],
    views.when: [(WhenAbsent(IRINA, DOCTOR, TODAY, each),) for each in (None, DateUnclear())],
    views.answered: [],
    views.plans: [
        (PLANS,),
        (replace(PLANS, helpers=[]),),
        (replace(PLANS, visits=0, nameless=0, helpers=[]),),
    ],
    views.preview: [
        (replace(each, made=made),)
        for each in (REPORT, SHORT_REPORT, NO_REPORT)
        for made in (True, False)
    ]
    + [(BESIDE,), (replace(BESIDE, hours=HOURS[:1]),)],
    views.report: [(REPORT,), (SHORT_REPORT,), (NO_REPORT,)],
}
