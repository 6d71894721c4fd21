"""Times that are kept for some children: which they are, and what opens of them when."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Doctor
from services.model.ids import ClinicId, DoctorId, PostId, SlotId
from services.model.reserved.times import KeptTime, OpensLater, Reservation, ReservedFor
from services.model.slots import Stretch, Wish
from services.model.waitlist.offers import FreedWhy
from storage.database.locks import lock_rows
from storage.schedule.conditions import EXTRA, has_visit, is_nobodys, kept_from, suits
from storage.schedule.reserved import NOBODY, code_of, columns_of, open_to, reservation_of, whom_of
from storage.tables.access import StaffRow
from storage.tables.slots import ReleasedTimeRow, SlotRow
from storage.waitlist.freeing import open_up


class StoredReservations:
    """Implements `services.ports.schedule.ReservationRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def times(self, doctor: Doctor, now: datetime) -> dict[date, dict[SlotId, KeptTime]]:
        has_somebody = or_(not_(SlotRow.open), has_visit(now), kept_from(now))
        theirs = and_(
            SlotRow.doctor_id == doctor.id,
            SlotRow.starts_at >= doctor.clinic.at(doctor.clinic.today(now)),
            or_(SlotRow.open, not_(SlotRow.withdrawn)),
            SlotRow.source != EXTRA,
        )
        await lock_rows(self._session, SlotRow.id, theirs)
        found = await self._session.execute(
            select(
                SlotRow.id,
                SlotRow.day,
                SlotRow.starts_at,
                SlotRow.reasons,
                SlotRow.reserved_for,
                SlotRow.released_at,
                SlotRow.named_for,
                has_somebody,
            )
            .where(theirs)
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        days: dict[date, dict[SlotId, KeptTime]] = {}
        for slot_id, day, starts_at, reasons, code, released_at, named, is_settled in found:
            days.setdefault(day, {})[SlotId(slot_id)] = KeptTime(
                starts_at,
                is_common=reasons == 0,
                reservation=reservation_of(code, released_at),
                is_settled=is_settled or starts_at <= now,
                named_for=whom_of(named),
            )
        return days

    async def keep(self, changes: Mapping[SlotId, Reservation | None]) -> None:
        rows = [{"id": slot_id, **columns_of(kept)} for slot_id, kept in changes.items()]
        if rows:
            await self._session.execute(update(SlotRow), rows)

    async def name(self, doctor_id: DoctorId, whom: Mapping[Stretch, ReservedFor | None]) -> None:
        if not whom:
            return
        named = (
            update(SlotRow)
            .where(
                SlotRow.doctor_id == doctor_id,
                SlotRow.starts_at == bindparam("begins"),
                SlotRow.ends_at == bindparam("over"),
                SlotRow.source != EXTRA,
            )
            .values(named_for=bindparam("whom"))
        )
        connection = await self._session.connection()
        await connection.execute(
            named,
            [
                {"begins": each.starts_at, "over": each.ends_at, "whom": code_of(who)}
                for each, who in whom.items()
            ],
        )

    async def named(self, doctor_id: DoctorId, now: datetime) -> set[ReservedFor]:
        codes = await self._session.scalars(
            select(SlotRow.named_for)
            .where(
                SlotRow.doctor_id == doctor_id,
                SlotRow.starts_at > now,
                SlotRow.named_for != NOBODY,
            )
            .distinct()
        )
        return {whom for code in codes if (whom := whom_of(code))}

    async def keep_nothing(self, doctor_id: DoctorId, now: datetime) -> None:
        kept = and_(
            SlotRow.doctor_id == doctor_id,
            SlotRow.starts_at > now,
            SlotRow.reserved_for != NOBODY,
        )
        await lock_rows(self._session, SlotRow.id, kept)
        await self._session.execute(
            update(SlotRow)
            .where(kept)
            .values(columns_of(None))
            .execution_options(synchronize_session=False)
        )

    async def release(self, slot_id: SlotId, by: PostId, at: datetime) -> None:
        opened = update(SlotRow).where(SlotRow.id == slot_id).values(released_at=at)
        await self._session.execute(opened.execution_options(synchronize_session=False))
        await self._session.merge(ReleasedTimeRow(slot_id=slot_id, released_by=by, released_at=at))
        await self._session.flush()
        free = and_(SlotRow.id == slot_id, not_(has_visit(at)))
        await open_up(self._session, free, FreedWhy.RELEASED, at)

    async def released(self, slot_ids: Collection[SlotId]) -> dict[SlotId, str]:
        found = await self._session.execute(
            select(ReleasedTimeRow.slot_id, StaffRow.name)
            .join(StaffRow, StaffRow.id == ReleasedTimeRow.released_by)
            .where(ReleasedTimeRow.slot_id.in_(slot_ids))
        )
        return {SlotId(slot_id): name for slot_id, name in found}

    async def counts(self, now: datetime) -> dict[ClinicId, tuple[int, int]]:
        kept = await self._session.execute(
            select(SlotRow.clinic_id, func.count())
            .where(SlotRow.released_at > now, SlotRow.reserved_for != NOBODY, SlotRow.open)
            .group_by(SlotRow.clinic_id)
        )
        opened = await self._session.execute(
            select(SlotRow.clinic_id, func.count())
            .join(ReleasedTimeRow, ReleasedTimeRow.slot_id == SlotRow.id)
            .where(SlotRow.starts_at > now)
            .group_by(SlotRow.clinic_id)
        )
        still = {ClinicId(clinic_id): int(count) for clinic_id, count in kept}
        early = {ClinicId(clinic_id): int(count) for clinic_id, count in opened}
        return {each: (still.get(each, 0), early.get(each, 0)) for each in {*still, *early}}

    async def opening_later(
        self, clinic_id: ClinicId, wish: Wish, day: date, doctor_id: DoctorId | None = None
    ) -> list[OpensLater]:
        query = select(SlotRow.reserved_for, SlotRow.released_at, func.count()).where(
            SlotRow.clinic_id == clinic_id if doctor_id is None else SlotRow.doctor_id == doctor_id,
            suits(wish),
            SlotRow.day == day,
            not_(open_to(wish)),
            is_nobodys(wish),
        )
        found = await self._session.execute(
            query.group_by(SlotRow.reserved_for, SlotRow.released_at).order_by(
                SlotRow.released_at, SlotRow.reserved_for
            )
        )
        return [
            OpensLater(kept.whom, kept.until, count)
            for code, at, count in found
            if (kept := reservation_of(code, at))
        ]
