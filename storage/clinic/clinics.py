"""Clinics and their doctors."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import (
    Clinic,
    ClinicProfile,
    Confirming,
    Doctor,
    Hours,
    LegalBasis,
    Limits,
    Position,
    Reason,
    Reminding,
    Unanswered,
)
from services.model.ids import ClinicId, DoctorId
from services.model.refusals.base import NotFound
from storage.database.locks import lock_rows
from storage.tables.clinic import ClinicRow, DoctorRow

_MINUTE = timedelta(minutes=1)


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
        directions=row.directions,
        position=_to_position(row),
        duty=row.duty,
        notice=row.notice_minutes * _MINUTE,
        horizon_days=row.horizon_days,
        opens_at=row.opens_at,
        one_visit_per_doctor=row.one_visit_per_doctor,
        hold=row.hold_minutes * _MINUTE,
        offer=row.offer_minutes * _MINUTE,
        limits=Limits(children=row.most_children, visits=row.most_visits),
        reminding=Reminding(row.remind_evening, row.remind_before_minutes * _MINUTE),
        quiet=Hours(row.quiet_starts, row.quiet_ends),
        preparation={Reason(reason): words for reason, words in row.preparation.items()},
        ill_words_signed_by=row.ill_words_signed_by,
        urgent_phone=row.urgent_phone,
        doctors_confirm=row.doctors_confirm,
        confirming=Confirming(
            row.confirm_within_minutes * _MINUTE,
            row.confirm_before_minutes * _MINUTE,
            Unanswered(row.unanswered),
        ),
        cancellation=row.cancellation,
        legal_basis=LegalBasis(row.legal_basis),
        doctors_answer=row.doctors_answer,
        answer_within=row.answer_within_minutes * _MINUTE,
    )


def _to_position(row: ClinicRow) -> Position | None:
    if row.latitude is None or row.longitude is None:
        return None
    return Position(row.latitude, row.longitude)


def _columns(profile: ClinicProfile) -> dict[str, Any]:
    return {
        "code": profile.code,
        "name": profile.name,
        "zone": profile.zone,
        "address": profile.address,
        "phone": profile.phone,
        "home_call_phone": profile.home_call_phone,
        "home_call_hours": profile.home_call_hours,
        "ill_words": profile.ill_words,
        "directions": profile.directions,
        "latitude": profile.position.latitude if profile.position else None,
        "longitude": profile.position.longitude if profile.position else None,
        "duty": profile.duty,
        "notice_minutes": profile.notice // _MINUTE,
        "horizon_days": profile.horizon_days,
        "opens_at": profile.opens_at,
        "one_visit_per_doctor": profile.one_visit_per_doctor,
        "hold_minutes": profile.hold // _MINUTE,
        "offer_minutes": profile.offer // _MINUTE,
        "most_children": profile.limits.children,
        "most_visits": profile.limits.visits,
        "remind_evening": profile.reminding.evening,
        "remind_before_minutes": profile.reminding.before // _MINUTE,
        "quiet_starts": profile.quiet.starts,
        "quiet_ends": profile.quiet.ends,
        "preparation": dict(profile.preparation),
        "ill_words_signed_by": profile.ill_words_signed_by,
        "urgent_phone": profile.urgent_phone,
        "doctors_confirm": profile.doctors_confirm,
        "confirm_within_minutes": profile.confirming.within // _MINUTE,
        "confirm_before_minutes": profile.confirming.before // _MINUTE,
        "unanswered": profile.confirming.unanswered,
        "cancellation": profile.cancellation,
        "legal_basis": profile.legal_basis,
        "doctors_answer": profile.doctors_answer,
        "answer_within_minutes": profile.answer_within // _MINUTE,
    }


def to_doctor(row: DoctorRow, clinic: Clinic) -> Doctor:
    return Doctor(DoctorId(row.id), clinic, row.name, row.room)


class StoredClinics:
    """Implements `services.ports.clinic.ClinicRepository`."""

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

    async def by_code(self, code: str, *, lock: bool = False) -> Clinic | None:
        query = select(ClinicRow).where(ClinicRow.code == code)
        if lock:
            query = query.with_for_update(key_share=True)
        row = await self._session.scalar(query)
        return to_clinic(row) if row else None

    async def add(self, profile: ClinicProfile) -> Clinic:
        row = ClinicRow(**_columns(profile))
        self._session.add(row)
        await self._session.flush()
        return to_clinic(row)

    async def change(self, clinic_id: ClinicId, profile: ClinicProfile) -> Clinic:
        row = await self._session.get_one(ClinicRow, clinic_id)
        for column, value in _columns(profile).items():
            setattr(row, column, value)
        await self._session.flush()
        return to_clinic(row)

    async def doctor(self, doctor_id: DoctorId, *, lock: bool = False) -> Doctor:
        if lock:
            await lock_rows(self._session, DoctorRow.id, DoctorRow.id == doctor_id)
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

    async def doctors(self, clinic_id: ClinicId, *, lock: bool = False) -> list[Doctor]:
        if lock:
            await lock_rows(self._session, ClinicRow.id, ClinicRow.id == clinic_id)
            await lock_rows(self._session, DoctorRow.id, DoctorRow.clinic_id == clinic_id)
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

    async def set_room(self, doctor_id: DoctorId, room: str) -> None:
        await self._session.execute(
            update(DoctorRow).where(DoctorRow.id == doctor_id).values(room=room)
        )
