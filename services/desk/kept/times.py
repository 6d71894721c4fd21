"""Times that are kept for some children, as the registry sees them, and opens one early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.access.posts import doctor_at, post_of
from services.desk.errands import slot_at
from services.model.access import REGISTRY, Post
from services.model.clinic import Doctor
from services.model.ids import DoctorId, PersonId, PostId, SlotId
from services.model.slots import Slot
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reserved.times import is_kept
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class KeptOfDay:
    """What is kept of a doctor's day still, in order."""

    post: Post
    doctor: Doctor
    day: date
    kept: Sequence[Slot]
    now: datetime
    opened: Mapping[SlotId, str] = field(default_factory=dict)
    """Free times that somebody of the registry has opened before their hour: who."""
    open: Sequence[Slot] = ()
    """These, in order."""


class KeptTimes:
    """Nobody's child is named; who opened a time is taken down beside it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def of_day(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId, day: date
    ) -> KeptOfDay:
        """What is kept of a doctor's day. Raises `NotFound`: not of the registry."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            doctor = await doctor_at(tx, post, doctor_id)
            return await _of_day(tx, post, doctor, day, self._clock())

    @use_case
    async def release(self, person: PersonId, post_id: PostId, slot_id: SlotId) -> KeptOfDay:
        """Let everybody have a kept time from now on; again, it changes nothing.

        Raises `NotFound`: not of the registry, or no such time at the clinic."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            slot = await slot_at(tx, post, person, slot_id, now, lock=True)
            if is_kept(slot, now) and not tx.replay:
                await tx.reservations.release(slot.id, post.id, now)
            return await _of_day(tx, post, slot.doctor, slot.local_start.date(), now)


async def _of_day(
    tx: Transaction, post: Post, doctor: Doctor, day: date, now: datetime
) -> KeptOfDay:
    grid = await tx.slots.grid(doctor, day, None, now)
    free = [each.slot for each in grid if each.is_free and each.slot.starts_at > now]
    opened = await tx.reservations.released([slot.id for slot in free])
    return KeptOfDay(
        post,
        doctor,
        day,
        [slot for slot in free if is_kept(slot, now)],
        now,
        opened,
        [slot for slot in free if slot.id in opened],
    )
