"""Visits, in all their states."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Row, Select, exists, func, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import (
    ACTIVE,
    Appointment,
    AppointmentId,
    AppointmentState,
    Child,
    ChildId,
    ClinicId,
    Doctor,
    DoctorId,
    PersonId,
    Reason,
    Slot,
    SlotId,
)
from services.refusals import ChildIsBusy, NotFound, SlotTaken
from storage.clinics import to_clinic, to_doctor
from storage.families import to_child
from storage.slots import to_slot, with_doctor
from storage.tables import (
    ACTIVE_STATES,
    AppointmentRow,
    CareRow,
    ChangeRow,
    ChildRow,
    ClinicRow,
    DoctorRow,
    SlotRow,
    TakenSlotRow,
)

_ACTIVE = text(f"appointments.{ACTIVE_STATES}")


def whole() -> Select[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow]:
    """What `to_appointment` takes."""
    return (
        select(AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow)
        .join(ChildRow, ChildRow.id == AppointmentRow.child_id)
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def to_appointment(
    row: AppointmentRow, child: ChildRow, slot: SlotRow, doctor: DoctorRow, clinic: ClinicRow
) -> Appointment:
    taken = AppointmentState(row.state) in ACTIVE
    return _with(
        row, to_child(child), to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=taken)
    )


def _to_appointment(
    found: Row[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow],
) -> Appointment:
    return to_appointment(*found)


class StoredAppointments:
    """Implements `services.ports.AppointmentRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(
        self, appointment_id: AppointmentId, *, cared_for_by: PersonId | None
    ) -> Appointment:
        query = whole().where(AppointmentRow.id == appointment_id)
        if cared_for_by is not None:
            query = query.join(CareRow, CareRow.child_id == AppointmentRow.child_id).where(
                CareRow.person_id == cared_for_by
            )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFound
        return _to_appointment(found)

    async def active(self, child_id: ChildId, slot_id: SlotId) -> Appointment | None:
        query = whole().where(
            AppointmentRow.child_id == child_id, AppointmentRow.slot_id == slot_id, _ACTIVE
        )
        found = (await self._session.execute(query)).one_or_none()
        return _to_appointment(found) if found else None

    async def planned(self, child_ids: Sequence[ChildId], after: datetime) -> list[Appointment]:
        query = (
            whole()
            .where(AppointmentRow.child_id.in_(child_ids), AppointmentRow.ends_at > after, _ACTIVE)
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return [_to_appointment(found) for found in await self._session.execute(query)]

    async def ahead(self, clinic_id: ClinicId, after: datetime) -> list[Appointment]:
        query = (
            whole()
            .where(ClinicRow.id == clinic_id, AppointmentRow.ends_at > after, _ACTIVE)
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return [to_appointment(*found) for found in await self._session.execute(query)]

    async def past(
        self, child_ids: Sequence[ChildId], before: datetime, most: int
    ) -> list[Appointment]:
        query = (
            whole()
            .where(
                AppointmentRow.child_id.in_(child_ids),
                or_(
                    AppointmentRow.ends_at <= before,
                    AppointmentRow.state == AppointmentState.CANCELLED,
                ),
            )
            .order_by(AppointmentRow.starts_at.desc(), AppointmentRow.id.desc())
            .limit(most)
        )
        return [_to_appointment(found) for found in await self._session.execute(query)]

    async def counts_on(self, clinic_id: ClinicId, day: date) -> dict[DoctorId, int]:
        query = (
            select(SlotRow.doctor_id, func.count())
            .join(AppointmentRow, AppointmentRow.slot_id == SlotRow.id)
            .where(SlotRow.clinic_id == clinic_id, SlotRow.day == day, _ACTIVE)
            .group_by(SlotRow.doctor_id)
        )
        found = await self._session.execute(query)
        return {DoctorId(doctor_id): count for doctor_id, count in found}

    async def of_doctor_on(self, doctor_id: DoctorId, day: date) -> list[Appointment]:
        query = (
            whole()
            .where(
                SlotRow.doctor_id == doctor_id,
                SlotRow.day == day,
                AppointmentRow.state != AppointmentState.CANCELLED,
            )
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return [_to_appointment(found) for found in await self._session.execute(query)]

    async def last_doctor(
        self, child_id: ChildId, clinic_id: ClinicId, now: datetime
    ) -> Doctor | None:
        query = (
            select(DoctorRow, ClinicRow)
            .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
            .join(SlotRow, SlotRow.doctor_id == DoctorRow.id)
            .join(AppointmentRow, AppointmentRow.slot_id == SlotRow.id)
            .where(
                AppointmentRow.child_id == child_id,
                AppointmentRow.state.not_in([AppointmentState.CANCELLED, AppointmentState.NO_SHOW]),
                DoctorRow.clinic_id == clinic_id,
            )
            .order_by((AppointmentRow.starts_at <= now).desc(), AppointmentRow.starts_at.desc())
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            return None
        doctor, clinic = found
        return to_doctor(doctor, to_clinic(clinic))

    async def add(
        self, child: Child, slot: Slot, reason: Reason, booked_by: PersonId, at: datetime
    ) -> Appointment:
        row = AppointmentRow(
            child_id=child.id,
            slot_id=slot.id,
            starts_at=slot.stretch.starts_at,
            ends_at=slot.stretch.ends_at,
            state=AppointmentState.BOOKED,
            reason=reason,
            booked_by=booked_by,
            booked_at=at,
            uid=str(uuid4()),
            sequence=0,
            changed_at=at,
        )
        async with self._claiming(slot):
            self._session.add(row)
        await self._remember(row, booked_by)
        return _with(row, child, slot)

    async def move(
        self, appointment: Appointment, slot: Slot, by: PersonId, at: datetime
    ) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        async with self._claiming(slot):
            row.slot_id = slot.id
            row.starts_at = slot.stretch.starts_at
            row.ends_at = slot.stretch.ends_at
            row.sequence += 1
            row.changed_at = at
            row.coming_at = None
        await self._remember(row, by)
        return _with(row, appointment.child, slot)

    async def moved_from(self, appointment_id: AppointmentId) -> Slot | None:
        query = (
            with_doctor()
            .join(ChangeRow, ChangeRow.slot_id == SlotRow.id)
            .join(AppointmentRow, AppointmentRow.id == ChangeRow.appointment_id)
            .where(
                ChangeRow.appointment_id == appointment_id,
                ChangeRow.slot_id != AppointmentRow.slot_id,
            )
            .order_by(ChangeRow.sequence.desc())
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            return None
        slot, doctor, clinic = found
        return to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=False)

    async def change(
        self, appointment: Appointment, state: AppointmentState, by: PersonId, at: datetime
    ) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.state = state
        row.sequence += 1
        row.changed_at = at
        await self._session.flush()
        await self._remember(row, by)
        return _with(row, appointment.child, appointment.slot)

    async def expect(self, appointment: Appointment, at: datetime) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.coming_at = row.coming_at or at
        await self._session.flush()
        return _with(row, appointment.child, appointment.slot)

    @asynccontextmanager
    async def _claiming(self, slot: Slot) -> AsyncIterator[None]:
        """Within it a row may claim a slot; on a violation a second look names the refusal.

        What is changed before belongs to the outer transaction, which a violation would end.
        """
        try:
            async with self._session.begin_nested():
                yield
        except IntegrityError:
            raise SlotTaken if await self._is_taken(slot.id) else ChildIsBusy from None

    async def _remember(self, row: AppointmentRow, by: PersonId) -> None:
        self._session.add(
            ChangeRow(
                appointment_id=row.id,
                sequence=row.sequence,
                state=row.state,
                slot_id=row.slot_id,
                changed_by=by,
                changed_at=row.changed_at,
            )
        )
        await self._session.flush()

    async def _is_taken(self, slot_id: SlotId) -> bool:
        booked = exists().where(AppointmentRow.slot_id == slot_id, _ACTIVE)
        without_a_name = exists().where(TakenSlotRow.slot_id == slot_id)
        return bool(await self._session.scalar(select(or_(booked, without_a_name))))


def _with(row: AppointmentRow, child: Child, slot: Slot) -> Appointment:
    return Appointment(
        AppointmentId(row.id),
        child,
        slot,
        AppointmentState(row.state),
        Reason(row.reason),
        row.uid,
        row.sequence,
        row.changed_at,
        row.coming_at,
    )
