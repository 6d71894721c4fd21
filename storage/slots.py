"""The stored times of doctors."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, insert, not_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import ClinicId, Doctor, DoctorId, Slot, SlotId, Stretch, Wish
from services.refusals import NotFound
from storage.clinics import to_clinic, to_doctor
from storage.tables import ACTIVE_STATES, AppointmentRow, ClinicRow, DoctorRow, SlotRow

_TAKEN: ColumnElement[bool] = exists().where(
    AppointmentRow.slot_id == SlotRow.id, text(f"appointments.{ACTIVE_STATES}")
)


def _fits(wish: Wish) -> ColumnElement[bool]:
    """The same wish as `rules.check_bookable`, in SQL: open, free, in time, not in the way."""
    return and_(
        SlotRow.open,
        SlotRow.starts_at >= wish.earliest,
        SlotRow.starts_at < wish.latest,
        not_(_TAKEN),
        *(SlotRow.doctor_id != doctor_id for doctor_id in sorted(wish.seen_by)),
        *(
            not_(and_(SlotRow.starts_at < busy.ends_at, SlotRow.ends_at > busy.starts_at))
            for busy in wish.busy
        ),
    )


def _with_doctor() -> Select[SlotRow, DoctorRow, ClinicRow]:
    return (
        select(SlotRow, DoctorRow, ClinicRow)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def to_slot(row: SlotRow, doctor: Doctor, *, taken: bool) -> Slot:
    return Slot(
        SlotId(row.id), doctor, Stretch(row.starts_at, row.ends_at), open=row.open, taken=taken
    )


def free_slot(found: Row[SlotRow, DoctorRow, ClinicRow]) -> Slot:
    slot, doctor, clinic = found
    return to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=False)


class StoredSlots:
    """Implements `services.ports.SlotRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, slot_id: SlotId, *, lock: bool = False) -> Slot:
        query = _with_doctor().add_columns(_TAKEN).where(SlotRow.id == slot_id)
        found = (
            await self._session.execute(query.with_for_update(of=SlotRow) if lock else query)
        ).one_or_none()
        if found is None:
            raise NotFound
        slot, doctor, clinic, taken = found
        return to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=taken)

    async def earliest(self, clinic_id: ClinicId, wish: Wish) -> Slot | None:
        query = (
            _with_doctor()
            .where(SlotRow.clinic_id == clinic_id, _fits(wish))
            .order_by(SlotRow.starts_at, SlotRow.id)
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        return free_slot(found) if found else None

    async def earliest_by_doctor(self, clinic_id: ClinicId, wish: Wish) -> dict[DoctorId, Slot]:
        firsts = (
            select(SlotRow.doctor_id, func.min(SlotRow.starts_at).label("starts_at"))
            .where(SlotRow.clinic_id == clinic_id, _fits(wish))
            .group_by(SlotRow.doctor_id)
            .subquery()
        )
        query = _with_doctor().join(
            firsts,
            and_(
                SlotRow.doctor_id == firsts.c.doctor_id,
                SlotRow.starts_at == firsts.c.starts_at,
                SlotRow.open,
            ),
        )
        slots = [free_slot(found) for found in await self._session.execute(query)]
        return {slot.doctor.id: slot for slot in slots}

    async def of_doctor(self, doctor: Doctor, wish: Wish) -> list[Slot]:
        rows = await self._session.scalars(
            select(SlotRow)
            .where(SlotRow.doctor_id == doctor.id, _fits(wish))
            .order_by(SlotRow.starts_at)
        )
        return [to_slot(row, doctor, taken=False) for row in rows]

    async def add_missing(self, doctor: Doctor, stretches: Iterable[Stretch]) -> int:
        wanted = sorted(stretches, key=lambda stretch: stretch.starts_at)
        if not wanted:
            return 0
        known = await self._known_between(doctor.id, wanted[0].starts_at, wanted[-1].ends_at)
        missing = _without_overlaps(wanted, known)
        if missing:
            await self._session.execute(
                insert(SlotRow),
                [
                    {
                        "clinic_id": doctor.clinic.id,
                        "doctor_id": doctor.id,
                        "starts_at": stretch.starts_at,
                        "ends_at": stretch.ends_at,
                        "source": "schedule",
                        "open": True,
                    }
                    for stretch in missing
                ],
            )
        return len(missing)

    async def _known_between(
        self, doctor_id: DoctorId, begin: datetime, end: datetime
    ) -> list[Stretch]:
        found = await self._session.execute(
            select(SlotRow.starts_at, SlotRow.ends_at)
            .where(SlotRow.doctor_id == doctor_id, SlotRow.ends_at > begin, SlotRow.starts_at < end)
            .order_by(SlotRow.starts_at)
        )
        return [Stretch(starts_at, ends_at) for starts_at, ends_at in found]


def _without_overlaps(wanted: Iterable[Stretch], known: Iterable[Stretch]) -> list[Stretch]:
    """The wanted stretches that overlap no known one; both come in order of their starts."""
    ahead = deque(known)
    kept: list[Stretch] = []
    busy_until: datetime | None = None
    for new in wanted:
        while ahead and ahead[0].starts_at < new.ends_at:
            ends_at = ahead.popleft().ends_at
            busy_until = max(busy_until, ends_at) if busy_until else ends_at
        if busy_until is None or busy_until <= new.starts_at:
            kept.append(new)
    return kept
