"""Visits on their way into clinics' own systems, there, and out of them again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class SystemBookingRow(Base):
    """A visit on its way into a clinic's own system, there, or out of it again: one row for each
    time of it. It outlives the visit's family, since what was booked there has to be taken back."""

    __tablename__ = "system_bookings"
    __table_args__ = (
        CheckConstraint(
            "step IN ('asked', 'sent', 'booked', 'refused', 'leaving', 'left', 'stuck', 'dropped')",
            name="step",
        ),
        CheckConstraint("(ref_system IS NULL) = (ref_value IS NULL)", name="ref"),
        Index(None, "appointment_id"),
        Index(None, "clinic_id", "ref_value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    """By which it can be found there where nobody answered."""
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    appointment_id: Mapped[int | None] = mapped_column(
        ForeignKey("appointments.id", ondelete="SET NULL")
    )
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    step: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    """When it is to be seen to, of a step that waits for us."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Whose agreement says what may be sent; nobody's: it was booked there."""
    sent_at: Mapped[datetime | None]
    """When it was asked for there last: until it is known what became of that, nobody knows
    whether it stands there."""
    sent: Mapped[str]
    """What of the child was sent, in one word each."""
    in_doubt: Mapped[bool] = mapped_column(server_default=false())
    """A request left, and no answer to it was understood."""
    promised_at: Mapped[datetime]
    """By when the family was promised an answer."""
    told_late: Mapped[bool] = mapped_column(server_default=false())
    ref_system: Mapped[str | None]
    ref_value: Mapped[str | None]
    why: Mapped[str | None] = mapped_column(String(20))
    """Why it was refused, or cannot be gone on with."""
    checked_at: Mapped[datetime | None]
    """When it was looked at there last, of one that stands."""
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    together: Mapped[str | None] = mapped_column(String(36))
    """What all have in common that were asked for in one go, for brothers and sisters: all or none
    of them."""


# Partial indexes are declared after their classes: see `storage.tables.visits`.
ON_ITS_WAY = "step IN ('asked', 'sent', 'leaving')"
STANDS_THERE = "step = 'booked'"
STUCK = "step = 'stuck'"
BOOKINGS_ON_THEIR_WAY = Index(
    "ix_system_bookings_due",
    SystemBookingRow.due_at,
    sqlite_where=text(ON_ITS_WAY),
    postgresql_where=text(ON_ITS_WAY),
)
BOOKINGS_THERE = Index(
    "ix_system_bookings_there",
    SystemBookingRow.slot_id,
    sqlite_where=text(STANDS_THERE),
    postgresql_where=text(STANDS_THERE),
)
ASKED_TOGETHER = "together IS NOT NULL"
BOOKINGS_TOGETHER = Index(
    "ix_system_bookings_together",
    SystemBookingRow.together,
    sqlite_where=text(ASKED_TOGETHER),
    postgresql_where=text(ASKED_TOGETHER),
)
CLAIMS_ITS_TIME = "step IN ('asked', 'sent', 'stuck', 'booked', 'leaving')"
BOOKINGS_WITH_TIME = Index(
    "ix_system_bookings_claims",
    SystemBookingRow.slot_id,
    sqlite_where=text(CLAIMS_ITS_TIME),
    postgresql_where=text(CLAIMS_ITS_TIME),
)
BOOKINGS_STUCK = Index(
    "ix_system_bookings_stuck",
    SystemBookingRow.clinic_id,
    sqlite_where=text(STUCK),
    postgresql_where=text(STUCK),
)
