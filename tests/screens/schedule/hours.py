"""Samples: the hours, and how they are changed in the chat."""

from dataclasses import replace
from datetime import date, time, timedelta

from bot.flows.schedule.hours import asking, previews, views
from services.model.clinic import Hours, Reason, Side
from services.model.ids import DeviationId
from services.model.refusals.families import DateUnclear
from services.model.refusals.schedule import HoursUnclear
from services.model.reserved.times import ReservedFor
from services.model.schedule import (
    About,
    Closed,
    Deviation,
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
from services.model.slots import DayLoad
from services.schedule.changes import Asking, Covering
from services.schedule.effects import Effect, Outcome, Preview
from services.schedule.overview import Ahead, ClinicDay, DayHours, Week
from tests.screens.values import (
    CLINIC,
    COLLEAGUES,
    DOCTOR,
    IRINA,
    KIM,
    LARGEST,
    NAME,
    NEW_YEAR,
    TODAY,
    Samples,
)

DOCTORS = {DOCTOR.id: DOCTOR, KIM.id: KIM}
MANY_HOURS = [
    ScheduleRule(
        Reception(
            Hours(time(8), time(20)),
            timedelta(minutes=minutes),
            (Hours(time(11), time(11, 20)), Hours(time(15), time(15, 20))),
            frozenset(Reason),
            ReservedFor.DISABLED,
        ),
        TODAY,
        NEW_YEAR,
        frozenset({0, 2, 4, 5}),
        side,
    )
    for minutes in range(5, 20)
    for side in Side
]
AWAY = Leave(TODAY, NEW_YEAR, KIM.id, in_their_hours=True)
BUSY_DAY = DayHours(
    TODAY,
    [rule.reception for rule in MANY_HOURS[:2]],
    DayLoad(40, 12),
    exception=True,
    leave=AWAY,
    holiday=Holiday(TODAY, NEW_YEAR),
    covers=True,
)
BUSY_WEEK = [
    replace(BUSY_DAY, day=date(2026, 11, 20) + timedelta(days=number)) for number in range(7)
]
ODD_DAYS = ScheduleException(TODAY, TODAY, BUSY_DAY.receptions)
DEVIATIONS = [
    Deviation(DeviationId(1), DeviationKind.HOURS, CLINIC.id, DOCTOR.id, ODD_DAYS),
    Deviation(DeviationId(1), DeviationKind.LEAVE, CLINIC.id, DOCTOR.id, AWAY),
    Deviation(DeviationId(2), DeviationKind.LEAVE, CLINIC.id, KIM.id, Leave(TODAY, TODAY)),
    Deviation(DeviationId(1), DeviationKind.HOLIDAY, CLINIC.id, None, Holiday(TODAY, NEW_YEAR)),
]
ASKED_HOURS = [
    Asking(IRINA, HoursQuestion(About.DAY, DOCTOR.id, TODAY), DOCTOR, MANY_HOURS, BUSY_DAY),
    Asking(IRINA, HoursQuestion(About.RULES, DOCTOR.id), DOCTOR, MANY_HOURS, None, HoursUnclear()),
    Asking(IRINA, HoursQuestion(About.RULES, DOCTOR.id), DOCTOR, [], None),
    Asking(IRINA, HoursQuestion(About.LEAVE, DOCTOR.id), DOCTOR, MANY_HOURS, None, DateUnclear()),
    Asking(IRINA, HoursQuestion(About.HOLIDAY), None, [], None),
]
EFFECTS = [
    Effect(DOCTOR, 1234, 567, {TODAY + timedelta(days=day): 12 for day in range(9)}),
    Effect(KIM, 240, 12, {}, new=True),
    Effect(KIM, 0, 0, {}, room_before="123"),
    Effect(DOCTOR, 0, 0, {}, written=[DOCTOR.name] * 99),
    Effect(KIM, 0, 0, {}),
]
CHANGES_OF_HOURS: list[HoursChange] = [
    OtherHours(DOCTOR.id, ODD_DAYS),
    OtherHours(DOCTOR.id, ScheduleException(TODAY, TODAY)),
    NewHours(DOCTOR.id, NEW_YEAR, MANY_HOURS),
    NewHours(DOCTOR.id, TODAY, []),
    OnLeave(DOCTOR.id, AWAY),
    OnLeave(DOCTOR.id, replace(AWAY, in_their_hours=False)),
    OnLeave(DOCTOR.id, Leave(TODAY, TODAY)),
    Closed(Holiday(TODAY, NEW_YEAR)),
    Undone(DeviationKind.LEAVE, DeviationId(1)),
    Sheet([Timetable(DOCTOR.name, "1", TODAY, MANY_HOURS)] * 300),
]
PREVIEWS = [
    Preview(
        Outcome(
            IRINA,
            change,
            effects,
            [KIM] * 30 if isinstance(change, Sheet) else [],
            DOCTORS,
            DEVIATIONS[1] if isinstance(change, Undone) else None,
            date(2026, 12, 8),
            TODAY,
        ),
        None,
        LARGEST,
    )
    for change in CHANGES_OF_HOURS
    for effects in (EFFECTS * 9, EFFECTS[:1], EFFECTS[3:])
]

SAMPLES: Samples = {
    views.day: [
        (ClinicDay(IRINA, TODAY, [(DOCTOR, each) for each in BUSY_WEEK], TODAY),),
        (ClinicDay(COLLEAGUES[2], TODAY, [(DOCTOR, BUSY_WEEK[0])], TODAY),),
    ],
    views.week: [(Week(each, DOCTOR, BUSY_WEEK, TODAY),) for each in COLLEAGUES],
    views.ahead: [
        (Ahead(IRINA, None, DEVIATIONS * 12, DOCTORS, TODAY),),
        (Ahead(COLLEAGUES[1], DOCTOR, DEVIATIONS, DOCTORS, TODAY),),
        (Ahead(IRINA, DOCTOR, [], DOCTORS, TODAY),),
    ],
    asking.ask: [(each,) for each in ASKED_HOURS],
    previews.answered: [(ASKED_HOURS[0],), (PREVIEWS[0],)],
    previews.preview: [(each, ["Строки 3, 4 — один врач: " + NAME] * 9) for each in PREVIEWS],
    previews.who_covers: [(Covering(IRINA, DOCTOR, AWAY, [KIM, DOCTOR], LARGEST, TODAY),)],
    previews.done: [(each.outcome,) for each in PREVIEWS],
}
