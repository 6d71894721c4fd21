"""Times that stand free for who waits: each family is asked for itself, and nobody loses by it."""

from datetime import time, timedelta

from tests.conftest import House
from tests.services.conftest import slots_of
from tests.services.waitlist.conftest import LAST, List


async def test_what_one_family_is_offered_keeps_nobody_else_from_an_offer(waitlist: List) -> None:
    """R73: two times become free at once, for each of which somebody else waits."""
    services = waitlist.house.services
    first, second = await waitlist.family(), await waitlist.family()
    late = await waitlist.taken(first)
    early = await waitlist.house.book(
        second.parent, second.child.id, (await waitlist.tomorrow(second))[0]
    )
    anna, boris = await waitlist.family(), await waitlist.family()
    await waitlist.waits(anna)
    await waitlist.waits(boris, since_hour=time.min, until_hour=time(9))
    assert await waitlist.minute() == []

    await services.mine.cancel(first.parent, late.id)
    to_anna = await waitlist.tick()
    await services.mine.cancel(second.parent, early.id)
    to_boris = await waitlist.tick()

    assert [each.person.id for each in [*to_anna, *to_boris]] == [anna.parent, boris.parent]


async def test_who_has_an_offer_is_looked_for_no_further(waitlist: List) -> None:
    """R26: as long as one time is kept for a family, the others stay everybody's."""
    anna = await waitlist.family()
    await waitlist.waits(anna, since_hour=time.min)

    offered = [each for _ in range(6) for each in await waitlist.minute()]

    assert len(offered) == 1
    assert await waitlist.house.count("freed_times") == 1


async def test_at_night_no_free_time_is_shut_for_who_sleeps(waitlist: List) -> None:
    """R22, R73: who waits is asked in the morning; until then whoever is awake can have it."""
    anna, owl = await waitlist.family(), await waitlist.family()
    waitlist.house.clock.forward(hours=12, minutes=30)
    before = len(await waitlist.tomorrow(owl))
    await waitlist.waits(anna, since_hour=time(10))

    assert [each for _ in range(6) for each in await waitlist.minute()] == []
    assert len(await waitlist.tomorrow(owl)) == before

    waitlist.house.clock.now += timedelta(hours=9, minutes=24)
    offered = await waitlist.minute()
    assert [each.person.id for each in offered] == [anna.parent]


async def test_no_time_is_shut_for_whom_nobody_can_write_to(waitlist: List) -> None:
    """R20, R73: who has blocked the bot is passed at once, and not tried each minute; who writes
    again is offered what is there then."""
    anna, owl = await waitlist.family(), await waitlist.family()
    before = len(await waitlist.tomorrow(owl))
    await waitlist.waits(anna, since_hour=time(10))
    waitlist.letters.blocked.add(anna.parent)

    assert [each for _ in range(6) for each in await waitlist.minute()] == []
    assert await waitlist.house.count("freed_times") == 1
    assert len(await waitlist.tomorrow(owl)) == before

    waitlist.letters.blocked.clear()
    async with waitlist.house.transactions.writes() as tx:
        await tx.families.found(anna.parent)
    waitlist.house.clock.forward(minutes=30)
    assert [each.person.id for each in await waitlist.minute()] == [anna.parent]


async def test_no_single_time_is_shut_for_two_who_come_together(waitlist: List) -> None:
    """R72: brother and sister wait for the last quarter of an hour, which is one child's."""
    anna = await waitlist.family()
    sister = await waitlist.house.child(anna.parent, "Соня", "05.05.2021")
    await waitlist.waits(anna, children=[anna.child.id, sister.id], since_hour=LAST)

    assert [each for _ in range(3) for each in await waitlist.minute()] == []
    assert await waitlist.house.count("freed_times") == 0


async def test_who_has_just_looked_is_not_offered_what_stood_there(waitlist: List) -> None:
    """R73: they saw what is free and chose none of it; what another family gives back
    is another matter."""
    services = waitlist.house.services
    anna, boris = await waitlist.family(), await waitlist.family()
    wish = waitlist.wish(anna, since_hour=time(10))
    join = services.waitlist.join
    await join(anna.parent, waitlist.clinic.id, wish, has_looked=True)
    assert [each for _ in range(3) for each in await waitlist.minute()] == []
    assert await waitlist.house.count("freed_times") == 0

    late = await waitlist.taken(boris)
    await waitlist.minute()
    await services.mine.cancel(boris.parent, late.id)
    [offered] = await waitlist.tick()
    assert (offered.person.id, offered.offer.slots[0].id) == (anna.parent, late.slot.id)
    await services.answers.refuse(anna.parent, offered.offer.id)
    assert [each for _ in range(3) for each in await waitlist.minute()] == []


async def test_what_one_saw_goes_to_who_did_not(waitlist: List) -> None:
    """R26: a time that stands free is offered to who was put on the list unseen, and not to who
    waits for longer and saw it."""
    anna, boris = await waitlist.family(), await waitlist.family()
    wish = waitlist.wish(anna)
    join = waitlist.house.services.waitlist.join
    await join(anna.parent, waitlist.clinic.id, wish, has_looked=True)
    waitlist.house.clock.forward(minutes=1)
    await waitlist.waits(boris)

    assert [each.person.id for each in await waitlist.minute()] == [boris.parent]


async def test_a_family_has_one_offer_whoever_asked_for_which_child(waitlist: List) -> None:
    """R26: the father waits for the sister, whom the registry could have put there as well; while
    the mother has an offer nothing is shut for him."""
    house = waitlist.house
    anna, father = await waitlist.family(), await house.parent(900, waitlist.clinic)
    sister = await house.child(father, "Соня", "05.05.2021")
    care = "INSERT INTO care (person_id, child_id, since) VALUES (:who, :child, '2026-11-20')"
    await house.database.run(care, who=anna.parent, child=sister.id)
    await waitlist.waits(anna, since_hour=time.min, until_hour=time(9))
    offered = await waitlist.minute()
    join = house.services.waitlist.join
    await join(father, waitlist.clinic.id, waitlist.wish(anna, children=[sister.id]))
    offered += [each for _ in range(6) for each in await waitlist.minute()]

    assert len(offered) == 1
    assert await house.count("freed_times") == 1
    [offer] = [each.offer for each in offered]
    await house.services.answers.refuse(offered[0].person.id, offer.id)
    house.clock.forward(minutes=30)
    assert len(await waitlist.minute()) == 1


async def test_who_is_owed_a_time_and_silent_has_nothing_shut_for_others(
    waitlist: List, house: House
) -> None:
    """R64, R73: after three unanswered offers what stands free is everybody's; a time that becomes
    free is still theirs first, and once they answer they are looked for again."""
    owed, owner = await waitlist.family(), await waitlist.family()
    lost = await waitlist.taken(owed)
    day = waitlist.clinic.today(house.clock()) + timedelta(days=9)
    [*_, last] = await slots_of(house, waitlist.doctor, owner, day)
    visit = await house.book(owner.parent, owner.child.id, last)
    async with house.transactions.writes() as tx:
        await tx.families.lock_children([owed.child.id])
        await tx.appointments.displace(lost, owed.parent, house.clock())
        await tx.slots.rest([lost.slot.id])
    for _ in range(3):
        assert len(await waitlist.minute() + await waitlist.minute()) == 1
        house.clock.forward(hours=2)

    assert [each for _ in range(3) for each in await waitlist.minute()] == []
    await house.services.mine.cancel(owner.parent, visit.id)
    [offered] = await waitlist.tick()
    assert offered.person.id == owed.parent
    await house.services.answers.refuse(owed.parent, offered.offer.id)
    assert len(await waitlist.minute()) == 1
