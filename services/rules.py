"""The rules of the house as plain functions: they know values, and neither database nor clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from services.model import (
    Appointment,
    AppointmentState,
    Child,
    Clinic,
    Deadline,
    Doctor,
    PersonId,
    Reason,
    Slot,
    Unanswered,
    Wish,
    Word,
)
from services.quiet import after_quiet, after_waking
from services.refusals import (
    AlreadyWithDoctor,
    BornInFuture,
    ChildIsBusy,
    DayOver,
    NameTooLong,
    NameUnclear,
    NoLongerAChild,
    NotBegun,
    NotForThisAge,
    NotForThisReason,
    Refusal,
    SlotClosed,
    SlotHeld,
    SlotPassed,
    SlotTaken,
    TooFar,
    TooLate,
    TooManyChildren,
    TooManyVisits,
    VisitCancelled,
    VisitPassed,
)

LONGEST_NAME = 60
ADULT_AT = 18
"""Years. Pediatric care ends on the 18th birthday (323-FZ art. 54, Family Code art. 54)."""

APART = frozenset({Reason.INFANT_DAY})
"""Reasons that take place only in hours that name them."""
UP_TO = {Reason.INFANT_DAY: 1}
"""Years before which a child can come for a reason; the others are for every child."""

_STEPS = {
    AppointmentState.PENDING: {AppointmentState.BOOKED, AppointmentState.CANCELLED},
    AppointmentState.BOOKED: {
        AppointmentState.CANCELLED,
        AppointmentState.FULFILLED,
        AppointmentState.NO_SHOW,
    },
}


def may_become(state: AppointmentState, following: AppointmentState) -> bool:
    """Whether an appointment may go from one state to another; the last states go nowhere."""
    return following in _STEPS.get(state, set())


def deadline(clinic: Clinic, slot: Slot, now: datetime) -> Deadline | None:
    """Until when a visit that a family books now waits for the doctor's word.

    None: it does not. The clinic does not want it, or there is no time to ask: a visit so near is
    booked at once.
    """
    if not clinic.doctors_confirm:
        return None
    terms = clinic.confirming
    at = min(after_waking(now, terms.within, clinic), slot.starts_at - terms.before)
    return Deadline(at, terms.unanswered) if at > after_quiet(now, clinic) else None


def as_of(visit: Appointment, now: datetime) -> Appointment:
    """The visit as it stands at a moment: what nobody answered in time is decided, even if nobody
    has written that down yet (R06)."""
    due = visit.deadline
    if not visit.is_pending or due is None or now < due.at:
        return visit
    booked = due.then is Unanswered.BOOKED
    state = AppointmentState.BOOKED if booked else AppointmentState.CANCELLED
    slot = replace(visit.slot, taken=booked)
    return replace(visit, state=state, slot=slot, deadline=None, word=Word.SILENCE)


def wish_of(
    person: PersonId | None,
    child: Child,
    reason: Reason,
    clinic: Clinic,
    planned: Iterable[Appointment],
    now: datetime,
) -> Wish:
    """What a child with these visits ahead can take at the clinic now, when this person asks."""
    ahead = list(planned)
    return Wish(
        person=person,
        now=now,
        reason=reason,
        earliest=now + clinic.notice,
        latest=min(end_of_horizon(clinic, now), _end_of_age(reason, child, clinic)),
        busy=[visit.slot.stretch for visit in ahead],
        seen_by=frozenset(visit.slot.doctor.id for visit in ahead)
        if clinic.one_visit_per_doctor
        else frozenset(),
    )


def last_open_day(clinic: Clinic, now: datetime) -> date:
    """The last day that families can book: the horizon's own opens at the clinic's hour."""
    today = now.astimezone(clinic.zone).date()
    opened = now >= _opening(clinic, today)
    return today + timedelta(days=clinic.horizon_days - (not opened))


def next_opening(clinic: Clinic, now: datetime) -> datetime:
    """When one more day opens, on the clinic's wall."""
    today = now.astimezone(clinic.zone).date()
    opened = now >= _opening(clinic, today)
    return _opening(clinic, today + timedelta(days=opened)).astimezone(clinic.zone)


def _opening(clinic: Clinic, day: date) -> datetime:
    """The instant of the opening on a day: of an hour that the clock shows twice the first one, and
    one that it skips comes as much later as is skipped."""
    return datetime.combine(day, clinic.opens_at, clinic.zone).astimezone(UTC)


def end_of_horizon(clinic: Clinic, now: datetime) -> datetime:
    """The moment up to which times are shown: midnight after the last open day of the clinic."""
    return midnight(last_open_day(clinic, now) + timedelta(days=1), clinic)


def midnight(day: date, clinic: Clinic) -> datetime:
    """When a day begins on the clinic's wall."""
    return datetime.combine(day, time.min, clinic.zone).astimezone(UTC)


def _end_of_age(reason: Reason, child: Child, clinic: Clinic) -> datetime:
    """When the child grows too old for visits of this kind."""
    years = UP_TO.get(reason, ADULT_AT)
    return midnight(_birthday(child.birth_date, years), clinic)


def _birthday(born: date, years: int) -> date:
    """The day on which somebody completes years; for a 29 February, the 1 March of a common year
    (Civil Code art. 192)."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def check_age(reason: Reason, child: Child, clinic: Clinic, now: datetime) -> None:
    """Let a child look for visits of this kind.

    Raises:
        NotForThisAge: the child is too old for the first time that could be booked.
    """
    if _end_of_age(reason, child, clinic) <= now + clinic.notice:
        raise NotForThisAge


def reasons_for(child: Child, today: date) -> list[Reason]:
    """Why a child of this age can come."""
    years = age_on(child.birth_date, today).years
    return [reason for reason in Reason if years < UP_TO.get(reason, ADULT_AT)]


def accepts(slot: Slot, reason: Reason) -> bool:
    """Whether a slot is for visits of this kind.

    What is for any visit is not for the infants' day: ill children come at those hours.
    """
    return reason in slot.reasons if slot.reasons else reason not in APART


def check_bookable(
    slot: Slot, child: Child, reason: Reason, planned: Iterable[Appointment], now: datetime
) -> None:
    """Let a slot be booked for a child with these visits ahead, or say why not.

    Raises:
        SlotPassed, SlotClosed, SlotTaken, SlotHeld, TooLate, TooFar: the slot itself.
        NotForThisReason, NotForThisAge: what the slot, or the kind of visit, is for.
        ChildIsBusy, AlreadyWithDoctor: the child's other visits.
    """
    ahead = list(planned)
    check_free(slot, now)
    _check_in_time(slot, now)
    if not accepts(slot, reason):
        raise NotForThisReason
    if slot.starts_at >= _end_of_age(reason, child, slot.doctor.clinic):
        raise NotForThisAge
    if any(slot.stretch.overlaps(visit.slot.stretch) for visit in ahead):
        raise ChildIsBusy
    check_doctor(slot.doctor, ahead)


def rules_bent(
    slot: Slot, child: Child, reason: Reason, planned: Iterable[Appointment], now: datetime
) -> list[Refusal]:
    """Which rules of the clinic a visit at a free slot would bend: the registry may, families not.

    Raises:
        NotForThisAge: the child is grown up by then: that is the law's rule, and not the clinic's.
        ChildIsBusy: the child has another visit at the time.
    """
    ahead = list(planned)
    if slot.starts_at >= midnight(_birthday(child.birth_date, ADULT_AT), slot.doctor.clinic):
        raise NotForThisAge
    if any(slot.stretch.overlaps(visit.slot.stretch) for visit in ahead):
        raise ChildIsBusy
    return list(_bent(slot, child, reason, ahead, now))


def _bent(
    slot: Slot, child: Child, reason: Reason, ahead: Sequence[Appointment], now: datetime
) -> Iterator[Refusal]:
    try:
        _check_in_time(slot, now)
    except (TooLate, TooFar) as refusal:
        yield refusal
    if not accepts(slot, reason):
        yield NotForThisReason()
    if slot.starts_at >= _end_of_age(reason, child, slot.doctor.clinic):
        yield NotForThisAge()
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
    if not slot.open:
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


def check_room_for_visit(clinic: Clinic, planned: Iterable[Appointment]) -> None:
    """Let a person whose children have these visits ahead book one more at the clinic (R51).

    Raises:
        TooManyVisits: the clinic allows no more.
    """
    there = [visit for visit in planned if visit.slot.doctor.clinic.id == clinic.id]
    if len(there) >= clinic.limits.visits:
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


def check_markable(visit: Appointment, now: datetime) -> None:
    """Let it be noted whether a child came: from the visit's start to the end of that day, where it
    may be noted otherwise, too.

    Raises:
        NotBegun: its time has not come.
        VisitCancelled: there is no visit.
        DayOver: what was noted stays.
    """
    if visit.state is AppointmentState.CANCELLED:
        raise VisitCancelled
    if now < visit.slot.starts_at or visit.is_pending:
        raise NotBegun
    today = now.astimezone(visit.slot.doctor.clinic.zone).date()
    if today != visit.slot.local_start.date():
        raise DayOver


def tidy_name(typed: str) -> str:
    """The name as it will be kept: one line, single spaces.

    Raises:
        NameUnclear: there is no letter in it.
        NameTooLong: more than `LONGEST_NAME` characters.
    """
    name = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
    if not any(character.isalpha() for character in name):
        raise NameUnclear
    if len(name) > LONGEST_NAME:
        raise NameTooLong(LONGEST_NAME)
    return name


def check_birth_date(birth_date: date, today: date) -> None:
    """Accept the birth date of somebody who is a child today, at the clinic.

    Raises:
        BornInFuture: the day has not come.
        NoLongerAChild: the 18th birthday is today or was earlier.
    """
    if birth_date > today:
        raise BornInFuture
    if age_on(birth_date, today).years >= ADULT_AT:
        raise NoLongerAChild


def is_known(name: str, birth_date: date, children: Iterable[Child]) -> bool:
    """Whether a child who is being named is among these already: named twice, not two children."""
    return any(
        child.name.casefold() == name.casefold() and child.birth_date == birth_date
        for child in children
    )


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, and completed months beyond them."""

    years: int
    months: int


def age_on(birth_date: date, day: date) -> Age:
    """How old a child is on a day."""
    months = (day.year - birth_date.year) * 12 + day.month - birth_date.month
    if day.day < birth_date.day:
        months -= 1
    return Age(years=months // 12, months=months % 12)


def age_of(child: Child, moment: datetime, clinic: Clinic) -> Age:
    """How old a child is at a moment, by the clinic's calendar."""
    return age_on(child.birth_date, moment.astimezone(clinic.zone).date())
