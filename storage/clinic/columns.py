"""The columns that settings had before they were kept together; goes when a migration drops them.

While a process of the version before may run beside this one, it reads and writes these columns
and knows no `settings`. So both are written, and where they differ the column counts: then the
version before wrote last. A setting without a column is in `settings` alone.
"""

from datetime import time
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from services.model.clinic import SETTINGS, ClinicProfile, Reason
from services.model.settings.kinds import Plain
from storage.tables.clinic import ClinicRow

COLUMNS = {
    "address": "address",
    "phone": "phone",
    "home_call.phone": "home_call_phone",
    "home_call.hours": "home_call_hours",
    "urgent_phone": "urgent_phone",
    "duty": "duty",
    "directions": "directions",
    "map.latitude": "latitude",
    "map.longitude": "longitude",
    "booking.horizon_days": "horizon_days",
    "booking.opens_at": "opens_at",
    "booking.notice_minutes": "notice_minutes",
    "booking.hold_minutes": "hold_minutes",
    "booking.offer_minutes": "offer_minutes",
    "booking.one_visit_per_doctor": "one_visit_per_doctor",
    "booking.doctors_confirm": "doctors_confirm",
    "booking.confirm_within_minutes": "confirm_within_minutes",
    "booking.confirm_before_minutes": "confirm_before_minutes",
    "booking.unanswered": "unanswered",
    "booking.most_children": "most_children",
    "booking.most_visits": "most_visits",
    "booking.cancellation": "cancellation",
    "reminders.evening": "remind_evening",
    "reminders.before_minutes": "remind_before_minutes",
    "reminders.quiet_from": "quiet_starts",
    "reminders.quiet_until": "quiet_ends",
    "questions.doctors_answer": "doctors_answer",
    "questions.answer_within_minutes": "answer_within_minutes",
    "ill_words": "ill_words",
    "ill_words_signed_by": "ill_words_signed_by",
    "legal_basis": "legal_basis",
}
"""By where the part stands in the clinic's file."""
_TIMES = frozenset({"opens_at", "remind_evening", "quiet_starts", "quiet_ends"})


_look = attrgetter(*COLUMNS.values())


def of(row: ClinicRow | Row[*tuple[Any, ...]]) -> tuple[object, ...]:
    """What a row's columns say, to be told apart from what others say; `said` reads it."""
    return (*_look(row), tuple(row.preparation.items()))


def said(found: tuple[Any, ...]) -> dict[str, object]:
    """The same by where each part stands in the clinic's file."""
    *told, preparation = found
    words = dict(preparation)
    return {
        **dict(zip(COLUMNS, told, strict=True)),
        **{f"preparation.{each}": words.get(each, "") for each in Reason},
    }


def values(profile: ClinicProfile) -> dict[str, Any]:
    """What the columns of a clinic say."""
    kept: dict[str, Plain] = {}
    for each in SETTINGS:
        kept |= each.keep(each.of(profile))
    told = {column: _column(column, kept[at]) for at, column in COLUMNS.items()}
    return {**told, "preparation": dict(profile.preparation)}


def _column(name: str, plain: Plain) -> object:
    return time.fromisoformat(str(plain)) if name in _TIMES else plain
