"""What a child can come to a clinic for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.model.clinic import Clinic
from services.model.people import Child
from services.model.refusals.visits import KindAtDesk, KindNotHere, NotForThisAge, NotYetThisAge
from services.model.settings.visit_kinds import KindKey, Reason, VisitKind, Whom
from services.rules.ages import (
    ADULT_AT,
    birthday,
    day_of_age,
    end_of_age,
    is_grown_up,
    start_of_age,
)
from services.rules.horizon import end_of_horizon

USUAL = Reason.CONSULTATION
"""What a visit is for that was booked by its time alone, where the clinic has that."""
_ILL = KindKey(Reason.ILLNESS)


def kinds_for(child: Child, clinic: Clinic, now: datetime) -> list[VisitKind]:
    """What the registry may book a child for, in the clinic's order: what is for its age, now or
    within what is open for booking."""
    return [kind for kind in clinic.kinds if not kind.hidden and _in_age(kind, child, clinic, now)]


def kinds_for_family(child: Child, clinic: Clinic, now: datetime) -> list[VisitKind]:
    """The same of what the family can book itself."""
    return [kind for kind in kinds_for(child, clinic, now) if not kind.at_desk]


def _in_age(kind: VisitKind, child: Child, clinic: Clinic, now: datetime) -> bool:
    comes = start_of_age(kind, child, clinic) < end_of_horizon(clinic, now)
    return comes and now < end_of_age(kind, child, clinic)


def kinds_later(child: Child, clinic: Clinic, now: datetime) -> list[NotYetThisAge]:
    """What the child is too young for, and from when on it can come."""
    if is_grown_up(child.birth_date, clinic.today(now)):
        return []
    return [
        not_yet(kind, child)
        for kind in clinic.kinds
        if not kind.hidden and start_of_age(kind, child, clinic) >= end_of_horizon(clinic, now)
    ]


def usual_kind(child: Child, clinic: Clinic, now: datetime) -> VisitKind | None:
    """What a visit is for that is booked by its time alone: a consultation, or where the clinic
    has none, the first kind that needs no named hours and no ill child."""
    kinds = [
        kind
        for kind in kinds_for_family(child, clinic, now)
        if not kind.named_only and kind.whom is not Whom.ILL
    ]
    return min(kinds, key=lambda kind: kind.key != USUAL, default=None)


def needs_its_own_times(kind: VisitKind) -> bool:
    """Whether not every time is for it: hours have to name it, or times to be long enough."""
    return kind.named_only or kind.length is not None


@dataclass(frozen=True, slots=True)
class TooLong:
    """A time is named for a kind that takes longer: nobody is booked there for it (R69)."""

    kind: VisitKind
    takes: timedelta
    visit: timedelta


def too_long_for(
    times: Iterable[tuple[timedelta, Collection[KindKey]]], kinds: Sequence[VisitKind]
) -> list[TooLong]:
    """Of times by how long a visit in them takes, and what they are named for: each kind and length
    once, in the order of the times and of the clinic's kinds."""
    found = (
        TooLong(kind, kind.length, visit)
        for visit, reasons in times
        for kind in kinds
        if kind.key in reasons and kind.length is not None and kind.length > visit
    )
    return list(dict.fromkeys(found))


def ill_kinds(clinic: Clinic, asked: KindKey = _ILL) -> list[VisitKind]:
    """What a family can book for a child who is ill: what it asked for before all, and then what
    every clinic has."""
    kinds = [kind for kind in clinic.kinds if kind.whom is Whom.ILL]
    theirs = [kind for kind in kinds if not (kind.hidden or kind.at_desk)]
    return sorted(theirs, key=lambda kind: (kind.key != asked, kind.key != _ILL))


def check_open(kind: VisitKind, clinic: Clinic) -> None:
    """Let a family book a visit of this kind by itself.

    Raises:
        KindNotHere: the clinic does not book such visits, or not any more.
        KindAtDesk: the registry does.
    """
    if kind.hidden:
        raise KindNotHere
    if kind.at_desk:
        raise KindAtDesk(clinic.phone)


def check_age(kind: VisitKind, child: Child, clinic: Clinic, now: datetime) -> None:
    """Let a child look for visits of this kind.

    Raises:
        NotForThisAge: the child is too old for the first time that could be booked.
        NotYetThisAge: it is too young for the last one.
    """
    if end_of_age(kind, child, clinic) <= now + clinic.notice:
        raise NotForThisAge
    if start_of_age(kind, child, clinic) >= end_of_horizon(clinic, now):
        raise not_yet(kind, child)


def is_of_age(kind: VisitKind, child: Child, clinic: Clinic, now: datetime) -> bool:
    """Whether `check_age` lets the child look."""
    try:
        check_age(kind, child, clinic, now)
    except NotForThisAge:
        return False
    return True


def not_yet(kind: VisitKind, child: Child) -> NotYetThisAge:
    """That the child is too young, and since when it will not be."""
    return NotYetThisAge(kind, child.name, day_of_age(child.birth_date, kind.since))


def is_adult(child: Child, at: datetime, clinic: Clinic) -> bool:
    """Whether no pediatrician may see the child at a moment, whatever it comes for."""
    return at >= clinic.at(birthday(child.birth_date, ADULT_AT))
