"""What became of visits in the clinic's own system comes here (R56, R76)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.messages.planning import about_change, plan_reminders
from services.messages.telling import tell_family
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.ids import ChildId, PersonId
from services.model.messages import NotificationKind
from services.model.people import Scope
from services.model.refusals.visits import ChildIsBusy, SlotTaken
from services.model.slots import Stretch
from services.model.systems.outbox import Step, SystemBooking
from services.model.systems.values import ForeignSlot, ForeignState, ForeignVisit, TimeState
from services.model.visits import Appointment, AppointmentState
from services.ports.transaction import Transaction
from services.systems.outcomes import locked_visit

CAME = {
    ForeignState.FULFILLED: AppointmentState.FULFILLED,
    ForeignState.NO_SHOW: AppointmentState.NO_SHOW,
}
"""What the clinic wrote down there of a visit that has been."""


async def changed_there(
    tx: Transaction,
    booking: SystemBooking,
    doctors: Mapping[str, Doctor],
    there: ForeignVisit,
    now: datetime,
) -> bool:
    """What the clinic did in its system to a visit that both know. False: it cannot be done here
    yet, as the time is another visit's."""
    visit = await locked_visit(tx, booking)
    stands = visit is not None and visit.is_active and visit.slot.id == booking.slot.id
    if there.state is ForeignState.CANCELLED:
        await tx.outbox.settle(booking, Step.LEFT)
    if visit is None or not stands or there.state is not ForeignState.BOOKED:
        if visit and stands:
            await _ended_there(tx, visit, there.state, now)
        return True
    doctor = doctors.get(there.doctor)
    if doctor is None or there.stretch is None:
        return True
    if (doctor.id, there.stretch) == (booking.slot.doctor.id, booking.slot.stretch):
        return True
    slot_id = await tx.mirror.time_of(doctor, _time_of(there, there.stretch))
    try:
        moved = await tx.system_visits.moved_there(visit, slot_id, now)
    except (SlotTaken, ChildIsBusy):
        return False
    if moved:
        await tx.outbox.moved(booking, slot_id)
        sooner = min(visit.slot.starts_at, moved.slot.starts_at)
        await tell_family(tx, NotificationKind.MOVED, moved, now, sooner=sooner)
    return True


async def _ended_there(
    tx: Transaction, visit: Appointment, state: ForeignState, now: datetime
) -> None:
    """It was cancelled there, which the family hears unless it is over; or has been, and the child
    came or did not."""
    slot = visit.slot
    if state is ForeignState.CANCELLED and now < slot.stretch.ends_at:
        if off := await tx.system_visits.cancelled_there(visit, now):
            await tell_family(tx, NotificationKind.CANCELLED, off, now)
    elif state in CAME and slot.local_start.date() <= slot.doctor.clinic.today(now):
        await tx.system_visits.came_there(visit, CAME[state], now)


async def booked_there(
    tx: Transaction,
    clinic: Clinic,
    doctors: Mapping[str, Doctor],
    there: ForeignVisit,
    now: datetime,
) -> None:
    """A visit that was booked there for a child who is known here appears here, too. One that we
    asked for ourselves bears our key, and waits for its answer."""
    doctor = doctors.get(there.doctor)
    is_new = there.state is ForeignState.BOOKED and not there.key
    if doctor is None or there.patient is None or not is_new:
        return
    if there.stretch is None or there.stretch.starts_at <= now:
        return
    child_id = await tx.system_patients.child_of(clinic.id, there.patient)
    if child_id is None:
        return
    child = await tx.families.child(child_id, cared_for_by=None, lock=True)
    carers = await _who_hears(tx, child_id, clinic)
    if not carers:
        return
    slot_id = await tx.mirror.time_of(doctor, _time_of(there, there.stretch))
    slot = await tx.slots.get(slot_id, person=carers[0], now=now, lock=True)
    kind = next((each for each in clinic.kinds if not each.hidden), clinic.kinds[0])
    try:
        visit = await tx.system_visits.book_there(child.id, slot, kind.key, carers[0], now)
    except (SlotTaken, ChildIsBusy):
        return
    await tx.system_visits.note_there(clinic.id, visit, there, now)
    told = [about_change(NotificationKind.BOOKED, visit, person, now) for person in carers]
    await tx.notifications.begin(told)
    await plan_reminders(tx, visit, now)


async def _who_hears(tx: Transaction, child_id: ChildId, clinic: Clinic) -> Sequence[PersonId]:
    """Who is told of the child and has agreed that the clinic keeps data about the family; nobody
    where no parent has, or none does any more. The child is locked: nobody leaves meanwhile."""

    async def agreed(scope: Scope) -> Sequence[PersonId]:
        return [
            person
            for person in await tx.families.carers(child_id, scope)
            if await tx.consents.is_given(person, clinic.id, Purpose.PROCESSING)
        ]

    return await agreed(Scope.TOLD) if await agreed(Scope.DECIDE) else []


def _time_of(there: ForeignVisit, stretch: Stretch) -> ForeignSlot:
    ref = there.slot or there.ref
    return ForeignSlot(ref, there.doctor, stretch, TimeState.TAKEN)
