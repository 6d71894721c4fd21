"""What became of visits, one change after another."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, PersonId
from services.model.messages import CHANGES
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from storage.clinic.rows import to_clinic, to_doctor
from storage.schedule.conditions import to_slot, with_doctor
from storage.tables.messages import NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AbsentVisitRow, AppointmentRow, CallRow, ChangeRow

MARKS = (AppointmentState.FULFILLED, AppointmentState.NO_SHOW)
"""That a child came, or did not."""


async def remember(
    session: AsyncSession, row: AppointmentRow, by: PersonId | None, came: datetime | None = None
) -> None:
    """Write down what just became of a visit, and who did it; None: the time to answer went by, or
    the clinic's system did."""
    session.add(
        ChangeRow(
            appointment_id=row.id,
            sequence=row.sequence,
            state=row.state,
            slot_id=row.slot_id,
            changed_by=by,
            changed_at=row.changed_at,
            coming_before=came,
        )
    )
    await session.flush()


async def changed_last_by(session: AsyncSession, appointment_id: AppointmentId) -> PersonId | None:
    """Who changed a visit last; None: nobody did, or the time to answer went by."""
    found = await session.scalar(
        select(ChangeRow.changed_by)
        .where(ChangeRow.appointment_id == appointment_id)
        .order_by(ChangeRow.sequence.desc())
        .limit(1)
    )
    return PersonId(found) if found else None


async def all_moved_from(
    session: AsyncSession, appointment_ids: Collection[AppointmentId]
) -> dict[AppointmentId, Slot]:
    """The slots that those of the appointments that were moved had before they were last."""
    if not appointment_ids:
        return {}
    last = (
        select(ChangeRow.appointment_id, func.max(ChangeRow.sequence).label("sequence"))
        .join(AppointmentRow, AppointmentRow.id == ChangeRow.appointment_id)
        .where(
            ChangeRow.appointment_id.in_(appointment_ids),
            ChangeRow.slot_id != AppointmentRow.slot_id,
        )
        .group_by(ChangeRow.appointment_id)
        .subquery()
    )
    query = (
        with_doctor()
        .join(ChangeRow, ChangeRow.slot_id == SlotRow.id)
        .join(
            last,
            and_(
                last.c.appointment_id == ChangeRow.appointment_id,
                last.c.sequence == ChangeRow.sequence,
            ),
        )
        .add_columns(ChangeRow.appointment_id)
    )
    return {
        AppointmentId(visit_id): to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=False)
        for slot, doctor, clinic, visit_id in await session.execute(query)
    }


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
