"""What became of freed times, and figures of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, not_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ClinicId
from services.model.waitlist.history import FreedStory, ListHealth, WaitFigures
from services.model.waitlist.offers import FreedState, FreedWhy, TimeOfferState
from services.model.waitlist.waits import WaitState
from storage.clinic.rows import to_clinic, to_doctor
from storage.schedule.conditions import to_slot, with_doctor
from storage.tables.slots import SlotRow
from storage.tables.waitlist.offers import OPEN, FreedTimeRow, WaitOfferRow, WaitOfferTimeRow
from storage.tables.waitlist.waits import LIVE, WaitRow
from storage.waitlist.keeping import IS_LIVE

MOST_COUNTED = 5000
"""Times whose median is taken, the latest."""


class StoredWaitHistory:
    """Implements `services.ports.waitlist.history.WaitHistory`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, clinic_id: ClinicId, since: datetime) -> int:
        query = select(func.count()).select_from(FreedTimeRow).where(_freed(clinic_id, since))
        return await self._session.scalar(query) or 0

    async def stories(
        self, clinic_id: ClinicId, since: datetime, most: int, after: int = 0
    ) -> list[FreedStory]:
        offers = (
            select(func.count())
            .where(WaitOfferTimeRow.freed_id == FreedTimeRow.id)
            .correlate(FreedTimeRow)
            .scalar_subquery()
        )
        query = (
            with_doctor()
            .join(FreedTimeRow, FreedTimeRow.slot_id == SlotRow.id)
            .add_columns(FreedTimeRow, offers)
            .where(_freed(clinic_id, since))
            .order_by(FreedTimeRow.freed_at.desc(), FreedTimeRow.id.desc())
            .offset(after)
            .limit(most)
        )
        return [
            FreedStory(
                to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=False),
                FreedWhy(row.why),
                row.freed_at,
                FreedState(row.state),
                row.settled_at,
                count,
            )
            for slot, doctor, clinic, row, count in await self._session.execute(query)
        ]

    async def figures(self, clinic_id: ClinicId, since: datetime, now: datetime) -> WaitFigures:
        counted = and_(_freed(clinic_id, since), FreedTimeRow.why != FreedWhy.STANDING)
        states = await self._by_state(counted)
        offers = await self._offers(counted)
        live = and_(WaitRow.clinic_id == clinic_id, text(f"waits.{LIVE}"))
        query = select(func.count(), func.min(WaitRow.since)).where(live)
        waiting, first = (await self._session.execute(query)).one()
        return WaitFigures(
            states.get(FreedState.TAKEN, 0),
            states.get(FreedState.PUBLIC, 0),
            sum(offers.values()),
            offers.get(TimeOfferState.ACCEPTED, 0),
            await self._to_fill(counted),
            waiting,
            None if waiting == 0 else now - first,
        )

    async def health(self, now: datetime) -> ListHealth:
        return to_health((await self._session.execute(health_query(now))).one(), now)

    async def _by_state(self, counted: ColumnElement[bool]) -> dict[str, int]:
        query = select(FreedTimeRow.state, func.count()).where(counted).group_by(FreedTimeRow.state)
        return dict((await self._session.execute(query)).all())

    async def _offers(self, counted: ColumnElement[bool]) -> dict[str, int]:
        query = (
            select(WaitOfferRow.state, func.count(distinct(WaitOfferRow.id)))
            .join(WaitOfferTimeRow, WaitOfferTimeRow.offer_id == WaitOfferRow.id)
            .join(FreedTimeRow, FreedTimeRow.id == WaitOfferTimeRow.freed_id)
            .where(counted, WaitOfferRow.sent_at.is_not(None))
            .group_by(WaitOfferRow.state)
        )
        return dict((await self._session.execute(query)).all())

    async def _to_fill(self, counted: ColumnElement[bool]) -> timedelta | None:
        query = (
            select(FreedTimeRow.freed_at, FreedTimeRow.settled_at)
            .where(counted, FreedTimeRow.state == FreedState.TAKEN)
            .order_by(FreedTimeRow.freed_at.desc())
            .limit(MOST_COUNTED)
        )
        rows = await self._session.execute(query)
        spans = sorted(settled - freed for freed, settled in rows if settled)
        return spans[len(spans) // 2] if spans else None


_RESTS = WaitRow.state == WaitState.RESTING


def health_query(now: datetime) -> Select[tuple[int, int, datetime, int, int, datetime]]:
    """Of all clinics: who waits, who rests, since when the longest; freed times on their way, live
    offers, and when the first of the times was to be passed on."""
    live, is_open = text(f"waits.{LIVE}"), text(f"freed_times.{OPEN}")
    count = func.count
    offers = select(count()).where(IS_LIVE, WaitOfferRow.until > now).select_from(WaitOfferRow)
    some = [
        select(count()).select_from(WaitRow).where(live, not_(_RESTS)),
        select(count()).select_from(WaitRow).where(live, _RESTS),
        select(func.min(WaitRow.since)).where(live),
        select(count()).select_from(FreedTimeRow).where(is_open),
        offers,
        select(func.min(FreedTimeRow.next_at)).where(is_open),
    ]
    return select(*(each.scalar_subquery() for each in some))


def to_health(row: Any, now: datetime) -> ListHealth:
    waiting, resting, oldest, on_their_way, offers, due = row
    late = max(now - due, timedelta()) if due else timedelta()
    return ListHealth(waiting, resting, oldest and now - oldest, on_their_way, offers, late)


def _freed(clinic_id: ClinicId, since: datetime) -> ColumnElement[bool]:
    return and_(FreedTimeRow.clinic_id == clinic_id, FreedTimeRow.freed_at >= since)
