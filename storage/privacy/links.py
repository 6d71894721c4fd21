"""Links by which a family fetches the file of its data; each opens it once."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import PersonId
from services.model.people import Language
from storage.tables.families import PersonRow
from storage.tables.privacy import ExportLinkRow


class StoredFileLinks:
    """Implements `services.ports.privacy.FileLinkRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: what was over by then opens nothing."""
        self._session = session
        self._now = now

    async def keep(self, person: PersonId, token_hash: str, until: datetime) -> None:
        await self._session.execute(delete(ExportLinkRow).where(ExportLinkRow.person_id == person))
        self._session.add(
            ExportLinkRow(person_id=person, token_sha256=token_hash, expires_at=until)
        )
        await self._session.flush()

    async def language_of(self, token_hash: str) -> Language | None:
        query = (
            select(PersonRow.language)
            .join(ExportLinkRow, ExportLinkRow.person_id == PersonRow.id)
            .where(ExportLinkRow.token_sha256 == token_hash, ExportLinkRow.expires_at > self._now)
        )
        found = await self._session.scalar(query)
        return Language(found) if found else None

    async def use(self, token_hash: str) -> PersonId | None:
        used = await self._session.scalar(
            delete(ExportLinkRow)
            .where(ExportLinkRow.token_sha256 == token_hash, ExportLinkRow.expires_at > self._now)
            .returning(ExportLinkRow.person_id)
        )
        return PersonId(used) if used else None

    async def forget(self, before: datetime) -> int:
        gone = await self._session.scalars(
            delete(ExportLinkRow)
            .where(ExportLinkRow.expires_at < before)
            .returning(ExportLinkRow.person_id)
        )
        return len(gone.all())
