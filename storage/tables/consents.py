"""What people agreed to, and the texts they were shown."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
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


ONE_STANDING_CONSENT = Index(
    "uq_consents_standing",
    ConsentRow.person_id,
    ConsentRow.clinic_id,
    ConsentRow.purpose,
    unique=True,
    sqlite_where=text("withdrawn_at IS NULL"),
    postgresql_where=text("withdrawn_at IS NULL"),
)
