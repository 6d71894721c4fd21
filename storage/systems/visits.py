"""Visits as a clinic's own system decides about them."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId, SlotId
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.systems.outbox import Step
from services.model.systems.values import ForeignVisit
from services.model.visits import Appointment, AppointmentState
from storage.tables.slots import SlotRow
from storage.tables.systems.bookings import SystemBookingRow
from storage.tables.visits import AppointmentRow
from storage.visits.appointments import StoredAppointments
from storage.visits.history import remember


class StoredSystemVisits:
    """Implements `services.ports.systems.records.SystemVisitRepository`."""

    def __init__(self, session: AsyncSession, appointments: StoredAppointments) -> None:
        self._session = session
        self._appointments = appointments

    async def confirm(self, visit: Appointment, at: datetime) -> Appointment | None:
        return await self._answered(visit, at, state=AppointmentState.BOOKED)

    async def decline(self, visit: Appointment, at: datetime, *, owed: bool) -> Appointment | None:
        return await self._answered(visit, at, state=AppointmentState.CANCELLED, needs_time=owed)

    async def stays(self, visit: Appointment, old: Slot, at: datetime) -> Appointment | None:
        return await self._answered(
            visit,
            at,
            state=AppointmentState.BOOKED,
            slot_id=old.id,
            starts_at=old.stretch.starts_at,
            ends_at=old.stretch.ends_at,
        )

    async def _answered(
        self, visit: Appointment, at: datetime, **values: object
    ) -> Appointment | None:
        answered = (
            update(AppointmentRow)
            .where(
                AppointmentRow.id == visit.id,
                AppointmentRow.sequence == visit.sequence,
                AppointmentRow.state == AppointmentState.PENDING,
                AppointmentRow.awaits_system,
            )
            .values(
                awaits_system=False, sequence=AppointmentRow.sequence + 1, changed_at=at, **values
            )
            .returning(AppointmentRow.id)
            .execution_options(synchronize_session=False)
        )
        async with self._appointments.claiming(visit.slot):
            changed = await self._session.execute(answered)
        return await self._remembered(visit.id) if changed.one_or_none() else None

    async def cancelled_there(self, visit: Appointment, at: datetime) -> Appointment | None:
        return await self._changed_there(visit, at, state=AppointmentState.CANCELLED)

    async def came_there(
        self, visit: Appointment, state: AppointmentState, at: datetime
    ) -> Appointment | None:
        return await self._changed_there(visit, at, state=state)

    async def moved_there(
        self, visit: Appointment, slot_id: SlotId, at: datetime
    ) -> Appointment | None:
        slot = await self._session.get_one(SlotRow, slot_id)
        moved = await self._changed_there(
            visit,
            at,
            state=AppointmentState.BOOKED,
            slot_id=slot_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            coming_at=None,
        )
        if moved:
            await self._rests(slot_id)
        return moved

    async def _changed_there(
        self, visit: Appointment, at: datetime, **values: object
    ) -> Appointment | None:
        async with self._appointments.claiming(visit.slot):
            changed = await self._session.execute(
                update(AppointmentRow)
                .where(
                    AppointmentRow.id == visit.id,
                    AppointmentRow.sequence == visit.sequence,
                    AppointmentRow.state.in_([AppointmentState.PENDING, AppointmentState.BOOKED]),
                )
                .values(
                    awaits_system=False,
                    sequence=AppointmentRow.sequence + 1,
                    changed_at=at,
                    **values,
                )
                .returning(AppointmentRow.id)
                .execution_options(synchronize_session=False)
            )
        return await self._remembered(visit.id) if changed.one_or_none() else None

    async def _remembered(self, visit_id: AppointmentId) -> Appointment:
        row = await self._session.get_one(AppointmentRow, visit_id, populate_existing=True)
        await remember(self._session, row, None)
        return await self._appointments.get(visit_id, cared_for_by=None)

    async def book_there(
        self, child_id: ChildId, slot: Slot, reason: KindKey, by: PersonId, at: datetime
    ) -> Appointment:
        row = AppointmentRow(
            child_id=child_id,
            slot_id=slot.id,
            starts_at=slot.stretch.starts_at,
            ends_at=slot.stretch.ends_at,
            state=AppointmentState.BOOKED,
            reason=reason,
            booked_by=by,
            booked_at=at,
            uid=str(uuid4()),
            sequence=0,
            changed_at=at,
            needs_time=False,
            told=0,
            hidden=False,
            awaits_system=False,
        )
        async with self._appointments.claiming(slot):
            self._session.add(row)
        await remember(self._session, row, None)
        return await self._appointments.get(AppointmentId(row.id), cared_for_by=None)

    async def note_there(
        self, clinic_id: ClinicId, visit: Appointment, there: ForeignVisit, at: datetime
    ) -> None:
        await self._rests(visit.slot.id)
        self._session.add(
            SystemBookingRow(
                key=str(uuid4()),
                clinic_id=clinic_id,
                appointment_id=visit.id,
                slot_id=visit.slot.id,
                step=Step.BOOKED,
                attempts=0,
                due_at=at,
                asked_at=at,
                sent="",
                in_doubt=False,
                promised_at=at,
                told_late=False,
                ref_system=there.ref.system,
                ref_value=there.ref.value,
                checked_at=at,
            )
        )
        await self._session.flush()

    async def _rests(self, slot_id: SlotId) -> None:
        """It is nobody else's, after the visit either, before the system says that it is free."""
        await self._session.execute(
            update(SlotRow)
            .where(SlotRow.id == slot_id)
            .values(withdrawn=True)
            .execution_options(synchronize_session=False)
        )
