"""Row locks, where more than one transaction can write at once.

They are taken in one order everywhere, so that nobody waits for each other in a circle: person,
clinic, child, doctor, slots by id, appointment, broadcast, first ask of a day, a visit's messages
by id, and last of all a clinic's journal. What was read before a lock may be old; it is read again.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute


async def lock_rows(
    session: AsyncSession,
    key: InstrumentedAttribute[int],
    condition: ColumnElement[bool],
    values: Mapping[str, Any] | None = None,
) -> list[int] | None:
    """Have whoever locks any of these rows wait for the end of this transaction; which they are.
    `values` are those that the condition names.

    SQLite has one writer at a time: there it holds anyway, and nothing is asked.
    """
    if session.get_bind().dialect.name != "postgresql":
        return None
    # Others may still point at the rows: NO KEY, so that their foreign keys do not wait.
    query = select(key).where(condition).order_by(key).with_for_update(key_share=True)
    return list(await session.scalars(query, values))


_JOURNALS = 4_200_712
"""Of the database: the kind of lock that journals have. The number is only ours, and stays."""


async def lock_journal(session: AsyncSession, clinic_id: int) -> None:
    """Have whoever appends to the clinic's journal wait for the end of this transaction.

    No row is locked for it: a chain's end is none, and the clinic's is locked for other things.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_JOURNALS, clinic_id)))
