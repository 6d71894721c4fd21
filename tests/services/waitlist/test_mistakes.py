"""What fails for one family, or for one time, fails for no other."""

from datetime import datetime, time

import pytest

from services.model.waitlist.offers import FreedTime
from services.model.waitlist.waits import Wait, WaitState
from services.ports.transaction import Transaction
from services.waitlist import looking, passing
from tests.services.waitlist.conftest import List
from tests.services.waitlist.test_endings import state_of


class Mistake(Exception):
    """Whatever it is, it comes again each time."""


async def test_a_place_that_cannot_be_ended_stands_before_no_other(
    waitlist: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R26: the days of both families are over; of the mistake somebody hears all the same."""
    ends, broken, other = looking.end_if_over, await waitlist.family(), await waitlist.family()
    place = await waitlist.waits(broken)
    await waitlist.waits(other)
    waitlist.house.clock.forward(days=3)

    async def end(tx: Transaction, wait: Wait, now: datetime) -> None:
        if wait.id == place.wait.id:
            raise Mistake
        await ends(tx, wait, now)

    monkeypatch.setattr(looking, "end_if_over", end)
    with pytest.raises(Mistake):
        await waitlist.house.services.looking.look_around()

    assert await state_of(waitlist, broken) is WaitState.WAITING
    assert await state_of(waitlist, other) is WaitState.ENDED


async def test_a_place_that_cannot_be_looked_for_stands_before_no_other(
    waitlist: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R73: what stands free is found for who comes behind it."""
    look, broken, other = looking.look_for, await waitlist.family(), await waitlist.family()
    place = await waitlist.waits(broken, since_hour=time.min, until_hour=time(9))
    waitlist.house.clock.forward(minutes=1)
    await waitlist.waits(other)

    async def look_for(tx: Transaction, wait: Wait, now: datetime) -> None:
        if wait.id == place.wait.id:
            raise Mistake
        await look(tx, wait, now)

    monkeypatch.setattr(looking, "look_for", look_for)
    with pytest.raises(Mistake):
        await waitlist.house.services.looking.look_around()

    assert [each.person.id for each in await waitlist.tick()] == [other.parent]


async def test_a_time_that_cannot_be_passed_on_stands_before_no_other(
    waitlist: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R26: two times become free, and the second goes to who waits for it."""
    house, passes = waitlist.house, passing.pass_on
    one, two = await waitlist.family(), await waitlist.family()
    late = await waitlist.taken(one)
    early = await house.book(two.parent, two.child.id, (await waitlist.tomorrow(two))[0])
    waits = await waitlist.family()
    await waitlist.waits(waits, since_hour=time.min)
    await house.services.mine.cancel(one.parent, late.id)
    house.clock.forward(seconds=1)
    await house.services.mine.cancel(two.parent, early.id)

    async def pass_on(tx: Transaction, freed: FreedTime, now: datetime) -> None:
        if freed.slot.id == late.slot.id:
            raise Mistake
        await passes(tx, freed, now)

    monkeypatch.setattr(passing, "pass_on", pass_on)
    with pytest.raises(Mistake):
        await house.services.passing.pass_on()

    await house.services.notices.tell_due(waitlist.letters)
    assert [each.person.id for each in waitlist.letters.sent] == [waits.parent]
