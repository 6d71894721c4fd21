"""By which clocks stored times were made, and the rows that are moved when these are others."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    insert,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.model.ids import AppointmentId, ChildId, DoctorId, SlotId
from services.model.messages import REMINDERS
from services.model.settings.wall_clocks import WallClock
from services.model.slots import Stretch
from services.model.visits import ACTIVE, AppointmentState
from services.ports.zones import Ahead, TimeAhead, VisitAhead
from storage.database.locks import lock_rows
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import ChildRow
from storage.tables.messages import NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow
from storage.tables.zones import ZoneRow
from storage.visits.standing import IS_ACTIVE

T = TypeVar("T")

PORTION = 5000
"""Rows that are told to the database at once."""
A_DAY = timedelta(days=1)
"""No clock goes further back: what was over longer ago is in nobody's way."""


class StoredZones:
    """Implements `services.ports.zones.ZoneRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def in_use(self) -> set[str]:
        zones = await self._session.scalars(select(ClinicRow.zone).distinct())
        return {zone.key for zone in zones}

    async def noted(self) -> dict[str, WallClock]:
        return {
            row.name: read_clock(row.clock) for row in await self._session.scalars(select(ZoneRow))
        }

    async def lock(self, zone: str) -> WallClock | None:
        row = await self._session.scalar(
            select(ZoneRow).where(ZoneRow.name == zone).with_for_update()
        )
        return read_clock(row.clock) if row else None

    async def note(self, zone: str, clock: WallClock, at: datetime) -> None:
        written = {"clock": _written(clock), "noted_at": at}
        try:
            async with self._session.begin_nested():
                await self._session.execute(insert(ZoneRow).values(name=zone, **written))
        except IntegrityError:
            await self._session.execute(
                update(ZoneRow).where(ZoneRow.name == zone).values(**written)
            )

    async def ahead(self, zone: str, after: datetime) -> Ahead:
        clinics = select(ClinicRow.id).where(ClinicRow.zone == ZoneInfo(zone))
        here = and_(SlotRow.clinic_id.in_(clinics), SlotRow.starts_at > after)
        await self._lock(clinics, here)
        times = await self._session.execute(
            select(
                SlotRow.id, SlotRow.doctor_id, SlotRow.starts_at, SlotRow.ends_at, SlotRow.open
            ).where(here)
        )
        found = await self._session.execute(
            select(
                AppointmentRow.id,
                AppointmentRow.child_id,
                AppointmentRow.slot_id,
                AppointmentRow.state,
                AppointmentRow.confirm_by,
            )
            .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
            .where(here)
        )
        visits = found.all()
        return Ahead(
            [
                TimeAhead(SlotId(slot_id), DoctorId(doctor_id), Stretch(begins, ends), is_open)
                for slot_id, doctor_id, begins, ends, is_open in times
            ],
            [_visit(*row) for row in visits],
            await self._begun(clinics, after),
            await self._elsewhere({row.child_id for row in visits}, zone, after),
        )

    async def _lock(self, clinics: Select[int], here: ColumnElement[bool]) -> None:
        children = (
            select(AppointmentRow.child_id)
            .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
            .where(here)
        )
        await lock_rows(self._session, ClinicRow.id, ClinicRow.id.in_(clinics))
        await lock_rows(self._session, ChildRow.id, ChildRow.id.in_(children))
        await lock_rows(self._session, DoctorRow.id, DoctorRow.clinic_id.in_(clinics))
        await lock_rows(self._session, SlotRow.id, here)

    async def _begun(self, clinics: Select[int], now: datetime) -> list[tuple[DoctorId, Stretch]]:
        """Those that are over are judged by the database like any other."""
        rows = await self._session.scalars(
            select(SlotRow).where(
                SlotRow.clinic_id.in_(clinics),
                SlotRow.open,
                SlotRow.starts_at <= now,
                SlotRow.starts_at > now - A_DAY,
            )
        )
        return [(DoctorId(row.doctor_id), _stretch(row)) for row in rows]

    async def _elsewhere(
        self, children: Collection[int], zone: str, after: datetime
    ) -> list[tuple[ChildId, Stretch]]:
        found = []
        for some in _portions(sorted(children)):
            rows = await self._session.scalars(
                select(AppointmentRow)
                .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
                .join(ClinicRow, ClinicRow.id == SlotRow.clinic_id)
                .where(
                    AppointmentRow.child_id.in_(some),
                    IS_ACTIVE,
                    AppointmentRow.ends_at > after - A_DAY,
                    or_(ClinicRow.zone != ZoneInfo(zone), SlotRow.starts_at <= after),
                )
            )
            found += [(ChildId(row.child_id), _stretch(row)) for row in rows]
        return found

    async def move(
        self,
        times: Sequence[tuple[SlotId, Stretch]],
        visits: Sequence[tuple[AppointmentId, Stretch, Stretch]],
        deadlines: Mapping[AppointmentId, datetime],
    ) -> None:
        await self._each(
            update(SlotRow)
            .where(SlotRow.id == bindparam("row"))
            .values(starts_at=bindparam("begins"), ends_at=bindparam("ends")),
            [
                {"row": slot_id, "begins": after.starts_at, "ends": after.ends_at}
                for slot_id, after in times
            ],
        )
        await self._each(
            update(AppointmentRow)
            .where(AppointmentRow.id == bindparam("row"))
            .values(
                starts_at=bindparam("begins"),
                ends_at=bindparam("ends"),
                told=AppointmentRow.told + 1,  # when last stays: there may be news since
            ),
            [
                {"row": visit_id, "begins": after.starts_at, "ends": after.ends_at}
                for visit_id, _before, after in visits
            ],
        )
        await self._each(
            update(AppointmentRow)
            .where(AppointmentRow.id == bindparam("row"), AppointmentRow.confirm_by.is_not(None))
            .values(confirm_by=bindparam("until")),
            [{"row": visit_id, "until": until} for visit_id, until in deadlines.items()],
        )
        await self._rename(visits)

    async def _rename(self, visits: Sequence[tuple[AppointmentId, Stretch, Stretch]]) -> None:
        """What a reminder is of is the time of its visit: that is called otherwise now. Where there
        is such a one from before the visit was moved, both say that it was reminded of."""
        other = aliased(NotificationRow)
        there = exists().where(
            other.appointment_id == NotificationRow.appointment_id,
            other.person_id == NotificationRow.person_id,
            other.kind == NotificationRow.kind,
            other.occasion == bindparam("now_called"),
        )
        await self._each(
            update(NotificationRow)
            .where(
                NotificationRow.appointment_id == bindparam("visit"),
                NotificationRow.occasion == bindparam("was_called"),
                NotificationRow.kind.in_([literal_column(f"'{each}'") for each in REMINDERS]),
                not_(there),
            )
            .values(occasion=bindparam("now_called")),
            [
                {
                    "visit": visit_id,
                    "was_called": _occasion(before),
                    "now_called": _occasion(after),
                }
                for visit_id, before, after in visits
            ],
        )

    async def withdraw(self, times: Sequence[SlotId]) -> None:
        await self._each(
            update(SlotRow)
            .where(SlotRow.id == bindparam("row"))
            .values(open=False, withdrawn=True),
            [{"row": slot_id} for slot_id in times],
        )

    async def _each(self, statement: Update, rows: Sequence[dict[str, object]]) -> None:
        """One after the other in this order: triggers judge each row by itself."""
        connection = await self._session.connection()
        for some in _portions(rows):
            await connection.execute(statement, list(some))


def _portions(rows: Sequence[T]) -> list[Sequence[T]]:
    return [rows[begin : begin + PORTION] for begin in range(0, len(rows), PORTION)]


def _stretch(row: SlotRow | AppointmentRow) -> Stretch:
    return Stretch(row.starts_at, row.ends_at)


def _visit(
    visit_id: int, child_id: int, slot_id: int, state: str, confirm_by: datetime | None
) -> VisitAhead:
    return VisitAhead(
        AppointmentId(visit_id),
        ChildId(child_id),
        SlotId(slot_id),
        AppointmentState(state) in ACTIVE,
        confirm_by,
    )


def _occasion(stretch: Stretch) -> str:
    """As reminders are planned, see `services.messages.planning`."""
    return f"{stretch.starts_at:%Y-%m-%dT%H:%M}"


def _written(clock: WallClock) -> str:
    changes = [[since.isoformat(), int(ahead.total_seconds())] for since, ahead in clock.offsets]
    return json.dumps({"offsets": changes, "until": clock.until.isoformat()})


def read_clock(written: str) -> WallClock:
    """What a row says."""
    plain = json.loads(written)
    changes = [
        (datetime.fromisoformat(since), timedelta(seconds=ahead))
        for since, ahead in plain["offsets"]
    ]
    return WallClock(tuple(changes), datetime.fromisoformat(plain["until"]))
