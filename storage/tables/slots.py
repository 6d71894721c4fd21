"""Stored times, and who has them but for a visit."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class SlotRow(Base):
    __tablename__ = "slots"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="stretch"),
        Index(None, "doctor_id", "starts_at"),
        Index(None, "clinic_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    """The doctor's clinic once more, so that "earliest at the clinic" reads one index."""
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    day: Mapped[date]
    """The clinic's calendar day, so that a month is counted by the database."""
    source: Mapped[str] = mapped_column(String(20))
    """Where the row came from: "schedule" is a doctor's rule."""
    open: Mapped[bool]
    withdrawn: Mapped[bool]
    """The schedule no longer gives it. While somebody has it, it stays open, and free to nobody
    else; it can be had again when the schedule gives it again. What is neither open nor withdrawn
    was closed by the clinic, and stays so."""
    reasons: Mapped[int]
    """A bit for each reason it is for, see `storage.schedule.reasons`; 0 is any."""
    reserved_for: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """For whom it is kept, see `storage.schedule.reserved`; 0 is for nobody."""
    released_at: Mapped[datetime | None]
    """From this moment on it is everybody's again, whoever looks."""
    named_for: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """For whom a sheet said that it is kept, as in `reserved_for`, which follows from it."""
    outside: Mapped[bool] = mapped_column(server_default=false())
    """A visit stands on it, and the doctor does not receive then any more."""


class TakenSlotRow(Base):
    """A time that somebody has whom we do not know. The slot itself is closed meanwhile."""

    __tablename__ = "taken_slots"
    __table_args__ = (CheckConstraint("taker IN ('caller', 'elsewhere')", name="taker"),)

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    taker: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str]
    """How the clinic's other system names it."""
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Nobody's post: the command line."""
    taken_at: Mapped[datetime]


class ReleasedTimeRow(Base):
    """That somebody of the registry opened a kept time to everybody before its hour."""

    __tablename__ = "released_times"

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    released_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    released_at: Mapped[datetime]


class HoldRow(Base):
    """A time kept for a family for minutes; several where brothers and sisters come together. Once
    expired it is ignored, whoever looks."""

    __tablename__ = "holds"
    __table_args__ = (Index(None, "person_id"),)

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    until: Mapped[datetime]


class FirstAskRow(Base):
    """When a family first asked a clinic for a time for a child on a day, and the earliest there
    was. It goes with the child, and after some months anyway."""

    __tablename__ = "first_asks"
    __table_args__ = (Index(None, "child_id"), Index(None, "asked_at"))

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(
        ForeignKey("children.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    asked_at: Mapped[datetime]
    earliest: Mapped[datetime | None]


# A partial index is declared after its class: see `storage.tables.visits`.
OUTSIDE_HOURS = Index(
    "ix_slots_outside",
    SlotRow.clinic_id,
    sqlite_where=text("outside"),
    postgresql_where=text("outside"),
)
OPENED_BY_CLOCK = Index(
    "ix_slots_released_at",
    SlotRow.released_at,
    sqlite_where=text("released_at IS NOT NULL"),
    postgresql_where=text("released_at IS NOT NULL"),
)
OPEN_IN_ORDER = Index(
    "ix_slots_open",
    SlotRow.doctor_id,
    SlotRow.starts_at,
    sqlite_where=text("open"),
    postgresql_where=text("open"),
)
"""By which SQLite's trigger finds the time before a new one in one step."""
