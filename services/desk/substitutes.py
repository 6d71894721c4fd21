"""Which visits a colleague could take at the same time, within their hours and beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.model.clinic import Doctor
from services.model.ids import AppointmentId, SlotId
from services.model.refusals.visits import AlreadyWithDoctor
from services.model.slots import GridTime, Slot
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules import booking

NEW = SlotId(0)
"""Stands for a time that is squeezed in beside the substitute's own."""


async def other_visits(
    tx: Transaction, visits: Sequence[Appointment], now: datetime
) -> Mapping[AppointmentId, Sequence[Appointment]]:
    """For each of these visits, what else is ahead of the child."""
    children = sorted({visit.child.id for visit in visits})
    ahead = await tx.appointments.planned(children, after=now)
    return {
        visit.id: [
            other for other in ahead if other.child.id == visit.child.id and other.id != visit.id
        ]
        for visit in visits
    }


async def same_times(
    tx: Transaction,
    substitute: Doctor,
    visits: Sequence[Appointment],
    others: Mapping[AppointmentId, Sequence[Appointment]],
    now: datetime,
) -> dict[AppointmentId, Slot]:
    """Where the substitute could see these at the same time; whom not, is left out."""
    found: dict[AppointmentId, Slot] = {}
    grids: dict[date, list[GridTime]] = {}
    for visit in visits:
        day = visit.slot.local_start.date()
        if day not in grids:
            away = await tx.schedules.leave_on(substitute.id, day)
            grids[day] = [] if away else await tx.slots.grid(substitute, day, None, now)
            if away:
                grids[day].append(_all_day(visit))
        if place := place_with(substitute, visit, grids[day], others[visit.id]):
            found[visit.id] = place
            had = [each for each in grids[day] if each.slot.id != place.id or place.id == NEW]
            grids[day] = [*had, GridTime(replace(place, taken=True))]
    return found


def _all_day(visit: Appointment) -> GridTime:
    """Stands for a day on which the substitute is away, too."""
    day = timedelta(days=1)
    stretch = replace(
        visit.slot.stretch,
        starts_at=visit.slot.stretch.starts_at - day,
        ends_at=visit.slot.stretch.ends_at + day,
    )
    return GridTime(replace(visit.slot, stretch=stretch, taken=True))


def place_with(
    substitute: Doctor,
    visit: Appointment,
    grid: Sequence[GridTime],
    others: Sequence[Appointment],
) -> Slot | None:
    """Where a colleague with these times can see a visit at the same time.

    That is a free time of theirs that begins with it and is for such a reason; or one squeezed in
    (its id is `NEW`) on a day that they receive, where it overlaps none of theirs. The child's
    other visits stand in the way as ever.
    """
    try:
        booking.check_doctor(substitute, others)
    except AlreadyWithDoctor:
        return None
    starts_at = visit.slot.starts_at
    for time in grid:
        own = time.slot
        is_free = own.open and not own.taken and not own.held and time.taking is None
        if own.starts_at == starts_at and is_free and booking.accepts(own, visit.reason):
            meets = any(own.stretch.overlaps(other.slot.stretch) for other in others)
            return None if meets else own
    if not grid or any(time.slot.stretch.overlaps(visit.slot.stretch) for time in grid):
        return None
    return replace(visit.slot, id=NEW, doctor=substitute, open=False, taken=False, extra=True)
