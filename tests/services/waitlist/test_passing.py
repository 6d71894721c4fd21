"""The way of a freed time through the list."""

from datetime import timedelta

import pytest

from services.model.refusals.visits import SlotHeld
from services.model.refusals.waitlist import OfferOver
from services.model.waitlist.offers import RankReason
from tests.services.waitlist.conftest import List


async def test_a_cancelled_time_goes_to_who_waits_and_nobody_else(waitlist: List) -> None:
    """R11, R26: from the cancelling on nobody else sees or books it; the first who waits has it
    for two hours, and then the next one."""
    owner = await waitlist.family()
    visit = await waitlist.taken(owner)
    first, second, stranger = [await waitlist.family() for _ in range(3)]
    await waitlist.waits(first)
    waitlist.house.clock.forward(minutes=1)
    await waitlist.waits(second)
    assert await waitlist.tick() == []

    await waitlist.house.services.mine.cancel(owner.parent, visit.id)
    assert not await waitlist.is_free(visit.slot, stranger)
    with pytest.raises(SlotHeld):
        await waitlist.house.book(stranger.parent, stranger.child.id, visit.slot)
    [offered] = await waitlist.tick()

    assert offered.person.id == first.parent
    assert offered.offer.is_alone
    assert offered.offer.rank is RankReason.WAITING
    assert offered.until == waitlist.house.clock() + timedelta(hours=2)
    assert not await waitlist.is_free(visit.slot, second)
    assert await waitlist.is_free(visit.slot, first)
    waitlist.house.clock.forward(hours=2)
    assert not await waitlist.is_free(visit.slot, stranger)
    [next_one] = await waitlist.tick()
    assert next_one.person.id == second.parent
    answers = waitlist.house.services.answers
    with pytest.raises(OfferOver):
        await answers.accept(first.parent, offered.offer.id)
    accepted = await answers.accept(second.parent, next_one.offer.id)
    assert [each.slot.id for each in accepted.visits] == [visit.slot.id]
    assert await waitlist.tick() == []
    again = await answers.accept(second.parent, next_one.offer.id)
    assert [each.id for each in again.visits] == [each.id for each in accepted.visits]
