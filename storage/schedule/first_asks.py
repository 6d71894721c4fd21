"""What families who asked could be offered."""

from datetime import date, datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, ClinicId
from services.model.slots import Counted
from services.model.visits import FirstAsk
from storage.tables.base import table_of
from storage.tables.slots import FirstAskRow
from storage.visits.month import count_month

_asks = table_of(FirstAskRow).c
_IS_ASKED = select(
    exists().where(
        _asks.clinic_id == bindparam("clinic"),
        _asks.day == bindparam("day"),
        _asks.child_id == bindparam("child"),
    )
)


class StoredLoad:
    """Implements `services.ports.schedule.LoadRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def month(self, clinic_id: ClinicId, first: datetime, until: datetime) -> Counted:
        return await count_month(self._session, self._now, clinic_id, first, until)

    async def is_asked(self, clinic_id: ClinicId, child_id: ChildId, day: date) -> bool:
        asked = {"clinic": clinic_id, "child": child_id, "day": day}
        return bool(await self._session.scalar(_IS_ASKED, asked))

    async def add_ask(self, ask: FirstAsk) -> None:
        row = FirstAskRow(
            clinic_id=ask.clinic_id,
            day=ask.day,
            child_id=ask.child_id,
            asked_at=ask.asked_at,
            earliest=ask.earliest,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # somebody else asked for the child meanwhile, or it is gone
            return

    async def asks(self, clinic_id: ClinicId, first: date, last: date) -> list[FirstAsk]:
        rows = await self._session.scalars(
            select(FirstAskRow)
            .where(
                FirstAskRow.clinic_id == clinic_id,
                FirstAskRow.day >= first,
                FirstAskRow.day <= last,
            )
            .order_by(FirstAskRow.asked_at)
        )
        return [
            FirstAsk(
                ClinicId(row.clinic_id), ChildId(row.child_id), row.day, row.asked_at, row.earliest
            )
            for row in rows
        ]
