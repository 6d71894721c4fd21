"""The rules of the house as plain functions: they know values, and neither database nor clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.model import (
    Appointment,
    AppointmentState,
    Child,
    Clinic,
    Doctor,
    Slot,
    Wish,
)
from services.refusals import (
    AlreadyWithDoctor,
    BornInFuture,
    ChildIsBusy,
    NameTooLong,
    NameUnclear,
    NoLongerAChild,
    SlotClosed,
    SlotPassed,
    SlotTaken,
    TooFar,
    TooLate,
    VisitPassed,
)

LONGEST_NAME = 60
ADULT_AT = 18
"""Years. Pediatric care ends on the 18th birthday (323-FZ art. 54, Family Code art. 54)."""

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


def wish_of(clinic: Clinic, planned: Iterable[Appointment], now: datetime) -> Wish:
    """What a child with these visits ahead can take at the clinic now."""
    ahead = list(planned)
    return Wish(
        earliest=now + clinic.notice,
        latest=end_of_horizon(clinic, now),
        busy=[visit.slot.stretch for visit in ahead],
        seen_by=frozenset(visit.slot.doctor.id for visit in ahead)
        if clinic.one_visit_per_doctor
        else frozenset(),
    )


def end_of_horizon(clinic: Clinic, now: datetime) -> datetime:
    """The moment up to which times are shown: midnight after the last open day of the clinic."""
    today = now.astimezone(clinic.zone).date()
    after_last = today + timedelta(days=clinic.horizon_days + 1)
    return datetime.combine(after_last, time.min, clinic.zone).astimezone(UTC)


def check_bookable(slot: Slot, planned: Iterable[Appointment], now: datetime) -> None:
    """Let a slot be booked for a child with these visits ahead, or say why not.

    Raises:
        SlotPassed, SlotClosed, SlotTaken, TooLate, TooFar: the slot itself.
        ChildIsBusy, AlreadyWithDoctor: the child's other visits.
    """
    ahead = list(planned)
    wish = wish_of(slot.doctor.clinic, ahead, now)
    if slot.starts_at < now:
        raise SlotPassed
    if not slot.open:
        raise SlotClosed
    if slot.taken:
        raise SlotTaken
    if slot.starts_at < wish.earliest:
        raise TooLate
    if slot.starts_at >= wish.latest:
        raise TooFar
    if any(slot.stretch.overlaps(other) for other in wish.busy):
        raise ChildIsBusy
    check_doctor(slot.doctor, ahead)


def check_doctor(doctor: Doctor, planned: Iterable[Appointment]) -> None:
    """Let a child with these visits ahead have one with this doctor.

    Raises:
        AlreadyWithDoctor: there is one, and the clinic allows but one.
    """
    for visit in planned:
        if doctor.clinic.one_visit_per_doctor and visit.slot.doctor.id == doctor.id:
            raise AlreadyWithDoctor(visit)


def check_cancellable(appointment: Appointment, now: datetime) -> None:
    """Let a visit ahead be cancelled.

    Raises:
        VisitPassed: it has begun, or is in a state that nothing follows.
    """
    if appointment.slot.starts_at <= now or not may_become(
        appointment.state, AppointmentState.CANCELLED
    ):
        raise VisitPassed


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
