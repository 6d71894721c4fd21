"""The one place in which a time that becomes free is written down for those who wait.

Every repository that frees a time calls it in the same statement's transaction, so no use case can
forget it. One statement; where nobody waits for such a time it writes nothing.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ColumnExpressionArgument,
    String,
    and_,
    exists,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.waitlist.offers import FreedState, FreedWhy
from services.rules.waitlist.timing import GRACE
from storage.database.spans import seconds_between
from storage.database.types import UtcDateTime
from storage.tables.base import table_of
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, OfferRow
from storage.tables.waitlist.offers import FreedTimeRow
from storage.tables.waitlist.waits import WAITING, WaitDoctorRow, WaitRow
from storage.waitlist.keeping import IS_OPEN

IS_WAITING = text(f"waits.{WAITING}")
_COLUMNS = ("slot_id", "clinic_id", "why", "state", "freed_at", "held_from", "until", "next_at")


def wants(
    now: ColumnExpressionArgument[datetime], at: ColumnExpressionArgument[datetime]
) -> ColumnElement[bool]:
    """Whether somebody waits for a time that is free at a moment, as far as the database is asked:
    its day, its doctor, and that there is time enough. Who is owed one and has its choice kept by
    then waits for no other: it would be shut for everybody, and offered to nobody."""
    named = (
        exists()
        .where(WaitDoctorRow.wait_id == WaitRow.id, WaitDoctorRow.doctor_id == SlotRow.doctor_id)
        .correlate_except(WaitDoctorRow)  # by itself it would take any time's doctor
    )
    still_owed = exists().where(AppointmentRow.id == WaitRow.visit_id, AppointmentRow.needs_time)
    choosing = exists().where(OfferRow.appointment_id == WaitRow.visit_id, OfferRow.until > at)
    return and_(
        WaitRow.clinic_id == SlotRow.clinic_id,
        IS_WAITING,
        WaitRow.first_day <= SlotRow.day,
        WaitRow.last_day >= SlotRow.day,
        or_(WaitRow.any_doctor, named),
        or_(not_(WaitRow.owed), and_(still_owed, not_(choosing))),
        seconds_between(now, SlotRow.starts_at) >= WaitRow.notice * 60,
    )


async def open_up(
    session: AsyncSession,
    which: ColumnElement[bool],
    why: FreedWhy,
    now: datetime,
    *,
    at: datetime | None = None,
    held_from: datetime | None = None,
) -> None:
    """Have times go through the list of those who wait that are free by now.

    Args:
        which: the times that became free.
        at: when they do, where that is known beforehand; now if nothing is said.
        held_from: from when they are kept from others; from now on if nothing is said.
    """
    freed_at = at or now
    is_open = exists().where(FreedTimeRow.slot_id == SlotRow.id, IS_OPEN).correlate(SlotRow)
    waited_for = exists().where(wants(_moment(now), _moment(freed_at))).correlate(SlotRow)
    rows = select(
        SlotRow.id,
        SlotRow.clinic_id,
        literal(why.value, String(20)),
        literal(FreedState.OPEN.value, String(10)),
        _moment(freed_at),
        _moment(held_from or now),
        _moment(freed_at + GRACE),
        _moment(freed_at),
    ).where(which, SlotRow.open, not_(SlotRow.withdrawn), waited_for, not_(is_open))
    with suppress(IntegrityError):  # somebody was quicker: it goes through the list already
        async with session.begin_nested():
            await session.execute(insert(table_of(FreedTimeRow)).from_select(_COLUMNS, rows))


def _moment(at: datetime) -> BindParameter[datetime]:
    return literal(at, UtcDateTime)
