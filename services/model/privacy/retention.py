"""For how long each kind of thing is kept, and what was forgotten of it (R31)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kept(StrEnum):
    """What has a life of its own; the rest goes with the family, or minutes after its use."""

    NOTICES = "notices"
    """Reminders and notices, from when it was settled what became of them."""
    DELIVERIES = "deliveries"
    """Who got a broadcast, from when they did; while it goes on, all of it stays."""
    NOTES = "notes"
    """What colleagues tell each other about a visit, from its end."""
    QUESTIONS = "questions"
    """What families asked about a visit, and the answers, from its end."""
    CALLS = "calls"
    """Whom the registry had to phone about a visit, from its end."""
    CALENDAR_FILES = "calendar_files"
    """Who took the file of a visit, from its end."""
    OFFERS = "offers"
    """Times that were kept for a family, from when they were given back."""
    ABSENCES = "absences"
    """Which visits a doctor's absence or delay concerned, from its last day."""
    SEARCHES = "searches"
    """When a family first looked for a time, for the figures of waiting."""
    ILL_COUNTS = "ill_counts"
    """How many children a day were said to be ill: numbers of a clinic."""
    TYPING = "typing"
    """What a parent began to type and never ended, from when it was asked for."""
    INVITATIONS = "invitations"
    """Of staff: those that were used, or that nobody used in time."""
    CHECK_UPS = "check_ups"
    """To which check-ups families were invited, from when none is spoken of any more."""
    WAITS = "waits"
    """Who waited for a time, and what was offered to whom, from when that was over."""
    SYSTEM_BOOKINGS = "system_bookings"
    """How visits were passed on to a clinic's own system, and what of a child was sent there, from
    their end."""
    DEAD_LETTERS = "dead_letters"
    """Updates that were set aside."""
    EMPTY_CARDS = "empty_cards"
    """Children who never had a visit, from the last that was heard of them."""
    CALLERS = "callers"
    """Children whom nobody in the bot looks after, from the end of their last visit."""
    VISITS = "visits"
    """Whose a visit was, from its end: the time alone stays."""
    PROOFS = "proofs"
    """That there was a consent, from when its family was erased."""


Lives = Mapping[Kept, timedelta | None]
"""How long each kind is kept; None: for good, or until the family goes."""


def days(count: int) -> timedelta | None:
    """A life as the operator sets it."""
    return timedelta(days=count) if count else None


USUAL_DAYS: Mapping[Kept, int] = {
    Kept.NOTICES: 90,
    Kept.DELIVERIES: 90,
    Kept.NOTES: 7,
    Kept.QUESTIONS: 90,
    Kept.CALLS: 90,
    Kept.CALENDAR_FILES: 30,
    Kept.OFFERS: 7,
    Kept.ABSENCES: 365,
    Kept.SEARCHES: 90,
    Kept.ILL_COUNTS: 365,
    Kept.TYPING: 30,
    Kept.INVITATIONS: 30,
    Kept.CHECK_UPS: 365,
    Kept.WAITS: 365,
    Kept.SYSTEM_BOOKINGS: 365,
    Kept.DEAD_LETTERS: 90,
    # What a clinic has to keep, and for how long, no program knows: these are its decision.
    Kept.EMPTY_CARDS: 0,
    Kept.CALLERS: 0,
    Kept.VISITS: 0,
    Kept.PROOFS: 0,
}
USUAL: Lives = {kept: days(count) for kept, count in USUAL_DAYS.items()}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a kind, in numbers."""

    at: datetime
    """When it was last looked for."""
    last: int
    """How many went then."""
    ever: int
