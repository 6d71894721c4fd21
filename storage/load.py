"""How full a clinic is, and what families who asked could be offered."""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, exists, func, not_, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import ChildId, Clinic, ClinicId, DoctorDay, DoctorId, FirstAsk
from services.rules import midnight
from storage.tables import ACTIVE_STATES, AppointmentRow, FirstAskRow, SlotRow


class StoredLoad:
    """Implements `services.ports.LoadRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_day(self, clinic: Clinic, first: date, last: date) -> list[DoctorDay]:
        # There is at most one of each slot: none is counted twice.
        active = and_(AppointmentRow.slot_id == SlotRow.id, text(f"appointments.{ACTIVE_STATES}"))
        could_be_had = and_(SlotRow.open, not_(SlotRow.withdrawn))
        found = await self._session.execute(
            select(SlotRow.doctor_id, SlotRow.day, func.count(), func.count(AppointmentRow.id))
            .outerjoin(AppointmentRow, active)
            .where(
                SlotRow.clinic_id == clinic.id,
                SlotRow.starts_at >= midnight(first, clinic),
                SlotRow.starts_at < midnight(last + timedelta(days=1), clinic),
                or_(could_be_had, AppointmentRow.id.is_not(None)),
            )
            .group_by(SlotRow.doctor_id, SlotRow.day)
            .order_by(SlotRow.day, SlotRow.doctor_id)
        )
        return [
            DoctorDay(DoctorId(doctor_id), day, open_, taken)
            for doctor_id, day, open_, taken in found
        ]

    async def is_asked(self, clinic_id: ClinicId, child_id: ChildId, day: date) -> bool:
        query = exists().where(
            FirstAskRow.clinic_id == clinic_id,
            FirstAskRow.day == day,
            FirstAskRow.child_id == child_id,
        )
        return bool(await self._session.scalar(select(query)))

    async def add_ask(self, ask: FirstAsk) -> None:
        row = FirstAskRow(
            clinic_id=ask.clinic_id,
            day=ask.day,
            child_id=ask.child_id,
            asked_at=ask.asked_at,
            earliest=ask.earliest,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # somebody else asked for the child meanwhile, or it is gone
            return

    async def asks(self, clinic_id: ClinicId, first: date, last: date) -> list[FirstAsk]:
        rows = await self._session.scalars(
            select(FirstAskRow)
            .where(
                FirstAskRow.clinic_id == clinic_id,
                FirstAskRow.day >= first,
                FirstAskRow.day <= last,
            )
            .order_by(FirstAskRow.asked_at)
        )
        return [
            FirstAsk(
                ClinicId(row.clinic_id), ChildId(row.child_id), row.day, row.asked_at, row.earliest
            )
            for row in rows
        ]

    async def forget_asks(self, before: datetime) -> int:
        gone = await self._session.execute(
            delete(FirstAskRow).where(FirstAskRow.asked_at < before).returning(FirstAskRow.child_id)
        )
        return len(gone.all())
