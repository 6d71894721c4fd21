"""Who lets the clinic keep no data is offered nothing, and stands before nobody."""

from services.model.people import CareRole
from storage.families.care import begin_care
from tests.services.waitlist.conftest import List


async def test_the_mother_leaves_the_clinic_and_the_father_is_asked(waitlist: List) -> None:
    """R40, R26: the child stays with him, and its place, too. She asked for it, and is written to
    no more; he is, and no time is shut for nothing."""
    house = waitlist.house
    anna, father = await waitlist.family(), await house.parent(900, waitlist.clinic)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, anna.child.id, house.clock())
    await waitlist.waits(anna)
    shown = await house.services.leaving.look(anna.parent, waitlist.clinic.id)
    await house.services.leaving.leave(anna.parent, waitlist.clinic.id, shown.as_shown)

    offered = [each for _ in range(3) for each in await waitlist.minute()]

    assert [each.person.id for each in offered] == [father]
    assert await house.count("freed_times") == 1


async def test_no_time_is_shut_for_whom_nobody_at_the_clinic_speaks(waitlist: List) -> None:
    """R40, R73: the registry put a child on the list whose mother came to the bot for another
    clinic. Her helper agreed here, and says yes for nobody but themselves."""
    house = waitlist.house
    stranger, anna = await waitlist.family(), await house.parent(900)
    child, nanny = await house.child(anna), await house.parent(901, waitlist.clinic)
    before = len(await waitlist.tomorrow(stranger))
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, nanny, child.id, house.clock(), CareRole.HELPER)
        wish = waitlist.wish(stranger, children=[child.id])
        await tx.waits.add(waitlist.clinic.id, wish, house.clock(), person=None)

    assert [each for _ in range(6) for each in await waitlist.minute()] == []
    assert await house.count("freed_times") == 0
    assert len(await waitlist.tomorrow(stranger)) == before

    await house.services.families.consent(anna, waitlist.clinic.id, version=1)
    house.clock.forward(minutes=30)
    offered = await waitlist.minute()
    assert sorted(each.person.id for each in offered) == sorted([anna, nanny])


async def test_whose_help_is_over_by_its_turn_hears_of_no_offer(waitlist: List) -> None:
    """R75: a place of the registry's is told to all who may book; a helper may no more when the
    message is sent, and the mother is asked alone."""
    house, anna = waitlist.house, await waitlist.family()
    nanny = await house.parent(901, waitlist.clinic)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, nanny, anna.child.id, house.clock(), CareRole.HELPER)
        await tx.waits.add(waitlist.clinic.id, waitlist.wish(anna), house.clock(), person=None)
    house.clock.forward(minutes=1)
    await house.services.looking.look_around()
    await house.services.passing.pass_on()
    planned = "kind = 'time-offered' AND state = 'planned'"
    assert await house.count("notifications", planned) == 2
    async with house.transactions.writes() as tx:
        await tx.families.end_care(anna.child.id, nanny)

    assert [each.person.id for each in await waitlist.tick()] == [anna.parent]
