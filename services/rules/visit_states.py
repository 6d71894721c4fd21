"""Which states a visit may pass through, and how it stands at a moment."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.model.access import REGISTRY, Post
from services.model.clinic import Clinic, Unanswered
from services.model.questions import Question
from services.model.refusals.questions import TooLateToAsk, TooManyQuestions
from services.model.refusals.schedule import DayOver
from services.model.refusals.visits import NotBegun, VisitCancelled
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState, Deadline, Word
from services.rules.quiet_hours import after_quiet, after_waking

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
    today = visit.slot.doctor.clinic.today(now)
    if today != visit.slot.local_start.date():
        raise DayOver


MOST_OPEN = 3
"""Questions of one person that wait at one clinic: more are a call to the registry."""
ASKED_AFTER = timedelta(days=7)
"""How long after a visit something may be asked about it: whether the certificate is ready."""


# Rules


def check_askable(visit: Appointment, now: datetime) -> None:
    """Raises `VisitCancelled`, `TooLateToAsk`: there is nothing to ask about any more."""
    if visit.state is AppointmentState.CANCELLED:
        raise VisitCancelled
    if now >= visit.slot.stretch.ends_at + ASKED_AFTER:
        raise TooLateToAsk


def is_askable(visit: Appointment, now: datetime) -> bool:
    """Whether something may be asked about a visit."""
    try:
        check_askable(visit, now)
    except (VisitCancelled, TooLateToAsk):
        return False
    return True


def check_room(waiting: int) -> None:
    """Raises `TooManyQuestions`: so many of the person's wait already."""
    if waiting >= MOST_OPEN:
        raise TooManyQuestions(MOST_OPEN)


def may_answer(post: Post, question: Question, visit: Appointment) -> bool:
    """Whether this post may: the registry's always, the doctor's if they are asked."""
    if post.clinic.id != visit.slot.doctor.clinic.id:
        return False
    return post.role in REGISTRY or (question.to_doctor and is_doctors(post, visit))


def is_doctors(post: Post, visit: Appointment) -> bool:
    """Whether it is the post of the visit's doctor."""
    return post.doctor is not None and post.doctor.id == visit.slot.doctor.id
