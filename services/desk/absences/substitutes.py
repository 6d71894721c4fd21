"""Which visits a colleague could take at the same time: when they receive, and beside that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from services.model.clinic import Doctor, Hours
from services.model.ids import AppointmentId, PersonId, SlotId
from services.model.refusals.visits import AlreadyWithDoctor
from services.model.schedule import Schedule
from services.model.slots import Slot, Stretch
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules import booking
from services.rules.eligibility.grounds import accepts
from services.rules.reserved import times as reservations
from services.rules.slots import is_within, openings, received, receptions_on

NEW = SlotId(0)
"""Stands for a time that is squeezed in for the visit."""

DaysHours = Sequence[tuple[date, Sequence[Hours]]]
"""When somebody receives, by day."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a colleague can see a visit at the same time."""

    slot: Slot
    """A time of theirs, or one of the visit's own length that is squeezed in: its id is `NEW`."""
    instead_of: Sequence[SlotId] = ()
    """Free times of theirs that it takes up."""
    beside: bool = False
    """Whether they do not receive then, and would have to."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a colleague who receives on it."""

    free: Sequence[Slot]
    """Times of theirs that nobody has."""
    busy: Sequence[Stretch]
    given: frozenset[Stretch]
    """What their own schedule gives: only of this anything else may be made."""
    hours: Sequence[Stretch] = ()
    """When they receive: minutes that no time of theirs fills belong to it, too."""
    seen_at: datetime | None = None
    """What is kept for other children at this moment is in nobody else's reach."""


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
    *,
    beside: bool = False,
) -> dict[AppointmentId, Place]:
    """Where the substitute could see these at the same time; whom not, is left out.

    Args:
        beside: when they do not receive, too, on days on which they do.
    """
    days = await days_of(tx, substitute, visits, now)
    return places_with(substitute, visits, days, others, beside=beside)


async def hand_over(
    tx: Transaction,
    by: PersonId,
    substitute: Doctor,
    visits: Sequence[Appointment],
    now: datetime,
    *,
    beside: bool,
) -> dict[AppointmentId, Appointment]:
    """Move whom the substitute can see at the same time; whoever calls has locked the clinic and
    the children."""
    others = await other_visits(tx, visits, now)
    seen = await same_times(tx, substitute, visits, others, now, beside=beside)
    await tx.slots.lock(own_times(seen.values()))
    places = await same_times(tx, substitute, visits, others, now, beside=beside)
    moved = {}
    for visit in visits:
        place = places.get(visit.id)
        # What is not locked was not seen: somebody was quicker.
        if place is None or own_times([place]) - own_times(seen.values()):
            continue
        await tx.slots.rest(place.instead_of)
        slot = await tx.slots.squeeze(place.slot) if place.slot.id == NEW else place.slot
        moved[visit.id] = await tx.appointments.move(visit, slot, by=by, at=now)
        if place.beside:  # that is what was asked for
            await tx.seeing.keep_outside(moved[visit.id], kept=True)
    return moved


async def days_of(
    tx: Transaction, doctor: Doctor, visits: Sequence[Appointment], now: datetime
) -> dict[date, Day | None]:
    """A colleague's days on which these visits are; None: they do not receive."""
    if not visits:
        return {}
    days = sorted({_day_of(visit) for visit in visits})
    schedule = await tx.schedules.of(doctor, days[0])
    return {day: await _day(tx, doctor, day, schedule, now) for day in days}


async def hours_of(tx: Transaction, doctor: Doctor, visits: Sequence[Appointment]) -> DaysHours:
    """When a doctor receives on the days of these visits."""
    if not visits:
        return ()
    days = sorted({_day_of(visit) for visit in visits})
    schedule = await tx.schedules.of(doctor, days[0])
    return [(day, [reception.hours for reception in receptions_on(schedule, day)]) for day in days]


async def _day(
    tx: Transaction, doctor: Doctor, day: date, schedule: Schedule, now: datetime
) -> Day | None:
    """None: they do not receive."""
    grid = await tx.slots.grid(doctor, day, None, now)
    given = frozenset(each.stretch for each in openings(schedule, doctor.clinic.zone, day, day))
    away = await tx.schedules.leave_on(doctor.id, day) is not None and not given
    if away or not grid:
        return None
    free = [each.slot for each in grid if each.is_free]
    busy = [each.slot.stretch for each in grid if not each.is_free]
    hours = received(schedule, doctor.clinic.zone, day, day)
    return Day(free, busy, given, hours, now)


def _day_of(visit: Appointment) -> date:
    return visit.slot.local_start.date()


def places_with(
    substitute: Doctor,
    visits: Sequence[Appointment],
    days: Mapping[date, Day | None],
    others: Mapping[AppointmentId, Sequence[Appointment]],
    *,
    beside: bool,
) -> dict[AppointmentId, Place]:
    """Where a colleague with such days can see these visits, in their order.

    They receive in their hours, however the times in these are cut, unless one that is touched is
    for other children. The child's other visits stand in the way as ever.
    """
    found: dict[AppointmentId, Place] = {}
    wanted = [visit.slot.stretch for visit in visits]
    busy: dict[date, list[Stretch]] = {}
    for visit in visits:
        day = days.get(_day_of(visit))
        if day is None:
            continue
        taken = busy.setdefault(_day_of(visit), list(day.busy))
        place = _place(substitute, visit, replace(day, busy=taken), others[visit.id], wanted)
        if place and (beside or not place.beside):
            found[visit.id] = place
            taken.append(place.slot.stretch)
    return found


def _place(
    substitute: Doctor,
    visit: Appointment,
    day: Day,
    others: Sequence[Appointment],
    wanted: Sequence[Stretch],
) -> Place | None:
    stretch = visit.slot.stretch
    try:
        booking.check_doctor(substitute, others)
    except AlreadyWithDoctor:
        return None
    elsewhere = [other.slot.stretch for other in others]
    if _meets(stretch, [*elsewhere, *day.busy]):
        return None
    suiting = [slot for slot in day.free if _suits(slot, visit, day.seen_at)]
    for own in suiting:
        takes_from = [each for each in wanted if each != stretch]
        if own.starts_at == stretch.starts_at and not _meets(
            own.stretch, [*elsewhere, *day.busy, *takes_from]
        ):
            return Place(own)
    touched = [slot for slot in day.free if slot.stretch.overlaps(stretch)]
    if any(slot.stretch not in day.given for slot in touched):
        return None
    new = replace(visit.slot, id=NEW, doctor=substitute, open=False, taken=False, extra=True)
    receives = is_within(stretch, day.hours) and all(slot in suiting for slot in touched)
    return Place(new, [slot.id for slot in touched], beside=not receives)


def _suits(slot: Slot, visit: Appointment, seen_at: datetime | None) -> bool:
    rights = reservations.rights_of(visit.child, slot.doctor.clinic)
    is_kept = seen_at is not None and not reservations.is_open_to(slot, rights, seen_at)
    kind = slot.doctor.clinic.kind(visit.reason)
    return accepts(slot, kind) and not is_kept


def own_times(places: Iterable[Place]) -> set[SlotId]:
    """The substitute's own times that these take, or take up."""
    found = {slot for place in places for slot in (place.slot.id, *place.instead_of)}
    return found - {NEW}


def is_beside(slot: Slot, hours: DaysHours) -> bool:
    """Whether a time that was squeezed in is one at which its doctor does not receive."""
    clinic = slot.doctor.clinic
    own = [
        Stretch(
            clinic.at(day, span.starts),
            clinic.at(day + timedelta(days=span.ends == time.min), span.ends),
        )
        for day, spans in hours
        for span in spans
    ]
    return slot.extra and not is_within(slot.stretch, own)


def _meets(stretch: Stretch, others: Sequence[Stretch]) -> bool:
    return any(stretch.overlaps(other) for other in others)
