"""A clinic's visits of a month, counted by who did what: no child and no person among them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.model.ids import ClinicId
from services.model.people import Scope
from services.model.slots import Counted
from services.model.visits import AppointmentState
from storage.families.care import care_at
from storage.tables.access import StaffRow
from storage.tables.families import PersonRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, ChangeRow

NOBODYS_TELEGRAM = 0
"""Whose visits are of which it was forgotten whose they were."""


async def count_month(
    session: AsyncSession, now: datetime, clinic_id: ClinicId, first: datetime, until: datetime
) -> Counted:
    """Of the visits whose times lie in between."""
    here = and_(
        SlotRow.clinic_id == clinic_id, SlotRow.starts_at >= first, SlotRow.starts_at < until
    )
    at_desk = _at_work(now, AppointmentRow.booked_by, AppointmentRow.booked_at, clinic_id)
    unknown = exists().where(
        PersonRow.id == AppointmentRow.booked_by, PersonRow.telegram_id == NOBODYS_TELEGRAM
    )
    state = AppointmentRow.state
    kept = state.in_([AppointmentState.BOOKED, AppointmentState.FULFILLED])
    visits = (
        select(
            func.count(),
            _number(unknown),
            _number(and_(not_(unknown), at_desk)),
            _number(state == AppointmentState.NO_SHOW),
            _number(state == AppointmentState.FULFILLED),
            _number(and_(kept, AppointmentRow.coming_at.is_not(None))),
        )
        .select_from(SlotRow)
        .join(AppointmentRow, AppointmentRow.slot_id == SlotRow.id)
        .where(here)
    )
    row = (await session.execute(visits)).one()
    everything, nobodys, desk, missed, came, coming = (value or 0 for value in row)
    before = aliased(ChangeRow)
    by_desk = _at_work(now, ChangeRow.changed_by, ChangeRow.changed_at, clinic_id)
    moved = ChangeRow.slot_id != before.slot_id
    off = and_(ChangeRow.state == AppointmentState.CANCELLED, before.state != ChangeRow.state)
    changes = (
        select(
            _number(and_(moved, not_(by_desk))),
            _number(and_(moved, by_desk)),
            _number(and_(off, not_(by_desk))),
            _number(and_(off, by_desk)),
        )
        .select_from(SlotRow)
        .join(AppointmentRow, AppointmentRow.slot_id == SlotRow.id)
        .join(ChangeRow, ChangeRow.appointment_id == AppointmentRow.id)
        .join(
            before,
            and_(
                before.appointment_id == ChangeRow.appointment_id,
                before.sequence == ChangeRow.sequence - 1,
            ),
        )
        .where(here, ChangeRow.changed_by.is_not(None))
    )
    others = [number or 0 for number in (await session.execute(changes)).one()]
    return Counted(everything - nobodys - desk, desk, came, missed, coming, *others)


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _at_work(
    now: datetime,
    person: ColumnExpressionArgument[Any],
    at: ColumnExpressionArgument[Any],
    clinic_id: ClinicId,
) -> ColumnElement[bool]:
    """Whether it was somebody of the clinic, and not for a child of their own."""
    care = care_at(now, Scope.SEE)
    works = exists().where(
        StaffRow.person_id == person,
        StaffRow.clinic_id == clinic_id,
        StaffRow.since <= at,
        or_(StaffRow.until.is_(None), StaffRow.until > at),
    )
    own = exists(
        select(care).where(care.c.person_id == person, care.c.child_id == AppointmentRow.child_id)
    )
    return and_(works.correlate_except(StaffRow), not_(own))
