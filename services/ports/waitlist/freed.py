"""Times that became free, on their way through the list."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.model.ids import (
    FreedTimeId,
    PersonId,
    SlotId,
    TimeOfferId,
    WaitId,
)
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


class FreedTimeRepository(Protocol):
    """Times that became free while somebody waited for such ones.

    Each repository that frees a time writes it down itself (`storage.waitlist.freeing`), in the
    same transaction: no use case has to think of it, and none can forget.
    """

    async def open_up(self, slot_ids: Collection[SlotId], why: FreedWhy, now: datetime) -> None:
        """Have those of the times go through the list that are free and that somebody waits for."""
        ...

    async def foresee(self, now: datetime, until: datetime) -> None:
        """Write down which times become free within these by the clock alone: what waits for the
        doctor's word or is kept for who is owed a time, and what opens to everybody."""
        ...

    async def due(self, now: datetime, most: int) -> list[FreedTimeId]:
        """Whose turn to be passed on has come, the longest due first."""
        ...

    async def to_pass_on(self, freed_id: FreedTimeId, now: datetime) -> FreedTime | None:
        """One that goes through the list, as it is once nobody else can have its time; None: it
        does no more."""
        ...

    async def offers(self, freed_id: FreedTimeId) -> list[TimeOffer]:
        """All that were made of it, in order."""
        ...

    async def put_off(self, freed_id: FreedTimeId, next_at: datetime, until: datetime) -> None:
        """Pass it on at a moment, and keep it up to another one, whatever becomes of us."""
        ...

    async def settle(self, freed_id: FreedTimeId, state: FreedState, at: datetime) -> None:
        """It goes through the list no more. What is offered of it still is lost."""
        ...

    async def offer(
        self,
        wait: Wait,
        slots: Sequence[Slot],
        offering: Offering,
        rank: RankReason,
        now: datetime,
    ) -> TimeOffer | None:
        """Keep times for a family; each of them goes through the list from now on. The clock stands
        still until its message is accepted. None: the family has another offer by now."""
        ...

    async def get_offer(self, offer_id: TimeOfferId, *, cared_for_by: PersonId | None) -> TimeOffer:
        """An offer to children all of whom the person may book for. Raises `NotFound`."""
        ...

    async def offered(self, slot_ids: Collection[SlotId], now: datetime) -> set[SlotId]:
        """Which of the times are offered to anybody at this moment."""
        ...

    async def live_offer(self, wait_id: WaitId, now: datetime) -> TimeOffer | None:
        """What is kept for a family at this moment."""
        ...

    async def answer(self, offer: TimeOffer, state: TimeOfferState, at: datetime) -> bool:
        """What became of an offer that is live; its times are passed on, or where it is accepted,
        theirs. False: something had become of it by then (exactly once)."""
        ...
