"""The clinic's hours as its staff see them: a day, a week, what is unusual ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.model.access import Post
from services.model.clinic import Doctor
from services.model.ids import DoctorId
from services.model.schedule import (
    Deviation,
    Holiday,
    Leave,
    Reception,
    Schedule,
    ScheduleException,
    ScheduleRule,
)
from services.model.slots import DayLoad
from services.rules.slots import receptions_on

USUAL_VISIT = timedelta(minutes=15)
"""How long a visit takes with a doctor who has no hours yet, unless it is said."""
NOTHING = DayLoad(0, 0)


# What is seen


@dataclass(frozen=True, slots=True)
class DayHours:
    """A doctor's day: its hours, why they are so, and how much of them is taken."""

    day: date
    receptions: Sequence[Reception]
    load: DayLoad
    exception: bool = False
    """Whether the hours are of this day only."""
    leave: Leave | None = None
    holiday: Holiday | None = None
    covers: bool = False
    """Whether the doctor receives in a colleague's hours too."""


@dataclass(frozen=True, slots=True)
class ClinicDay:
    """The hours of a day, doctor by doctor."""

    post: Post
    day: date
    doctors: Sequence[tuple[Doctor, DayHours]]
    today: date


@dataclass(frozen=True, slots=True)
class Week:
    """A doctor's hours from Monday to Sunday."""

    post: Post
    doctor: Doctor
    days: Sequence[DayHours]
    today: date


@dataclass(frozen=True, slots=True)
class Ahead:
    """The days ahead that are not as the rules say."""

    post: Post
    doctor: Doctor | None
    """None: of all doctors."""
    deviations: Sequence[Deviation]
    doctors: Mapping[DoctorId, Doctor]
    today: date


@dataclass(frozen=True, slots=True)
class SheetDesk:
    """Where sheets come to and go from."""

    post: Post
    today: date


# Hours


def hours_on(schedule: Schedule, day: date, load: DayLoad | None) -> DayHours:
    """A day of a doctor's schedule, with the reasons for what is unusual about it."""
    exceptions = any(_has(each, day) for each in schedule.exceptions)
    leave = next((each for each in schedule.leaves if _has(each, day)), None)
    holiday = next((each for each in schedule.holidays if _has(each, day)), None)
    own = replace(schedule, covers=())
    receptions = receptions_on(schedule, day)
    covers = len(receptions) > len(receptions_on(own, day))
    return DayHours(day, receptions, load or NOTHING, exceptions, leave, holiday, covers)


def _has(days: ScheduleException | Leave | Holiday, day: date) -> bool:
    return days.first <= day <= days.last


def usual_visit(rules: Sequence[ScheduleRule], day: date) -> timedelta:
    """How long a visit takes on such a day by the rules, or else on another one."""
    given = receptions_on(Schedule(rules=rules), day) or [rule.reception for rule in rules]
    return given[0].visit if given else USUAL_VISIT


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
