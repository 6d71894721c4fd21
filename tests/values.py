"""Small values to state rules on: a clinic in Moscow, its doctors, slots, a child's visits."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.model.clinic import Clinic, Doctor, Reason
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, SlotId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot, Stretch
from services.model.visits import Appointment, AppointmentState
from tests.conftest import MONDAY_7_AM, ROMASHKA

MISHA = Child(ChildId(1), "Миша", date(2024, 3, 12))


def a_clinic(**other: Any) -> Clinic:
    """Ромашка in Moscow, but for what is said to be other."""
    profile = {field.name: getattr(ROMASHKA, field.name) for field in fields(ROMASHKA)}
    return Clinic(id=ClinicId(1), **(profile | other))


def born(day: str) -> Child:
    """Миша, but born on this day."""
    return replace(MISHA, birth_date=date.fromisoformat(day))


def a_doctor(number: int = 1, clinic: Clinic | None = None) -> Doctor:
    return Doctor(DoctorId(number), clinic or a_clinic(), f"Доктор {number}", "12")


def on_wall(day_and_time: str, clinic: Clinic | None = None) -> datetime:
    """The instant at which the clinic's clock shows this."""
    wall = datetime.fromisoformat(day_and_time)
    return wall.replace(tzinfo=(clinic or a_clinic()).zone).astimezone(UTC)


def a_slot(
    starts_at: datetime,
    minutes: int = 15,
    *,
    doctor: Doctor | None = None,
    open: bool = True,  # noqa: A002 - the model's own word
    taken: bool = False,
    held: bool = False,
    reasons: frozenset[KindKey] = frozenset(),
) -> Slot:
    stretch = Stretch(starts_at, starts_at + timedelta(minutes=minutes))
    return Slot(SlotId(1), doctor or a_doctor(), stretch, open, taken, held, reasons)


def a_visit(slot: Slot, state: AppointmentState = AppointmentState.BOOKED) -> Appointment:
    return Appointment(
        AppointmentId(1),
        MISHA,
        slot,
        state,
        Reason.CONSULTATION,
        uid="2f1c6f6e-0000-4000-8000-000000001001",
        sequence=0,
        changed_at=MONDAY_7_AM,
    )


def refusal_of(check: Callable[[], None]) -> type[Refusal] | None:
    """What a check says no with; None if it does not."""
    try:
        check()
    except Refusal as refusal:
        return type(refusal)
    return None
