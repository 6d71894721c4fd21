"""Places in the list as their rows are written and read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, PostId, WaitId
from services.model.people import Child
from services.model.settings.visit_kinds import KindKey
from services.model.visits import Appointment
from services.model.waitlist.waits import EVERY_WEEKDAY, MovedUp, Wait, WaitEnd, WaitState, WaitWish
from storage.clinic.rows import to_clinic
from storage.families.families import to_child
from storage.tables.clinic import ClinicRow
from storage.tables.families import ChildRow
from storage.tables.waitlist.waits import WaitChildRow, WaitDoctorRow, WaitRow

FOR_EVER = date.max
_MINUTE = timedelta(minutes=1)


async def read_waits(session: AsyncSession, *which: ColumnElement[bool]) -> list[Wait]:
    """Those places that are meant, in the order in which they were taken."""
    query = (
        select(WaitRow, ClinicRow)
        .join(ClinicRow, ClinicRow.id == WaitRow.clinic_id)
        .where(*which)
        .order_by(WaitRow.since, WaitRow.id)
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return []
    ids = [row.id for row, _ in rows]
    beside = _Beside(await _children(session, ids), await _doctors(session, ids))
    return [_to_wait(row, clinic, beside) for row, clinic in rows]


@dataclass(frozen=True, slots=True)
class _Beside:
    children: dict[int, list[Child]]
    doctors: dict[int, set[DoctorId]]


async def _children(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[Child]]:
    query = (
        select(WaitChildRow.wait_id, ChildRow)
        .join(ChildRow, ChildRow.id == WaitChildRow.child_id)
        .where(WaitChildRow.wait_id.in_(ids))
        .order_by(WaitChildRow.wait_id, WaitChildRow.place)
    )
    found: dict[int, list[Child]] = defaultdict(list)
    for wait_id, child in await session.execute(query):
        found[wait_id].append(to_child(child))
    return found


async def _doctors(session: AsyncSession, ids: Sequence[int]) -> dict[int, set[DoctorId]]:
    query = select(WaitDoctorRow.wait_id, WaitDoctorRow.doctor_id).where(
        WaitDoctorRow.wait_id.in_(ids)
    )
    found: dict[int, set[DoctorId]] = defaultdict(set)
    for wait_id, doctor_id in await session.execute(query):
        found[wait_id].add(DoctorId(doctor_id))
    return found


def _to_wait(row: WaitRow, clinic: ClinicRow, beside: _Beside) -> Wait:
    children = beside.children[row.id]
    wish = WaitWish(
        [child.id for child in children],
        KindKey(row.kind),
        row.first_day,
        row.last_day,
        frozenset(() if row.any_doctor else beside.doctors[row.id]),
        row.weekdays,
        _hour(row.since_minute),
        None if row.until_minute is None else _hour(row.until_minute),
        timedelta(minutes=row.notice),
        AppointmentId(row.visit_id) if row.visit_id else None,
    )
    return Wait(
        WaitId(row.id),
        to_clinic(clinic),
        children,
        PersonId(row.person_id) if row.person_id else None,
        wish,
        row.since,
        WaitState(row.state),
        row.owed,
        row.early,
        row.unanswered,
        WaitEnd(row.ended_as) if row.ended_as else None,
        row.ended_at,
        _moved_up(row),
        PostId(row.put_by) if row.put_by else None,
    )


def _moved_up(row: WaitRow) -> MovedUp | None:
    if row.moved_up_by is None or row.moved_up_at is None:
        return None
    return MovedUp(PostId(row.moved_up_by), row.moved_up_at, row.moved_up_why or "")


def _hour(minute: int) -> time:
    return time(minute // 60, minute % 60)


def minute_of(hour: time) -> int:
    """Of the day."""
    return hour.hour * 60 + hour.minute


def columns_of(wish: WaitWish) -> dict[str, Any]:
    return {
        "kind": wish.kind,
        "any_doctor": not wish.doctors,
        "first_day": wish.first,
        "last_day": wish.last,
        "weekdays": wish.weekdays,
        "since_minute": minute_of(wish.since_hour),
        "until_minute": None if wish.until_hour is None else minute_of(wish.until_hour),
        "notice": wish.notice // _MINUTE,
        "visit_id": wish.moves,
    }


async def write_beside(session: AsyncSession, wait_id: int, wish: WaitWish) -> None:
    """Whom it is for, and with whom, in place of what was there."""
    await session.execute(delete(WaitChildRow).where(WaitChildRow.wait_id == wait_id))
    await session.execute(delete(WaitDoctorRow).where(WaitDoctorRow.wait_id == wait_id))
    children = [
        {"wait_id": wait_id, "child_id": child_id, "place": place}
        for place, child_id in enumerate(wish.children)
    ]
    await session.execute(insert(WaitChildRow), children)
    if wish.doctors:
        doctors = [{"wait_id": wait_id, "doctor_id": each} for each in sorted(wish.doctors)]
        await session.execute(insert(WaitDoctorRow), doctors)


async def owe(session: AsyncSession, visit: Appointment, at: datetime) -> None:
    """Give who is owed a time a place in the list, until they need none (R64)."""
    clinic = visit.slot.doctor.clinic
    children = [ChildId(visit.child.id)]
    wish = WaitWish(
        children,
        visit.reason,
        clinic.today(at),
        FOR_EVER,
        weekdays=EVERY_WEEKDAY,
        notice=clinic.waitlist.notice,
        moves=visit.id,
    )
    row = WaitRow(
        clinic_id=clinic.id,
        owed=True,
        early=False,
        since=at,
        state=WaitState.WAITING,
        unanswered=0,
        look_at=at,
        **columns_of(wish),
    )
    session.add(row)
    await session.flush()
    session.add(WaitChildRow(wait_id=row.id, child_id=visit.child.id, place=0))
    await session.flush()
