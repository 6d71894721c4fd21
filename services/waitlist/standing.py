"""Which times stand free for who waits, without anybody's having freed one just now."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.model.ids import DoctorId, SlotId
from services.model.slots import Slot, Stretch, Wish
from services.model.visits import Appointment
from services.model.waitlist.waits import Wait
from services.ports.transaction import Transaction
from services.rules.waitlist.fits import fits, is_better, spans_of
from services.waitlist.passing import held_visit, wishes_of

LOOKED_THROUGH = 200
"""Times at which a family could come that are looked at for it, of each of its doctors."""


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
    """What stands free where the family said: one time for each child. Who would see anybody is
    shown the clinic's first ones, and, where there are as many as are looked at, each doctor's."""
    planned = await tx.appointments.planned([child.id for child in wait.children], after=now)
    held = await held_visit(tx, wait, planned)
    others = [visit for visit in planned if held is None or visit.id != held.id]
    wishes = wishes_of(wait, others, now)
    doctors: Sequence[DoctorId] = sorted(wait.wish.doctors)
    if not doctors:
        first = await _of(tx, wait, wishes, held)
        for slots in first:
            yield slots
        if len(first) < LOOKED_THROUGH:
            return
        doctors = [doctor.id for doctor in await tx.clinics.doctors(wait.clinic.id)]
    for doctor_id in doctors:
        for slots in await _of(tx, wait, wishes, held, doctor_id):
            yield slots


async def _of(
    tx: Transaction,
    wait: Wait,
    wishes: Sequence[Wish],
    held: Appointment | None,
    doctor_id: DoctorId | None = None,
) -> Sequence[Sequence[Slot]]:
    """The first times at which the family could come, of a doctor's or of all. Nothing else is
    read: of what stands free at other hours there may be thousands."""
    soonest = wishes[0].now + wait.wish.notice
    latest = max(wish.latest for wish in wishes)
    if held and held.is_active:
        latest = min(latest, held.slot.starts_at)
    fitting: list[Sequence[Slot]] = []
    for span in spans_of(wait.wish, wait.clinic, soonest, latest):
        most = LOOKED_THROUGH - len(fitting)
        fitting += [
            slots
            for slots in await _free(tx, wait, wishes, span, most, doctor_id)
            if all(fits(wait.wish, slot) for slot in slots) and is_better(slots[0], held)
        ]
        if len(fitting) >= LOOKED_THROUGH:
            break
    return fitting


async def _free(
    tx: Transaction,
    wait: Wait,
    wishes: Sequence[Wish],
    span: Stretch,
    most: int,
    doctor_id: DoctorId | None,
) -> Sequence[Sequence[Slot]]:
    """What stands free for the children together and begins in a span, in order of time."""
    clinic_id = wait.clinic.id
    within = [
        replace(
            wish,
            earliest=max(wish.earliest, span.starts_at),
            latest=min(wish.latest, span.ends_at),
        )
        for wish in wishes
    ]
    if len(within) > 1:
        return await tx.together.times(clinic_id, within, most, doctor_id=doctor_id)
    free = await tx.free_times.free(clinic_id, within[0], most, doctor_id=doctor_id)
    return [[slot] for slot in free]
