"""The doctor's word: what waits for it, who says it, and what follows when nobody does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import text

from services.desk.absences.report import Absent
from services.desk.errands import Aim, Errand
from services.model.access import Access, Role
from services.model.clinic import Clinic, Confirming, Doctor, Unanswered
from services.model.consents import Purpose
from services.model.letters import Confirmed, Letter, NotConfirmed, ToConfirm
from services.model.messages import Urgency
from services.model.people import Person
from services.model.refusals.base import NotFound
from services.model.refusals.visits import (
    AlreadyConfirmed,
    MovedMeanwhile,
    SlotTaken,
    VisitCancelled,
)
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState, Deadline, Word
from services.runtime.use_case import effect_of
from services.visits.confirming import GATHERED
from tests.conftest import CONSENT, CONSENTS, PETROVA, SEVERYANKA, House, StillClock, house_over
from tests.databases import POSTGRESQL
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, slots_of
from tests.services.waiting import begin, done_or_waiting
from tests.statements import statements

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
STATES = AppointmentState
GIVEN_BACK = Confirming(unanswered=Unanswered.GIVEN_BACK)
FOUR_HOURS = timedelta(hours=4)


@dataclass
class Letters:
    """A notifier that keeps what it told."""

    told: list[Letter] = field(default_factory=list)

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        self.told.append(letter)


async def let_confirm(house: House, clinic: Clinic, terms: Confirming | None = None) -> None:
    """The clinic wants its doctors' word, on these terms, and has all texts."""
    entry = await house.services.profiles.entered(clinic.code)
    wanted = replace(entry.profile, doctors_confirm=True, confirming=terms or Confirming())
    await house.services.profiles.enter(replace(entry, profile=wanted, consents=CONSENTS))


@played
async def asking(house: House, clinic: Clinic) -> None:
    """Without an answer a visit is booked."""
    await let_confirm(house, clinic)


@played
async def giving_back(house: House, clinic: Clinic) -> None:
    """Without an answer its time is free again."""
    await let_confirm(house, clinic, GIVEN_BACK)


@played
async def anna_petrova(house: House, petrova: Doctor) -> Employee:
    """Доктор Петрова herself."""
    return await employ(house, Role.DOCTOR, 203, doctor=petrova)


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    """Петрова's Tuesday."""
    return await slots_of(house, petrova, anna, TUESDAY)


async def booked(house: House, family: Family, slot: Slot) -> Appointment:
    return await house.book(family.parent, family.child.id, slot)


async def visit_of(house: House, visit: Appointment) -> Appointment:
    async with house.transactions.reads() as tx:
        return await tx.appointments.get(visit.id, cared_for_by=None)


async def tell(house: House) -> list[Letter]:
    letters = Letters()
    await house.services.notices.tell_due(letters)
    return letters.told


async def history(house: House, visit: Appointment) -> Sequence[str]:
    query = "SELECT state FROM appointment_changes WHERE appointment_id = :id ORDER BY sequence"
    return [state for (state,) in await house.database.rows(query, id=visit.id)]


async def journal_of(house: House, family: Family) -> list[Access | str]:
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(family.child.id, 100)
    return [record.entry.access for record in reversed(records)]


async def confirm(house: House, who: Employee, visit: Appointment) -> Appointment:
    word = house.services.word
    return (await word.confirm(who.person, who.post, visit.id, visit.sequence)).visit


async def decline(house: House, who: Employee, visit: Appointment) -> Appointment:
    word = house.services.word
    return (await word.decline(who.person, who.post, visit.id, visit.sequence)).visit


# What waits


@pytest.mark.usefixtures("asking")
async def test_what_a_family_books_waits(
    house: House, anna: Family, boris: Family, slots: list[Slot]
) -> None:
    """R05: it has its slot from everybody else, until four hours from now; nobody is reminded."""
    await house.services.consents.agree(
        anna.parent, slots[0].doctor.clinic.id, Purpose.REMINDERS, 1
    )
    visit = await booked(house, anna, slots[0])
    assert visit.state is STATES.PENDING
    assert visit.deadline == Deadline(house.clock() + FOUR_HOURS, Unanswered.BOOKED)
    with pytest.raises(SlotTaken):
        await booked(house, boris, slots[0])
    assert await house.count("notifications", "kind IN ('evening', 'soon')") == 0
    assert (await booked(house, anna, slots[0])).id == visit.id


@pytest.mark.usefixtures("asking")
async def test_what_the_registry_books_does_not(
    house: House, anna: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """The clinic itself speaks; and what it moves is booked, whatever it was."""
    desk, errand = house.services.desk, Errand(Aim.BOOK, anna.child.id)
    done = await desk.book(tamara.person, tamara.post, errand, slots[0].id)
    assert (done.visit.state, done.visit.deadline) == (STATES.BOOKED, None)

    moved = await house.services.booking.move(anna.parent, done.visit.id, slots[4].id)
    assert moved.visit.state is STATES.PENDING
    back = await desk.move(tamara.person, tamara.post, done.visit.id, slots[8].id)
    assert (back.visit.state, back.visit.deadline) == (STATES.BOOKED, None)


@pytest.mark.usefixtures("asking")
async def test_a_visit_too_near_to_ask_is_booked_at_once(
    house: House, anna: Family, petrova: Doctor
) -> None:
    """At 7:10 nobody can answer two hours before 9:00."""
    house.clock.forward(minutes=10)
    slots = await slots_of(house, petrova, anna, MONDAY)
    assert (await booked(house, anna, slots[0])).state is STATES.BOOKED


@pytest.mark.usefixtures("asking")
async def test_quiet_hours_do_not_count(house: House, anna: Family, slots: list[Slot]) -> None:
    """Booked at 19:00, the doctor has two hours in the evening and two in the morning; booked at
    20:00 it would be three, but for the two hours that are left before the visit."""
    house.clock.forward(hours=12)
    early = await booked(house, anna, slots[11])  # 11:45
    assert early.deadline
    assert early.deadline.at.astimezone(slots[0].doctor.clinic.zone).time() == time(9)
    house.clock.forward(hours=1)
    late = (await house.services.booking.move(anna.parent, early.id, slots[10].id)).visit
    assert late.deadline
    assert late.deadline.at == late.slot.starts_at - timedelta(hours=2)


async def test_where_nobody_asks_for_it_nothing_waits(
    house: House, anna: Family, slots: list[Slot]
) -> None:
    """Two taps to book, as ever."""
    visit = await booked(house, anna, slots[0])
    assert (visit.state, visit.deadline, visit.word) == (STATES.BOOKED, None, None)
    assert await house.count("notifications", "kind = 'to-confirm'") == 0


# Yes and no


@pytest.mark.usefixtures("asking")
async def test_the_doctor_confirms(
    house: House, anna: Family, anna_petrova: Employee, slots: list[Slot]
) -> None:
    """The family hears by whom, reminders are planned, the journal has it (R39); once more changes
    nothing (R05)."""
    await house.services.consents.agree(
        anna.parent, slots[0].doctor.clinic.id, Purpose.REMINDERS, 1
    )
    visit = await booked(house, anna, slots[0])
    waiting = await house.services.word.waiting(anna_petrova.person, anna_petrova.post)
    assert [each.id for each in waiting.visits] == [visit.id]

    done = await confirm(house, anna_petrova, visit)
    assert (done.state, done.word, done.sequence) == (STATES.BOOKED, Word.DOCTOR, 1)
    assert (await confirm(house, anna_petrova, visit)).sequence == 1
    assert await history(house, visit) == ["pending", "booked"]
    assert await house.count("notifications", "kind IN ('evening', 'soon')") == 2
    assert await journal_of(house, anna) == [Access.WAITING, Access.CONFIRMED, Access.VISIT]
    [letter] = await tell(house)
    assert isinstance(letter, Confirmed)
    assert (letter.person.id, letter.visit.word) == (anna.parent, Word.DOCTOR)
    with pytest.raises(AlreadyConfirmed):
        await decline(house, anna_petrova, done)


@pytest.mark.usefixtures("asking")
async def test_the_registry_declines(
    house: House, anna: Family, boris: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """The time is free at once; the family hears of others, and not of that one."""
    visit = await booked(house, anna, slots[0])
    off = await decline(house, tamara, visit)
    assert (off.state, off.word) == (STATES.CANCELLED, Word.REGISTRY)
    assert (await decline(house, tamara, visit)).sequence == 1
    assert await journal_of(house, anna) == [Access.DECLINED, Access.VISIT]
    [letter] = await tell(house)
    assert isinstance(letter, NotConfirmed)
    assert not letter.lapsed
    assert letter.others
    assert visit.slot.id not in {slot.id for slot in letter.others}
    with pytest.raises(VisitCancelled):
        await confirm(house, tamara, visit)
    assert (await booked(house, boris, slots[0])).is_pending


@pytest.mark.usefixtures("asking")
async def test_a_word_is_for_the_time_that_was_seen(
    house: House, anna: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """R05: the family moves the visit while the list is open: neither yes nor no is said to it."""
    visit = await booked(house, anna, slots[0])
    await house.services.booking.move(anna.parent, visit.id, slots[4].id)
    for answer in (confirm, decline):
        with pytest.raises(MovedMeanwhile):
            await answer(house, tamara, visit)
    assert (await visit_of(house, visit)).is_pending
    assert await journal_of(house, anna) == []


@pytest.mark.usefixtures("asking")
async def test_what_the_family_gave_up_is_neither_confirmed_nor_declined(
    house: House, anna: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """Whoever taps is told how it stands, and that nobody was told anything."""
    visit = await booked(house, anna, slots[0])
    await house.services.mine.cancel(anna.parent, visit.id)
    for answer in (confirm, decline):
        with pytest.raises(VisitCancelled):
            await answer(house, tamara, visit)
    assert await tell(house) == []


@pytest.mark.usefixtures("asking")
async def test_nobody_else_has_a_word(
    house: House, anna: Family, kim: Doctor, slots: list[Slot]
) -> None:
    """R30: another doctor, another clinic, who was dismissed, a parent: all are told alike."""
    visit = await booked(house, anna, slots[0])
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    head = await employ(house, Role.ADMINISTRATOR, 201)
    gone = await employ(house, Role.REGISTRAR, 204)
    await house.services.members.dismiss(head.person, head.post, gone.post)
    others = [
        await employ(house, Role.DOCTOR, 205, doctor=kim),
        await employ(house, Role.ADMINISTRATOR, 299, "severyanka"),
        gone,
        Employee(anna.parent, head.post),
    ]
    for other in others:
        for answer in (confirm, decline):
            with pytest.raises(NotFound):
                await answer(house, other, visit)
    shown = [
        (await house.services.word.waiting(other.person, other.post)).visits for other in others[:2]
    ]
    assert shown == [[], []]
    assert (await visit_of(house, visit)).is_pending
    assert await house.count("access_records") == 0


@pytest.mark.usefixtures("asking")
async def test_a_word_that_comes_again_has_no_second_effect(
    house: House, anna: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """R45: its update is delivered again after the family has moved the visit."""
    visit = await booked(house, anna, slots[0])
    with effect_of(1):
        await confirm(house, tamara, visit)
    await house.services.mine.cancel(anna.parent, visit.id)
    with effect_of(1), pytest.raises(VisitCancelled):
        await confirm(house, tamara, visit)
    assert await history(house, visit) == ["pending", "booked", "cancelled"]


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("_round", range(5))
async def test_two_of_the_staff_at_once_act_once(
    house: House,
    anna: Family,
    anna_petrova: Employee,
    tamara: Employee,
    slots: list[Slot],
    _round: int,
) -> None:
    """R05: yes and no, each tapped twice at one moment: the first counts, and is the only one."""
    visit = await booked(house, anna, slots[0])
    taps = [
        answer(house, who, visit)
        for who in (anna_petrova, tamara)
        for answer in (confirm, decline)
        for _ in range(2)
    ]
    results = await asyncio.gather(*taps, return_exceptions=True)
    stands = await visit_of(house, visit)
    assert stands.sequence == 1
    assert len(await history(house, visit)) == 2
    for result in results:
        if isinstance(result, BaseException):
            assert isinstance(result, AlreadyConfirmed | VisitCancelled)
        else:
            assert (result.state, result.sequence) == (stands.state, 1)
    acts = [each for each in await journal_of(house, anna) if each is not Access.VISIT]
    assert acts == [Access.CONFIRMED if stands.state is STATES.BOOKED else Access.DECLINED]
    assert len(await tell(house)) == 1


# Nobody says anything


@pytest.mark.usefixtures("asking")
async def test_silence_is_consent_at_the_moment_it_is_looked_at(
    house: House, anna: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """R06: with no scheduler running, the visit is booked once its time to wait is over."""
    visit = await booked(house, anna, slots[0])
    house.clock.now += FOUR_HOURS - timedelta(seconds=1)
    [seen] = (await house.services.mine.visits(anna.parent)).visits
    assert seen.is_pending
    house.clock.now += timedelta(seconds=1)
    [seen] = (await house.services.mine.visits(anna.parent)).visits
    assert (seen.state, seen.word) == (STATES.BOOKED, Word.SILENCE)
    assert (await house.services.word.waiting(tamara.person, tamara.post)).visits == []
    with pytest.raises(AlreadyConfirmed):
        await decline(house, tamara, visit)
    assert (await confirm(house, tamara, visit)).word is Word.SILENCE


@pytest.mark.usefixtures("giving_back")
async def test_a_time_that_was_given_back_is_free_at_the_moment_it_is_looked_at(
    house: House, anna: Family, boris: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """R06: another family books it with no scheduler running; the first one hears of it all the
    same, once."""
    visit = await booked(house, anna, slots[0])
    free = await slots_of(house, slots[0].doctor, boris, TUESDAY)
    assert slots[0].id not in {slot.id for slot in free}
    house.clock.now += FOUR_HOURS
    free = await slots_of(house, slots[0].doctor, boris, TUESDAY)
    assert slots[0].id in {slot.id for slot in free}
    assert (await house.services.mine.visits(anna.parent)).visits == []
    [past] = (await house.services.mine.past(anna.parent)).visits
    assert past.state is STATES.CANCELLED
    day = await house.services.workday.day(tamara.person, tamara.post, TUESDAY)
    assert [count for _doctor, count in day.doctors] == [0, 0]
    with pytest.raises(VisitCancelled):
        await confirm(house, tamara, visit)

    await house.services.booking.offer(boris.parent, boris.need, slots[0].id)
    assert (await booked(house, boris, slots[0])).is_pending
    assert await history(house, visit) == ["pending", "cancelled"]
    assert await house.services.word.settle() == 0
    told = await tell(house)
    [letter] = [each for each in told if each.person.id == anna.parent]
    assert isinstance(letter, NotConfirmed)
    assert (letter.lapsed, letter.person.id) == (True, anna.parent)


@pytest.mark.usefixtures("giving_back")
async def test_what_was_given_back_is_not_in_the_child_s_own_way(
    house: House, anna: Family, petrova: Doctor, kim: Doctor, slots: list[Slot], tamara: Employee
) -> None:
    """R07: the child books an overlapping time with the other doctor, by itself or at the desk,
    though nobody has written down yet that the first one is gone."""
    visit = await booked(house, anna, slots[1])  # 9:15
    house.clock.now += FOUR_HOURS
    [overlapping, *_] = await slots_of(house, kim, anna, TUESDAY)  # 9:10
    other = await booked(house, anna, overlapping)
    house.clock.now += FOUR_HOURS
    errand = Errand(Aim.BOOK, anna.child.id)
    desk = house.services.desk
    third = await desk.book(tamara.person, tamara.post, errand, slots[1].id)
    assert [(await visit_of(house, each)).state for each in (visit, other, third.visit)] == [
        STATES.CANCELLED,
        STATES.CANCELLED,
        STATES.BOOKED,
    ]


@pytest.mark.usefixtures("giving_back")
async def test_one_gets_a_time_that_was_given_back(
    house: House, anna: Family, boris: Family, slots: list[Slot]
) -> None:
    """R01: both families want it at once; the first owner has no better right than the other."""
    await booked(house, anna, slots[0])
    house.clock.now += FOUR_HOURS
    results = await asyncio.gather(
        *(booked(house, family, slots[0]) for family in (anna, boris)), return_exceptions=True
    )
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, SlotTaken) for result in results) == 1
    assert await house.count("appointments", "state = 'pending'") == 1


@pytest.mark.parametrize("terms", [Confirming(), GIVEN_BACK])
async def test_the_job_writes_down_what_nobody_said(
    house: House, clinic: Clinic, anna: Family, slots: list[Slot], terms: Confirming
) -> None:
    """Once, and the family hears of it once; a visit whose time is not over is left alone."""
    await let_confirm(house, clinic, terms)
    visit = await booked(house, anna, slots[0])
    assert await house.services.word.settle() == 0
    house.clock.now += FOUR_HOURS
    settled = await asyncio.gather(*(house.services.word.settle() for _ in range(3)))
    assert sum(settled) == 1
    stands = await visit_of(house, visit)
    assert (stands.word, stands.sequence) == (Word.SILENCE, 1)
    assert len(await history(house, visit)) == 2
    [letter] = await tell(house)
    assert isinstance(letter, Confirmed if terms.unanswered is Unanswered.BOOKED else NotConfirmed)


@pytest.mark.usefixtures("giving_back")
@pytest.mark.parametrize("_round", range(5))
async def test_a_tap_and_the_deadline_at_once_act_once(
    house: House, anna: Family, anna_petrova: Employee, slots: list[Slot], _round: int
) -> None:
    """R05: the doctor taps in the last second by one clock, and it is over by another process's:
    the visit is booked or given back, not both, and the family hears the same."""
    visit = await booked(house, anna, slots[0])
    late = StillClock(house.clock() + FOUR_HOURS)
    house.clock.now += FOUR_HOURS - timedelta(seconds=1)
    async with house_over(house.database, late) as other:
        await asyncio.gather(
            confirm(house, anna_petrova, visit),
            other.services.word.settle(),
            return_exceptions=True,
        )
        stands = await visit_of(other, visit)
        [letter] = await tell(other)
    assert stands.sequence == 1
    assert len(await history(house, visit)) == 2
    confirmed = stands.state is STATES.BOOKED
    assert stands.word is (Word.DOCTOR if confirmed else Word.SILENCE)
    assert isinstance(letter, Confirmed if confirmed else NotConfirmed)


# The doctor is asked


@pytest.mark.usefixtures("asking")
async def test_the_doctor_is_asked_once_for_several(
    house: House,
    anna: Family,
    boris: Family,
    anna_petrova: Employee,
    tamara: Employee,
    slots: list[Slot],
) -> None:
    """What was booked within minutes is one message, to the doctor and nobody else."""
    visits = [await booked(house, anna, slots[0]), await booked(house, boris, slots[4])]
    for family, visit in zip((anna, boris), visits, strict=True):
        await house.answered(family.parent, visit)
    assert await tell(house) == []
    house.clock.now += GATHERED
    [letter] = await tell(house)
    assert isinstance(letter, ToConfirm)
    assert (letter.person.id, letter.post_id) == (anna_petrova.person, anna_petrova.post)
    assert [visit.id for visit in letter.visits] == [visit.id for visit in visits]


@pytest.mark.usefixtures("asking")
async def test_nobody_is_asked_in_the_night(
    house: House, anna: Family, anna_petrova: Employee, slots: list[Slot]
) -> None:
    """R22: what is booked at 20:59 is asked at 7:00."""
    house.clock.forward(hours=13, minutes=59)
    visit = await booked(house, anna, slots[11])
    await house.answered(anna.parent, visit)
    house.clock.forward(minutes=30)
    assert await tell(house) == []
    house.clock.forward(hours=9, minutes=31)
    [letter] = await tell(house)
    assert isinstance(letter, ToConfirm)


@pytest.mark.usefixtures("asking")
async def test_without_the_doctor_s_own_post_the_registry_is_asked(
    house: House, anna: Family, tamara: Employee, slots: list[Slot]
) -> None:
    """And who has answered already, or has left, is not asked any more (R17)."""
    visit = await booked(house, anna, slots[0])
    await house.answered(anna.parent, visit)
    house.clock.now += GATHERED
    [letter] = await tell(house)
    assert letter.person.id == tamara.person

    moved = await house.services.booking.move(anna.parent, visit.id, slots[4].id)
    await confirm(house, tamara, moved.visit)
    house.clock.now += GATHERED
    assert [type(each) for each in await tell(house)] == [Confirmed]

    head = await employ(house, Role.ADMINISTRATOR, 201)
    again = await house.services.booking.move(anna.parent, visit.id, slots[8].id)
    await house.answered(anna.parent, again.visit)
    await house.services.members.dismiss(head.person, head.post, tamara.post)
    house.clock.now += GATHERED
    assert [each.person.id for each in await tell(house)] == [head.person]


async def test_a_time_given_back_can_be_taken_without_a_name(
    house: House, giving_back: None, tamara: Employee, slots: list[Slot], anna: Family
) -> None:
    """R06: at once, whether the job has written it down or not; the family hears that it is off."""
    visit = await booked(house, anna, slots[0])
    assert visit.deadline
    house.clock.now = visit.deadline.at
    taken = await house.services.desk.take(tamara.person, tamara.post, slots[0].id)
    assert taken.taking
    assert (await visit_of(house, visit)).state is STATES.CANCELLED
    assert [type(letter) for letter in await tell(house)] == [NotConfirmed]


async def test_whose_visit_was_not_to_be_is_told_or_phoned(
    house: House, giving_back: None, tamara: Employee, slots: list[Slot], anna: Family
) -> None:
    """R52: a no, and an answer that did not come, are changes that the clinic made."""
    calls, who = house.services.calls, (tamara.person, tamara.post)
    await decline(house, tamara, await booked(house, anna, slots[0]))
    await tell(house)
    assert (await calls.list(*who)).families == []

    lapsed = await booked(house, anna, slots[1])
    assert lapsed.deadline
    house.clock.now = lapsed.deadline.at
    await house.services.word.settle()
    house.clock.forward(minutes=11)
    [family] = (await calls.list(*who)).families
    assert family.call.visit.id == lapsed.id


async def test_the_list_is_for_the_post_s_own_person(
    house: House,
    asking: None,
    tamara: Employee,
    stranger: Employee,
    slots: list[Slot],
    anna: Family,
) -> None:
    """R30, R32: a borrowed post opens nothing; another clinic's list is its own."""
    await booked(house, anna, slots[0])
    waiting = house.services.word.waiting
    for person in (anna.parent, stranger.person):
        with pytest.raises(NotFound):
            await waiting(person, tamara.post)
    assert (await waiting(stranger.person, stranger.post)).visits == []
    assert len((await waiting(tamara.person, tamara.post)).visits) == 1


@pytest.mark.parametrize("kind", [POSTGRESQL])
@pytest.mark.usefixtures("giving_back")
async def test_children_are_locked_by_id_whoever_they_belong_to(
    house: House, anna: Family, slots: list[Slot]
) -> None:
    """R05: who books a time that was given back holds no child while waiting for one of a lower
    id, so that no two wait for each other in a circle."""
    younger = Family(anna.parent, await house.child(anna.parent, "Рита", "01.02.2025"))
    await booked(house, younger, slots[0])
    house.clock.now += FOUR_HOURS
    lock = "SELECT FROM children WHERE id = :child FOR NO KEY UPDATE"
    async with house.database.connect() as other:
        await other.execution_options(isolation_level="READ COMMITTED")
        await other.execute(text(lock), {"child": anna.child.id})
        booking = begin(booked(house, younger, slots[0]))
        await done_or_waiting(house, booking)
        await other.execute(text(f"{lock} NOWAIT"), {"child": younger.child.id})
        await other.rollback()
    assert (await booking).is_pending


@pytest.mark.parametrize("kind", [POSTGRESQL])
@pytest.mark.usefixtures("giving_back")
async def test_as_many_as_there_are_make_way_in_one_statement(
    house: House, clinic: Clinic, slots: list[Slot], kim: Doctor, tamara: Employee
) -> None:
    """R52: the children of a clinic whose visits were given back are locked at once, and not one
    by one."""
    for family, slot in zip(await families(house, clinic, 5), slots, strict=False):
        await booked(house, family, slot)
    house.clock.now += FOUR_HOURS
    absent = Absent(kim.id, TUESDAY, TUESDAY)
    with statements(house) as said:
        await house.services.absences.make(tamara.person, tamara.post, absent)
    assert len([each for each in said if "FROM children" in each and "NO KEY UPDATE" in each]) == 1
