"""A family leaves while the registry is booking for it: no visit outlives that unseen."""

import asyncio
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from services.model.clinic import Clinic, Doctor
from services.model.consents import ConsentText, Purpose
from services.model.people import Language, Person
from services.model.privacy.erasure import Act
from services.model.refusals.families import FarewellChanged
from services.model.refusals.visits import VisitChanged
from services.runtime.acquaintance import NotAsKnown, taken_for
from tests.conftest import House
from tests.databases import SQLITE
from tests.services.conftest import Family
from tests.services.families.test_people import helping
from tests.services.interleaving import meetings
from tests.services.waiting import begin, done_or_waiting, while_booked


async def test_who_leaves_a_clinic_is_asked_about_the_new_visit(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """R40, R66: withdrawing waits for whoever books; what was not shown is not left behind."""
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    seen = (await house.services.leaving.look(anna.parent, clinic.id)).as_shown
    async with while_booked(house, anna.child.id, slot):
        leaving = begin(house.services.leaving.leave(anna.parent, clinic.id, seen))
        await done_or_waiting(house, leaving)
    with pytest.raises(FarewellChanged):
        await leaving

    assert await house.count("consents", "withdrawn_at IS NULL") == 1


async def test_who_wants_to_be_erased_is_asked_about_the_new_visit(
    house: House, anna: Family, petrova: Doctor
) -> None:
    """R40, R66: asking waits for whoever books."""
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    erasing = house.services.erasing
    seen = (await erasing.look(anna.parent)).as_shown
    async with while_booked(house, anna.child.id, slot):
        asking = begin(erasing.ask(anna.parent, seen))
        await done_or_waiting(house, asking)
    with pytest.raises(FarewellChanged):
        await asking

    assert await house.count("erasures") == 0


async def test_who_removes_a_child_is_asked_about_the_new_visit(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """R66: removing waits for whoever books."""
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    children = house.services.children
    seen = (await children.removal(anna.parent, clinic.id, anna.child.id)).as_shown
    async with while_booked(house, anna.child.id, slot):
        removing = begin(children.remove(anna.parent, clinic.id, anna.child.id, seen))
        await done_or_waiting(house, removing)
    with pytest.raises(VisitChanged):
        await removing

    assert await house.count("children") == 1


async def test_who_is_erased_again_leaves_no_visit_behind(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """R74: whom a list of the erased names goes with the visit that was being booked just then."""
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    act = Act(1, anna.parent, [anna.child.id], house.clock())
    async with while_booked(house, anna.child.id, slot):
        again = begin(house.services.erasing.again([act]))
        await done_or_waiting(house, again)
    assert await again == 1

    assert await house.count("appointments", "state = 'booked'") == 0


async def test_a_visit_that_is_being_booked_while_the_day_ends_takes_place(
    house: House, anna: Family, petrova: Doctor
) -> None:
    """R40: the act waits for whoever books, and then for the visit: it is not cancelled in
    silence."""
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[-1]
    erasing = house.services.erasing
    await erasing.ask(anna.parent, (await erasing.look(anna.parent)).as_shown)
    house.clock.now = slot.starts_at - timedelta(minutes=1)
    await house.database.run("UPDATE erasures SET due_at = asked_at")
    async with while_booked(house, anna.child.id, slot):
        due = begin(erasing.carry_out(anna.parent))
        await done_or_waiting(house, due)

    assert await due is None
    assert await house.count("appointments", "state = 'booked'") == 1
    assert await house.count("children", "name = 'Миша'") == 1


@pytest.mark.parametrize("how", ["leaves", "asks to be erased"])
async def test_children_are_locked_in_one_order(
    house: House, kind: str, clinic: Clinic, anna: Family, boris: Family, how: str
) -> None:
    """Борис helps with Миша, whose number is lower than his own child's: who waits for Миша holds
    no other child yet, so that nobody waits in a circle. SQLite has one writer at a time."""
    if kind == SQLITE:
        return
    await helping(house, anna, clinic, boris.parent)
    leaving, erasing = house.services.leaving, house.services.erasing
    left = (await leaving.look(boris.parent, clinic.id)).as_shown
    erased = (await erasing.look(boris.parent)).as_shown
    held = text(f"SELECT id FROM children WHERE id = {boris.child.id} FOR UPDATE NOWAIT")  # noqa: S608
    async with house.transactions.writes() as tx:
        await tx.families.child(anna.child.id, cared_for_by=None, lock=True)
        goes: asyncio.Task[Any] = (
            begin(leaving.leave(boris.parent, clinic.id, left))
            if how == "leaves"
            else begin(erasing.ask(boris.parent, erased))
        )
        await done_or_waiting(house, goes)
        assert not goes.done()
        await tx.families._session.execute(held)
    await goes


@pytest.mark.parametrize("what", ["reads", "writes"])
async def test_who_is_erased_while_they_tap_is_nobody_whom_it_was_known_of(
    house: House, clinic: Clinic, what: str
) -> None:
    """R40, R74: whoever came lately is taken for who they were. What they say goes with them, or
    they are to be met anew: nothing is written down for who is gone."""
    numbers = count(700)

    async def tap(person: Person) -> bool:
        """Whether they were who they were taken for."""
        settings = house.services.consents
        try:
            with taken_for(person):
                if what == "reads":
                    await settings.settings(person.id, clinic.id)
                else:
                    await settings.decline(person.id, clinic.id, Purpose.NEWS)
        except NotAsKnown:
            return False
        return True

    async with house.transactions.writes() as tx:
        await tx.consents.publish(ConsentText(clinic.id, Purpose.NEWS, 1, "Новости."))
    were_known = []
    async for meet in meetings(house):
        number = next(numbers)
        person_id = await house.parent(number, clinic)
        person = Person(person_id, number, Language.RUSSIAN)
        act = Act(1, person_id, [], house.clock())
        was_known, _erased = await meet(tap(person), house.services.erasing.again([act]))
        were_known.append(was_known)
        assert not await tap(person)
        assert await house.count("declined_consents") == 0
    assert set(were_known) == {True, False}
