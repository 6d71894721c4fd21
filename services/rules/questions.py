"""What may be asked about a visit, and who may answer it."""

from datetime import datetime, timedelta

from services.model.access import REGISTRY, Post
from services.model.questions import Question
from services.model.refusals.questions import TooLateToAsk, TooManyQuestions
from services.model.refusals.visits import VisitCancelled
from services.model.visits import Appointment, AppointmentState

MOST_OPEN = 3
"""Questions of one person that wait at one clinic: more are a call to the registry."""
ASKED_AFTER = timedelta(days=7)
"""How long after a visit something may be asked about it: whether the certificate is ready."""


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
