"""Persons, their wishes and phones, children, and who cares for whom."""

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    func,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from storage.tables.base import Base
from storage.tables.clinic import DistrictRow


class PersonRow(Base):
    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    language: Mapped[str] = mapped_column(String(2))
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinics.id"))
    """Where they came last; unknown before their first consent."""
    unreachable_since: Mapped[datetime | None]
    """When Telegram would not let the bot write to them; they have not written since."""


class ReminderWishesRow(Base):
    """How somebody wants to be reminded, where it is not as the clinic does."""

    __tablename__ = "reminder_wishes"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    evening: Mapped[bool]
    evening_at: Mapped[time | None]
    soon: Mapped[bool]
    before_minutes: Mapped[int | None]
    discreet: Mapped[bool]


class ChildGroupRow(Base):
    """That a child is of a group for which a clinic keeps times: which, is encrypted."""

    __tablename__ = "child_groups"
    __table_args__ = (
        Index(None, "child_id"),
        Index(None, "ends_on"),
        Index(
            "ix_child_groups_claimed",
            "clinic_id",
            sqlite_where=text("put_by IS NULL"),
            postgresql_where=text("put_by IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id", ondelete="CASCADE"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    ciphertext: Mapped[str]
    """The group and its last day, see `storage.families.groups`."""
    ends_on: Mapped[date]
    """The last day once more, so that it goes by itself."""
    put_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who saw the document, or said that there is none; None: a parent says so, and nobody has."""
    put_at: Mapped[datetime]


class ChildRow(Base):
    __tablename__ = "children"
    __table_args__ = (Index(None, "birth_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    birth_date: Mapped[date]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))
    visited_until: Mapped[datetime | None]
    """Of visits of which nobody knows any more whose they were: when the last of them ended."""
    district_doctor_id: Mapped[int | None] = column_property(
        select(DistrictRow.doctor_id)
        .where(DistrictRow.id == district_id)
        .correlate_except(DistrictRow)
        .scalar_subquery()
    )
    """Read along: whoever asks for the child has it in the same statement."""
    sealed_groups: Mapped[str | None] = column_property(
        select(
            func.aggregate_strings(
                cast(ChildGroupRow.clinic_id, String) + ":" + ChildGroupRow.ciphertext, " "
            )
        )
        .where(ChildGroupRow.child_id == id)
        .correlate_except(ChildGroupRow)
        .scalar_subquery()
    )
    """The same of its groups at all clinics; `storage.families.groups` opens them."""


class CareRow(Base):
    """Who looks after whom; several adults a child, several children an adult. What a link grants,
    `storage.families.care` alone knows."""

    __tablename__ = "care"
    __table_args__ = (
        CheckConstraint("role IN ('parent', 'helper', 'self')", name="role"),
        CheckConstraint("state IN ('pending', 'active', 'ended')", name="state"),
        CheckConstraint("state <> 'ended' OR ends_at IS NOT NULL", name="ended"),
        Index(None, "child_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"), primary_key=True)
    since: Mapped[datetime]
    role: Mapped[str] = mapped_column(String(20), server_default="parent")
    state: Mapped[str] = mapped_column(String(20), server_default="active")
    """Only an active one grants anything."""
    ends_at: Mapped[datetime | None]
    """From then on it grants nothing, whoever looks."""
    called: Mapped[str] = mapped_column(Text, server_default=text("''"))
    """What the family calls whose link it is: a key of `services.families.people.WORDS`, or words
    of its own; empty: nobody has said."""
    may_book: Mapped[bool] = mapped_column(server_default=true())
    may_cancel: Mapped[bool] = mapped_column(server_default=true())
    is_told: Mapped[bool] = mapped_column(server_default=true())
    """Of a helper's; a parent, and the child itself, may do all of it."""


class CareInvitationRow(Base):
    """By which somebody may become a child's helper, once who made it says that it is them."""

    __tablename__ = "care_invitations"
    __table_args__ = (
        CheckConstraint("(opened_by IS NULL) = (opened_at IS NULL)", name="opened"),
        CheckConstraint("settled_at IS NULL OR opened_by IS NOT NULL", name="settled"),
        Index(None, "child_id"),
        Index(None, "invited_by"),
        Index(None, "opened_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id", ondelete="CASCADE"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    """Where the helper comes to first."""
    invited_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    """It stands only while this parent's link does."""
    called: Mapped[str] = mapped_column(Text)
    may_book: Mapped[bool]
    ends_at: Mapped[datetime | None]
    """Of the link of care that it may become."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Until then it can be opened; of an opened one, until then who made it may say yes."""
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Whoever was first; it is nobody else's then."""
    opened_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    """What Telegram calls them, for who made it to see."""
    opened_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When it became a link of care; whoever is refused leaves no row."""


class JoinedChildRow(Base):
    """That a child was entered twice: whose id is no more, and under which one it goes on. What
    cannot be changed, the journal of access, is read by it."""

    __tablename__ = "joined_children"
    __table_args__ = (Index(None, "child_id"),)

    gone_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """None: the family did, by a code of the registry's."""


class CheckUpRow(Base):
    """A check-up at an age, of which a family was invited or has said something. To each there is
    one invitation, ever: the row is its judge."""

    __tablename__ = "check_ups"
    __table_args__ = (
        UniqueConstraint("child_id", "clinic_id", "months"),
        CheckConstraint("months > 0", name="months"),
        Index(None, "invited_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id", ondelete="CASCADE"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    months: Mapped[int]
    """The age that it is for."""
    invited_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]
    """When the family said that it was had already."""


class UninvitedRow(Base):
    """A child whose family wants no invitations to check-ups, of whatever clinic."""

    __tablename__ = "uninvited_children"

    child_id: Mapped[int] = mapped_column(
        ForeignKey("children.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime]


KEY_ID_LENGTH = 8
"""Characters of the id of its key, with which whatever is encrypted begins."""


class PhoneRow(Base):
    """A phone: a person's own, or one that the registry wrote down for a child. Encrypted; see
    `storage.care.ciphers`."""

    __tablename__ = "phones"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (child_id IS NULL)", name="owner"),
        UniqueConstraint("child_id", "clinic_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), unique=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("children.id"))
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinics.id"))
    """Whose registry noted it; a person's own is of no clinic."""
    ciphertext: Mapped[str]
    blind_index: Mapped[str] = mapped_column(String(64), index=True)
    """By which the number is found without being read."""
    given_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When Telegram vouched for it as the person's own."""
