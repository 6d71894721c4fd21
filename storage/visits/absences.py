"""Doctors who turned out not to receive, and whom that concerned."""

from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor
from services.model.ids import AbsenceId, ClinicId, DeviationId, DoctorId, PostId, SlotId
from services.model.refusals.base import NotFound
from services.model.schedule import DeviationKind
from services.model.visits import Absence, AbsentVisit, Appointment, Closure
from storage.clinic.clinics import StoredClinics
from storage.schedule.conditions import to_slot
from storage.tables.clinic import DoctorRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AbsenceRow, AbsentVisitRow
from storage.visits.appointments import StoredAppointments


class StoredAbsences:
    """Implements `services.ports.visits.AbsenceRepository`."""

    def __init__(self, session: AsyncSession, appointments: StoredAppointments) -> None:
        self._session = session
        self._clinics = StoredClinics(session)
        self._appointments = appointments

    async def add(
        self,
        doctor: Doctor,
        days: tuple[date, date],
        substitute: Doctor | None,
        closure: Closure,
        by: PostId,
        at: datetime,
    ) -> Absence:
        first, last = days
        row = AbsenceRow(
            doctor_id=doctor.id,
            first_day=first,
            last_day=last,
            substitute_id=substitute.id if substitute else None,
            closure={
                "deviations": [[kind, number] for kind, number in closure.deviations],
                "slots": list(closure.slots),
            },
            made_by=by,
            made_at=at,
        )
        self._session.add(row)
        await self._session.flush()
        return await self._read(row)

    async def get(self, absence_id: AbsenceId) -> Absence:
        row = await self._session.get(AbsenceRow, absence_id)
        if row is None:
            raise NotFound
        return await self._read(row)

    async def known(self, doctor_id: DoctorId, days: tuple[date, date]) -> Absence | None:
        first, last = days
        query = select(AbsenceRow).where(
            AbsenceRow.doctor_id == doctor_id,
            AbsenceRow.first_day == first,
            AbsenceRow.last_day == last,
        )
        return await self._latest(query)

    async def _latest(self, query: Select[AbsenceRow]) -> Absence | None:
        row = await self._session.scalar(query.order_by(AbsenceRow.id.desc()).limit(1))
        return await self._read(row) if row else None

    async def since(self, clinic_id: ClinicId, day: date) -> list[Absence]:
        rows = await self._session.scalars(
            select(AbsenceRow)
            .join(DoctorRow, DoctorRow.id == AbsenceRow.doctor_id)
            .where(
                DoctorRow.clinic_id == clinic_id,
                AbsenceRow.last_day >= day,
                AbsenceRow.undone_at.is_(None),
            )
            .order_by(AbsenceRow.first_day, AbsenceRow.id)
        )
        return [await self._read(row) for row in rows.all()]

    async def add_visit(
        self, absence_id: AbsenceId, visit: Appointment, before: Appointment
    ) -> None:
        self._session.add(
            AbsentVisitRow(
                absence_id=absence_id,
                appointment_id=visit.id,
                slot_id=before.slot.id,
                sequence=visit.sequence,
                waited=before.is_pending,
            )
        )
        await self._session.flush()

    async def visits(self, absence_id: AbsenceId) -> list[AbsentVisit]:
        doctor = (await self.get(absence_id)).doctor
        rows = await self._session.execute(
            select(AbsentVisitRow, SlotRow)
            .join(SlotRow, SlotRow.id == AbsentVisitRow.slot_id)
            .where(AbsentVisitRow.absence_id == absence_id)
            .order_by(SlotRow.starts_at, AbsentVisitRow.appointment_id)
        )
        concerned = rows.all()
        found = await self._appointments.some([row.appointment_id for row, _slot in concerned])
        return [
            AbsentVisit(
                found[row.appointment_id],
                to_slot(slot, doctor, taken=False),
                row.sequence,
                row.waited,
            )
            for row, slot in concerned
        ]

    async def undo(self, absence_id: AbsenceId, at: datetime) -> None:
        await self._session.execute(
            update(AbsenceRow).where(AbsenceRow.id == absence_id).values(undone_at=at)
        )

    async def _read(self, row: AbsenceRow) -> Absence:
        substitute = row.substitute_id and await self._clinics.doctor(DoctorId(row.substitute_id))
        deviations = [
            (DeviationKind(kind), DeviationId(number)) for kind, number in row.closure["deviations"]
        ]
        return Absence(
            AbsenceId(row.id),
            await self._clinics.doctor(DoctorId(row.doctor_id)),
            row.first_day,
            row.last_day,
            substitute or None,
            Closure(deviations, [SlotId(number) for number in row.closure["slots"]]),
            row.made_at,
            row.undone_at,
        )
