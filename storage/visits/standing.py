"""Which visits stand at a moment, in SQL: the same as `visit_states.as_of`.

Nobody need have written down what became of one that was not answered in time.
"""

from sqlalchemy import ColumnElement, Subquery, and_, not_, or_, text

from services.model.clinic import Unanswered
from services.model.visits import AppointmentState
from storage.families.care import Moment
from storage.tables.base import table_of
from storage.tables.visits import ACTIVE_STATES, WAITING, AppointmentRow

_visits = table_of(AppointmentRow).c
IS_ACTIVE = text(f"appointments.{ACTIVE_STATES}")
IS_WAITING = text(f"appointments.{WAITING}")


def given_back(now: Moment) -> ColumnElement[bool]:
    """Waited for the doctor's word until its time was free again.

    Never unknown, so that it can be denied: one that waits for good has no moment to compare.
    """
    return and_(
        IS_WAITING,
        _visits.confirm_by.is_not(None),
        _visits.confirm_by <= now,
        _visits.unanswered == Unanswered.GIVEN_BACK,
    )


def stands(now: Moment) -> ColumnElement[bool]:
    """Active: it keeps its slot from everybody else."""
    return and_(
        IS_ACTIVE,
        or_(
            _visits.confirm_by.is_(None),
            _visits.confirm_by > now,
            _visits.unanswered == Unanswered.BOOKED,
        ),
    )


def was_had(now: Moment) -> ColumnElement[bool]:
    """Active, or over: somebody has or had its slot, come or not."""
    return or_(
        stands(now),
        _visits.state.in_([AppointmentState.FULFILLED, AppointmentState.NO_SHOW]),
    )


def is_shown(care: Subquery) -> ColumnElement[bool]:
    """Whether whose link this is may see the visit: one can be hidden from helpers."""
    return or_(not_(_visits.hidden), care.c.sees_all)
