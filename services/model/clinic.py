"""A clinic as it says itself, its doctors and its districts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.model.check_ups.calendar import CheckUpCalendar
from services.model.ids import ClinicId, DistrictId, DoctorId
from services.model.reserved.times import Reserving
from services.model.settings.kinds import Code, Days, Number, OneOf, Phone, Words, YesOrNo
from services.model.settings.moments import CalendarDay, QuietHours, Span, TimeOfDay
from services.model.settings.no_shows import NoShows
from services.model.settings.places import Place, Zone
from services.model.settings.setting import Group, setting, settings_of
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind
from services.model.settings.visit_kinds import Reason as Reason  # for who names a usual kind
from services.model.settings.waitlist import Waitlisting


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float


LONGEST_NAME = 100
LONGEST_LINE = 200
LONGEST_NOTE = 500
LONGEST_ILL_WORDS = 2500
LONGEST_DANGER = 400
REVIEWED_WITHIN = timedelta(days=365)
"""So long the words for an ill child stand without a doctor's looking at them again."""
LONGEST_CONSENT = 3500
"""With its heading, or with what it was before, it fits into a message of Telegram: 4096."""

_NAME = Words(LONGEST_NAME, needed=True)
_NOTE = Words(LONGEST_NOTE, lines=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one person can have at once, so that a prankster cannot empty a Monday (R51)."""

    children: int = field(
        default=8,
        metadata=setting(Number(1, 20), Group.BOOKING, at="booking.most_children", wanted=True),
    )
    """In the person's care."""
    visits: int = field(
        default=8,
        metadata=setting(Number(1, 50), Group.BOOKING, at="booking.most_visits", wanted=True),
    )
    """Ahead at one clinic, of all these children together."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Two times on the clinic's wall; an end at midnight is the end of that day."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Reminding:
    """When a clinic reminds families of a visit, unless they wish otherwise."""

    evening: time = field(
        default=time(18), metadata=setting(TimeOfDay(), Group.REMINDERS, wanted=True)
    )
    """On the day before, on the clinic's wall."""
    before: timedelta = field(
        default=timedelta(hours=2),
        metadata=setting(
            Span(30, 24 * 60), Group.REMINDERS, at="reminders.before_minutes", wanted=True
        ),
    )
    """How long before the visit, once more."""


class Unanswered(StrEnum):
    """What becomes of a visit that waits for the doctor's word when nobody has answered in time."""

    BOOKED = "booked"
    GIVEN_BACK = "given-back"
    """Its time is free again, and the family looks for another one."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """How long a visit waits for the doctor's word, and what follows where it does not come."""

    within: timedelta = field(
        default=timedelta(hours=4),
        metadata=setting(
            Span(30, 72 * 60),
            Group.CONFIRMING,
            key="confirm-in",
            at="booking.confirm_within_minutes",
        ),
    )
    """Counted from the booking, without the clinic's quiet hours."""
    before: timedelta = field(
        default=timedelta(hours=2),
        metadata=setting(
            Span(0, 7 * 24 * 60),
            Group.CONFIRMING,
            key="confirm-by",
            at="booking.confirm_before_minutes",
        ),
    )
    """At the latest so long before the visit."""
    unanswered: Unanswered = field(
        default=Unanswered.BOOKED, metadata=setting(OneOf(Unanswered), Group.CONFIRMING)
    )


class LegalBasis(StrEnum):
    """Why a clinic may keep data about a family's health (152-FZ art. 10)."""

    CONSENT = "consent"
    """The parent's consent: the tap is one."""
    SECRECY = "secrecy"
    """Part 2 item 4: the clinic is bound by medical secrecy. The tap says the text was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicProfile:
    """What a clinic says of itself and how it lets families book.

    A field's metadata is all that makes it a setting: screens, file, template and storage follow
    (decision 52), in this order. Its words are in `bot/flows/clinic/wording.py`.
    """

    code: str = field(metadata=setting(Code(), None, at="code"))
    """Names the clinic in a poster link; public."""
    name: str = field(metadata=setting(_NAME, Group.CONTACTS))
    phone: str = field(metadata=setting(Phone(), Group.CONTACTS))
    """The registry's phone."""
    home_call_phone: str = field(
        metadata=setting(Phone(), Group.CONTACTS, key="home-phone", at="home_call.phone")
    )
    home_call_hours: str = field(
        metadata=setting(_NAME, Group.CONTACTS, key="home-hours", at="home_call.hours")
    )
    """When a doctor can be called to the home, in the clinic's own words, e.g. "7:30-12:00"."""
    home_call_terms: str = field(
        default="",
        metadata=setting(
            Words(LONGEST_LINE), Group.CONTACTS, key="home-terms", at="home_call.terms"
        ),
    )
    """Whither the doctor comes and at what price, in the clinic's own words."""
    urgent_phone: str = field(
        default="", metadata=setting(Phone(needed=False), Group.CONTACTS, key="urgent")
    )
    """Whom to call at the clinic when it cannot wait; none is left out."""
    duty: str = field(default="", metadata=setting(_NOTE, Group.CONTACTS))
    """Who sees a child today when every time is taken, in the clinic's own words."""
    address: str = field(
        metadata=setting(Words(LONGEST_LINE, needed=True), Group.CONTACTS),
    )
    directions: str = field(default="", metadata=setting(_NOTE, Group.CONTACTS, key="way"))
    """How to get there and in, in the clinic's own words."""
    position: Position | None = field(
        default=None,
        metadata=setting(
            Place(Position), Group.CONTACTS, key="map", at=("map.latitude", "map.longitude")
        ),
    )
    zone: ZoneInfo = field(metadata=setting(Zone(), Group.CONTACTS))
    horizon_days: int = field(
        default=14, metadata=setting(Days(1, 180), Group.BOOKING, key="horizon", wanted=True)
    )
    """How many days ahead families see times, today not counted."""
    opens_at: time = field(
        default=time.min, metadata=setting(TimeOfDay(), Group.BOOKING, key="opens", wanted=True)
    )
    """When the last day of the horizon opens, on the clinic's wall."""
    notice: timedelta = field(
        default=timedelta(minutes=30),
        metadata=setting(
            Span(0, 7 * 24 * 60), Group.BOOKING, at="booking.notice_minutes", wanted=True
        ),
    )
    """How long before its start a slot stops being bookable."""
    hold: timedelta = field(
        default=timedelta(minutes=3),
        metadata=setting(Span(0, 30), Group.BOOKING, at="booking.hold_minutes", wanted=True),
    )
    """How long a time is kept for the family that looks at it before booking; zero: not at all."""
    offer: timedelta = field(
        default=timedelta(hours=2),
        metadata=setting(Span(15, 24 * 60), Group.BOOKING, at="booking.offer_minutes", wanted=True),
    )
    """How long times are kept for a family whose visit the clinic cannot keep, from when it is
    told."""
    one_visit_per_doctor: bool = field(
        default=True, metadata=setting(YesOrNo(), Group.BOOKING, key="one-visit", wanted=True)
    )
    """Whether a child may have only one visit ahead with the same doctor."""
    reserved: Reserving = field(default_factory=Reserving)
    doctors_confirm: bool = field(
        default=False, metadata=setting(YesOrNo(), Group.CONFIRMING, key="confirm")
    )
    """Whether what a family books itself is booked only once the doctor has said so."""
    confirming: Confirming = Confirming()
    limits: Limits = Limits()
    cancellation: str = field(
        default="", metadata=setting(Words(LONGEST_LINE), Group.BOOKING, key="cancelling")
    )
    """What the clinic asks of who cancels, in its own words, one line."""
    reminding: Reminding = Reminding()
    quiet: Hours = field(
        default=Hours(time(21), time(7)),
        metadata=setting(
            QuietHours(Hours),
            Group.REMINDERS,
            at=("reminders.quiet_from", "reminders.quiet_until"),
            wanted=True,
        ),
    )
    """When families are left in peace, over midnight if it ends earlier than it starts; two equal
    times are never."""
    doctors_answer: bool = field(
        default=False, metadata=setting(YesOrNo(), Group.QUESTIONS, key="answers")
    )
    """Whether questions about a visit go to its doctor; otherwise they go to the registry."""
    answer_within: timedelta = field(
        default=timedelta(hours=4),
        metadata=setting(
            Span(30, 7 * 24 * 60),
            Group.QUESTIONS,
            key="waits",
            at="questions.answer_within_minutes",
        ),
    )
    """How long a question may wait before whoever can answer is reminded of it, once."""
    ill_words: str = field(
        default="", metadata=setting(Words(LONGEST_ILL_WORDS, lines=True), Group.TEXTS)
    )
    """What the clinic tells a family whose child is ill now. The words are the clinic's own, and
    are told only once a doctor has signed them: see `signed_ill_words`."""
    ill_words_en: str = field(
        default="",
        metadata=setting(Words(LONGEST_ILL_WORDS, lines=True), Group.TEXTS, key="ill-en"),
    )
    """The same in English, where the clinic has it."""
    ill_danger: str = field(
        default="",
        metadata=setting(Words(LONGEST_DANGER, lines=True), Group.TEXTS, key="ill-danger"),
    )
    """When to call 103 or 112 at once, in the clinic's own words; where it has none, the bot's."""
    ill_danger_en: str = field(
        default="",
        metadata=setting(Words(LONGEST_DANGER, lines=True), Group.TEXTS, key="danger-en"),
    )
    """The same in English, where the clinic has words of its own."""
    ill_words_signed_by: str = field(
        default="", metadata=setting(Words(LONGEST_NAME), Group.TEXTS, key="signed-by")
    )
    """The doctor who answers for these words; without one they are a draft."""
    ill_words_version: int = field(default=0, metadata=setting(Number(0, 99_999), None, noted=True))
    """How often other words were signed; 0: never since it is noted."""
    ill_words_signed_on: date | None = field(
        default=None, metadata=setting(CalendarDay(), None, noted=True)
    )
    """When the doctor last answered for them; None: nobody does, or it was not noted yet."""
    legal_basis: LegalBasis = field(
        default=LegalBasis.CONSENT, metadata=setting(OneOf(LegalBasis), Group.TEXTS, key="basis")
    )
    erase_wait: timedelta = field(
        default=timedelta(hours=24),
        metadata=setting(Span(0, 72 * 60), Group.TEXTS, key="erase-wait", at="erase_wait_minutes"),
    )
    """How long a family can take back that everything about it be erased; zero: not at all."""
    preparation: Mapping[KindKey, str] = field(
        default_factory=dict,
        metadata=setting(
            _NOTE,
            Group.PREPARATION,
            each={
                Reason.ILLNESS: "p-illness",
                Reason.CONSULTATION: "p-consult",
                Reason.REPEAT: "p-repeat",
                Reason.AFTER_ILLNESS: "p-after",
                Reason.CHECK_UP: "p-check-up",
                Reason.VACCINATION: "p-vaccine",
                Reason.INFANT_DAY: "p-infants",
                Reason.CERTIFICATE: "p-certif",
            },
        ),
    )
    """The clinic's own words about how to prepare; where it has none, the bot's."""
    check_ups: CheckUpCalendar = field(default_factory=CheckUpCalendar)
    no_shows: NoShows = field(default_factory=NoShows)
    waitlist: Waitlisting = field(default_factory=Waitlisting)
    kinds: tuple[VisitKind, ...] = USUAL_KINDS
    """What a child can come for, in the clinic's order, hidden kinds included."""

    def kind(self, key: KindKey) -> VisitKind:
        """The kind of this name. One that the clinic has not is hidden: nobody books it."""
        found = (kind for kind in self.kinds if kind.key == key)
        return next(found, VisitKind(key, hidden=True))

    @property
    def signed_ill_words(self) -> str:
        """What a family may be told whose child is ill; empty where nobody has signed anything."""
        return self.ill_words if self.ill_words_signed_by else ""

    @property
    def ill_words_are_draft(self) -> bool:
        """Whether there are words that families do not see, as nobody signed them."""
        return any(self.ill_texts) and not self.signed_ill_words

    def ill_words_are_due(self, today: date) -> bool:
        """Whether a doctor is to look at the signed words again: a year after the last time, or
        where nobody noted when that was."""
        if not self.signed_ill_words:
            return False
        last = self.ill_words_signed_on
        return last is None or today >= last + REVIEWED_WITHIN

    @property
    def ill_texts(self) -> tuple[str, ...]:
        """What a doctor signs."""
        return self.ill_words, self.ill_words_en, self.ill_danger, self.ill_danger_en

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
    times_apart: bool = False
    """Whether its clocks are others since lately, and the stored times are not all made by them
    yet: until then nobody gets one."""
    own_system: bool = False
    """Whether its times are those of a system of its own, which says what is booked."""


_KEPT = settings_of(ClinicProfile)
SETTINGS = tuple(each for each in _KEPT if not each.noted)
"""All that a clinic says of itself, in the order in which it is shown."""
NOTED = tuple(each for each in _KEPT if each.noted)
"""What the house notes beside."""


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
