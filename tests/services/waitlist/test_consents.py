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
