"""Why the clinic says no, in words: the one table of them."""

from collections.abc import Callable
from typing import Any

from bot.taps import UnknownTap
from bot.views.parts import moment
from bot.words import _
from services import refusals
from services.refusals import Refusal


def words_of(refusal: Refusal) -> str:
    """What to say to a person whose request was refused. At most 200 characters: an alert."""
    for kind in type(refusal).__mro__:
        if kind in _WORDS:
            return _WORDS[kind](refusal)
    raise LookupError(f"no words for {type(refusal).__name__}")


_WORDS: dict[type, Callable[[Any], str]] = {
    UnknownTap: lambda _r: _("This button no longer works. Here is a fresh one."),
    refusals.NotFound: lambda _r: _("This is no longer here."),
    refusals.NoSuchClinic: lambda _r: _(
        "This link does not lead to a clinic. Please choose a clinic from the list."
    ),
    refusals.AlreadyDone: lambda _r: _("This was done already. Here is how things stand now."),
    refusals.NoConsent: lambda _r: _("The clinic needs your consent first."),
    refusals.ConsentChanged: lambda _r: _(
        "The clinic has changed this text meanwhile. Please read the new one."
    ),
    refusals.NoChild: lambda _r: _("Please tell us about your child first."),
    refusals.SlotTaken: lambda _r: _(
        "This time has just been taken. You are not booked yet: please choose another one."
    ),
    refusals.SlotPassed: lambda _r: _("This time has passed. Please choose another one."),
    refusals.SlotClosed: lambda _r: _(
        "The doctor no longer receives at this time. Please choose another one."
    ),
    refusals.TooLate: lambda _r: _(
        "It is too late to book this time here. Please choose a later one or call the registry."
    ),
    refusals.TooFar: lambda _r: _("This day is not open for booking yet."),
    refusals.ChildIsBusy: lambda _r: _(
        "The child already has a visit at this time. Please choose another one."
    ),
    refusals.AlreadyWithDoctor: lambda r: _(
        "There is a visit to this doctor already: {moment}. "
        "To choose another time, cancel it first."
    ).format(moment=moment(r.appointment.slot)),
    refusals.VisitPassed: lambda _r: _(
        "This visit has begun or is over; it can no longer be cancelled."
    ),
    refusals.NameUnclear: lambda _r: _("This does not look like a name."),
    refusals.NameTooLong: lambda r: _(
        "This name is too long: up to {longest} characters, please."
    ).format(longest=r.longest),
    refusals.DateUnclear: lambda _r: _("I could not read this as a date."),
    refusals.NoSuchDay: lambda _r: _("There is no such day in the calendar."),
    refusals.BornInFuture: lambda _r: _("This day has not come yet."),
    refusals.NoLongerAChild: lambda _r: _(
        "A pediatrician sees children under 18. Please check the year."
    ),
}
