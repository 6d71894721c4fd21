"""Visits, as a clinic looks for them: whichever family's they are."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, ClinicId, DoctorId
from services.model.visits import Appointment, AppointmentState
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import ChildRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow
from storage.visits.rows import to_appointment, whole
from storage.visits.standing import IS_WAITING, given_back, stands


class StoredClinicVisits:
    """Implements `services.ports.visits.ClinicVisitRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: as of then it sees what nobody answered in time."""
        self._session = session
        self._now = now

    async def ahead(self, clinic_id: ClinicId, after: datetime) -> list[Appointment]:
        query = (
            whole()
            .where(ClinicRow.id == clinic_id, AppointmentRow.ends_at > after, stands(self._now))
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return await self._found(query)

    async def starting(self, clinic_id: ClinicId, after: datetime, most: int) -> list[Appointment]:
        next_ones = and_(
            SlotRow.clinic_id == clinic_id, SlotRow.starts_at > after, stands(self._now)
        )
        moments = await self._session.scalars(
            select(SlotRow.starts_at)
            .join(AppointmentRow, AppointmentRow.slot_id == SlotRow.id)
            .where(next_ones)
            .order_by(SlotRow.starts_at)
            .limit(most)
        )
        until = max(moments, default=None)
        if until is None:
            return []
        query = whole().where(next_ones, SlotRow.starts_at <= until)
        return await self._found(query.order_by(SlotRow.starts_at, AppointmentRow.id))

    async def waiting(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None = None
    ) -> list[Appointment]:
        query = (
            whole()
            .where(
                SlotRow.clinic_id == clinic_id, IS_WAITING, AppointmentRow.confirm_by > self._now
            )
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        if doctor_id is not None:
            query = query.where(SlotRow.doctor_id == doctor_id)
        return await self._found(query)

    async def overdue(self, most: int) -> list[Appointment]:
        query = (
            whole()
            .where(IS_WAITING, AppointmentRow.confirm_by <= self._now)
            .order_by(AppointmentRow.confirm_by, AppointmentRow.id)
            .limit(most)
        )
        return await self._found(query)

    async def given_back_at(
        self, clinic_id: ClinicId, child_ids: Collection[ChildId]
    ) -> list[Appointment]:
        query = (
            whole()
            .where(
                or_(SlotRow.clinic_id == clinic_id, AppointmentRow.child_id.in_(child_ids)),
                given_back(self._now),
            )
            .order_by(AppointmentRow.child_id, AppointmentRow.id)
        )
        return await self._found(query)

    async def counts_on(self, clinic_id: ClinicId, day: date) -> dict[DoctorId, int]:
        query = (
            select(SlotRow.doctor_id, func.count())
            .join(AppointmentRow, AppointmentRow.slot_id == SlotRow.id)
            .where(
                SlotRow.clinic_id == clinic_id,
                SlotRow.day == day,
                AppointmentRow.state != AppointmentState.CANCELLED,
                not_(given_back(self._now)),
            )
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
        visits = await self._found(query)
        return [visit for visit in visits if visit.state is not AppointmentState.CANCELLED]

    async def with_doctor(
        self, doctor_id: DoctorId, first: date, last: date, after: datetime
    ) -> list[Appointment]:
        query = (
            whole()
            .where(
                SlotRow.doctor_id == doctor_id,
                SlotRow.day.between(first, last),
                AppointmentRow.starts_at > after,
                stands(self._now),
            )
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return await self._found(query)

    async def _found(
        self, query: Select[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow]
    ) -> list[Appointment]:
        rows = await self._session.execute(query)
        return [to_appointment(*row, now=self._now) for row in rows]
