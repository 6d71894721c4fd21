"""Stored times as their rows are read, in statements that are written once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.slots import Slot
from storage.clinic.directory import VERSION, directory_at
from storage.database.parts import Parts
from storage.schedule.conditions import to_slot
from storage.tables.slots import SlotRow

ALONE = Parts(SlotRow)
"""Times of a doctor who is known."""
SLOTS: Select[*tuple[Any, ...]] = select(*ALONE.columns, VERSION.label("house"))
"""Times of any doctor; `read_free` takes what it finds."""


async def read_free(session: AsyncSession, found: Sequence[Row[*tuple[Any, ...]]]) -> list[Slot]:
    """Times that nobody has, of a statement made of `SLOTS`."""
    if not found:
        return []
    doctors = (await directory_at(session, found[0].house)).doctors
    rows = [ALONE.of(row)[0] for row in found]
    return [to_slot(row, doctors[row.doctor_id], taken=False) for row in rows]
