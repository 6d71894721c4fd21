"""Visits, and what belongs to one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class AppointmentRow(Base):
    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'booked', 'cancelled', 'fulfilled', 'no-show')", name="state"
        ),
        CheckConstraint("starts_at < ends_at", name="stretch"),
        CheckConstraint("NOT needs_time OR state = 'cancelled'", name="owed"),
        CheckConstraint(
            "(confirm_by IS NULL) = (unanswered IS NULL)"
            " AND (confirm_by IS NULL OR state = 'pending')",
            name="deadline",
        ),
        Index(None, "child_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    booked_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    booked_at: Mapped[datetime]
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    """Names the visit in calendars, for good."""
    sequence: Mapped[int]
    changed_at: Mapped[datetime]
    coming_at: Mapped[datetime | None]
    """When the family said that it comes at this time."""
    confirm_by: Mapped[datetime | None]
    """Of a pending one: from then on it is what `unanswered` says, whoever looks."""
    unanswered: Mapped[str | None] = mapped_column(String(20))
    word: Mapped[str | None] = mapped_column(String(20))
    """Who said how it stands."""
    needs_time: Mapped[bool] = mapped_column(server_default=false())
    """The clinic took its time away and owes it another; its state is "cancelled" meanwhile."""
    kept_outside: Mapped[int | None]
    """At which sequence the registry said that it may stay outside the doctor's hours."""
    told: Mapped[int] = mapped_column(server_default=text("0"))
    """How often its family was told of another room or address, beside what `sequence` counts."""
    told_at: Mapped[datetime | None]
    """When last."""
    hidden: Mapped[bool] = mapped_column(server_default=false())
    """Whether it is not shown to helpers."""
    awaits_system: Mapped[bool] = mapped_column(server_default=false())
    """Of a pending one: the clinic's own system has not said yes; no clock of ours ends that."""
    answer_by: Mapped[datetime | None]
    """By when its family was promised to hear what the system says."""


class CalendarFileRow(Base):
    """That somebody took a visit's file for the calendar; a newer one is sent after a change."""

    __tablename__ = "calendar_files"
    __table_args__ = (Index(None, "appointment_id"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointments.id"), primary_key=True, autoincrement=False
    )


class OfferRow(Base):
    """A time kept for the family of a visit that needs one. Once expired it is ignored."""

    __tablename__ = "offers"
    __table_args__ = (Index(None, "appointment_id"),)

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    until: Mapped[datetime]


class AbsenceRow(Base):
    """Days on which a doctor turned out not to receive."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index(None, "doctor_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.id"))
    closure: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    """What was done to the hours, by which it can be taken back."""
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class AbsentVisitRow(Base):
    """A visit that an absence concerned, and where it was."""

    __tablename__ = "absent_visits"
    __table_args__ = (Index(None, "appointment_id"),)

    absence_id: Mapped[int] = mapped_column(
        ForeignKey("absences.id"), primary_key=True, autoincrement=False
    )
    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointments.id"), primary_key=True, autoincrement=False
    )
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    sequence: Mapped[int]
    waited: Mapped[bool]
    """Whether it waited for the doctor's word."""


class StaffNoteRow(Base):
    """What colleagues tell each other about a visit, encrypted; it goes some days after it."""

    __tablename__ = "staff_notes"

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointments.id"), primary_key=True, autoincrement=False
    )
    ciphertext: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]


class ChangeRow(Base):
    """What became of an appointment and when; never changed once it is committed."""

    __tablename__ = "appointment_changes"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Nobody: the time to answer went by."""
    changed_at: Mapped[datetime]
    """Of what took back a change before anybody heard of it: when the visit was changed before."""
    coming_before: Mapped[datetime | None]
    """When the family had said, before this change, that it comes."""


class QuestionRow(Base):
    """What a parent asked about a visit. It goes with the visit, and some months after it."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "appointment_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    to_doctor: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When first; nothing: it waits."""


class AnswerRow(Base):
    """What the staff said to a question. The number is the judge of who was first."""

    __tablename__ = "answers"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 1 at each question."""
    post_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class CallRow(Base):
    """A change that the clinic made: its family is told by the bot, or has to be phoned."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "clinic_id", "wanted_at"),)

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointments.id"), primary_key=True, autoincrement=False
    )
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Which change of the visit; after a later one nobody has to hear of it any more."""
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    wanted_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    told: Mapped[int] = mapped_column(server_default=text("0"))
    """Which news of the visit's room or address it is about; 0: the change itself."""
    made: Mapped[bool] = mapped_column(server_default=false())
    """Nobody had to phone about the change itself any more, or at all, before there were such
    news."""


# Partial indexes are declared after their classes: inside __table_args__ the condition is not
# understood everywhere. The states are literals: a bound one can lose the index on PostgreSQL.
ACTIVE_STATES = "state IN ('pending', 'booked')"

ONE_ACTIVE_PER_SLOT = Index(
    "uq_appointments_active_slot",
    AppointmentRow.slot_id,
    unique=True,
    sqlite_where=text(ACTIVE_STATES),
    postgresql_where=text(ACTIVE_STATES),
)
WAITING = "state = 'pending'"

WAITING_BY_DEADLINE = Index(
    "ix_appointments_waiting",
    AppointmentRow.confirm_by,
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)
WAITING_QUESTIONS = Index(
    "ix_questions_waiting",
    QuestionRow.asked_at,
    sqlite_where=text("answered_at IS NULL"),
    postgresql_where=text("answered_at IS NULL"),
)
ONE_STANDING_ABSENCE = Index(
    "uq_absences_standing",
    AbsenceRow.doctor_id,
    AbsenceRow.first_day,
    AbsenceRow.last_day,
    unique=True,
    sqlite_where=text("undone_at IS NULL"),
    postgresql_where=text("undone_at IS NULL"),
)


class IllCountRow(Base):
    """How often something was done about ill children on a day of a clinic; nobody is named."""

    __tablename__ = "ill_counts"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]
