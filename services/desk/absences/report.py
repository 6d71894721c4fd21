"""An absence as the registry sees it: who could help, and what became of each family."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from services.desk.absences.substitutes import DaysHours
from services.model.access import Post
from services.model.clinic import Doctor
from services.model.ids import DoctorId
from services.model.refusals.base import Refusal
from services.model.slots import Slot
from services.model.visits import Absence, AbsentVisit, Appointment, AppointmentState, Offered
from services.rules.typed.texts import mark

LONGEST_ABSENCE = 366
"""Days."""
PLANS_SHOWN_UP_TO = 1_000_000
"""So many plans a button tells from each other: it has little room."""


@dataclass(frozen=True, slots=True)
class WhoIsAbsent:
    """The clinic's doctors, and absences that are not over."""

    post: Post
    doctors: Sequence[Doctor]
    absences: Sequence[Absence]
    today: date


@dataclass(frozen=True, slots=True)
class WhenAbsent:
    """The days are to be chosen or typed."""

    post: Post
    doctor: Doctor
    today: date
    problem: Refusal | None = None
    """Why it is asked again."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A doctor who is absent on some days, both included."""

    doctor_id: DoctorId
    first: date
    last: date
    substitute: DoctorId | None = None
    beside: bool = False
    """Whether the substitute sees them when they do not receive, too, on days on which they do."""


@dataclass(frozen=True, slots=True)
class Help:
    """A colleague, and how many of the visits they could take at the same time."""

    doctor: Doctor
    visits: int
    """While they receive."""
    beside: int
    """How many more at other times of days on which they do."""
    hours: DaysHours
    """When they receive, on the days of the visits."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What can be done about an absence."""

    post: Post
    doctor: Doctor
    absent: Absent
    visits: int
    nameless: int
    """Times of people whom we do not know: nobody can tell them."""
    helpers: Sequence[Help]
    """Those who could take any, the most first."""
    today: date


class Fate(StrEnum):
    """How a visit stands that an absence concerned."""

    SUBSTITUTED = auto()
    """With the substitute at the same time; the family has not answered."""
    COMING = auto()
    """The same, and the family said that it comes."""
    CHOSEN = auto()
    """At another time, which was chosen since."""
    OFFERED = auto()
    """Without a time; some are kept for the family."""
    OPEN = auto()
    """Without a time, and none is kept."""
    GIVEN_UP = auto()
    """Cancelled since, or no time is wanted any more."""
    CAME = auto()
    """It took place."""
    MISSED = auto()
    """Nobody came."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A visit that an absence concerned, as it stands."""

    visit: Appointment
    before: Slot
    fate: Fate
    to_call: bool
    """Whether somebody has to phone the family, and nobody has yet."""
    beside: bool = False
    """Whether the substitute sees it at a time when they do not receive otherwise."""
    told: bool = True
    """Whether it knows from the bot, or is just being told."""


@dataclass(frozen=True, slots=True)
class AbsenceReport:
    """What became of whom, in order of the old times."""

    post: Post
    absence: Absence
    concerned: Sequence[Concerned]
    nameless: int
    may_undo: bool
    """Whether it can be taken back as a whole: nobody has answered."""
    today: date
    hours: DaysHours = ()
    """When the substitute receives, on the days of the visits."""
    made: bool = True
    """Whether it is so, or would be."""
    asked: Absent | None = None
    """Of a preview: what would be made."""

    def count(self, *fates: Fate) -> int:
        """How many stand so."""
        return sum(each.fate in fates for each in self.concerned)

    @property
    def as_shown(self) -> int:
        """What a button keeps of a preview: what would become of whom. Not who has to be phoned:
        that changes with the hour, and is listed when it is so."""
        fates = [
            f"{each.visit.id} {each.visit.sequence} {each.fate} {each.beside}"
            for each in self.concerned
        ]
        return mark("\n".join([str(self.nameless), *fates])) % PLANS_SHOWN_UP_TO

    @property
    def beside(self) -> int:
        """How many the substitute sees at times when they do not receive otherwise."""
        return sum(each.beside for each in self.concerned)

    @property
    def answered(self) -> int:
        """How many families have said what they do."""
        return self.count(Fate.COMING, Fate.CHOSEN, *_ENDS.values())

    @property
    def to_call(self) -> int:
        return sum(each.to_call for each in self.concerned)

    @property
    def told_by_bot(self) -> int:
        return sum(each.told for each in self.concerned)


def has_answered(each: AbsentVisit) -> bool:
    visit = each.visit
    as_left = visit.sequence == each.sequence and (visit.is_active or visit.needs_time)
    return not as_left or visit.coming_at is not None


_ENDS = {
    AppointmentState.CANCELLED: Fate.GIVEN_UP,
    AppointmentState.FULFILLED: Fate.CAME,
    AppointmentState.NO_SHOW: Fate.MISSED,
}


def fate_of(each: AbsentVisit, offers: Sequence[Offered]) -> Fate:
    visit = each.visit
    if visit.needs_time:
        return Fate.OFFERED if offers else Fate.OPEN
    if not visit.is_active:
        return _ENDS[visit.state]
    if visit.sequence != each.sequence:
        return Fate.CHOSEN
    return Fate.COMING if visit.coming_at else Fate.SUBSTITUTED
