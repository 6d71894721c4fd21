"""A visit on a time of the clinic's own system: that it has to be asked for there is written down
with the visit itself, in one transaction, whoever books or moves it."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import PersonId
from services.model.systems.outbox import Step
from services.model.visits import AppointmentState
from storage.systems.systems import settings_of
from storage.tables.slots import SlotRow
from storage.tables.systems.bookings import SystemBookingRow
from storage.tables.systems.reached import ClinicSystemRow
from storage.tables.visits import AppointmentRow

USUAL = timedelta(minutes=15)


def awaits(row: AppointmentRow) -> None:
    """It is no booking before the system has said so."""
    row.state = AppointmentState.PENDING
    row.confirm_by = row.unanswered = None
    row.awaits_system = True


async def stands_there(session: AsyncSession, visit_id: int, slot_id: int) -> bool:
    """Whether a visit that comes back to a time still has it there; then it is kept."""
    untouched = and_(SystemBookingRow.step == Step.LEAVING, SystemBookingRow.attempts == 0)
    kept = await session.execute(
        update(SystemBookingRow)
        .where(
            SystemBookingRow.appointment_id == visit_id,
            SystemBookingRow.slot_id == slot_id,
            or_(SystemBookingRow.step == Step.BOOKED, untouched),
        )
        .values(step=Step.BOOKED)
        .returning(SystemBookingRow.id)
        .execution_options(synchronize_session=False)
    )
    return kept.first() is not None


async def look_at_all(session: AsyncSession, clinic_id: int) -> None:
    """Have all times of the clinic's own system read next, also if they are being read: what it
    says of one that rests here may be no news there."""
    await session.execute(
        update(ClinicSystemRow)
        .where(ClinicSystemRow.clinic_id == clinic_id)
        .values(whole_at=None)
        .execution_options(synchronize_session=False)
    )


async def ask(
    session: AsyncSession, visit: AppointmentRow, by: PersonId | None, at: datetime
) -> None:
    """Have the visit's time asked for there, and nobody else get it here meanwhile, nor after it
    before that system says that it is free."""
    slot_id = visit.slot_id
    clinic_id = await session.scalar(select(SlotRow.clinic_id).where(SlotRow.id == slot_id))
    row = await session.get(ClinicSystemRow, clinic_id)
    within = timedelta(minutes=settings_of(row).answer_minutes) if row else USUAL
    visit.answer_by = at + within
    await session.execute(
        update(SlotRow)
        .where(SlotRow.id == slot_id)
        .values(withdrawn=True)
        .execution_options(synchronize_session=False)
    )
    session.add(
        SystemBookingRow(
            key=str(uuid4()),
            clinic_id=clinic_id,
            appointment_id=visit.id,
            slot_id=slot_id,
            step=Step.ASKED,
            attempts=0,
            due_at=at,
            asked_at=at,
            asked_by=by,
            sent="",
            in_doubt=False,
            promised_at=at + within,
            told_late=False,
        )
    )
    await session.flush()
