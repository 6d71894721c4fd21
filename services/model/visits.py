"""Visits in all their states, and what becomes of them when the clinic cannot keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.model.clinic import Doctor, Unanswered
from services.model.ids import (
    AbsenceId,
    AppointmentId,
    ChildId,
    ClinicId,
    DeviationId,
    QuestionId,
    SlotId,
)
from services.model.people import Child
from services.model.schedule import DeviationKind
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot


@dataclass(frozen=True, slots=True)
class Need:
    """What a family asks for: a visit of a child for a reason, perhaps instead of another one."""

    child_id: ChildId
    reason: KindKey
    moves: AppointmentId | None = None
    """The visit that is to be moved."""


FEWEST_TOGETHER, MOST_TOGETHER = 2, 3
"""Children who come together."""


@dataclass(frozen=True, slots=True)
class SiblingsNeed:
    """A visit of each of several children for one reason, perhaps instead of those they have."""

    children: Sequence[ChildId]
    reason: KindKey
    moves: Sequence[AppointmentId] = ()
    """The visits that are to be moved, in the order of the children; each keeps its own reason."""


@dataclass(frozen=True, slots=True)
class VisitCode:
    """What a code from the registry opens, whoever says it."""

    clinic_id: ClinicId
    child_id: ChildId
    over: bool
    """Whether it was used, or is too old."""


class AppointmentState(StrEnum):
    """Where an appointment is in its life; `may_become` says what may follow what."""

    PENDING = "pending"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NO_SHOW = "no-show"


ACTIVE = frozenset({AppointmentState.PENDING, AppointmentState.BOOKED})
"""The states in which an appointment keeps its slot from everybody else."""


class Word(StrEnum):
    """Whose word it was that a visit stands, or does not."""

    DOCTOR = "doctor"
    REGISTRY = "registry"
    SILENCE = "silence"
    """Nobody's: the time to answer went by."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a visit waits for the doctor's word, and what becomes of it then."""

    at: datetime
    then: Unanswered


FIRST_VISIT_NUMBER = 1001
SHOWN_UP_TO = 1000
"""So many changes of a visit a button tells from each other: it has little room."""


def visit_number(appointment_id: int) -> str:
    """How a visit is called over the phone."""
    return str(appointment_id - 1 + FIRST_VISIT_NUMBER)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A child's claim on a slot."""

    id: AppointmentId
    child: Child
    slot: Slot
    state: AppointmentState
    reason: KindKey
    uid: str
    """Names the visit in calendars, for good (R24)."""
    sequence: int
    """How often it was changed. Who answers a change says by it which one was seen."""
    changed_at: datetime
    """When it was booked, moved or cancelled last."""
    coming_at: datetime | None = None
    """When the family said that it comes at this time."""
    deadline: Deadline | None = None
    """Of a pending one: until when its time is kept."""
    word: Word | None = None
    """Who said of a visit that had to be confirmed how it stands."""
    needs_time: bool = False
    """Whether the clinic took its time away and owes it another: cancelled meanwhile."""
    told: int = 0
    """How often its family was told of another room, address or doctor's name (R56)."""
    told_at: datetime | None = None
    """When last."""
    in_calendar: bool = False
    """Where somebody is written of it: whether they took its file for the calendar."""
    hidden: bool = False
    """Whether it is not shown to who only helps with the child."""
    awaits_system: bool = False
    """Whether it is pending because the clinic's own system has not said yes."""
    answer_by: datetime | None = None
    """By when its family was promised to hear what the system says."""

    @property
    def is_pending(self) -> bool:
        """Whether it waits for the doctor's word, or for the clinic's system: it is no booking
        yet."""
        return self.state is AppointmentState.PENDING

    @property
    def revision(self) -> int:
        """What was told of it, for calendars: the higher one counts (R24, R56). It rises with every
        change, and beside `sequence` when it is elsewhere at the same time."""
        return self.sequence + self.told

    @property
    def revised_at(self) -> datetime:
        """When what is told of it became what it is."""
        return max(self.changed_at, self.told_at or self.changed_at)

    @property
    def number(self) -> str:
        """The visit's short number, to be said over the phone."""
        return visit_number(self.id)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def as_shown(self) -> int:
        """What a button keeps of how the visit was shown: after a change it is another number."""
        return self.sequence % SHOWN_UP_TO


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of a family, in order of time."""

    planned: Sequence[Appointment]
    needing: Sequence[Appointment]
    """Those that need another time."""
    waits: int
    """For how many times the family waits."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A visit as its family knows it, before what the clinic changed and told nobody yet."""

    slot_id: SlotId
    state: AppointmentState
    changed_at: datetime
    coming_at: datetime | None
    """When the family said that it comes at this time."""
    since: datetime
    """When the first change was made of which the family has not heard."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A time that is kept for the family of a visit that needs one."""

    slot: Slot
    until: datetime


@dataclass(frozen=True, slots=True)
class Closure:
    """What was done to a doctor's hours for an absence, by which it can be taken back."""

    deviations: Sequence[tuple[DeviationKind, DeviationId]]
    slots: Sequence[SlotId]
    """Closed ones that no schedule gives: of the clinic's other system."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a doctor turned out not to receive, and what became of their visits."""

    id: AbsenceId
    doctor: Doctor
    first: date
    last: date
    substitute: Doctor | None
    closure: Closure
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class AbsentVisit:
    """A visit that an absence concerned, as it stands."""

    visit: Appointment
    before: Slot
    """Where it was."""
    sequence: int
    """Of the visit, after the absence: another one by now says that somebody acted since."""
    waited: bool = False
    """Whether it waited for the doctor's word before."""


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """That a family has to be phoned: the clinic changed its visit, and the bot did not say so."""

    visit: Appointment
    """As it stands since the change."""
    before: Slot | None
    """Where it was, if it was moved."""
    done_at: datetime | None
    """When somebody phoned."""
    told: bool = False
    """Whether the bot has told it, or is just telling it: it needs a time, and none is kept."""
    elsewhere: bool = False
    """Whether it is about another room or address, at the same time."""


class Matter(StrEnum):
    """Why the registry has to see to a family."""

    NEEDS_TIME = "needs-time"
    """The clinic owes it a time, and it has not answered."""
    OUTSIDE = "outside"
    """Its visit is at a time at which the doctor does not receive any more."""
    TO_CALL = "to-call"
    """The bot could not tell it what the clinic changed."""
    PENDING = "pending"
    """Its visit waits for the doctor's word."""
    QUESTION = "question"
    """It asked something."""
    CLAIM = "claim"
    """It says of which group the child is: its document is to be seen when it comes."""


@dataclass(frozen=True, slots=True)
class ToSee:
    """A family that has to be seen to, and why."""

    matter: Matter
    visit: Appointment
    question_id: QuestionId | None = None
    kept_until: datetime | None = None
    """Until when a time is kept for a family that needs one; None: none is."""


@dataclass(frozen=True, slots=True)
class FirstAsk:
    """The first time on a day of a clinic that somebody asked it for a time for a child."""

    clinic_id: ClinicId
    child_id: ChildId
    day: date
    """On the clinic's wall."""
    asked_at: datetime
    earliest: datetime | None
    """The start of the earliest time that the child could have had; None: there was none."""


class IllStep(StrEnum):
    """What a family did; each time counts, and whose it was is not kept."""

    SAID = "said"
    """Said that a child is ill or was in contact."""
    TIME = "time"
    """Went on to the times for ill children."""
    LATER = "later"
    """Went on to move a visit to when the child is well."""
    GIVEN_BACK = "given-back"
    """Gave a visit back."""


@dataclass(frozen=True, slots=True)
class IllDay:
    """A clinic's day, in numbers."""

    day: date
    counts: Mapping[IllStep, int]

    def of(self, step: IllStep) -> int:
        return self.counts.get(step, 0)
