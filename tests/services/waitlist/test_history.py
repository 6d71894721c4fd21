"""What happened to each freed time, as the registry reads it."""

from datetime import timedelta

import pytest

from services.model.refusals.base import NotFound
from services.model.waitlist.offers import FreedState, FreedWhy
from tests.services.conftest import Employee
from tests.services.waitlist.conftest import List


async def test_a_freed_time_is_followed_until_it_is_taken(
    waitlist: List, tamara: Employee, doctor_kim: Employee
) -> None:
    """Freed when and why, offered to how many, taken after how long; a doctor does not read it."""
    house = waitlist.house
    owner, first, second = [await waitlist.family() for _ in range(3)]
    visit = await waitlist.taken(owner)
    await waitlist.waits(first)
    house.clock.forward(minutes=1)
    await waitlist.waits(second)
    freed_at = house.clock()
    await house.services.mine.cancel(owner.parent, visit.id)
    [offered] = await waitlist.tick()
    [story] = (await house.services.freed_history.page(tamara.person, tamara.post)).shown
    assert (story.state, story.offers, story.took) == (FreedState.OPEN, 1, None)

    house.clock.forward(minutes=14)
    await house.services.answers.accept(first.parent, offered.offer.id)
    found = await house.services.freed_history.page(tamara.person, tamara.post, 9)

    [story] = found.shown
    assert (story.slot.id, story.why, story.freed_at) == (
        visit.slot.id,
        FreedWhy.CANCELLED,
        freed_at,
    )
    assert (story.state, story.took) == (FreedState.TAKEN, timedelta(minutes=14))
    figures = found.figures
    assert (figures.taken, figures.settled, figures.accepted, figures.waiting) == (1, 1, 1, 1)
    assert figures.offers_per_fill == 1
    assert figures.to_fill == timedelta(minutes=14)
    assert figures.longest == timedelta(minutes=14)
    with pytest.raises(NotFound):
        await house.services.freed_history.page(doctor_kim.person, doctor_kim.post)
