"""Samples: a note on a visit, and a doctor who is late."""

from dataclasses import replace

from bot.flows.desk.attendance import views
from services.desk.attendance import LONGEST_STAFF_NOTE, AskNote, Lateness
from services.model.refusals.typed import TextTooLong
from services.model.schedule import Delay
from services.visits.staff_view import StaffVisit
from tests.conftest import MONDAY_7_AM
from tests.screens.values import COLLEAGUES, DOCTOR, IRINA, NOTE, VISIT, Samples

SAMPLES: Samples = {
    views.ask_note: [
        (AskNote(replace(StaffVisit(IRINA, VISIT, MONDAY_7_AM), note=note), problem),)
        for note in ("", NOTE)
        for problem in (None, TextTooLong(12, LONGEST_STAFF_NOTE))
    ],
    views.ask_late: [
        (Lateness(each, DOCTOR, delay, 3, 1, MONDAY_7_AM),)
        for each in COLLEAGUES
        for delay in (None, Delay(20, 1), Delay(0, 2))
    ],
    views.late: [
        (Lateness(each, DOCTOR, delay, 3, missed, MONDAY_7_AM),)
        for each in COLLEAGUES
        for delay in (Delay(20, 1), Delay(0, 2))
        for missed in (0, 1)
    ],
    views.doctor_late: [],
}
