"""What a clinic says of itself, value by value: what each may be, and how people write it.

A value has one written form, which `read` takes back; what people type is read more kindly.
Lengths are counted as Telegram counts them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from services.marks import mark
from services.model import Hours, LegalBasis, Position, Purpose, Reason, Unanswered
from services.profiles import ClinicEntry
from services.refusals import (
    NotADegree,
    NotANumber,
    NotAPhone,
    NotASpan,
    NotATime,
    NotAZone,
    NotOneLine,
    NotYesOrNo,
    NumberOutOfRange,
    QuietUnclear,
    SpanOutOfRange,
    TextMissing,
    TextTooLong,
    UnseenCharacter,
)

LONGEST_NAME = 100
LONGEST_LINE = 200
LONGEST_PHONE = 40
LONGEST_NOTE = 500
LONGEST_ILL_WORDS = 2500
LONGEST_CONSENT = 3500
"""With its heading, or with what it was before, it fits into a message of Telegram: 4096."""
HORIZON = (1, 180)
"""The least and the most, as of all that follows."""
NOTICE = (0, 7 * 24 * 60)
HOLD = (0, 30)
OFFER = (15, 24 * 60)
BEFORE = (30, 24 * 60)
CONFIRM_WITHIN = (30, 72 * 60)
CONFIRM_BEFORE = (0, 7 * 24 * 60)
CHILDREN = (1, 20)
VISITS = (1, 50)
ANSWER_WITHIN = (30, 7 * 24 * 60)
FEWEST_DIGITS = 5

_MINUTE = timedelta(minutes=1)
_NOTHING = frozenset({"-", "—", "–"})
"""Typed where a value is to be none."""
NEVER = Hours(time.min, time.min)
"""Quiet hours that there are none of."""
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""Russia's, from west to east; any other can be typed."""


def length(text: str) -> int:
    """How long Telegram takes a text to be."""
    return len(text.encode("utf-16-le")) // 2


def is_phone(text: str) -> bool:
    """Whether a text begins with a number that can be dialled; what follows may say for whom."""
    found = re.match(r"\+?[\d\s()-]+", text)
    return found is not None and sum(each.isdigit() for each in found[0]) >= FEWEST_DIGITS


def has_unseen(text: str) -> bool:
    """Whether there is a character that no screen shows."""
    return any(unicodedata.category(each) == "Cc" for each in text if each not in "\n\t")


class Kind(Protocol):
    """What values of one kind may be."""

    def read(self, typed: str) -> Any:
        """The value that somebody typed. Raises a `Refusal` that says what is wanted."""
        ...

    def write(self, value: Any) -> str:
        """The value's one written form."""
        ...

    @property
    def choices(self) -> Sequence[str]:
        """Values in their written form that are offered as buttons; an empty one is none."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """The clinic's own words."""

    most: int
    needed: bool = False
    lines: bool = False
    """Whether there may be several."""
    stays: bool = False
    """Whether words that are there cannot be taken away, only replaced."""

    def read(self, typed: str) -> str:
        text = typed.strip()
        if text in _NOTHING:
            text = ""
        if not text and (self.needed or self.stays):
            raise TextMissing
        if length(text) > self.most:
            raise TextTooLong(length(text) - self.most, self.most)
        if "\n" in text and not self.lines:
            raise NotOneLine
        if has_unseen(text):
            raise UnseenCharacter
        return text

    def write(self, value: str) -> str:
        return value

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed or self.stays else ("",)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to be called."""

    needed: bool = True

    def read(self, typed: str) -> str:
        text = Words(LONGEST_PHONE, self.needed).read(typed)
        if text and not is_phone(text):
            raise NotAPhone
        return text

    def write(self, value: str) -> str:
        return value

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed else ("",)


@dataclass(frozen=True, slots=True)
class Number:
    """How many."""

    least: int
    most: int

    def read(self, typed: str) -> int:
        found = re.fullmatch(r"(\d{1,6})(?:\s*[^\W\d]+\.?)?", typed.strip())
        if not found:
            raise NotANumber
        if not self.least <= int(found[1]) <= self.most:
            raise NumberOutOfRange(self.least, self.most)
        return int(found[1])

    def write(self, value: int) -> str:
        return str(value)

    @property
    def choices(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Span:
    """How long: "30", "30 минут", "2 ч", "1:30"."""

    least: int
    most: int
    """In minutes, both."""

    def read(self, typed: str) -> timedelta:
        text = typed.strip().casefold()
        if found := re.fullmatch(r"(\d{1,3}):([0-5]\d)", text):
            minutes = int(found[1]) * 60 + int(found[2])
        elif found := re.fullmatch(r"(\d{1,6})\s*(?:(мин|min|м|m|час|h|ч|д|d)[^\W\d]*\.?)?", text):
            minutes = int(found[1]) * {"ч": 60, "h": 60, "д": 1440, "d": 1440}.get(
                (found[2] or "м")[0], 1
            )
        else:
            raise NotASpan
        if not self.least <= minutes <= self.most:
            raise SpanOutOfRange(self.least, self.most)
        return minutes * _MINUTE

    def write(self, value: timedelta) -> str:
        return str(value // _MINUTE)

    @property
    def choices(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time on the clinic's wall."""

    def read(self, typed: str) -> time:
        if found := _read_time(typed):
            return found
        raise NotATime

    def write(self, value: time) -> str:
        return f"{value:%H:%M}"

    @property
    def choices(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when, over midnight too: "21-7", "с 21:00 до 7:30"."""

    def read(self, typed: str) -> Hours:
        text = typed.strip().casefold()
        if text in _NOTHING or not text:
            return NEVER
        text = re.sub(r"^(?:с|from)\s+", "", text)
        times = [_read_time(part) for part in re.split(r"\s*(?:[-–—]|до|по|until|to)\s*", text)]
        match times:
            case [time() as starts, time() as ends]:
                return NEVER if starts == ends else Hours(starts, ends)
        raise QuietUnclear

    def write(self, value: Hours) -> str:
        if value.starts == value.ends:
            return ""
        return f"{value.starts:%H:%M}-{value.ends:%H:%M}"

    @property
    def choices(self) -> Sequence[str]:
        return ("",)


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, latitude first: "55.77, 37.61"."""

    def read(self, typed: str) -> Position | None:
        text = typed.strip()
        if text in _NOTHING or not text:
            return None
        degrees = r"([+-]?\d{1,3}(?:[.,]\d{1,12})?)"
        found = re.fullmatch(rf"{degrees}\s*[,;\s]\s*{degrees}", text)
        if not found:
            raise NotADegree
        latitude, longitude = (round(float(each.replace(",", ".")), 6) for each in found.groups())
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise NotADegree
        return Position(latitude, longitude)

    def write(self, value: Position | None) -> str:
        return f"{value.latitude:.6f}, {value.longitude:.6f}" if value else ""

    @property
    def choices(self) -> Sequence[str]:
        return ("",)


@dataclass(frozen=True, slots=True)
class Zone:
    """An IANA time zone."""

    def read(self, typed: str) -> ZoneInfo:
        key = typed.strip()
        if not re.fullmatch(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}", key) or len(key) > 40:
            raise NotAZone
        try:
            return ZoneInfo(key)
        except (KeyError, ValueError, OSError):
            raise NotAZone from None

    def write(self, value: ZoneInfo) -> str:
        return value.key

    @property
    def choices(self) -> Sequence[str]:
        return ZONES


@dataclass(frozen=True, slots=True)
class YesOrNo:
    """A choice of two."""

    def read(self, typed: str) -> bool:
        known = {"yes": True, "да": True, "no": False, "нет": False}
        try:
            return known[typed.strip().casefold()]
        except KeyError:
            raise NotYesOrNo from None

    def write(self, value: bool) -> str:
        return "yes" if value else "no"

    @property
    def choices(self) -> Sequence[str]:
        return ("yes", "no")


@dataclass(frozen=True, slots=True)
class Basis:
    """Why data may be kept."""

    def read(self, typed: str) -> LegalBasis:
        try:
            return LegalBasis(typed.strip())
        except ValueError:
            raise NotYesOrNo from None

    def write(self, value: LegalBasis) -> str:
        return str(value)

    @property
    def choices(self) -> Sequence[str]:
        return tuple(LegalBasis)


@dataclass(frozen=True, slots=True)
class Silence:
    """What follows where nobody answers."""

    def read(self, typed: str) -> Unanswered:
        try:
            return Unanswered(typed.strip())
        except ValueError:
            raise NotYesOrNo from None

    def write(self, value: Unanswered) -> str:
        return str(value)

    @property
    def choices(self) -> Sequence[str]:
        return tuple(Unanswered)


def _read_time(typed: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?", typed.strip())
    return time(int(found[1]), int(found[2] or 0)) if found else None


# Which there are


class Fact(StrEnum):
    """A value that a clinic can change by itself. Short: it stands in buttons."""

    NAME = "name"
    ADDRESS = "address"
    DIRECTIONS = "way"
    POSITION = "map"
    ZONE = "zone"
    PHONE = "phone"
    HOME_CALL_PHONE = "home-phone"
    HOME_CALL_HOURS = "home-hours"
    URGENT_PHONE = "urgent"
    DUTY = "duty"
    HORIZON = "horizon"
    OPENS_AT = "opens"
    NOTICE = "notice"
    HOLD = "hold"
    OFFER = "offer"
    ONE_VISIT = "one-visit"
    CHILDREN = "children"
    VISITS = "visits"
    CONFIRM = "confirm"
    CONFIRM_WITHIN = "confirm-in"
    CONFIRM_BEFORE = "confirm-by"
    UNANSWERED = "unanswered"
    CANCELLATION = "cancelling"
    EVENING = "evening"
    BEFORE = "before"
    QUIET = "quiet"
    DOCTORS_ANSWER = "answers"
    ANSWER_WITHIN = "waits"
    BASIS = "basis"
    ILL_WORDS = "ill-words"
    SIGNED_BY = "signed-by"
    TO_PROCESSING = "processing"
    TO_REMINDERS = "reminders"
    TO_NEWS = "news"
    TO_CHECK_UPS = "check-ups"
    FOR_ILLNESS = "p-illness"
    FOR_CONSULTATION = "p-consult"
    FOR_REPEAT = "p-repeat"
    FOR_AFTER_ILLNESS = "p-after"
    FOR_CHECK_UP = "p-check-up"
    FOR_VACCINATION = "p-vaccine"
    FOR_INFANT_DAY = "p-infants"
    FOR_CERTIFICATE = "p-certif"


class Group(StrEnum):
    """Values that stand on one screen."""

    CONTACTS = "contacts"
    BOOKING = "booking"
    REMINDERS = "reminders"
    QUESTIONS = "questions"
    TEXTS = "texts"
    PREPARATION = "prepare"


PREPARATION = {
    Fact.FOR_ILLNESS: Reason.ILLNESS,
    Fact.FOR_CONSULTATION: Reason.CONSULTATION,
    Fact.FOR_REPEAT: Reason.REPEAT,
    Fact.FOR_AFTER_ILLNESS: Reason.AFTER_ILLNESS,
    Fact.FOR_CHECK_UP: Reason.CHECK_UP,
    Fact.FOR_VACCINATION: Reason.VACCINATION,
    Fact.FOR_INFANT_DAY: Reason.INFANT_DAY,
    Fact.FOR_CERTIFICATE: Reason.CERTIFICATE,
}
CONSENTS = {
    Fact.TO_PROCESSING: Purpose.PROCESSING,
    Fact.TO_REMINDERS: Purpose.REMINDERS,
    Fact.TO_NEWS: Purpose.NEWS,
    Fact.TO_CHECK_UPS: Purpose.CHECK_UPS,
}
GROUPS: Mapping[Group, Sequence[Fact]] = {
    Group.CONTACTS: (
        Fact.NAME,
        Fact.PHONE,
        Fact.HOME_CALL_PHONE,
        Fact.HOME_CALL_HOURS,
        Fact.URGENT_PHONE,
        Fact.DUTY,
        Fact.ADDRESS,
        Fact.DIRECTIONS,
        Fact.POSITION,
        Fact.ZONE,
    ),
    Group.BOOKING: (
        Fact.HORIZON,
        Fact.OPENS_AT,
        Fact.NOTICE,
        Fact.HOLD,
        Fact.OFFER,
        Fact.ONE_VISIT,
        Fact.CONFIRM,
        Fact.CONFIRM_WITHIN,
        Fact.CONFIRM_BEFORE,
        Fact.UNANSWERED,
        Fact.CHILDREN,
        Fact.VISITS,
        Fact.CANCELLATION,
    ),
    Group.REMINDERS: (Fact.EVENING, Fact.BEFORE, Fact.QUIET),
    Group.QUESTIONS: (Fact.DOCTORS_ANSWER, Fact.ANSWER_WITHIN),
    Group.TEXTS: (Fact.ILL_WORDS, Fact.SIGNED_BY, Fact.BASIS, *CONSENTS),
    Group.PREPARATION: tuple(PREPARATION),
}

_NOTE = Words(LONGEST_NOTE, lines=True)
_FACTS: dict[Fact, tuple[Kind, tuple[Any, ...]]] = {
    Fact.NAME: (Words(LONGEST_NAME, needed=True), ("name",)),
    Fact.ADDRESS: (Words(LONGEST_LINE, needed=True), ("address",)),
    Fact.DIRECTIONS: (_NOTE, ("directions",)),
    Fact.POSITION: (Place(), ("position",)),
    Fact.ZONE: (Zone(), ("zone",)),
    Fact.PHONE: (Phone(), ("phone",)),
    Fact.HOME_CALL_PHONE: (Phone(), ("home_call_phone",)),
    Fact.HOME_CALL_HOURS: (Words(LONGEST_NAME, needed=True), ("home_call_hours",)),
    Fact.URGENT_PHONE: (Phone(needed=False), ("urgent_phone",)),
    Fact.DUTY: (_NOTE, ("duty",)),
    Fact.HORIZON: (Number(*HORIZON), ("horizon_days",)),
    Fact.OPENS_AT: (TimeOfDay(), ("opens_at",)),
    Fact.NOTICE: (Span(*NOTICE), ("notice",)),
    Fact.HOLD: (Span(*HOLD), ("hold",)),
    Fact.OFFER: (Span(*OFFER), ("offer",)),
    Fact.ONE_VISIT: (YesOrNo(), ("one_visit_per_doctor",)),
    Fact.CHILDREN: (Number(*CHILDREN), ("limits", "children")),
    Fact.VISITS: (Number(*VISITS), ("limits", "visits")),
    Fact.CONFIRM: (YesOrNo(), ("doctors_confirm",)),
    Fact.CONFIRM_WITHIN: (Span(*CONFIRM_WITHIN), ("confirming", "within")),
    Fact.CONFIRM_BEFORE: (Span(*CONFIRM_BEFORE), ("confirming", "before")),
    Fact.UNANSWERED: (Silence(), ("confirming", "unanswered")),
    Fact.CANCELLATION: (Words(LONGEST_LINE), ("cancellation",)),
    Fact.EVENING: (TimeOfDay(), ("reminding", "evening")),
    Fact.BEFORE: (Span(*BEFORE), ("reminding", "before")),
    Fact.QUIET: (QuietHours(), ("quiet",)),
    Fact.DOCTORS_ANSWER: (YesOrNo(), ("doctors_answer",)),
    Fact.ANSWER_WITHIN: (Span(*ANSWER_WITHIN), ("answer_within",)),
    Fact.BASIS: (Basis(), ("legal_basis",)),
    Fact.ILL_WORDS: (Words(LONGEST_ILL_WORDS, lines=True), ("ill_words",)),
    Fact.SIGNED_BY: (Words(LONGEST_NAME), ("ill_words_signed_by",)),
    **{each: (_NOTE, ("preparation", reason)) for each, reason in PREPARATION.items()},
}
_CONSENT = Words(LONGEST_CONSENT, lines=True, stays=True)


def kind_of(fact: Fact) -> Kind:
    """What the fact's values may be."""
    return _CONSENT if fact in CONSENTS else _FACTS[fact][0]


def value_of(fact: Fact, entry: ClinicEntry) -> Any:
    """What the clinic says there."""
    if fact in CONSENTS:
        return entry.consents.get(CONSENTS[fact], "")
    return _look(entry.profile, _FACTS[fact][1])


def written(fact: Fact, entry: ClinicEntry) -> str:
    """The same in its written form."""
    return kind_of(fact).write(value_of(fact, entry))


def changed(fact: Fact, entry: ClinicEntry, value: Any) -> ClinicEntry:
    """The clinic with another value. Who signed other words did not sign these."""
    if fact in CONSENTS:
        return replace(entry, consents={**entry.consents, CONSENTS[fact]: value})
    profile = _put(entry.profile, _FACTS[fact][1], value)
    if fact is Fact.ILL_WORDS and value != entry.profile.ill_words:
        profile = replace(profile, ill_words_signed_by="")
    return replace(entry, profile=profile)


def mark_of(fact: Fact, entry: ClinicEntry) -> int:
    """A number that is another one when the value is; a signature's, when what it is under is."""
    under = entry.profile.ill_words if fact is Fact.SIGNED_BY else ""
    return mark(f"{written(fact, entry)}\n{under}")


def _look(value: Any, path: Sequence[Any]) -> Any:
    for step in path:
        value = value.get(step, "") if isinstance(value, Mapping) else getattr(value, step)
    return value


def _put(value: Any, path: Sequence[Any], new: Any) -> Any:
    step, *rest = path
    if isinstance(value, Mapping):
        return {key: each for key, each in {**value, step: new}.items() if each}
    inner = _put(getattr(value, step), rest, new) if rest else new
    return replace(value, **{step: inner})
