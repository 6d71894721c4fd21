"""The times of clinics' own systems, as they are stored."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, insert, not_, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor
from services.model.ids import DoctorId, SlotId
from services.model.slots import Stretch
from services.model.systems.mirror import Mirrored, MirrorPlan
from services.model.systems.values import ForeignRef, ForeignSlot, TimeState
from services.model.waitlist.offers import FreedWhy
from storage.schedule.conditions import SYSTEM, has_visit
from storage.tables.slots import SlotRow, TakenSlotRow
from storage.tables.systems.bookings import CLAIMS_ITS_TIME, SystemBookingRow
from storage.tables.systems.reached import SystemSlotRow
from storage.waitlist.freeing import open_up

A_DAY = timedelta(days=1)
# Written out, as its partial index has it: what is over by years is not read through for it.
_HAS_REQUEST = exists().where(
    SystemBookingRow.slot_id == SlotRow.id, text(f"system_bookings.{CLAIMS_ITS_TIME}")
)


class StoredMirror:
    """Implements `services.ports.systems.records.MirrorRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def stored(self, doctor_id: DoctorId, within: Stretch, now: datetime) -> list[Mirrored]:
        since = max(within.starts_at, now)
        nameless = exists().where(TakenSlotRow.slot_id == SlotRow.id)
        found = await self._session.execute(
            select(SlotRow, SystemSlotRow, or_(has_visit(now), _HAS_REQUEST), nameless)
            .outerjoin(SystemSlotRow, SystemSlotRow.slot_id == SlotRow.id)
            .where(
                SlotRow.doctor_id == doctor_id,
                SlotRow.starts_at > since - A_DAY,  # by the index; no time is longer
                SlotRow.starts_at < within.ends_at,
                SlotRow.ends_at > since,
                or_(SlotRow.source == SYSTEM, SlotRow.open),
            )
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        return [_mirrored(*row) for row in found]

    async def carry_out(
        self, doctor: Doctor, plan: MirrorPlan, now: datetime, most: int, *, freed: bool
    ) -> MirrorPlan | None:
        ours = or_(has_visit(now), _HAS_REQUEST)
        await self._session.execute(  # what was a visit's stands in nobody's way any more
            update(SlotRow)
            .where(
                SlotRow.doctor_id == doctor.id,
                SlotRow.source == SYSTEM,
                SlotRow.starts_at > now,
                SlotRow.open,
                SlotRow.withdrawn,
                not_(ours),
            )
            .values(open=False)
            .execution_options(synchronize_session=False)
        )
        left = most
        close, later = plan.close[:left], plan.close[left:]
        if close:
            await self._session.execute(
                update(SlotRow)
                .where(SlotRow.id.in_(close), not_(ours))
                .values(open=False, withdrawn=True)
                .execution_options(synchronize_session=False)
            )
        left -= len(close)
        renamed = plan.renamed[:left]
        await self._name(renamed)
        left -= len(renamed)
        opened = plan.open[:left]
        await self._open(opened, now)
        left -= len(opened)
        added = plan.add[:left]
        given = [slot_id for slot_id, _ in opened] + await self._add(doctor, added)
        free = and_(SlotRow.id.in_(given), not_(ours))
        if freed:
            await open_up(self._session, free, FreedWhy.NEW, now)  # who waits comes first
        rest = replace(
            plan,
            close=later,
            renamed=plan.renamed[len(renamed) :],
            open=plan.open[len(opened) :],
            add=plan.add[len(added) :],
        )
        return rest if rest.count else None

    async def _open(self, slots: Sequence[tuple[SlotId, ForeignSlot]], now: datetime) -> None:
        if not slots:
            return
        ids = [slot_id for slot_id, _ in slots]
        try:
            async with self._session.begin_nested():
                await self._set_open(ids, now)
        except IntegrityError:  # one of them stands in the way of another one
            for slot_id in ids:
                try:
                    async with self._session.begin_nested():
                        await self._set_open([slot_id], now)
                except IntegrityError:
                    continue
        await self._name(slots)

    async def _set_open(self, ids: Collection[SlotId], now: datetime) -> None:
        await self._session.execute(
            update(SlotRow)
            .where(
                SlotRow.id.in_(ids),
                not_(and_(not_(SlotRow.open), not_(SlotRow.withdrawn))),  # closed by hand since
                not_(or_(has_visit(now), _HAS_REQUEST)),
            )
            .values(open=True, withdrawn=False)
            .execution_options(synchronize_session=False)
        )

    async def _add(self, doctor: Doctor, slots: Sequence[ForeignSlot]) -> list[SlotId]:
        if not slots:
            return []
        with suppress(IntegrityError):
            async with self._session.begin_nested():
                return await self._insert(doctor, slots)
        added: list[SlotId] = []
        for slot in slots:
            with suppress(IntegrityError):
                async with self._session.begin_nested():
                    added += await self._insert(doctor, [slot])
        return added

    async def _insert(self, doctor: Doctor, slots: Sequence[ForeignSlot]) -> list[SlotId]:
        ids = await self._session.scalars(
            insert(SlotRow).returning(SlotRow.id, sort_by_parameter_order=True),
            [_new_row(doctor, slot) for slot in slots],
        )
        pairs = [(SlotId(slot_id), slot) for slot_id, slot in zip(ids, slots, strict=True)]
        await self._name(pairs)
        return [slot_id for slot_id, _ in pairs]

    async def _name(self, slots: Sequence[tuple[SlotId, ForeignSlot]]) -> None:
        if not slots:
            return
        ids = [slot_id for slot_id, _ in slots]
        await self._session.execute(delete(SystemSlotRow).where(SystemSlotRow.slot_id.in_(ids)))
        await self._session.execute(
            insert(SystemSlotRow),
            [
                {
                    "slot_id": slot_id,
                    "doctor": slot.doctor,
                    "system": slot.ref.system,
                    "value": slot.ref.value,
                    "version": slot.version,
                }
                for slot_id, slot in slots
            ],
        )

    async def time_of(self, doctor: Doctor, there: ForeignSlot) -> SlotId:
        known = await self._session.scalar(
            select(SlotRow.id)
            .where(
                SlotRow.doctor_id == doctor.id,
                SlotRow.source == SYSTEM,
                SlotRow.starts_at == there.stretch.starts_at,
                SlotRow.ends_at == there.stretch.ends_at,
            )
            .order_by(SlotRow.open.desc(), SlotRow.id)
            .limit(1)
        )
        if known is not None:
            return SlotId(known)
        [made] = await self._insert(doctor, [replace(there, state=TimeState.TAKEN)])
        return made

    async def named(self, slot_id: SlotId) -> ForeignSlot | None:
        found = await self._session.execute(
            select(SystemSlotRow, SlotRow)
            .join(SlotRow, SlotRow.id == SystemSlotRow.slot_id)
            .where(SlotRow.id == slot_id)
        )
        one = found.one_or_none()
        return _there(*one) if one else None


def _there(row: SystemSlotRow, slot: SlotRow) -> ForeignSlot:
    return ForeignSlot(
        ForeignRef(row.system, row.value),
        row.doctor,
        Stretch(slot.starts_at, slot.ends_at),
        TimeState.FREE if slot.open and not slot.withdrawn else TimeState.TAKEN,
        row.version,
    )


def _mirrored(row: SlotRow, there: SystemSlotRow | None, ours: bool, nameless: bool) -> Mirrored:
    by_hand = not row.open and not row.withdrawn
    return Mirrored(
        SlotId(row.id),
        Stretch(row.starts_at, row.ends_at),
        open=row.open and not row.withdrawn,
        ours=ours,
        fixed=row.source != SYSTEM or by_hand or nameless,
        there=_there(there, row) if there else None,
    )


def _new_row(doctor: Doctor, slot: ForeignSlot) -> dict[str, object]:
    starts_at = slot.stretch.starts_at
    is_free = slot.state is TimeState.FREE
    return {
        "clinic_id": doctor.clinic.id,
        "doctor_id": doctor.id,
        "starts_at": starts_at,
        "ends_at": slot.stretch.ends_at,
        "day": doctor.clinic.today(starts_at),
        "source": SYSTEM,
        "open": is_free,
        "withdrawn": not is_free,
        "reasons": 0,
    }
