"""A doctor's day as it goes: who came, how late it is, the next visit named on the spot."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from services.desk.attendance import AskNote, Lateness
from services.desk.errands import Aim, Errand
from services.model.access import Access, Role
from services.model.clinic import Doctor, Reason
from services.model.letters import DoctorLate, Letter
from services.model.messages import Urgency
from services.model.people import Person
from services.model.privacy.retention import USUAL_DAYS, Kept
from services.model.refusals.base import NotFound
from services.model.refusals.desk import NotesNotKept, RulesBent
from services.model.refusals.schedule import DayOver
from services.model.refusals.typed import TextTooLong
from services.model.refusals.visits import NotBegun, SlotTaken, VisitCancelled
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from services.rules.visit_states import check_markable, is_unmarked
from services.runtime.use_case import effect_of
from services.visits.staff_view import StaffVisit
from storage.care.ciphers import Ciphers
from tests.conftest import MONDAY_7_AM, House, house_over
from tests.databases import BOTH
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, slots_of
from tests.statements import statements
from tests.values import a_slot, a_visit

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
STATES = AppointmentState


@dataclass
class Letters:
    """A notifier that keeps what it told."""

    told: list[Letter] = field(default_factory=list)

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        self.told.append(letter)


@played
async def anna_petrova(house: House, petrova: Doctor) -> Employee:
    """Доктор Петрова herself."""
    return await employ(house, Role.DOCTOR, 203, doctor=petrova)


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    """Петрова's Monday, from 9:00 on, a quarter of an hour each."""
    return await slots_of(house, petrova, anna, MONDAY)


async def booked(house: House, family: Family, slot: Slot) -> Appointment:
    """Shown to the family, which need not be told again."""
    visit = await house.book(family.parent, family.child.id, slot)
    await house.answered(family.parent, visit)
    return visit


@played
async def visit(house: House, anna: Family, slots: list[Slot]) -> Appointment:
    """Миша at 9:00."""
    return await booked(house, anna, slots[0])


async def mark(house: House, who: Employee, visit: Appointment, *, came: bool | None) -> STATES:
    done = await house.services.attendance.mark(who.person, who.post, visit.id, came)
    return done.visit.state


async def late(house: House, who: Employee, doctor: Doctor, minutes: int) -> Lateness:
    return await house.services.attendance.late(who.person, who.post, doctor.id, minutes)


async def tell(house: House) -> list[DoctorLate]:
    letters = Letters()
    await house.services.notices.tell_due(letters)
    assert all(isinstance(letter, DoctorLate) for letter in letters.told)
    return [letter for letter in letters.told if isinstance(letter, DoctorLate)]


async def journal_of(house: House, family: Family) -> list[Access | str]:
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(family.child.id, 100)
    return [record.entry.access for record in reversed(records)]


# Came, or not


async def test_who_came_is_noted_and_can_be_noted_otherwise(
    house: House, anna: Family, anna_petrova: Employee, visit: Appointment
) -> None:
    """R39: from the visit's start on; again, it changes nothing; each is taken down."""
    house.clock.forward(hours=2)
    assert await mark(house, anna_petrova, visit, came=True) is STATES.FULFILLED
    assert await mark(house, anna_petrova, visit, came=True) is STATES.FULFILLED
    assert await mark(house, anna_petrova, visit, came=False) is STATES.NO_SHOW
    assert await mark(house, anna_petrova, visit, came=None) is STATES.BOOKED
    assert await journal_of(house, anna) == [
        Access.CAME,
        Access.VISIT,
        Access.MISSED,
        Access.UNMARKED,
    ]


@pytest.mark.parametrize(
    ("before", "may_have_come"),
    [
        (timedelta(seconds=1), True),
        (timedelta(hours=9), True),
        (timedelta(hours=9, seconds=1), False),
    ],
)
def test_who_is_early_has_come(before: timedelta, may_have_come: bool) -> None:
    """R39: from midnight on, on the clinic's wall; that nobody came is said from the start on."""
    visit = a_visit(a_slot(MONDAY_7_AM + timedelta(hours=2)))
    now = visit.slot.starts_at - before
    with nullcontext() if may_have_come else pytest.raises(NotBegun):
        check_markable(visit, now, came=True)
    with pytest.raises(NotBegun):
        check_markable(visit, now, came=False)
    with pytest.raises(NotBegun):
        check_markable(replace(visit, state=STATES.PENDING), now, came=True)


@pytest.mark.parametrize("kind", BOTH)
async def test_the_time_of_who_came_early_is_nobody_else_s(
    house: House, anna: Family, boris: Family, tamara: Employee, visit: Appointment, petrova: Doctor
) -> None:
    """R05: neither a family nor the registry sees it free, and the mark can be taken back."""
    house.clock.forward(hours=1, minutes=50)
    assert await mark(house, tamara, visit, came=True) is STATES.FULFILLED
    assert visit.slot.id not in {
        slot.id for slot in await slots_of(house, petrova, boris, MONDAY) if not slot.taken
    }
    errand = Errand(Aim.BOOK, boris.child.id, Reason.CONSULTATION)
    desk = house.services.desk
    shown = await desk.day(tamara.person, tamara.post, errand, petrova.id, MONDAY)
    assert [time.slot.taken for time in shown.times if time.slot.id == visit.slot.id] == [True]
    with pytest.raises(SlotTaken):
        await desk.book(tamara.person, tamara.post, errand, visit.slot.id, bending=True)
    assert await mark(house, tamara, visit, came=None) is STATES.BOOKED


async def test_nothing_is_noted_after_the_visit_s_day(
    house: House, anna_petrova: Employee, visit: Appointment
) -> None:
    """Until midnight on the clinic's wall; then it is said that nobody noted it."""
    house.clock.forward(hours=2, seconds=-1)
    with pytest.raises(NotBegun):
        await mark(house, anna_petrova, visit, came=False)
    assert not is_unmarked(visit, house.clock())
    house.clock.forward(hours=15)
    assert not is_unmarked(visit, house.clock())
    assert is_unmarked(visit, house.clock() + timedelta(seconds=1))
    await mark(house, anna_petrova, visit, came=False)
    house.clock.forward(seconds=1)
    with pytest.raises(DayOver):
        await mark(house, anna_petrova, visit, came=True)


async def test_there_is_nothing_to_note_of_a_cancelled_visit(
    house: House, anna: Family, anna_petrova: Employee, visit: Appointment
) -> None:
    """The family gave it up in time."""
    await house.services.mine.cancel(anna.parent, visit.id)
    house.clock.forward(hours=2)
    with pytest.raises(VisitCancelled):
        await mark(house, anna_petrova, visit, came=True)


async def test_what_is_over_still_counts_and_is_still_listed(
    house: House, anna: Family, anna_petrova: Employee, tamara: Employee, visit: Appointment
) -> None:
    """The day's count, the doctor's list, the load and the family's past visits have it."""
    house.clock.forward(hours=2, minutes=5)
    await mark(house, anna_petrova, visit, came=True)
    workday = house.services.workday
    day = await workday.day(anna_petrova.person, anna_petrova.post)
    assert [count for _doctor, count in day.doctors] == [1]
    doctor = visit.slot.doctor
    found = await workday.day_list(anna_petrova.person, anna_petrova.post, doctor.id, MONDAY)
    assert [each.state for each in found.visits] == [STATES.FULFILLED]
    async with house.transactions.reads() as tx:
        loads = await tx.slots.loads(doctor.clinic.id, MONDAY, MONDAY)
    assert loads[doctor.id, MONDAY].taken == 1
    [past] = (await house.services.mine.past(anna.parent)).visits
    assert past.id == visit.id


async def test_two_notes_at_once_are_one_after_the_other(
    house: House, anna_petrova: Employee, tamara: Employee, visit: Appointment
) -> None:
    """R05: the doctor and the registry tap the same: one change."""
    house.clock.forward(hours=2)
    marks = [mark(house, who, visit, came=True) for who in (anna_petrova, tamara) for _ in range(3)]
    assert set(await asyncio.gather(*marks)) == {STATES.FULFILLED}
    assert await house.count("appointment_changes", "state = 'fulfilled'") == 1


# Notes


async def noted(house: House, who: Employee, visit: Appointment, typed: str) -> StaffVisit:
    reception = house.services.attendance
    await reception.ask_note(who.person, who.post, visit.id)
    found = await reception.note(who.person, typed)
    assert isinstance(found, StaffVisit)
    return found


async def test_a_note_is_for_colleagues_alone(
    house: House, anna: Family, anna_petrova: Employee, tamara: Employee, visit: Appointment
) -> None:
    """R35, R39: sealed in the database, in the list and at the visit, taken down; "-" takes it
    away; at the registry's desk a search goes on from there."""
    assert (await noted(house, tamara, visit, " Зайти первыми ")).note == "Зайти первыми"
    assert await house.count("staff_notes", "ciphertext LIKE '%первыми%'") == 0
    assert await house.count("conversations", "asked = 'whom'") == 1
    doctor = visit.slot.doctor
    workday = house.services.workday
    found = await workday.day_list(anna_petrova.person, anna_petrova.post, doctor.id, MONDAY)
    assert found.notes == {visit.id: "Зайти первыми"}
    opened = await house.services.registry.search(tamara.person, visit.number)
    assert isinstance(opened, StaffVisit)
    assert opened.note == "Зайти первыми"
    assert (await noted(house, anna_petrova, visit, "-")).note == ""
    assert await house.count("staff_notes") == 0
    assert (await journal_of(house, anna)).count(Access.NOTED) == 2


async def test_a_note_that_is_too_long_is_asked_for_again(
    house: House, anna_petrova: Employee, visit: Appointment
) -> None:
    """A hundred characters fit."""
    assert len((await noted(house, anna_petrova, visit, "я" * 100)).note) == 100
    reception = house.services.attendance
    await reception.ask_note(anna_petrova.person, anna_petrova.post, visit.id)
    asked = await reception.note(anna_petrova.person, "я" * 101)
    assert isinstance(asked, AskNote)
    assert isinstance(asked.problem, TextTooLong)
    await reception.note(anna_petrova.person, "короче")
    with pytest.raises(NotFound):  # nothing is asked any more
        await reception.note(anna_petrova.person, "ещё")


async def test_nobody_else_writes_a_note(
    house: House, anna: Family, kim: Doctor, visit: Appointment
) -> None:
    """R30: a colleague at another's visit, a parent; and who was dismissed after being asked."""
    doctor_kim = await employ(house, Role.DOCTOR, 205, doctor=kim)
    head = await employ(house, Role.ADMINISTRATOR, 201)
    gone = await employ(house, Role.REGISTRAR, 204)
    reception = house.services.attendance
    for who in (doctor_kim, Employee(anna.parent, head.post)):
        with pytest.raises(NotFound):
            await reception.ask_note(who.person, who.post, visit.id)
    await reception.ask_note(gone.person, gone.post, visit.id)
    await house.services.members.dismiss(head.person, head.post, gone.post)
    with pytest.raises(NotFound):
        await reception.note(gone.person, "Зайти первыми")
    assert await house.count("staff_notes") == 0


async def test_a_note_goes_a_week_after_its_visit(
    house: House, tamara: Employee, visit: Appointment
) -> None:
    """R40: and not before."""
    await noted(house, tamara, visit, "Зайти первыми")
    house.clock.now = visit.slot.stretch.ends_at + timedelta(days=USUAL_DAYS[Kept.NOTES])
    assert await house.services.retention.forget(Kept.NOTES) == 0
    house.clock.forward(seconds=1)
    assert await house.services.retention.forget(Kept.NOTES) == 1


async def test_without_a_key_no_note_is_kept(
    house: House, tamara: Employee, visit: Appointment
) -> None:
    """R35: what another key sealed is not shown, and nothing fails for it."""
    await noted(house, tamara, visit, "Зайти первыми")
    for ciphers in (None, Ciphers([bytes(32)])):
        async with house_over(house.database, house.clock, ciphers) as other:
            found = await other.services.workday.visit(tamara.person, tamara.post, visit.id)
            assert (found.note, found.keeps_notes) == ("", ciphers is not None)
    async with house_over(house.database, house.clock, None) as other:
        with pytest.raises(NotesNotKept):
            await other.services.attendance.ask_note(tamara.person, tamara.post, visit.id)


# Late


async def test_the_families_ahead_are_told_that_the_doctor_is_late(
    house: House, anna: Family, boris: Family, anna_petrova: Employee, slots: list[Slot]
) -> None:
    """At once, and once for each step; who is in already is not told."""
    first, second = await booked(house, anna, slots[0]), await booked(house, boris, slots[2])
    house.clock.forward(hours=2, minutes=5)
    doctor = slots[0].doctor
    said = await late(house, anna_petrova, doctor, 20)
    assert (said.concerned, said.by_phone) == (2, 0)
    assert (await late(house, anna_petrova, doctor, 20)).concerned == 2
    told = await tell(house)
    assert {(letter.visit.id, letter.minutes) for letter in told} == {
        (first.id, 20),
        (second.id, 20),
    }
    assert await tell(house) == []

    await mark(house, anna_petrova, first, came=True)
    await late(house, anna_petrova, doctor, 30)
    await late(house, anna_petrova, doctor, 45)
    [letter] = await tell(house)
    assert (letter.visit.id, letter.minutes) == (second.id, 45)
    await late(house, anna_petrova, doctor, 0)
    [letter] = await tell(house)
    assert letter.minutes == 0
    assert (await journal_of(house, anna)).count(Access.LATE) == 1
    assert (await journal_of(house, boris)).count(Access.LATE) == 4


async def test_who_comes_later_today_is_left_in_peace(
    house: House, anna: Family, boris: Family, anna_petrova: Employee, petrova: Doctor
) -> None:
    """At 7:30 whoever comes at 10:30 is told; at 10:45, or tomorrow, they are not."""
    slots = await slots_of(house, petrova, anna, MONDAY)
    near = await booked(house, anna, slots[6])
    await booked(house, boris, slots[7])
    tomorrow = replace(boris, child=await house.child(boris.parent, "Оля"))
    await booked(house, tomorrow, (await slots_of(house, petrova, tomorrow, TUESDAY))[0])
    house.clock.forward(minutes=30)
    assert (await late(house, anna_petrova, petrova, 10)).concerned == 1
    assert [letter.visit.id for letter in await tell(house)] == [near.id]


async def test_who_came_meanwhile_is_not_told(
    house: House, anna_petrova: Employee, visit: Appointment
) -> None:
    """R17: the message is on its way when the child is called in."""
    house.clock.forward(hours=2, minutes=1)
    await late(house, anna_petrova, visit.slot.doctor, 10)
    await mark(house, anna_petrova, visit, came=True)
    assert await tell(house) == []


async def test_two_say_it_at_once(
    house: House, anna: Family, anna_petrova: Employee, tamara: Employee, visit: Appointment
) -> None:
    """R05: one step, and one message; a replay of the tap adds none (R45)."""
    house.clock.forward(hours=1)
    doctor = visit.slot.doctor
    await asyncio.gather(
        *(late(house, who, doctor, 20) for who in (anna_petrova, tamara) for _ in range(3))
    )
    assert await house.count("delays", "step = 1 AND minutes = 20") == 1
    assert len(await tell(house)) == 1
    with effect_of(1):
        await late(house, tamara, doctor, 30)
    await late(house, tamara, doctor, 45)
    with effect_of(1):
        assert (await late(house, tamara, doctor, 45)).delay
    assert [letter.minutes for letter in await tell(house)] == [45]


async def test_only_the_doctor_and_the_registry_say_it(
    house: House,
    anna: Family,
    kim: Doctor,
    doctor_kim: Employee,
    stranger: Employee,
    visit: Appointment,
) -> None:
    """R30: for a colleague, another clinic or a parent the doctor is not there; nor is a step that
    nobody offers."""
    her_post = (await employ(house, Role.DOCTOR, 205, doctor=visit.slot.doctor)).post
    doctor = visit.slot.doctor
    house.clock.forward(hours=2)
    borrowed = [Employee(person, her_post) for person in (anna.parent, stranger.person)]
    for who in (doctor_kim, stranger, *borrowed):
        with pytest.raises(NotFound):
            await late(house, who, doctor, 20)
        with pytest.raises(NotFound):
            await house.services.attendance.lateness(who.person, who.post, doctor.id)
        with pytest.raises(NotFound):
            await mark(house, who, visit, came=True)
    with pytest.raises(NotFound):
        await late(house, doctor_kim, kim, 25)
    assert await house.count("delays") == 0
    assert await house.count("access_records") == 0


# The next visit


def following(visit: Appointment) -> Errand:
    return Errand(Aim.NEXT, visit.id, Reason.REPEAT)


async def test_the_doctor_names_the_next_visit(
    house: House, anna: Family, anna_petrova: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """A repeat visit at a free time of their own, booked at once; the present one is not in its
    way; once more gives the same."""
    house.clock.forward(hours=2, minutes=5)
    desk, errand = house.services.desk, following(visit)
    days = await desk.days(anna_petrova.person, anna_petrova.post, errand, petrova.id)
    assert TUESDAY in [each.day for each in days.days]
    day = await desk.day(anna_petrova.person, anna_petrova.post, errand, petrova.id, TUESDAY)
    slot = day.times[2].slot
    offer = await desk.offer(anna_petrova.person, anna_petrova.post, errand, slot.id)
    assert list(offer.bent) == []
    for _ in range(2):
        done = await desk.book(anna_petrova.person, anna_petrova.post, errand, slot.id)
    assert (done.visit.state, done.visit.reason) == (STATES.BOOKED, Reason.REPEAT)
    assert await house.count("appointments") == 2
    assert await house.count("notifications", "kind = 'booked' AND state = 'planned'") == 1
    assert Access.NEXT_VISIT in await journal_of(house, anna)


async def test_a_doctor_gives_only_their_own_times_at_their_own_visits(
    house: House, anna: Family, anna_petrova: Employee, kim: Doctor, visit: Appointment
) -> None:
    """R30, R04: neither a colleague's time, nor at a colleague's visit, nor by the registry's own
    errands; a rule is bent only if that is said."""
    doctor_kim = await employ(house, Role.DOCTOR, 205, doctor=kim)
    desk, errand = house.services.desk, following(visit)
    [kims, *_] = await slots_of(house, kim, anna, TUESDAY)
    forbidden = [
        desk.book(anna_petrova.person, anna_petrova.post, errand, kims.id),
        desk.day(anna_petrova.person, anna_petrova.post, errand, kim.id, TUESDAY),
        desk.book(doctor_kim.person, doctor_kim.post, errand, kims.id),
        desk.days(doctor_kim.person, doctor_kim.post, errand, kim.id),
        desk.book(anna.parent, anna_petrova.post, errand, kims.id),
        desk.book(anna_petrova.person, anna_petrova.post, Errand(Aim.BOOK, anna.child.id), kims.id),
    ]
    for call in forbidden:
        with pytest.raises(NotFound):
            await call
    assert await house.count("appointments") == 1


async def test_a_second_visit_ahead_is_a_rule_bent_knowingly(
    house: House, anna_petrova: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """R04: the next one is named already, and a further one bends "one visit per doctor"."""
    desk, errand = house.services.desk, following(visit)
    day = await desk.day(anna_petrova.person, anna_petrova.post, errand, petrova.id, TUESDAY)
    first, second = day.times[0].slot, day.times[1].slot
    await desk.book(anna_petrova.person, anna_petrova.post, errand, first.id)
    with pytest.raises(RulesBent):
        await desk.book(anna_petrova.person, anna_petrova.post, errand, second.id)


async def test_no_next_visit_at_one_that_was_cancelled(
    house: House, anna: Family, anna_petrova: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """The family gave it up meanwhile."""
    await house.services.mine.cancel(anna.parent, visit.id)
    desk, errand = house.services.desk, following(visit)
    with pytest.raises(VisitCancelled):
        await desk.days(anna_petrova.person, anna_petrova.post, errand, petrova.id)


async def test_the_way_to_the_next_child_of_the_day(
    house: House, anna: Family, boris: Family, anna_petrova: Employee, slots: list[Slot]
) -> None:
    """From visit to visit without the list; the last one has none after it. Nothing of the next
    child is taken down, as nothing is shown."""
    first, second = await booked(house, anna, slots[0]), await booked(house, boris, slots[2])
    workday = house.services.workday
    found = await workday.visit(anna_petrova.person, anna_petrova.post, first.id)
    assert found.following
    assert found.following.id == second.id
    assert await journal_of(house, boris) == []
    last = await workday.visit(anna_petrova.person, anna_petrova.post, second.id)
    assert last.following is None
    assert last.visit.slot.starts_at - found.visit.slot.starts_at == timedelta(minutes=30)


async def test_a_late_doctor_s_families_are_told_in_as_many_statements_as_one(
    house: House, anna_petrova: Employee, petrova: Doctor, slots: list[Slot]
) -> None:
    """R17, R54: neither their locks nor who cares for them is asked one by one."""
    some = await families(house, petrova.clinic, 5)
    await booked(house, some[0], slots[0])
    house.clock.forward(hours=1)
    costs = []
    for minutes in (10, 20):
        with statements(house) as said:
            told = await late(house, anna_petrova, petrova, minutes)
        costs.append(len([each for each in said if "INSERT INTO notifications" not in each]))
        for family, slot in zip(some[1:], slots[1:], strict=False):
            if minutes == 10:
                await booked(house, family, slot)
    assert told.concerned == 5
    assert costs[0] == costs[1] - 1  # what was said before is dropped
