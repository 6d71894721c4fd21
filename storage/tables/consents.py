"""What people agreed to, and the texts they were shown."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ConsentTextRow(Base):
    """The document as it was shown: never changed, only followed by the next version."""

    __tablename__ = "consent_texts"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class ConsentRow(Base):
    __tablename__ = "consents"
    __table_args__ = (Index(None, "person_id"), Index(None, "child_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    text_sha256: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("children.id"))
    """With whose visit it was asked for; none where it was asked for all children in care."""


class DeclinedConsentRow(Base):
    """That somebody said no, so that they are not asked again."""

    __tablename__ = "declined_consents"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int]
    declined_at: Mapped[datetime]


class PaperConsentRow(Base):
    """That a family without the bot signed the clinic's consent on paper (R41)."""

    __tablename__ = "paper_consents"
    __table_args__ = (Index(None, "child_id"), Index(None, "clinic_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"))
    version: Mapped[int]
    """Of the clinic's text on the processing of data, which is what is signed."""
    text_sha256: Mapped[str] = mapped_column(String(64))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ConsentEventRow(Base):
    """That a consent was given, declined or withdrawn: only ever added. What stands is in the
    tables above, which are changed in the same transaction."""

    __tablename__ = "consent_events"
    __table_args__ = (
        CheckConstraint("action IN ('given', 'declined', 'withdrawn')", name="action"),
        CheckConstraint("channel IN ('chat', 'paper')", name="channel"),
        UniqueConstraint("consent_id", "action"),
        UniqueConstraint("paper_consent_id", "action"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """The number of its receipt."""
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Who said so; none where it was signed on paper."""
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"))
    paper_consent_id: Mapped[int | None] = mapped_column(ForeignKey("paper_consents.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    text_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the document as it was shown; not known of what was declined before it was noted."""
    action: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who recorded it at the clinic; otherwise the family did."""
    legal_basis: Mapped[str] = mapped_column(String(20))
    """On which ground the clinic worked then (152-FZ art. 6, 9, 10)."""
    at: Mapped[datetime]


ONE_STANDING_CONSENT = Index(
    "uq_consents_standing",
    ConsentRow.person_id,
    ConsentRow.clinic_id,
    ConsentRow.purpose,
    unique=True,
    sqlite_where=text("withdrawn_at IS NULL"),
    postgresql_where=text("withdrawn_at IS NULL"),
)
