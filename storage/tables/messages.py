"""What is to be told, to one family or to many."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class BroadcastRow(Base):
    """One text to many families of a clinic. Each of them has a row among the notifications."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint("state IN ('sending', 'paused', 'stopped', 'done')", name="state"),
        CheckConstraint(
            "whom IN ('families', 'district', 'patients', 'days', 'visits')", name="whom"
        ),
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("state <> 'done' OR settled_at IS NOT NULL", name="done"),
        Index(None, "clinic_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime]
    whom: Mapped[str] = mapped_column(String(20))
    subject: Mapped[int]
    """The district or the doctor; 0 where it is nobody's."""
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    text: Mapped[str] = mapped_column(Text)
    total: Mapped[int]
    """How many persons it was confirmed for."""
    state: Mapped[str] = mapped_column(String(20))
    planned_through: Mapped[int]
    """Up to this person everybody who is meant has a row."""
    all_planned: Mapped[bool]
    message_id: Mapped[int | None]
    """In the author's chat: where it is said how far it is."""
    settled_at: Mapped[datetime | None]
    """When nobody was left to be told."""
    reported_at: Mapped[datetime | None]
    """When the author was told how it ended."""


class NotificationRow(Base):
    """Something that somebody must be told from a moment on, and what became of it."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("appointment_id", "person_id", "kind", "occasion"),
        UniqueConstraint("broadcast_id", "person_id"),
        UniqueConstraint("invitation_id", "person_id", "kind"),
        UniqueConstraint("check_up_id", "person_id"),
        UniqueConstraint("wait_id", "person_id", "kind", "occasion"),
        UniqueConstraint("group_id", "person_id", "kind"),
        UniqueConstraint("clinic_id", "person_id", "kind", "occasion"),
        CheckConstraint(
            "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL OR invitation_id IS NOT NULL"
            " OR check_up_id IS NOT NULL OR wait_id IS NOT NULL OR group_id IS NOT NULL"
            " OR clinic_id IS NOT NULL",
            name="subject",
        ),
        Index(None, "broadcast_id", "state"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("care_invitations.id", ondelete="CASCADE")
    )
    check_up_id: Mapped[int | None] = mapped_column(ForeignKey("check_ups.id", ondelete="CASCADE"))
    wait_id: Mapped[int | None] = mapped_column(ForeignKey("waits.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("child_groups.id", ondelete="CASCADE"))
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinics.id"))
    """Of what is about a clinic itself."""
    occasion: Mapped[str] = mapped_column(String(20))
    """Of each it is told once: which change of the visit, or the time it is reminded of."""
    due_at: Mapped[datetime]
    try_at: Mapped[datetime]
    """When it may be claimed: once due, after a failure, or when a claim has lasted too long."""
    useful_until: Mapped[datetime]
    urgency: Mapped[int]
    bundle: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    """Of the attempts, those in which it was itself at fault; the others met a Telegram that was
    away or asked for a pause."""
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


class ReplanningRow(Base):
    """A clinic whose visits ahead are to be reminded of at other hours, and how far that is."""

    __tablename__ = "replannings"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    through: Mapped[datetime]
    """Of the visits that begin up to then the reminders are planned anew."""


class SpokenRow(Base):
    """A message in somebody's private chat that says when a visit is; nothing of its words."""

    __tablename__ = "spoken"
    __table_args__ = (Index(None, "appointment_id"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """In that chat; Telegram counts them."""
    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointments.id"), primary_key=True, autoincrement=False
    )
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id"))
    """Which time it says; None: that the visit is off."""


PLANNED = "state = 'planned'"

PLANNED_BY_URGENCY = Index(
    "ix_notifications_planned_urgency",
    NotificationRow.urgency,
    NotificationRow.try_at,
    sqlite_where=text(PLANNED),
    postgresql_where=text(PLANNED),
)
PLANNED_BY_PERSON = Index(
    "ix_notifications_planned_person",
    NotificationRow.person_id,
    NotificationRow.bundle,
    sqlite_where=text(PLANNED),
    postgresql_where=text(PLANNED),
)
