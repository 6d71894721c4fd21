"""Visits, in all their states."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, Select, exists, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import (
    ACTIVE,
    Appointment,
    AppointmentId,
    AppointmentState,
    Child,
    ChildId,
    PersonId,
    Slot,
    SlotId,
)
from services.refusals import ChildIsBusy, NotFound, SlotTaken
from storage.clinics import to_clinic, to_doctor
from storage.families import to_child
from storage.slots import to_slot
from storage.tables import (
    ACTIVE_STATES,
    AppointmentRow,
    CareRow,
    ChildRow,
    ClinicRow,
    DoctorRow,
    SlotRow,
)

_ACTIVE = text(f"appointments.{ACTIVE_STATES}")


def _whole() -> Select[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow]:
    return (
        select(AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow)
        .join(ChildRow, ChildRow.id == AppointmentRow.child_id)
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def _to_appointment(
    found: Row[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow],
) -> Appointment:
    row, child, slot, doctor, clinic = found
    state = AppointmentState(row.state)
    return Appointment(
        AppointmentId(row.id),
        to_child(child),
        to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=state in ACTIVE),
        state,
    )


class StoredAppointments:
    """Implements `services.ports.AppointmentRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(
        self, appointment_id: AppointmentId, *, cared_for_by: PersonId, lock: bool = False
    ) -> Appointment:
        query = (
            _whole()
            .join(CareRow, CareRow.child_id == AppointmentRow.child_id)
            .where(AppointmentRow.id == appointment_id, CareRow.person_id == cared_for_by)
        )
        found = (
            await self._session.execute(query.with_for_update(of=AppointmentRow) if lock else query)
        ).one_or_none()
        if found is None:
            raise NotFound
        return _to_appointment(found)

    async def active(self, child_id: ChildId, slot_id: SlotId) -> Appointment | None:
        query = _whole().where(
            AppointmentRow.child_id == child_id, AppointmentRow.slot_id == slot_id, _ACTIVE
        )
        found = (await self._session.execute(query)).one_or_none()
        return _to_appointment(found) if found else None

    async def planned(self, child_ids: Sequence[ChildId], after: datetime) -> list[Appointment]:
        query = (
            _whole()
            .where(AppointmentRow.child_id.in_(child_ids), AppointmentRow.ends_at > after, _ACTIVE)
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return [_to_appointment(found) for found in await self._session.execute(query)]

    async def add(self, child: Child, slot: Slot, booked_by: PersonId, at: datetime) -> Appointment:
        state = AppointmentState.BOOKED
        row = AppointmentRow(
            child_id=child.id,
            slot_id=slot.id,
            starts_at=slot.stretch.starts_at,
            ends_at=slot.stretch.ends_at,
            state=state,
            booked_by=booked_by,
            booked_at=at,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            raise SlotTaken if await self._is_taken(slot.id) else ChildIsBusy from None
        return Appointment(AppointmentId(row.id), child, slot, state)

    async def move_on(self, appointment: Appointment, state: AppointmentState) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.state = state
        await self._session.flush()
        return Appointment(appointment.id, appointment.child, appointment.slot, state)

    async def _is_taken(self, slot_id: SlotId) -> bool:
        query = select(exists().where(AppointmentRow.slot_id == slot_id, _ACTIVE))
        return bool(await self._session.scalar(query))
