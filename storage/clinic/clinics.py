"""Clinics and their doctors."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import NOTED, SETTINGS, Clinic, ClinicProfile, Doctor
from services.model.ids import ClinicId, DoctorId, PersonId
from services.model.refusals.base import NotFound
from services.model.settings.kinds import Plain
from services.model.settings.setting import arguments
from storage.clinic import columns, visit_kinds
from storage.database.locks import lock_rows
from storage.tables.base import table_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import PersonRow

_doctors = table_of(DoctorRow).c
_DOCTORS = (
    select(_doctors.id, _doctors.name, _doctors.room)
    .where(_doctors.clinic_id == bindparam("clinic"))
    .order_by(_doctors.name, _doctors.id)
)

_BY_COLUMN = ("code", "name", "zone")
"""Asked for and sorted by: these have columns of their own for good."""
_SETTINGS = tuple(each for each in (*SETTINGS, *NOTED) if each.key not in _BY_COLUMN)
_KNOWN = frozenset(at for each in _SETTINGS for at in each.at)
"""What is read of `settings`: a newer version may keep there what is no plain value."""


def to_clinic(row: ClinicRow) -> Clinic:
    said = tuple((at, plain) for at, plain in (row.settings or {}).items() if at in _KNOWN)
    return _clinic(
        row.id,
        row.code,
        row.name,
        row.zone,
        row.times_apart,
        row.own_system,
        said,
        columns.of(row),
        row.visit_kinds,
    )


@lru_cache(maxsize=256)
def _clinic(
    row_id: int,
    code: str,
    name: str,
    zone: ZoneInfo,
    times_apart: bool,
    own_system: bool,
    said: tuple[tuple[str, Any], ...],
    by_column: tuple[object, ...],
    kinds: str | None,
) -> Clinic:
    """A list of visits names one clinic in each of its rows: it is made once."""
    plain = {**dict(said), **columns.said(by_column)}
    settings = [(each, each.kept(plain)) for each in _SETTINGS]
    return Clinic(
        **{**arguments(Clinic, settings), "code": code, "name": name, "zone": zone},
        kinds=visit_kinds.of(kinds),
        id=ClinicId(row_id),
        times_apart=times_apart,
        own_system=own_system,
    )


def _row_of(
    profile: ClinicProfile, there: Mapping[str, Any] | None, kinds: str | None = None
) -> dict[str, Any]:
    """What a row says of a clinic that has said so much before; None: it is new, and says all.

    A setting that was never touched stays away, so that it follows another default.
    """
    told: dict[str, Plain] = {}
    for each in _SETTINGS:
        value = each.of(profile)
        if there is None or value != each.default or _any_in(each.at, there):
            told |= each.keep(value)
    return {
        **{name: getattr(profile, name) for name in _BY_COLUMN},
        **columns.values(profile),
        "settings": {**(there or {}), **told},
        "visit_kinds": visit_kinds.to_text(profile.kinds, kinds),
    }


def _any_in(keys: Collection[str], there: Mapping[str, Any]) -> bool:
    return any(key in there for key in keys)


def to_doctor(row: DoctorRow | Row[*tuple[Any, ...]], clinic: Clinic) -> Doctor:
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

    async def of_person(self, person: PersonId) -> Clinic | None:
        query = (
            select(ClinicRow)
            .join(PersonRow, PersonRow.clinic_id == ClinicRow.id)
            .where(PersonRow.id == person)
        )
        row = await self._session.scalar(query)
        return to_clinic(row) if row else None

    async def by_code(self, code: str, *, lock: bool = False) -> Clinic | None:
        query = select(ClinicRow).where(ClinicRow.code == code)
        if lock:
            query = query.with_for_update(key_share=True)
        row = await self._session.scalar(query)
        return to_clinic(row) if row else None

    async def add(self, profile: ClinicProfile) -> Clinic:
        row = ClinicRow(**_row_of(profile, None))
        self._session.add(row)
        await self._session.flush()
        return to_clinic(row)

    async def change(self, clinic_id: ClinicId, profile: ClinicProfile) -> Clinic:
        row = await self._session.get_one(ClinicRow, clinic_id)
        # What is locked by now, and not what was read.
        await self._session.refresh(row, ["settings", "visit_kinds"])
        for column, value in _row_of(profile, row.settings or {}, row.visit_kinds).items():
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
        return await self.doctors_of(await self.get(clinic_id))

    async def doctors_of(self, clinic: Clinic) -> list[Doctor]:
        rows = await self._session.execute(_DOCTORS, {"clinic": clinic.id})
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
