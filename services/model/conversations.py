"""What each person was last asked to type: one topic each, which carries what its answer is for."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from services.model.broadcasts import Audience
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, PostId, QuestionId
from services.model.schedule import HoursChange, HoursQuestion

# A family


@dataclass(frozen=True, slots=True)
class NamingChild:
    """The name of a child who is being added."""

    words: str = field(default="", repr=False)
    """Words that may be no name, until somebody says that they are one."""


@dataclass(frozen=True, slots=True)
class BirthDateOf:
    """The birth date of a child who is being added."""

    child_name: str


@dataclass(frozen=True, slots=True)
class MaybeKnown:
    """Whether a child who is being added is one who is there already: nobody else is born that day
    and called so."""

    child_name: str
    birth_date: date
    child_id: ChildId
    """Who is there."""


@dataclass(frozen=True, slots=True)
class NewNameOf:
    """Another name of a child who is there already."""

    child_id: ChildId
    words: str = field(default="", repr=False)
    """Words that may be no name, until somebody says that they are one."""


@dataclass(frozen=True, slots=True)
class NewBirthDateOf:
    """Another birth date of a child who is there already."""

    child_id: ChildId


@dataclass(frozen=True, slots=True)
class AddressOf:
    """The address by which the district of a child is found."""

    child_id: ChildId


@dataclass(frozen=True, slots=True)
class AboutVisit:
    """A parent's question to the clinic, about a visit of this child."""

    visit_id: AppointmentId
    child_id: ChildId


@dataclass(frozen=True, slots=True)
class CallingHelper:
    """What the family calls somebody whom it lets help with a child."""

    child_id: ChildId
    words: str = field(default="", repr=False)
    """What was typed, until the link is made."""


# At work


@dataclass(frozen=True, slots=True)
class Searching:
    """Whom somebody at the desk looks for: whatever is typed there."""

    line: str = field(default="", repr=False)
    """What was typed last, by which the child can be entered."""


@dataclass(frozen=True, slots=True)
class FamilyPhone:
    """The number by which the family of a child can be called, whom the registry knows."""

    child_id: ChildId


@dataclass(frozen=True, slots=True)
class Correcting:
    """The right name or birth date of a child whom the registry entered."""

    child_id: ChildId
    line: str = field(default="", repr=False)
    """What was typed and may be no name, until somebody says that it is one."""


@dataclass(frozen=True, slots=True)
class SecondCard:
    """Whose card is to be joined with that of a child, whom the registry knows."""

    child_id: ChildId


@dataclass(frozen=True, slots=True)
class ClinicFact:
    """A value of what the clinic says of itself."""

    fact: str
    """Which, by its key: see `services.clinic.settings.FACTS`."""
    words: str | None = None
    """What was typed for it; None: nothing yet."""


class KindPart(StrEnum):
    """What is typed of a kind of visit. Short: it stands in buttons."""

    LINE = "line"
    """Of a new one: its name, and whatever else is said of it."""
    NAME = "name"
    NAME_EN = "en"
    AGES = "ages"
    LENGTH = "length"
    PRICE = "price"
    BRING = "bring"


@dataclass(frozen=True, slots=True)
class KindFact:
    """A kind of visit that is being added or changed."""

    part: KindPart
    key: str = ""
    """Which; empty: a new one."""


class DoctorPart(StrEnum):
    """What is typed of a doctor."""

    NAME = "name"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class DoctorFact:
    """The name or the room of a doctor; of a new one, the name first, and then the room."""

    part: DoctorPart
    doctor_id: DoctorId | None = None
    """None: of a new one."""
    name: str = field(default="", repr=False)
    """Of a new one, once it was typed."""
    words: str | None = None
    """What was typed for the part; None: nothing yet."""


@dataclass(frozen=True, slots=True)
class HoursDraft:
    """A change of hours that is looked at before it is made; words typed anew replace it."""

    question: HoursQuestion | None
    """What is to be typed; None: nothing is."""
    change: HoursChange | None = None
    """What is to be agreed to; None: it is still to be typed."""


@dataclass(frozen=True, slots=True)
class SheetWaiting:
    """Nothing but a "yes" to a sheet of times that somebody sent.

    Twenty thousand times are no text for a conversation: the file stays where it was sent to, and
    is read again for its "yes".
    """

    file: str
    """By which it can be had again."""
    digest: str
    """Of its content: it tells the sheet from any other."""


@dataclass(frozen=True, slots=True)
class AbsenceDays:
    """The days of a doctor's absence."""

    doctor_id: DoctorId


@dataclass(frozen=True, slots=True)
class StaffNote:
    """A note for colleagues, at a visit."""

    visit_id: AppointmentId


@dataclass(frozen=True, slots=True)
class Answering:
    """The staff's answer to a family's question."""

    question_id: QuestionId
    seen: int
    """How many answers it had when this one was begun."""
    words: str = field(default="", repr=False)
    """Those that are kept until somebody says once more that they are meant."""


@dataclass(frozen=True, slots=True)
class NewsDraft:
    """A broadcast that is being written, from its audience to its confirmation by a number."""

    audience: Audience
    text: str = ""
    shown: int = 0
    """How many would get it, as its author was told last."""


AboutChild: TypeAlias = NewNameOf | NewBirthDateOf | AddressOf
OfFamily: TypeAlias = NamingChild | BirthDateOf | MaybeKnown | AboutChild
AtWork: TypeAlias = (
    Searching
    | FamilyPhone
    | Correcting
    | SecondCard
    | ClinicFact
    | KindFact
    | DoctorFact
    | HoursDraft
    | SheetWaiting
    | AbsenceDays
    | StaffNote
    | Answering
    | NewsDraft
)
Topic: TypeAlias = OfFamily | AboutVisit | CallingHelper | AtWork

TopicT_co = TypeVar("TopicT_co", bound=Topic, covariant=True)


@dataclass(frozen=True, slots=True)
class Conversation(Generic[TopicT_co]):
    """What was asked of a person, where and when."""

    topic: TopicT_co
    clinic_id: ClinicId
    asked_at: datetime
    post_id: PostId | None = None
    """In which of their posts the person was asked; None: as a parent."""
