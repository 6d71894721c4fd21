"""Whether a child came, and that it was a mistake to say so."""

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.messages import CHANGES
from services.model.visits import Appointment, AppointmentState
from storage.tables.messages import NotificationRow
from storage.tables.visits import AbsentVisitRow, AppointmentRow, CallRow, ChangeRow

MARKS = (AppointmentState.FULFILLED, AppointmentState.NO_SHOW)


async def stands_again(session: AsyncSession, visit: Appointment) -> None:
    """A mark was taken back: what was said of the visit as it stood before is said of it again.

    That is whether its family heard of a change or has to be phoned, how it answered to an absence,
    and whether the visit may stay outside the hours.
    """
    before = await session.scalar(
        select(func.max(ChangeRow.sequence)).where(
            ChangeRow.appointment_id == visit.id,
            ChangeRow.sequence < visit.sequence,
            ChangeRow.state.not_in(MARKS),
        )
    )
    if before is None:
        return
    for row in (CallRow, AbsentVisitRow):
        said = _said_of(row, visit, before)
        await session.execute(update(row).where(*said).values(sequence=visit.sequence))
    await session.execute(
        update(NotificationRow)
        .where(
            NotificationRow.appointment_id == visit.id,
            NotificationRow.occasion == str(before),
            NotificationRow.kind.in_(CHANGES),
        )
        .values(occasion=str(visit.sequence))
    )
    await session.execute(
        update(AppointmentRow)
        .where(AppointmentRow.id == visit.id, AppointmentRow.kept_outside == before)
        .values(kept_outside=visit.sequence)
    )


def _said_of(
    row: type[CallRow] | type[AbsentVisitRow], visit: Appointment, sequence: int
) -> tuple[ColumnElement[bool], ...]:
    return row.appointment_id == visit.id, row.sequence == sequence
