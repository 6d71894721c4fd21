"""What one process at a time may do."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.runtime import LeaseRow


class StoredLeases:
    """Implements `services.ports.runtime.LeaseRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        taken = await self._session.execute(
            update(LeaseRow)
            .where(LeaseRow.name == name, or_(LeaseRow.holder == holder, LeaseRow.until <= now))
            .values(holder=holder, until=until)
            .returning(LeaseRow.name)
        )
        if taken.all():
            return True
        try:
            async with self._session.begin_nested():
                self._session.add(LeaseRow(name=name, holder=holder, until=until))
        except IntegrityError:
            return False
        return True

    async def give_back(self, name: str, holder: str) -> None:
        await self._session.execute(
            delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder)
        )
