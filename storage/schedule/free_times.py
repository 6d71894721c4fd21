"""Free times, as families look for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Select, and_, bindparam, case, exists, func, not_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor
from services.model.ids import ClinicId, DoctorId
from services.model.settings.visit_kinds import VisitKind
from services.model.slots import DayTimes, FreeTimes, Slot, Wish
from storage.schedule.conditions import accepts, fits, is_free, suits, to_slot
from storage.schedule.rows import ALONE, SLOTS, read_free
from storage.schedule.wishes import SHAPES, shape_of, standing_for, values_of
from storage.tables.base import table_of
from storage.tables.slots import SlotRow

Statement: TypeAlias = Select[*tuple[Any, ...]]
_slots = table_of(SlotRow)


@lru_cache(maxsize=SHAPES)
def _earliest(shape: Wish, *, of_doctor: bool) -> Statement:
    whose = _slots.c.doctor_id if of_doctor else _slots.c.clinic_id
    fitting = SLOTS.where(whose == bindparam("whose"), fits(standing_for(shape)))
    return fitting.order_by(_slots.c.starts_at, _slots.c.id).limit(1)


@lru_cache(maxsize=SHAPES)
def _free(shape: Wish, *, of_doctor: bool, on_day: bool) -> Statement:
    query = SLOTS.where(_slots.c.clinic_id == bindparam("clinic"), fits(standing_for(shape)))
    if of_doctor:
        query = query.where(_slots.c.doctor_id == bindparam("doctor"))
    if on_day:
        query = query.where(_slots.c.day == bindparam("day"))
    return query.order_by(_slots.c.starts_at, _slots.c.id)


@lru_cache(maxsize=SHAPES)
def _by_doctor(shape: Wish) -> Statement:
    firsts = (
        select(
            _slots.c.doctor_id,
            func.min(_slots.c.starts_at).label("starts_at"),
            func.count().label("count"),
        )
        .where(_slots.c.clinic_id == bindparam("clinic"), fits(standing_for(shape)))
        .group_by(_slots.c.doctor_id)
        .subquery()
    )
    is_first = and_(
        _slots.c.doctor_id == firsts.c.doctor_id,
        _slots.c.starts_at == firsts.c.starts_at,
        _slots.c.open,
    )
    return SLOTS.join(firsts, is_first).add_columns(firsts.c.count.label("free"))


@lru_cache(maxsize=SHAPES)
def _days(shape: Wish) -> Statement:
    wish = standing_for(shape)
    return (
        select(_slots.c.day, func.sum(case((is_free(wish), 1), else_=0)))
        .where(_slots.c.doctor_id == bindparam("doctor"), suits(wish))
        .group_by(_slots.c.day)
        .order_by(_slots.c.day)
    )


@lru_cache(maxsize=SHAPES)
def _on_day(shape: Wish) -> Statement:
    return (
        select(*ALONE.columns)
        .where(
            _slots.c.doctor_id == bindparam("doctor"),
            _slots.c.starts_at >= bindparam("begins"),
            _slots.c.starts_at < bindparam("ends"),
            fits(standing_for(shape)),
        )
        .order_by(_slots.c.starts_at)
    )


class StoredFreeTimes:
    """Implements `services.ports.schedule.FreeTimeRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def earliest(
        self, clinic_id: ClinicId, wish: Wish, doctor_id: DoctorId | None = None
    ) -> Slot | None:
        query = _earliest(shape_of(wish), of_doctor=doctor_id is not None)
        whose = clinic_id if doctor_id is None else doctor_id
        found = await self._session.execute(query, {**values_of(wish), "whose": whose})
        return next(iter(await read_free(self._session, found.all())), None)

    async def by_doctor(self, clinic_id: ClinicId, wish: Wish) -> dict[DoctorId, FreeTimes]:
        found = await self._session.execute(
            _by_doctor(shape_of(wish)), {**values_of(wish), "clinic": clinic_id}
        )
        rows = found.all()
        first = zip(await read_free(self._session, rows), rows, strict=True)
        return {slot.doctor.id: FreeTimes(slot, row.free) for slot, row in first}

    async def have_hours(
        self, clinic_id: ClinicId, kinds: Sequence[VisitKind], after: datetime
    ) -> list[VisitKind]:
        theirs = [
            exists().where(
                SlotRow.clinic_id == clinic_id,
                SlotRow.starts_at > after,
                SlotRow.open,
                not_(SlotRow.withdrawn),
                accepts(kind),
            )
            for kind in kinds
        ]
        [found] = await self._session.execute(select(*theirs))
        return [kind for kind, has in zip(kinds, found, strict=True) if has]

    async def days(self, doctor_id: DoctorId, wish: Wish) -> list[DayTimes]:
        found = await self._session.execute(
            _days(shape_of(wish)), {**values_of(wish), "doctor": doctor_id}
        )
        return [DayTimes(day, free) for day, free in found]

    async def on_day(self, doctor: Doctor, wish: Wish, day: date) -> list[Slot]:
        begins, ends = doctor.clinic.at(day), doctor.clinic.at(day + timedelta(days=1))
        rows = await self._session.execute(
            _on_day(shape_of(wish)),
            {**values_of(wish), "doctor": doctor.id, "begins": begins, "ends": ends},
        )
        return [to_slot(ALONE.of(row)[0], doctor, taken=False) for row in rows]

    async def free(
        self,
        clinic_id: ClinicId,
        wish: Wish,
        most: int,
        *,
        doctor_id: DoctorId | None = None,
        day: date | None = None,
    ) -> list[Slot]:
        query = _free(shape_of(wish), of_doctor=doctor_id is not None, on_day=day is not None)
        found = await self._session.execute(
            query.limit(most),
            {**values_of(wish), "clinic": clinic_id, "doctor": doctor_id, "day": day},
        )
        return await read_free(self._session, found.all())

    async def near(self, doctor: Doctor, wish: Wish, moment: datetime, count: int) -> list[Slot]:
        fitting = select(SlotRow.id).where(SlotRow.doctor_id == doctor.id, fits(wish)).limit(count)
        before = fitting.where(SlotRow.starts_at < moment).order_by(SlotRow.starts_at.desc())
        after = fitting.where(SlotRow.starts_at >= moment).order_by(SlotRow.starts_at)
        around = union_all(select(before.subquery()), select(after.subquery()))
        rows = await self._session.scalars(
            select(SlotRow).where(SlotRow.id.in_(around)).order_by(SlotRow.starts_at)
        )
        found = [to_slot(row, doctor, taken=False) for row in rows]
        nearest = sorted(found, key=lambda slot: abs(slot.starts_at - moment))[:count]
        return sorted(nearest, key=lambda slot: slot.starts_at)
