"""Stored times on their way to agree with another system's."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor
from services.model.ids import DoctorId, SlotId
from services.model.slot_sync import Add, Known, Open, Plan, Source
from services.model.slots import Stretch, Taker, Taking
from services.model.visits import visit_number
from storage.database.locks import lock_rows
from storage.schedule.conditions import EXTRA
from storage.schedule.reasons import from_bits, to_bits
from storage.schedule.reserved import whom_of
from storage.tables.slots import HoldRow, SlotRow, TakenSlotRow
from storage.tables.visits import ACTIVE_STATES, AppointmentRow, OfferRow

_SOURCES = {source.value: source for source in (Source.SCHEDULE, Source.IMPORT)}


class StoredImports:
    """Implements `services.ports.schedule.ImportRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def stored(
        self,
        doctor_ids: Sequence[DoctorId],
        now: datetime,
        first: datetime,
        until: datetime,
        *,
        lock: bool = False,
    ) -> dict[DoctorId, list[Known]]:
        within = and_(
            SlotRow.doctor_id.in_(doctor_ids),
            SlotRow.ends_at > max(first, now),
            SlotRow.starts_at < until,
            SlotRow.source != EXTRA,  # beside the others, for one visit of ours alone
        )
        if lock:
            await lock_rows(self._session, SlotRow.id, within)
        visit = and_(AppointmentRow.slot_id == SlotRow.id, text(f"appointments.{ACTIVE_STATES}"))
        hold = and_(HoldRow.slot_id == SlotRow.id, HoldRow.until > now)
        offer = and_(OfferRow.slot_id == SlotRow.id, OfferRow.until > now)
        rows = await self._session.execute(
            select(
                SlotRow.doctor_id,
                SlotRow.id,
                SlotRow.starts_at,
                SlotRow.ends_at,
                SlotRow.day,
                SlotRow.reasons,
                SlotRow.named_for,
                SlotRow.source,
                SlotRow.open,
                SlotRow.withdrawn,
                AppointmentRow.id.label("visit_id"),
                func.coalesce(HoldRow.person_id, OfferRow.appointment_id).label("holder_id"),
                TakenSlotRow.taker,
                TakenSlotRow.reference,
            )
            .outerjoin(AppointmentRow, visit)
            .outerjoin(HoldRow, hold)
            .outerjoin(OfferRow, offer)
            .outerjoin(TakenSlotRow, TakenSlotRow.slot_id == SlotRow.id)
            .where(within)
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        found: dict[DoctorId, list[Known]] = {}
        for row in rows:
            known = Known(
                id=SlotId(row.id),
                stretch=Stretch(row.starts_at, row.ends_at),
                day=row.day,
                reasons=from_bits(row.reasons),
                source=_SOURCES.get(row.source, Source.OTHER),
                open=row.open,
                withdrawn=row.withdrawn,
                visit=None if row.visit_id is None else visit_number(row.visit_id),
                held=row.holder_id is not None,
                taking=Taking(Taker(row.taker), row.reference) if row.taker else None,
                named_for=whom_of(row.named_for),
            )
            found.setdefault(DoctorId(row.doctor_id), []).append(known)
        return found

    async def carry_out(self, doctor: Doctor, plan: Plan, at: datetime) -> None:
        await self._withdraw(plan.withdraw)
        await self._take(plan.take, at)
        await self._update_takings(plan.refer)
        await self._update(
            {"id": slot_id, "reasons": to_bits(reasons)} for slot_id, reasons in plan.relabel
        )
        await self._open(plan.open)
        await self._add(doctor, plan.add, at)

    async def _withdraw(self, slots: Sequence[SlotId]) -> None:
        await self._give_back(slots)
        await self._update({"id": slot_id, "open": False, "withdrawn": True} for slot_id in slots)

    async def _take(self, slots: Sequence[tuple[SlotId, Taking]], at: datetime) -> None:
        await self._update(
            {"id": slot_id, "open": False, "withdrawn": False} for slot_id, _ in slots
        )
        await self._add_takings([_taken(slot_id, taking, at) for slot_id, taking in slots])

    async def _open(self, slots: Sequence[Open]) -> None:
        await self._give_back([each.id for each in slots])
        await self._update(
            {
                "id": each.id,
                "open": True,
                "withdrawn": False,
                "source": each.source,
                "reasons": to_bits(each.reasons),
            }
            for each in slots
        )

    async def _add(self, doctor: Doctor, times: Sequence[Add], at: datetime) -> None:
        if not times:
            return
        added = await self._session.scalars(
            insert(SlotRow).returning(SlotRow.id, sort_by_parameter_order=True),
            [_new_row(doctor, each) for each in times],
        )
        await self._add_takings(
            [
                _taken(SlotId(slot_id), each.taking, at)
                for slot_id, each in zip(added, times, strict=True)
                if each.taking
            ]
        )

    async def _give_back(self, slots: Sequence[SlotId]) -> None:
        if slots:
            taken = TakenSlotRow.slot_id.in_(slots)
            await self._session.execute(delete(TakenSlotRow).where(taken))

    async def _add_takings(self, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            await self._session.execute(insert(TakenSlotRow), rows)

    async def _update_takings(self, slots: Sequence[tuple[SlotId, Taking]]) -> None:
        rows = [{"slot_id": slot_id, "reference": taking.reference} for slot_id, taking in slots]
        if rows:
            await self._session.execute(update(TakenSlotRow), rows)

    async def _update(self, rows: Iterable[dict[str, object]]) -> None:
        changed = list(rows)
        if changed:
            await self._session.execute(update(SlotRow), changed)


def _taken(slot_id: SlotId, taking: Taking, at: datetime) -> dict[str, object]:
    return {
        "slot_id": slot_id,
        "taker": taking.taker,
        "reference": taking.reference,
        "taken_by": None,
        "taken_at": at,
    }


def _new_row(doctor: Doctor, time: Add) -> dict[str, object]:
    starts_at = time.stretch.starts_at
    return {
        "clinic_id": doctor.clinic.id,
        "doctor_id": doctor.id,
        "starts_at": starts_at,
        "ends_at": time.stretch.ends_at,
        "day": doctor.clinic.today(starts_at),
        "source": time.source,
        "open": time.taking is None,
        "withdrawn": False,
        "reasons": to_bits(time.reasons),
    }
