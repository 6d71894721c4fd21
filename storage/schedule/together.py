"""Free times that lie together, for brothers and sisters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ClinicId, DoctorId
from services.model.slots import Slot, TimesTogether, Wish
from services.model.visits import FEWEST_TOGETHER
from storage.schedule.conditions import fits
from storage.schedule.rows import SLOTS, read_free
from storage.tables.slots import SlotRow


@dataclass(frozen=True, slots=True)
class _Chain:
    """Rows of times that lie together: the first of them, and the ids of all."""

    first: FromClause
    rows: FromClause
    ids: Sequence[ColumnElement[int]]
    condition: ColumnElement[bool]

    def select(self, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        return select(*columns).select_from(self.rows).where(self.condition)


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
        fitting = _fitting(clinic_id, wishes, doctor_id, day)
        chains = _chains(fitting, len(wishes), doctor_id)
        every = union_all(*(_in_order(chain) for chain in chains)).subquery()
        query = select(*list(every.c)[1:]).order_by(*every.c).limit(most)
        found = [tuple(row) for row in await self._session.execute(query)]
        return await self._slots(found)

    async def days(
        self, clinic_id: ClinicId, wishes: Sequence[Wish], *, doctor_id: DoctorId | None = None
    ) -> list[date]:
        fitting = _fitting(clinic_id, wishes, doctor_id)
        chains = _chains(fitting, len(wishes), doctor_id)
        every = union_all(*(chain.select(chain.first.c.day) for chain in chains)).subquery()
        query = select(every.c.day).distinct().order_by(every.c.day)
        return list(await self._session.scalars(query))

    async def first_of_doctors(
        self, clinic_id: ClinicId, wishes: Sequence[Wish]
    ) -> list[TimesTogether]:
        chain = _one_after_another(_fitting(clinic_id, wishes), len(wishes))
        turn = func.row_number().over(
            partition_by=chain.first.c.doctor_id, order_by=chain.first.c.starts_at
        )
        ranked = chain.select(
            chain.first.c.starts_at, *_named(chain), turn.label("turn")
        ).subquery()
        *ids, _turn = list(ranked.c)[1:]
        query = select(*ids).where(ranked.c.turn == 1).order_by(ranked.c.starts_at, *ids)
        return await self._slots([tuple(row) for row in await self._session.execute(query)])

    async def _slots(self, found: Sequence[tuple[int, ...]]) -> list[TimesTogether]:
        ids = {slot_id for times in found for slot_id in times}
        rows = await self._session.execute(SLOTS.where(SlotRow.id.in_(ids)))
        slots: dict[int, Slot] = {slot.id: slot for slot in map(read_free, rows)}
        return [tuple(slots[slot_id] for slot_id in times) for times in found]


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


def _chains(fitting: CTE, count: int, doctor_id: DoctorId | None) -> list[_Chain]:
    one = _one_after_another(fitting, count)
    return [one, _at_once(fitting)] if count == FEWEST_TOGETHER and doctor_id is None else [one]


def _one_after_another(fitting: CTE, count: int) -> _Chain:
    """Times of one doctor, each beginning when the one before ends."""
    first = last = fitting.alias("first")
    rows: FromClause = first
    ids = [first.c.id]
    for number in range(1, count):
        following = fitting.alias(f"following_{number}")
        adjoins = and_(
            following.c.doctor_id == last.c.doctor_id, following.c.starts_at == last.c.ends_at
        )
        rows = rows.join(following, adjoins)
        ids.append(following.c.id)
        last = following
    return _Chain(first, rows, ids, literal(value=True))


def _at_once(fitting: CTE) -> _Chain:
    """Times of two doctors that begin together: those with the two lowest ids, of all there are."""
    first, second = fitting.alias("at_once"), fitting.alias("beside")
    among = fitting.alias("among")
    lowest = select(func.min(among.c.id)).where(among.c.starts_at == first.c.starts_at)
    between = select(func.min(among.c.id)).where(
        among.c.starts_at == first.c.starts_at, among.c.id > first.c.id
    )
    rows = first.join(second, second.c.starts_at == first.c.starts_at)
    is_one = and_(first.c.id == lowest.scalar_subquery(), second.c.id == between.scalar_subquery())
    return _Chain(first, rows, [first.c.id, second.c.id], is_one)


def _named(chain: _Chain) -> list[ColumnElement[int]]:
    return [slot_id.label(f"slot_{number}") for number, slot_id in enumerate(chain.ids)]


def _in_order(chain: _Chain) -> Select[*tuple[Any, ...]]:
    return chain.select(chain.first.c.starts_at.label("starts_at"), *_named(chain))
