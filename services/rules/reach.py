"""Whom a broadcast means, and who must be phoned: the spans that SQL asks by."""

from datetime import timedelta

from services.model.broadcasts import Audience
from services.model.visits import Appointment

OWED_FOR = timedelta(days=14)
"""After the time that a visit lost: so long somebody phones its family about another one."""


PATIENT_FOR = timedelta(days=365)
"""Who was seen by a doctor so long ago at most is the doctor's patient."""


def is_on(visit: Appointment, audience: Audience) -> bool:
    """Whether a visit is on one of the audience's days."""
    day = visit.slot.local_start.date()
    return (audience.first or day) <= day <= (audience.last or day)


LATE = timedelta(minutes=10)
"""A change that should have been told so long ago and was not is told by phone (R52)."""
