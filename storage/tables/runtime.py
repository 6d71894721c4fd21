"""What the bot itself keeps: conversations, leases, updates."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ConversationRow(Base):
    __tablename__ = "conversations"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    asked: Mapped[str] = mapped_column(String(20))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    child_name: Mapped[str]
    child_id: Mapped[int | None] = mapped_column(
        ForeignKey("children.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    topic: Mapped[str] = mapped_column(Text)


class LeaseRow(Base):
    """What one process at a time may do, and which one does it."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]


class HandledUpdateRow(Base):
    """An update that took effect: a set, never a watermark, as ids can come in any order."""

    __tablename__ = "handled_updates"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    handled_at: Mapped[datetime] = mapped_column(index=True)


class DeadLetterRow(Base):
    """An update that nobody could handle: its id, kind and error, and nothing of its content."""

    __tablename__ = "dead_letters"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    error: Mapped[str]
    set_aside_at: Mapped[datetime]


class OwedAnswerRow(Base):
    """An answer that Telegram did not take yet: whom it is for and what was tapped, and nothing
    that was typed."""

    __tablename__ = "owed_answers"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int | None]
    data: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]
