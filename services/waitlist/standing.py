"""Which times stand free for who waits, without anybody's having freed one just now."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.model.ids import DoctorId, SlotId
from services.model.slots import Slot, Wish
from services.model.visits import Appointment
from services.model.waitlist.waits import Wait
from services.ports.transaction import Transaction
from services.rules.waitlist.fits import fits, is_better
from services.waitlist.passing import A_MOMENT, held_visit, wishes_of

LOOKED_THROUGH = 200
"""Times at which a family could come that are looked at for it, of each of its doctors."""
READ_AT_ONCE = 200
"""Free times of the days for which it waits that one statement reads: its hours and weekdays are
looked at here, so that it may take several."""
A_DAY = timedelta(days=1)


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
    wishes = [_on_its_days(wait, wish, now) for wish in wishes_of(wait, others, now)]
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


def _on_its_days(wait: Wait, wish: Wish, now: datetime) -> Wish:
    """What a child could take, on the days for which it waits: of what lies before them there may
    be more than is looked at."""
    clinic, first, last = wait.clinic, wait.wish.first, wait.wish.last
    earliest = max(wish.earliest, now + wait.wish.notice, clinic.at(first))
    if last >= clinic.today(wish.latest):  # who is owed a time waits for ever
        return replace(wish, earliest=earliest)
    return replace(wish, earliest=earliest, latest=min(wish.latest, clinic.at(last + A_DAY)))


async def _of(
    tx: Transaction,
    wait: Wait,
    wishes: Sequence[Wish],
    held: Appointment | None,
    doctor_id: DoctorId | None = None,
) -> Sequence[Sequence[Slot]]:
    """The first times at which the family could come, of a doctor's or of all."""
    fitting: list[Sequence[Slot]] = []
    while len(fitting) < LOOKED_THROUGH:
        found = await _free(tx, wait, wishes, doctor_id)
        fitting += [
            slots
            for slots in found
            if all(fits(wait.wish, slot) for slot in slots) and is_better(slots[0], held)
        ]
        if len(found) < READ_AT_ONCE:
            break
        wishes = _from_there_on(wishes, found)
    return fitting[:LOOKED_THROUGH]


def _from_there_on(wishes: Sequence[Wish], found: Sequence[Sequence[Slot]]) -> list[Wish]:
    """The wishes for what is read next: of those that begin together the last may be left out."""
    first, last = (min(slot.starts_at for slot in found[each]) for each in (0, -1))
    earliest = last if first < last else last + A_MOMENT
    return [replace(wish, earliest=max(wish.earliest, earliest)) for wish in wishes]


async def _free(
    tx: Transaction, wait: Wait, wishes: Sequence[Wish], doctor_id: DoctorId | None
) -> Sequence[Sequence[Slot]]:
    """What stands free for the children together, in order of time."""
    clinic_id, most = wait.clinic.id, READ_AT_ONCE
    if len(wishes) > 1:
        return await tx.together.times(clinic_id, wishes, most, doctor_id=doctor_id)
    free = await tx.free_times.free(clinic_id, wishes[0], most, doctor_id=doctor_id)
    return [[slot] for slot in free]
