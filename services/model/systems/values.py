"""What a clinic's own system says of times and visits, and what it is told of a patient."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.model.slots import Stretch


@dataclass(frozen=True, slots=True)
class ForeignRef:
    """How another system names one of its things: FHIR's Identifier or a resource's address."""

    system: str
    """Whose name it is: one for each kind of thing in each clinic's system."""
    value: str


class TimeState(StrEnum):
    """What another system says of a time."""

    FREE = "free"
    TAKEN = "taken"
    """Somebody has it, or is about to."""
    CLOSED = "closed"
    """The doctor does not receive then, though the time is named."""


@dataclass(frozen=True, slots=True)
class ForeignSlot:
    """A time of a doctor, as the clinic's own system names it."""

    ref: ForeignRef
    doctor: str
    """How that system names the doctor's schedule: a key of `SystemSettings.doctors`."""
    stretch: Stretch
    """In aware UTC."""
    state: TimeState
    version: str = ""
    """What a change of it is guarded by (FHIR: the ETag); empty: nothing."""


@dataclass(frozen=True, slots=True)
class ForeignHold:
    """A time that is kept there for us under a key, for a while."""

    slot: ForeignSlot
    ref: ForeignRef
    until: datetime


class ForeignState(StrEnum):
    """Where a visit is in its life there."""

    PENDING = "pending"
    """Asked for, and not promised: whoever asked under this key may go on or take it back."""
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    NO_SHOW = "no-show"


@dataclass(frozen=True, slots=True)
class ForeignVisit:
    """A visit as it stands there: it was read, and is no echo of what was asked for."""

    ref: ForeignRef
    state: ForeignState
    doctor: str
    stretch: Stretch | None
    """None: it does not say. Who only asked, or has cancelled, need not (FHIR)."""
    patient: ForeignRef | None = None
    """Who it is for there; None: not said."""
    slot: ForeignRef | None = None
    version: str = ""
    key: str = ""
    """The key under which we asked for it; empty: that system keeps none, or others booked it."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who a child is, as far as the clinic's system may be told. What is not sent is not here."""

    name: str
    """As the family wrote it."""
    birth_date: date
    phone: str = ""
    """In E.164; empty: the clinic does not ask for it, or the parent has not agreed."""
    ref: ForeignRef | None = None
    """How that system named the child when it was last met; None: it never was."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a system can do, found by asking it."""

    hold: bool = False
    """A time can be kept for minutes before it is booked."""
    if_match: bool = False
    """A change is refused where somebody else was quicker; otherwise it is read back."""
    move: bool = False
    """A visit can be given another time and keeps its reference; otherwise a new one is booked
    first, and then the old one is cancelled."""
    keyed: bool = False
    """It keeps our key: what was asked for can be looked up by it, and asking again under it
    makes no second visit. Otherwise people settle what a silence left open."""


@dataclass(frozen=True, slots=True)
class Window:
    """Times that are looked at: of these doctors, that start within the stretch."""

    doctors: Sequence[str]
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class News:
    """What became otherwise there since it was asked last."""

    slots: Sequence[ForeignSlot] = ()
    visits: Sequence[ForeignVisit] = ()
    mark: str = ""
    """Where to go on from next time, in that system's own words; what was in flight then may come
    twice. Empty: it cannot tell what changed, and windows have to be read whole."""


class Refused(StrEnum):
    """Why a system did not do what it was asked: a closed set, whatever its own words are."""

    TAKEN = "taken"
    """Somebody else has the time, or it is no more."""
    HAS_DOCTOR = "has-doctor"
    """The child has a visit with this doctor there already."""
    HAS_SPECIALITY = "has-speciality"
    """The child has a visit with a doctor of this speciality there already."""
    WRONG_AGE = "wrong-age"
    UNKNOWN_PATIENT = "unknown-patient"
    """That clinic knows no such child, or two of them, and makes no new card by itself."""
    UNAUTHORISED = "unauthorised"
    THROTTLED = "throttled"
    AWAY = "away"
    """It did not answer, or says that it cannot now."""
    UNKNOWN = "unknown"
    """It said something that nobody here understands."""


FINAL = frozenset(
    {
        Refused.TAKEN,
        Refused.HAS_DOCTOR,
        Refused.HAS_SPECIALITY,
        Refused.WRONG_AGE,
        Refused.UNKNOWN_PATIENT,
    }
)
"""A no to the family: asking the same again is of no use."""


class SentPart(StrEnum):
    """What of a child is sent to the clinic's system."""

    NAME = "name"
    BIRTH_DATE = "birth-date"
    PHONE = "phone"


class PatientRule(StrEnum):
    """What is done about a child whom the system does not know."""

    ONLY_KNOWN = "only-known"
    CREATE = "create"


class SystemKind(StrEnum):
    """Which adapter speaks to it."""

    FHIR = "fhir"
    FIRST_BIT = "1bit"


class Authorisation(StrEnum):
    """How we say there who we are."""

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"
    SMART = "smart"
    """SMART Backend Services: client_credentials with a signed assertion."""
    IN_BODY = "in-body"
    """The key is a field of what is sent (1С)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSettings:
    """How a clinic's own system is reached, and what it is told."""

    kind: SystemKind
    url: str
    """Its base, without a slash at the end."""
    authorisation: Authorisation = Authorisation.NONE
    client: str = ""
    """Who we are there: a login, a client_id."""
    secret: str = ""
    """What our key is called among the process's secrets; a key itself is never a setting."""
    token_url: str = ""
    """Where a token is given (SMART); empty: as the system says itself."""
    doctors: dict[str, str] = field(default_factory=dict)
    """How the system names a doctor's schedule, and how the doctor is called here."""
    sends: frozenset[SentPart] = frozenset({SentPart.NAME, SentPart.BIRTH_DATE})
    patients: PatientRule = PatientRule.ONLY_KNOWN
    dialect: dict[str, str | int | bool] = field(default_factory=dict)
    """What the adapter leaves open: its own switches, checked by it."""
    patience_seconds: int = 10
    """How long one request may take."""
    poll_seconds: int = 60
    """How often its times are read."""
    stale_minutes: int = 10
    """Times that were read longer ago than this are shown with their age."""
    closed_minutes: int = 60
    """And longer ago than this they are not shown: nothing can be booked."""
    answer_minutes: int = 15
    """Until when a family that waits is promised an answer."""
