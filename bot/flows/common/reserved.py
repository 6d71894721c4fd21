"""Times that are kept for some children, in words: for whom, and until when."""

from collections.abc import Sequence
from datetime import datetime

from bot.words import _, capital, clock, day
from services.model.reserved.times import OpensLater, Reservation, ReservedFor


def whom(kept: ReservedFor) -> str:
    """ "для малышей до года"."""
    return {
        ReservedFor.URGENT: _("for who needs a doctor that day"),
        ReservedFor.INFANTS: _("for babies under one year"),
        ReservedFor.DISTRICT: _("for children of this doctor's district"),
        ReservedFor.OBSERVED: _("for children under dispensary observation"),
        ReservedFor.DISABLED: _("for disabled children"),
    }[kept]


def hours_kept(kept: ReservedFor) -> str:
    """ "резерв для малышей": of hours, as a typed line and a sheet say it."""
    return {
        ReservedFor.URGENT: _("kept for urgent"),
        ReservedFor.INFANTS: _("kept for infants"),
        ReservedFor.DISTRICT: _("kept for district"),
        ReservedFor.OBSERVED: _("kept for observed"),
        ReservedFor.DISABLED: _("kept for disabled"),
    }[kept]


def every_kept() -> dict[ReservedFor, str]:
    """The same of each."""
    return {whom: hours_kept(whom) for whom in ReservedFor}


def group_name(group: ReservedFor) -> str:
    """ "Диспансерный учёт": what a child is of."""
    return {
        ReservedFor.OBSERVED: _("Dispensary observation"),
        ReservedFor.DISABLED: _("Disability"),
    }[group]


def until_then(kept: Reservation, wall: datetime) -> str:
    """Why somebody else cannot have the time, and from when everybody can.

    Args:
        wall: now, on the clinic's wall.
    """
    words = _(
        "Until {when} this time is {whom}. If nobody takes it: first who waits for one, then "
        "everybody."
    )
    return words.format(when=_until(kept.until, wall), whom=whom(kept.whom))


def _until(at: datetime, wall: datetime) -> str:
    """ "18:00" of today; "18:00, вт 24 ноября"."""
    opens = at.astimezone(wall.tzinfo)
    if opens.date() == wall.date():
        return clock(opens)
    return f"{clock(opens)}, {day(opens)}"


def opening(later: Sequence[OpensLater], wall: datetime) -> str:
    """What opens to everybody, and when: a sentence each."""
    return " ".join(_opens(each, wall) for each in later)


def _opens(each: OpensLater, wall: datetime) -> str:
    n = each.count
    if each.whom is ReservedFor.URGENT:
        words = _("{n} urgent time opens {when}.", "{n} urgent times open {when}.", n)
    else:
        words = _("{n} more time opens to all {when}.", "{n} more times open to all {when}.", n)
    opens = each.at.astimezone(wall.tzinfo)
    when = _("{day} at {time}").format(day=day(opens, wall), time=clock(opens))
    return capital(words.format(n=n, when=when))
