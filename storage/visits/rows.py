"""Visits as their rows are read and written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor, Unanswered
from services.model.ids import AppointmentId
from services.model.people import Child
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.visits import ACTIVE, Appointment, AppointmentState, Deadline, Word
from services.rules.visit_states import as_of
from storage.clinic.directory import VERSION, directory_at
from storage.clinic.rows import to_clinic, to_doctor
from storage.database.parts import Parts
from storage.families.families import BESIDE_A_CHILD, to_child
from storage.schedule.conditions import to_slot
from storage.tables.base import table_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import ChildRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow


def whole() -> Select[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow]:
    """What `to_appointment` takes."""
    return (
        select(AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow)
        .join(ChildRow, ChildRow.id == AppointmentRow.child_id)
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


_PARTS = Parts(AppointmentRow, ChildRow, SlotRow, beside={ChildRow: BESIDE_A_CHILD})
_visits, _children, _slots = (table_of(row) for row in (AppointmentRow, ChildRow, SlotRow))
VISITS = select(*_PARTS.columns, VERSION.label("house")).select_from(
    _visits.join(_children, _children.c.id == _visits.c.child_id).join(
        _slots, _slots.c.id == _visits.c.slot_id
    )
)
"""The same for statements that are written once; `read` takes what it finds."""


async def read(
    session: AsyncSession, found: Sequence[Row[*tuple[Any, ...]]], now: datetime
) -> list[Appointment]:
    """Visits that a statement made of `VISITS` found, as they stand now."""
    if not found:
        return []
    doctors = (await directory_at(session, found[0].house)).doctors
    rows = map(_PARTS.of, found)
    return [
        _appointment(row, to_child(child), slot, doctors[slot.doctor_id], now)
        for row, child, slot in rows
    ]


def to_appointment(
    row: AppointmentRow,
    child: ChildRow,
    slot: SlotRow,
    doctor: DoctorRow,
    clinic: ClinicRow,
    now: datetime,
) -> Appointment:
    """The visit as it stands now."""
    return _appointment(row, to_child(child), slot, to_doctor(doctor, to_clinic(clinic)), now)


def _appointment(
    row: AppointmentRow, child: Child, slot: SlotRow, doctor: Doctor, now: datetime
) -> Appointment:
    taken = AppointmentState(row.state) in ACTIVE
    return as_of(as_stored(row, child, to_slot(slot, doctor, taken=taken)), now)


def as_stored(row: AppointmentRow, child: Child, slot: Slot) -> Appointment:
    """The visit as its row says, whatever went by unanswered since."""
    return Appointment(
        AppointmentId(row.id),
        child,
        slot,
        AppointmentState(row.state),
        KindKey(row.reason),
        row.uid,
        row.sequence,
        row.changed_at,
        row.coming_at,
        _deadline(row),
        Word(row.word) if row.word else None,
        row.needs_time,
        row.told,
        row.told_at,
        hidden=row.hidden,
        awaits_system=row.awaits_system and row.state == AppointmentState.PENDING,
        answer_by=row.answer_by if row.awaits_system else None,
    )


def _deadline(row: AppointmentRow) -> Deadline | None:
    if row.confirm_by is None or row.unanswered is None:
        return None
    return Deadline(row.confirm_by, Unanswered(row.unanswered))


def claim(row: AppointmentRow, deadline: Deadline | None) -> None:
    """Let a visit be booked, or wait for the doctor's word until a deadline."""
    row.state = AppointmentState.PENDING if deadline else AppointmentState.BOOKED
    row.confirm_by = deadline.at if deadline else None
    row.unanswered = deadline.then if deadline else None
    row.word = None
    row.awaits_system = False
