"""A change of hours as text, and the mark by which a button knows it."""

from datetime import date, time, timedelta

import pytest

from services.model.clinic import Hours, Reason, Side
from services.model.ids import DeviationId, DoctorId
from services.model.schedule import (
    DeviationKind,
    Holiday,
    Leave,
    Reception,
    ScheduleException,
    ScheduleRule,
)
from services.schedule import drafts
from services.schedule.drafts import (
    About,
    Change,
    Closed,
    Draft,
    NewHours,
    OnLeave,
    OtherHours,
    Question,
    Sheet,
    Undone,
)
from services.schedule.timetables import Timetable

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
PETROVA, KIM = DoctorId(1), DoctorId(2)
MORNING = Reception(
    Hours(time(8), time(14)),
    timedelta(minutes=15),
    (Hours(time(11), time(11, 20)),),
    frozenset({Reason.INFANT_DAY, Reason.CHECK_UP}),
)
EVENING = Reception(Hours(time(18), time.min), timedelta(minutes=20))
RULES = (
    ScheduleRule(MORNING, MONDAY, None, frozenset({0, 2}), Side.EVEN),
    ScheduleRule(EVENING, MONDAY, FRIDAY),
)
CHANGES: list[Change | None] = [
    None,
    OtherHours(PETROVA, ScheduleException(MONDAY, FRIDAY, (MORNING, EVENING))),
    OtherHours(PETROVA, ScheduleException(MONDAY, MONDAY, ())),
    NewHours(PETROVA, MONDAY, RULES),
    NewHours(PETROVA, MONDAY, ()),
    OnLeave(PETROVA, Leave(MONDAY, FRIDAY)),
    OnLeave(PETROVA, Leave(MONDAY, FRIDAY, KIM, in_their_hours=True)),
    Closed(Holiday(MONDAY, FRIDAY)),
    Undone(DeviationKind.LEAVE, DeviationId(7)),
    Sheet((Timetable('Петрова "А"', "12", MONDAY, RULES), Timetable("Ким", "", FRIDAY, ()))),
]
QUESTIONS = [
    None,
    Question(About.DAY, PETROVA, MONDAY),
    Question(About.RULES, PETROVA),
    Question(About.HOLIDAY),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_draft_is_read_as_it_was_written(
    question: Question | None, change: Change | None
) -> None:
    """R12: after a restart the draft is the same, and so is its mark."""
    draft = Draft(question, change)
    again = drafts.read(drafts.write(draft))

    assert again == draft
    assert again.mark == draft.mark
    assert 0 < draft.mark < 2**31


def test_no_two_drafts_have_one_mark() -> None:
    """A button of one does nothing to another."""
    marks = {Draft(question, change).mark for question in QUESTIONS for change in CHANGES}

    assert len(marks) == len(QUESTIONS) * len(CHANGES)
