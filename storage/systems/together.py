"""What was asked of a clinic's own system in one go, for brothers and sisters: all or none."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import and_, not_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.model.ids import AppointmentId
from services.model.systems.outbox import UNDECIDED, Step, SystemBooking
from storage.systems.rows import to_booking, whole
from storage.tables.systems.bookings import ASKED_TOGETHER, STANDS_THERE, SystemBookingRow
from storage.tables.visits import AppointmentRow
from storage.visits.standing import IS_ACTIVE

# Written out, as their partial indexes have them.
_TOGETHER = text(f"system_bookings.{ASKED_TOGETHER}")
_THERE = text(f"system_bookings.{STANDS_THERE}")


async def ask_together(session: AsyncSession, visits: Sequence[AppointmentId]) -> None:
    """Let what was just asked for, for several visits, stand there all, or none of it."""
    await session.execute(
        update(SystemBookingRow)
        .where(
            SystemBookingRow.appointment_id.in_(visits),
            SystemBookingRow.step == Step.ASKED,
            SystemBookingRow.attempts == 0,
        )
        .values(together=str(uuid4()))
        .execution_options(synchronize_session=False)
    )


async def others_of(session: AsyncSession, booking: SystemBooking) -> list[SystemBooking]:
    """What was asked for in one go with it."""
    found = await session.execute(
        whole()
        .where(
            _TOGETHER,
            SystemBookingRow.together == booking.together,
            SystemBookingRow.id != booking.id,
        )
        .order_by(SystemBookingRow.id)
    )
    return [to_booking(*row) for row in found]


async def was_together(session: AsyncSession, visit_id: AppointmentId) -> bool:
    """Whether a visit's time was asked for last in one go with others."""
    latest = await session.execute(
        select(SystemBookingRow.together)
        .where(SystemBookingRow.appointment_id == visit_id)
        .order_by(SystemBookingRow.id.desc())
        .limit(1)
    )
    return bool(latest.scalar())


async def complete(session: AsyncSession, most: int) -> list[SystemBooking]:
    """What stands there, and waits here for others of which nothing is to be waited for."""
    other = aliased(SystemBookingRow)
    waits = (
        select(AppointmentRow.id)
        .where(
            AppointmentRow.id == SystemBookingRow.appointment_id,
            AppointmentRow.slot_id == SystemBookingRow.slot_id,
            AppointmentRow.state == "pending",
            AppointmentRow.awaits_system,
        )
        .exists()
    )
    undecided = (
        select(other.id)
        .join(
            AppointmentRow,
            and_(
                AppointmentRow.id == other.appointment_id,
                AppointmentRow.slot_id == other.slot_id,
            ),
        )
        .where(
            other.together == SystemBookingRow.together,
            other.step.in_(UNDECIDED),
            IS_ACTIVE,
        )
        .exists()
    )
    found = await session.execute(
        whole().where(_TOGETHER, _THERE, waits, not_(undecided)).limit(most)
    )
    return [to_booking(*row) for row in found]
