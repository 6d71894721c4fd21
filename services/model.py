"""The words of the house as types: immutable values with typed ids.

Every `datetime` here is aware UTC; `local_start` and its kin turn it into the clinic's wall time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

PersonId = NewType("PersonId", int)
ChildId = NewType("ChildId", int)
ClinicId = NewType("ClinicId", int)
DoctorId = NewType("DoctorId", int)
DistrictId = NewType("DistrictId", int)
SlotId = NewType("SlotId", int)
AppointmentId = NewType("AppointmentId", int)
QuestionId = NewType("QuestionId", int)
AbsenceId = NewType("AbsenceId", int)
BroadcastId = NewType("BroadcastId", int)


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
    unreachable: bool = False
    """Whether they cannot be written to since they blocked the bot; until they write again."""


@dataclass(frozen=True, slots=True)
class ReminderWishes:
    """When and how a person wants to be reminded of visits; by default, as the clinic does."""

    evening: bool = True
    """Whether on the evening before."""
    evening_at: time | None = None
    """On the clinic's wall; None: when the clinic does."""
    soon: bool = True
    """Whether once more on the day, some hours before."""
    before: timedelta | None = None
    """How long before the visit; None: as long as the clinic does."""
    discreet: bool = False
    """Whether nothing but the time is said: neither name nor doctor nor clinic."""


PhoneNumber = NewType("PhoneNumber", str)
"""In the form of E.164: "+79161234567"."""


@dataclass(frozen=True, slots=True)
class Phone:
    """The number by which the registry knows who calls."""

    number: PhoneNumber = field(repr=False)  # nobody's to see in a log (R34)
    given_at: datetime
    verified_at: datetime | None
    """When Telegram vouched for it as the person's own; None: the registry wrote it down."""


@dataclass(frozen=True, slots=True)
class Child:
    """The patient. The name is whatever the parent chose to type."""

    id: ChildId
    name: str
    birth_date: date
    district_id: DistrictId | None = None
    """Where the child belongs by address; the address itself is not kept."""


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
class Need:
    """What a family asks for: a visit of a child for a reason, perhaps instead of another one."""

    child_id: ChildId
    reason: Reason
    moves: AppointmentId | None = None
    """The visit that is to be moved."""


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


class Role(StrEnum):
    """What a member of a clinic's staff may do."""

    ADMINISTRATOR = "administrator"
    """Invites and dismisses the others, and all that a registrar may."""
    REGISTRAR = "registrar"
    DOCTOR = "doctor"
    """Sees their own visits, answers for them, and names the next ones."""


PostId = NewType("PostId", int)


@dataclass(frozen=True, slots=True)
class Post:
    """A person's role in a clinic's staff, while it stands."""

    id: PostId
    clinic: Clinic
    person: PersonId
    role: Role
    doctor: Doctor | None
    """Who the person is in the schedule; for doctors only."""
    name: str
    """How colleagues see the person."""


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


@dataclass(frozen=True, slots=True)
class Reception:
    """Hours in which a doctor receives, and how they are cut into visits.

    Raises:
        ValueError: a visit takes no whole minutes.
    """

    hours: Hours
    visit: timedelta
    breaks: Sequence[Hours] = ()
    reasons: frozenset[Reason] = frozenset()
    """What these hours are for; none named is any but the infants' day."""

    def __post_init__(self) -> None:
        if self.visit <= timedelta(0) or self.visit % timedelta(minutes=1):
            raise ValueError("a visit takes whole minutes")


EVERY_WEEKDAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class ScheduleRule:
    """Says when a doctor receives: on certain weekdays, on all, even or odd days of the month."""

    reception: Reception
    valid_from: date
    valid_until: date | None = None
    """The last day, included; None is until further notice."""
    weekdays: frozenset[int] = EVERY_WEEKDAY
    """0 is Monday, as in `date.weekday()`."""
    days: Side = Side.ALL


@dataclass(frozen=True, slots=True)
class ScheduleException:
    """Days on which a doctor keeps other hours than the rules say; without any, no hours."""

    first: date
    last: date
    receptions: Sequence[Reception] = ()


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days on which nobody at a clinic receives, but for doctors with an exception of their own."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which a doctor is away, and who sees the children of their district meanwhile."""

    first: date
    last: date
    substitute: DoctorId | None = None
    in_their_hours: bool = False
    """Whether the substitute receives in the absent doctor's hours too."""


DeviationId = NewType("DeviationId", int)


class DeviationKind(StrEnum):
    """Why some days are not as the rules say; ids are told apart within a kind."""

    HOURS = "hours"
    LEAVE = "leave"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Delay:
    """How late a doctor is on a day, as was said last."""

    minutes: int
    """None is that they are on time again."""
    step: int
    """How often it was said that day."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Some days of a clinic that are not as the rules say, and may be taken back."""

    id: DeviationId
    kind: DeviationKind
    clinic_id: ClinicId
    doctor_id: DoctorId | None
    """None: the whole clinic."""
    what: ScheduleException | Leave | Holiday


@dataclass(frozen=True, slots=True)
class DayLoad:
    """How full a doctor's day is."""

    taken: int
    """Times that a visit stands on, or that somebody has whom nobody here knows."""
    free: int
    """Times that families could have, now or when the day was ahead."""

    @property
    def all(self) -> int:
        return self.taken + self.free


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody else's hours that a doctor takes over for some days."""

    first: date
    last: date
    rules: Sequence[ScheduleRule]


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when one doctor receives."""

    rules: Sequence[ScheduleRule] = ()
    exceptions: Sequence[ScheduleException] = ()
    """Where two meet, the later one in this list counts."""
    holidays: Sequence[Holiday] = ()
    leaves: Sequence[Leave] = ()
    covers: Sequence[Cover] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: from `starts_at` up to, but without, `ends_at`."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two share any moment; touching ends share none."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Opening:
    """A visit's time as a schedule gives it, before it is stored."""

    stretch: Stretch
    reasons: frozenset[Reason] = frozenset()
    """What it is for; none named is any."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One receivable stretch of a doctor's time."""

    id: SlotId
    doctor: Doctor
    stretch: Stretch
    open: bool
    taken: bool
    """Whether an active appointment stood on it when it was read: already old by now."""
    held: bool = False
    """Whether it was kept for another family when it was read."""
    reasons: frozenset[Reason] = frozenset()
    """What it is for; none named is any."""
    extra: bool = False
    """Whether the registry squeezed it in: beside the doctor's other times, and never free."""

    @property
    def starts_at(self) -> datetime:
        return self.stretch.starts_at

    @property
    def local_start(self) -> datetime:
        """The start on the clinic's wall."""
        return self.starts_at.astimezone(self.doctor.clinic.zone)


class Taker(StrEnum):
    """Who has a time that no child of ours has."""

    CALLER = "caller"
    """Somebody whom the registry took no name of."""
    ELSEWHERE = "elsewhere"
    """Somebody in the clinic's other system, or on paper; or it is kept closed there."""


@dataclass(frozen=True, slots=True)
class Taking:
    """That a time is somebody's whom we do not know: closed to families until it is given back."""

    taker: Taker
    reference: str = ""
    """How the other system names it."""


@dataclass(frozen=True, slots=True)
class VisitCode:
    """What a code from the registry opens, whoever says it."""

    clinic_id: ClinicId
    child_id: ChildId
    over: bool
    """Whether it was used, or is too old."""


@dataclass(frozen=True, slots=True)
class GridTime:
    """One of a doctor's times, whoever has it."""

    slot: Slot
    taking: Taking | None = None
    """Who has it whom we do not know."""


class AppointmentState(StrEnum):
    """Where an appointment is in its life; `rules.may_become` says what may follow what."""

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
    reason: Reason
    uid: str
    """Names the visit in calendars, for good (R24)."""
    sequence: int
    """How often it was changed, for calendars: the higher one counts."""
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

    @property
    def is_pending(self) -> bool:
        """Whether it waits for the doctor's word: it is no booking yet."""
        return self.state is AppointmentState.PENDING

    @property
    def number(self) -> str:
        """The visit's short number, to be said over the phone."""
        return visit_number(self.id)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody of the staff said to a question, or added."""

    role: Role
    """Whose words they are to the family: it learns no name."""
    text: str = field(repr=False)  # nobody's to see in a log (R34), as the question's
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What a parent asked about a visit, and what was said to it, in order."""

    id: QuestionId
    appointment_id: AppointmentId
    asked_by: PersonId
    to_doctor: bool
    """Whether the visit's doctor is asked, too; the registry always may answer."""
    text: str = field(repr=False)
    asked_at: datetime
    answers: Sequence[Answer] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return not self.answers


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


class Purpose(StrEnum):
    """What a consent is for. Each purpose has a document of its own (152-FZ art. 9, 2025-09-01)."""

    PROCESSING = "processing"
    REMINDERS = "reminders"
    NEWS = "news"
    CHECK_UPS = "check-ups"
    """To be told when a check-up is due by the child's age."""


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
    ADDRESS = "address"
    """By which the district of a child is found."""
    NEW_NAME = "new-name"
    """Of a child who has one."""
    NEW_BIRTH_DATE = "new-birth-date"
    CLINIC_FACT = "clinic-fact"
    """What the clinic says of itself; the topic names what, and holds what was typed."""
    FAMILY_PHONE = "family-phone"
    """Of a child whom the registry knows, by which the family can be called."""
    WHOM = "whom"
    """Whom somebody at the desk looks for: whatever is typed there."""
    SCHEDULE = "schedule"
    """Hours, or days, of a schedule; the topic is a draft (see `drafts`)."""
    ABSENCE = "absence"
    """The days of a doctor's absence; the topic is the doctor's id."""
    STAFF_NOTE = "staff-note"
    """For colleagues, at a visit: the topic is its id."""
    TIMES = "times"
    """Nothing but a "yes" to a sheet of times; the topic says which (see `imports`)."""
    ABOUT_VISIT = "about-visit"
    """A parent's question to the clinic; the topic is the visit."""
    ANSWER = "answer"
    """The staff's answer to it; see `questions`."""
    NEWS = "news"
    """The text of a broadcast, and then how many get it; the topic is a draft (see `news`)."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked of a person, and for what."""

    asked: Asked
    clinic_id: ClinicId
    asked_at: datetime
    child_name: str = ""
    """Of a child who is being added, once it was typed."""
    child_id: ChildId | None = None
    """Of a child who is there already."""
    post_id: PostId | None = None
    """In which of their posts the person was asked; None: as a parent."""
    topic: str = ""
    """What else the answer is for, in the words of whoever asked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which slots a child can take at a clinic, as `rules.wish_of` sees it at one moment."""

    person: PersonId | None
    """Who asks: what is held for them is free to them. None: the clinic does."""
    now: datetime
    """Holds that end after this moment are alive."""
    reason: Reason
    earliest: datetime
    latest: datetime
    """Slots start before this."""
    busy: Sequence[Stretch]
    """When the child is somewhere else already."""
    seen_by: frozenset[DoctorId]
    """Doctors who expect the child already and take no second visit."""
    moves: AppointmentId | None = None
    """The visit that is to be moved: what is offered to it is free to it."""


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """What a doctor has left for a wish."""

    earliest: Slot
    count: int
    """How many times, up to the end of the horizon."""


@dataclass(frozen=True, slots=True)
class DayTimes:
    """A day of the clinic on which a doctor receives."""

    day: date
    free: int
    """How many of the day's times fit a wish; none is a day that is full."""


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """That a family has to be phoned: the clinic changed its visit, and the bot did not say so."""

    visit: Appointment
    """As it stands since the change."""
    before: Slot | None
    """Where it was, if it was moved."""
    done_at: datetime | None
    """When somebody phoned."""


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


class NotificationKind(StrEnum):
    """What somebody must be told."""

    BOOKED = "booked"
    """How a visit stands that was booked or moved, if the answer to that could not be shown."""
    MOVED = "moved"
    """The clinic gave the visit another time."""
    CANCELLED = "cancelled"
    """The clinic cancelled it."""
    CANCELLED_AS_ASKED = "cancelled-as-asked"
    """The clinic cancelled it because the family had called."""
    SUBSTITUTED = "substituted"
    """Another doctor sees the child, at the same time."""
    NEEDS_TIME = "needs-time"
    """The doctor is absent: the family chooses another time."""
    STANDS_AGAIN = "stands-again"
    """The doctor comes after all: the visit stands as before."""
    EVENING = "evening"
    """The reminder on the evening before."""
    SOON = "soon"
    """The reminder some hours before."""
    CONFIRMED = "confirmed"
    """A visit that waited for the doctor's word is booked."""
    DECLINED = "declined"
    """It is not: somebody of the clinic said so."""
    LAPSED = "lapsed"
    """It is not: nobody answered in time."""
    TO_CONFIRM = "to-confirm"
    """For the doctor, or the registry: a visit waits for their word."""
    LATE = "late"
    """The doctor is late, or on time again."""
    QUESTION = "question"
    """To the staff: a family asks."""
    STILL_ASKED = "still-asked"
    """To the staff, once more: it waits for its answer."""
    ANSWER = "answer"
    """To who asked: the clinic has answered."""
    NEWS = "news"
    """What the clinic broadcasts."""


REMINDERS = frozenset({NotificationKind.EVENING, NotificationKind.SOON})
FOR_STAFF = frozenset(
    {NotificationKind.TO_CONFIRM, NotificationKind.QUESTION, NotificationKind.STILL_ASKED}
)
"""What is told to people of the clinic, not of the family."""


class Urgency(IntEnum):
    """Which of two messages that are due is sent first: the one with the lower number."""

    URGENT = 0
    """A visit is not what the family thinks it is."""
    REMINDER = 1
    NEWS = 2


class NotificationState(StrEnum):
    """What became of a notification."""

    PLANNED = "planned"
    HELD = "held"
    """Its broadcast is paused."""
    SENT = "sent"
    PAST = "past"
    """It could not be sent while it was of use."""
    VOID = "void"
    """What it was about was no longer so."""
    UNREACHABLE = "unreachable"
    """The person has blocked the bot, or is gone."""
    FAILED = "failed"
    """Telegram would not take it, and never will."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that a person is to be told, about a visit or by a broadcast."""

    kind: NotificationKind
    person: PersonId
    appointment_id: AppointmentId | None
    occasion: str
    """What happened, or which moment it is about: of each it is told once."""
    due_at: datetime
    useful_until: datetime
    """It is not told at this moment or later."""
    urgency: Urgency
    bundle: str = ""
    """What is due to one person at about one time and has the same bundle is told in one message;
    without one it is told alone."""
    broadcast_id: BroadcastId | None = None


NotificationId = NewType("NotificationId", int)


@dataclass(frozen=True, slots=True)
class Notification:
    """A planned notification that was claimed, to be sent by whoever claimed it."""

    id: NotificationId
    kind: NotificationKind
    person: Person
    appointment_id: AppointmentId | None
    occasion: str
    """What happened, or which moment it is about."""
    useful_until: datetime
    urgency: Urgency
    attempts: int
    """How often it was claimed, this time included."""
    claimed_until: datetime
    """When it is everybody's again, unless it was settled. It tells this claim from later ones."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A claimed notification that is still to be told, and the facts that it is about."""

    notification: Notification
    visit: Appointment | None
    """None: the person does not care for that child any more, has no post to see it in, or it is
    about none."""
    wishes: ReminderWishes
    post_id: PostId | None = None
    """The post in which a member of the staff is told."""
    news: "News | None" = None
    """The broadcast that it belongs to."""


class Whom(StrEnum):
    """Whom a broadcast goes to."""

    FAMILIES = "families"
    """All of the clinic's."""
    DISTRICT = "district"
    PATIENTS = "patients"
    """A doctor's: seen in the last year, or booked."""
    DAYS = "days"
    """Who comes on some days."""
    VISITS = "visits"
    """The same, of a change of these very visits: for that no consent to news is needed."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a broadcast goes to, at one clinic."""

    whom: Whom
    subject: int = 0
    """The district or the doctor, where it is one's."""
    first: date | None = None
    """The first of the days of the visits, where it is about days."""
    last: date | None = None
    """The last one, included."""

    @property
    def needs_consent(self) -> bool:
        """Whether it goes only to who agreed to be sent news."""
        return self.whom is not Whom.VISITS


class BroadcastState(StrEnum):
    """Where a broadcast is in its life."""

    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    """For good: who was not told yet is not told."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One text to many families of a clinic."""

    id: BroadcastId
    clinic: Clinic
    author: Person
    """Who is told how far it is."""
    audience: Audience
    text: str
    state: BroadcastState
    total: int
    """How many persons it was confirmed for."""
    confirmed_at: datetime
    planned_through: PersonId
    """Up to this person, in order of ids, everybody has a row of their own."""
    all_planned: bool
    message_id: int | None
    """In the author's chat: where it is said how far it is."""
    settled_at: datetime | None
    """When nobody was left to be told."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many persons an audience is."""

    recipients: int
    """Who would be told."""
    without_consent: int
    """Who would be, had they agreed to news."""
    unreachable: int
    """Who would be, had they not blocked the bot."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is to be told; of a change of visits, with the first of theirs."""

    person: PersonId
    appointment_id: AppointmentId | None = None
    visit: Stretch | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What one of a broadcast's messages needs to know when it is sent."""

    clinic: Clinic
    text: str
    audience: Audience
    state: BroadcastState
    agreed: bool
    """Whether the person's consent to news stands."""
