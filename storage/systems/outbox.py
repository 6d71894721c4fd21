"""What is on its way into clinics' own systems."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, false, func, not_, or_, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.model.ids import AppointmentId, ChildId, ClinicId, PostId, SlotId
from services.model.refusals.base import NotFound
from services.model.systems.outbox import (
    BEFORE,
    BY_HAND,
    DONE_WITH,
    ON_THEIR_WAY,
    UNDECIDED,
    Queue,
    Step,
    SystemBooking,
    SystemBookingId,
)
from services.model.systems.values import ForeignRef, Refused, SentPart
from storage.systems.asking import look_at_all
from storage.systems.rows import to_booking, whole
from storage.systems.together import ask_together, complete, others_of, was_together
from storage.tables.families import ChildRow
from storage.tables.slots import SlotRow
from storage.tables.systems.bookings import (
    ON_ITS_WAY,
    STANDS_THERE,
    STUCK,
    SystemBookingRow,
)
from storage.tables.visits import AppointmentRow
from storage.visits.standing import IS_ACTIVE

A_DAY = timedelta(days=1)
_OPEN = UNDECIDED | {Step.BOOKED, Step.LEAVING}
# Written out, as their partial indexes have them: with bound steps neither database takes those.
_ON_THEIR_WAY = text(f"system_bookings.{ON_ITS_WAY}")
_THERE = text(f"system_bookings.{STANDS_THERE}")
_STUCK = text(f"system_bookings.{STUCK}")


class StoredOutbox:
    """Implements `services.ports.systems.records.OutboxRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def leave(self, now: datetime) -> int:
        other = aliased(SystemBookingRow)
        stands_here = (
            select(AppointmentRow.id)
            .where(
                AppointmentRow.id == SystemBookingRow.appointment_id,
                AppointmentRow.slot_id == SystemBookingRow.slot_id,
                or_(
                    IS_ACTIVE,
                    AppointmentRow.state.in_(["fulfilled", "no-show"]),
                ),
            )
            .exists()
        )
        stands_on = (
            select(AppointmentRow.id)
            .where(
                AppointmentRow.id == other.appointment_id,
                AppointmentRow.slot_id == other.slot_id,
                IS_ACTIVE,
            )
            .exists()
        )
        being_moved = (
            select(other.id)
            .where(
                other.appointment_id == SystemBookingRow.appointment_id,
                or_(
                    other.step.in_([Step.ASKED, Step.SENT]),
                    and_(other.step == Step.STUCK, stands_on),
                ),
            )
            .exists()
        )
        undecided = (  # others may be waited for
            select(AppointmentRow.id)
            .where(
                AppointmentRow.id == SystemBookingRow.appointment_id,
                AppointmentRow.state == "pending",
                AppointmentRow.awaits_system,
            )
            .exists()
        )
        begins_later = (
            select(SlotRow.id)
            .where(SlotRow.id == SystemBookingRow.slot_id, SlotRow.starts_at > now)
            .exists()
        )
        left = await self._session.execute(
            update(SystemBookingRow)
            .where(
                _THERE,
                begins_later,
                not_(stands_here),
                not_(being_moved),
                not_(undecided),
            )
            .values(step=Step.LEAVING, due_at=now, attempts=0)
            .returning(SystemBookingRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(left.all())

    async def let_go(self, now: datetime, most: int) -> int:
        over = (
            select(SystemBookingRow.id)
            .join(SlotRow, SlotRow.id == SystemBookingRow.slot_id)
            .where(_THERE, SlotRow.ends_at < now - A_DAY)
            .limit(most)
        )
        gone = await self._session.execute(
            update(SystemBookingRow)
            .where(SystemBookingRow.id.in_(over))
            .values(step=Step.LEFT)
            .returning(SystemBookingRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())

    async def ask_together(self, visits: Sequence[AppointmentId]) -> None:
        if visits:  # of other clinics there is nothing to say
            await ask_together(self._session, visits)

    async def together(self, booking: SystemBooking) -> list[SystemBooking]:
        return await others_of(self._session, booking)

    async def was_together(self, visit_id: AppointmentId) -> bool:
        return await was_together(self._session, visit_id)

    async def complete(self, most: int) -> list[SystemBooking]:
        return await complete(self._session, most)

    async def due(self, now: datetime, most: int) -> list[SystemBookingId]:
        found = await self._session.scalars(
            select(SystemBookingRow.id)
            .where(_ON_THEIR_WAY, SystemBookingRow.due_at <= now)
            .order_by(SystemBookingRow.due_at, SystemBookingRow.id)
            .limit(most)
        )
        return [SystemBookingId(each) for each in found]

    async def of_visit(self, visit_id: AppointmentId) -> SystemBookingId | None:
        found = await self._session.scalar(
            select(SystemBookingRow.id)
            .where(
                SystemBookingRow.appointment_id == visit_id,
                SystemBookingRow.step.in_([Step.ASKED, Step.SENT]),
            )
            .order_by(SystemBookingRow.id.desc())
            .limit(1)
        )
        return SystemBookingId(found) if found else None

    async def take(
        self, booking_id: SystemBookingId, now: datetime, until: datetime
    ) -> SystemBooking | None:
        before = await self._find(booking_id)
        if before is None:
            return None
        asked = before.step is Step.ASKED
        taken = await self._session.execute(
            update(SystemBookingRow)
            .where(
                SystemBookingRow.id == booking_id,
                SystemBookingRow.step == before.step,
                SystemBookingRow.step.in_(ON_THEIR_WAY),
                SystemBookingRow.attempts == before.attempts,
                SystemBookingRow.due_at <= now,
            )
            .values(
                step=Step.SENT if asked else before.step,
                attempts=before.attempts + 1,
                due_at=until,
                sent_at=now if asked else before.sent_at,
            )
            .returning(SystemBookingRow.id)
            .execution_options(synchronize_session=False)
        )
        return before if taken.one_or_none() else None

    async def go_on(self, clinic_id: ClinicId, now: datetime) -> None:
        await self._session.execute(
            update(SystemBookingRow)
            .where(
                _ON_THEIR_WAY,
                SystemBookingRow.due_at > now,
                SystemBookingRow.clinic_id == clinic_id,
                SystemBookingRow.step == Step.ASKED,
            )
            .values(due_at=now)
            .execution_options(synchronize_session=False)
        )

    async def is_behind(self, booking: SystemBooking) -> bool:
        earlier = select(SystemBookingRow.id).where(
            SystemBookingRow.appointment_id == booking.visit_id,
            SystemBookingRow.id < booking.id,
            SystemBookingRow.step.in_([Step.SENT, Step.STUCK]),
        )
        return bool(await self._session.scalar(select(earlier.exists())))

    async def standing(self, visit_id: AppointmentId) -> SystemBooking | None:
        found = await self._session.execute(
            whole()
            .where(
                SystemBookingRow.appointment_id == visit_id, SystemBookingRow.step == Step.BOOKED
            )
            .order_by(SystemBookingRow.id.desc())
            .limit(1)
        )
        one = found.one_or_none()
        return to_booking(*one) if one else None

    async def _find(self, booking_id: SystemBookingId) -> SystemBooking | None:
        found = await self._session.execute(whole().where(SystemBookingRow.id == booking_id))
        one = found.one_or_none()
        return to_booking(*one) if one else None

    async def get(self, booking_id: SystemBookingId) -> SystemBooking:
        found = await self._find(booking_id)
        if found is None:
            raise NotFound
        return found

    async def put_off(
        self,
        booking: SystemBooking,
        step: Step,
        due_at: datetime,
        *,
        in_doubt: bool = False,
        still: Step | None = None,
    ) -> None:
        since = [still] if still else BEFORE[step]
        await self._change(booking, since, step=step, due_at=due_at, in_doubt=in_doubt)

    async def settle(
        self,
        booking: SystemBooking,
        step: Step,
        *,
        ref: ForeignRef | None = None,
        why: Refused | None = None,
        by: PostId | None = None,
        due_at: datetime | None = None,
        still: Step | None = None,
    ) -> bool:
        values: dict[str, object] = {"step": step, "why": why}
        if ref:
            values |= {"ref_system": ref.system, "ref_value": ref.value}
        if by:
            values["settled_by"] = by
        if due_at:
            values |= {"due_at": due_at, "attempts": 0}
        changed = await self._change(booking, [still] if still else BEFORE[step], **values)
        if changed and step in DONE_WITH:
            await look_at_all(self._session, booking.clinic.id)
        return changed

    async def _change(
        self, booking: SystemBooking, since: Collection[Step] = _OPEN, **values: object
    ) -> bool:
        changed = await self._session.execute(
            update(SystemBookingRow)
            .where(SystemBookingRow.id == booking.id, SystemBookingRow.step.in_(since))
            .values(**values)
            .returning(SystemBookingRow.id)
            .execution_options(synchronize_session=False)
        )
        return changed.one_or_none() is not None

    async def moved(self, booking: SystemBooking, slot_id: SlotId) -> None:
        if await self._change(booking, slot_id=slot_id):
            await look_at_all(self._session, booking.clinic.id)

    async def told_late(self, booking: SystemBooking) -> None:
        await self._change(booking, told_late=True)

    async def undecided(
        self, clinic_id: ClinicId | None, now: datetime, most: int
    ) -> list[SystemBooking]:
        late = and_(SystemBookingRow.promised_at <= now, not_(SystemBookingRow.told_late))
        some: list[SystemBooking] = []
        on_their_way = and_(_ON_THEIR_WAY, SystemBookingRow.step.in_(UNDECIDED))
        for which, first in (
            (_STUCK, SystemBookingRow.clinic_id),
            (on_their_way, SystemBookingRow.due_at),
        ):
            query = whole().where(which, late)
            if clinic_id is not None:
                query = query.where(SystemBookingRow.clinic_id == clinic_id)
            found = await self._session.execute(
                query.order_by(first, SystemBookingRow.id).limit(most)
            )
            some += [to_booking(*row) for row in found]
        return some[:most]

    async def open_at(self, clinic_id: ClinicId, most: int) -> list[tuple[SystemBooking, str]]:
        stands_here = and_(
            AppointmentRow.slot_id == SystemBookingRow.slot_id,
            AppointmentRow.state.in_(["pending", "booked", "fulfilled", "no-show"]),
        )
        found = await self._session.execute(
            whole()
            .add_columns(ChildRow.name, func.coalesce(stands_here, false()))
            .outerjoin(AppointmentRow, AppointmentRow.id == SystemBookingRow.appointment_id)
            .outerjoin(ChildRow, ChildRow.id == AppointmentRow.child_id)
            .where(
                SystemBookingRow.clinic_id == clinic_id,
                or_(_ON_THEIR_WAY, _STUCK),
            )
            .order_by(SystemBookingRow.step != Step.STUCK, SlotRow.starts_at, SystemBookingRow.id)
            .limit(most)
        )
        return [
            (replace(to_booking(*row), given_up=not stands), name or "")
            for *row, name, stands in found
        ]

    async def queues(self, now: datetime) -> dict[ClinicId, Queue]:
        # Each by its own index: by "or" one database takes none.
        of = (SystemBookingRow.clinic_id, SystemBookingRow.step, SystemBookingRow.asked_at)
        each = union_all(
            *(select(*of).where(which) for which in (_ON_THEIR_WAY, _STUCK))
        ).subquery()
        waits = and_(each.c.step.in_(ON_THEIR_WAY), each.c.asked_at <= now)
        stuck = each.c.step == Step.STUCK
        found = await self._session.execute(
            select(
                each.c.clinic_id,
                func.count().filter(waits),
                func.count().filter(stuck),
                func.min(each.c.asked_at),
            ).group_by(each.c.clinic_id)
        )
        return {
            ClinicId(clinic): Queue(waiting, stuck, oldest)
            for clinic, waiting, stuck, oldest in found
        }

    async def by_ref(self, clinic_id: ClinicId, ref: ForeignRef) -> SystemBooking | None:
        found = await self._session.execute(
            whole()
            .where(
                SystemBookingRow.clinic_id == clinic_id,
                SystemBookingRow.ref_value == ref.value,
                SystemBookingRow.ref_system == ref.system,
            )
            .order_by((SystemBookingRow.step == Step.BOOKED).desc(), SystemBookingRow.id.desc())
            .limit(1)
        )
        one = found.one_or_none()
        return to_booking(*one) if one else None

    async def to_check(
        self, clinic_id: ClinicId, now: datetime, most: int, *, flagged: bool
    ) -> list[SystemBooking]:
        query = whole().where(
            _THERE,
            SlotRow.clinic_id == clinic_id,
            SlotRow.starts_at > now - A_DAY,  # by the index; no time is longer
            SystemBookingRow.ref_system != BY_HAND,
        )
        if flagged:
            query = query.where(SystemBookingRow.checked_at.is_(None))
        found = await self._session.execute(
            query.order_by(
                SystemBookingRow.checked_at.is_not(None),
                SystemBookingRow.checked_at,
                SystemBookingRow.id,
            ).limit(most)
        )
        return [to_booking(*row) for row in found]

    async def checked(self, bookings: Sequence[SystemBookingId], at: datetime) -> None:
        await self._session.execute(
            update(SystemBookingRow)
            .where(SystemBookingRow.id.in_(bookings))
            .values(checked_at=at)
            .execution_options(synchronize_session=False)
        )

    async def check_soon(self, slots: Collection[SlotId]) -> None:
        await self._session.execute(
            update(SystemBookingRow)
            .where(SystemBookingRow.slot_id.in_(slots), _THERE)
            .values(checked_at=None)
            .execution_options(synchronize_session=False)
        )

    async def sent(self, booking: SystemBooking, parts: frozenset[SentPart]) -> None:
        await self._change(booking, sent=" ".join(sorted(parts)))

    async def sent_of(
        self, child_id: ChildId, most: int
    ) -> list[tuple[ClinicId, datetime, frozenset[SentPart]]]:
        found = await self._session.execute(
            select(SystemBookingRow.clinic_id, SystemBookingRow.sent_at, SystemBookingRow.sent)
            .join(AppointmentRow, AppointmentRow.id == SystemBookingRow.appointment_id)
            .where(
                AppointmentRow.child_id == child_id,
                SystemBookingRow.sent != "",
                SystemBookingRow.sent_at.is_not(None),
            )
            .order_by(SystemBookingRow.sent_at.desc())
            .limit(most)
        )
        return [
            (ClinicId(clinic), at, frozenset(SentPart(part) for part in sent.split()))
            for clinic, at, sent in found
            if at
        ]
