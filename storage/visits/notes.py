"""Notes of the staff about visits, which the database holds only encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId
from services.model.refusals.desk import NotesNotKept
from storage.tables.visits import StaffNoteRow

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either


class StoredNotes:
    """Implements `services.ports.visits.NoteRepository`.

    They are gone within days: a rotation of the keys does not encrypt them anew, and what a key
    opens that was given up since is not shown any more.
    """

    def __init__(self, session: AsyncSession, ciphers: Ciphers | None) -> None:
        self._session = session
        self._ciphers = ciphers

    @property
    def kept(self) -> bool:
        return self._ciphers is not None

    async def of(self, appointments: Sequence[AppointmentId]) -> dict[AppointmentId, str]:
        if self._ciphers is None:
            return {}
        query = select(StaffNoteRow).where(StaffNoteRow.appointment_id.in_(appointments))
        return {
            AppointmentId(row.appointment_id): self._ciphers.open(row.ciphertext, _place(row))
            for row in await self._session.scalars(query)
            if row.ciphertext.partition(".")[0] in self._ciphers.ids
        }

    async def keep(self, appointment_id: AppointmentId, note: str, at: datetime) -> None:
        if self._ciphers is None:
            raise NotesNotKept
        row = await self._session.get(StaffNoteRow, appointment_id)
        if not note:
            if row:
                await self._session.delete(row)
            await self._session.flush()
            return
        row = row or StaffNoteRow(appointment_id=appointment_id)
        row.ciphertext = self._ciphers.seal(note, _place(row))
        row.noted_at = at
        self._session.add(row)
        await self._session.flush()


def _place(row: StaffNoteRow) -> str:
    """Where a note stands, as it is sealed with it."""
    return f"staff_notes/{row.appointment_id}"
