"""The stored times of doctors."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    DoctorId,
    PersonId,
    PostId,
    SlotId,
)
from services.model.refusals.base import NotFound
from services.model.refusals.visits import SlotHeld, SlotTaken
from services.model.slots import (
    Changes,
    DayLoad,
    GridTime,
    Opening,
    Slot,
    Stored,
    Stretch,
    Taker,
    Taking,
)
from services.model.waitlist.offers import FreedWhy
from storage.database.locks import lock_rows
from storage.schedule.conditions import (
    EXTRA,
    IS_NAMELESS,
    SYSTEM,
    has_visit,
    kept_from,
    promised,
    to_slot,
)
from storage.schedule.reasons import from_bits, to_bits
from storage.schedule.rows import SLOTS, read_free
from storage.systems.asking import look_at_all
from storage.tables.slots import HoldRow, SlotRow, TakenSlotRow
from storage.tables.visits import AbsenceRow, AppointmentRow, OfferRow
from storage.visits.standing import was_had
from storage.waitlist.freeing import open_up

A_DAY = timedelta(days=1)
MOST_NAMED = 500
"""Times that one statement names."""
SCHEDULE = "schedule"
"""The source of slots that a doctor's schedule gave."""


def _around(day: date, days: int) -> datetime:
    """A moment before the day, or after it, in any zone: so that the index is used."""
    return datetime.combine(day + timedelta(days=days), time.min, UTC)


@lru_cache
def _one(*, moving: bool) -> Select[*tuple[Any, ...]]:
    now: BindParameter[datetime] = bindparam("now")
    person: BindParameter[int] = bindparam("person")
    visit: BindParameter[int] = bindparam("moves")
    taken = or_(has_visit(now), IS_NAMELESS)
    child: BindParameter[int] = bindparam("child")
    held = kept_from(now, person, visit if moving else None, child)
    of_slot = SlotRow.id == bindparam("slot")
    return SLOTS.add_columns(taken.label("taken"), held.label("held")).where(of_slot)


class StoredSlots:
    """Implements `services.ports.schedule.SlotRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def get(
        self,
        slot_id: SlotId,
        *,
        person: PersonId,
        now: datetime,
        lock: bool = False,
        moves: AppointmentId | None = None,
        child: ChildId | None = None,
    ) -> Slot:
        if lock:
            await lock_rows(self._session, SlotRow.id, SlotRow.id == slot_id)
        rows = (
            await self._session.execute(
                _one(moving=moves is not None),
                {"slot": slot_id, "person": person, "now": now, "moves": moves, "child": child},
            )
        ).all()
        if not rows:
            raise NotFound
        [found], [free] = rows, await read_free(self._session, rows)
        return replace(free, taken=bool(found.taken), held=bool(found.held))

    async def lock(self, slot_ids: Iterable[SlotId]) -> None:
        await lock_rows(self._session, SlotRow.id, SlotRow.id.in_(sorted(slot_ids)))

    async def close(
        self, doctor_id: DoctorId, first: date, last: date, now: datetime
    ) -> list[SlotId]:
        closed = await self._session.scalars(
            update(SlotRow)
            .where(
                SlotRow.doctor_id == doctor_id,
                SlotRow.day.between(first, last),
                SlotRow.starts_at > now,
                SlotRow.source.not_in([SCHEDULE, EXTRA]),
                SlotRow.open,
            )
            .values(open=False, withdrawn=False)
            .returning(SlotRow.id)
            .execution_options(synchronize_session=False)
        )
        return sorted(SlotId(slot_id) for slot_id in closed)

    async def reopen(self, slot_ids: Iterable[SlotId]) -> None:
        for slot_id in slot_ids:
            row = await self._session.get_one(SlotRow, slot_id)
            with suppress(IntegrityError):  # the doctor's time is cut otherwise by now
                async with self._session.begin_nested():
                    row.open = True
                    row.withdrawn = row.source == SYSTEM
            if row.source == SYSTEM:
                await look_at_all(self._session, row.clinic_id)
        await self._freed(SlotRow.id.in_(sorted(slot_ids)), FreedWhy.NEW)

    async def grid(
        self,
        doctor: Doctor,
        day: date,
        person: PersonId | None,
        now: datetime,
        moves: AppointmentId | None = None,
    ) -> list[GridTime]:
        taken = or_(has_visit(now), TakenSlotRow.slot_id.is_not(None))
        held = kept_from(now, person, moves)
        found = await self._session.execute(
            select(SlotRow, TakenSlotRow.taker, TakenSlotRow.reference, taken, held)
            .outerjoin(TakenSlotRow, TakenSlotRow.slot_id == SlotRow.id)
            .where(
                SlotRow.doctor_id == doctor.id,
                SlotRow.day == day,
                or_(and_(SlotRow.open, not_(SlotRow.withdrawn)), taken),
            )
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        return [
            GridTime(
                to_slot(row, doctor, taken=is_taken, held=is_held),
                Taking(Taker(taker), reference) if taker else None,
            )
            for row, taker, reference, is_taken, is_held in found
        ]

    async def taking(self, slot_id: SlotId) -> Taking | None:
        row = await self._session.get(TakenSlotRow, slot_id)
        return Taking(Taker(row.taker), row.reference, row.taken_at) if row else None

    async def take(self, slot: Slot, taking: Taking, by: PostId | None, at: datetime) -> None:
        row = await self._session.get_one(SlotRow, slot.id)
        taken = TakenSlotRow(
            slot_id=slot.id,
            taker=taking.taker,
            reference=taking.reference,
            taken_by=by,
            taken_at=at,
        )
        try:
            async with self._session.begin_nested():
                row.open = False
                row.withdrawn = False
                self._session.add(taken)
        except IntegrityError:
            raise SlotTaken from None

    async def give_back(self, slot: Slot) -> None:
        await self._session.execute(delete(TakenSlotRow).where(TakenSlotRow.slot_id == slot.id))
        row = await self._session.get_one(SlotRow, slot.id)
        if row.source != SCHEDULE:
            if await self._stays_closed(row):
                return
            with suppress(IntegrityError):  # the doctor's time is cut otherwise by now
                async with self._session.begin_nested():
                    row.open = True
            await self._freed(SlotRow.id == slot.id, FreedWhy.GIVEN_BACK)
            return
        row.withdrawn = True  # it rests, until the rules or the clinic's system give it again
        await self._session.flush()

    async def _stays_closed(self, row: SlotRow) -> bool:
        """Whether the doctor is absent that day. The first of several absences opens it again: it
        is the last one that is taken back."""
        absence = await self._session.scalar(
            select(AbsenceRow)
            .where(
                AbsenceRow.doctor_id == row.doctor_id,
                AbsenceRow.first_day <= row.day,
                AbsenceRow.last_day >= row.day,
                AbsenceRow.undone_at.is_(None),
            )
            .order_by(AbsenceRow.id)
            .limit(1)
        )
        if absence is None:
            return False
        closed = [*absence.closure["slots"], row.id]
        absence.closure = {**absence.closure, "slots": closed}
        await self._session.flush()
        return True

    async def squeeze(self, slot: Slot) -> Slot:
        opening = Opening(slot.stretch, slot.reasons)
        row = SlotRow(**{**_new_row(slot.doctor, opening), "source": EXTRA, "open": False})
        self._session.add(row)
        await self._session.flush()
        return to_slot(row, slot.doctor, taken=False)

    async def rest(self, slot_ids: Iterable[SlotId]) -> None:
        await self._update(
            {"id": slot_id, "open": False, "withdrawn": True} for slot_id in slot_ids
        )

    async def hold(
        self, slots: Sequence[Slot], person: PersonId, until: datetime, now: datetime
    ) -> None:
        ids = [slot.id for slot in slots]
        gives_way = or_(
            HoldRow.person_id == person, and_(HoldRow.slot_id.in_(ids), HoldRow.until <= now)
        )
        rows = [{"slot_id": slot_id, "person_id": person, "until": until} for slot_id in ids]
        try:
            async with self._session.begin_nested():
                await self._session.execute(delete(HoldRow).where(gives_way))
                await self._session.execute(insert(HoldRow), rows)
        except IntegrityError:
            raise SlotHeld from None

    async def let_go(self, person: PersonId) -> None:
        await self._session.execute(delete(HoldRow).where(HoldRow.person_id == person))

    async def stored(
        self,
        doctor_id: DoctorId,
        now: datetime,
        until: datetime | None = None,
        *,
        lock: bool = False,
    ) -> list[Stored]:
        within = and_(
            SlotRow.doctor_id == doctor_id,
            SlotRow.ends_at > now,
            SlotRow.starts_at < until if until else true(),
            or_(SlotRow.source == SCHEDULE, SlotRow.open, not_(SlotRow.withdrawn)),
            or_(SlotRow.source != EXTRA, has_visit(now)),
        )
        if lock:
            await lock_rows(self._session, SlotRow.id, within)
        found = await self._session.execute(
            select(SlotRow, has_visit(now), promised(now), IS_NAMELESS)
            .where(within)
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        return [_to_stored(*row) for row in found]

    async def loads(
        self, clinic_id: ClinicId, first: date, last: date
    ) -> dict[tuple[DoctorId, date], DayLoad]:
        seen = exists().where(AppointmentRow.slot_id == SlotRow.id, was_had(self._now))
        taken = or_(seen, IS_NAMELESS)
        given = and_(SlotRow.open, not_(SlotRow.withdrawn))
        free = and_(given, not_(taken))
        found = await self._session.execute(
            select(
                SlotRow.doctor_id,
                SlotRow.day,
                func.sum(case((taken, 1), else_=0)),
                func.sum(case((free, 1), else_=0)),
                func.sum(case((or_(given, IS_NAMELESS), 1), else_=0)),
                func.sum(case((and_(free, SlotRow.released_at > self._now), 1), else_=0)),
            )
            .where(
                SlotRow.clinic_id == clinic_id,
                SlotRow.starts_at >= _around(first, -1),
                SlotRow.starts_at < _around(last, 2),
                SlotRow.day.between(first, last),
                or_(taken, free),
            )
            .group_by(SlotRow.doctor_id, SlotRow.day)
        )
        return {
            (DoctorId(doctor_id), day): DayLoad(had, left, closed=not received, kept=kept)
            for doctor_id, day, had, left, received, kept in found
        }

    async def change(self, doctor: Doctor, changes: Changes) -> None:
        # What goes makes room for what comes.
        await self._update(
            {"id": slot_id, "open": False, "withdrawn": True} for slot_id in changes.withdraw
        )
        await self._update(
            {"id": slot_id, "open": True, "withdrawn": False, "reasons": to_bits(reasons)}
            for slot_id, reasons in changes.reopen
        )
        await self._update(
            {"id": slot_id, "reasons": to_bits(reasons)} for slot_id, reasons in changes.relabel
        )
        await self._mark_affected(doctor, changes.affected)
        await self._mark_outside(doctor, changes.outside)
        new = [_new_row(doctor, opening) for opening in changes.add]
        if new:
            await self._session.execute(insert(SlotRow), new)
        await self._given(doctor, changes)

    async def _given(self, doctor: Doctor, changes: Changes) -> None:
        """What the schedule gives now that it did not give is free: who waits comes first."""
        begin = sorted(each.stretch.starts_at for each in changes.add)
        for at in range(0, len(begin), MOST_NAMED):
            some = SlotRow.starts_at.in_(begin[at : at + MOST_NAMED])
            await self._freed(and_(SlotRow.doctor_id == doctor.id, some), FreedWhy.NEW)
        again = [slot_id for slot_id, _ in changes.reopen]
        for at in range(0, len(again), MOST_NAMED):
            await self._freed(SlotRow.id.in_(again[at : at + MOST_NAMED]), FreedWhy.NEW)

    async def _freed(self, which: ColumnElement[bool], why: FreedWhy) -> None:
        await open_up(self._session, and_(which, not_(has_visit(self._now))), why, self._now)

    async def date_anew(self, doctor: Doctor, after: datetime, most: int) -> int:
        found = await self._session.execute(
            select(SlotRow.id, SlotRow.starts_at, SlotRow.day)
            .where(SlotRow.doctor_id == doctor.id, SlotRow.starts_at >= after)
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        dated = ((slot_id, day, doctor.clinic.today(begins)) for slot_id, begins, day in found)
        wrong = [{"id": slot_id, "day": right} for slot_id, day, right in dated if day != right]
        await self._update(wrong[:most])
        return len(wrong[:most])

    async def are_promised(self, clinic_id: ClinicId, after: datetime) -> bool:
        callers = exists().where(
            TakenSlotRow.slot_id == SlotRow.id, TakenSlotRow.taker == Taker.CALLER
        )
        kept = exists().where(OfferRow.slot_id == SlotRow.id, OfferRow.until > after)
        promised = exists().where(
            SlotRow.clinic_id == clinic_id, SlotRow.starts_at >= after, or_(callers, kept)
        )
        return bool(await self._session.scalar(select(promised)))

    async def clear_ahead(self, clinic_id: ClinicId, after: datetime) -> None:
        ahead = and_(SlotRow.clinic_id == clinic_id, SlotRow.starts_at >= after)
        await lock_rows(self._session, SlotRow.id, ahead)
        of_clinic = select(SlotRow.id).where(ahead)
        await self._session.execute(delete(HoldRow).where(HoldRow.slot_id.in_(of_clinic)))

    async def _mark_affected(self, doctor: Doctor, affected: Sequence[SlotId]) -> None:
        """Who has such a time keeps it, and nobody else gets it after them.

        What the clinic closed by hand stays just that, whoever has it; and what is over, as it was.
        """
        standing = update(SlotRow).where(
            SlotRow.doctor_id == doctor.id,
            SlotRow.starts_at > self._now - A_DAY,  # by the index; no time is longer
            SlotRow.ends_at > self._now,
            SlotRow.open,
        )
        rests = and_(SlotRow.withdrawn, SlotRow.source != SYSTEM)  # that one's word is awaited
        await self._session.execute(standing.where(rests).values(withdrawn=False))
        if affected:
            dropped = standing.where(SlotRow.id.in_(affected)).values(withdrawn=True)
            await self._session.execute(dropped)

    async def _mark_outside(self, doctor: Doctor, outside: Collection[SlotId]) -> None:
        whose = update(SlotRow).where(
            SlotRow.doctor_id == doctor.id, SlotRow.clinic_id == doctor.clinic.id
        )
        back = and_(text("slots.outside"), SlotRow.id.not_in(outside))
        await self._session.execute(whose.where(back).values(outside=False))
        if outside:
            left = and_(SlotRow.id.in_(outside), not_(SlotRow.outside))
            await self._session.execute(whose.where(left).values(outside=True))

    async def _update(self, rows: Iterable[dict[str, object]]) -> None:
        changed = list(rows)
        if changed:
            await self._session.execute(update(SlotRow), changed)


def _to_stored(row: SlotRow, visited: bool, kept: bool, nameless: bool) -> Stored:
    ruled = row.source == SCHEDULE
    extra = row.source == EXTRA
    return Stored(
        SlotId(row.id),
        Opening(Stretch(row.starts_at, row.ends_at), from_bits(row.reasons)),
        open=row.open and ruled,
        withdrawn=row.withdrawn and not row.open,
        claimed=(visited or kept) and ruled,
        visited=visited and (ruled or extra),
        given_elsewhere=not ruled and not extra and (row.open or nameless),
    )


def _new_row(doctor: Doctor, opening: Opening) -> dict[str, object]:
    starts_at = opening.stretch.starts_at
    return {
        "clinic_id": doctor.clinic.id,
        "doctor_id": doctor.id,
        "starts_at": starts_at,
        "ends_at": opening.stretch.ends_at,
        "day": doctor.clinic.today(starts_at),
        "source": SCHEDULE,
        "open": True,
        "withdrawn": False,
        "reasons": to_bits(opening.reasons),
    }
