"""Children who are ill, as numbers of a clinic's day."""

from collections import defaultdict
from datetime import date

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ClinicId
from services.model.visits import IllDay, IllStep
from storage.tables.visits import IllCountRow


class StoredIllCounts:
    """Implements `services.ports.visits.IllCountRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, clinic_id: ClinicId, day: date, step: IllStep) -> None:
        if await self._raise(clinic_id, day, step):
            return
        try:
            async with self._session.begin_nested():
                self._session.add(IllCountRow(clinic_id=clinic_id, day=day, step=step, count=1))
        except IntegrityError:  # somebody else was the day's first meanwhile
            await self._raise(clinic_id, day, step)

    async def _raise(self, clinic_id: ClinicId, day: date, step: IllStep) -> bool:
        one = (
            update(IllCountRow)
            .where(
                IllCountRow.clinic_id == clinic_id,
                IllCountRow.day == day,
                IllCountRow.step == step,
            )
            .values(count=IllCountRow.count + 1)
            .execution_options(synchronize_session=False)
        )
        done = await self._session.execute(one)
        return isinstance(done, CursorResult) and done.rowcount > 0

    async def days(self, clinic_id: ClinicId, first: date, last: date) -> list[IllDay]:
        found = await self._session.execute(
            select(IllCountRow.day, IllCountRow.step, IllCountRow.count)
            .where(
                IllCountRow.clinic_id == clinic_id,
                IllCountRow.day >= first,
                IllCountRow.day <= last,
            )
            .order_by(IllCountRow.day)
        )
        days: dict[date, dict[IllStep, int]] = defaultdict(dict)
        for day, step, count in found:
            days[day][IllStep(step)] = count
        return [IllDay(day, counts) for day, counts in days.items()]
