"""Which times stand free for who waits, without anybody's having freed one just now."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.model.ids import DoctorId, SlotId
from services.model.slots import Slot, Wish
from services.model.waitlist.waits import Wait
from services.ports.transaction import Transaction
from services.rules.waitlist.fits import fits, is_better
from services.waitlist.passing import held_visit, wishes_of

LOOKED_THROUGH = 200
"""Free times that are looked at for one family, of each of its doctors."""


async def first_free(tx: Transaction, wait: Wait, now: datetime) -> Slot | None:
    """The first time that a family waits for, has not let go by, and did not see when it joined."""
    passed = await tx.waits.let_go(wait.id) | await tx.waits.seen(wait.id)
    async for slots in _fitting(tx, wait, now):
        if not passed.intersection(slot.id for slot in slots):
            return slots[0]
    return None


async def note_seen(tx: Transaction, wait: Wait, now: datetime) -> None:
    """What stands free for a family that asks to be told it has just seen, and did not choose: as
    long as it stands, it is not offered (decision 91)."""
    seen: set[SlotId] = set()
    async for slots in _fitting(tx, wait, now):
        seen.update(slot.id for slot in slots)
    await tx.waits.note_seen(wait.id, seen, now)


async def _fitting(tx: Transaction, wait: Wait, now: datetime) -> AsyncIterator[Sequence[Slot]]:
    """What stands free where the family said: one time for each child."""
    planned = await tx.appointments.planned([child.id for child in wait.children], after=now)
    held = await held_visit(tx, wait, planned)
    others = [visit for visit in planned if held is None or visit.id != held.id]
    soonest = now + wait.wish.notice
    wishes = [
        replace(wish, earliest=max(wish.earliest, soonest)) for wish in wishes_of(wait, others, now)
    ]
    of_doctors: list[DoctorId | None] = [*sorted(wait.wish.doctors)] or [None]
    for doctor_id in of_doctors:
        for slots in await _free(tx, wait, wishes, doctor_id):
            if all(fits(wait.wish, slot) for slot in slots) and is_better(slots[0], held):
                yield slots


async def _free(
    tx: Transaction, wait: Wait, wishes: Sequence[Wish], doctor_id: DoctorId | None
) -> Sequence[Sequence[Slot]]:
    """What stands free for the children together, in order of time."""
    clinic_id, most = wait.clinic.id, LOOKED_THROUGH
    if len(wishes) > 1:
        return await tx.together.times(clinic_id, wishes, most, doctor_id=doctor_id)
    free = await tx.free_times.free(clinic_id, wishes[0], most, doctor_id=doctor_id)
    return [[slot] for slot in free]
