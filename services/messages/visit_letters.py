"""What is written about visits once it is certain that it is told: a letter for each kind."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from services.messages import questions
from services.messages.telling import UNHEARD_FOR
from services.model.consents import Purpose
from services.model.ids import PersonId
from services.model.letters import (
    CardsJoined,
    ClinicAnswered,
    ClinicCancelled,
    ClinicMoved,
    Confirmed,
    DoctorLate,
    FamilyDid,
    Letter,
    NeedsTime,
    NotConfirmed,
    PlaceChanged,
    Reminder,
    StandsAgain,
    StillBooked,
    Substituted,
    SystemSaid,
    ToConfirm,
)
from services.model.messages import (
    NotificationKind,
    Standing,
)
from services.model.refusals.base import NotFound
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from services.ports.transaction import Transaction
from services.rules.booking import wish_of


async def written(
    tx: Transaction, alive: Sequence[tuple[Standing, Appointment]], now: datetime
) -> Letter:
    """One letter of all that is told together, in order of the visits' times."""
    first, visit = alive[0]
    if write := _OF_SEVERAL.get(first.notification.kind):
        return await write(tx, alive, now)
    return await _OF_ONE[first.notification.kind](tx, first, visit, now)


async def _booked(
    tx: Transaction, standing: Standing, visit: Appointment, _now: datetime
) -> StillBooked:
    person, clinic = standing.notification.person, visit.slot.doctor.clinic
    may_ask = False
    if visit.slot.foreign and visit.state is AppointmentState.BOOKED:
        may_ask = bool(await tx.consents.to_ask(person.id, clinic.id, Purpose.REMINDERS))
    return StillBooked(person, visit, standing.wishes.discreet, may_ask)


async def _cancelled(
    _tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> ClinicCancelled:
    due = standing.notification
    as_asked = due.kind is NotificationKind.CANCELLED_AS_ASKED
    return ClinicCancelled(due.person, visit, now, standing.wishes.discreet, as_asked)


async def _moved(
    tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> ClinicMoved:
    person = standing.notification.person
    known = await tx.hearing.heard(visit, now - UNHEARD_FOR)
    before = await tx.slots.get(known.slot_id, person=person.id, now=now)
    return ClinicMoved(person, visit, before, now, standing.wishes.discreet)


async def _before(tx: Transaction, visit: Appointment) -> Slot:
    return await tx.appointments.moved_from(visit.id) or visit.slot


async def _confirmed(
    _tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> Confirmed:
    return Confirmed(standing.notification.person, visit, now, standing.wishes.discreet)


async def _not_confirmed(
    tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> NotConfirmed:
    due = standing.notification
    others = await _others(tx, due.person.id, visit, now)
    lapsed = due.kind is NotificationKind.LAPSED
    return NotConfirmed(due.person, visit, others, now, standing.wishes.discreet, lapsed)


async def _late(
    tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> DoctorLate:
    day = visit.slot.local_start.date()
    delay = await tx.schedules.delay(visit.slot.doctor.id, day)
    minutes = delay.minutes if delay else 0
    person = standing.notification.person
    return DoctorLate(person, visit, minutes, now, standing.wishes.discreet)


async def _said_there(
    tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> SystemSaid:
    due = standing.notification
    refused = due.kind is NotificationKind.REFUSED_THERE
    together = await tx.outbox.was_together(visit.id)
    alone = refused and not together
    others = await _others(tx, due.person.id, visit, now) if alone else []
    discreet = standing.wishes.discreet
    return SystemSaid(due.person, visit, due.kind, others, now, discreet, together)


async def _substituted(
    tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> Substituted:
    before = await _before(tx, visit)
    person = standing.notification.person
    return Substituted(person, visit, before, now, standing.wishes.discreet)


async def _needs_time(
    tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> NeedsTime:
    offers = await tx.offers.of(visit.id, now)
    return NeedsTime(standing.notification.person, visit, offers, now, standing.wishes.discreet)


async def _stands_again(
    _tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> StandsAgain:
    return StandsAgain(standing.notification.person, visit, now, standing.wishes.discreet)


async def _place(
    _tx: Transaction, standing: Standing, visit: Appointment, now: datetime
) -> PlaceChanged:
    return PlaceChanged(standing.notification.person, visit, now, standing.wishes.discreet)


async def _joined(
    _tx: Transaction, standing: Standing, visit: Appointment, _now: datetime
) -> CardsJoined:
    return CardsJoined(standing.notification.person, visit.slot.doctor.clinic)


async def _answered(
    tx: Transaction, standing: Standing, visit: Appointment, _now: datetime
) -> ClinicAnswered:
    return await questions.answered(tx, standing, visit)


async def _reminder(
    _tx: Transaction, alive: Sequence[tuple[Standing, Appointment]], now: datetime
) -> Reminder:
    first, _visit = alive[0]
    return Reminder(first.notification.person, _in_order(alive), now, first.wishes.discreet)


async def _family_did(
    tx: Transaction, alive: Sequence[tuple[Standing, Appointment]], now: datetime
) -> FamilyDid:
    standing, visit = alive[0]
    due = standing.notification
    by = await tx.people.last_to_change(visit.id)
    called = by.called if by else ""
    return FamilyDid(due.person, _in_order(alive), called, due.kind, now, standing.wishes.discreet)


async def _to_confirm(
    _tx: Transaction, alive: Sequence[tuple[Standing, Appointment]], now: datetime
) -> ToConfirm:
    first, _visit = alive[0]
    if first.post_id is None:  # then its visit is not standing
        raise NotFound
    return ToConfirm(first.notification.person, first.post_id, _in_order(alive), now)


def _in_order(alive: Sequence[tuple[Standing, Appointment]]) -> list[Appointment]:
    visits = {visit.id: visit for _, visit in alive}
    return sorted(visits.values(), key=lambda visit: visit.slot.starts_at)


async def _others(
    tx: Transaction, person: PersonId, visit: Appointment, now: datetime
) -> list[Slot]:
    """The earliest times with the same doctor and with another, but not what was not to be."""
    clinic = visit.slot.doctor.clinic
    planned = await tx.appointments.planned([visit.child.id], after=now)
    wish = wish_of(person, visit.child, visit.reason, clinic, planned, now)
    wish = replace(wish, busy=[*wish.busy, visit.slot.stretch])
    free = await tx.free_times.by_doctor(clinic.id, wish)
    own = free.pop(visit.slot.doctor.id, None)
    first = min((each.earliest for each in free.values()), key=_start, default=None)
    return sorted([slot for slot in (own and own.earliest, first) if slot], key=_start)


def _start(slot: Slot) -> datetime:
    return slot.starts_at


_WriteOne: TypeAlias = Callable[[Transaction, Standing, Appointment, datetime], Awaitable[Letter]]
_WriteSeveral: TypeAlias = Callable[
    [Transaction, Sequence[tuple[Standing, Appointment]], datetime], Awaitable[Letter]
]
_OF_ONE: dict[NotificationKind, _WriteOne] = {
    NotificationKind.BOOKED: _booked,
    NotificationKind.CANCELLED: _cancelled,
    NotificationKind.CANCELLED_AS_ASKED: _cancelled,
    NotificationKind.MOVED: _moved,
    NotificationKind.CONFIRMED: _confirmed,
    NotificationKind.DECLINED: _not_confirmed,
    NotificationKind.LAPSED: _not_confirmed,
    NotificationKind.LATE: _late,
    NotificationKind.REFUSED_THERE: _said_there,
    NotificationKind.KEPT_THERE: _said_there,
    NotificationKind.NO_ANSWER: _said_there,
    NotificationKind.ANSWER: _answered,
    NotificationKind.SUBSTITUTED: _substituted,
    NotificationKind.NEEDS_TIME: _needs_time,
    NotificationKind.STANDS_AGAIN: _stands_again,
    NotificationKind.PLACE: _place,
    NotificationKind.JOINED: _joined,
}
_OF_SEVERAL: dict[NotificationKind, _WriteSeveral] = {
    NotificationKind.EVENING: _reminder,
    NotificationKind.SOON: _reminder,
    NotificationKind.FAMILY_BOOKED: _family_did,
    NotificationKind.FAMILY_MOVED: _family_did,
    NotificationKind.FAMILY_CANCELLED: _family_did,
    NotificationKind.TO_CONFIRM: _to_confirm,
    NotificationKind.QUESTION: questions.waits,
    NotificationKind.STILL_ASKED: questions.waits,
}
