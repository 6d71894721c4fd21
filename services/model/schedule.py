"""When a doctor receives: rules, what is otherwise on some days, and what is about to change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, auto
from typing import TypeAlias

from services.model.clinic import Hours, Side
from services.model.ids import ClinicId, DeviationId, DoctorId
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import KindKey


@dataclass(frozen=True, slots=True)
class Reception:
    """Hours in which a doctor receives, and how they are cut into visits.

    Raises:
        ValueError: a visit takes no whole minutes.
    """

    hours: Hours
    visit: timedelta
    breaks: Sequence[Hours] = ()
    reasons: frozenset[KindKey] = frozenset()
    """What these hours are for; none named is any but the infants' day."""
    kept_for: ReservedFor | None = None
    """For whom all of these hours are kept until they open."""

    def __post_init__(self) -> None:
        if self.visit <= timedelta(0) or self.visit % timedelta(minutes=1):
            raise ValueError("a visit takes whole minutes")


EVERY_WEEKDAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class ScheduleRule:
    """Says when a doctor receives: on certain weekdays, on all, even or odd days of the month."""

    reception: Reception
    valid_from: date
    valid_until: date | None = None
    """The last day, included; None is until further notice."""
    weekdays: frozenset[int] = EVERY_WEEKDAY
    """0 is Monday, as in `date.weekday()`."""
    days: Side = Side.ALL


@dataclass(frozen=True, slots=True)
class ScheduleException:
    """Days on which a doctor keeps other hours than the rules say; without any, no hours."""

    first: date
    last: date
    receptions: Sequence[Reception] = ()


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days on which nobody at a clinic receives, but for doctors with an exception of their own."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which a doctor is away, and who sees the children of their district meanwhile."""

    first: date
    last: date
    substitute: DoctorId | None = None
    in_their_hours: bool = False
    """Whether the substitute receives in the absent doctor's hours too."""


class DeviationKind(StrEnum):
    """Why some days are not as the rules say; ids are told apart within a kind."""

    HOURS = "hours"
    LEAVE = "leave"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Delay:
    """How late a doctor is on a day, as was said last."""

    minutes: int
    """None is that they are on time again."""
    step: int
    """How often it was said that day."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Some days of a clinic that are not as the rules say, and may be taken back."""

    id: DeviationId
    kind: DeviationKind
    clinic_id: ClinicId
    doctor_id: DoctorId | None
    """None: the whole clinic."""
    what: ScheduleException | Leave | Holiday


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody else's hours that a doctor takes over for some days."""

    first: date
    last: date
    rules: Sequence[ScheduleRule]


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when one doctor receives."""

    rules: Sequence[ScheduleRule] = ()
    exceptions: Sequence[ScheduleException] = ()
    """Where two meet, the later one in this list counts."""
    holidays: Sequence[Holiday] = ()
    leaves: Sequence[Leave] = ()
    covers: Sequence[Cover] = ()


# What somebody is about to change


@dataclass(frozen=True, slots=True)
class Timetable:
    """Where a doctor receives, and when: from a day on this, and nothing else."""

    name: str
    room: str
    """Empty: as it was."""
    since: date
    rules: Sequence[ScheduleRule]
    """Without any, the doctor does not receive."""
    rows: Sequence[int] = field(default=(), compare=False)
    """Of the sheet, as its reader counts them."""


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


HoursChange: TypeAlias = OtherHours | NewHours | OnLeave | Closed | Undone | Sheet


def receptions_in(change: HoursChange) -> list[Reception]:
    """All hours that a change names, of whatever day and doctor."""
    match change:
        case OtherHours(_, exception):
            return list(exception.receptions)
        case NewHours(_, _, rules):
            return [rule.reception for rule in rules]
        case Sheet(timetables):
            return [rule.reception for each in timetables for rule in each.rules]
    return []


class About(StrEnum):
    """What typed words are to say."""

    DAY = auto()
    """Hours on one day."""
    RULES = auto()
    LEAVE = auto()
    HOLIDAY = auto()


@dataclass(frozen=True, slots=True)
class HoursQuestion:
    """What somebody was asked to type."""

    about: About
    doctor_id: DoctorId | None = None
    """None: the whole clinic."""
    day: date | None = None
