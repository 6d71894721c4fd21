"""Samples: how an administrator keeps the clinic's doctors."""

from dataclasses import replace

from bot.flows.clinic.doctors import views
from services.clinic.doctors import DoctorCard, DoctorList, DoctorProposal, DoctorQuestion
from services.model.conversations import DoctorPart
from services.model.refusals.clinic import DoctorIsThere
from tests.conftest import MONDAY_7_AM
from tests.screens.schedule.hours import MANY_HOURS
from tests.screens.values import CLINIC, DISTRICT, DOCTOR, IRINA, LARGEST, Samples

CARD = DoctorCard(IRINA, DOCTOR, [DISTRICT], MANY_HOURS, CLINIC.today(MONDAY_7_AM))
SAMPLES: Samples = {
    views.shown: [],
    views.everyone: [(DoctorList(IRINA, [DOCTOR]),), (DoctorList(IRINA, []),)],
    views.card: [(CARD,), (replace(CARD, districts=[], rules=[], saved=True),)],
    views.answered: [],
    views.question: [
        (DoctorQuestion(IRINA, part, doctor, DOCTOR.name, problem),)
        for part in DoctorPart
        for doctor in (None, DOCTOR)
        for problem in (None, DoctorIsThere())
    ],
    views.proposal: [
        (
            DoctorProposal(
                IRINA, part, doctor, DOCTOR.name, DOCTOR.room, alike, told, LARGEST, LARGEST
            ),
        )
        for part in DoctorPart
        for doctor in (None, DOCTOR)
        for alike, told in (([], 0), ([DOCTOR], 4321))
    ],
}
