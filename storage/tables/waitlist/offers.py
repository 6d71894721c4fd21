"""Times that became free, and what is offered of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class FreedTimeRow(Base):
    """A time that became free while somebody waited for such a one, and what became of it."""

    __tablename__ = "freed_times"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'public', 'gone')", name="state"),
        Index(None, "clinic_id", "freed_at", "why", "state", "settled_at"),
        Index(None, "slot_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    why: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    freed_at: Mapped[datetime]
    held_from: Mapped[datetime]
    """From then on nobody else can have it."""
    until: Mapped[datetime]
    """At this moment it is everybody's, whoever looks, unless it is offered still."""
    next_at: Mapped[datetime]
    """When it is passed on next."""
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


class WaitOfferRow(Base):
    """That a family who waits was offered a freed time, and what it said."""

    __tablename__ = "wait_offers"
    __table_args__ = (
        CheckConstraint(
            "state IN ('made', 'sent', 'accepted', 'refused', 'expired', 'lost', 'unreached')",
            name="state",
        ),
        Index(None, "wait_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wait_id: Mapped[int] = mapped_column(ForeignKey("waits.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10))
    rank: Mapped[str] = mapped_column(String(20))
    """Why it came before others."""
    among: Mapped[int] = mapped_column(SmallInteger)
    """How many families were offered it at once."""
    lasts: Mapped[int]
    """Seconds, from when its message is accepted."""
    latest: Mapped[datetime]
    """Whenever that is, it can be accepted no later."""
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    until: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class WaitOfferTimeRow(Base):
    """Which times an offer is of: one, or as many as there are children, in their order."""

    __tablename__ = "wait_offer_times"
    __table_args__ = (Index(None, "slot_id"), Index(None, "freed_id"))

    offer_id: Mapped[int] = mapped_column(
        ForeignKey("wait_offers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    freed_id: Mapped[int] = mapped_column(ForeignKey("freed_times.id"))
    place: Mapped[int] = mapped_column(SmallInteger)


# Partial indexes are declared after their classes: see `storage.tables.visits`.
OPEN = "state = 'open'"
LIVE = "state IN ('made', 'sent')"

ONE_OPEN_PER_SLOT = Index(
    "uq_freed_times_open_slot",
    FreedTimeRow.slot_id,
    unique=True,
    sqlite_where=text(OPEN),
    postgresql_where=text(OPEN),
)
OPEN_IN_TURN = Index(
    "ix_freed_times_open",
    FreedTimeRow.next_at,
    sqlite_where=text(OPEN),
    postgresql_where=text(OPEN),
)
ONE_LIVE_OFFER = Index(
    "uq_wait_offers_live",
    WaitOfferRow.wait_id,
    unique=True,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)
LIVE_BY_END = Index(
    "ix_wait_offers_live",
    WaitOfferRow.until,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)
