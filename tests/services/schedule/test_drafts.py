"""The mark by which a button knows the change of hours that it was made for."""

from dataclasses import replace
from datetime import date, time, timedelta

from services.model.clinic import Hours, Reason, Side
from services.model.conversations import HoursDraft
from services.model.ids import DeviationId, DoctorId
from services.model.schedule import (
    About,
    Closed,
    DeviationKind,
    Holiday,
    HoursChange,
    HoursQuestion,
    Leave,
    NewHours,
    OnLeave,
    OtherHours,
    Reception,
    ScheduleException,
    ScheduleRule,
    Sheet,
    Timetable,
    Undone,
)
from services.rules.typed.texts import draft_mark

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
CHANGES: list[HoursChange | None] = [
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
    HoursQuestion(About.DAY, PETROVA, MONDAY),
    HoursQuestion(About.RULES, PETROVA),
    HoursQuestion(About.HOLIDAY),
]


def test_a_mark_is_the_same_in_every_process() -> None:
    """R12: a button does after a restart what it did before; sets have no order to depend on."""
    draft = HoursDraft(HoursQuestion(About.RULES, PETROVA), NewHours(PETROVA, MONDAY, RULES))

    assert draft_mark(draft) == 1652385538
    assert draft_mark(replace(draft, question=None)) != draft_mark(draft)


def test_no_two_drafts_have_one_mark() -> None:
    """A button of one does nothing to another."""
    drafts = [HoursDraft(question, change) for question in QUESTIONS for change in CHANGES]
    marks = {draft_mark(draft) for draft in drafts}

    assert len(marks) == len(drafts)
    assert all(0 < mark < 2**31 for mark in marks)
