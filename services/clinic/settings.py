"""What a clinic says of itself, value by value: what each may be, and how people write it.

A value has one written form, which `read` takes back; what people type is read more kindly.
Lengths are counted as Telegram counts them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from services.clinic.profiles import ClinicEntry
from services.clinic.value_kinds import (
    Basis,
    Kind,
    Number,
    Phone,
    Place,
    QuietHours,
    Silence,
    Span,
    TimeOfDay,
    YesOrNo,
    Zone,
)
from services.model.clinic import Reason
from services.model.consents import Purpose
from services.rules.typed_texts import Words, mark

LONGEST_NAME = 100
LONGEST_LINE = 200
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
