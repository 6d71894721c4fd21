"""Clinics, their doctors and the rules of their schedules."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import (
    Clinic,
    ClinicId,
    ClinicProfile,
    Doctor,
    DoctorId,
    ScheduleRule,
)
from services.refusals import NotFound
from storage.tables import ClinicRow, DoctorRow, ScheduleRuleRow


def to_clinic(row: ClinicRow) -> Clinic:
    return Clinic(
        id=ClinicId(row.id),
        code=row.code,
        name=row.name,
        zone=row.zone,
        address=row.address,
        phone=row.phone,
        home_call_phone=row.home_call_phone,
        home_call_hours=row.home_call_hours,
        ill_words=row.ill_words,
        notice=timedelta(minutes=row.notice_minutes),
        horizon_days=row.horizon_days,
        one_visit_per_doctor=row.one_visit_per_doctor,
    )


def to_doctor(row: DoctorRow, clinic: Clinic) -> Doctor:
    return Doctor(DoctorId(row.id), clinic, row.name, row.room)


class StoredClinics:
    """Implements `services.ports.ClinicRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> list[Clinic]:
        rows = await self._session.scalars(select(ClinicRow).order_by(ClinicRow.name, ClinicRow.id))
        return [to_clinic(row) for row in rows]

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(ClinicRow)) or 0

    async def get(self, clinic_id: ClinicId) -> Clinic:
        row = await self._session.get(ClinicRow, clinic_id)
        if row is None:
            raise NotFound
        return to_clinic(row)

    async def by_code(self, code: str) -> Clinic | None:
        row = await self._session.scalar(select(ClinicRow).where(ClinicRow.code == code))
        return to_clinic(row) if row else None

    async def add(self, profile: ClinicProfile) -> Clinic:
        row = ClinicRow(
            code=profile.code,
            name=profile.name,
            zone=profile.zone,
            address=profile.address,
            phone=profile.phone,
            home_call_phone=profile.home_call_phone,
            home_call_hours=profile.home_call_hours,
            ill_words=profile.ill_words,
            notice_minutes=profile.notice // timedelta(minutes=1),
            horizon_days=profile.horizon_days,
            one_visit_per_doctor=profile.one_visit_per_doctor,
        )
        self._session.add(row)
        await self._session.flush()
        return to_clinic(row)

    async def doctor(self, doctor_id: DoctorId) -> Doctor:
        query = (
            select(DoctorRow, ClinicRow)
            .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
            .where(DoctorRow.id == doctor_id)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFound
        doctor, clinic = found
        return to_doctor(doctor, to_clinic(clinic))

    async def doctors(self, clinic_id: ClinicId) -> list[Doctor]:
        clinic = await self.get(clinic_id)
        rows = await self._session.scalars(
            select(DoctorRow)
            .where(DoctorRow.clinic_id == clinic_id)
            .order_by(DoctorRow.name, DoctorRow.id)
        )
        return [to_doctor(row, clinic) for row in rows]

    async def add_doctor(self, clinic: Clinic, name: str, room: str) -> Doctor:
        row = DoctorRow(clinic_id=clinic.id, name=name, room=room)
        self._session.add(row)
        await self._session.flush()
        return to_doctor(row, clinic)

    async def schedule(self, doctor_id: DoctorId) -> list[ScheduleRule]:
        rows = await self._session.scalars(
            select(ScheduleRuleRow)
            .where(ScheduleRuleRow.doctor_id == doctor_id)
            .order_by(ScheduleRuleRow.id)
        )
        return [
            ScheduleRule(
                weekday=row.weekday,
                starts=row.starts,
                ends=row.ends,
                visit=timedelta(minutes=row.visit_minutes),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
            for row in rows
        ]

    async def add_rule(self, doctor_id: DoctorId, rule: ScheduleRule) -> None:
        self._session.add(
            ScheduleRuleRow(
                doctor_id=doctor_id,
                weekday=rule.weekday,
                starts=rule.starts,
                ends=rule.ends,
                visit_minutes=rule.visit // timedelta(minutes=1),
                valid_from=rule.valid_from,
                valid_until=rule.valid_until,
            )
        )
        await self._session.flush()
