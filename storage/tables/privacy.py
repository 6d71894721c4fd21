"""Who asked that everything about them be erased, and what became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ErasureRow(Base):
    """An erasure, asked for and then done. It stays as the act that says so: ids, and no name.

    Who works at a clinic stays known, and may come back and ask once more: of the same row, which
    says when they were erased last until they are again."""

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint("asked_at <= due_at", name="due"),
        CheckConstraint("listed_at IS NULL OR erased_at IS NOT NULL", name="listed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Until then it can be taken back, and the row goes, or is the act of before again."""
    erased_at: Mapped[datetime | None]
    """The last time. If it was asked for since, it is to be done once more."""
    children: Mapped[str] = mapped_column(Text)
    """The ids of the children who were ever erased with the person, with commas between."""
    listed_at: Mapped[datetime | None]
    """When it was written down outside the database, for whoever restores an older one."""


class ExportLinkRow(Base):
    """By which somebody may take their file along, once; of one person there is one."""

    __tablename__ = "export_links"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class ForgottenRow(Base):
    """How much of a kind was forgotten when its life was over: numbers alone."""

    __tablename__ = "forgotten"

    kept: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
    last: Mapped[int]
    """How many went then."""
    ever: Mapped[int]


# A partial index is declared after its class: see `storage.tables.visits`.
UNFINISHED = Index(
    "ix_erasures_unfinished",
    ErasureRow.due_at,
    sqlite_where=text("listed_at IS NULL"),
    postgresql_where=text("listed_at IS NULL"),
)
