"""Rooms of doctors: families of visits ahead hear of another one (decision 45)."""

from datetime import datetime

from services.model.clinic import Doctor
from services.ports.transaction import Transaction
from services.rules.typed.texts import is_spelling


async def set_room(
    tx: Transaction, doctor: Doctor, room: str, now: datetime, *, spelling: bool = False
) -> None:
    """Let a doctor receive in another room, of which families of visits ahead hear.

    Args:
        spelling: it is the same room, written otherwise.
    """
    await tx.clinics.set_room(doctor.id, room)
    if not (spelling or is_spelling(doctor.room, room)):
        await tx.clinics.tell_otherwise(doctor.clinic.id, doctor.id, now)


async def told_of_room(tx: Transaction, doctor: Doctor, room: str, now: datetime) -> int:
    """How many visits ahead would be told of another room of a doctor."""
    if is_spelling(doctor.room, room):
        return 0
    return await tx.hearing.count_ahead(doctor.clinic.id, [doctor.id], now)
