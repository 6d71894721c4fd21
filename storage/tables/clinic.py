"""Clinics, doctors, districts and their addresses."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class HouseRow(Base):
    """The one row that says which clinics and doctors there are, without naming them."""

    __tablename__ = "house"
    __table_args__ = (CheckConstraint("id = 1", "one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(36))
    """Chance, made anew whenever a clinic or a doctor changes, see `judges.py`: no version comes
    twice, not even in a database that was restored, so it stands for one state of them for good."""


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
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the clinic has said, by where each part stands in its file; a setting that is not there
    is the usual one. Keys that this version does not know stay: a newer one wrote them. None: the
    version before wrote the row, and only the columns below."""
    visit_kinds: Mapped[str | None] = mapped_column(Text)
    """What a child can come for, as JSON, see `storage/clinic/visit_kinds.py`; None: the clinic has
    said nothing of it, and has the usual ones."""
    # Until a later migration takes them away: `storage/clinic/columns.py` says how they count.
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
    facts_at: Mapped[datetime | None]
    """The same of its address."""
    answer_within_minutes: Mapped[int]
    times_made_through: Mapped[int | None]
    """The doctors up to this one have times as the horizon and the zone give them by now; None:
    all of them."""
    own_system: Mapped[bool] = mapped_column(server_default=false())
    """Its times are those of a system of its own, see `storage.tables.systems`."""
    times_apart: Mapped[bool] = mapped_column(server_default=false())
    """The zone is another one since lately, and some doctors' times are still of the one before:
    nobody gets one."""


class DoctorRow(Base):
    __tablename__ = "doctors"
    __table_args__ = (Index(None, "clinic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"))
    name: Mapped[str]
    room: Mapped[str] = mapped_column(String(20))
    facts_at: Mapped[datetime | None]
    """Since when families of visits ahead may know another room or name; None: they do not."""


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
