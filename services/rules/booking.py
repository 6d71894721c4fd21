"""Who can take which time, and when a visit may be moved or given back."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from services.model.clinic import Clinic, Doctor
from services.model.ids import PersonId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.families import (
    TooManyChildren,
)
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    ChildIsBusy,
    NotForThisAge,
    SlotClosed,
    SlotHeld,
    SlotPassed,
    SlotTaken,
    TimeReserved,
    TooFar,
    TooLate,
    TooManyVisits,
    VisitCancelled,
    VisitPassed,
)
from services.model.reserved.times import Rights
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot, Wish
from services.model.visits import Appointment, AppointmentState
from services.rules.ages import end_of_age, start_of_age
from services.rules.eligibility.grounds import check_eligible, why_not
from services.rules.eligibility.kinds import is_adult
from services.rules.horizon import end_of_horizon
from services.rules.reserved.times import check_reserved, rights_of
from services.rules.visit_states import may_become


def wish_of(
    person: PersonId | None,
    child: Child,
    reason: KindKey,
    clinic: Clinic,
    planned: Iterable[Appointment],
    now: datetime,
) -> Wish:
    """What a child with these visits ahead can take at the clinic now, when this person asks."""
    ahead, kind = list(planned), clinic.kind(reason)
    latest = min(end_of_horizon(clinic, now), end_of_age(kind, child, clinic))
    return Wish(
        person=person,
        now=now,
        kind=kind,
        earliest=max(now + clinic.notice, start_of_age(kind, child, clinic)),
        latest=now if clinic.times_apart else latest,
        busy=[visit.slot.stretch for visit in ahead],
        seen_by=frozenset(visit.slot.doctor.id for visit in ahead)
        if clinic.one_visit_per_doctor
        else frozenset(),
        rights=rights_of(child, clinic),
        child=child.id,
    )


def check_bookable(
    slot: Slot, child: Child, reason: KindKey, planned: Iterable[Appointment], now: datetime
) -> None:
    """Let a slot be booked for a child with these visits ahead, or say why not.

    Raises:
        SlotPassed, SlotClosed, SlotTaken, SlotHeld, TooLate, TooFar: the slot itself.
        NotForThisReason, TimeTooShort, NotForThisAge, NotYetThisAge: what the slot, or the kind of
            visit, is for.
        TimeReserved: it is kept for others still.
        ChildIsBusy, AlreadyWithDoctor: the child's other visits.
    """
    ahead = list(planned)
    check_free(slot, now)
    _check_in_time(slot, now)
    check_eligible(slot, child, slot.doctor.clinic.kind(reason))
    check_reserved(slot, rights_of(child, slot.doctor.clinic), now)
    if any(slot.stretch.overlaps(visit.slot.stretch) for visit in ahead):
        raise ChildIsBusy
    check_doctor(slot.doctor, ahead)


def is_bookable(
    slot: Slot, child: Child, reason: KindKey, planned: Iterable[Appointment], now: datetime
) -> bool:
    """Whether a slot may be booked for a child with these visits ahead: what is listed is."""
    try:
        check_bookable(slot, child, reason, planned, now)
    except Refusal:
        return False
    return True


def rules_bent(
    slot: Slot, child: Child, reason: KindKey, planned: Iterable[Appointment], now: datetime
) -> list[Refusal]:
    """Which rules of the clinic a visit at a free slot would bend: the registry may, families not.

    Raises:
        NotForThisAge: the child is grown up by then: that is the law's rule, and not the clinic's.
        ChildIsBusy: the child has another visit at the time.
    """
    ahead = list(planned)
    if is_adult(child, slot.starts_at, slot.doctor.clinic):
        raise NotForThisAge
    if any(slot.stretch.overlaps(visit.slot.stretch) for visit in ahead):
        raise ChildIsBusy
    return list(_bent(slot, child, reason, ahead, now))


def kept_for_others(slot: Slot, now: datetime) -> list[Refusal]:
    """The rule that is bent by giving a kept time to somebody whom nobody knows."""
    try:
        check_reserved(slot, Rights({}), now)
    except TimeReserved as refusal:
        return [refusal]
    return []


def _bent(
    slot: Slot, child: Child, reason: KindKey, ahead: Sequence[Appointment], now: datetime
) -> Iterator[Refusal]:
    try:
        _check_in_time(slot, now)
    except (TooLate, TooFar) as refusal:
        yield refusal
    yield from why_not(slot, child, slot.doctor.clinic.kind(reason))
    try:
        check_reserved(slot, rights_of(child, slot.doctor.clinic), now)
    except TimeReserved as refusal:
        yield refusal
    try:
        check_doctor(slot.doctor, ahead)
    except AlreadyWithDoctor as refusal:
        yield refusal


def check_free(slot: Slot, now: datetime) -> None:
    """Let a slot be given to anybody at all.

    Raises:
        SlotPassed, SlotClosed, SlotTaken, SlotHeld: it cannot be.
    """
    if slot.starts_at < now:
        raise SlotPassed
    if slot.taken:
        raise SlotTaken
    if not slot.open or slot.doctor.clinic.times_apart:
        raise SlotClosed
    if slot.held:
        raise SlotHeld


def _check_in_time(slot: Slot, now: datetime) -> None:
    clinic = slot.doctor.clinic
    if slot.starts_at < now + clinic.notice:
        raise TooLate
    if slot.starts_at >= end_of_horizon(clinic, now):
        raise TooFar


def check_doctor(doctor: Doctor, planned: Iterable[Appointment]) -> None:
    """Let a child with these visits ahead have one with this doctor.

    Raises:
        AlreadyWithDoctor: there is one, and the clinic allows but one.
    """
    for visit in planned:
        if doctor.clinic.one_visit_per_doctor and visit.slot.doctor.id == doctor.id:
            raise AlreadyWithDoctor(visit)


def check_room_for_visit(clinic: Clinic, planned: Iterable[Appointment], more: int = 1) -> None:
    """Let a person whose children have these visits ahead book one more at the clinic, or so many
    (R51).

    Raises:
        TooManyVisits: the clinic allows no more.
    """
    there = [visit for visit in planned if visit.slot.doctor.clinic.id == clinic.id]
    if len(there) + more > clinic.limits.visits:
        raise TooManyVisits(clinic.limits.visits)


def check_room_for_child(clinic: Clinic, children: Sequence[Child]) -> None:
    """Let a person with these children name one more (R51).

    Raises:
        TooManyChildren: the clinic allows no more.
    """
    if len(children) >= clinic.limits.children:
        raise TooManyChildren(clinic.limits.children)


def check_movable(appointment: Appointment, now: datetime) -> None:
    """Let a visit ahead be moved.

    One that needs a time has none that could have passed.

    Raises:
        VisitCancelled, VisitPassed: there is nothing to move any more.
    """
    if appointment.needs_time:
        return
    if appointment.state is AppointmentState.CANCELLED:
        raise VisitCancelled
    check_cancellable(appointment, now)


def check_cancellable(appointment: Appointment, now: datetime) -> None:
    """Let a visit ahead be cancelled.

    Raises:
        VisitPassed: it has begun, or is in a state that nothing follows.
    """
    if appointment.slot.starts_at <= now or not may_become(
        appointment.state, AppointmentState.CANCELLED
    ):
        raise VisitPassed
