"""How clinics' own systems name children."""

from collections.abc import Collection

from sqlalchemy import delete, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, ClinicId
from services.model.systems.values import ForeignRef
from storage.tables.systems.reached import SystemPatientRow


class StoredSystemPatients:
    """Implements `services.ports.systems.records.SystemPatientRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def named(self, clinic_id: ClinicId, child_id: ChildId) -> ForeignRef | None:
        row = await self._session.get(SystemPatientRow, (child_id, clinic_id))
        return ForeignRef(row.system, row.value) if row else None

    async def child_of(self, clinic_id: ClinicId, patient: ForeignRef) -> ChildId | None:
        found = await self._session.scalars(
            select(SystemPatientRow.child_id).where(
                SystemPatientRow.clinic_id == clinic_id,
                SystemPatientRow.value == patient.value,
                SystemPatientRow.system == patient.system,
            )
        )
        children = found.all()
        return ChildId(children[0]) if len(children) == 1 else None

    async def keep(self, clinic_id: ClinicId, child_id: ChildId, patient: ForeignRef) -> None:
        await self._session.merge(
            SystemPatientRow(
                child_id=child_id,
                clinic_id=clinic_id,
                system=patient.system,
                value=patient.value,
            )
        )
        await self._session.flush()

    async def forget(self, child_ids: Collection[ChildId], clinic_id: ClinicId | None) -> None:
        if not child_ids:
            return
        there = true() if clinic_id is None else SystemPatientRow.clinic_id == clinic_id
        await self._session.execute(
            delete(SystemPatientRow)
            .where(SystemPatientRow.child_id.in_(child_ids), there)
            .execution_options(synchronize_session=False)
        )
