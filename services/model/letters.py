"""What people are written, as values: the present facts that a message is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.model.access import Post
from services.model.clinic import Clinic
from services.model.ids import CheckUpId, ChildId, PostId, QuestionId
from services.model.messages import AboutGroup, Helping, NotificationKind
from services.model.people import Child, Person
from services.model.questions import Answer, Question
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.visits import Appointment, Offered
from services.model.waitlist.offers import TimeOffer, Waiting


@dataclass(frozen=True, slots=True)
class StillBooked:
    """How a visit stands that was booked or moved, since the answer may not have been seen."""

    person: Person
    visit: Appointment
    discreet: bool = False
    may_ask: bool = False
    """Whether the family was not asked about reminders yet: not before the clinic's own system had
    said that they are booked."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Visits of one day at one clinic that are ahead, in order of time."""

    person: Person
    visits: Sequence[Appointment]
    now: datetime
    discreet: bool = False
    """Whether to say nothing but when and where."""


@dataclass(frozen=True, slots=True)
class ClinicMoved:
    """The clinic gave a visit another time."""

    person: Person
    visit: Appointment
    before: Slot
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class ClinicCancelled:
    """The clinic cancelled a visit."""

    person: Person
    visit: Appointment
    now: datetime
    discreet: bool = False
    as_asked: bool = False
    """Whether the family had called for it."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A visit that waited for the doctor's word is booked."""

    person: Person
    visit: Appointment
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class ClinicAnswered:
    """The clinic answered a question about a visit."""

    person: Person
    visit: Appointment
    question: Question
    answer: Answer
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """A visit that waited for the doctor's word is none."""

    person: Person
    visit: Appointment
    others: Sequence[Slot]
    """Times that the child could have instead, in order of time."""
    now: datetime
    discreet: bool = False
    lapsed: bool = False
    """Whether nobody answered; otherwise somebody said no."""


@dataclass(frozen=True, slots=True)
class DoctorLate:
    """The doctor of a visit of today is late, or on time again."""

    person: Person
    visit: Appointment
    minutes: int
    """None is on time."""
    now: datetime
    discreet: bool = False

    @property
    def can_be_changed(self) -> bool:
        """Whether the visit may still be moved or cancelled: its own time has not come."""
        return self.visit.slot.starts_at > self.now


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """For the staff: visits that wait for their word, in order of time. No child is named."""

    person: Person
    post_id: PostId
    visits: Sequence[Appointment]
    now: datetime

    @property
    def most_pressing(self) -> Appointment | None:
        """The one whose deadline comes first; none has one where the clinic set none."""
        due = [(visit.deadline.at, at) for at, visit in enumerate(self.visits) if visit.deadline]
        return self.visits[min(due)[1]] if due else None


@dataclass(frozen=True, slots=True)
class QuestionsWait:
    """To one of the staff: families ask about these visits. Neither child nor text is told: who
    opens a question is taken down."""

    person: Person
    post: Post
    """In which post it is answered."""
    visits: Sequence[Appointment]
    """One for each question."""
    question_id: QuestionId
    """The first one's."""
    now: datetime
    again: bool = False
    """Whether they have been waiting for long."""


@dataclass(frozen=True, slots=True)
class Substituted:
    """Another doctor sees the child, at the same time."""

    person: Person
    visit: Appointment
    before: Slot
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class NeedsTime:
    """The doctor is absent: the family chooses another time, of those that are kept for it or of
    all."""

    person: Person
    visit: Appointment
    offers: Sequence[Offered]
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class StandsAgain:
    """The doctor comes after all: a visit stands as it did."""

    person: Person
    visit: Appointment
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class PlaceChanged:
    """A visit is elsewhere, or its doctor has another name, at its old time."""

    person: Person
    visit: Appointment
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class SystemSaid:
    """What came of asking the clinic's own system for a time, where that was not a yes."""

    person: Person
    visit: Appointment
    kind: NotificationKind
    """`REFUSED_THERE`, `KEPT_THERE` or `NO_ANSWER`."""
    others: Sequence[Slot]
    """Times that there are instead."""
    now: datetime
    discreet: bool = False
    together: bool = False
    """Whether brothers and sisters were to come in one go: then all of them, or none."""


@dataclass(frozen=True, slots=True)
class CardsJoined:
    """The registry made one of two cards of a child. It is discreet always: whoever reads it may
    not have known of the other one."""

    person: Person
    clinic: Clinic


@dataclass(frozen=True, slots=True)
class ClinicNews:
    """What a clinic tells many families at once."""

    person: Person
    clinic: Clinic
    text: str
    """Typed, and plain."""
    about_visit: bool = False
    """Whether a visit of the family's changes by it."""


@dataclass(frozen=True, slots=True)
class FamilyDid:
    """Somebody who cares for the children booked visits, moved or cancelled them in one go."""

    person: Person
    visits: Sequence[Appointment]
    """In order of time."""
    called: str
    """What the family calls who did it; empty: nobody has said, or they are gone."""
    kind: NotificationKind
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class HelperLetter:
    """How an invitation of a helper stands."""

    person: Person
    kind: NotificationKind
    helping: Helping
    now: datetime
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class CheckUpInvitation:
    """To a check-up at a child's age, for who agreed to be invited. It never names the child."""

    person: Person
    check_up_id: CheckUpId
    child_id: ChildId
    clinic: Clinic
    months: int
    """At which age it is."""
    in_depth: bool
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class TimeOffered:
    """A time that a family waits for is free: it is kept for it, or for a few."""

    person: Person
    waiting: Waiting
    offer: TimeOffer
    until: datetime
    """When it is over, if the message is accepted now."""
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class WaitChanged:
    """A place in the list rests, or is no more."""

    person: Person
    waiting: Waiting
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class EarliestFor:
    """The first time that a child can take, and what the visit would be for."""

    child: Child
    reason: KindKey
    slot: Slot


@dataclass(frozen=True, slots=True)
class GroupLetter:
    """How it stands with a group of a child for which a clinic keeps times. It never names the
    group."""

    person: Person
    kind: NotificationKind
    about: AboutGroup
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class SystemAnswers:
    """The clinic's own system answers again, for who asked to be told so once; or it has not for a
    day, and nobody waits for it any more."""

    person: Person
    clinic: Clinic
    answers: bool
    earliest: Sequence[EarliestFor]
    """What each child that has no visit ahead there could have now."""
    now: datetime
    discreet: bool = False


Letter: TypeAlias = (
    StillBooked
    | Reminder
    | ClinicMoved
    | ClinicCancelled
    | Confirmed
    | NotConfirmed
    | DoctorLate
    | ToConfirm
    | ClinicAnswered
    | QuestionsWait
    | Substituted
    | NeedsTime
    | StandsAgain
    | PlaceChanged
    | SystemSaid
    | CardsJoined
    | ClinicNews
    | FamilyDid
    | HelperLetter
    | CheckUpInvitation
    | TimeOffered
    | WaitChanged
    | GroupLetter
    | SystemAnswers
)
