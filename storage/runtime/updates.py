"""Which updates took effect, and which could not be handled."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.runtime import DeadLetterRow, HandledUpdateRow


class StoredUpdates:
    """Implements `services.ports.runtime.UpdateRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(self, update_id: int, at: datetime) -> bool:
        """Take down that an update takes effect now; False if it took effect before."""
        try:
            async with self._session.begin_nested():
                self._session.add(HandledUpdateRow(update_id=update_id, handled_at=at))
        except IntegrityError:
            return False
        return True

    async def forget(self, before: datetime) -> int:
        gone = await self._session.execute(
            delete(HandledUpdateRow)
            .where(HandledUpdateRow.handled_at < before)
            .returning(HandledUpdateRow.update_id)
        )
        return len(gone.all())

    async def set_aside(self, update_id: int, kind: str, error: str, at: datetime) -> None:
        if await self._session.get(DeadLetterRow, update_id):
            return
        self._session.add(
            DeadLetterRow(update_id=update_id, kind=kind, error=error, set_aside_at=at)
        )
        await self._session.flush()

    async def count_set_aside(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(DeadLetterRow)) or 0
