"""The same of what the house does by itself, and of who comes in that moment."""

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from services.desk.joining.cards import Part, Side, decided
from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId
from services.model.privacy.retention import Kept
from services.model.visits import AppointmentState
from storage.privacy.erasing import NOBODY
from tests.conftest import House
from tests.playing import scenery
from tests.services.conftest import Employee, run_sql
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, refused, scene_far_ahead
from tests.services.upkeep.test_retention import keeper

AT_ONCE = timedelta(0)
LONG_AGO = "'2020-01-01 09:00:00'"


@pytest.fixture
@scenery
async def scene(house: House, clinic: Clinic, far_ahead: None) -> Scene:
    return await scene_far_ahead(house, clinic)


# What families hear


async def test_a_visit_is_given_up_while_its_family_is_told_of_another_room(
    scene: Scene, house: House, petrova: Doctor
) -> None:
    """R17, R56: nobody is told where a visit is that is none any more, nor phoned about it."""
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time())
        await house.answered(family.parent, visit)
        house.clock.forward(minutes=1)
        await run_sql(house, "UPDATE doctors SET facts_at = :now", now=house.clock())
        told, cancelled = await meet(
            house.services.retelling.retell(),
            house.services.mine.cancel(father, visit.id),
        )
        assert not refused(cancelled)
        assert (await scene.now(visit)).state is AppointmentState.CANCELLED
        place = f"kind = 'place' AND state = 'planned' AND appointment_id = {visit.id}"
        assert await house.count("notifications", place) == 0
        assert told in (0, 1)


# What is forgotten


async def long_over(house: House, visit: AppointmentId) -> None:
    await run_sql(
        house,
        f"UPDATE appointments SET starts_at = {LONG_AGO}, ends_at = '2020-01-01 09:15:00'"  # noqa: S608
        " WHERE id = :visit",
        visit=visit,
    )


@pytest.mark.parametrize("other", ["night", "joined"])
async def test_visits_become_numbers_while_somebody_else_is_at_them(
    scene: Scene, house: House, tamara: Employee, other: str
) -> None:
    """R31, R53: one number for each of them, whether two processes forget at once or the card just
    becomes one with another; what the number does not have stays with the child."""
    keep, nobody = keeper(house, visits=AT_ONCE), f"name = '{NOBODY}'"
    theirs = f"child_id IN (SELECT id FROM children WHERE {nobody})"  # noqa: S608
    choice = sum(decided(0, part, Side.KEPT) for part in Part)
    async for meet in meetings(house):
        family, _ = await scene.family()
        second, _ = await scene.family()
        await long_over(house, (await scene.visit(second, scene.time())).id)
        also: Coroutine[Any, Any, object]
        if other == "night":
            also = keep.forget(Kept.VISITS)
        else:
            ids = tamara.person, tamara.post, family.child.id, second.child.id
            two = await house.services.joining.compare(*ids, choice)
            also = house.services.joining.join(*ids, choice, two.as_shown)
        await meet(keep.forget(Kept.VISITS), also)
        await keep.forget(Kept.VISITS)
        assert await house.count("children", nobody) == await house.count("appointments", theirs)
        assert await house.count("appointments", f"NOT {theirs}") == 0
