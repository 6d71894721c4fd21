"""What people agreed to, and the texts they were shown."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import ClinicId, ConsentText, PersonId, Purpose
from storage.tables import ConsentRow, ConsentTextRow


class StoredConsents:
    """Implements `services.ports.ConsentRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def text(self, clinic_id: ClinicId, purpose: Purpose) -> ConsentText:
        row = (
            await self._session.scalars(
                select(ConsentTextRow)
                .where(ConsentTextRow.clinic_id == clinic_id, ConsentTextRow.purpose == purpose)
                .order_by(ConsentTextRow.version.desc())
                .limit(1)
            )
        ).one()
        return ConsentText(clinic_id, purpose, row.version, row.text)

    async def publish(self, text: ConsentText) -> None:
        self._session.add(
            ConsentTextRow(
                clinic_id=text.clinic_id,
                purpose=text.purpose,
                version=text.version,
                text=text.text,
            )
        )
        await self._session.flush()

    async def is_given(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> bool:
        standing = exists().where(
            ConsentRow.person_id == person,
            ConsentRow.clinic_id == clinic_id,
            ConsentRow.purpose == purpose,
            ConsentRow.withdrawn_at.is_(None),
        )
        return bool(await self._session.scalar(select(standing)))

    async def give(self, person: PersonId, text: ConsentText, at: datetime) -> None:
        self._session.add(
            ConsentRow(
                person_id=person,
                clinic_id=text.clinic_id,
                purpose=text.purpose,
                version=text.version,
                text_sha256=sha256(text.text.encode()).hexdigest(),
                given_at=at,
            )
        )
        await self._session.flush()
