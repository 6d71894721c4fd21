"""Two who act at one moment on one offer, in every way in which they can meet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.ids import PersonId, TimeOfferId, WaitId
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.waitlist.waits import WaitWish
from tests.conftest import House
from tests.playing import scenery
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, all_is_well, refused, scene_far_ahead

pytestmark = pytest.mark.meetings


@pytest.fixture
@scenery
async def scene(house: House, clinic: Clinic, far_ahead: None) -> Scene:
    return await scene_far_ahead(house, clinic)


async def offered(scene: Scene) -> tuple[PersonId, PersonId, WaitId, TimeOfferId, Slot]:
    """A mother and a father of a child that waits for just one time, which is kept for it."""
    house = scene.house
    (owner, _), (family, father) = await scene.family(), await scene.family()
    slot = scene.time()
    visit = await scene.visit(owner, slot)
    day, hour = slot.local_start.date(), slot.local_start.time()
    kind, at_once = KindKey(USUAL), timedelta(0)
    wish = WaitWish(
        [family.child.id], kind, day, day, since_hour=hour, until_hour=hour, notice=at_once
    )
    waitlist = house.services.waitlist
    found = await waitlist.join(family.parent, scene.clinic.id, wish)
    await house.services.mine.cancel(owner.parent, visit.id)
    while await house.services.passing.pass_on():
        pass
    async with house.transactions.reads() as tx:
        offer = await tx.freed.live_offer(found.wait.id, house.clock())
    assert offer
    return family.parent, father, found.wait.id, offer.id, slot


async def test_one_parent_takes_the_time_and_the_other_waits_no_more(
    scene: Scene, house: House
) -> None:
    """R26: it is theirs and nobody's else, or it goes on; never both."""
    answers = house.services.answers
    async for meet in meetings(house):
        mother, father, wait, offer, slot = await offered(scene)
        taken, left = await meet(answers.accept(mother, offer), answers.leave(father, wait))
        assert not refused(left)
        visits = await house.count("appointments", f"slot_id = {slot.id} AND state = 'booked'")
        assert visits == (0 if refused(taken) else 1)
        assert await house.count("wait_offers", f"id = {offer} AND state = 'accepted'") == visits
    await all_is_well(house)


async def test_both_parents_take_the_time(scene: Scene, house: House) -> None:
    """R08: one visit, and the same answer for both."""
    answers = house.services.answers
    async for meet in meetings(house):
        mother, father, _, offer, _ = await offered(scene)
        hers, his = await meet(answers.accept(mother, offer), answers.accept(father, offer))
        assert [each.id for each in hers.visits] == [each.id for each in his.visits]
    await all_is_well(house)


async def test_the_time_is_taken_while_it_is_passed_on(scene: Scene, house: House) -> None:
    """Whatever the tick does meanwhile, the offer that lives is kept."""
    answers, passing = house.services.answers, house.services.passing
    async for meet in meetings(house):
        mother, _, _, offer, slot = await offered(scene)
        await house.database.run(
            f"UPDATE freed_times SET next_at = freed_at WHERE slot_id = {slot.id}"  # noqa: S608
        )
        taken, _ = await meet(answers.accept(mother, offer), passing.pass_on())
        assert not refused(taken)
        assert await house.count("freed_times", f"slot_id = {slot.id} AND state = 'taken'") == 1
    await all_is_well(house)
    house.clock.forward(hours=3)
    assert await passing.pass_on() == 0


async def test_the_mother_says_anew_what_for_while_the_father_lets_be_told_early(
    scene: Scene, house: House
) -> None:
    """Whoever was first: the family waits for what was said last, and may be told early."""
    waitlist = house.services.waitlist
    day = scene.time().local_start.date()
    async for meet in meetings(house):
        family, father = await scene.family()
        wish = WaitWish([family.child.id], KindKey(USUAL), day, day)
        wait = (await waitlist.join(family.parent, scene.clinic.id, wish)).wait
        later = replace(wish, last=day + timedelta(days=3))
        said, early = await meet(
            waitlist.join(family.parent, scene.clinic.id, later),
            waitlist.allow_early(father, wait.id, early=True),
        )
        assert not refused(said)
        assert not refused(early)
        found = (await waitlist.get(father, wait.id)).wait
        assert (found.wish.last, found.early) == (later.last, True)
