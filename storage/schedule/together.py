"""Free times that lie together, for brothers and sisters."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ClinicId, DoctorId
from services.model.slots import Slot, TimesTogether, Wish
from services.model.visits import FEWEST_TOGETHER
from storage.schedule.conditions import fits
from storage.schedule.rows import SLOTS, read_free
from storage.tables.slots import SlotRow

Statement: TypeAlias = Select[*tuple[Any, ...]]


class StoredTogether:
    """Implements `services.ports.schedule.TogetherRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def times(
        self,
        clinic_id: ClinicId,
        wishes: Sequence[Wish],
        most: int,
        *,
        doctor_id: DoctorId | None = None,
        day: date | None = None,
    ) -> list[TimesTogether]:
        found = _lying_together(clinic_id, wishes, doctor_id, day)
        query = select(*_ids(found)).order_by(found.c.starts_at, *_ids(found)).limit(most)
        return await self._slots([tuple(row) for row in await self._session.execute(query)])

    async def days(
        self, clinic_id: ClinicId, wishes: Sequence[Wish], *, doctor_id: DoctorId | None = None
    ) -> list[date]:
        found = _lying_together(clinic_id, wishes, doctor_id)
        query = select(found.c.day).distinct().order_by(found.c.day)
        return list(await self._session.scalars(query))

    async def first_of_doctors(
        self, clinic_id: ClinicId, wishes: Sequence[Wish]
    ) -> list[TimesTogether]:
        found = _one_after_another(_fitting(clinic_id, wishes), len(wishes)).subquery()
        turn = func.row_number().over(partition_by=found.c.doctor_id, order_by=found.c.starts_at)
        ranked = select(found, turn.label("turn")).subquery()
        query = (
            select(*_ids(ranked))
            .where(ranked.c.turn == 1)
            .order_by(ranked.c.starts_at, *_ids(ranked))
        )
        return await self._slots([tuple(row) for row in await self._session.execute(query)])

    async def _slots(self, found: Sequence[tuple[int, ...]]) -> list[TimesTogether]:
        ids = {slot_id for times in found for slot_id in times}
        rows = await self._session.execute(SLOTS.where(SlotRow.id.in_(ids)))
        free = await read_free(self._session, rows.all())
        slots: dict[int, Slot] = {slot.id: slot for slot in free}
        return [tuple(slots[slot_id] for slot_id in times) for times in found]


def _lying_together(
    clinic_id: ClinicId,
    wishes: Sequence[Wish],
    doctor_id: DoctorId | None = None,
    day: date | None = None,
) -> Subquery:
    fitting = _fitting(clinic_id, wishes, doctor_id, day)
    in_a_row = _one_after_another(fitting, len(wishes))
    if len(wishes) == FEWEST_TOGETHER and doctor_id is None:
        return union_all(in_a_row, _at_once(fitting)).subquery()
    return in_a_row.subquery()


def _fitting(
    clinic_id: ClinicId,
    wishes: Sequence[Wish],
    doctor_id: DoctorId | None = None,
    day: date | None = None,
) -> CTE:
    """The times that any of the children could take."""
    whose = SlotRow.clinic_id == clinic_id
    if doctor_id is not None:
        whose = and_(whose, SlotRow.doctor_id == doctor_id)
    if day is not None:
        whose = and_(whose, SlotRow.day == day)
    columns = (SlotRow.id, SlotRow.doctor_id, SlotRow.starts_at, SlotRow.ends_at, SlotRow.day)
    return select(*columns).where(whose, *(fits(wish) for wish in wishes)).cte("fitting")


# Each looks through the times once, in order: to join them with themselves grows with the square.


def _one_after_another(fitting: CTE, count: int) -> Statement:
    """Times of one doctor, each beginning when the one before ends."""

    def following(column: ColumnElement[Any], by: int) -> ColumnElement[Any]:
        later = func.lead(column, by)
        in_order = later.over(partition_by=fitting.c.doctor_id, order_by=fitting.c.starts_at)
        return in_order if by else column

    beside = select(
        *(fitting.c.doctor_id, fitting.c.day, fitting.c.starts_at),
        *(following(fitting.c.id, by).label(f"slot_{by}") for by in range(count)),
        *(following(fitting.c.starts_at, by).label(f"starts_{by}") for by in range(1, count)),
        *(following(fitting.c.ends_at, by).label(f"ends_{by}") for by in range(count - 1)),
    ).subquery()
    adjoin = (beside.c[f"ends_{by}"] == beside.c[f"starts_{by + 1}"] for by in range(count - 1))
    return select(*_of(beside, count)).where(*adjoin)


def _at_once(fitting: CTE) -> Statement:
    """Times of two doctors that begin together: those with the two lowest ids, of all there are."""
    moment, number = fitting.c.starts_at, fitting.c.id
    following = func.lead(number).over(partition_by=moment, order_by=number)
    turn = func.row_number().over(partition_by=moment, order_by=number)
    beside = select(
        *(fitting.c.doctor_id, fitting.c.day, fitting.c.starts_at),
        number.label("slot_0"),
        following.label("slot_1"),
        turn.label("turn"),
    ).subquery()
    is_first = and_(beside.c.turn == 1, beside.c.slot_1.is_not(None))
    return select(*_of(beside, FEWEST_TOGETHER)).where(is_first)


def _of(beside: Subquery, count: int) -> list[ColumnElement[Any]]:
    return [
        *(beside.c.doctor_id, beside.c.day, beside.c.starts_at),
        *(beside.c[f"slot_{by}"] for by in range(count)),
    ]


def _ids(found: Subquery) -> list[ColumnElement[int]]:
    return [column for name, column in found.c.items() if name.startswith("slot_")]
