"""Broadcasts as values, and the rules about them: who is meant, what fits, when it is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from services.messages.planning import may_be_told
from services.model.broadcasts import Audience, Broadcast, Recipient
from services.model.clinic import Clinic
from services.model.messages import NotificationKind, Planned, Urgency
from services.model.refusals.typed import TextMissing, TextTooLong, UnseenCharacter
from services.model.settings.texts import has_unseen, length
from services.rules.quiet_hours import after_quiet

LONGEST_NEWS = 3500
"""With its heading and every sign escaped, it fits into a message of Telegram: 4096."""
USEFUL_FOR = timedelta(days=7)
"""News that could not be told for so long are no news any more."""
MOST_DAYS = 31
"""Of visits that one broadcast is about."""


def read_text(typed: str) -> str:
    """What is to be told, as it was typed.

    Raises `TextMissing`, `TextTooLong`, `UnseenCharacter`."""
    text = typed.strip()
    if not text:
        raise TextMissing
    if (over := length(escape(text)) - LONGEST_NEWS) > 0:
        raise TextTooLong(over, LONGEST_NEWS)
    if has_unseen(text):
        raise UnseenCharacter
    return text


def read_count(typed: str) -> int | None:
    """The number that somebody typed, "9 998" too; None: these are words."""
    digits = "".join(typed.split())
    return int(digits) if digits.isdecimal() and len(digits) < 10 else None


def begins_at(clinic: Clinic, audience: Audience, now: datetime) -> datetime:
    """When the first messages go out: now, or after quiet hours (R22). What concerns a visit that
    begins soon goes out in them."""
    return after_quiet(now, clinic) if audience.needs_consent else now


def to_plan(broadcast: Broadcast, recipient: Recipient, now: datetime) -> Planned:
    """The message of one recipient. What changes a visit goes before news, and behind a visit that
    is moved or cancelled."""
    begun = Planned(
        NotificationKind.NEWS,
        recipient.person,
        recipient.appointment_id,
        occasion=f"news {broadcast.id}",
        due_at=after_quiet(now, broadcast.clinic),
        useful_until=broadcast.confirmed_at + USEFUL_FOR,
        urgency=Urgency.NEWS,
        broadcast_id=broadcast.id,
    )
    if recipient.visit is None:
        return begun
    return replace(
        begun,
        due_at=may_be_told(broadcast.clinic, recipient.visit.starts_at, now),
        useful_until=recipient.visit.ends_at,
        urgency=Urgency.REMINDER,
    )
