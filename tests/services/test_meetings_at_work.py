"""The same of those at work: two of the staff, or one of them and a family, at one moment."""

from itertools import count

import pytest

from services.broadcasts.progress import NewsPreview, Progress
from services.desk.absences.report import Absent
from services.desk.people import Why
from services.model.access import Role
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Whom
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.schedule import ScheduleException
from services.rules.typed.texts import mark
from tests.conftest import House
from tests.playing import scenery
from tests.services.conftest import Employee, employ, run_sql
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, all_is_well, refused, scene_far_ahead
from tests.storm.invariants import reminders_follow_the_facts

pytestmark = pytest.mark.meetings


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


async def test_a_child_is_entered_by_one_and_another_corrected_to_the_same(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R53: nobody is there twice."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    registry, number = house.services.registry, count(1)
    async for meet in meetings(house):
        nth = "а" * next(number)
        wrong, right = f"Кот{nth} 01.02.2024", f"Костя{nth} 01.02.2024"
        await registry.search(irina.person, wrong)
        child = (await registry.add(irina.person, irina.post, mark(wrong))).child
        await house.services.mistakes.ask(irina.person, irina.post, child.id)
        await registry.search(tamara.person, right)
        await meet(
            house.services.mistakes.correct(irina.person, right),
            registry.add(tamara.person, tamara.post, mark(right)),
        )
        assert await house.count("children", f"name = 'Костя{nth}'") == 1


async def test_two_note_the_first_phone_of_a_family_at_once(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R35: one of both numbers is kept."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    registry = house.services.registry
    async for meet in meetings(house):
        family, _ = await scene.family()
        await scene.visit(family, scene.time())
        for who in (tamara, irina):
            await registry.ask_phone(who.person, who.post, family.child.id)
        await meet(
            registry.note_phone(tamara.person, "8 (916) 123-45-67"),
            registry.note_phone(irina.person, "8 (916) 123-45-68"),
        )
        assert await house.count("phones", f"child_id = {family.child.id}") == 1


async def test_a_time_is_given_to_a_caller_while_its_doctor_falls_ill(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R52: the absence counts whom nobody can tell, or the registrar hears that it is closed."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    async for meet in meetings(house):
        slot, *_ = scene.day()
        day = slot.local_start.date()
        taken, made = await meet(
            house.services.desk.take(tamara.person, tamara.post, slot.id),
            house.services.absences.make(irina.person, irina.post, Absent(petrova.id, day, day)),
        )
        assert made.nameless == (not refused(taken))


async def test_an_imported_time_is_given_back_while_the_absence_is_taken_back(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R52: whoever comes first, families can have it again: it is not left closed by an absence
    that is none any more."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    async for meet in meetings(house):
        slot, *_ = scene.day()
        day = slot.local_start.date()
        await run_sql(house, f"UPDATE slots SET source = 'import' WHERE id = {slot.id}")  # noqa: S608
        await house.services.desk.take(tamara.person, tamara.post, slot.id)
        absent = Absent(petrova.id, day, day)
        made = await house.services.absences.make(irina.person, irina.post, absent)
        await meet(
            house.services.absences.undo(irina.person, irina.post, made.absence.id),
            house.services.desk.give_back(tamara.person, tamara.post, slot.id),
        )
        assert await house.count("slots", f"id = {slot.id} AND open") == 1


async def test_an_absence_is_taken_back_while_its_substitute_falls_ill(
    scene: Scene, house: House, petrova: Doctor, kim: Doctor, tamara: Employee
) -> None:
    """R52, R65: the visit is the doctor's again, or needs another time; two of the registry wait
    for each other in one order."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    absences = house.services.absences
    async for meet in meetings(house):
        family, _ = await scene.family()
        slot, _ = scene.with_both("09:30")
        day = slot.local_start.date()
        visit = await scene.visit(family, slot)
        absent = Absent(petrova.id, day, day, kim.id)
        made = await absences.make(tamara.person, tamara.post, absent)
        undone, ill = await meet(
            absences.undo(tamara.person, tamara.post, made.absence.id),
            absences.make(irina.person, irina.post, Absent(kim.id, day, day)),
        )
        assert not refused(ill)
        assert (await scene.now(visit)).needs_time == refused(undone)
        await all_is_well(house)


async def test_hours_change_while_the_hourly_look_goes_over_them(
    scene: Scene, house: House, petrova: Doctor
) -> None:
    """R11: times are made by the hours as they are then, and not by those that were read before."""
    clinics = house.services.clinics
    async for meet in meetings(house):
        slot, *_ = scene.day()
        day = slot.local_start.date()
        await meet(
            clinics.add_exception(petrova, ScheduleException(day, day)),
            clinics.refresh_schedules(),
        )
        assert await house.count("slots", f"id = {slot.id} AND open") == 0


async def test_a_substitute_is_booked_while_visits_are_handed_over(
    scene: Scene, house: House, petrova: Doctor, kim: Doctor, tamara: Employee
) -> None:
    """R01, R65: whoever is quicker has the substitute's time; the other one is not beside them."""
    async for meet in meetings(house):
        family, _ = await scene.family()
        other, _ = await scene.family()
        slot, same = scene.with_both("09:30")
        day = slot.local_start.date()
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


async def test_two_say_at_once_how_late_a_doctor_is(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R05: one after the other, also on a day on which nobody comes whose lock would tell them
    apart; families are told in that order, and nobody reads an apology."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    attendance = house.services.attendance
    async for meet in meetings(house):
        became = await meet(
            attendance.late(tamara.person, tamara.post, petrova.id, 20),
            attendance.late(irina.person, irina.post, petrova.id, 45),
        )
        assert sorted(each.delay.step for each in became) == [1, 2]
        last = max(became, key=lambda each: each.delay.step)
        now = await attendance.lateness(tamara.person, tamara.post, petrova.id)
        assert now.delay == last.delay
        await run_sql(house, "DELETE FROM delays")


@pytest.mark.parametrize("why", [Why.ASKED, Why.LOST_PHONE])
async def test_a_parent_books_while_the_registry_ends_their_care(
    scene: Scene, house: House, tamara: Employee, why: Why
) -> None:
    """R75: they were quicker, or may not any more; of what they booked they are not reminded."""
    async for meet in meetings(house):
        family, father = await scene.family()
        for parent in (family.parent, father):
            await house.services.consents.agree(parent, scene.clinic.id, Purpose.REMINDERS, 1)
        _, ended = await meet(
            scene.visit(family, scene.day()[0]),
            house.services.relatives.end(
                tamara.person, tamara.post, family.child.id, family.parent, why
            ),
        )
        assert not refused(ended)
        assert await reminders_follow_the_facts(house) == []


async def test_a_broadcast_is_stopped_while_its_progress_is_shown(
    scene: Scene, house: House, irina: Employee
) -> None:
    """R47: it is stopped, and goes on being shown where it was."""
    house.clock.forward(hours=3)
    family, _ = await scene.family()
    await house.services.consents.agree(family.parent, scene.clinic.id, Purpose.NEWS, 1)
    broadcasts = house.services.broadcasts
    async for meet in meetings(house):
        begun = await begin_broadcast(house, irina)
        await meet(
            broadcasts.stop(irina.person, irina.post, begun.id), broadcasts.shown(begun.id, 7)
        )
        after = (await broadcasts.progress(irina.person, irina.post, begun.id)).broadcast
        assert (after.state, after.message_id) == (BroadcastState.STOPPED, 7)
        while await broadcasts.carry_on():
            pass


async def begin_broadcast(house: House, by: Employee) -> Broadcast:
    broadcasts = house.services.broadcasts
    await broadcasts.ask(by.person, by.post, Audience(Whom.FAMILIES))
    shown = await broadcasts.typed(by.person, "В четверг не будет воды.")
    assert isinstance(shown, NewsPreview)
    begun = await broadcasts.typed(by.person, str(shown.reach.recipients))
    assert isinstance(begun, Progress)
    return begun.broadcast


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
        number = (await begin_broadcast(house, irina)).id
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
