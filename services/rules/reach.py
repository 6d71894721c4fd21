"""Whom a broadcast means, and who must be phoned.

Storage asks the same in SQL, of thousands at once; the tests prove the two one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.model.broadcasts import Audience, Whom
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.messages import NotificationState
from services.model.people import Child
from services.model.visits import Appointment, AppointmentState

LATE = timedelta(minutes=10)
"""A change that should have been told so long ago and was not is told by phone (R52)."""
PATIENT_FOR = timedelta(days=365)
"""Who was seen by a doctor so long ago at most is the doctor's patient."""


# Who must be phoned


@dataclass(frozen=True, slots=True)
class Telling:
    """How far the bot is with telling one person of a change."""

    state: NotificationState
    due_at: datetime
    reachable: bool
    """Whether the person has not blocked the bot."""


def must_be_phoned(
    visit: Appointment,
    sequence: int,
    tellings: Iterable[Telling],
    now: datetime,
    *,
    offered: bool = False,
) -> bool:
    """Whether a family has to be phoned about what the clinic changed, unless somebody did (R52):
    the bot did not tell it, or it needs a time and none is kept for it any more (R64).

    Args:
        visit: as it stands.
        sequence: the visit's, right after the change: of an earlier one nobody has to hear.
        tellings: what the family was to be told of this change by the bot, each person of it.
        offered: whether some time is kept for the family just now.
    """
    if visit.sequence != sequence or not matters(visit, now):
        return False
    is_left_alone = visit.needs_time and not offered
    return is_left_alone or not any(is_told(each, now) for each in tellings)


def matters(visit: Appointment, now: datetime) -> bool:
    """Whether a family still has to hear of a change: until the visit is over, and for as long as
    it is owed another time."""
    return visit.slot.stretch.ends_at > now or visit.needs_time


def is_told(telling: Telling, now: datetime) -> bool:
    """Whether somebody was told by the bot, or is just being told."""
    if telling.state is NotificationState.SENT:
        return True
    on_its_way = telling.state is NotificationState.PLANNED and telling.due_at > now - LATE
    return on_its_way and telling.reachable


# Whom a broadcast means


@dataclass(frozen=True, slots=True)
class Family:
    """What a person is to a clinic that writes to many."""

    agreed: frozenset[Purpose]
    """What they have agreed to at the clinic, and not taken back."""
    children: Sequence[Child]
    """In their care."""
    visits: Sequence[Appointment]
    """Of these children, as they stand, at whatever clinic."""


def is_meant(family: Family, audience: Audience, clinic: Clinic, now: datetime) -> bool:
    """Whether a person is one of a clinic's audience, agreed to be sent news or not."""
    if Purpose.PROCESSING not in family.agreed:
        return False
    match audience.whom:
        case Whom.FAMILIES:
            return True
        case Whom.DISTRICT:
            return any(child.district_id == audience.subject for child in family.children)
        case Whom.PATIENTS:
            return any(is_patients(visit, audience.subject, now) for visit in family.visits)
        case Whom.DAYS | Whom.VISITS:
            return any(is_ahead_on(visit, audience, clinic, now) for visit in family.visits)


def is_left_out(
    child: Child,
    visits: Sequence[Appointment],
    audience: Audience,
    clinic: Clinic,
    now: datetime,
    *,
    signed: bool,
) -> bool:
    """Whether a child whom nobody has in the bot belongs to an audience, which does not hear of it.

    Args:
        visits: the child's, as they stand.
        signed: whether the family signed the clinic's consent on paper, and it stands.
    """
    match audience.whom:
        case Whom.FAMILIES:
            return signed
        case Whom.DISTRICT:
            return signed and child.district_id == audience.subject
        case Whom.PATIENTS:
            return any(is_patients(visit, audience.subject, now) for visit in visits)
        case Whom.DAYS | Whom.VISITS:
            return any(is_ahead_on(visit, audience, clinic, now) for visit in visits)


def is_written_to(family: Family, audience: Audience, clinic: Clinic, now: datetime) -> bool:
    """Whether a person who is meant may be written to, too: news want a consent of their own."""
    agreed = Purpose.NEWS in family.agreed or not audience.needs_consent
    return agreed and is_meant(family, audience, clinic, now)


def is_patients(visit: Appointment, doctor_id: int, now: datetime) -> bool:
    """Whether a visit makes its child the doctor's patient: it took place in the last year, or is
    ahead; one that nobody came to does not."""
    return (
        visit.slot.doctor.id == doctor_id
        and visit.slot.starts_at >= now - PATIENT_FOR
        and visit.state not in (AppointmentState.CANCELLED, AppointmentState.NO_SHOW)
    )


def is_ahead_on(visit: Appointment, audience: Audience, clinic: Clinic, now: datetime) -> bool:
    """Whether a visit is at the clinic, not over, and on one of the audience's days."""
    return (
        visit.is_active
        and visit.slot.doctor.clinic.id == clinic.id
        and visit.slot.stretch.ends_at > now
        and is_on(visit, audience)
    )


def is_on(visit: Appointment, audience: Audience) -> bool:
    """Whether a visit is on one of the audience's days."""
    day = visit.slot.local_start.date()
    return (audience.first or day) <= day <= (audience.last or day)
