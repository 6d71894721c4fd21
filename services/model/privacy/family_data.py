"""Everything that is kept about a family, as one of its adults may have it (R74).

The names of these fields are the names in the file that the family gets: `docs/export.md` says what
each of them is, and a test sees to it. Moments are aware: those of visits and consents on the
wall of their clinic, all others on that of the clinic which the asker came to last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from services.model.access import Access, Role
from services.model.clinic import LegalBasis
from services.model.consents import Action, Channel, Purpose
from services.model.messages import NotificationKind, NotificationState
from services.model.people import Language
from services.model.settings.visit_kinds import KindKey
from services.model.visits import AppointmentState, Word


class Who(StrEnum):
    """Who did something. Nobody but the asker is named: others are others."""

    YOU = "you"
    FAMILY = "family"
    """Another adult who looks after the child now."""
    SOMEBODY = "somebody"
    """The clinic, or who looked after the child once."""
    NOBODY = "nobody"
    """The time to answer went by."""


@dataclass(frozen=True, slots=True)
class YourPhone:
    """A number of the asker's own."""

    number: str
    given_at: datetime
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class YourReminders:
    """How the asker wants to be reminded; None is as the clinic does."""

    evening: bool
    evening_at: time | None
    soon: bool
    minutes_before: int | None
    discreet: bool


@dataclass(frozen=True, slots=True)
class YourPost:
    """That the asker works at a clinic, or did."""

    clinic: str
    role: Role
    name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class You:
    """Who asks."""

    telegram_id: int
    language: Language
    came_last_to: str | None
    unreachable_since: datetime | None
    asked_now: str | None
    """The question that waits for the asker's typing, by its name."""
    typed: str | None
    """A child's name that was typed and is not entered yet."""
    phone: YourPhone | None
    reminders: YourReminders | None
    posts: Sequence[YourPost]
    erased_from: datetime | None = None
    """From when on everything is erased, as was asked for."""


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """That a consent was given or withdrawn."""

    number: int
    """Of its receipt."""
    action: Action
    channel: Channel
    by: Who
    legal_basis: LegalBasis
    """On which ground the clinic worked then."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent, with the document that was shown."""

    id: int | None
    """By which it can be opened; none of one on paper."""
    clinic_id: int
    clinic: str
    purpose: Purpose
    version: int
    text_sha256: str
    text: str
    channel: Channel
    given_at: datetime
    withdrawn_at: datetime | None
    history: Sequence[ConsentEvent] = ()
    """What became of it, the first first; not told in lists."""


@dataclass(frozen=True, slots=True)
class Refused:
    """That the asker said no, and is not asked again."""

    clinic: str
    purpose: Purpose
    version: int
    declined_at: datetime


@dataclass(frozen=True, slots=True)
class Adult:
    """Who looks after a child. Others' names and contacts are theirs."""

    who: Who
    role: str
    called: str
    """What the family calls them: a word of ours behind "@", or its own."""
    may_book: bool
    state: str
    since: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class NotedPhone:
    """A number that a clinic's registry wrote down for the child: its end, as it may be another
    adult's."""

    clinic: str
    ends_in: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a visit, and when."""

    at: datetime
    state: AppointmentState
    starts_at: datetime
    doctor: str
    by: Who


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What the clinic answered."""

    role: Role
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about a visit."""

    by: Who
    text: str
    to_doctor: bool
    at: datetime
    answers: Sequence[AnswerGiven]


@dataclass(frozen=True, slots=True)
class TimeOffered:
    """A time that the clinic offers in place of one that it took away."""

    doctor: str
    starts_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Phoned:
    """That the registry had to phone the family, and whether somebody did."""

    wanted_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit in any state."""

    number: str
    clinic_id: int
    clinic: str
    doctor: str
    room: str
    starts_at: datetime
    ends_at: datetime
    state: AppointmentState
    reason: KindKey
    reason_words: str
    """What the clinic calls it; empty where the bot's words do."""
    booked_at: datetime
    booked_by: Who
    coming_at: datetime | None
    confirm_by: datetime | None
    word: Word | None
    needs_time: bool
    in_your_calendar: bool
    """Whether the asker took its file for the calendar."""
    note_since: datetime | None
    """When the staff noted something for each other; it goes some days after the visit."""
    changes: Sequence[Change]
    questions: Sequence[Asked]
    offers: Sequence[TimeOffered]
    calls: Sequence[Phoned]


@dataclass(frozen=True, slots=True)
class Search:
    """The first time on a day that somebody looked for a time for the child."""

    clinic: str
    day: date
    asked_at: datetime
    earliest: datetime | None


@dataclass(frozen=True, slots=True)
class CheckUpTold:
    """That the asker's family was invited to a check-up of the child's."""

    clinic: str
    months: int
    """At which age it is."""
    invited_at: datetime
    passed_at: datetime | None
    """When the family said that it was had."""


@dataclass(frozen=True, slots=True)
class OfferTold:
    """A time that was offered to who waits, and what became of the offer."""

    doctor: str
    starts_at: datetime
    made_at: datetime
    state: str
    rank: str
    """Why it came before others."""


@dataclass(frozen=True, slots=True)
class WaitTold:
    """That the child waits, or waited, for a time."""

    clinic: str
    kind: str
    """A name of the clinic's kinds of visit, as in `Visit.reason`."""
    since: datetime
    first: date
    last: date
    state: str
    ended_at: datetime | None
    ended_as: str | None
    offers: Sequence[OfferTold] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody of a clinic's staff saw or changed something of the child's."""

    clinic: str
    role: Role
    access: Access | str
    """A mere word of one that a newer version wrote down."""
    at: datetime


@dataclass(frozen=True, slots=True)
class InGroup:
    """That a child is of a group for which a clinic keeps times."""

    clinic: str
    group: str
    """Empty: no key opens it."""
    until: date
    put_at: datetime
    is_claim: bool = False
    """A parent said so, and the registry saw no document."""


@dataclass(frozen=True, slots=True)
class ChildData:
    """A child in the asker's care, with all that hangs on it."""

    id: int
    name: str
    birth_date: date
    district: str | None
    adults: Sequence[Adult]
    phones: Sequence[NotedPhone]
    consents_on_paper: Sequence[Agreed]
    visits: Sequence[Visit]
    searches: Sequence[Search]
    looks: Sequence[Look]
    groups: Sequence[InGroup]
    check_ups: Sequence[CheckUpTold] = ()
    uninvited_since: datetime | None = None
    """Since when the family wants no invitations to check-ups for the child."""
    waits: Sequence[WaitTold] = ()


@dataclass(frozen=True, slots=True)
class Helping:
    """That the asker helps with a child, whose data are its parents' to take along."""

    child: str
    called: str
    """As of an adult."""
    may_book: bool
    since: datetime
    ends_at: datetime | None
    asked: Sequence[Asked]
    """What the asker themselves asked about its visits."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that the bot sent to the asker by itself, or is going to."""

    kind: NotificationKind | str
    """A mere word of what this version does not know."""
    about_visit: str | None
    """Its number."""
    news: str | None
    """What a clinic broadcast."""
    due_at: datetime
    state: NotificationState
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimeKept:
    """A time that is kept for the asker while they choose."""

    doctor: str
    starts_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class FamilyData:
    """All of it."""

    made_at: datetime
    you: You | None
    """None: a child's alone, whose family has no bot."""
    consents: Sequence[Agreed]
    refusals: Sequence[Refused]
    children: Sequence[ChildData]
    notices: Sequence[Notice]
    times_kept: Sequence[TimeKept]
    helping: Sequence[Helping] = ()
