"""The tables, and the constraints that are the last judge of what is scarce."""

from datetime import date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.model.schedule import Reception
from storage.receptions import ReceptionJson, ReceptionsJson
from storage.types import UtcDateTime, Zone


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime, ZoneInfo: Zone, str: String(200)}


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


class ChildRow(Base):
    __tablename__ = "children"
    __table_args__ = (Index(None, "birth_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    birth_date: Mapped[date]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("districts.id"))


class CareRow(Base):
    """Who looks after whom; several adults a child, several children an adult."""

    __tablename__ = "care"
    __table_args__ = (Index(None, "child_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"), primary_key=True)
    since: Mapped[datetime]


KEY_ID_LENGTH = 8
"""Characters of the id of its key, with which whatever is encrypted begins."""


class PhoneRow(Base):
    """A phone: a person's own, or one that the registry wrote down for a child. Encrypted; see
    `storage.ciphers`."""

    __tablename__ = "phones"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (child_id IS NULL)", name="owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), unique=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("children.id"), unique=True)
    ciphertext: Mapped[str]
    blind_index: Mapped[str] = mapped_column(String(64), index=True)
    """By which the number is found without being read."""
    given_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When Telegram vouched for it as the person's own."""


class ClinicRow(Base):
    __tablename__ = "clinics"
    __table_args__ = (
        CheckConstraint("legal_basis IN ('consent', 'secrecy')", "legal_basis"),
        CheckConstraint("unanswered IN ('booked', 'given-back')", "unanswered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str]
    zone: Mapped[ZoneInfo]
    address: Mapped[str]
    phone: Mapped[str]
    home_call_phone: Mapped[str]
    home_call_hours: Mapped[str]
    ill_words: Mapped[str] = mapped_column(Text)
    notice_minutes: Mapped[int]
    horizon_days: Mapped[int]
    opens_at: Mapped[time]
    one_visit_per_doctor: Mapped[bool]
    hold_minutes: Mapped[int]
    offer_minutes: Mapped[int]
    most_children: Mapped[int]
    most_visits: Mapped[int]
    remind_evening: Mapped[time]
    remind_before_minutes: Mapped[int]
    quiet_starts: Mapped[time]
    quiet_ends: Mapped[time]
    directions: Mapped[str] = mapped_column(Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    duty: Mapped[str] = mapped_column(Text)
    preparation: Mapped[dict[str, str]] = mapped_column(JSON)
    """By reason, the clinic's own words about how to prepare."""
    ill_words_signed_by: Mapped[str]
    urgent_phone: Mapped[str]
    doctors_confirm: Mapped[bool]
    confirm_within_minutes: Mapped[int]
    confirm_before_minutes: Mapped[int]
    unanswered: Mapped[str] = mapped_column(String(20))
    cancellation: Mapped[str]
    legal_basis: Mapped[str] = mapped_column(String(20))
    doctors_answer: Mapped[bool]
    answer_within_minutes: Mapped[int]


class ConsentTextRow(Base):
    """The document as it was shown: never changed, only followed by the next version."""

    __tablename__ = "consent_texts"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class ConsentRow(Base):
    __tablename__ = "consents"

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


class VisitCodeRow(Base):
    """A number said over the phone, by which a family takes its child's visits into the bot."""

    __tablename__ = "visit_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CodeTryRow(Base):
    """That somebody typed a number that is no code: after too many, no more are looked at."""

    __tablename__ = "code_tries"
    __table_args__ = (Index(None, "person_id", "tried_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    tried_at: Mapped[datetime]


class ConversationRow(Base):
    __tablename__ = "conversations"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    asked: Mapped[str] = mapped_column(String(20))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    child_name: Mapped[str]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("children.id"))
    asked_at: Mapped[datetime]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    topic: Mapped[str] = mapped_column(Text)


class DoctorRow(Base):
    __tablename__ = "doctors"
    __table_args__ = (Index(None, "clinic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    name: Mapped[str]
    room: Mapped[str] = mapped_column(String(20))


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


class DistrictRow(Base):
    __tablename__ = "districts"
    __table_args__ = (Index(None, "doctor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    name: Mapped[str]


class AddressesRow(Base):
    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("side IN ('all', 'even', 'odd')", name="side"),
        Index(None, "district_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    street: Mapped[str]
    side: Mapped[str] = mapped_column(String(4))
    first_house: Mapped[int]
    last_house: Mapped[int | None]


class ScheduleRuleRow(Base):
    __tablename__ = "schedule_rules"
    __table_args__ = (
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("days IN ('all', 'even', 'odd')", name="days"),
        Index(None, "doctor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    reception: Mapped[Reception] = mapped_column(ReceptionJson)
    weekdays: Mapped[int]
    """A bit for each: Monday is 1, Tuesday 2, Sunday 64."""
    days: Mapped[str] = mapped_column(String(4))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class ScheduleExceptionRow(Base):
    __tablename__ = "schedule_exceptions"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index(None, "doctor_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    receptions: Mapped[list[Reception]] = mapped_column(ReceptionsJson)


class HolidayRow(Base):
    __tablename__ = "holidays"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index(None, "clinic_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]


class DelayRow(Base):
    """How late a doctor is on a day, as was said last."""

    __tablename__ = "delays"

    doctor_id: Mapped[int] = mapped_column(
        ForeignKey("doctors.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    minutes: Mapped[int]
    step: Mapped[int]


class LeaveRow(Base):
    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("substitute_id <> doctor_id", name="substitute"),
        Index(None, "doctor_id", "last_day"),
        Index(None, "substitute_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("doctors.id"))
    in_their_hours: Mapped[bool]


class SlotRow(Base):
    __tablename__ = "slots"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="stretch"),
        Index(None, "doctor_id", "starts_at"),
        Index(None, "clinic_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    """The doctor's clinic once more, so that "earliest at the clinic" reads one index."""
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    day: Mapped[date]
    """The clinic's calendar day, so that a month is counted by the database."""
    source: Mapped[str] = mapped_column(String(20))
    """Where the row came from: "schedule" is a doctor's rule."""
    open: Mapped[bool]
    withdrawn: Mapped[bool]
    """The schedule no longer gives it. While somebody has it, it stays open, and free to nobody
    else; it can be had again when the schedule gives it again. What is neither open nor withdrawn
    was closed by the clinic, and stays so."""
    reasons: Mapped[int]
    """A bit for each reason it is for, see `storage.reasons`; 0 is any."""


class TakenSlotRow(Base):
    """A time that somebody has whom we do not know. The slot itself is closed meanwhile."""

    __tablename__ = "taken_slots"
    __table_args__ = (CheckConstraint("taker IN ('caller', 'elsewhere')", name="taker"),)

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    taker: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str]
    """How the clinic's other system names it."""
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Nobody's post: the command line."""
    taken_at: Mapped[datetime]


class HoldRow(Base):
    """A time kept for a family for minutes. Once expired it is ignored, whoever looks."""

    __tablename__ = "holds"

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    until: Mapped[datetime]


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
        {"sqlite_autoincrement": True},  # the id is the visit's number: never given twice
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
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
    """What became of an appointment and when; never changed."""

    __tablename__ = "appointment_changes"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Nobody: the time to answer went by."""
    changed_at: Mapped[datetime]


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
        CheckConstraint("appointment_id IS NOT NULL OR broadcast_id IS NOT NULL", name="subject"),
        Index(None, "broadcast_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))
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
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


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


class FirstAskRow(Base):
    """When a family first asked a clinic for a time for a child on a day, and the earliest there
    was. It goes with the child, and after some months anyway."""

    __tablename__ = "first_asks"
    __table_args__ = (Index(None, "child_id"), Index(None, "asked_at"))

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinics.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(
        ForeignKey("children.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    asked_at: Mapped[datetime]
    earliest: Mapped[datetime | None]


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
ONE_STANDING_CONSENT = Index(
    "uq_consents_standing",
    ConsentRow.person_id,
    ConsentRow.clinic_id,
    ConsentRow.purpose,
    unique=True,
    sqlite_where=text("withdrawn_at IS NULL"),
    postgresql_where=text("withdrawn_at IS NULL"),
)
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
ONE_STANDING_POST = Index(
    "uq_staff_standing",
    StaffRow.clinic_id,
    StaffRow.person_id,
    StaffRow.role,
    unique=True,
    sqlite_where=text("until IS NULL"),
    postgresql_where=text("until IS NULL"),
)


NO_OVERLAP = """
CREATE TRIGGER no_overlap_{table}_{moment} BEFORE {moment} ON {table} WHEN NEW.{condition}
BEGIN
  SELECT RAISE(ABORT, 'no_overlap_{table}') WHERE EXISTS (
    SELECT 1 FROM {table}
    WHERE {owner} = NEW.{owner} AND {condition} AND id IS NOT NEW.id
      AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
  );
END
"""
"""A SQLite trigger that refuses a row whose stretch overlaps another one of the same owner."""


EXCLUDED = """
ALTER TABLE {table} ADD CONSTRAINT no_overlap_{table} EXCLUDE USING gist (
  int8range({owner}, {owner}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE ({condition})
"""
"""The same on PostgreSQL. The owner is a range of one, which needs no extension (btree_gist)."""


JUDGES: dict[str, set[str]] = {"sqlite": set(), "postgresql": set()}
"""What keeps times from clashing and the journal whole, by the kind of the database: triggers,
constraints."""


def _no_overlap(table: str, owner: str, condition: str) -> None:
    names = {"table": table, "owner": owner, "condition": condition}
    for moment in ("insert", "update"):
        _after_create("sqlite", NO_OVERLAP.format(moment=moment, **names))
        JUDGES["sqlite"].add(f"no_overlap_{table}_{moment}")
    _after_create("postgresql", EXCLUDED.format(**names))
    JUDGES["postgresql"].add(f"no_overlap_{table}")


def _after_create(dialect: str, rule: str) -> None:
    ddl = DDL(rule.strip())  # type: ignore[no-untyped-call]
    event.listen(Base.metadata, "after_create", ddl.execute_if(dialect=dialect))


_no_overlap("appointments", "child_id", ACTIVE_STATES)
_no_overlap("slots", "doctor_id", "open")


TAKEN = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON {table} WHEN {condition}
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM {other} WHERE slot_id = NEW.slot_id AND {standing}
  );
END
"""
"""A SQLite trigger that refuses a time to one sort of taker while the other sort has it."""

REFUSE_TAKEN = """
CREATE FUNCTION refuse_taken() RETURNS trigger LANGUAGE plpgsql AS
'DECLARE found boolean; BEGIN
  PERFORM 1 FROM slots WHERE id = NEW.slot_id FOR NO KEY UPDATE;
  EXECUTE ''SELECT EXISTS (SELECT 1 FROM '' || TG_ARGV[0] || '' WHERE slot_id = $1 AND ''
    || TG_ARGV[1] || '')'' INTO found USING NEW.slot_id;
  IF found THEN
    RAISE EXCEPTION USING MESSAGE = TG_NAME, ERRCODE = ''integrity_constraint_violation'';
  END IF;
  RETURN NEW;
END'
"""
"""The same on PostgreSQL: with the slot locked, who comes second sees what the first one wrote."""
REFUSED = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON {table} FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION refuse_taken('{other}', '{standing}')
"""


def _one_taker(name: str, table: str, other: str, standing: str, **conditions: str) -> None:
    """Let no row of one table come to a slot that a standing row of another table has."""
    for moment, condition in conditions.items():
        how = {"name": name, "table": table, "moment": moment, "condition": condition}
        _after_create("sqlite", TAKEN.format(other=other, standing=standing, **how))
        quoted = standing.replace("'", "''")
        _after_create("postgresql", REFUSED.format(other=other, standing=quoted, **how))
        for judges in JUDGES.values():
            judges.add(f"{name}_{moment}")


_after_create("postgresql", REFUSE_TAKEN)
_one_taker(
    "taken_is_not_booked",
    "taken_slots",
    "appointments",
    ACTIVE_STATES,
    insert="true",
    update="NEW.slot_id <> OLD.slot_id",
)
_one_taker(
    "booked_is_not_taken",
    "appointments",
    "taken_slots",
    "true",
    insert=f"NEW.{ACTIVE_STATES}",
    update=f"NEW.{ACTIVE_STATES} AND (NEW.slot_id <> OLD.slot_id OR NOT OLD.{ACTIVE_STATES})",
)


def _only_append(table: str) -> None:
    """Let rows of a table be added, and never changed or removed."""
    for moment in ("update", "delete"):
        _after_create("sqlite", APPEND_ONLY.format(moment=moment, table=table))
        JUDGES["sqlite"].add(f"append_only_{table}_{moment}")
    _after_create("postgresql", REFUSE_CHANGE)
    _after_create("postgresql", APPENDED.format(table=table))
    JUDGES["postgresql"].add(f"append_only_{table}")


APPEND_ONLY = """
CREATE TRIGGER append_only_{table}_{moment} BEFORE {moment} ON {table}
BEGIN
  SELECT RAISE(ABORT, 'append_only_{table}');
END
"""
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION USING MESSAGE = TG_NAME, ERRCODE = ''integrity_constraint_violation''; END'
"""
APPENDED = """
CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

_only_append("access_records")
