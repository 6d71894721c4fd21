"""Posts, invitations, codes, and the journal of access."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class VisitCodeRow(Base):
    """A number said over the phone, by which a family takes its child's visits into the bot."""

    __tablename__ = "visit_codes"
    __table_args__ = (CheckConstraint("role IN ('parent', 'self')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    role: Mapped[str] = mapped_column(String(20), server_default="parent")
    """What whoever says it becomes to the child."""


class CodeTryRow(Base):
    """That somebody typed a number that is no code: after too many, no more are looked at."""

    __tablename__ = "code_tries"
    __table_args__ = (Index(None, "person_id", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    tried_at: Mapped[datetime]


class StaffRow(Base):
    """Somebody's role in a clinic. The rows of those who left stay: the journal points at them."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("role IN ('administrator', 'registrar', 'doctor')", name="role"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str] = mapped_column(String(20))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.id"))
    name: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class InvitationRow(Base):
    """A link that makes whoever opens it first a member of staff."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("role IN ('administrator', 'registrar', 'doctor')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    role: Mapped[str] = mapped_column(String(20))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.id"))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """It stands only while this post does; None: whoever runs the bot made it."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccessRecordRow(Base):
    """Who of the staff saw or changed a child's data; never changed, never removed.

    The ids point at nothing on purpose: the journal outlives what it speaks of."""

    __tablename__ = "access_records"
    __table_args__ = (Index(None, "child_id", "at"),)

    clinic_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    access: Mapped[str] = mapped_column(String(20))
    child_id: Mapped[int]
    appointment_id: Mapped[int | None]
    at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64))


class JournalSubjectRow(Base):
    """Which child a number in the journal means; once the child is erased, nobody."""

    __tablename__ = "journal_subjects"
    __table_args__ = (
        CheckConstraint("token < 0", name="token"),
        CheckConstraint("(child_id IS NULL) = (salt IS NULL)", name="forgotten"),
        Index(None, "child_id"),
    )

    token: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    child_id: Mapped[int | None]
    salt: Mapped[str | None] = mapped_column(String(32))


ONE_STANDING_POST = Index(
    "uq_staff_standing",
    StaffRow.clinic_id,
    StaffRow.person_id,
    StaffRow.role,
    unique=True,
    sqlite_where=text("until IS NULL"),
    postgresql_where=text("until IS NULL"),
)
