"""What a registrar is about at the desk: whom for, in whose place, what is left to choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.families.home import USUAL
from services.model.access import Post
from services.model.clinic import Doctor, Reason
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.slots import DayTimes, FreeTimes, GridTime, Slot, Taking
from services.model.visits import Appointment


class Aim(StrEnum):
    """What a time is looked for at the desk."""

    BOOK = "b"
    MOVE = "m"
    TAKE = "t"
    """For somebody without a name."""
    NEXT = "n"
    """The child's next visit, named at one that they have: a doctor may, too."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Why somebody at the desk looks for a time."""

    aim: Aim
    subject: int = 0
    """The child who is booked for, the visit that is moved, or that the next one follows; 0 is
    nobody."""
    reason: Reason = USUAL


@dataclass(frozen=True, slots=True)
class Call:
    """An errand and everybody in it, as they stand now."""

    post: Post
    errand: Errand
    child: Child | None
    moving: Appointment | None
    now: datetime
    after: Appointment | None = None
    """The visit at which the next one is named."""


@dataclass(frozen=True, slots=True)
class DeskReasons:
    """Why a child can come."""

    call: Call
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class DeskDoctors:
    """The clinic's doctors and what each has free."""

    call: Call
    doctors: Sequence[tuple[Doctor, FreeTimes | None]]


@dataclass(frozen=True, slots=True)
class DeskDays:
    """The days on which a doctor receives, in order, beyond what families see."""

    call: Call
    doctor: Doctor
    days: Sequence[DayTimes]


@dataclass(frozen=True, slots=True)
class DeskDay:
    """All times of a doctor's day, those that are gone included."""

    call: Call
    doctor: Doctor
    day: date
    times: Sequence[GridTime]


@dataclass(frozen=True, slots=True)
class DeskOffer:
    """A time before anybody said yes, and what the registry would do by giving it."""

    call: Call
    slot: Slot
    bent: Sequence[Refusal]
    """The clinic's rules that would be bent."""

    @property
    def extra(self) -> bool:
        """Whether the visit would be squeezed in beside another one."""
        return self.slot.taken


@dataclass(frozen=True, slots=True)
class MovedAtDesk:
    """A visit at its new time, and where it was."""

    post: Post
    visit: Appointment
    before: Slot
    in_bot: bool
    """Whether the family is told by the bot; otherwise it has to be called."""


@dataclass(frozen=True, slots=True)
class TakenTime:
    """A time that is somebody's whom we do not know, or was until now."""

    post: Post
    slot: Slot
    taking: Taking | None
    """None: it is nobody's, and free again if the slot is open."""
