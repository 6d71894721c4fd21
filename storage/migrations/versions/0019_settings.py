"""What clinics say of themselves, together in one column.

The columns stay, and are still written: the version before runs on this schema. A later migration
takes over once more what they say, and drops them.
"""

from datetime import time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_AT = {
    "address": "address",
    "phone": "phone",
    "home_call_phone": "home_call.phone",
    "home_call_hours": "home_call.hours",
    "urgent_phone": "urgent_phone",
    "duty": "duty",
    "directions": "directions",
    "latitude": "map.latitude",
    "longitude": "map.longitude",
    "horizon_days": "booking.horizon_days",
    "opens_at": "booking.opens_at",
    "notice_minutes": "booking.notice_minutes",
    "hold_minutes": "booking.hold_minutes",
    "offer_minutes": "booking.offer_minutes",
    "one_visit_per_doctor": "booking.one_visit_per_doctor",
    "doctors_confirm": "booking.doctors_confirm",
    "confirm_within_minutes": "booking.confirm_within_minutes",
    "confirm_before_minutes": "booking.confirm_before_minutes",
    "unanswered": "booking.unanswered",
    "most_children": "booking.most_children",
    "most_visits": "booking.most_visits",
    "cancellation": "booking.cancellation",
    "remind_evening": "reminders.evening",
    "remind_before_minutes": "reminders.before_minutes",
    "quiet_starts": "reminders.quiet_from",
    "quiet_ends": "reminders.quiet_until",
    "doctors_answer": "questions.doctors_answer",
    "answer_within_minutes": "questions.answer_within_minutes",
    "ill_words": "ill_words",
    "ill_words_signed_by": "ill_words_signed_by",
    "legal_basis": "legal_basis",
}
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("opens_at", "remind_evening", "quiet_starts", "quiet_ends"), sa.Time()),
    **dict.fromkeys(("one_visit_per_doctor", "doctors_confirm", "doctors_answer"), sa.Boolean()),
}


def upgrade() -> None:
    op.add_column("clinics", sa.Column("settings", sa.JSON(none_as_null=True), nullable=True))
    clinics = sa.table(
        "clinics",
        sa.column("id", sa.Integer()),
        sa.column("settings", sa.JSON()),
        sa.column("preparation", sa.JSON()),
        *(sa.column(name, _TYPES.get(name)) for name in _AT),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(clinics)).mappings().all():
        said = {at: _plain(row[name]) for name, at in _AT.items()}
        said |= {f"preparation.{reason}": words for reason, words in row["preparation"].items()}
        bind.execute(sa.update(clinics).where(clinics.c.id == row["id"]).values(settings=said))


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def downgrade() -> None:
    op.drop_column("clinics", "settings")
