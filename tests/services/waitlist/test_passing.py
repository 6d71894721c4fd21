"""The way of a freed time through the list."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from services.model.letters import WaitChanged
from services.model.refusals.visits import SlotHeld
from services.model.refusals.waitlist import OfferOver
from services.model.waitlist.offers import RankReason, TimeOfferState
from services.model.waitlist.waits import WaitEnd, WaitState
from services.waitlist import passing
from tests.services.conftest import slots_of
from tests.services.waitlist.conftest import A_DAY, List


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


async def test_a_time_of_a_doctor_for_whom_nobody_waits_is_everybody_s_at_once(
    waitlist: List,
) -> None:
    """R26: a family waits for Петрова; what Ким gives back goes through no list."""
    house, owner, stranger = waitlist.house, await waitlist.family(), await waitlist.family()
    await waitlist.waits(await waitlist.family(), since_hour=time.min)
    [kim, petrova] = await house.doctors(waitlist.clinic)
    assert petrova == waitlist.doctor
    day = waitlist.clinic.today(house.clock()) + A_DAY
    [*_, last] = await slots_of(house, kim, owner, day)
    visit = await house.book(owner.parent, owner.child.id, last)

    await house.services.mine.cancel(owner.parent, visit.id)

    assert await house.count("freed_times") == 0
    assert last.id in {each.id for each in await slots_of(house, kim, stranger, day)}


async def test_silence_is_counted_once_and_after_three_the_place_rests(waitlist: List) -> None:
    """R26: each offer goes on exactly once however often it is looked at; who rests is asked, and
    waits on in the old place."""
    family, owner = await waitlist.family(), await waitlist.family()
    found = await waitlist.waits(family)
    async with waitlist.house.transactions.writes() as tx:
        await tx.waits.count_unanswered(found.wait.id, 2, WaitState.WAITING)
    visit = await waitlist.taken(owner)
    await waitlist.house.services.mine.cancel(owner.parent, visit.id)
    [offered] = await waitlist.tick()

    waitlist.house.clock.forward(hours=2, seconds=1)
    assert await waitlist.tick() == []
    await waitlist.tick()
    rests = waitlist.letters.sent[-1]
    assert isinstance(rests, WaitChanged)
    assert rests.waiting.wait.state is WaitState.RESTING
    assert rests.waiting.wait.unanswered == 3
    assert await waitlist.is_free(visit.slot)
    services = waitlist.house.services
    refused = await services.answers.refuse(family.parent, offered.offer.id)
    assert refused.state is TimeOfferState.EXPIRED
    again = await services.waitlist.wait_on(family.parent, found.wait.id)
    assert again.wait.state is WaitState.WAITING
    assert again.wait.since == found.wait.since
    assert await waitlist.minute() == []  # it let this very time go by


async def test_whom_nobody_can_write_to_is_passed_at_once(waitlist: List) -> None:
    first, second, owner = [await waitlist.family() for _ in range(3)]
    await waitlist.waits(first)
    waitlist.house.clock.forward(minutes=1)
    await waitlist.waits(second)
    waitlist.letters.blocked.add(first.parent)
    visit = await waitlist.taken(owner)
    await waitlist.house.services.mine.cancel(owner.parent, visit.id)

    [offered] = await waitlist.tick()
    assert offered.person.id == second.parent
    assert await waitlist.house.count("wait_offers", "state = 'unreached'") == 1
    assert await waitlist.house.count("waits", "unanswered > 0") == 0


async def test_nobody_is_woken_and_the_time_is_kept_until_the_morning(waitlist: List) -> None:
    """R27: freed at half past nine in the evening, offered at seven; at six to who allowed that."""
    family, early, owner = [await waitlist.family() for _ in range(3)]
    await waitlist.waits(family)
    waitlist.house.clock.forward(minutes=1)
    place = await waitlist.waits(early)
    await waitlist.house.services.waitlist.allow_early(early.parent, place.wait.id, early=True)
    visit = await waitlist.taken(owner)
    waitlist.house.clock.forward(hours=12, minutes=29)
    await waitlist.house.services.mine.cancel(owner.parent, visit.id)

    assert await waitlist.tick() == []
    waitlist.house.clock.forward(hours=8)
    assert not await waitlist.is_free(visit.slot)
    assert await waitlist.tick() == []
    waitlist.house.clock.forward(minutes=30)
    [offered] = await waitlist.tick()  # six o'clock
    assert offered.person.id == early.parent
    waitlist.house.clock.forward(hours=1)
    assert {each.person.id for each in await waitlist.tick()} == {family.parent}


async def test_who_is_owed_a_time_comes_first(waitlist: List) -> None:
    """R64: by itself, whoever waits longer; what it takes moves the visit that was taken away."""
    waits, owed, owner = [await waitlist.family() for _ in range(3)]
    await waitlist.waits(waits)
    house = waitlist.house
    lost = await waitlist.taken(owed)
    async with house.transactions.writes() as tx:
        await tx.families.lock_children([owed.child.id])
        await tx.appointments.displace(lost, owed.parent, house.clock())
        await tx.slots.rest([lost.slot.id])
    day = waitlist.clinic.today(house.clock()) + timedelta(days=2)
    times = await house.services.times.day(owner.parent, owner.need, waitlist.doctor.id, day)
    visit = await house.book(owner.parent, owner.child.id, times.slots[-1])
    await waitlist.waits(waits, last=day)
    await house.services.mine.cancel(owner.parent, visit.id)

    [offered] = await waitlist.tick()
    assert offered.person.id == owed.parent
    assert offered.offer.rank is RankReason.OWED
    taken = await house.services.answers.accept(owed.parent, offered.offer.id)
    assert [each.id for each in taken.visits] == [lost.id]
    assert await house.count("waits", "owed AND state = 'ended'") == 1


async def test_brothers_and_sisters_are_offered_times_that_lie_together(waitlist: List) -> None:
    """R72: one time becomes free beside another one; both are kept, and both are booked."""
    family, owner = await waitlist.family(), await waitlist.family()
    house = waitlist.house
    sister = await house.child(family.parent, "Соня", "05.05.2021")
    wish = replace(
        waitlist.wish(family), children=[family.child.id, sister.id], since_hour=time(11, 30)
    )
    visit = await waitlist.taken(owner)
    await house.services.waitlist.join(family.parent, waitlist.clinic.id, wish)
    await house.services.mine.cancel(owner.parent, visit.id)

    [offered] = await waitlist.tick()
    assert [f"{each.local_start:%H:%M}" for each in offered.offer.slots] == ["11:30", "11:45"]
    assert not any([await waitlist.is_free(each) for each in offered.offer.slots])
    taken = await house.services.answers.accept(family.parent, offered.offer.id)
    assert {each.child.id for each in taken.visits} == {family.child.id, sister.id}
    assert await house.count("freed_times", "state = 'taken'") == 2


async def test_what_stands_free_is_found_for_who_comes_to_wait(waitlist: List) -> None:
    """R73: within a minute; and a place ends by itself once its need is met, and says so."""
    family = await waitlist.family()
    visit = await waitlist.taken(family)
    await waitlist.house.services.mine.cancel(family.parent, visit.id)
    await waitlist.waits(family)

    [offered] = await waitlist.minute()
    assert [each.id for each in offered.offer.slots] == [visit.slot.id]
    await waitlist.house.book(family.parent, family.child.id, visit.slot)
    await waitlist.minute()
    over = waitlist.letters.sent[-1]
    assert isinstance(over, WaitChanged)
    assert over.waiting.wait.end is WaitEnd.MET
    assert await waitlist.house.count("freed_times", "state = 'open'") == 0


async def test_a_dead_house_keeps_a_time_for_minutes_alone(waitlist: List) -> None:
    """Killed between freeing and offering: kept for five minutes, and then everybody's; whoever
    looks next goes on with it all the same, while it is free."""
    family, owner = await waitlist.family(), await waitlist.family()
    await waitlist.waits(family)
    visit = await waitlist.taken(owner)
    await waitlist.house.services.mine.cancel(owner.parent, visit.id)

    assert not await waitlist.is_free(visit.slot)
    waitlist.house.clock.forward(minutes=5)
    assert await waitlist.is_free(visit.slot)
    [offered] = await waitlist.tick()
    assert offered.person.id == family.parent
    assert not await waitlist.is_free(visit.slot)


async def test_an_offer_for_two_cards_that_became_one_is_over(waitlist: List) -> None:
    """R66, R72: two times are no offer for one child; nothing breaks, and nobody is booked."""
    house, owner, family = waitlist.house, await waitlist.family(), await waitlist.family()
    twin = await house.child(family.parent, "Миша Иванов")
    both = [family.child.id, twin.id]
    await waitlist.waits(family, children=both, since_hour=time(11, 30))
    visit = await waitlist.taken(owner)
    await house.services.mine.cancel(owner.parent, visit.id)
    [offered] = await waitlist.tick()
    async with house.transactions.writes() as tx:
        await tx.joining.join(twin.id, family.child.id, None, None, house.clock())
    with pytest.raises(OfferOver):
        await house.services.answers.accept(family.parent, offered.offer.id)


async def test_whom_a_time_does_not_suit_stands_before_nobody(
    waitlist: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R73: of those who wait, so many are looked at for one time; all who came first want other
    hours, other weekdays, or another kind of visit than the time is for."""
    monkeypatch.setattr(passing, "MOST_WANTING", 2)
    owner = await waitlist.family()
    visit = await waitlist.taken(owner)
    for _ in range(2):
        await waitlist.waits(await waitlist.family(), since_hour=time.min, until_hour=time(9))
        await waitlist.waits(await waitlist.family(), weekdays=0b1)
    wants = await waitlist.family()
    waitlist.house.clock.forward(minutes=1)
    await waitlist.waits(wants)

    await waitlist.house.services.mine.cancel(owner.parent, visit.id)

    assert [each.person.id for each in await waitlist.tick()] == [wants.parent]


async def test_who_left_while_the_offer_was_made_hears_nothing_of_it(waitlist: List) -> None:
    """R26: the time goes on at once to the next one."""
    first, second, owner = [await waitlist.family() for _ in range(3)]
    place = await waitlist.waits(first)
    waitlist.house.clock.forward(minutes=1)
    await waitlist.waits(second)
    visit = await waitlist.taken(owner)
    services = waitlist.house.services
    await services.mine.cancel(owner.parent, visit.id)
    await services.passing.pass_on()
    query = "UPDATE waits SET state = 'ended', ended_as = 'left' WHERE id = :wait"
    await waitlist.house.database.run(query.replace(":wait", str(place.wait.id)))

    assert await waitlist.tick() == []
    assert [each.person.id for each in await waitlist.tick()] == [second.parent]


async def test_of_those_who_are_asked_at_once_no_two_are_of_one_family(waitlist: List) -> None:
    """R26: brother and sister wait each for a time of their own, and stand first for the same one;
    the family is asked once, and who stands behind them is asked beside it."""
    owner, anna, boris = [await waitlist.family() for _ in range(3)]
    sister = await waitlist.house.child(anna.parent, "Соня", "05.05.2021")
    visit = await waitlist.taken(owner)
    waitlist.house.clock.forward(hours=4)
    await waitlist.waits(anna)
    await waitlist.waits(anna, children=[sister.id])
    await waitlist.waits(boris)

    await waitlist.house.services.mine.cancel(owner.parent, visit.id)
    offered = await waitlist.tick()

    assert {each.offer.among for each in offered} == {3}
    assert [each.person.id for each in offered] == [anna.parent, boris.parent]
    [first, _] = offered
    await waitlist.house.services.answers.refuse(anna.parent, first.offer.id)
    assert [each.offer.wait.children[0].id for each in await waitlist.tick()] == [sister.id]


async def test_one_process_at_a_time_offers_however_long_it_takes(waitlist: List) -> None:
    """R26, R45: what makes offers looks at a family's other places, so two of them may never do it
    at once; who is slow with many times keeps the lead, and who lost it stops in the middle."""
    house, seconds = waitlist.house, 0

    def slowly() -> datetime:
        nonlocal seconds
        seconds += 10
        return house.clock() + timedelta(seconds=seconds)

    await waitlist.waits(await waitlist.family(), since_hour=time(10))
    owners = [await waitlist.family() for _ in range(6)]
    tomorrow = (await waitlist.tomorrow(owners[0]))[-len(owners) :]
    for owner, slot in zip(owners, tomorrow, strict=True):
        visit = await house.book(owner.parent, owner.child.id, slot)
        await house.services.mine.cancel(owner.parent, visit.id)
    slow = passing.Passing(house.transactions, slowly)
    quick = passing.Passing(house.transactions, lambda: house.clock() + timedelta(seconds=seconds))

    assert await slow.pass_on() == len(owners)
    assert seconds > passing.LEAD.total_seconds()
    await house.database.run("UPDATE freed_times SET next_at = freed_at WHERE state = 'open'")
    assert await quick.pass_on() == 0
    seconds += int(passing.LEAD.total_seconds())
    assert await quick.pass_on() > 0
    assert await slow.pass_on() == 0
