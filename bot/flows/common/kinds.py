"""Kinds of visit in words: the clinic's, and the bot's where it has none."""

from datetime import timedelta

from bot.words import _, language, shorten
from services.model.people import Language
from services.model.settings.visit_kinds import KindKey, Reason, VisitKind
from services.model.visits import Appointment
from services.rules.eligibility.kinds import TooLong

LONGEST_NAME = 40
MINUTE = timedelta(minutes=1)


def kind_name(kind: VisitKind) -> str:
    """What a visit is for, as its button says it."""
    own = kind.name_en if language() == Language.ENGLISH else kind.name
    return own or usual_name(kind.key) or kind.name or _("Visit")


def kind_fact(kind: VisitKind) -> str:
    """The same, as it stands in a list of facts."""
    is_told = kind.name or kind.name_en
    return _("Illness") if kind.key == Reason.ILLNESS and not is_told else kind_name(kind)


def usual_name(key: KindKey) -> str:
    """What the bot calls a kind of visit that every clinic has; empty of another one."""
    names: dict[KindKey, str] = {
        Reason.ILLNESS: _("Child is ill"),
        Reason.CONSULTATION: _("Consultation"),
        Reason.REPEAT: _("Repeat visit"),
        Reason.AFTER_ILLNESS: _("After an illness"),
        Reason.CHECK_UP: _("Check-up"),
        Reason.VACCINATION: _("Before a vaccination"),
        Reason.INFANT_DAY: _("Healthy infants' day"),
        Reason.CERTIFICATE: _("Certificate or referral"),
    }
    return names.get(key, "")


def too_long_in_words(found: TooLong) -> str:
    """ "Массаж: нужно 30 мин, а время здесь по 15 мин"."""
    words = _("⚠️ {kind} takes {takes} min, and these times {n}: nobody can be booked for it.")
    name = shorten(kind_name(found.kind), LONGEST_NAME)
    return words.format(kind=name, takes=found.takes // MINUTE, n=found.visit // MINUTE)


def kind_of(visit: Appointment) -> VisitKind:
    """What a visit is for, as its clinic arranges it by now."""
    return visit.slot.doctor.clinic.kind(visit.reason)


def ages_in_words(kind: VisitKind) -> str:
    """ "с 3 лет до 7 лет"; nothing where it is for every child."""
    parts = [from_age(kind.since)] if kind.since else []
    if kind.until is not None:
        parts.append(up_to_age(kind.until))
    return " ".join(parts)


def from_age(months: int) -> str:
    """ "с 3 лет"."""
    if months % 12:
        return _("from {n} month", "from {n} months", months).format(n=months)
    return _("from {n} year", "from {n} years", months // 12).format(n=months // 12)


def up_to_age(months: int) -> str:
    """ "до 1 года"."""
    if months % 12:
        return _("up to {n} month", "up to {n} months", months).format(n=months)
    return _("up to {n} year", "up to {n} years", months // 12).format(n=months // 12)
