"""Other times for families whose visits the clinic cannot keep: chosen fairly, kept for each alone.

Whoever calls has locked the children and the doctors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.messages.planning import may_be_told
from services.model.ids import AppointmentId, DoctorId, SlotId
from services.model.slots import Slot, Wish
from services.model.visits import Appointment, Offered
from services.ports.transaction import Transaction
from services.rules import booking
from services.rules.reserved import times as reservations

MOST_OFFERS = 3
"""Times that one family is offered."""
SPARE = 100
"""Times that are looked at beside: some do not suit some families."""
A_DAY = 1000
"""More than all of a clinic's times of a day."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What would do in place of a visit's time, the best of each kind first."""

    same_doctor: Sequence[Slot] = ()
    same_day: Sequence[Slot] = ()
    """With another doctor on the day of the visit, the nearest to its time first."""
    earliest: Sequence[Slot] = ()


def share_out(choices: Mapping[AppointmentId, Choices]) -> dict[AppointmentId, list[Slot]]:
    """Give each family up to three times, and no time to two; each list is in order of time.

    Families come in their order, round by round: nobody gets a second time before everybody whom
    one is left for has a first. A family gets one of each kind while there is one.
    """
    given: dict[AppointmentId, list[Slot]] = {visit_id: [] for visit_id in choices}
    gone: set[SlotId] = set()
    for round_ in range(MOST_OFFERS):
        for visit_id, each in choices.items():
            if slot := _next(each, round_, gone):
                gone.add(slot.id)
                given[visit_id].append(slot)
    return {
        visit_id: sorted(slots, key=lambda slot: (slot.starts_at, slot.id))
        for visit_id, slots in given.items()
    }


def _next(choices: Choices, round_: int, gone: set[SlotId]) -> Slot | None:
    """The best that is left: of the kind whose turn it is, or of another."""
    kinds = [choices.same_doctor, choices.same_day, choices.earliest]
    in_turn = [*kinds[round_:], *kinds[:round_]]
    return next((slot for kind in in_turn for slot in kind if slot.id not in gone), None)


async def offer_times(tx: Transaction, visits: Sequence[Appointment], now: datetime) -> None:
    """Keep other times for the families of these visits of one doctor, which need one; in order of
    the visits.

    Reason and age are respected, as for whoever books. The time that is kept begins when the family
    may be told.
    """
    wishes = {visit.id: await _wish(tx, visit, now) for visit in visits}
    seen = {slot.id for slots in (await _free(tx, visits, wishes)).values() for slot in slots}
    await tx.slots.lock(seen)
    free = await _free(tx, visits, wishes)  # somebody may have been quicker than the lock
    choices = {
        visit.id: _choices(
            visit, wishes[visit.id], [slot for slot in free[visit.id] if slot.id in seen]
        )
        for visit in visits
    }
    shared = share_out(choices)
    for visit in visits:
        kept = [_kept(visit, slot, now) for slot in shared[visit.id]]
        await tx.offers.add(visit.id, kept, now)


async def _wish(tx: Transaction, visit: Appointment, now: datetime) -> Wish:
    """Nobody asks: what is held for anybody is not free."""
    clinic = visit.slot.doctor.clinic
    planned = await tx.appointments.planned([visit.child.id], after=now)
    wish = booking.wish_of(None, visit.child, visit.reason, clinic, planned, now)
    told = may_be_told(clinic, visit.slot.starts_at, now)
    return replace(wish, earliest=max(wish.earliest, told + clinic.notice))


async def _free(
    tx: Transaction, visits: Sequence[Appointment], wishes: Mapping[AppointmentId, Wish]
) -> dict[AppointmentId, list[Slot]]:
    """For each visit, what it or one alike could be moved to, in order of time: few questions
    however many families there are, as meanwhile nobody else at the clinic can write."""
    alike: dict[object, list[Appointment]] = {}
    for visit in visits:
        alike.setdefault(_asks(visit, wishes[visit.id]), []).append(visit)
    found: dict[AppointmentId, list[Slot]] = {}
    for theirs in alike.values():
        some = [wishes[visit.id] for visit in theirs]
        wish = replace(
            some[0],
            earliest=min(each.earliest for each in some),
            latest=max(each.latest for each in some),
            busy=(),
            seen_by=frozenset[DoctorId](),
            rights=reservations.rights_of_any([each.rights for each in some]),
        )
        free = await _free_for(tx, wish, theirs)
        found |= dict.fromkeys((visit.id for visit in theirs), free)
    return found


def _asks(visit: Appointment, wish: Wish) -> object:
    """What its times are asked for by: times that are kept for others hide none behind them."""
    return visit.reason, reservations.kept_for(wish.rights, wish.earliest)


async def _free_for(tx: Transaction, wish: Wish, visits: Sequence[Appointment]) -> list[Slot]:
    doctor, most = visits[0].slot.doctor, SPARE + len(visits) * MOST_OFFERS
    clinic_id, first = doctor.clinic.id, min(visit.slot.starts_at for visit in visits)
    later = replace(wish, earliest=max(wish.earliest, first))
    slots = await tx.free_times.free(clinic_id, wish, most)
    slots += await tx.free_times.free(clinic_id, later, most, doctor_id=doctor.id)
    for day in sorted({visit.slot.local_start.date() for visit in visits}):
        slots += await tx.free_times.free(clinic_id, wish, A_DAY, day=day)
    by_id = {slot.id: slot for slot in slots}
    return sorted(by_id.values(), key=lambda slot: (slot.starts_at, slot.id))


def _choices(visit: Appointment, wish: Wish, free: Sequence[Slot]) -> Choices:
    doctor, day = visit.slot.doctor, visit.slot.local_start.date()
    fitting = [slot for slot in free if _fits(slot, wish)]
    that_day = [slot for slot in fitting if slot.local_start.date() == day]
    that_day.sort(key=lambda slot: abs(slot.starts_at - visit.slot.starts_at))
    starts_at = visit.slot.starts_at
    return Choices(
        [slot for slot in fitting if slot.doctor.id == doctor.id and slot.starts_at >= starts_at],
        [slot for slot in that_day if slot.doctor.id != doctor.id],
        fitting,
    )


def _fits(slot: Slot, wish: Wish) -> bool:
    """What was not asked of the database for all families at once."""
    return (
        wish.earliest <= slot.starts_at < wish.latest
        and slot.doctor.id not in wish.seen_by
        and not any(slot.stretch.overlaps(busy) for busy in wish.busy)
        and (wish.rights is None or reservations.is_open_to(slot, wish.rights, wish.now))
    )


def _kept(visit: Appointment, slot: Slot, now: datetime) -> Offered:
    clinic = slot.doctor.clinic
    told = may_be_told(clinic, visit.slot.starts_at, now)
    return Offered(slot, min(told + clinic.offer, slot.starts_at - clinic.notice))
