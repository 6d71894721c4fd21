"""A visit that is hidden from who only helps: its place in the list is hidden, too (R75)."""

from collections.abc import Collection
from datetime import time, timedelta

import pytest

from services.model.ids import PersonId
from services.model.people import CareRole
from services.model.refusals.base import NotFound
from services.model.visits import Appointment
from services.waitlist.refining import Said
from storage.families.care import begin_care
from tests.conftest import House
from tests.services.conftest import Family
from tests.services.waitlist.conftest import LAST, List


async def nanny_of(waitlist: List, family: Family) -> PersonId:
    """Who may book for the child, and sees nothing that is hidden."""
    house = waitlist.house
    nanny = await house.parent(900, waitlist.clinic)
    async with house.transactions.writes() as tx:
        await begin_care(
            tx.families._session, nanny, family.child.id, house.clock(), CareRole.HELPER
        )
    return nanny


async def hidden(waitlist: List, family: Family) -> Appointment:
    """Tomorrow's last time, of which no helper knows."""
    visit = await waitlist.taken(family)
    await waitlist.house.services.mine.hide(family.parent, visit.id, hidden=True)
    return visit


async def told(waitlist: List, minutes: int = 3) -> Collection[PersonId]:
    """Who is offered anything in the next minutes."""
    return [each.person.id for _ in range(minutes) for each in await waitlist.minute()]


async def test_a_place_for_an_earlier_time_than_a_hidden_visit_s_is_the_parents_alone(
    waitlist: List, house: House
) -> None:
    """R75: a helper neither reads when the visit is nor decides about the place, and hears of no
    offer; the start screen counts no such place."""
    services, anna = house.services, await waitlist.family()
    visit, nanny = await hidden(waitlist, anna), await nanny_of(waitlist, anna)
    everything = {"since_hour": time.min, "until_hour": time(10)}
    found = await waitlist.waits(anna, moves=visit.id, **everything)
    wait_id = found.wait.id

    assert await services.waitlist.mine(nanny) == []
    assert (await services.mine.visits(nanny)).waits == 0
    for asked in (
        services.waitlist.get(nanny, wait_id),
        services.waitlist.wait_on(nanny, wait_id),
        services.waitlist.allow_early(nanny, wait_id, early=True),
        services.refining.get(nanny, wait_id),
        services.refining.say(nanny, wait_id, Said(notice=timedelta(0))),
        services.answers.leave(nanny, wait_id),
    ):
        with pytest.raises(NotFound):
            await asked
    [offered] = await waitlist.minute()
    assert offered.person.id == anna.parent
    for answer in (services.answers.accept, services.answers.refuse):
        with pytest.raises(NotFound):
            await answer(nanny, offered.offer.id)
    assert [each.wait.id for each in await services.waitlist.mine(anna.parent)] == [wait_id]
    assert (await services.mine.visits(anna.parent)).waits == 1

    await services.mine.hide(anna.parent, visit.id, hidden=False)
    assert (await services.waitlist.get(nanny, wait_id)).moving is not None
    assert (await services.mine.visits(nanny)).waits == 1


async def test_who_helps_says_nothing_anew_in_a_place_that_is_hidden_from_them(
    waitlist: List, house: House
) -> None:
    """R75: they wait for themselves, and the parents' place stays as it was said."""
    services, anna = house.services, await waitlist.family()
    visit, nanny = await hidden(waitlist, anna), await nanny_of(waitlist, anna)
    found = await waitlist.waits(anna, moves=visit.id, until_hour=LAST)
    wish = waitlist.wish(anna)
    can = await services.waitlist.can_wait(nanny, waitlist.clinic.id, wish.children, wish.kind)

    joined = await services.waitlist.join(nanny, waitlist.clinic.id, wish)

    assert (can.already, can.moving, joined.moving) == (None, None, None)
    assert joined.wait.id != found.wait.id
    theirs = await services.waitlist.get(anna.parent, found.wait.id)
    assert theirs.wait.wish == found.wait.wish


async def test_who_is_owed_a_time_for_a_hidden_visit_is_asked_through_the_parents(
    waitlist: List, house: House
) -> None:
    """R64, R75: the clinic took its time away; whom it is hidden from hears no more of it now."""
    anna = await waitlist.family()
    visit, nanny = await hidden(waitlist, anna), await nanny_of(waitlist, anna)
    async with house.transactions.writes() as tx:
        await tx.families.lock_children([anna.child.id])
        await tx.appointments.displace(visit, anna.parent, house.clock())
        await tx.slots.rest([visit.slot.id])

    assert set(await told(waitlist)) == {anna.parent}

    await house.services.mine.hide(anna.parent, visit.id, hidden=False)
    house.clock.forward(hours=3)
    assert set(await told(waitlist)) == {anna.parent, nanny}


async def test_a_helper_s_own_place_moves_no_visit_that_is_hidden_from_them(
    waitlist: List, house: House
) -> None:
    """R75: the child has such a visit, and only who knows of it may move it. The parents are
    asked, and nobody's time is shut for the helper; who was asked before it was hidden moves
    nothing."""
    services, anna = house.services, await waitlist.family()
    visit, nanny = await waitlist.taken(anna), await nanny_of(waitlist, anna)
    wish = waitlist.wish(anna, since_hour=time.min, until_hour=time(10))
    await services.waitlist.join(nanny, waitlist.clinic.id, wish)
    [offered] = await waitlist.minute()
    assert offered.person.id == nanny

    await services.mine.hide(anna.parent, visit.id, hidden=True)
    with pytest.raises(NotFound):
        await services.answers.accept(nanny, offered.offer.id)
    await services.answers.refuse(nanny, offered.offer.id)
    [again] = await waitlist.minute() + await waitlist.minute()
    assert again.person.id == anna.parent
    taken = await services.answers.accept(anna.parent, again.offer.id)
    assert [each.id for each in taken.visits] == [visit.id]


async def test_no_time_is_shut_for_a_place_of_whose_visit_nobody_may_be_told(
    waitlist: List, house: House
) -> None:
    """R20, R75: the parents have blocked the bot, and the helper knows nothing of the visit."""
    anna = await waitlist.family()
    await hidden(waitlist, anna)
    nanny = await nanny_of(waitlist, anna)
    wish = waitlist.wish(anna, since_hour=time.min, until_hour=time(10))
    await house.services.waitlist.join(nanny, waitlist.clinic.id, wish)
    async with house.transactions.writes() as tx:
        await tx.families.lost(anna.parent, house.clock())

    assert await told(waitlist) == []
    assert await house.count("freed_times") == 0


async def test_what_was_planned_before_a_visit_was_hidden_is_told_to_no_helper(
    waitlist: List, house: House
) -> None:
    """R75: both are to be asked, and the mother hides the visit before anything is sent."""
    anna = await waitlist.family()
    visit, nanny = await waitlist.taken(anna), await nanny_of(waitlist, anna)
    wish = waitlist.wish(anna, moves=visit.id, since_hour=time.min, until_hour=time(10))
    async with house.transactions.writes() as tx:
        await tx.waits.add(waitlist.clinic.id, wish, house.clock(), person=None)
    house.clock.forward(minutes=1)
    await house.services.looking.look_around()
    await house.services.passing.pass_on()
    mine = f"kind = 'time-offered' AND state = 'planned' AND person_id = {nanny}"
    assert await house.count("notifications", mine) == 1

    await house.services.mine.hide(anna.parent, visit.id, hidden=True)

    assert [each.person.id for each in await waitlist.tick()] == [anna.parent]
