"""Which updates took effect, and which could not be handled."""

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.ports.runtime import OwedAnswer
from storage.tables.runtime import DeadLetterRow, HandledUpdateRow, OwedAnswerRow

_RECORD = text(
    "INSERT INTO handled_updates (update_id, handled_at) VALUES (:update_id, :at) "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=HandledUpdateRow.__table__.c.handled_at.type))
"""Said by every tap that writes: both databases understand it, and no savepoint is needed."""
_DUE = (
    select(OwedAnswerRow)
    .where(OwedAnswerRow.due_at <= bindparam("now"))
    .order_by(OwedAnswerRow.update_id)
)
_FIRST_DUE = _DUE.limit(1).with_for_update(skip_locked=True)


class StoredUpdates:
    """Implements `services.ports.runtime.UpdateRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(self, update_id: int, at: datetime) -> bool:
        """Take down that an update takes effect now; False if it took effect before."""
        connection = await self._session.connection()
        taken_down = await connection.execute(_RECORD, {"update_id": update_id, "at": at})
        return taken_down.rowcount == 1

    async def is_done(self, update_id: int) -> bool:
        return await self._session.get(HandledUpdateRow, update_id) is not None

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

    async def owe(self, answer: OwedAnswer) -> None:
        row = await self._session.get(OwedAnswerRow, answer.update_id)
        if row is None:
            self._session.add(OwedAnswerRow(**asdict(answer)))
        else:
            row.due_at = answer.due_at
        await self._session.flush()

    async def owed(self, now: datetime, limit: int) -> list[OwedAnswer]:
        rows = await self._session.scalars(_DUE.limit(limit), {"now": now})
        return [_to_answer(row) for row in rows]

    async def claim_owed(self, now: datetime, until: datetime) -> list[OwedAnswer]:
        first = await self._session.scalar(_FIRST_DUE, {"now": now})
        if first is None:
            return []
        theirs = _DUE.where(OwedAnswerRow.telegram_id == first.telegram_id)
        theirs = theirs.with_for_update(skip_locked=True)
        rows = list(await self._session.scalars(theirs, {"now": now}))
        for row in rows:
            row.due_at = until
        await self._session.flush()
        return [_to_answer(row) for row in rows]

    async def owe_at_once(self, now: datetime) -> None:
        await self._session.execute(
            update(OwedAnswerRow).where(OwedAnswerRow.due_at > now).values(due_at=now)
        )

    async def settle_owed(self, update_id: int) -> None:
        await self._session.execute(
            delete(OwedAnswerRow).where(OwedAnswerRow.update_id == update_id)
        )


def _to_answer(row: OwedAnswerRow) -> OwedAnswer:
    return OwedAnswer(**{each.name: getattr(row, each.name) for each in fields(OwedAnswer)})
