"""A clinic as it says itself, its doctors and its districts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.model.ids import ClinicId, DistrictId, DoctorId


class Reason(StrEnum):
    """Why a child comes to the doctor: as much as routing needs, and nothing of the complaint."""

    ILLNESS = "illness"
    CONSULTATION = "consultation"
    REPEAT = "repeat"
    AFTER_ILLNESS = "after-illness"
    CHECK_UP = "check-up"
    VACCINATION = "vaccination"
    """The examination before it."""
    INFANT_DAY = "infant-day"
    """The clinic's hours for healthy children under one year."""
    CERTIFICATE = "certificate"
    """Or a referral."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one person can have at once, so that a prankster cannot empty a Monday (R51)."""

    children: int = 8
    """In the person's care."""
    visits: int = 8
    """Ahead at one clinic, of all these children together."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Two times on the clinic's wall; an end at midnight is the end of that day."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Reminding:
    """When a clinic reminds families of a visit, unless they wish otherwise."""

    evening: time = time(18)
    """On the day before, on the clinic's wall."""
    before: timedelta = timedelta(hours=2)
    """How long before the visit, once more."""


class Unanswered(StrEnum):
    """What becomes of a visit that waits for the doctor's word when nobody has answered in time."""

    BOOKED = "booked"
    GIVEN_BACK = "given-back"
    """Its time is free again, and the family looks for another one."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """How long a visit waits for the doctor's word, and what follows where it does not come."""

    within: timedelta = timedelta(hours=4)
    """Counted from the booking, without the clinic's quiet hours."""
    before: timedelta = timedelta(hours=2)
    """At the latest so long before the visit."""
    unanswered: Unanswered = Unanswered.BOOKED


class LegalBasis(StrEnum):
    """Why a clinic may keep data about a family's health (152-FZ art. 10)."""

    CONSENT = "consent"
    """The parent's consent: the tap is one."""
    SECRECY = "secrecy"
    """Part 2 item 4: the clinic is bound by medical secrecy. The tap says the text was read."""


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
    """What the clinic tells a family whose child is ill now. The words are the clinic's own, and
    are told only once a doctor has signed them: see `signed_ill_words`."""
    ill_words_signed_by: str = ""
    """The doctor who answers for them; without one they are a draft."""
    urgent_phone: str = ""
    """Whom to call at the clinic when it cannot wait; none is left out."""
    directions: str = ""
    """How to get there and in, in the clinic's own words."""
    position: Position | None = None
    duty: str = ""
    """Who sees a child today when every time is taken, in the clinic's own words."""
    notice: timedelta = timedelta(minutes=30)
    """How long before its start a slot stops being bookable."""
    horizon_days: int = 14
    """How many days ahead families see times, today not counted."""
    opens_at: time = time.min
    """When the last day of the horizon opens, on the clinic's wall."""
    one_visit_per_doctor: bool = True
    """Whether a child may have only one visit ahead with the same doctor."""
    hold: timedelta = timedelta(minutes=3)
    """How long a time is kept for the family that looks at it before booking; zero: not at all."""
    offer: timedelta = timedelta(hours=2)
    """How long times are kept for a family whose visit the clinic cannot keep, from when it is
    told."""
    limits: Limits = Limits()
    reminding: Reminding = Reminding()
    quiet: Hours = Hours(time(21), time(7))
    """When families are left in peace, over midnight if it ends earlier than it starts; two equal
    times are never."""
    preparation: Mapping[Reason, str] = field(default_factory=dict)
    """The clinic's own words about how to prepare; where it has none, the bot's."""
    doctors_confirm: bool = False
    """Whether what a family books itself is booked only once the doctor has said so."""
    confirming: Confirming = Confirming()
    cancellation: str = ""
    """What the clinic asks of who cancels, in its own words, one line."""
    legal_basis: LegalBasis = LegalBasis.CONSENT
    doctors_answer: bool = False
    """Whether questions about a visit go to its doctor; otherwise they go to the registry."""
    answer_within: timedelta = timedelta(hours=4)
    """How long a question may wait before whoever can answer is reminded of it, once."""

    @property
    def signed_ill_words(self) -> str:
        """What a family may be told whose child is ill; empty where nobody has signed anything."""
        return self.ill_words if self.ill_words_signed_by else ""

    def wall(self, moment: datetime) -> datetime:
        """The moment as the clinic's clock shows it, aware, in the clinic's zone."""
        return moment.astimezone(self.zone)

    def today(self, now: datetime) -> date:
        """The date on the clinic's wall at a moment."""
        return self.wall(now).date()

    def at(self, day: date, hour: time = time.min) -> datetime:
        """The UTC instant of an hour on a day of the clinic's wall; by default the day's beginning.

        Of an hour that the clock shows twice it is the first; one that it skips comes as much later
        as is skipped.
        """
        return datetime.combine(day, hour, self.zone).astimezone(UTC)


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
class District:
    """The addresses that a district pediatrician looks after (участок)."""

    id: DistrictId
    doctor: Doctor
    name: str


class Side(StrEnum):
    """Of a street, or of a calendar: which numbers are meant."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"

    def has(self, number: int) -> bool:
        """Whether a house or a day of the month with this number is meant."""
        return self is Side.ALL or (number % 2 == 0) == (self is Side.EVEN)


@dataclass(frozen=True, slots=True)
class Addresses:
    """A part of a street that belongs to a district."""

    street: str
    side: Side = Side.ALL
    first: int = 1
    last: int | None = None
    """The last house, included; None is to the end of the street."""
