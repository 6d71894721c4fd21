"""How each clinic's own system is reached, and how it names times and children."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ClinicSystemRow(Base):
    """A clinic's own system, and how it answered last."""

    __tablename__ = "clinic_systems"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How it is reached and what it is told; no key."""
    mark: Mapped[str]
    """Where its news were read up to, in its own words."""
    read_at: Mapped[datetime | None]
    """When its times were read last."""
    whole_at: Mapped[datetime | None]
    """When all of them were, the last time."""
    due_at: Mapped[datetime]
    """When it is to be read again."""
    failures: Mapped[int]
    """In a row."""
    trouble: Mapped[str | None] = mapped_column(String(20))
    """Why it did not answer the last time."""
    troubled_since: Mapped[datetime | None]


class SystemSlotRow(Base):
    """How a clinic's own system names a time."""

    __tablename__ = "system_slots"

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    doctor: Mapped[str]
    """How that system names the doctor's schedule."""
    system: Mapped[str]
    value: Mapped[str]
    version: Mapped[str]


class SystemPatientRow(Base):
    """How a clinic's own system names a child."""

    __tablename__ = "system_patients"
    __table_args__ = (Index(None, "clinic_id", "value"),)

    child_id: Mapped[int] = mapped_column(
        ForeignKey("children.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    system: Mapped[str]
    value: Mapped[str]
