"""When doctors receive: rules, and what is otherwise on some days."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.model.schedule import Reception
from storage.tables.base import Base
from storage.tables.reception_json import ReceptionJson, ReceptionsJson


class ScheduleRuleRow(Base):
    __tablename__ = "schedule_rules"
    __table_args__ = (
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("days IN ('all', 'even', 'odd')", name="days"),
        Index(None, "doctor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    reception: Mapped[Reception] = mapped_column(ReceptionJson)
    weekdays: Mapped[int]
    """A bit for each: Monday is 1, Tuesday 2, Sunday 64."""
    days: Mapped[str] = mapped_column(String(4))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class ScheduleExceptionRow(Base):
    __tablename__ = "schedule_exceptions"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index(None, "doctor_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    receptions: Mapped[list[Reception]] = mapped_column(ReceptionsJson)


class HolidayRow(Base):
    __tablename__ = "holidays"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index(None, "clinic_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]


class DelayRow(Base):
    """How late a doctor is on a day, as was said last."""

    __tablename__ = "delays"

    doctor_id: Mapped[int] = mapped_column(
        ForeignKey("doctors.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    step: Mapped[int]


class LeaveRow(Base):
    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("substitute_id <> doctor_id", name="substitute"),
        Index(None, "doctor_id", "last_day"),
        Index(None, "substitute_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.id"))
    in_their_hours: Mapped[bool]
