"""For whom a time is kept that goes through the list: for the child who waits, whoever asks."""

import pytest

from services.model.refusals.visits import SlotHeld
from tests.services.conftest import Family
from tests.services.waitlist.conftest import List


async def test_what_a_child_is_offered_is_nobody_else_s_in_the_family(waitlist: List) -> None:
    """R26: the brother waits, and the time is kept for him; for his sister, who waits for nothing,
    it stands in no list, and is not booked."""
    owner, anna = await waitlist.family(), await waitlist.family()
    sister = await waitlist.house.child(anna.parent, "Соня", "05.05.2021")
    visit = await waitlist.taken(owner)
    await waitlist.waits(anna)
    await waitlist.house.services.mine.cancel(owner.parent, visit.id)
    assert len(await waitlist.tick()) == 1

    assert not await waitlist.is_free(visit.slot, Family(anna.parent, sister))
    with pytest.raises(SlotHeld):
        await waitlist.house.book(anna.parent, sister.id, visit.slot)
    assert await waitlist.is_free(visit.slot, anna)
    assert (await waitlist.house.book(anna.parent, anna.child.id, visit.slot)).is_active


async def test_either_parent_has_what_their_child_is_offered(waitlist: List) -> None:
    """R26: the mother asked for him to wait, and she was written to; the father sees and books it
    for him as well."""
    owner, anna = await waitlist.family(), await waitlist.family()
    house = waitlist.house
    father = await house.parent(900, waitlist.clinic)
    care = "INSERT INTO care (person_id, child_id, since) VALUES (:who, :child, '2026-11-20')"
    await house.database.run(care, who=father, child=anna.child.id)
    visit = await waitlist.taken(owner)
    await waitlist.waits(anna)
    await house.services.mine.cancel(owner.parent, visit.id)
    [offered] = await waitlist.tick()

    assert offered.person.id == anna.parent
    assert await waitlist.is_free(visit.slot, Family(father, anna.child))
    assert (await house.book(father, anna.child.id, visit.slot)).is_active
