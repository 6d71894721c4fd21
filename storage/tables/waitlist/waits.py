"""Places in the list of those who wait for a time."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class WaitRow(Base):
    """A place in a clinic's list of those who wait for a time."""

    __tablename__ = "waits"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'resting', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_as IS NOT NULL)", name="ended"),
        CheckConstraint("first_day <= last_day", name="days"),
        Index(None, "person_id"),
        Index(None, "visit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    """Who is written to; None: whoever cares for the children."""
    kind: Mapped[str] = mapped_column(String(20))
    any_doctor: Mapped[bool]
    """Otherwise those of `wait_doctors`."""
    first_day: Mapped[date]
    last_day: Mapped[date]
    weekdays: Mapped[int] = mapped_column(SmallInteger)
    """A bit for each; Monday is the lowest."""
    since_minute: Mapped[int] = mapped_column(SmallInteger)
    """Of the day, on the clinic's wall."""
    until_minute: Mapped[int | None] = mapped_column(SmallInteger)
    notice: Mapped[int]
    """Minutes before a time that its family has to know of it."""
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="SET NULL"))
    """The visit that is held meanwhile; of who is owed a time, the one that was taken away."""
    owed: Mapped[bool] = mapped_column(server_default=false())
    early: Mapped[bool] = mapped_column(server_default=false())
    since: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    unanswered: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    look_at: Mapped[datetime | None]
    """When the times that stand free are looked through for it next, while it waits."""
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_as: Mapped[str | None] = mapped_column(String(20))
    moved_up_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    moved_up_at: Mapped[datetime | None]
    moved_up_why: Mapped[str | None]
    put_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class WaitChildRow(Base):
    """For whom: one child, or brothers and sisters together."""

    __tablename__ = "wait_children"
    __table_args__ = (Index(None, "child_id"),)

    wait_id: Mapped[int] = mapped_column(
        ForeignKey("waits.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    child_id: Mapped[int] = mapped_column(
        ForeignKey("children.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(SmallInteger)


class WaitDoctorRow(Base):
    """With whom, where not anybody would do."""

    __tablename__ = "wait_doctors"

    wait_id: Mapped[int] = mapped_column(
        ForeignKey("waits.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    doctor_id: Mapped[int] = mapped_column(
        ForeignKey("doctors.id"), primary_key=True, autoincrement=False
    )


class WaitSeenRow(Base):
    """What stood free when the family asked to be told, and it did not choose."""

    __tablename__ = "wait_seen"
    __table_args__ = (Index(None, "slot_id"),)

    wait_id: Mapped[int] = mapped_column(
        ForeignKey("waits.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    seen_at: Mapped[datetime]


# Partial indexes are declared after their classes: see `storage.tables.visits`.
WAITING = "state = 'waiting'"
LIVE = "state <> 'ended'"
MET = "ended_as = 'met'"

WAITING_AT_CLINIC = Index(
    "ix_waits_waiting",
    WaitRow.clinic_id,
    WaitRow.last_day,
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)
TO_LOOK_AT = Index(
    "ix_waits_look_at",
    WaitRow.look_at,
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)
LIVE_IN_ORDER = Index(
    "ix_waits_live",
    WaitRow.clinic_id,
    WaitRow.since,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)
MET_LATELY = Index(
    "ix_waits_met",
    WaitRow.clinic_id,
    WaitRow.ended_at,
    sqlite_where=text(MET),
    postgresql_where=text(MET),
)
