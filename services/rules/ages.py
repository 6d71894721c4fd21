"""How old a child is, and for whom a visit is by its age."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.model.clinic import Clinic
from services.model.people import Child
from services.model.refusals.families import BornInFuture, NoLongerAChild
from services.model.refusals.visits import CallNow
from services.model.settings.visit_kinds import VisitKind, Whom
from services.rules.names import is_put_alike

ADULT_AT = 18
"""Years. Pediatric care ends on the 18th birthday (323-FZ art. 54, Family Code art. 54)."""
OWN_SAY_AT = 15
"""Years. From then on the child consents to treatment by itself (323-FZ art. 54 part 2), and
parents read as before."""
NEWBORN_MONTHS = 3
"""Whoever is younger and ill is not booked: the clinic is to be called at once."""


def start_of_age(kind: VisitKind, child: Child, clinic: Clinic) -> datetime:
    """When the child is old enough for visits of this kind."""
    return clinic.at(day_of_age(child.birth_date, kind.since))


def end_of_age(kind: VisitKind, child: Child, clinic: Clinic) -> datetime:
    """When the child grows too old for visits of this kind."""
    grown_up = birthday(child.birth_date, ADULT_AT)
    if kind.until is None:
        return clinic.at(grown_up)
    return clinic.at(min(grown_up, day_of_age(child.birth_date, kind.until)))


def day_of_age(born: date, months: int) -> date:
    """The day on which somebody completes so many months; where the month has no such day, the
    first of the next."""
    years, month = divmod(born.month - 1 + months, 12)
    try:
        return date(born.year + years, month + 1, born.day)
    except ValueError:
        return date(born.year + years, month + 2, 1)


def birthday(born: date, years: int) -> date:
    """The day on which somebody completes years; for a 29 February, the 1 March of a common year
    (Civil Code art. 192)."""
    return day_of_age(born, 12 * years)


def has_own_say(born: date, today: date) -> bool:
    """Whether the child is old enough to have its visits in a bot of its own."""
    return today >= birthday(born, OWN_SAY_AT)


def check_birth_date(birth_date: date, today: date) -> None:
    """Accept the birth date of somebody who is a child today, at the clinic.

    Raises:
        BornInFuture: the day has not come.
        NoLongerAChild: the 18th birthday is today or was earlier.
    """
    if birth_date > today:
        raise BornInFuture
    if is_grown_up(birth_date, today):
        raise NoLongerAChild


def is_grown_up(birth_date: date, day: date) -> bool:
    """Whether somebody is no longer a pediatrician's to see on a day."""
    return age_on(birth_date, day).years >= ADULT_AT


def is_newborn(child: Child, clinic: Clinic, now: datetime) -> bool:
    """Whether the child is so young that an illness is always for the phone."""
    age = age_of(child, now, clinic)
    return age.years == 0 and age.months < NEWBORN_MONTHS


def check_old_enough(kind: VisitKind, child: Child, clinic: Clinic, now: datetime) -> None:
    """Let a family take a time for a visit of this kind by itself.

    Raises:
        CallNow: a newborn that is ill is not booked (R71).
    """
    if kind.whom is Whom.ILL and is_newborn(child, clinic, now):
        raise CallNow


def is_known(name: str, birth_date: date, children: Iterable[Child]) -> bool:
    """Whether a child who is being named is among these already: named twice, not two children.

    The same letters are the same name, however they are spelled and parted (R53)."""
    return any(
        is_put_alike(child.name, name) and child.birth_date == birth_date for child in children
    )


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, and completed months beyond them."""

    years: int
    months: int


def age_on(birth_date: date, day: date) -> Age:
    """How old a child is on a day."""
    months = (day.year - birth_date.year) * 12 + day.month - birth_date.month
    if day.day < birth_date.day:
        months -= 1
    return Age(years=months // 12, months=months % 12)


def age_of(child: Child, moment: datetime, clinic: Clinic) -> Age:
    """How old a child is at a moment, by the clinic's calendar."""
    return age_on(child.birth_date, clinic.today(moment))
