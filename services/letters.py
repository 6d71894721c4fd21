"""What people are written, as values: the present facts that a message is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.model import Appointment, Person, Slot


@dataclass(frozen=True, slots=True)
class StillBooked:
    """How a visit stands that was booked or moved, since the answer may not have been seen."""

    person: Person
    visit: Appointment


@dataclass(frozen=True, slots=True)
class Reminder:
    """Visits of one day at one clinic that are ahead, in order of time."""

    person: Person
    visits: Sequence[Appointment]
    now: datetime
    discreet: bool = False
    """Whether to say nothing but the times."""


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


Letter: TypeAlias = StillBooked | Reminder | ClinicMoved | ClinicCancelled
