"""Clinics and their doctors."""

from datetime import datetime

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Clinic, ClinicProfile, Doctor
from services.model.ids import ClinicId, DoctorId, PersonId
from services.model.refusals.base import NotFound
from storage.clinic import came_to
from storage.clinic.directory import VERSION, directory, directory_at
from storage.clinic.rows import row_of, to_clinic, to_doctor
from storage.database.locks import lock_rows
from storage.tables.base import table_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import PersonRow

_persons = table_of(PersonRow).c
_OF_PERSON = select(_persons.clinic_id, VERSION.label("house")).where(
    _persons.id == bindparam("person")
)


class StoredClinics:
    """Implements `services.ports.clinic.ClinicRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> list[Clinic]:
        return list((await directory(self._session)).clinics.values())

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(ClinicRow)) or 0

    async def get(self, clinic_id: ClinicId) -> Clinic:
        found = (await directory(self._session)).clinics.get(clinic_id)
        if found is None:
            raise NotFound
        return found

    async def of_person(self, person: PersonId) -> Clinic | None:
        found = came_to.noted(self._session, person)
        row = found or (await self._session.execute(_OF_PERSON, {"person": person})).one_or_none()
        if row is None or row.clinic_id is None:
            return None
        return (await directory_at(self._session, row.house)).clinics.get(row.clinic_id)

    async def by_code(self, code: str, *, lock: bool = False) -> Clinic | None:
        if lock:
            await lock_rows(self._session, ClinicRow.id, ClinicRow.code == code)
        clinics = (await directory(self._session)).clinics.values()
        return next((clinic for clinic in clinics if clinic.code == code), None)

    async def add(self, profile: ClinicProfile) -> Clinic:
        row = ClinicRow(**row_of(profile, None))
        self._session.add(row)
        await self._session.flush()
        return to_clinic(row)

    async def change(self, clinic_id: ClinicId, profile: ClinicProfile) -> Clinic:
        row = await self._session.get_one(ClinicRow, clinic_id)
        # What is locked by now, and not what was read.
        await self._session.refresh(row, ["settings", "visit_kinds"])
        for column, value in row_of(profile, row.settings or {}, row.visit_kinds).items():
            setattr(row, column, value)
        await self._session.flush()
        return to_clinic(row)

    async def make_times_anew(self, clinic_id: ClinicId, *, apart: bool) -> None:
        row = await self._session.get_one(ClinicRow, clinic_id)
        row.times_made_through = 0
        row.times_apart = row.times_apart or apart
        await self._session.flush()

    async def making_times_anew(self) -> list[ClinicId]:
        rows = await self._session.scalars(
            select(ClinicRow.id)
            .where(ClinicRow.times_made_through.is_not(None))
            .order_by(ClinicRow.id)
        )
        return [ClinicId(clinic_id) for clinic_id in rows]

    async def whose_times_next(self, clinic_id: ClinicId) -> Doctor | None:
        await lock_rows(self._session, ClinicRow.id, ClinicRow.id == clinic_id)
        found = await self._session.execute(
            select(DoctorRow, ClinicRow)
            .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
            .where(ClinicRow.id == clinic_id, DoctorRow.id > ClinicRow.times_made_through)
            .order_by(DoctorRow.id)
            .limit(1)
        )
        row = found.one_or_none()
        return to_doctor(row[0], to_clinic(row[1])) if row else None

    async def times_are_made(self, clinic_id: ClinicId, through: DoctorId | None) -> None:
        row = await self._session.get_one(ClinicRow, clinic_id)
        row.times_made_through = through
        if through is None:
            row.times_apart = False
        await self._session.flush()

    async def doctor(self, doctor_id: DoctorId, *, lock: bool = False) -> Doctor:
        if lock:
            await lock_rows(self._session, DoctorRow.id, DoctorRow.id == doctor_id)
        found = (await directory(self._session)).doctors.get(doctor_id)
        if found is None:
            raise NotFound
        return found

    async def doctors(self, clinic_id: ClinicId, *, lock: bool = False) -> list[Doctor]:
        if lock:
            await lock_rows(self._session, ClinicRow.id, ClinicRow.id == clinic_id)
            await lock_rows(self._session, DoctorRow.id, DoctorRow.clinic_id == clinic_id)
        return await self.doctors_of(await self.get(clinic_id))

    async def doctors_of(self, clinic: Clinic) -> list[Doctor]:
        doctors = (await directory(self._session)).doctors.values()
        return [doctor for doctor in doctors if doctor.clinic.id == clinic.id]

    async def add_doctor(self, clinic: Clinic, name: str, room: str) -> Doctor:
        row = DoctorRow(clinic_id=clinic.id, name=name, room=room)
        self._session.add(row)
        await self._session.flush()
        return to_doctor(row, clinic)

    async def set_room(self, doctor_id: DoctorId, room: str) -> None:
        await self._session.execute(
            update(DoctorRow).where(DoctorRow.id == doctor_id).values(room=room)
        )

    async def rename_doctor(self, doctor_id: DoctorId, name: str) -> None:
        await self._session.execute(
            update(DoctorRow).where(DoctorRow.id == doctor_id).values(name=name)
        )

    async def tell_otherwise(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None, at: datetime
    ) -> None:
        if doctor_id is None:
            changed = update(ClinicRow).where(ClinicRow.id == clinic_id).values(facts_at=at)
        else:
            changed = update(DoctorRow).where(DoctorRow.id == doctor_id).values(facts_at=at)
        await self._session.execute(changed)

    async def is_told_otherwise(self) -> bool:
        some = [exists().where(row.facts_at.is_not(None)) for row in (DoctorRow, ClinicRow)]
        return bool(await self._session.scalar(select(or_(*some))))

    async def all_told(self, before: datetime) -> None:
        for row in (DoctorRow, ClinicRow):
            await self._session.execute(
                update(row).where(row.facts_at < before).values(facts_at=None)
            )
