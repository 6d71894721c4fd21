"""What of a visit's changes its family has heard."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.model.ids import SlotId
from services.model.messages import CHANGES, NotificationState
from services.model.visits import Appointment, AppointmentState, Heard
from storage.tables.messages import NotificationRow
from storage.tables.visits import CallRow, ChangeRow


def was_told(
    visit: int | InstrumentedAttribute[int], occasion: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Of a notification: that it told of this change of a visit, or may have, being sent."""
    begun = and_(NotificationRow.state == NotificationState.PLANNED, NotificationRow.attempts > 0)
    return and_(
        NotificationRow.appointment_id == visit,
        NotificationRow.occasion == occasion,
        NotificationRow.kind.in_(CHANGES),
        or_(NotificationRow.state == NotificationState.SENT, begun),
    )


def place_of(told: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """`planning.place_occasion` of a visit, or of a call, that was told anew so often."""
    return literal("told ").concat(cast(told, String))


async def heard(session: AsyncSession, visit: Appointment, after: datetime) -> Heard:
    """See `services.ports.visits.AppointmentRepository.heard`."""
    call = and_(
        CallRow.appointment_id == ChangeRow.appointment_id, CallRow.sequence == ChangeRow.sequence
    )
    told = exists().where(was_told(ChangeRow.appointment_id, cast(ChangeRow.sequence, String)))
    # The news of its place says when the visit is, too.
    told_later = exists().where(was_told(ChangeRow.appointment_id, place_of(CallRow.told)))
    unheard = and_(
        ChangeRow.changed_at > after,
        CallRow.appointment_id.is_not(None),
        CallRow.done_at.is_(None),
        not_(CallRow.made),
        not_(told),
        not_(told_later),
    )
    found = await session.execute(
        select(ChangeRow, unheard)
        .outerjoin(CallRow, call)
        .where(ChangeRow.appointment_id == visit.id, ChangeRow.sequence <= visit.sequence)
        .order_by(ChangeRow.sequence.desc())
    )
    (first, _), *before = found.all()
    known = first
    for row, is_unheard in before:
        known = row
        if not is_unheard:
            break
        first = row
    return Heard(
        SlotId(known.slot_id),
        AppointmentState(known.state),
        known.changed_at,
        first.coming_before,
        first.changed_at,
    )
