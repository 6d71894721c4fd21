"""What the registry does at a clinic with a system of its own."""

import pytest

from services.desk.absences.report import Absent
from services.desk.errands import Aim, Errand
from services.model.refusals.visits import SystemAway
from services.model.visits import AppointmentState
from tests.services.conftest import Employee, Family
from tests.services.systems.conftest import Practice


async def given_out(practice: Practice) -> int:
    """How many of the system's times anybody could have."""
    return await practice.house.count("slots", "open AND NOT withdrawn AND source = 'system'")


async def test_an_outage_is_said_at_the_desk_too(
    practice: Practice, anna: Family, boris: Family, tamara: Employee
) -> None:
    """Nothing is promised that nobody can ask for; what is booked stays where it is."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    slot = (await practice.free(boris))[3]
    practice.fake.down = True
    practice.house.clock.forward(minutes=61)
    desk, errand = practice.services.desk, Errand(Aim.BOOK, boris.child.id)
    with pytest.raises(SystemAway):
        await desk.book(tamara.person, tamara.post, errand, slot.id, bending=True)
    with pytest.raises(SystemAway):
        await desk.move(tamara.person, tamara.post, visit.id, slot.id, bending=True)
    after = await practice.visit(anna, visit.id)
    assert (after.slot.id, after.state) == (visit.slot.id, AppointmentState.BOOKED)


async def test_times_of_an_undone_absence_rest_until_the_system_says_that_they_are_free(
    practice: Practice, anna: Family, boris: Family, tamara: Employee
) -> None:
    """Somebody there may have them by now. A visit that comes back stands there still, and is not
    asked for again."""
    practice.fake.tells_news = True
    await practice.services.system_mirror.read(practice.clinic.id)
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    before = await practice.free(boris)
    day = visit.slot.local_start.date()
    absences, who = practice.services.absences, (tamara.person, tamara.post)
    report = await absences.make(*who, Absent(visit.slot.doctor.id, day, day))
    assert await given_out(practice) == 0
    practice.fake.take(before[0].stretch)
    await practice.services.system_mirror.read(practice.clinic.id)
    await absences.undo(*who, report.absence.id)
    assert await given_out(practice) == 0
    asked = practice.fake.asked.count("book")

    await practice.work(2)
    assert await practice.free(boris) == before[1:]
    back = await practice.visit(anna, visit.id)
    assert (back.slot.id, back.state) == (visit.slot.id, AppointmentState.BOOKED)
    assert practice.fake.asked.count("book") == asked == 1
