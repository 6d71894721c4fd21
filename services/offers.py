"""Other times for families whose visits the clinic cannot keep: chosen fairly, kept for each alone.

Whoever calls has locked the children and the doctors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services import rules
from services.model import Appointment, AppointmentId, Offered, PersonId, Slot, SlotId, Wish
from services.ports import Transaction
from services.reminders import may_be_told

MOST_OFFERS = 3
"""Times that one family is offered."""


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


async def offer_times(
    tx: Transaction, visits: Sequence[Appointment], by: PersonId, now: datetime
) -> dict[AppointmentId, list[Offered]]:
    """Keep other times for the families of these visits, which need one; in order of the visits.

    Reason and age are respected, as for whoever books. The time that is kept begins when the family
    may be told.
    """
    wishes = {visit.id: await _wish(tx, visit, by, now) for visit in visits}
    seen = [await _choices(tx, visit, wishes[visit.id], len(visits)) for visit in visits]
    every = {slot.id for each in seen for kind in _kinds(each) for slot in kind}
    await tx.slots.lock(every)
    choices = {}
    for visit in visits:  # somebody may have been quicker than the lock
        found = await _choices(tx, visit, wishes[visit.id], len(visits))
        choices[visit.id] = Choices(
            *([slot for slot in kind if slot.id in every] for kind in _kinds(found))
        )
    shared = share_out(choices)
    kept = {visit.id: [_kept(visit, slot, now) for slot in shared[visit.id]] for visit in visits}
    for visit_id, offers in kept.items():
        await tx.offers.add(visit_id, offers, now)
    return kept


def _kinds(choices: Choices) -> list[Sequence[Slot]]:
    return [choices.same_doctor, choices.same_day, choices.earliest]


async def _wish(tx: Transaction, visit: Appointment, by: PersonId, now: datetime) -> Wish:
    clinic = visit.slot.doctor.clinic
    planned = await tx.appointments.planned([visit.child.id], after=now)
    wish = rules.wish_of(by, visit.child, visit.reason, clinic, planned, now)
    told = may_be_told(clinic, visit.slot.starts_at, now)
    return replace(wish, earliest=max(wish.earliest, told + clinic.notice))


async def _choices(tx: Transaction, visit: Appointment, wish: Wish, families: int) -> Choices:
    """As many of each kind as all families together could take from it."""
    doctor, day = visit.slot.doctor, visit.slot.local_start.date()
    clinic_id, most = doctor.clinic.id, families * MOST_OFFERS
    later = replace(wish, earliest=max(wish.earliest, visit.slot.starts_at))
    that_day = await tx.slots.free(clinic_id, wish, most, day=day)
    that_day.sort(key=lambda slot: abs(slot.starts_at - visit.slot.starts_at))
    return Choices(
        await tx.slots.free(clinic_id, later, most, doctor_id=doctor.id),
        [slot for slot in that_day if slot.doctor.id != doctor.id],
        await tx.slots.free(clinic_id, wish, most),
    )


def _kept(visit: Appointment, slot: Slot, now: datetime) -> Offered:
    clinic = slot.doctor.clinic
    told = may_be_told(clinic, visit.slot.starts_at, now)
    return Offered(slot, min(told + clinic.offer, slot.starts_at - clinic.notice))
