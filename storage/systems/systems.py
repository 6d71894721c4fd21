"""How each clinic's own system is reached, and how it answered last."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Clinic
from services.model.ids import ClinicId
from services.model.systems.outbox import OwnSystem
from services.model.systems.values import (
    Authorisation,
    PatientRule,
    Refused,
    SentPart,
    SystemKind,
    SystemSettings,
)
from storage.clinic.rows import to_clinic
from storage.schedule.conditions import SYSTEM
from storage.tables.clinic import ClinicRow
from storage.tables.slots import SlotRow
from storage.tables.systems.bookings import SystemBookingRow
from storage.tables.systems.reached import ClinicSystemRow, SystemPatientRow, SystemSlotRow
from storage.tables.visits import AppointmentRow
from storage.visits.standing import IS_ACTIVE

_FIELDS = frozenset(each.name for each in fields(SystemSettings))


def settings_of(row: ClinicSystemRow) -> SystemSettings:
    """What is kept of how a system is reached; what a newer version kept beside is left alone."""
    kept = {name: value for name, value in row.settings.items() if name in _FIELDS}
    return SystemSettings(
        **{
            **kept,
            "kind": SystemKind(kept["kind"]),
            "authorisation": Authorisation(kept["authorisation"]),
            "patients": PatientRule(kept["patients"]),
            "sends": frozenset(SentPart(part) for part in kept["sends"]),
        }
    )


def _kept(settings: SystemSettings) -> dict[str, Any]:
    values = {name: getattr(settings, name) for name in sorted(_FIELDS)}
    return {**values, "sends": sorted(settings.sends)}


def _system(row: ClinicSystemRow, clinic: ClinicRow) -> OwnSystem:
    return OwnSystem(
        to_clinic(clinic),
        settings_of(row),
        row.mark,
        row.read_at,
        row.whole_at,
        row.due_at,
        row.failures,
        Refused(row.trouble) if row.trouble else None,
        row.troubled_since,
    )


class StoredSystems:
    """Implements `services.ports.systems.records.SystemRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> list[OwnSystem]:
        found = await self._session.execute(
            select(ClinicSystemRow, ClinicRow)
            .join(ClinicRow, ClinicRow.id == ClinicSystemRow.clinic_id)
            .order_by(ClinicRow.name, ClinicRow.id)
        )
        return [_system(row, clinic) for row, clinic in found]

    async def of(self, clinic_id: ClinicId) -> OwnSystem | None:
        found = await self._session.execute(
            select(ClinicSystemRow, ClinicRow)
            .join(ClinicRow, ClinicRow.id == ClinicSystemRow.clinic_id)
            .where(ClinicRow.id == clinic_id)
        )
        one = found.one_or_none()
        return _system(*one) if one else None

    async def connect(self, clinic: Clinic, settings: SystemSettings, now: datetime) -> None:
        row = await self._session.get(ClinicSystemRow, clinic.id)
        if row is None:
            row = ClinicSystemRow(clinic_id=clinic.id, mark="", failures=0)
            self._session.add(row)
        row.settings = _kept(settings)
        row.mark = ""
        row.whole_at = row.trouble = row.troubled_since = None
        row.failures = 0
        row.due_at = now
        await self._set(clinic.id, own=True)

    async def moved(self, clinic_id: ClinicId, settings: SystemSettings, now: datetime) -> None:
        row = await self._session.get_one(ClinicSystemRow, clinic_id)
        before = settings_of(row).url.rstrip("/")
        slots = select(SlotRow.id).where(SlotRow.clinic_id == clinic_id)
        for named, of_clinic in (
            (SystemBookingRow.ref_system, SystemBookingRow.clinic_id == clinic_id),
            (SystemPatientRow.system, SystemPatientRow.clinic_id == clinic_id),
            (SystemSlotRow.system, SystemSlotRow.slot_id.in_(slots)),
        ):
            await self._session.execute(
                update(named.class_)
                .where(of_clinic, named.startswith(f"{before}/", autoescape=True))
                .values({named: literal(settings.url) + func.substr(named, len(before) + 1)})
                .execution_options(synchronize_session=False)
            )
        row.settings = _kept(settings)
        row.whole_at = None
        row.due_at = now
        await self._session.flush()

    async def disconnect(self, clinic_id: ClinicId) -> None:
        ours = select(AppointmentRow.slot_id).where(IS_ACTIVE)
        await self._session.execute(
            update(SlotRow)
            .where(
                SlotRow.clinic_id == clinic_id, SlotRow.source == SYSTEM, SlotRow.id.not_in(ours)
            )
            .values(open=False, withdrawn=True)
        )
        await self._session.execute(
            delete(ClinicSystemRow).where(ClinicSystemRow.clinic_id == clinic_id)
        )
        await self._set(clinic_id, own=False)

    async def _set(self, clinic_id: ClinicId, *, own: bool) -> None:
        clinic = await self._session.get_one(ClinicRow, clinic_id)
        clinic.own_system = own
        await self._session.flush()

    async def begin_whole(self, clinic_id: ClinicId, due_since: datetime) -> None:
        await self._session.execute(
            update(ClinicSystemRow)
            .where(ClinicSystemRow.clinic_id == clinic_id, ClinicSystemRow.whole_at.is_(None))
            .values(whole_at=due_since)
            .execution_options(synchronize_session=False)
        )

    async def answered(
        self, clinic_id: ClinicId, now: datetime, due_at: datetime, mark: str, *, whole: bool
    ) -> None:
        row = await self._session.get_one(ClinicSystemRow, clinic_id, with_for_update=True)
        row.read_at = now
        row.mark = mark
        row.due_at = due_at
        if whole and row.whole_at:  # otherwise somebody has wanted it since
            row.whole_at = now
        await self.is_well(clinic_id)

    async def failed(
        self, clinic_id: ClinicId, why: Refused, now: datetime, due_at: datetime
    ) -> None:
        row = await self._session.get(ClinicSystemRow, clinic_id)
        if row is None:
            return
        row.failures += 1
        row.trouble = why
        row.troubled_since = row.troubled_since or now
        row.due_at = max(row.due_at, due_at)
        await self._session.flush()

    async def is_well(self, clinic_id: ClinicId) -> None:
        row = await self._session.get(ClinicSystemRow, clinic_id)
        if row is None or not row.failures:
            return
        row.failures = 0
        row.trouble = row.troubled_since = None
        await self._session.flush()
