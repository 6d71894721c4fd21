"""Which check-up a child may have by its age."""

from datetime import date, datetime, timedelta

from services.model.check_ups.calendar import YEAR, CheckUpCalendar
from services.model.check_ups.known import DueCheckUp, Known
from services.model.clinic import Clinic, Reason
from services.model.settings.visit_kinds import KindKey
from services.rules.ages import birthday

FOR_HEALTHY = frozenset({Reason.CHECK_UP, Reason.INFANT_DAY})
"""Visits at which a check-up is made."""
POSSIBLE_FOR = timedelta(days=92)
"""How long after its age a check-up is spoken of, unless the next one comes before."""
EARLIER = timedelta(days=60)
"""A visit so long before the age was for it, unless the one before is nearer."""


def completed(born: date, months: int) -> date:
    """The day on which a child completes so many months; where there is no such day in the month,
    the first of the next."""
    years, rest = divmod(born.month - 1 + months, YEAR)
    try:
        return born.replace(year=born.year + years, month=rest + 1)
    except ValueError:
        years, rest = divmod(born.month + months, YEAR)
        return date(born.year + years, rest + 1, 1)


def due(calendar: CheckUpCalendar, born: date, today: date) -> DueCheckUp | None:
    """The check-up of the latest age that the child came to, while it is possible."""
    before = born
    found = None
    for months in calendar.ages:
        since = completed(born, months)
        if since > today:
            break
        earlier = min(EARLIER, (since - before) / 2)
        found = DueCheckUp(months, since, since - earlier, months in calendar.in_depth)
        before = since
    if found is None or today >= min(found.since + POSSIBLE_FOR, birthday(born, 18)):
        return None
    return found


def is_open(check_up: DueCheckUp, known: Known, clinic: Clinic) -> bool:
    """Whether nothing is known of a visit for it, ahead or lately, and it may be spoken of."""
    if known.unwanted or known.passed >= check_up.months:
        return False
    visited = known.visited_at and clinic.today(known.visited_at)
    return visited is None or visited < check_up.seen_from


def open_at(clinic: Clinic, born: date, known: Known, now: datetime) -> DueCheckUp | None:
    """The check-up that a child may have at a clinic now, if it seems not to have had it; none
    where families cannot book one."""
    kind = clinic.kind(KindKey(Reason.CHECK_UP))
    if kind.hidden or kind.at_desk:
        return None
    found = due(clinic.check_ups, born, clinic.today(now))
    return found if found and is_open(found, known, clinic) else None
