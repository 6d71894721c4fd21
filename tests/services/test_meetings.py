"""Two who act at one moment on one visit, time or child, in every way in which they can meet.

Each way ends as if one had come after the other; on PostgreSQL that is what the locks are for,
SQLite has one writer.
"""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from services.desk.absences.report import Absent
from services.desk.errands import Aim, Errand
from services.desk.joining.cards import Part, Side, decided
from services.families.home import USUAL
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.conversations import NewNameOf
from services.model.refusals.desk import SomebodyAnswered
from services.model.schedule import ScheduleException
from services.model.visits import AppointmentState, SiblingsNeed
from services.rules.visit_states import together_as_shown
from tests.conftest import House
from tests.playing import scenery
from tests.services.conftest import Employee, employ, run_sql
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, all_is_well, is_a_parent, refused, scene_far_ahead
from tests.storm.invariants import (
    reminders_follow_the_facts,
)

pytestmark = pytest.mark.meetings

CANCELLED, BOOKED = AppointmentState.CANCELLED, AppointmentState.BOOKED


@pytest.fixture
@scenery
async def scene(house: House, clinic: Clinic, far_ahead: None) -> Scene:
    return await scene_far_ahead(house, clinic)


async def test_one_parent_moves_a_visit_and_the_other_cancels_it(
    scene: Scene, house: House
) -> None:
    """R09: what is cancelled stays cancelled; whoever comes after a move cancels what was moved."""
    booking = house.services.booking
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time())
        moved, cancelled = await meet(
            booking.move(family.parent, visit.id, scene.time().id),
            house.services.mine.cancel(father, visit.id),
        )
        assert not refused(cancelled)
        after = await scene.now(visit)
        assert after.state is CANCELLED
        assert after.sequence == (1 if refused(moved) else 2)
    await all_is_well(house)


async def test_the_registry_moves_a_visit_and_the_family_cancels_it(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R09: the same at the desk."""
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time())
        moved, cancelled = await meet(
            house.services.desk.move(tamara.person, tamara.post, visit.id, scene.time().id),
            house.services.mine.cancel(father, visit.id),
        )
        assert not refused(cancelled)
        after = await scene.now(visit)
        assert after.state is CANCELLED
        assert after.sequence == (1 if refused(moved) else 2)
    await all_is_well(house)


async def test_the_registry_cancels_a_visit_and_the_family_moves_it(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R09: nobody comes to what the clinic cancelled."""
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time())
        cancelled, _ = await meet(
            house.services.desk.cancel(tamara.person, tamara.post, visit.id),
            house.services.booking.move(father, visit.id, scene.time().id),
        )
        assert not refused(cancelled)
        assert (await scene.now(visit)).state is CANCELLED
    await all_is_well(house)


async def test_a_visit_is_confirmed_and_cancelled(
    scene: Scene, house: House, doctor_kim: Employee
) -> None:
    """R05: the doctor says yes while the family gives it up."""
    entry = await house.services.profiles.entered("romashka")
    profile = replace(entry.profile, doctors_confirm=True)
    await house.services.profiles.enter(replace(entry, profile=profile))
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.day("Ким")[0])
        assert visit.is_pending
        _, cancelled = await meet(
            house.services.word.confirm(
                doctor_kim.person, doctor_kim.post, visit.id, visit.sequence
            ),
            house.services.mine.cancel(father, visit.id),
        )
        assert not refused(cancelled)
        assert (await scene.now(visit)).state is CANCELLED
    await all_is_well(house)


async def test_a_time_is_booked_and_given_to_a_caller(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R01, R04: one of both has it."""
    async for meet in meetings(house):
        family, _ = await scene.family()
        slot = scene.time()
        became = await meet(
            house.book(family.parent, family.child.id, slot),
            house.services.desk.take(tamara.person, tamara.post, slot.id),
        )
        assert sum(map(refused, became)) == 1
    await all_is_well(house)


@pytest.mark.parametrize("how", ["book", "move", "cancel"])
async def test_brothers_and_sisters_meet_one_alone(
    scene: Scene, house: House, tamara: Employee, how: str
) -> None:
    """R09, R72: while one of the times, or one of the visits, is somebody else's matter: for all of
    them it comes off, or for none."""
    async for meet in meetings(house):
        family, _father = await scene.family()
        sister = await house.child(family.parent, "Даша", "01.02.2022")
        siblings, need = (
            house.services.sibling_visits,
            SiblingsNeed([family.child.id, sister.id], USUAL),
        )
        day = scene.day()
        times, other = [each.id for each in day[:2]], [each.id for each in day[4:6]]
        errand = Errand(Aim.BOOK, (await scene.family())[0].child.id, USUAL)
        together: Coroutine[Any, Any, object]
        alone = times[1] if how == "book" else other[0]
        if how == "book":
            together = siblings.book(family.parent, need, times)
        else:
            visits = (await siblings.book(family.parent, need, times)).ids
            together = (
                siblings.move(family.parent, visits, other)
                if how == "move"
                else siblings.cancel(family.parent, visits)
            )
        became, _ = await meet(
            together, house.services.desk.book(tamara.person, tamara.post, errand, alone)
        )
        active = [*await scene.active(family.child), *await scene.active(sister)]
        if how == "book":
            assert len(active) == (0 if refused(became) else 2)
        elif how == "cancel":
            assert active == []
        else:
            where = {visit.slot.id for visit in active}
            assert where == set(times if refused(became) else other)
    await all_is_well(house)


@pytest.mark.parametrize("how", ["one", "move"])
async def test_two_parents_of_brothers_and_sisters(scene: Scene, house: House, how: str) -> None:
    """R66, R72: one parent cancels both while the other moves one, or both."""
    async for meet in meetings(house):
        family, father = await scene.family()
        sister = await house.child(family.parent, "Даша", "01.02.2022")
        await is_a_parent(house, father, sister.id)
        siblings, need = (
            house.services.sibling_visits,
            SiblingsNeed([family.child.id, sister.id], USUAL),
        )
        day = scene.day()
        times, other = [each.id for each in day[:2]], [each.id for each in day[4:6]]
        visits = (await siblings.book(family.parent, need, times)).visits
        ids, seen = [visit.id for visit in visits], together_as_shown(visits)
        his: Coroutine[Any, Any, object]
        if how == "move":
            his = siblings.move(father, ids, other, seen)
        else:
            his = house.services.booking.move(father, ids[0], other[0], visits[0].as_shown)
        cancelled, moved = await meet(siblings.cancel(family.parent, ids, seen), his)
        left = [await scene.now(visit) for visit in visits]
        assert sum(map(refused, (cancelled, moved))) == 1
        assert {visit.is_active for visit in left} == {refused(cancelled)}
    await all_is_well(house)


async def test_two_book_one_child_with_one_doctor(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R07: a parent and the registry; the clinic allows one visit to a doctor."""
    async for meet in meetings(house):
        family, _ = await scene.family()
        errand = Errand(Aim.BOOK, family.child.id, USUAL)
        became = await meet(
            house.book(family.parent, family.child.id, scene.time()),
            house.services.desk.book(tamara.person, tamara.post, errand, scene.time().id),
        )
        assert sum(map(refused, became)) == 1
        assert len(await scene.active(family.child)) == 1


async def test_a_visit_is_moved_to_a_doctor_who_is_booked_just_then(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R07: as before, by a move."""
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time("Ким"))
        errand = Errand(Aim.BOOK, family.child.id, USUAL)
        became = await meet(
            house.services.booking.move(father, visit.id, scene.time().id),
            house.services.desk.book(tamara.person, tamara.post, errand, scene.day()[0].id),
        )
        assert sum(map(refused, became)) == 1


@pytest.mark.parametrize("how", ["book", "move", "desk book", "desk move", "take"])
async def test_a_time_is_wanted_while_the_hours_drop_it(
    scene: Scene, house: House, kim: Doctor, petrova: Doctor, tamara: Employee, how: str
) -> None:
    """R10, R11, R64: either the family has it, it stays open for them alone, and they are seen to;
    or it was closed."""
    booking, desk = house.services.booking, house.services.desk
    async for meet in meetings(house):
        family, father = await scene.family()
        at_kim, *_ = scene.day("Ким")
        day = at_kim.local_start.date()
        wanted: Coroutine[Any, Any, object]
        if how == "book":
            wanted = house.book(father, family.child.id, at_kim)
        elif how == "desk book":
            errand = Errand(Aim.BOOK, family.child.id, USUAL)
            wanted = desk.book(tamara.person, tamara.post, errand, at_kim.id)
        else:
            visit = await scene.visit(family, scene.free["Петрова"].pop(day)[0])
            if how == "move":
                wanted = booking.move(father, visit.id, at_kim.id)
            elif how == "desk move":
                wanted = desk.move(tamara.person, tamara.post, visit.id, at_kim.id)
            else:
                absent = Absent(petrova.id, day, day)
                await house.services.absences.make(tamara.person, tamara.post, absent)
                offers = (await house.services.mine.visit(father, visit.id)).offers
                [at_kim] = [each.slot for each in offers if each.slot.doctor.id == kim.id][:1]
                day = at_kim.local_start.date()
                wanted = booking.take(father, visit.id, at_kim.id)
        became, changes = await meet(
            wanted, house.services.clinics.add_exception(kim, ScheduleException(day, day))
        )
        assert not refused(changes)
        left = await house.count("slots", f"id = {at_kim.id} AND open")
        had = await house.count("appointments", f"slot_id = {at_kim.id} AND state = 'booked'")
        assert left >= had == (not refused(became))
        assert await house.count("slots", f"id = {at_kim.id} AND outside") == had
        assert await house.count("slots", f"id = {at_kim.id} AND open AND NOT withdrawn") == 0
    await all_is_well(house)


@pytest.mark.parametrize("how", ["book", "take", "squeeze in"])
async def test_a_time_is_wanted_while_its_doctor_falls_ill(
    scene: Scene, house: House, petrova: Doctor, kim: Doctor, tamara: Employee, how: str
) -> None:
    """R52: the visit is concerned, or the time is closed; also of a family whose own doctor fell
    ill before, and for whom that time is kept, and of who is squeezed in."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    absences, desk = house.services.absences, house.services.desk
    async for meet in meetings(house):
        family, father = await scene.family()
        at_kim, *_ = scene.day("Ким")
        day = at_kim.local_start.date()
        wanted: Coroutine[Any, Any, object]
        if how == "book":
            wanted = house.book(father, family.child.id, at_kim)
        elif how == "squeeze in":
            other, _ = await scene.family()
            await scene.visit(other, at_kim)
            errand = Errand(Aim.BOOK, family.child.id, USUAL)
            wanted = desk.book(irina.person, irina.post, errand, at_kim.id, extra=True)
        else:
            visit = await scene.visit(family, scene.free["Петрова"].pop(day)[0])
            await absences.make(tamara.person, tamara.post, Absent(petrova.id, day, day))
            offers = (await house.services.mine.visit(father, visit.id)).offers
            [kept, *_] = [each.slot.id for each in offers if each.slot.doctor.id == kim.id]
            wanted = house.services.booking.take(father, visit.id, kept)
        _, absence = await meet(
            wanted, absences.make(tamara.person, tamara.post, Absent(kim.id, day, day))
        )
        assert not refused(absence)
        await all_is_well(house)


@pytest.mark.parametrize("how", ["cancel", "move"])
async def test_a_visit_is_given_up_while_its_doctor_falls_ill(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee, how: str
) -> None:
    """R52: who is not coming needs no other time, and who comes elsewhere keeps that."""
    booking = house.services.booking
    async for meet in meetings(house):
        family, father = await scene.family()
        slot, *_ = scene.day()
        day = slot.local_start.date()
        visit = await scene.visit(family, slot)
        elsewhere = scene.time("Ким").id
        giving_up: Coroutine[Any, Any, object]
        if how == "move":
            giving_up = booking.move(father, visit.id, elsewhere)
        else:
            giving_up = house.services.mine.cancel(father, visit.id)
        became, made = await meet(
            giving_up,
            house.services.absences.make(tamara.person, tamara.post, Absent(petrova.id, day, day)),
        )
        assert not refused(made)
        assert not refused(became)
        after = await scene.now(visit)
        assert not after.needs_time
        assert after.state is (CANCELLED if how == "cancel" else BOOKED)
        assert how == "cancel" or after.slot.id == elsewhere
        assert await house.count("offers", f"appointment_id = {visit.id}") == 0
    await all_is_well(house)


async def test_what_is_offered_is_free(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R26: the times that are kept for a family without one are had by nobody who was quicker."""
    booked_offered = (
        "SELECT offers.slot_id FROM offers JOIN appointments a ON a.slot_id = offers.slot_id"
        " WHERE a.state IN ('pending', 'booked') AND a.id <> offers.appointment_id"
    )
    async for meet in meetings(house):
        family, _ = await scene.family()
        other, _ = await scene.family()
        slot, *_ = scene.day()
        day = slot.local_start.date()
        await scene.visit(family, slot)
        absent = Absent(petrova.id, day, day)
        wanted = await scene.earliest()
        await meet(
            house.book(other.parent, other.child.id, wanted),
            house.services.absences.make(tamara.person, tamara.post, absent),
        )
        assert await house.database.rows(booked_offered) == []
    await all_is_well(house)


async def test_a_family_chooses_while_an_absence_is_taken_back(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R52: it has the time it chose, or its own again, and whoever came second hears so."""
    absences = house.services.absences
    async for meet in meetings(house):
        family, father = await scene.family()
        slot, *_ = scene.day()
        day = slot.local_start.date()
        visit = await scene.visit(family, slot)
        made = await absences.make(tamara.person, tamara.post, Absent(petrova.id, day, day))
        page = await house.services.mine.visit(family.parent, visit.id)
        wanted = page.offers[0].slot
        chosen, undone = await meet(
            house.services.booking.take(father, visit.id, wanted.id),
            absences.undo(tamara.person, tamara.post, made.absence.id),
        )
        after = await scene.now(visit)
        assert after.state is BOOKED
        assert refused(chosen) or chosen.visit.slot.id == after.slot.id
        if refused(undone):
            assert isinstance(undone, SomebodyAnswered)
            assert after.slot.id == wanted.id
        else:
            assert after.slot.id == slot.id
        await all_is_well(house)


async def test_a_child_is_renamed_by_one_and_sent_to_a_district_by_the_other(
    scene: Scene, house: House
) -> None:
    """R55: each says what they know of the child, and both count."""
    async with house.transactions.writes() as tx:
        doctor = (await tx.clinics.doctors(scene.clinic.id))[0]
        district = await tx.districts.add(doctor, "участок 1", ())
    async for meet in meetings(house):
        family, father = await scene.family()
        topic = NewNameOf(family.child.id)
        await house.services.children.ask_about(family.parent, scene.clinic.id, topic)
        became = await meet(
            house.services.families.answer(family.parent, "Тимофей"),
            house.services.children.choose_district(father, family.child.id, district.id),
        )
        assert not any(map(refused, became))
        stands = f"id = {family.child.id} AND name = 'Тимофей' AND district_id = {district.id}"
        assert await house.count("children", stands) == 1


async def test_all_of_the_family_come_while_one_of_its_visits_is_moved(
    scene: Scene, house: House
) -> None:
    """R20: nobody has said that they come to the other day."""
    async for meet in meetings(house):
        family, father = await scene.family()
        sonya = await house.child(family.parent, "Соня")
        await is_a_parent(house, father, sonya.id)
        nine, quarter, *_ = scene.day()
        visit = await scene.visit(family, nine)
        other = await house.book(father, sonya.id, quarter)
        await meet(
            house.services.mine.come(family.parent, visit.id, all_day=True),
            house.services.booking.move(father, other.id, scene.time().id),
        )
        assert (await scene.now(other)).sequence == 1
        assert await house.count("appointments", "coming_at IS NOT NULL") == 1
        await run_sql(house, "UPDATE appointments SET coming_at = NULL")


@pytest.mark.parametrize("what", ["name", "district"])
async def test_a_card_is_changed_while_it_becomes_one_with_another(
    scene: Scene, house: House, kim: Doctor, tamara: Employee, what: str
) -> None:
    """R53, R55: it is the one that is left that changes, or they hear that it is another by now."""
    services = house.services
    async with house.transactions.writes() as tx:
        district = await tx.districts.add(kim, "участок 1", ())
    choice = sum(decided(0, part, Side.KEPT) for part in Part)
    async for meet in meetings(house):
        family, _ = await scene.family()
        other, _ = await scene.family()
        changing: Coroutine[Any, Any, object]
        if what == "name":
            topic = NewNameOf(other.child.id)
            await services.children.ask_about(other.parent, scene.clinic.id, topic)
            changing = services.families.answer(other.parent, "Тимофей")
        else:
            changing = services.children.choose_district(other.parent, other.child.id, district.id)
        ids = family.child.id, other.child.id
        two = await services.joining.compare(tamara.person, tamara.post, *ids, choice)
        changed, _ = await meet(
            changing,
            services.joining.join(tamara.person, tamara.post, *ids, choice, two.as_shown),
        )
        stands = f"(name = 'Тимофей' OR district_id = {district.id})"
        count = await house.count("children", f"id IN {ids} AND {stands}")
        assert count == (not refused(changed))


async def test_a_question_is_asked_while_its_visit_becomes_another_doctor_s(
    scene: Scene, house: House, petrova: Doctor, doctor_kim: Employee
) -> None:
    """R47: who sees the child then is to answer, and nobody else is asked."""
    await employ(house, Role.DOCTOR, 204, doctor=petrova)
    entry = await house.services.profiles.entered("romashka")
    profile = replace(entry.profile, doctors_answer=True)
    await house.services.profiles.enter(replace(entry, profile=profile))
    questions = house.services.questions
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time())
        await questions.begin(family.parent, visit.id)
        await meet(
            questions.ask(family.parent, "С коляской можно?"),
            house.services.booking.move(father, visit.id, scene.time("Ким").id),
        )
        asked = "SELECT person_id FROM notifications WHERE kind = 'question' AND state = 'planned'"
        told = await house.database.rows(f"{asked} AND appointment_id = {visit.id}")
        assert [row.person_id for row in told] == [doctor_kim.person]


async def test_reminders_are_wished_otherwise_while_silence_says_yes(
    scene: Scene, house: House, clinic: Clinic
) -> None:
    """R06, R21: they come at the hour that is wanted by now."""
    services = house.services
    entry = await services.profiles.entered("romashka")
    profile = replace(entry.profile, doctors_confirm=True)
    await services.profiles.enter(replace(entry, profile=profile))
    async for meet in meetings(house):
        family, _ = await scene.family()
        await services.consents.agree(family.parent, clinic.id, Purpose.REMINDERS, 1)
        visit = await scene.visit(family, scene.day()[0])
        assert visit.deadline
        house.clock.now = visit.deadline.at
        await meet(
            services.word.settle(),
            services.wishes.remind_in_the_evening(family.parent, clinic.id, time(20)),
        )
        assert await reminders_follow_the_facts(house) == []


async def test_the_registry_says_two_codes_at_once(
    scene: Scene, house: House, tamara: Employee, clinic: Clinic
) -> None:
    """R32: of both, the later one is worth something."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    codes = house.services.codes
    async for meet in meetings(house):
        family, _ = await scene.family()
        became = await meet(
            codes.code(tamara.person, tamara.post, family.child.id),
            codes.code(irina.person, irina.post, family.child.id),
        )
        assert not any(map(refused, became))
        assert await house.count("visit_codes", f"child_id = {family.child.id}") == 1


@pytest.mark.parametrize("what", ["wish", "clinic"])
async def test_reminders_are_wished_otherwise_while_a_visit_is_moved(
    scene: Scene, house: House, clinic: Clinic, what: str
) -> None:
    """R21: they are of the time it has then, at the hour that is wanted then."""
    services = house.services
    hour = 17
    times = [both for _ in range(4) for both in zip(scene.day(), scene.day(), strict=False)]
    async for meet in meetings(house):
        family, father = await scene.family()
        for parent in (family.parent, father):
            await services.consents.agree(parent, clinic.id, Purpose.REMINDERS, 1)
        booked, other = times.pop()
        visit = await scene.visit(family, booked)
        moving = services.booking.move(father, visit.id, other.id)
        if what == "wish":
            await meet(
                services.wishes.remind_in_the_evening(family.parent, clinic.id, time(20)), moving
            )
        else:
            hour = 19 if hour == 17 else 17
            entry = await services.profiles.entered("romashka")
            reminding = replace(entry.profile.reminding, evening=time(hour))
            profile = replace(entry.profile, reminding=reminding)
            await services.profiles.enter(replace(entry, profile=profile))
            await run_sql(house, "DELETE FROM notifications WHERE kind IN ('evening', 'soon')")
            await meet(services.profiles.remind_anew(), moving)
        assert await reminders_follow_the_facts(house) == []
