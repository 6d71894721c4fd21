"""What somebody is about to change in a clinic's hours, kept as text from its preview to its "yes".

A draft stands in the conversation of whoever makes it: words typed anew replace it. Its mark goes
into the buttons below its preview, so that none of them acts on another draft than was read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum, auto
from typing import Any, TypeAlias

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
from services.rules.typed_texts import mark
from services.schedule.timetables import Timetable


@dataclass(frozen=True, slots=True)
class OtherHours:
    """A doctor keeps other hours for some days, or none."""

    doctor_id: DoctorId
    exception: ScheduleException


@dataclass(frozen=True, slots=True)
class NewHours:
    """A doctor receives by these rules from a day on, and by no others."""

    doctor_id: DoctorId
    since: date
    rules: Sequence[ScheduleRule]
    """Without any, the doctor does not receive."""


@dataclass(frozen=True, slots=True)
class OnLeave:
    """A doctor is away."""

    doctor_id: DoctorId
    leave: Leave


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody at the clinic receives."""

    holiday: Holiday


@dataclass(frozen=True, slots=True)
class Undone:
    """Other hours, a leave or a holiday is taken back."""

    kind: DeviationKind
    id: DeviationId


@dataclass(frozen=True, slots=True)
class Sheet:
    """The timetables of a sheet replace those of its doctors."""

    timetables: Sequence[Timetable]


Change: TypeAlias = OtherHours | NewHours | OnLeave | Closed | Undone | Sheet


class About(StrEnum):
    """What typed words are to say."""

    DAY = auto()
    """Hours on one day."""
    RULES = auto()
    LEAVE = auto()
    HOLIDAY = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody was asked to type."""

    about: About
    doctor_id: DoctorId | None = None
    """None: the whole clinic."""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What was asked, and the change that is to be agreed to."""

    question: Question | None
    """None: nothing is to be typed."""
    change: Change | None = None

    @property
    def mark(self) -> int:
        """Tells this draft from others, in what a button can carry; never 0."""
        return mark(write(self))


def write(draft: Draft) -> str:
    """The draft as text; `read` makes the same draft of it."""
    question = draft.question
    asked = question and [question.about, question.doctor_id, _day(question.day)]
    return json.dumps(
        [asked, draft.change and _change(draft.change)], ensure_ascii=False, separators=(",", ":")
    )


def read(text: str) -> Draft:
    """What `write` wrote."""
    asked, change = json.loads(text)
    question = asked and Question(About(asked[0]), asked[1], _to_day(asked[2]))
    return Draft(question, change and _to_change(*change))


def _change(change: Change) -> list[Any]:
    match change:
        case OtherHours(doctor_id, ScheduleException(first, last, receptions)):
            given = [_reception(each) for each in receptions]
            return ["other", doctor_id, _day(first), _day(last), given]
        case NewHours(doctor_id, since, rules):
            return ["rules", doctor_id, _day(since), [_rule(rule) for rule in rules]]
        case OnLeave(doctor_id, Leave(first, last, substitute, in_their_hours)):
            return ["leave", doctor_id, _day(first), _day(last), substitute, in_their_hours]
        case Closed(Holiday(first, last)):
            return ["closed", _day(first), _day(last)]
        case Undone(kind, id_):
            return ["undone", kind, id_]
        case Sheet(timetables):
            return ["sheet", [_timetable(each) for each in timetables]]


def _to_change(kind: str, *told: Any) -> Change:
    match kind:
        case "other":
            doctor_id, first, last, receptions = told
            given = tuple(_to_reception(*each) for each in receptions)
            exception = ScheduleException(_the_day(first), _the_day(last), given)
            return OtherHours(doctor_id, exception)
        case "rules":
            doctor_id, since, rules = told
            return NewHours(doctor_id, _the_day(since), tuple(_to_rule(*each) for each in rules))
        case "leave":
            doctor_id, first, last, substitute, in_their_hours = told
            leave = Leave(_the_day(first), _the_day(last), substitute, in_their_hours)
            return OnLeave(doctor_id, leave)
        case "closed":
            first, last = told
            return Closed(Holiday(_the_day(first), _the_day(last)))
        case "undone":
            which, id_ = told
            return Undone(DeviationKind(which), id_)
        case _:
            [timetables] = told
            return Sheet(tuple(_to_timetable(*each) for each in timetables))


def _timetable(timetable: Timetable) -> list[Any]:
    rules = [_rule(rule) for rule in timetable.rules]
    return [timetable.name, timetable.room, _day(timetable.since), rules]


def _to_timetable(name: str, room: str, since: str, rules: list[Any]) -> Timetable:
    return Timetable(name, room, _the_day(since), tuple(_to_rule(*each) for each in rules))


def _rule(rule: ScheduleRule) -> list[Any]:
    days = [_day(rule.valid_from), _day(rule.valid_until), sorted(rule.weekdays), rule.days]
    return [_reception(rule.reception), *days]


def _to_rule(
    reception: list[Any], since: str, until: str | None, weekdays: list[int], side: str
) -> ScheduleRule:
    return ScheduleRule(
        _to_reception(*reception), _the_day(since), _to_day(until), frozenset(weekdays), Side(side)
    )


def _reception(reception: Reception) -> list[Any]:
    return [
        _hours(reception.hours),
        reception.visit // timedelta(minutes=1),
        [_hours(each) for each in reception.breaks],
        sorted(reception.reasons),
    ]


def _to_reception(
    hours: list[str], minutes: int, breaks: list[list[str]], reasons: list[str]
) -> Reception:
    return Reception(
        _to_hours(*hours),
        timedelta(minutes=minutes),
        tuple(_to_hours(*each) for each in breaks),
        frozenset(Reason(each) for each in reasons),
    )


def _hours(hours: Hours) -> list[str]:
    return [f"{hours.starts:%H:%M}", f"{hours.ends:%H:%M}"]


def _to_hours(starts: str, ends: str) -> Hours:
    return Hours(time.fromisoformat(starts), time.fromisoformat(ends))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _to_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _the_day(text: str) -> date:
    return date.fromisoformat(text)
