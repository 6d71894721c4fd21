"""The same of those at work: two of the staff, or one of them and a family, at one moment."""

import pytest

from services.broadcasts.progress import NewsPreview, Progress
from services.desk.absences.report import Absent
from services.model.access import Role
from services.model.broadcasts import Audience, BroadcastState, Whom
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from tests.conftest import House
from tests.playing import scenery
from tests.services.conftest import Employee, employ
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, all_is_well, refused, scene_far_ahead


@pytest.fixture
@scenery
async def scene(house: House, clinic: Clinic, far_ahead: None) -> Scene:
    return await scene_far_ahead(house, clinic)


async def test_a_caller_s_time_is_given_back_while_its_doctor_falls_ill(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R52: nobody gets it that day."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    async for meet in meetings(house):
        slot, *_ = scene.day()
        day = slot.local_start.date()
        await house.services.desk.take(tamara.person, tamara.post, slot.id)
        became = await meet(
            house.services.desk.give_back(tamara.person, tamara.post, slot.id),
            house.services.absences.make(irina.person, irina.post, Absent(petrova.id, day, day)),
        )
        assert not any(map(refused, became))
        await all_is_well(house)


async def test_a_substitute_is_booked_while_visits_are_handed_over(
    scene: Scene, house: House, petrova: Doctor, kim: Doctor, tamara: Employee
) -> None:
    """R01, R65: whoever is quicker has the substitute's time; the other one is not beside them."""
    async for meet in meetings(house):
        family, _ = await scene.family()
        other, _ = await scene.family()
        day = max(scene.free["Петрова"].keys() & scene.free["Ким"].keys())
        theirs = scene.free["Петрова"].pop(day)
        [slot, *_] = [each for each in theirs if f"{each.local_start:%H:%M}" == "09:30"]
        [same, *_] = [
            each for each in scene.free["Ким"].pop(day) if each.local_start == slot.local_start
        ]
        visit = await scene.visit(family, slot)
        absent = Absent(petrova.id, day, day, kim.id)
        booked, made = await meet(
            house.book(other.parent, other.child.id, same),
            house.services.absences.make(tamara.person, tamara.post, absent),
        )
        assert not refused(made)
        handed_over = (await scene.now(visit)).slot.doctor.id == kim.id
        assert handed_over == refused(booked)
        await all_is_well(house)


@pytest.mark.parametrize("to", [BroadcastState.STOPPED, BroadcastState.PAUSED])
async def test_a_broadcast_is_halted_while_it_is_planned(
    scene: Scene, house: House, irina: Employee, to: BroadcastState
) -> None:
    """R47: a step that was on its way does not set it going again, and nobody is planned twice."""
    house.clock.forward(hours=3)
    for _ in range(3):
        family, _ = await scene.family()
        await house.services.consents.agree(family.parent, scene.clinic.id, Purpose.NEWS, 1)
    broadcasts = house.services.broadcasts
    async for meet in meetings(house):
        await broadcasts.ask(irina.person, irina.post, Audience(Whom.FAMILIES))
        shown = await broadcasts.typed(irina.person, "В четверг не будет воды.")
        assert isinstance(shown, NewsPreview)
        begun = await broadcasts.typed(irina.person, str(shown.reach.recipients))
        assert isinstance(begun, Progress)
        number = begun.broadcast.id
        halt = broadcasts.stop if to is BroadcastState.STOPPED else broadcasts.pause
        halted, _ = await meet(halt(irina.person, irina.post, number), broadcasts.carry_on())
        assert not refused(halted)
        while await broadcasts.carry_on():
            pass
        after = await broadcasts.progress(irina.person, irina.post, number)
        assert after.broadcast.state is to
        assert await house.count("notifications", "kind = 'news' AND state = 'planned'") == 0
        if to is BroadcastState.PAUSED:
            planned = await house.count("notifications", f"broadcast_id = {number}")
            assert planned in (0, 3)
            assert after.broadcast.all_planned == (planned == 3)
            await broadcasts.stop(irina.person, irina.post, number)
            while await broadcasts.carry_on():
                pass
