"""The words of the house as types: immutable values with typed ids.

Every `datetime` here is aware UTC; `local_start` and its kin turn it into the clinic's wall time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

PersonId = NewType("PersonId", int)
ChildId = NewType("ChildId", int)
ClinicId = NewType("ClinicId", int)
DoctorId = NewType("DoctorId", int)
SlotId = NewType("SlotId", int)
AppointmentId = NewType("AppointmentId", int)


class Language(StrEnum):
    """A language the bot speaks."""

    RUSSIAN = "ru"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user we know; may be a parent, a staff member, or both."""

    id: PersonId
    telegram_id: int
    language: Language


@dataclass(frozen=True, slots=True)
class Child:
    """The patient. The name is whatever the parent chose to type."""

    id: ChildId
    name: str
    birth_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicProfile:
    """What a clinic says of itself and how it lets families book."""

    code: str
    """Names the clinic in a poster link; public."""
    name: str
    zone: ZoneInfo
    address: str
    phone: str
    """The registry's phone."""
    home_call_phone: str
    home_call_hours: str
    """When a doctor can be called to the home, in the clinic's own words, e.g. "7:30-12:00"."""
    ill_words: str
    """What the clinic tells a family whose child is ill now. The words are the clinic's own."""
    notice: timedelta = timedelta(minutes=30)
    """How long before its start a slot stops being bookable."""
    horizon_days: int = 14
    """How many days ahead families see times, today not counted."""
    one_visit_per_doctor: bool = True
    """Whether a child may have only one visit ahead with the same doctor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic(ClinicProfile):
    """A children's clinic or its branch, with its own time zone."""

    id: ClinicId


@dataclass(frozen=True, slots=True)
class Doctor:
    """A pediatrician of a clinic."""

    id: DoctorId
    clinic: Clinic
    name: str
    room: str


@dataclass(frozen=True, slots=True)
class ScheduleRule:
    """Says when a doctor receives: every such weekday, between two times of the clinic's wall."""

    weekday: int
    """0 is Monday, as in `date.weekday()`."""
    starts: time
    ends: time
    visit: timedelta
    valid_from: date
    valid_until: date | None = None
    """The last day, included; None is until further notice."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: from `starts_at` up to, but without, `ends_at`."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two share any moment; touching ends share none."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Slot:
    """One receivable stretch of a doctor's time."""

    id: SlotId
    doctor: Doctor
    stretch: Stretch
    open: bool
    taken: bool
    """Whether an active appointment stood on it when it was read: already old by now."""

    @property
    def starts_at(self) -> datetime:
        return self.stretch.starts_at

    @property
    def local_start(self) -> datetime:
        """The start on the clinic's wall."""
        return self.starts_at.astimezone(self.doctor.clinic.zone)


class AppointmentState(StrEnum):
    """Where an appointment is in its life; `rules.may_become` says what may follow what."""

    PENDING = "pending"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NO_SHOW = "no-show"


ACTIVE = frozenset({AppointmentState.PENDING, AppointmentState.BOOKED})
"""The states in which an appointment keeps its slot from everybody else."""

FIRST_VISIT_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class Appointment:
    """A child's claim on a slot."""

    id: AppointmentId
    child: Child
    slot: Slot
    state: AppointmentState

    @property
    def number(self) -> str:
        """The visit's short number, to be said over the phone."""
        return str(self.id - 1 + FIRST_VISIT_NUMBER)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


class Purpose(StrEnum):
    """What a consent is for. Each purpose has a document of its own (152-FZ art. 9, 2025-09-01)."""

    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The document a parent agrees to: a clinic's, for one purpose, in one version."""

    clinic_id: ClinicId
    purpose: Purpose
    version: int
    text: str


class Asked(StrEnum):
    """What the bot last asked a person to type."""

    CHILD_NAME = "child-name"
    BIRTH_DATE = "birth-date"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked of a person, and for what."""

    asked: Asked
    clinic_id: ClinicId
    child_name: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which slots a child can take at a clinic, as `rules.wish_of` sees it at one moment."""

    earliest: datetime
    latest: datetime
    """Slots start before this."""
    busy: Sequence[Stretch]
    """When the child is somewhere else already."""
    seen_by: frozenset[DoctorId]
    """Doctors who expect the child already and take no second visit."""
