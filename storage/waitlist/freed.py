"""Times that became free, on their way through the list, and what is offered of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, not_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Unanswered
from services.model.ids import FreedTimeId, PersonId, SlotId, TimeOfferId, WaitId
from services.model.refusals.base import NotFound
from services.model.slots import Slot
from services.model.waitlist.offers import (
    FreedState,
    FreedTime,
    FreedWhy,
    Offering,
    RankReason,
    TimeOffer,
    TimeOfferState,
)
from services.model.waitlist.waits import Wait
from services.rules.waitlist.timing import GRACE, TO_BE_SENT
from storage.clinic.rows import to_clinic, to_doctor
from storage.database.locks import lock_rows
from storage.schedule.conditions import has_visit, promised, to_slot, with_doctor
from storage.tables.base import table_of
from storage.tables.slots import SlotRow
from storage.tables.visits import WAITING, AppointmentRow, OfferRow
from storage.tables.waitlist.offers import FreedTimeRow, WaitOfferRow, WaitOfferTimeRow
from storage.waitlist.freeing import open_up
from storage.waitlist.keeping import IS_LIVE, IS_OPEN
from storage.waitlist.waits import StoredWaits

_IS_WAITING = text(f"appointments.{WAITING}")


class StoredFreedTimes:
    """Implements `services.ports.waitlist.freed.FreedTimeRepository`."""

    def __init__(self, session: AsyncSession, waits: StoredWaits, now: datetime) -> None:
        self._session = session
        self._waits = waits
        self._now = now

    async def open_up(self, slot_ids: Collection[SlotId], why: FreedWhy, now: datetime) -> None:
        free = and_(SlotRow.id.in_(sorted(slot_ids)), not_(has_visit(now)), not_(promised(now)))
        await open_up(self._session, free, why, now)

    # What becomes free by the clock

    async def foresee(self, now: datetime, until: datetime) -> None:
        for moment, slots in (await self._lapsing(now, until)).items():
            await self._open_later(slots, FreedWhy.DECLINED, now, moment)
        for moment, slots in (await self._untaken(now, until)).items():
            await self._open_later(slots, FreedWhy.UNTAKEN, now, moment)
        for moment, slots in (await self._released(now, until)).items():
            await self._open_later(slots, FreedWhy.RELEASED, now, moment, held_from=moment)

    async def _open_later(
        self,
        slots: Collection[int],
        why: FreedWhy,
        now: datetime,
        moment: datetime,
        held_from: datetime | None = None,
    ) -> None:
        which = SlotRow.id.in_(sorted(slots))
        await open_up(self._session, which, why, now, at=moment, held_from=held_from)

    async def _lapsing(self, now: datetime, until: datetime) -> dict[datetime, list[int]]:
        return await self._moments(
            select(AppointmentRow.confirm_by, AppointmentRow.slot_id).where(
                _IS_WAITING,
                AppointmentRow.confirm_by > now,
                AppointmentRow.confirm_by <= until,
                AppointmentRow.unanswered == Unanswered.GIVEN_BACK,
            )
        )

    async def _untaken(self, now: datetime, until: datetime) -> dict[datetime, list[int]]:
        return await self._moments(
            select(OfferRow.until, OfferRow.slot_id).where(
                OfferRow.until > now, OfferRow.until <= until
            )
        )

    async def _released(self, now: datetime, until: datetime) -> dict[datetime, list[int]]:
        return await self._moments(
            select(SlotRow.released_at, SlotRow.id).where(
                SlotRow.starts_at > now,
                SlotRow.open,
                SlotRow.released_at > now,
                SlotRow.released_at <= until,
                not_(has_visit(now)),
            )
        )

    async def _moments(self, query: Any) -> dict[datetime, list[int]]:
        found: dict[datetime, list[int]] = defaultdict(list)
        for moment, slot_id in await self._session.execute(query):
            found[moment].append(slot_id)
        return found

    # On their way

    async def due(self, now: datetime, most: int) -> list[FreedTimeId]:
        query = (
            select(FreedTimeRow.id)
            .where(IS_OPEN, FreedTimeRow.next_at <= now)
            .order_by(FreedTimeRow.next_at, FreedTimeRow.id)
            .limit(most)
        )
        return [FreedTimeId(freed_id) for freed_id in await self._session.scalars(query)]

    async def to_pass_on(self, freed_id: FreedTimeId, now: datetime) -> FreedTime | None:
        of = select(FreedTimeRow.slot_id).where(FreedTimeRow.id == freed_id)
        await lock_rows(self._session, SlotRow.id, SlotRow.id.in_(of))
        found = await self._freed(now, FreedTimeRow.id == freed_id, IS_OPEN)  # type: ignore[arg-type]
        return found[0] if found else None

    async def _freed(self, now: datetime, *which: ColumnElement[bool]) -> list[FreedTime]:
        query = (
            with_doctor()
            .join(FreedTimeRow, FreedTimeRow.slot_id == SlotRow.id)
            .add_columns(FreedTimeRow, has_visit(now), promised(now))
            .where(*which)
            .order_by(FreedTimeRow.freed_at.desc(), FreedTimeRow.id.desc())
        )
        return [
            FreedTime(
                FreedTimeId(row.id),
                to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=taken, held=held),
                FreedWhy(row.why),
                row.freed_at,
                row.until,
                FreedState(row.state),
            )
            for slot, doctor, clinic, row, taken, held in await self._session.execute(query)
        ]

    async def put_off(self, freed_id: FreedTimeId, next_at: datetime, until: datetime) -> None:
        await self._change([freed_id], next_at=next_at, until=until)

    async def settle(self, freed_id: FreedTimeId, state: FreedState, at: datetime) -> None:
        await self._change([freed_id], state=state, settled_at=at, until=at)
        await self._lose([freed_id], at)

    async def _change(self, freed: Collection[int], **values: object) -> None:
        await self._session.execute(
            update(FreedTimeRow)
            .where(FreedTimeRow.id.in_(freed), IS_OPEN)
            .values(values)
            .execution_options(synchronize_session=False)
        )

    async def _lose(self, freed: Collection[int], at: datetime) -> None:
        """What is offered of these is another family's now, and their other times go on."""
        of_them = (
            select(WaitOfferTimeRow.offer_id)
            .join(WaitOfferRow, WaitOfferRow.id == WaitOfferTimeRow.offer_id)
            .where(WaitOfferTimeRow.freed_id.in_(freed), IS_LIVE)
        )
        offers = list(await self._session.scalars(of_them))
        if not offers:
            return
        await self._session.execute(
            update(WaitOfferRow)
            .where(WaitOfferRow.id.in_(offers))
            .values(state=TimeOfferState.LOST, settled_at=at)
            .execution_options(synchronize_session=False)
        )
        beside = select(WaitOfferTimeRow.freed_id).where(WaitOfferTimeRow.offer_id.in_(offers))
        await self._change(list(await self._session.scalars(beside)), next_at=at)

    # Offers

    async def offers(self, freed_id: FreedTimeId) -> list[TimeOffer]:
        of = select(WaitOfferTimeRow.offer_id).where(WaitOfferTimeRow.freed_id == freed_id)
        return await self._offers(WaitOfferRow.id.in_(of))

    async def _offers(self, *which: ColumnElement[bool]) -> list[TimeOffer]:
        rows = list(
            await self._session.scalars(
                select(WaitOfferRow).where(*which).order_by(WaitOfferRow.made_at, WaitOfferRow.id)
            )
        )
        if not rows:
            return []
        waits = {
            wait.id: wait for wait in await self._waits.some([WaitId(row.wait_id) for row in rows])
        }
        slots = await self._slots([row.id for row in rows])
        return [_to_offer(row, waits[WaitId(row.wait_id)], slots[row.id]) for row in rows]

    async def _slots(self, offers: Collection[int]) -> dict[int, list[Slot]]:
        query = (
            with_doctor()
            .join(WaitOfferTimeRow, WaitOfferTimeRow.slot_id == SlotRow.id)
            .add_columns(WaitOfferTimeRow.offer_id, has_visit(self._now))
            .where(WaitOfferTimeRow.offer_id.in_(offers))
            .order_by(WaitOfferTimeRow.place)
        )
        found: dict[int, list[Slot]] = defaultdict(list)
        for slot, doctor, clinic, offer_id, taken in await self._session.execute(query):
            free = to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=taken)
            found[offer_id].append(free)
        return found

    async def offer(
        self,
        wait: Wait,
        slots: Sequence[Slot],
        offering: Offering,
        rank: RankReason,
        now: datetime,
    ) -> TimeOffer | None:
        first = min(slot.starts_at for slot in slots)
        row = WaitOfferRow(
            wait_id=wait.id,
            state=TimeOfferState.MADE,
            rank=rank,
            among=offering.among,
            lasts=int(offering.lasts.total_seconds()),
            latest=first - wait.clinic.notice,
            made_at=now,
            until=min(now + TO_BE_SENT, first - wait.clinic.notice),
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        freed = await self._on_their_way(slots, now)
        times = [
            {"offer_id": row.id, "slot_id": slot.id, "freed_id": freed[slot.id], "place": place}
            for place, slot in enumerate(slots)
        ]
        await self._session.execute(insert(WaitOfferTimeRow), times)
        await self._change(list(freed.values()), next_at=row.until, until=row.until + GRACE)
        return _to_offer(row, wait, slots)

    async def _on_their_way(self, slots: Sequence[Slot], now: datetime) -> dict[int, int]:
        """Each of the times goes through the list: one that stood free beside does from now on."""
        found = await self._open(slots)
        for slot in slots:
            if slot.id not in found:
                row = {
                    "slot_id": slot.id,
                    "clinic_id": slot.doctor.clinic.id,
                    "why": FreedWhy.STANDING,
                    "state": FreedState.OPEN,
                    "freed_at": now,
                    "held_from": now,
                    "until": now,
                    "next_at": now,
                }
                await self._session.execute(insert(table_of(FreedTimeRow)), [row])
        return await self._open(slots)

    async def _open(self, slots: Sequence[Slot]) -> dict[int, int]:
        query = select(FreedTimeRow.slot_id, FreedTimeRow.id).where(
            FreedTimeRow.slot_id.in_([slot.id for slot in slots]), IS_OPEN
        )
        rows = await self._session.execute(query)
        return {row.slot_id: row.id for row in rows}

    async def get_offer(self, offer_id: TimeOfferId, *, cared_for_by: PersonId | None) -> TimeOffer:
        found = await self._offers(WaitOfferRow.id == offer_id)
        if not found:
            raise NotFound
        if cared_for_by is not None and not await self._waits.may_answer(
            found[0].wait, cared_for_by
        ):
            raise NotFound
        return found[0]

    async def offered(self, slot_ids: Collection[SlotId], now: datetime) -> set[SlotId]:
        found = await self._session.scalars(
            select(WaitOfferTimeRow.slot_id)
            .join(WaitOfferRow, WaitOfferRow.id == WaitOfferTimeRow.offer_id)
            .where(WaitOfferTimeRow.slot_id.in_(slot_ids), IS_LIVE, WaitOfferRow.until > now)
        )
        return {SlotId(slot_id) for slot_id in found}

    async def live_offer(self, wait_id: WaitId, now: datetime) -> TimeOffer | None:
        found = await self._offers(
            WaitOfferRow.wait_id == wait_id,
            IS_LIVE,  # type: ignore[arg-type]
            WaitOfferRow.until > now,
        )
        return found[0] if found else None

    async def answer(self, offer: TimeOffer, state: TimeOfferState, at: datetime) -> bool:
        answered = await self._session.execute(
            update(WaitOfferRow)
            .where(WaitOfferRow.id == offer.id, IS_LIVE)
            .values(state=state, settled_at=at)
            .returning(WaitOfferRow.id)
            .execution_options(synchronize_session=False)
        )
        if answered.one_or_none() is None:
            return False
        times = select(WaitOfferTimeRow.freed_id).where(WaitOfferTimeRow.offer_id == offer.id)
        freed = list(await self._session.scalars(times))
        if state is TimeOfferState.ACCEPTED:
            await self._change(freed, state=FreedState.TAKEN, settled_at=at, until=at)
            await self._lose(freed, at)
        else:
            await self._change(freed, next_at=at)
        return True


def _to_offer(row: WaitOfferRow, wait: Wait, slots: Sequence[Slot]) -> TimeOffer:
    return TimeOffer(
        TimeOfferId(row.id),
        wait,
        [replace(slot, held=False) for slot in slots],
        TimeOfferState(row.state),
        row.made_at,
        row.until,
        row.among,
        RankReason(row.rank),
        timedelta(seconds=row.lasts),
        row.latest,
        row.sent_at,
    )
