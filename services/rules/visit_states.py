"""Which states a visit may pass through, and how it stands at a moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations

from services.model.clinic import Clinic, Unanswered
from services.model.refusals.schedule import DayOver
from services.model.refusals.visits import NotBegun, VisitCancelled, VisitChanged
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState, Deadline, Word
from services.rules.quiet_hours import after_quiet, after_waking
from services.rules.typed.texts import mark

MOST_LOOKED_THROUGH = 10
"""Of so many visits of a day at most it is found out which of them a button stood below."""

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


def check_shown(visit: Appointment, seen: int | None) -> None:
    """Let something be done about a visit that was shown so (R66).

    Args:
        seen: `Appointment.as_shown`, as it was then; None: a button from before they kept it.

    Raises:
        VisitChanged: it is another one by now.
    """
    if seen is not None and seen != visit.as_shown:
        raise VisitChanged


def together_as_shown(visits: Sequence[Appointment]) -> int:
    """`Appointment.as_shown` of several: what a button keeps of which they were, and how."""
    return mark(" ".join(sorted(f"{visit.id}.{visit.sequence}" for visit in visits)))


def those_shown(visits: Sequence[Appointment], seen: int | None) -> Sequence[Appointment]:
    """Of a day's visits those that a button stood below (R66): what was booked since is not meant.

    Args:
        seen: `together_as_shown`, as it was then; None: a button from before they kept it.

    Raises:
        VisitChanged: one of them is another one by now, or is gone.
    """
    if seen is None:
        return visits
    fewest = 1 if len(visits) <= MOST_LOOKED_THROUGH else len(visits)
    for count in range(len(visits), fewest - 1, -1):
        for some in combinations(visits, count):
            if together_as_shown(some) == seen:
                return some
    raise VisitChanged


def check_markable(visit: Appointment, now: datetime, *, came: bool | None = True) -> None:
    """Let it be noted on the visit's day whether a child came, and noted otherwise, too.

    Who is there early has come: that is noted all day long. That nobody came can be said from the
    visit's start on.

    Args:
        came: what is to be noted; None takes a note back.

    Raises:
        NotBegun: its time has not come.
        VisitCancelled: there is no visit.
        DayOver: what was noted stays.
    """
    if visit.state is AppointmentState.CANCELLED:
        raise VisitCancelled
    today, day = visit.slot.doctor.clinic.today(now), visit.slot.local_start.date()
    too_early = came is False and now < visit.slot.starts_at
    if today < day or too_early or visit.is_pending:
        raise NotBegun
    if today != day:
        raise DayOver


def is_unmarked(visit: Appointment, now: datetime) -> bool:
    """Whether nobody noted on a visit's day if the child came, and nobody can any more."""
    day = visit.slot.local_start.date()
    return visit.state is AppointmentState.BOOKED and day < visit.slot.doctor.clinic.today(now)
