"""Visits, in all their states."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId, SlotId
from services.model.people import Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.families import NotEntrusted
from services.model.refusals.visits import ChildIsBusy, SlotTaken
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.visits import ACTIVE, Ahead, Appointment, AppointmentState, Deadline, Word
from services.model.waitlist.offers import FreedWhy
from services.ports.transaction import StorageInterrupted
from services.rules.visit_states import as_of
from storage.database.locks import lock_rows
from storage.families.care import care_at
from storage.schedule.conditions import has_visit
from storage.systems.asking import ask, awaits, stands_there
from storage.tables.base import table_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import ChildRow
from storage.tables.slots import SlotRow, TakenSlotRow
from storage.tables.visits import AppointmentRow, CalendarFileRow, OfferRow
from storage.visits.history import (
    MARKS,
    all_moved_from,
    changed_last_by,
    remember,
    stands_again,
)
from storage.visits.rows import VISITS, as_stored, claim, read, to_appointment, whole
from storage.visits.standing import IS_ACTIVE, IS_WAITING, given_back, is_shown, stands
from storage.waitlist.answering import HOW_MANY
from storage.waitlist.freeing import open_up
from storage.waitlist.rows import owe

_visits = table_of(AppointmentRow).c
_NOW = bindparam("now", type_=_visits.ends_at.type)
_VISIT = VISITS.where(_visits.id == bindparam("visit"))


def _theirs(scope: Scope) -> Select[*tuple[Any, ...]]:
    care = care_at(_NOW, scope)
    return _VISIT.join(care, care.c.child_id == _visits.child_id).where(
        care.c.person_id == bindparam("person"), is_shown(care)
    )


_THEIR_VISIT = {scope: _theirs(scope) for scope in Scope}
_ITS_CHILD = {
    scope: ChildRow.id.in_(visit.with_only_columns(_visits.child_id))
    for scope, visit in _THEIR_VISIT.items()
}
_ACTIVE = VISITS.where(
    _visits.child_id == bindparam("child"), _visits.slot_id == bindparam("slot"), stands(_NOW)
)
_GIVEN_BACK = VISITS.where(
    or_(_visits.child_id == bindparam("child"), _visits.slot_id == bindparam("slot")),
    given_back(_NOW),
).order_by(_visits.child_id, _visits.id)
_THEIRS = VISITS.where(_visits.child_id.in_(bindparam("children", expanding=True))).order_by(
    _visits.starts_at, _visits.id
)
_IS_PLANNED = and_(_visits.ends_at > bindparam("after"), stands(_NOW))
_DECIDING = care_at(_NOW, Scope.DECIDE)
_SHOWN = or_(
    not_(_visits.hidden),
    _visits.child_id.in_(
        select(_DECIDING.c.child_id).where(_DECIDING.c.person_id == bindparam("person"))
    ),
)
"""Whether a visit of a child in the person's care is theirs to see."""
_PLANNED = _THEIRS.where(_IS_PLANNED)
_PLANNED_TO_SEE = _PLANNED.where(_SHOWN)
_SEEING = care_at(_NOW, Scope.SEE)
_OF_FAMILY = (
    VISITS.join(_SEEING, _SEEING.c.child_id == _visits.child_id)
    .where(
        _SEEING.c.person_id == bindparam("person"),
        or_(_visits.needs_time, _IS_PLANNED),
        is_shown(_SEEING),
    )
    .order_by(_visits.starts_at, _visits.id)
)
_AHEAD = _OF_FAMILY.add_columns(HOW_MANY.label("waits"))


class StoredAppointments:
    """Implements `services.ports.visits.AppointmentRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: as of then it sees what nobody answered in time."""
        self._session = session
        self._now = now

    def _read(
        self, found: Row[AppointmentRow, ChildRow, SlotRow, DoctorRow, ClinicRow]
    ) -> Appointment:
        return to_appointment(*found, now=self._now)

    async def get(
        self,
        appointment_id: AppointmentId,
        *,
        cared_for_by: PersonId | None,
        scope: Scope = Scope.SEE,
    ) -> Appointment:
        query = _VISIT if cared_for_by is None else _THEIR_VISIT[scope]
        found = await self._say(query, visit=appointment_id, person=cared_for_by)
        if not found:
            if cared_for_by is not None and scope is not Scope.SEE:
                await self.get(appointment_id, cared_for_by=cared_for_by)
                raise NotEntrusted
            raise NotFound
        return found[0]

    async def _say(
        self, statement: Select[*tuple[Any, ...]], **values: object
    ) -> list[Appointment]:
        """What one of the statements that are written once finds."""
        found = await self._session.execute(statement, {**values, "now": self._now})
        return await read(self._session, found.all(), self._now)

    def _shown_to(self, person: PersonId | None) -> ColumnElement[bool]:
        """Whether a visit of a child in the person's care is theirs to see; None: the rules'."""
        if person is None:
            return true()
        care = care_at(self._now, Scope.DECIDE)
        theirs = select(care.c.child_id).where(care.c.person_id == person)
        return or_(not_(AppointmentRow.hidden), AppointmentRow.child_id.in_(theirs))

    async def some(self, ids: Sequence[int]) -> dict[int, Appointment]:
        """These visits, by their ids."""
        found = await self._session.execute(whole().where(AppointmentRow.id.in_(ids)))
        return {visit.id: visit for visit in map(self._read, found)}

    async def active(self, child_id: ChildId, slot_id: SlotId) -> Appointment | None:
        found = await self._say(_ACTIVE, child=child_id, slot=slot_id)
        return found[0] if found else None

    async def planned(
        self, child_ids: Sequence[ChildId], after: datetime, *, shown_to: PersonId | None = None
    ) -> list[Appointment]:
        query = _PLANNED if shown_to is None else _PLANNED_TO_SEE
        return await self._say(query, children=child_ids, after=after, person=shown_to)

    async def given_back(self, child_id: ChildId | None, slot_id: SlotId) -> list[Appointment]:
        return await self._say(_GIVEN_BACK, child=child_id, slot=slot_id)

    async def past(
        self,
        child_ids: Sequence[ChildId],
        before: datetime,
        most: int,
        *,
        shown_to: PersonId | None = None,
    ) -> list[Appointment]:
        query = (
            whole()
            .where(
                self._shown_to(shown_to),
                AppointmentRow.child_id.in_(child_ids),
                not_(AppointmentRow.needs_time),
                or_(
                    AppointmentRow.ends_at <= before,
                    AppointmentRow.state.not_in(ACTIVE),
                    given_back(self._now),
                ),
            )
            .order_by(AppointmentRow.starts_at.desc(), AppointmentRow.id.desc())
            .limit(most)
        )
        return [self._read(found) for found in await self._session.execute(query)]

    async def missed(
        self, child_ids: Collection[ChildId], clinic_id: ClinicId, since: datetime
    ) -> dict[ChildId, int]:
        query = (
            select(AppointmentRow.child_id, func.count())
            .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
            .where(
                AppointmentRow.child_id.in_(child_ids),
                AppointmentRow.state == AppointmentState.NO_SHOW,
                AppointmentRow.ends_at > since,
                SlotRow.clinic_id == clinic_id,
            )
            .group_by(AppointmentRow.child_id)
        )
        found = (await self._session.execute(query)).all()
        return {ChildId(child_id): count for child_id, count in found}

    async def add(
        self,
        child: Child,
        slot: Slot,
        reason: KindKey,
        booked_by: PersonId,
        at: datetime,
        deadline: Deadline | None = None,
    ) -> Appointment:
        row = AppointmentRow(
            child_id=child.id,
            slot_id=slot.id,
            starts_at=slot.stretch.starts_at,
            ends_at=slot.stretch.ends_at,
            reason=reason,
            booked_by=booked_by,
            booked_at=at,
            uid=str(uuid4()),
            sequence=0,
            changed_at=at,
            needs_time=False,
            told=0,
            hidden=False,
        )
        claim(row, deadline)
        if slot.foreign:
            awaits(row)
        async with self.claiming(slot):
            self._session.add(row)
        await remember(self._session, row, booked_by)
        if slot.foreign:
            await ask(self._session, row, booked_by, at)
        return as_stored(row, child, slot)

    async def move(
        self,
        appointment: Appointment,
        slot: Slot,
        by: PersonId,
        at: datetime,
        deadline: Deadline | None = None,
    ) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        came = row.coming_at
        asks = slot.foreign and not await stands_there(self._session, row.id, slot.id)
        async with self.claiming(slot):
            row.slot_id = slot.id
            row.starts_at = slot.stretch.starts_at
            row.ends_at = slot.stretch.ends_at
            row.sequence += 1
            row.changed_at = at
            row.coming_at = None
            claim(row, None if slot.foreign else deadline)
            if asks:
                awaits(row)
            row.needs_time = False
        await self._let_offers_go(row.id)
        await remember(self._session, row, by, came)
        if asks:
            await ask(self._session, row, by, at)
        if appointment.is_active:
            await self._freed(SlotRow.id == appointment.slot.id, FreedWhy.CANCELLED)
        return as_stored(row, appointment.child, slot)

    async def changed_last_by(self, appointment_id: AppointmentId) -> PersonId | None:
        return await changed_last_by(self._session, appointment_id)

    async def moved_from(self, appointment_id: AppointmentId) -> Slot | None:
        return (await self.all_moved_from([appointment_id])).get(appointment_id)

    async def all_moved_from(
        self, appointment_ids: Collection[AppointmentId]
    ) -> dict[AppointmentId, Slot]:
        return await all_moved_from(self._session, appointment_ids)

    async def change(
        self, appointment: Appointment, state: AppointmentState, by: PersonId, at: datetime
    ) -> Appointment:
        changed = await self._change(appointment, state, by, at)
        if appointment.state in MARKS and state is AppointmentState.BOOKED:
            await stands_again(self._session, changed)
        return changed

    async def _change(
        self,
        appointment: Appointment,
        state: AppointmentState,
        by: PersonId,
        at: datetime,
        *,
        needs_time: bool = False,
    ) -> Appointment:
        """All at once: the database judges the row as a whole."""
        row = await self._session.get_one(AppointmentRow, appointment.id)
        came = row.coming_at
        async with self.claiming(appointment.slot):  # what was over may stand again
            row.state = state
            row.confirm_by = row.unanswered = None
            row.needs_time = needs_time
            row.coming_at = None if needs_time else row.coming_at
            row.sequence += 1
            row.changed_at = at
        await remember(self._session, row, by, came)
        if state is AppointmentState.CANCELLED and appointment.is_active:
            await self._freed(SlotRow.id == appointment.slot.id, FreedWhy.CANCELLED)
        return as_stored(row, appointment.child, appointment.slot)

    async def _freed(self, which: ColumnElement[bool], why: FreedWhy) -> None:
        """Nobody has these times any more: who waits for such ones comes first."""
        await open_up(self._session, and_(which, not_(has_visit(self._now))), why, self._now)

    async def answer(
        self,
        appointment: Appointment,
        state: AppointmentState,
        word: Word,
        by: PersonId | None,
        at: datetime,
    ) -> Appointment | None:
        answered = await self._session.execute(
            update(AppointmentRow)
            .where(
                AppointmentRow.id == appointment.id,
                AppointmentRow.sequence == appointment.sequence,
                IS_WAITING,
                not_(AppointmentRow.awaits_system),
            )
            .values(
                state=state,
                word=word,
                confirm_by=None,
                unanswered=None,
                sequence=AppointmentRow.sequence + 1,
                changed_at=at,
            )
            .returning(AppointmentRow.id)
            .execution_options(synchronize_session=False)
        )
        if answered.one_or_none() is None:
            return None
        row = await self._session.get_one(AppointmentRow, appointment.id, populate_existing=True)
        await remember(self._session, row, by)
        if state is AppointmentState.CANCELLED:
            await self._freed(SlotRow.id == appointment.slot.id, FreedWhy.DECLINED)
        slot = replace(appointment.slot, taken=state in ACTIVE)
        return as_stored(row, appointment.child, slot)

    async def displace(self, appointment: Appointment, by: PersonId, at: datetime) -> Appointment:
        owed = await self._change(appointment, AppointmentState.CANCELLED, by, at, needs_time=True)
        await owe(self._session, owed, at)
        return owed

    async def give_up(self, appointment: Appointment, by: PersonId, at: datetime) -> Appointment:
        await self._let_offers_go(appointment.id)
        return await self._change(appointment, AppointmentState.CANCELLED, by, at)

    async def _let_offers_go(self, visit_id: int) -> None:
        """What was kept for a family beside, nobody has any more."""
        kept = await self._session.execute(
            delete(OfferRow)
            .where(OfferRow.appointment_id == visit_id)
            .returning(OfferRow.slot_id, OfferRow.until)
        )
        free = [slot_id for slot_id, until in kept if until > self._now]
        if free:
            await self._freed(SlotRow.id.in_(sorted(free)), FreedWhy.UNTAKEN)

    async def of_family(
        self, person: PersonId, after: datetime
    ) -> tuple[list[Appointment], list[Appointment]]:
        return _parted(await self._say(_OF_FAMILY, person=person, after=after))

    async def ahead(self, person: PersonId, after: datetime) -> Ahead:
        whose = {"person": person, "after": after, "now": self._now}
        rows = (await self._session.execute(_AHEAD, whose)).all()
        waits = rows[0].waits if rows else await self._session.scalar(select(HOW_MANY), whose)
        return Ahead(*_parted(await read(self._session, rows, self._now)), waits or 0)

    async def to_change(
        self, appointment_id: AppointmentId, *, cared_for_by: PersonId, scope: Scope
    ) -> Appointment:
        whose = {"visit": appointment_id, "person": cared_for_by, "now": self._now}
        locked = await lock_rows(self._session, ChildRow.id, _ITS_CHILD[scope], whose)
        visit = await self.get(appointment_id, cared_for_by=cared_for_by, scope=scope)
        if locked is not None and locked != [visit.child.id]:
            raise StorageInterrupted  # it became another child's while the lock was waited for
        return visit

    async def needing(
        self, child_ids: Sequence[ChildId], *, shown_to: PersonId | None = None
    ) -> list[Appointment]:
        query = (
            whole()
            .where(
                AppointmentRow.child_id.in_(child_ids),
                AppointmentRow.needs_time,
                self._shown_to(shown_to),
            )
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        return [self._read(found) for found in await self._session.execute(query)]

    async def hide(self, appointment: Appointment, *, hidden: bool) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.hidden = hidden
        await self._session.flush()
        return replace(appointment, hidden=hidden)

    async def expect(self, appointment: Appointment, at: datetime) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.coming_at = row.coming_at or at
        await self._session.flush()
        return as_of(as_stored(row, appointment.child, appointment.slot), self._now)

    async def into_calendar(self, appointment: Appointment, person: PersonId) -> None:
        await self._session.merge(CalendarFileRow(person_id=person, appointment_id=appointment.id))
        await self._session.flush()

    @asynccontextmanager
    async def claiming(self, slot: Slot) -> AsyncIterator[None]:
        """Within it a row may claim a slot; on a violation a second look names the refusal.

        What is changed before belongs to the outer transaction, which a violation would end.
        """
        try:
            async with self._session.begin_nested():
                yield
        except IntegrityError:
            raise SlotTaken if await self._is_taken(slot.id) else ChildIsBusy from None

    async def _is_taken(self, slot_id: SlotId) -> bool:
        booked = exists().where(AppointmentRow.slot_id == slot_id, IS_ACTIVE)
        without_a_name = exists().where(TakenSlotRow.slot_id == slot_id)
        return bool(await self._session.scalar(select(or_(booked, without_a_name))))


def _parted(visits: Sequence[Appointment]) -> tuple[list[Appointment], list[Appointment]]:
    """Those that stand, and those that need a time."""
    standing = [visit for visit in visits if not visit.needs_time]
    return standing, [visit for visit in visits if visit.needs_time]
