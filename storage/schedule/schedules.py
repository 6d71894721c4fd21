"""Schedules: rules, exceptions, holidays, leaves; read together as one value."""

from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.model.clinic import Doctor, Side
from services.model.ids import ClinicId, DeviationId, DoctorId
from services.model.refusals.base import NotFound
from services.model.schedule import (
    Cover,
    Delay,
    Deviation,
    DeviationKind,
    Holiday,
    Leave,
    Schedule,
    ScheduleException,
    ScheduleRule,
)
from storage.database.locks import lock_rows
from storage.tables.clinic import DoctorRow
from storage.tables.schedule import (
    DelayRow,
    HolidayRow,
    LeaveRow,
    ScheduleExceptionRow,
    ScheduleRuleRow,
)


def _to_rule(row: ScheduleRuleRow) -> ScheduleRule:
    return ScheduleRule(
        row.reception,
        row.valid_from,
        row.valid_until,
        frozenset(day for day in range(7) if row.weekdays & 1 << day),
        Side(row.days),
    )


def _to_leave(row: LeaveRow) -> Leave:
    substitute = None if row.substitute_id is None else DoctorId(row.substitute_id)
    return Leave(row.first_day, row.last_day, substitute, row.in_their_hours)


def _to_exception(row: ScheduleExceptionRow) -> ScheduleException:
    return ScheduleException(row.first_day, row.last_day, row.receptions)


def _to_holiday(row: HolidayRow) -> Holiday:
    return Holiday(row.first_day, row.last_day)


_Deviating: TypeAlias = ScheduleExceptionRow | LeaveRow | HolidayRow
_TABLES: dict[DeviationKind, type[_Deviating]] = {
    DeviationKind.HOURS: ScheduleExceptionRow,
    DeviationKind.LEAVE: LeaveRow,
    DeviationKind.HOLIDAY: HolidayRow,
}


def _clinic_of(table: type[_Deviating]) -> InstrumentedAttribute[int]:
    return HolidayRow.clinic_id if table is HolidayRow else DoctorRow.clinic_id


def _with_clinic(table: type[_Deviating]) -> Select[Any, int]:
    if issubclass(table, HolidayRow):
        return select(table, HolidayRow.clinic_id)
    return select(table, DoctorRow.clinic_id).join(DoctorRow, DoctorRow.id == table.doctor_id)


def _to_deviation(row: _Deviating, clinic_id: int) -> Deviation:
    clinic, id_ = ClinicId(clinic_id), DeviationId(row.id)
    if isinstance(row, HolidayRow):
        return Deviation(id_, DeviationKind.HOLIDAY, clinic, None, _to_holiday(row))
    doctor_id = DoctorId(row.doctor_id)
    if isinstance(row, LeaveRow):
        return Deviation(id_, DeviationKind.LEAVE, clinic, doctor_id, _to_leave(row))
    return Deviation(id_, DeviationKind.HOURS, clinic, doctor_id, _to_exception(row))


class StoredSchedules:
    """Implements `services.ports.schedule.ScheduleRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, doctor: Doctor, first: date, *, lock: bool = False) -> Schedule:
        if lock:
            await lock_rows(self._session, DoctorRow.id, DoctorRow.id == doctor.id)
        return Schedule(
            rules=await self._rules(doctor.id, first),
            exceptions=await self._exceptions(doctor.id, first),
            holidays=await self._holidays(doctor.clinic.id, first),
            leaves=await self._leaves(doctor.id, first),
            covers=await self._covers(doctor.id, first),
        )

    async def _rules(self, doctor_id: int, first: date) -> list[ScheduleRule]:
        rows = await self._session.scalars(
            select(ScheduleRuleRow)
            .where(
                ScheduleRuleRow.doctor_id == doctor_id,
                (ScheduleRuleRow.valid_until.is_(None)) | (ScheduleRuleRow.valid_until >= first),
            )
            .order_by(ScheduleRuleRow.id)
        )
        return [_to_rule(row) for row in rows]

    async def _exceptions(self, doctor_id: int, first: date) -> list[ScheduleException]:
        rows = await self._session.scalars(
            select(ScheduleExceptionRow)
            .where(
                ScheduleExceptionRow.doctor_id == doctor_id,
                ScheduleExceptionRow.last_day >= first,
            )
            .order_by(ScheduleExceptionRow.id)
        )
        return [_to_exception(row) for row in rows]

    async def _holidays(self, clinic_id: int, first: date) -> list[Holiday]:
        rows = await self._session.scalars(
            select(HolidayRow)
            .where(HolidayRow.clinic_id == clinic_id, HolidayRow.last_day >= first)
            .order_by(HolidayRow.first_day)
        )
        return [_to_holiday(row) for row in rows]

    async def _leaves(self, doctor_id: int, first: date) -> list[Leave]:
        rows = await self._session.scalars(
            select(LeaveRow)
            .where(LeaveRow.doctor_id == doctor_id, LeaveRow.last_day >= first)
            .order_by(LeaveRow.first_day)
        )
        return [_to_leave(row) for row in rows]

    async def _covers(self, doctor_id: int, first: date) -> list[Cover]:
        rows = await self._session.scalars(
            select(LeaveRow)
            .where(
                LeaveRow.substitute_id == doctor_id,
                LeaveRow.in_their_hours,
                LeaveRow.last_day >= first,
            )
            .order_by(LeaveRow.first_day)
        )
        return [
            Cover(row.first_day, row.last_day, await self._rules(row.doctor_id, first))
            for row in rows.all()
        ]

    async def add_rule(self, doctor_id: DoctorId, rule: ScheduleRule) -> None:
        self._session.add(
            ScheduleRuleRow(
                doctor_id=doctor_id,
                reception=rule.reception,
                weekdays=sum(1 << day for day in rule.weekdays),
                days=rule.days,
                valid_from=rule.valid_from,
                valid_until=rule.valid_until,
            )
        )
        await self._session.flush()

    async def end_rules(self, doctor_id: DoctorId, last_day: date) -> None:
        theirs = ScheduleRuleRow.doctor_id == doctor_id
        still = or_(ScheduleRuleRow.valid_until.is_(None), ScheduleRuleRow.valid_until > last_day)
        await self._session.execute(
            delete(ScheduleRuleRow).where(theirs, ScheduleRuleRow.valid_from > last_day)
        )
        await self._session.execute(
            update(ScheduleRuleRow).where(theirs, still).values(valid_until=last_day)
        )

    async def add_exception(self, doctor_id: DoctorId, exception: ScheduleException) -> DeviationId:
        row = ScheduleExceptionRow(
            doctor_id=doctor_id,
            first_day=exception.first,
            last_day=exception.last,
            receptions=list(exception.receptions),
        )
        self._session.add(row)
        await self._session.flush()
        return DeviationId(row.id)

    async def add_holiday(self, clinic_id: ClinicId, holiday: Holiday) -> None:
        self._session.add(
            HolidayRow(clinic_id=clinic_id, first_day=holiday.first, last_day=holiday.last)
        )
        await self._session.flush()

    async def add_leave(self, doctor_id: DoctorId, leave: Leave) -> DeviationId:
        row = LeaveRow(
            doctor_id=doctor_id,
            first_day=leave.first,
            last_day=leave.last,
            substitute_id=leave.substitute,
            in_their_hours=leave.in_their_hours,
        )
        self._session.add(row)
        await self._session.flush()
        return DeviationId(row.id)

    async def leave_on(self, doctor_id: DoctorId, day: date) -> Leave | None:
        row = await self._session.scalar(
            select(LeaveRow)
            .where(
                LeaveRow.doctor_id == doctor_id,
                LeaveRow.first_day <= day,
                LeaveRow.last_day >= day,
            )
            .order_by(LeaveRow.last_day.desc())
            .limit(1)
        )
        return _to_leave(row) if row else None

    async def delay(self, doctor_id: DoctorId, day: date) -> Delay | None:
        row = await self._session.get(DelayRow, (doctor_id, day), populate_existing=True)
        return Delay(row.minutes, row.step) if row else None

    async def set_delay(self, doctor_id: DoctorId, day: date, delay: Delay) -> None:
        row = await self._session.get(DelayRow, (doctor_id, day))
        if row is None:
            row = DelayRow(doctor_id=doctor_id, day=day)
            self._session.add(row)
        row.minutes, row.step = delay.minutes, delay.step
        await self._session.flush()

    async def deviations(self, clinic_id: ClinicId, first: date) -> list[Deviation]:
        found: list[Deviation] = []
        for table in _TABLES.values():
            theirs = and_(_clinic_of(table) == clinic_id, table.last_day >= first)
            rows = await self._session.execute(_with_clinic(table).where(theirs))
            found += [_to_deviation(row, at) for row, at in rows]
        return sorted(found, key=lambda each: (each.what.first, each.kind, each.id))

    async def deviation(self, kind: DeviationKind, deviation_id: DeviationId) -> Deviation:
        table = _TABLES[kind]
        query = _with_clinic(table).where(table.id == deviation_id)
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFound
        return _to_deviation(*found)

    async def remove(self, kind: DeviationKind, deviation_id: DeviationId) -> None:
        table = _TABLES[kind]
        await self._session.execute(delete(table).where(table.id == deviation_id))
