"""Under which numbers the journal speaks of children and visits.

A number is made by chance when a child is first written of, and which child it means stands in a
table of its own: erasing that row's child leaves records that lead to nobody, without touching one.
A visit's number is made of its id and the child's salt, which goes with the child, so that nobody
finds it by trying all ids. Records of before have the ids themselves, which are positive.
"""

from collections.abc import Collection
from hashlib import sha256
from secrets import randbelow, token_hex

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, ChildId
from storage.tables.access import JournalSubjectRow

_NUMBERS = 2**31
"""As many as a column has room for below zero."""


class StoredSubjects:
    """What the journal and whoever reads it for a family needs of them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, children: Collection[ChildId]) -> dict[ChildId, JournalSubjectRow]:
        """A subject for each of the children, made where there was none."""
        known = await self._known(children)
        missing = sorted(set(children) - known.keys())
        if missing:
            tokens = await self._unused(len(missing))
            rows = [
                {"token": token, "child_id": child, "salt": token_hex(16)}
                for token, child in zip(tokens, missing, strict=True)
            ]
            await self._session.execute(insert(JournalSubjectRow), rows)
            known |= await self._known(missing)
        return known

    async def _known(self, children: Collection[ChildId]) -> dict[ChildId, JournalSubjectRow]:
        rows = await self._session.scalars(
            select(JournalSubjectRow).where(JournalSubjectRow.child_id.in_(children))
        )
        return {ChildId(row.child_id): row for row in rows if row.child_id is not None}

    async def _unused(self, count: int) -> list[int]:
        """Numbers that no subject has, or had: those of the forgotten stay taken."""
        found: set[int] = set()
        while len(found) < count:
            some = {-1 - randbelow(_NUMBERS) for _ in range(count - len(found))}
            taken = select(JournalSubjectRow.token).where(JournalSubjectRow.token.in_(some))
            found |= some - set(await self._session.scalars(taken))
        return list(found)

    async def forget(self, children: Collection[ChildId]) -> None:
        """Let what is written of these children lead to nobody."""
        await self._session.execute(
            update(JournalSubjectRow)
            .where(JournalSubjectRow.child_id.in_(children))
            .values(child_id=None, salt=None)
        )


def tokens_of(child_ids: Collection[int]) -> Select[int]:
    """The numbers that mean children, beside their ids."""
    return select(JournalSubjectRow.token).where(JournalSubjectRow.child_id.in_(child_ids))


def visit_token(subject: JournalSubjectRow, visit: AppointmentId) -> AppointmentId:
    """The number under which the journal speaks of a child's visit."""
    digest = sha256(f"{subject.salt}:{visit}".encode()).digest()
    return AppointmentId(-1 - int.from_bytes(digest[:4]) % _NUMBERS)
