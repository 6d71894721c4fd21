"""What the clinic changed and took back before anybody heard of it: as if nothing had been."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from services.desk.absences.report import AbsenceReport, Absent
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.letters import ClinicMoved, Letter, PlaceChanged, Reminder, StandsAgain
from services.model.visits import Appointment
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ
from tests.services.messages.test_reminders import (
    WEDNESDAY,
    agree,
    at,
    book,
    move_by,
    planned,
    slot_at,
    tell,
)

WEDNESDAY_DAY = date.fromisoformat(WEDNESDAY)


@dataclass(frozen=True)
class Story:
    """Анна and Миша, on Wednesday at 10:30, who want to be reminded, and a registrar."""

    house: House
    visit: Appointment
    desk: Employee
    anna: Family

    async def absent(self, substitute: Doctor | None = None) -> AbsenceReport:
        doctor = self.visit.slot.doctor
        absent = Absent(
            doctor.id, WEDNESDAY_DAY, WEDNESDAY_DAY, substitute.id if substitute else None
        )
        return await self.house.services.absences.make(self.desk.person, self.desk.post, absent)

    async def undo(self, report: AbsenceReport) -> None:
        absences = self.house.services.absences
        await absences.undo(self.desk.person, self.desk.post, report.absence.id)

    async def move(self, wall: str) -> None:
        await move_by(self.house, self.desk, self.visit, wall)

    async def now(self) -> Appointment:
        shown = await self.house.services.mine.visit(self.anna.parent, self.visit.id)
        return shown.visit

    async def to_call(self) -> int:
        found = await self.house.services.calls.list(self.desk.person, self.desk.post)
        return len([each for each in found.families if each.call.done_at is None])

    def at(self, time: str) -> None:
        at(self.house, f"{WEDNESDAY} {time}")

    async def told(self) -> list[type[Letter]]:
        return [type(letter) for letter in await tell(self.house)]


@played
async def clinic(house: House, clinic: Clinic) -> Clinic:
    """Ромашка, with texts for all that can be agreed to."""
    return await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@played
async def story(house: House, clinic: Clinic, anna: Family, petrova: Doctor) -> Story:
    await agree(house, anna, clinic)
    desk = await employ(house, Role.REGISTRAR, 900)
    visit = await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    return Story(house, visit, desk, anna)


async def test_a_reminder_outlives_an_absence_that_nobody_heard_of(
    story: Story, kim: Doctor
) -> None:
    """R18, R21: made in the morning, taken back a little later, twice, once with a substitute: the
    reminder that comes soon after is no fresher than the visit is to its family."""
    reminders = await planned(story.house)
    story.at("06:40")
    await story.undo(await story.absent())
    story.at("06:50")
    await story.undo(await story.absent(kim))
    story.at("06:55")
    assert (await story.told(), await story.to_call()) == ([], 0)
    assert (await planned(story.house))[-1] == reminders[-1]
    assert (await story.now()).changed_at == story.visit.changed_at
    story.at("08:30")
    assert await story.told() == [Reminder]


async def test_a_reminder_that_was_due_meanwhile_comes_afterwards(story: Story) -> None:
    """R18: it would have come while the doctor was absent; nobody heard that they were."""
    story.at("08:25")
    report = await story.absent()
    story.at("08:35")
    await story.undo(report)
    assert await story.told() == [Reminder]


async def test_a_family_that_heard_of_it_hears_that_the_visit_stands(story: Story) -> None:
    """R62: it is fresh then, and no reminder follows at once."""
    story.at("07:10")
    report = await story.absent()
    await story.told()
    story.at("07:15")
    await story.undo(report)
    assert await story.told() == [StandsAgain]
    story.at("08:30")
    assert await story.told() == []


async def test_what_the_family_answered_stands_too(story: Story) -> None:
    """It said that it comes, and heard of nothing else."""
    story.at("06:30")
    await story.house.services.mine.come(story.anna.parent, story.visit.id, all_day=False)
    said = (await story.now()).coming_at
    assert said
    story.at("06:40")
    report = await story.absent()
    assert (await story.now()).coming_at is None
    await story.undo(report)
    assert (await story.now()).coming_at == said
    await story.house.services.passing.pass_on()  # what the absence gave back goes through the list
    await story.move(f"{WEDNESDAY} 11:00")
    await story.move(f"{WEDNESDAY} 10:30")
    assert (await story.now()).coming_at == said


async def test_moved_and_moved_back_before_anybody_heard(story: Story) -> None:
    """R18: by way of a third time, too. No letter says "moved" of a visit that is where it was,
    nobody is to be phoned, and the reminder comes."""
    story.at("06:40")
    for wall in ("11:00", "11:30", "10:30"):
        await story.move(f"{WEDNESDAY} {wall}")
    story.at("07:30")
    assert (await story.told(), await story.to_call()) == ([], 0)
    story.at("08:30")
    assert await story.told() == [Reminder]


async def test_a_letter_says_where_the_family_believes_the_visit_to_be(story: Story) -> None:
    """R62: moved twice before it heard: "was" is what it knows, and not what lay between."""
    story.at("06:40")
    for wall in ("11:00", "11:30"):
        await story.move(f"{WEDNESDAY} {wall}")
    story.at("07:30")
    [letter] = await tell(story.house)
    assert isinstance(letter, ClinicMoved)
    assert letter.before.stretch == story.visit.slot.stretch
    await story.move(f"{WEDNESDAY} 10:30")
    [back] = await tell(story.house)
    assert isinstance(back, ClinicMoved)
    assert (back.before.id, back.visit.slot.id) == (letter.visit.slot.id, story.visit.slot.id)


async def test_who_was_phoned_has_heard(story: Story) -> None:
    """R52: moved, phoned, moved back: they are to be phoned again."""
    async with story.house.transactions.writes() as tx:
        await tx.families.lost(story.anna.parent, story.house.clock())
    story.at("07:40")
    await story.move(f"{WEDNESDAY} 11:00")
    visit = await story.now()
    calls, desk = story.house.services.calls, story.desk
    await calls.settle(desk.person, desk.post, visit.id, visit.sequence, done=True)
    await story.move(f"{WEDNESDAY} 10:30")
    assert await story.to_call() == 1


async def test_what_the_family_did_itself_it_knows(story: Story, petrova: Doctor) -> None:
    """Its own move lies between: what the clinic brings back is news."""
    story.at("06:40")
    await story.move(f"{WEDNESDAY} 11:00")
    slot = await slot_at(story.house, petrova, f"{WEDNESDAY} 11:30")
    await story.house.services.booking.move(story.anna.parent, story.visit.id, slot.id)
    await story.move(f"{WEDNESDAY} 10:30")
    story.at("07:30")
    assert await story.told() == [ClinicMoved]


async def into_room(story: Story, room: str) -> None:
    """As the clinic's file and its job do it."""
    code = story.visit.slot.doctor.clinic.code
    entry = await story.house.services.profiles.entered(code)
    doctors = [
        replace(each, room=room) if each.name == story.visit.slot.doctor.name else each
        for each in entry.doctors
    ]
    await story.house.services.profiles.enter(replace(entry, doctors=tuple(doctors)))
    await story.house.services.retelling.retell()


@pytest.mark.parametrize("first", [True, False])
async def test_another_room_is_told_though_a_move_is_taken_back(story: Story, first: bool) -> None:
    """R17, R56: before or after the move of which nobody heard, the room is another one: of that
    the family hears, of the move it does not."""
    story.at("07:10")
    if first:
        await into_room(story, "77")
    await story.move(f"{WEDNESDAY} 11:00")
    if not first:
        story.house.clock.forward(seconds=1)
        await into_room(story, "77")
    await story.move(f"{WEDNESDAY} 10:30")
    [letter] = await tell(story.house)
    assert isinstance(letter, PlaceChanged)
    assert letter.visit.slot.doctor.room == "77"
    assert letter.visit.slot.starts_at == story.visit.slot.starts_at


async def test_a_move_after_another_room_is_told_from_where_the_visit_was(story: Story) -> None:
    """R17, R56: a call that is wanted for a room alone makes no booking one of which nobody
    heard."""
    story.at("07:10")
    await into_room(story, "77")
    assert PlaceChanged in await story.told()
    known = await story.now()
    story.house.clock.forward(minutes=5)
    await story.move(f"{WEDNESDAY} 11:00")
    [letter] = await tell(story.house)
    assert isinstance(letter, ClinicMoved)
    assert letter.before.starts_at == known.slot.starts_at
