"""Places in clinics' lists of those who wait."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.model.access import Post
from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId, PostId, SlotId, WaitId
from services.model.people import Scope
from services.model.refusals.base import NotFound
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from services.model.waitlist.offers import LET_GO, FreedTime, FreedWhy, TimeOfferState
from services.model.waitlist.waits import Wait, WaitEnd, WaitState, WaitWish
from services.rules.eligibility.grounds import accepts
from storage.database.types import UtcDateTime
from storage.families.care import Moment, care_at
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, ChangeRow, OfferRow
from storage.tables.waitlist.offers import FreedTimeRow, WaitOfferRow, WaitOfferTimeRow
from storage.tables.waitlist.waits import LIVE, MET, WaitChildRow, WaitRow, WaitSeenRow
from storage.visits.standing import stands
from storage.waitlist.answering import is_shown_to, may_answer, who_could_accept
from storage.waitlist.freeing import IS_WAITING, wants
from storage.waitlist.keeping import IS_LIVE
from storage.waitlist.rows import columns_of, minute_of, read_waits, write_beside

_IS_LIVE = text(f"waits.{LIVE}")
_IS_MET = text(f"waits.{MET}")
A_DAY = timedelta(days=1)


class StoredWaits:
    """Implements `services.ports.waitlist.waits.WaitRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def add(
        self,
        clinic_id: ClinicId,
        wish: WaitWish,
        at: datetime,
        *,
        person: PersonId | None,
        put_by: PostId | None = None,
    ) -> Wait:
        row = WaitRow(
            clinic_id=clinic_id,
            person_id=person,
            owed=False,
            early=False,
            since=at,
            state=WaitState.WAITING,
            unanswered=0,
            look_at=at,
            put_by=put_by,
            **columns_of(wish),
        )
        self._session.add(row)
        await self._session.flush()
        await write_beside(self._session, row.id, wish)
        return await self.get(WaitId(row.id))

    async def get(self, wait_id: WaitId, *, cared_for_by: PersonId | None = None) -> Wait:
        found = await self.some([wait_id])
        if not found:
            raise NotFound
        if cared_for_by is not None and not await self.may_answer(found[0], cared_for_by):
            raise NotFound
        return found[0]

    async def may_answer(self, wait: Wait, person: PersonId) -> bool:
        return await may_answer(self._session, wait, person, self._now)

    async def who_could_accept(self, wait: Wait, held: Appointment | None) -> set[PersonId]:
        return await who_could_accept(self._session, wait, held, self._now)

    async def some(self, wait_ids: Collection[WaitId]) -> list[Wait]:
        return await read_waits(self._session, WaitRow.id.in_(wait_ids))

    async def of_children(
        self,
        child_ids: Collection[ChildId],
        clinic_id: ClinicId | None = None,
        *,
        shown_to: PersonId | None = None,
    ) -> list[Wait]:
        theirs = WaitRow.id.in_(
            select(WaitChildRow.wait_id).where(WaitChildRow.child_id.in_(child_ids))
        )
        here = true() if clinic_id is None else WaitRow.clinic_id == clinic_id
        shown = true() if shown_to is None else is_shown_to(shown_to, self._now)
        live = and_(_IS_LIVE, not_(WaitRow.owed))
        return await read_waits(self._session, theirs, live, here, shown)

    async def of_clinic(self, clinic_id: ClinicId, most: int, after: int = 0) -> list[Wait]:
        query = (
            select(WaitRow.id)
            .where(WaitRow.clinic_id == clinic_id, _IS_LIVE)
            .order_by(
                WaitRow.owed.desc(),
                WaitRow.moved_up_at.is_(None),
                WaitRow.moved_up_at,
                WaitRow.since,
                WaitRow.id,
            )
            .offset(after)
            .limit(most)
        )
        ids = list(await self._session.scalars(query))
        by_id = {wait.id: wait for wait in await read_waits(self._session, WaitRow.id.in_(ids))}
        return [by_id[WaitId(wait_id)] for wait_id in ids]

    async def count(self, clinic_id: ClinicId) -> int:
        query = select(func.count()).where(WaitRow.clinic_id == clinic_id, _IS_LIVE)
        return await self._session.scalar(query) or 0

    async def for_time(self, freed: FreedTime, now: datetime, most: int) -> list[Wait]:
        moment = literal(now, UtcDateTime)
        query = (
            select(WaitRow.id)
            .join(SlotRow, SlotRow.id == freed.slot.id)
            .where(
                wants(moment, moment),
                _at_such_a_time(freed.slot),
                not_(_was_offered(freed)),
                *_unseen(freed),
                not_(_HAS_OFFER),
            )
            .order_by(WaitRow.owed.desc(), WaitRow.moved_up_at.is_(None), WaitRow.since, WaitRow.id)
            .limit(most)
        )
        ids = list(await self._session.scalars(query, {"now": now}))
        return await read_waits(self._session, WaitRow.id.in_(ids))

    async def change(self, wait: Wait) -> None:
        values = {
            **columns_of(wait.wish),
            "state": wait.state,
            "unanswered": wait.unanswered,
        }
        await self._set(wait.id, **values)
        await write_beside(self._session, wait.id, wait.wish)

    async def say(self, wait_id: WaitId, wish: WaitWish) -> None:
        if await self._set(wait_id, **columns_of(wish)):
            await write_beside(self._session, wait_id, wish)

    async def allow_early(self, wait_id: WaitId, *, early: bool) -> None:
        await self._set(wait_id, early=early)

    async def _set(self, wait_id: WaitId, **values: object) -> bool:
        changed = await self._session.execute(
            update(WaitRow)
            .where(WaitRow.id == wait_id, _IS_LIVE)
            .values(values)
            .returning(WaitRow.id)
            .execution_options(synchronize_session=False)
        )
        return changed.one_or_none() is not None

    async def count_unanswered(self, wait_id: WaitId, count: int, state: WaitState) -> None:
        await self._set(wait_id, unanswered=count, state=state)

    async def kept_times(self, wait_id: WaitId) -> list[SlotId]:
        found = await self._session.scalars(
            select(WaitOfferTimeRow.slot_id)
            .join(WaitOfferRow, WaitOfferRow.id == WaitOfferTimeRow.offer_id)
            .where(WaitOfferRow.wait_id == wait_id, IS_LIVE)
        )
        return [SlotId(slot_id) for slot_id in found]

    async def end(self, wait_id: WaitId, end: WaitEnd, at: datetime) -> bool:
        ended = await self._set(
            wait_id, state=WaitState.ENDED, ended_as=end, ended_at=at, look_at=None
        )
        if ended:
            await self._pass_on_what_it_has(wait_id, at)
        return ended

    async def met_since(self, visit: Appointment, since: datetime) -> list[Wait]:
        return await read_waits(
            self._session,
            WaitRow.clinic_id == visit.slot.doctor.clinic.id,
            WaitRow.ended_as == WaitEnd.MET,
            WaitRow.ended_at >= since,
            or_(_is_owed(visit), _was_for(visit)),
        )

    async def take_up_again(
        self, wait_ids: Collection[WaitId], visit: Appointment, at: datetime
    ) -> bool:
        if wait_ids:
            await self._session.execute(
                update(WaitRow)
                .where(WaitRow.id.in_(wait_ids), WaitRow.ended_as == WaitEnd.MET)
                .values(state=WaitState.WAITING, ended_as=None, ended_at=None, look_at=at)
                .execution_options(synchronize_session=False)
            )
        owed = select(exists().where(_IS_LIVE, _is_owed(visit)))
        return bool(await self._session.scalar(owed))

    async def _pass_on_what_it_has(self, wait_id: WaitId, at: datetime) -> None:
        live = and_(WaitOfferRow.wait_id == wait_id, IS_LIVE)
        times = (
            select(WaitOfferTimeRow.freed_id)
            .join(WaitOfferRow, WaitOfferRow.id == WaitOfferTimeRow.offer_id)
            .where(live)
        )
        freed = list(await self._session.scalars(times))
        if not freed:
            return
        await self._session.execute(
            update(WaitOfferRow)
            .where(live)
            .values(state=TimeOfferState.REFUSED, settled_at=at)
            .execution_options(synchronize_session=False)
        )
        await self._session.execute(
            update(FreedTimeRow)
            .where(FreedTimeRow.id.in_(freed))
            .values(next_at=at)
            .execution_options(synchronize_session=False)
        )

    async def forget(self, child_ids: Collection[ChildId], clinic_id: ClinicId | None) -> None:
        theirs = select(WaitChildRow.wait_id).where(WaitChildRow.child_id.in_(child_ids))
        which = [WaitRow.id.in_(theirs), not_(WaitRow.owed)]
        if clinic_id is not None:
            which.append(WaitRow.clinic_id == clinic_id)
        waits = list(await self._session.scalars(select(WaitRow.id).where(*which)))
        for wait_id in waits:
            await self._pass_on_what_it_has(WaitId(wait_id), self._now)
        if waits:
            gone = delete(WaitRow).where(WaitRow.id.in_(waits))
            await self._session.execute(gone.execution_options(synchronize_session=False))

    async def move_up(self, wait_id: WaitId, by: Post, why: str, at: datetime) -> None:
        await self._set(wait_id, moved_up_by=by.id, moved_up_at=at, moved_up_why=why)

    async def let_go(self, wait_id: WaitId) -> set[SlotId]:
        found = await self._session.scalars(
            select(WaitOfferTimeRow.slot_id)
            .join(WaitOfferRow, WaitOfferRow.id == WaitOfferTimeRow.offer_id)
            .where(WaitOfferRow.wait_id == wait_id, WaitOfferRow.state.in_(LET_GO))
        )
        return {SlotId(slot_id) for slot_id in found}

    async def has_offer(self, wait_id: WaitId, now: datetime) -> bool:
        return bool(await self._session.scalar(_OFFERED, {"wait": wait_id, "now": now}))

    async def note_seen(self, wait_id: WaitId, slot_ids: Collection[SlotId], at: datetime) -> None:
        await self._session.execute(delete(WaitSeenRow).where(WaitSeenRow.wait_id == wait_id))
        rows = [
            {"wait_id": wait_id, "slot_id": slot_id, "seen_at": at}
            for slot_id in sorted(set(slot_ids))
        ]
        if rows:
            await self._session.execute(insert(WaitSeenRow), rows)

    async def seen(self, wait_id: WaitId) -> set[SlotId]:
        found = await self._session.scalars(
            select(WaitSeenRow.slot_id).where(WaitSeenRow.wait_id == wait_id, _stands_since())
        )
        return {SlotId(slot_id) for slot_id in found}

    async def look_at(self, wait_id: WaitId, at: datetime | None) -> None:
        await self._set(wait_id, look_at=at)

    async def to_look_at(self, now: datetime, most: int) -> list[WaitId]:
        query = (
            select(WaitRow.id)
            .where(
                IS_WAITING,
                WaitRow.look_at <= now,
                not_(_is_choosing(now)),
            )
            .order_by(WaitRow.look_at, WaitRow.id)
            .limit(most)
        )
        return [WaitId(wait_id) for wait_id in await self._session.scalars(query)]

    async def perhaps_over(self, now: datetime, most: int, after: int = 0) -> list[WaitId]:
        query = (
            select(WaitRow.id)
            .where(
                _IS_LIVE,
                WaitRow.id > after,
                or_(
                    WaitRow.last_day < _day_before(now),
                    _has_another_visit(now),
                    _lost_its_visit(),
                ),
            )
            .order_by(WaitRow.id)
            .limit(most)
        )
        return [WaitId(wait_id) for wait_id in await self._session.scalars(query)]

    async def stood_already(
        self, visit_ids: Collection[AppointmentId], since: datetime
    ) -> set[AppointmentId]:
        query = (
            select(AppointmentRow.id)
            .join(ChangeRow, ChangeRow.appointment_id == AppointmentRow.id)
            .where(
                AppointmentRow.id.in_(visit_ids),
                ChangeRow.slot_id == AppointmentRow.slot_id,
                ChangeRow.changed_at <= since,
            )
        )
        return {AppointmentId(visit_id) for visit_id in await self._session.scalars(query)}

    async def usually(self, clinic_id: ClinicId, since: datetime, least: int) -> timedelta | None:
        rows = (
            await self._session.execute(
                select(WaitRow.since, WaitRow.ended_at)
                .where(
                    WaitRow.clinic_id == clinic_id,
                    _IS_MET,
                    not_(WaitRow.owed),
                    WaitRow.ended_at >= since,
                    exists().where(
                        WaitOfferRow.wait_id == WaitRow.id,
                        WaitOfferRow.state == TimeOfferState.ACCEPTED,
                    ),
                )
                .order_by(WaitRow.ended_at.desc())
                .limit(MOST_COUNTED)
            )
        ).all()
        if len(rows) < least:
            return None
        spans = sorted(ended - began for began, ended in rows if ended)
        return spans[len(spans) // 2]


MOST_COUNTED = 500
"""Of the latest who took a time: enough to know how long it usually takes."""


def _is_owed(visit: Appointment) -> ColumnElement[bool]:
    return and_(WaitRow.owed, WaitRow.visit_id == visit.id)


def _was_for(visit: Appointment) -> ColumnElement[bool]:
    """Whether a place was for such a visit of this child alone, who has no other one by now."""
    other, others, sisters = aliased(WaitRow), aliased(WaitChildRow), aliased(WaitChildRow)
    theirs = exists().where(
        WaitChildRow.wait_id == WaitRow.id, WaitChildRow.child_id == visit.child.id
    )
    a_sisters = exists().where(sisters.wait_id == WaitRow.id, sisters.child_id != visit.child.id)
    again = exists().where(
        other.clinic_id == WaitRow.clinic_id,
        other.kind == WaitRow.kind,
        other.state != WaitState.ENDED,
        not_(other.owed),
        others.wait_id == other.id,
        others.child_id == visit.child.id,
    )
    return and_(
        not_(WaitRow.owed), WaitRow.kind == visit.reason, theirs, not_(a_sisters), not_(again)
    )


def _day_before(now: datetime) -> date:
    """A day that is over everywhere."""
    return (now - A_DAY).date()


def _at_such_a_time(slot: Slot) -> ColumnElement[bool]:
    """Whether its hour and weekday would do, and it is for such visits: of those who wait the first
    are looked at alone, and whoever it is not for should not stand before others."""
    begins, clinic = slot.local_start, slot.doctor.clinic
    minute = minute_of(begins.time())
    return and_(
        WaitRow.weekdays.bitwise_and(1 << begins.weekday()) != 0,
        WaitRow.since_minute <= minute,
        or_(WaitRow.until_minute.is_(None), WaitRow.until_minute >= minute),
        WaitRow.kind.not_in([kind.key for kind in clinic.kinds if not accepts(slot, kind)]),
    )


def _was_offered(freed: FreedTime) -> ColumnElement[bool]:
    """On this way through the list, or earlier, and let it go by."""
    return exists().where(
        WaitOfferRow.wait_id == WaitRow.id,
        WaitOfferTimeRow.offer_id == WaitOfferRow.id,
        WaitOfferTimeRow.slot_id == freed.slot.id,
        or_(WaitOfferTimeRow.freed_id == freed.id, WaitOfferRow.state.in_(LET_GO)),
    )


def _unseen(freed: FreedTime) -> list[ColumnElement[bool]]:
    """Who saw a time stand free and did not choose it is not offered it."""
    if freed.why is not FreedWhy.STANDING:
        return []
    this = WaitSeenRow.slot_id == freed.slot.id
    return [not_(exists().where(WaitSeenRow.wait_id == WaitRow.id, this, _stands_since()))]


def _stands_since() -> ColumnElement[bool]:
    """Whether a time that was seen has been free since: once somebody had it and gave it back, it
    is another matter."""
    anew = exists().where(
        FreedTimeRow.slot_id == WaitSeenRow.slot_id,
        FreedTimeRow.why != FreedWhy.STANDING,
        FreedTimeRow.freed_at > WaitSeenRow.seen_at,
    )
    return not_(anew.correlate(WaitSeenRow))


def _is_choosing(now: datetime) -> ColumnElement[bool]:
    """Whether times are kept for a family that is owed one: it has its choice already."""
    return exists().where(OfferRow.appointment_id == WaitRow.visit_id, OfferRow.until > now)


def _has_offer(now: Moment) -> ColumnElement[bool]:
    """Whether anything is kept for the family: for its own place, or for another of the children
    of whom one of its adults decides, whoever asked, or the clinic itself. Who merely helps two
    families makes them none."""
    theirs, other, others = aliased(WaitChildRow), aliased(WaitRow), aliased(WaitChildRow)
    one, two = care_at(now, Scope.DECIDE), care_at(now, Scope.DECIDE).alias("care_of_others")
    same_child = others.child_id == theirs.child_id
    same_adult = exists().where(
        one.c.child_id == theirs.child_id,
        two.c.child_id == others.child_id,
        one.c.person_id == two.c.person_id,
    )
    of_family = or_(
        other.id == WaitRow.id,
        exists()
        .where(
            theirs.wait_id == WaitRow.id,
            others.wait_id == other.id,
            or_(same_child, same_adult.correlate(theirs, others)),
        )
        .correlate(WaitRow, other),
    )
    return exists().where(WaitOfferRow.wait_id == other.id, IS_LIVE, of_family).correlate(WaitRow)


_HAS_OFFER = _has_offer(bindparam("now", type_=UtcDateTime()))
"""Made once: it is asked for each who waits, and is long."""
_OFFERED = select(exists().where(WaitRow.id == bindparam("wait"), _HAS_OFFER))


def _has_another_visit(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        WaitChildRow.wait_id == WaitRow.id,
        AppointmentRow.child_id == WaitChildRow.child_id,
        AppointmentRow.reason == WaitRow.kind,
        AppointmentRow.changed_at > WaitRow.since,
        AppointmentRow.ends_at > now,
        stands(now),
        not_(WaitRow.owed),
    )


def _lost_its_visit() -> ColumnElement[bool]:
    off = and_(AppointmentRow.state == AppointmentState.CANCELLED, not_(AppointmentRow.needs_time))
    seen_to = and_(WaitRow.owed, not_(AppointmentRow.needs_time))
    return exists().where(AppointmentRow.id == WaitRow.visit_id, or_(off, seen_to))
