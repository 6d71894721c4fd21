"""A doctor is absent: a substitute at the same time, other times, and whom to phone (R52)."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from services.desk.absences.report import AbsenceReport, Absent, Fate, Plans, WhenAbsent
from services.desk.errands import Aim, Errand
from services.families.home import Home
from services.model.access import Access, Role
from services.model.clinic import Clinic, Doctor, Hours, Reason
from services.model.conversations import AbsenceDays, Conversation, Searching
from services.model.ids import PersonId
from services.model.letters import (
    ClinicCancelled,
    Confirmed,
    Letter,
    NeedsTime,
    QuestionsWait,
    StandsAgain,
    Substituted,
)
from services.model.messages import Urgency
from services.model.people import Person
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.desk import PlanChanged, SomebodyAnswered, StillAbsent
from services.model.refusals.schedule import DayOver
from services.model.refusals.visits import SlotHeld, SlotTaken, VisitCancelled
from services.model.schedule import Leave, Reception, ScheduleException
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState, Matter
from services.ports.sending import Hopeless, NotNow, Unreachable
from services.rules.reach import LATE
from services.runtime.use_case import effect_of
from services.visits.offers import offer_times
from tests.conftest import CONSENT, PETROVA, SEVERYANKA, House, weekly
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, slots_of

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
LAST_DAY = date(2026, 12, 4)


@dataclass
class Told:
    """Who was told what; fails for whom it is said to."""

    letters: list[Letter] = field(default_factory=list)
    failing: dict[PersonId, Exception] = field(default_factory=dict)

    async def permit(self, person: Person, urgency: Urgency) -> None:
        assert urgency is Urgency.URGENT

    async def tell(self, letter: Letter) -> None:
        if error := self.failing.get(letter.person.id):
            raise error
        self.letters.append(letter)

    def of(self, person: PersonId) -> list[Letter]:
        return [letter for letter in self.letters if letter.person.id == person]


class ToldAll(Told):
    """What is not urgent, too."""

    async def permit(self, person: Person, urgency: Urgency) -> None: ...


@played
async def orlova(house: House, clinic: Clinic) -> Doctor:
    """Has hours of her own at 9:05, 9:25, 9:45 and 10:05; after 10:25 she could help."""
    async with house.transactions.writes() as tx:
        doctor = await tx.clinics.add_doctor(clinic, "Орлова Ирина Павловна", "15")
        for rule in weekly(time(9, 5), time(10, 25), 20):
            await tx.schedules.add_rule(doctor.id, rule)
    await house.services.clinics.refresh_schedules()
    return doctor


@dataclass
class Story:
    """Families with visits to Петрова on Tuesday, a quarter of an hour each from 9:00."""

    house: House
    who: Employee
    petrova: Doctor
    families: list[Family]
    visits: list[Appointment]

    def absent(self, substitute: Doctor | None = None, days: int = 1) -> Absent:
        last = TUESDAY + timedelta(days=days - 1)
        return Absent(self.petrova.id, TUESDAY, last, substitute.id if substitute else None)

    async def make(self, substitute: Doctor | None = None) -> AbsenceReport:
        absences = self.house.services.absences
        return await absences.make(self.who.person, self.who.post, self.absent(substitute))

    async def preview(self, substitute: Doctor | None = None) -> AbsenceReport:
        absences = self.house.services.absences
        return await absences.preview(self.who.person, self.who.post, self.absent(substitute))

    async def tell(self, told: Told) -> None:
        await self.house.services.notices.tell_due(told)

    async def to_call(self) -> list[Appointment]:
        found = await self.house.services.calls.list(self.who.person, self.who.post)
        return [each.call.visit for each in found.families if each.call.done_at is None]

    async def offers(self, number: int) -> list[Slot]:
        found = await self.house.services.mine.visit(
            self.families[number].parent, self.visits[number].id
        )
        return [offer.slot for offer in found.offers]

    async def visit(self, number: int) -> Appointment:
        parent, visit = self.families[number].parent, self.visits[number]
        return (await self.house.services.mine.visit(parent, visit.id)).visit

    async def take(self, number: int, slot: Slot) -> Appointment:
        parent, visit = self.families[number].parent, self.visits[number]
        return (await self.house.services.booking.take(parent, visit.id, slot.id)).visit


async def story_of(
    house: House, who: Employee, petrova: Doctor, clinic: Clinic, count: int
) -> Story:
    some = await families(house, clinic, count)
    times = await slots_of(house, petrova, some[0], TUESDAY)
    visits = [
        await house.book(family.parent, family.child.id, slot)
        for family, slot in zip(some, times, strict=False)
    ]
    await house.database.run("DELETE FROM notifications")  # nobody has to be told of the booking
    return Story(house, who, petrova, some, visits)


async def another(house: House, clinic: Clinic) -> Family:
    """A family that comes later."""
    parent = await house.parent(1900, clinic)
    return Family(parent, await house.child(parent, "Позже"))


@played
async def story(house: House, tamara: Employee, petrova: Doctor, clinic: Clinic) -> Story:
    """Three families."""
    return await story_of(house, tamara, petrova, clinic, 3)


@played
async def full(house: House, tamara: Employee, petrova: Doctor, clinic: Clinic) -> Story:
    """Twelve families: the whole morning."""
    return await story_of(house, tamara, petrova, clinic, 12)


async def journal_of(house: House, visit: Appointment) -> list[Access | str]:
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(visit.child.id, 100)
    return [record.entry.access for record in reversed(records)]


# A substitute


async def test_a_substitute_sees_them_at_the_same_time(full: Story, orlova: Doctor) -> None:
    """R65: while she receives, from 9:05 to 10:25, however her times are cut; the rest is
    displaced. At other times only if that is said expressly."""
    plans = await full.house.services.absences.plans(full.who.person, full.who.post, full.absent())
    helps = {each.doctor.id: each for each in plans.helpers}
    orlovas = helps[orlova.id]
    assert (plans.visits, orlovas.visits, orlovas.beside) == (12, 4, 8)
    assert orlovas.hours == [(TUESDAY, [Hours(time(9, 5), time(10, 25))])]

    looked = await full.preview(orlova)
    assert (looked.made, looked.count(Fate.SUBSTITUTED), looked.beside) == (False, 4, 0)
    assert await full.house.count("absences") == await full.house.count("calls") == 0

    report = await full.make(orlova)
    same, other = [Fate.SUBSTITUTED], [Fate.OFFERED]
    assert [each.fate for each in report.concerned] == other + same * 4 + other * 7
    moved = await full.visit(1)
    assert (moved.slot.doctor.id, moved.slot.extra) == (orlova.id, True)
    assert moved.slot.stretch == full.visits[1].slot.stretch
    assert await journal_of(full.house, moved) == [Access.SUBSTITUTED]

    told = Told()
    await full.tell(told)
    assert len(told.letters) == 12
    [letter] = told.of(full.families[1].parent)
    assert isinstance(letter, Substituted)
    assert (letter.before.doctor.id, letter.visit.slot.doctor.id) == (full.petrova.id, orlova.id)


async def test_nobody_else_gets_a_time_that_a_substitute_s_visit_takes_up(
    full: Story, orlova: Doctor
) -> None:
    """R02: four quarters of an hour lie over all her four times of twenty minutes. These come back
    when the doctor does, and stay away whatever is made anew meanwhile."""
    house, later = full.house, await another(full.house, orlova.clinic)
    before = await slots_of(house, orlova, later, TUESDAY)
    report = await full.make(orlova)
    for _ in range(2):
        days = await house.services.times.days(later.parent, later.need, orlova.id)
        assert TUESDAY not in [day.day for day in days.days if day.free]
        await house.services.clinics.refresh_schedules()
    assert (await house.services.to_see.list(full.who.person, full.who.post)).counts == {
        Matter.NEEDS_TIME: 8
    }
    await undo(full, report)
    assert await slots_of(house, orlova, later, TUESDAY) == before


async def test_who_is_not_handed_over_is_not_counted_as_outside_the_substitute_s_hours(
    story: Story, orlova: Doctor, clinic: Clinic
) -> None:
    """R65: a child who is squeezed in beside the first one cannot be seen with it: it needs another
    time, and is none of those whom the substitute sees beside her hours."""
    house, who, late = story.house, story.who, await another(story.house, clinic)
    errand = Errand(Aim.BOOK, late.child.id)
    first = story.visits[0].slot.id
    await house.services.desk.book(who.person, who.post, errand, first, bending=True, extra=True)
    absent = replace(story.absent(orlova), beside=True)
    looked = await house.services.absences.preview(who.person, who.post, absent)
    assert (looked.count(Fate.SUBSTITUTED), looked.count(Fate.OFFERED)) == (3, 1)
    assert looked.beside == 1


async def test_a_substitute_sees_them_at_other_times_if_that_is_said(
    full: Story, orlova: Doctor
) -> None:
    """R65: with her hours shown; what was agreed to is nothing to see to, until her day is
    closed."""
    absences, who = full.house.services.absences, full.who
    absent = replace(full.absent(orlova), beside=True)
    looked = await absences.preview(who.person, who.post, absent)
    assert (looked.count(Fate.SUBSTITUTED), looked.beside) == (12, 8)
    assert looked.hours == [(TUESDAY, [Hours(time(9, 5), time(10, 25))])]
    await absences.make(who.person, who.post, absent)
    await full.house.services.clinics.refresh_schedules()
    to_see, hours = full.house.services.to_see, full.house.services.hours
    assert (await to_see.list(who.person, who.post)).count == 0

    closed = await hours.close_day(who.person, who.post, orlova.id, TUESDAY)
    [effect] = closed.outcome.effects
    assert effect.affected == {TUESDAY: 12}
    await hours.apply(who.person, who.post, closed.mark)
    assert (await to_see.list(who.person, who.post)).counts == {Matter.OUTSIDE: 12}


async def test_hours_for_infants_are_no_hours_for_others(full: Story, orlova: Doctor) -> None:
    """R65, R71: while only infants are seen, nobody else is, however free she is."""
    infants = Reception(
        Hours(time(9), time(12)), timedelta(minutes=20), reasons=frozenset({Reason.INFANT_DAY})
    )
    only = ScheduleException(TUESDAY, TUESDAY, [infants])
    await full.house.services.clinics.add_exception(orlova, only)
    assert (await full.preview(orlova)).count(Fate.SUBSTITUTED) == 0


async def test_a_time_of_the_substitute_s_own_is_free_again_when_declined(
    story: Story, kim: Doctor
) -> None:
    """R11: Ким's 9:30 is his own time, and bookable by the next family once it has passed through
    the list of those whom the clinic owes a time."""
    report = await story.make(kim)
    assert [each.fate for each in report.concerned] == [Fate.OFFERED] + [Fate.SUBSTITUTED] * 2
    moved, family = await story.visit(2), story.families[2]
    assert (moved.slot.doctor.id, moved.slot.extra) == (kim.id, False)
    await story.house.services.mine.cancel(family.parent, moved.id)
    await story.house.services.passing.pass_on()  # nobody who waits could take it
    later = await another(story.house, kim.clinic)
    assert moved.slot.id in [slot.id for slot in await slots_of(story.house, kim, later, TUESDAY)]


async def test_a_busy_child_or_an_absent_substitute_is_honoured(
    story: Story, kim: Doctor, orlova: Doctor
) -> None:
    """Who has a visit with the substitute already has no second one; who is away helps nobody."""
    family = story.families[2]
    times = await slots_of(story.house, kim, family, WEDNESDAY)
    await story.house.book(family.parent, family.child.id, times[0])
    report = await story.preview(kim)
    assert [each.fate is Fate.SUBSTITUTED for each in report.concerned] == [False, True, False]

    await story.house.services.clinics.add_leave(orlova, Leave(TUESDAY, TUESDAY))
    plans = await story.house.services.absences.plans(
        story.who.person, story.who.post, story.absent()
    )
    assert [each.doctor.id for each in plans.helpers] == [kim.id]


# Other times


async def test_each_family_gets_times_of_its_own(full: Story) -> None:
    """Three for each, no time for two; nobody else can have them while they are kept."""
    report = await full.make()
    assert report.count(Fate.OFFERED) == 12
    offers = [await full.offers(number) for number in range(12)]
    assert all(len(each) <= 3 for each in offers)
    every = [slot.id for each in offers for slot in each]
    assert len(every) == len(set(every)) >= 24

    later = await another(full.house, full.petrova.clinic)
    for slot in offers[0]:
        with pytest.raises(SlotHeld):
            await full.house.book(later.parent, later.child.id, slot)
    full.house.clock.now += full.petrova.clinic.offer
    assert await full.offers(0) == []
    assert (await full.house.book(later.parent, later.child.id, offers[0][-1])).is_active


async def test_times_that_are_kept_for_others_hide_none_behind_them(
    story: Story, kim: Doctor
) -> None:
    """R70: a family is offered what opens to it, however many of the clinic's next times are kept
    for whom its child does not belong to."""
    last = (await slots_of(story.house, kim, story.families[0], LAST_DAY))[-1]
    await story.house.database.run(
        "UPDATE slots SET reserved_for = 1, released_at = starts_at WHERE id <> :last",
        last=last.id,
    )
    async with story.house.transactions.writes() as tx:
        await offer_times(tx, story.visits[:1], story.house.clock())
    assert await story.house.database.rows("SELECT slot_id FROM offers") == [(last.id,)]


async def test_the_old_time_is_nobody_s(story: Story) -> None:
    """Neither the family's nor anybody's: no booking, no reminder, no place in the rules."""
    await story.make()
    visit = await story.visit(0)
    assert (visit.is_active, visit.needs_time) == (False, True)
    assert visit.state is AppointmentState.CANCELLED
    assert await story.house.count("notifications", "kind IN ('evening', 'soon', 'booked')") == 0
    family = story.families[0]
    days = await story.house.services.times.days(family.parent, family.need, story.petrova.id)
    assert TUESDAY not in [day.day for day in days.days]
    seen = await story.house.services.mine.visits(family.parent)
    assert (list(seen.visits), [each.id for each in seen.needing]) == ([], [visit.id])
    day = await story.house.services.workday.day_list(
        story.who.person, story.who.post, story.petrova.id, TUESDAY
    )
    assert list(day.visits) == []


async def test_one_tap_takes_a_time(story: Story) -> None:
    """The visit keeps its number and its calendar's id; the other times are free at once."""
    await story.make()
    first, other, *_ = await story.offers(0)
    taken = await story.take(0, first)
    assert (taken.id, taken.uid) == (story.visits[0].id, story.visits[0].uid)
    assert (taken.is_active, taken.needs_time, taken.slot.id) == (True, False, first.id)
    assert (await story.take(0, first)).slot.id == first.id
    assert (await story.take(0, other)).slot.id == first.id  # the first tap decides
    later = await another(story.house, story.petrova.clinic)
    assert (await story.house.book(later.parent, later.child.id, other)).is_active
    report = await story.make()
    assert report.concerned[0].fate is Fate.CHOSEN
    assert not report.may_undo


async def test_who_was_seen_is_told_as_seen(story: Story, kim: Doctor) -> None:
    """R64, R66: not as cancelled; and a mark that was a mistake is no answer of the family's."""
    report = await story.make(kim)
    assert report.may_undo
    visit = report.concerned[1].visit
    for came, fate in ((True, Fate.CAME), (False, Fate.MISSED), (None, Fate.SUBSTITUTED)):
        story.house.clock.now = visit.slot.starts_at
        await story.house.services.attendance.mark(story.who.person, story.who.post, visit.id, came)
        again = await story.make(kim)
        assert again.concerned[1].fate is fate


async def test_both_parents_tap_at_once(story: Story) -> None:
    """R45: two times, two people, one visit at one of them."""
    await story.make()
    father = await story.house.parent(990, story.petrova.clinic)
    await story.house.database.run(
        "INSERT INTO care (person_id, child_id, since)"
        " SELECT :person, child_id, since FROM care WHERE child_id = :child",
        person=father,
        child=story.families[0].child.id,
    )
    first, other, *_ = await story.offers(0)
    take = story.house.services.booking.take
    one, two = await asyncio.gather(
        take(story.families[0].parent, story.visits[0].id, first.id),
        take(father, story.visits[0].id, other.id),
    )
    assert one.visit.slot.id == two.visit.slot.id
    assert await story.house.count("appointments", "state = 'booked'") == 1


async def test_another_time_than_those_kept(story: Story, kim: Doctor) -> None:
    """By the usual search, as the visit is moved; what was kept is let go."""
    await story.make()
    family, visit = story.families[1], story.visits[1]
    need = replace(family.need, moves=visit.id)
    day = await story.house.services.times.day(family.parent, need, kim.id, WEDNESDAY)
    slot = day.slots[-1]
    offered = await story.house.services.booking.offer(family.parent, need, slot.id)
    assert offered.search.moving
    assert offered.search.moving.needs_time
    moved = await story.house.services.booking.move(family.parent, visit.id, slot.id)
    assert (moved.visit.is_active, moved.visit.id) == (True, visit.id)
    assert await story.house.count("offers", f"appointment_id = {visit.id}") == 0


async def test_no_time_is_wanted_any_more(story: Story) -> None:
    """Asked once; then it is a cancelled visit as any other."""
    await story.make()
    family, visit = story.families[1], story.visits[1]
    kept = await story.offers(1)
    for _ in range(2):
        given_up = await story.house.services.mine.cancel(family.parent, visit.id)
        assert not given_up.visit.needs_time
    with pytest.raises(VisitCancelled):
        await story.take(1, kept[0])
    report = await story.make()
    assert report.concerned[1].fate is Fate.GIVEN_UP


async def test_a_time_that_was_kept_too_long_may_be_gone(story: Story) -> None:
    """Later it is anybody's; the family's button says so, and takes it if nobody did."""
    await story.make()
    *_, first, second = await story.offers(0)
    story.house.clock.now += timedelta(hours=3)
    later = await another(story.house, story.petrova.clinic)
    await story.house.book(later.parent, later.child.id, first)
    with pytest.raises(SlotTaken):
        await story.take(0, first)
    assert (await story.take(0, second)).slot.id == second.id


async def test_too_few_times_are_shared_in_the_order_of_the_visits(
    full: Story, kim: Doctor
) -> None:
    """Everybody gets one before anybody gets a second; the last are told that there is none."""
    house, end = full.house, date(2026, 12, 31)
    for doctor in (full.petrova, kim):
        await house.services.clinics.add_exception(doctor, ScheduleException(TUESDAY, end))
    eight = Reception(Hours(time(9), time(11)), timedelta(minutes=15))
    wednesday = ScheduleException(WEDNESDAY, WEDNESDAY, [eight])
    await house.services.clinics.add_exception(kim, wednesday)
    await house.services.clinics.add_exception(
        kim, ScheduleException(date(2026, 11, 23), date(2026, 11, 23))
    )
    await house.services.clinics.add_exception(
        full.petrova, ScheduleException(date(2026, 11, 23), date(2026, 11, 23))
    )
    looked = await full.preview()
    assert (looked.count(Fate.OFFERED), looked.count(Fate.OPEN)) == (8, 4)
    await full.make()
    assert [len(await full.offers(number)) for number in range(12)] == [1] * 8 + [0] * 4
    told = Told()
    await full.tell(told)
    [letter] = told.of(full.families[11].parent)
    assert isinstance(letter, NeedsTime)
    assert list(letter.offers) == []


async def test_hours_that_the_rules_do_not_give_are_closed_too(story: Story) -> None:
    """Other hours for that day, and times of the clinic's other system; taken back, they return."""
    house, petrova = story.house, story.petrova
    morning = Reception(Hours(time(9), time(11)), timedelta(minutes=15))
    other = ScheduleException(TUESDAY, TUESDAY, [morning])
    await house.services.clinics.add_exception(petrova, other)
    await house.database.run("UPDATE slots SET source = 'import' WHERE id % 2 = 0")
    free = "day = '2026-11-24' AND open AND NOT withdrawn AND doctor_id = " + str(petrova.id)
    before = await house.count("slots", free)
    report = await story.make()
    assert await house.count("slots", free) == 0
    absences = house.services.absences
    await absences.undo(story.who.person, story.who.post, report.absence.id)
    assert await house.count("slots", free) == before


# Again, and by whom


async def test_it_is_made_once(story: Story, kim: Doctor) -> None:
    """R45: a double tap, a replay, another plan for the same days: each shows what was done."""
    absences, who = story.house.services.absences, story.who
    with effect_of(7):
        first = await story.make()
    with effect_of(7):
        again = await story.make()
    other = await story.make(kim)
    assert first.absence.id == again.absence.id == other.absence.id
    assert (await story.preview(kim)).made
    assert await story.house.count("absences") == 1
    assert await story.house.count("leaves") == 1

    await absences.undo(who.person, who.post, first.absence.id)
    with effect_of(7):
        undone = await story.make()
    assert undone.absence.undone_at
    assert await story.house.count("absences") == 1
    assert (await story.make()).absence.id != first.absence.id


async def test_two_registrars_at_once(story: Story) -> None:
    """One absence, whoever was first."""
    reports = await asyncio.gather(*(story.make() for _ in range(4)))
    assert len({report.absence.id for report in reports}) == 1
    assert await story.house.count("calls") == len(story.visits)


async def test_somebody_books_at_that_moment(story: Story) -> None:
    """Refused, or concerned like the others: nobody is left with a visit to who does not come."""
    house, petrova = story.house, story.petrova
    later = await another(house, petrova.clinic)
    times = await slots_of(house, petrova, later, TUESDAY)
    booked, report = await asyncio.gather(
        house.book(later.parent, later.child.id, times[0]), story.make(), return_exceptions=True
    )
    assert isinstance(report, AbsenceReport)
    async with house.transactions.reads() as tx:
        left = await tx.clinic_visits.with_doctor(petrova.id, TUESDAY, TUESDAY, house.clock())
    assert left == []
    concerned = [each.visit.child.id for each in report.concerned]
    assert (later.child.id in concerned) is not isinstance(booked, Refusal)


async def let_type(house: House, who: Employee, clinic: Clinic, doctor: Doctor) -> None:
    """As if somebody had been asked for the days of this doctor."""
    asked = Conversation(AbsenceDays(doctor.id), clinic.id, house.clock(), who.post)
    async with house.transactions.writes() as tx:
        await tx.conversations.ask(who.person, asked)


async def test_an_absence_does_what_it_showed(
    house: House, story: Story, orlova: Doctor, clinic: Clinic
) -> None:
    """R66: a family moved, another one booked, a time without a name was taken meanwhile: nothing
    is done, and what it would do is asked about anew. Again, it is what was done."""
    absences, who, (family, *_) = house.services.absences, story.who, story.families
    later = await another(house, clinic)
    slots = await slots_of(house, story.petrova, later, TUESDAY)
    wednesday, *_ = await slots_of(house, story.petrova, later, TUESDAY + timedelta(days=1))
    absent = story.absent(orlova)

    async def moves() -> None:
        await house.services.booking.move(family.parent, story.visits[0].id, wednesday.id)

    async def books() -> None:
        await house.book(later.parent, later.child.id, slots[-1])

    async def takes() -> None:
        await house.services.desk.take(who.person, who.post, slots[-2].id)

    looked = await story.preview(orlova)
    for change in (moves, books, takes):
        await change()
        with pytest.raises(PlanChanged):
            await absences.make(who.person, who.post, absent, looked.as_shown)
        assert await house.count("absences") == 0
        before, looked = looked, await story.preview(orlova)
        assert looked.as_shown != before.as_shown
    for _ in range(2):
        made = await absences.make(who.person, who.post, absent, looked.as_shown)
        assert len(made.concerned) == len(story.visits)
    assert await house.count("absences") == 1


@pytest.mark.parametrize("hours", [0, 12])
async def test_an_absence_that_was_shown_is_made_hours_later(story: Story, hours: int) -> None:
    """R66: as long as nobody changed anything: who has to be phoned may be others by then."""
    looked = await story.preview()
    story.house.clock.forward(hours=hours)
    absences, who = story.house.services.absences, story.who
    made = await absences.make(who.person, who.post, story.absent(), looked.as_shown)
    assert made.as_shown == looked.as_shown


async def test_who_may(house: House, story: Story, clinic: Clinic) -> None:
    """R30: neither the doctor, nor a parent, nor another clinic's registry."""
    other = await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    stranger = await employ(house, Role.ADMINISTRATOR, 299, "severyanka")
    doctor = await employ(house, Role.DOCTOR, 203, doctor=story.petrova)
    report = await story.make()
    services, absent = house.services, story.absent()
    [theirs] = await house.doctors(other)
    for who, whose in ((doctor, story.petrova), (story.who, theirs)):
        await let_type(house, who, clinic, whose)
        with pytest.raises(NotFound):
            await services.absences.typed(who.person, "24.11")
    for who in (stranger, doctor, Employee(story.families[0].parent, story.who.post)):
        for asked in (
            services.absences.make(who.person, who.post, absent),
            services.absences.preview(who.person, who.post, absent),
            services.absences.plans(who.person, who.post, absent),
            services.absences.when(who.person, who.post, story.petrova.id),
            services.absences.report(who.person, who.post, report.absence.id),
            services.absences.undo(who.person, who.post, report.absence.id),
            services.calls.settle(who.person, who.post, story.visits[0].id, 1, done=True),
        ):
            with pytest.raises(NotFound):
                await asked
    with pytest.raises(NotFound):
        await services.absences.who(doctor.person, doctor.post)
    for substitute in (story.petrova.id, theirs.id):
        with pytest.raises(NotFound):
            await services.absences.make(
                story.who.person, story.who.post, replace(absent, substitute=substitute)
            )
    with pytest.raises(NotFound):
        await services.booking.take(
            story.families[0].parent, story.visits[1].id, (await story.offers(1))[0].id
        )


async def test_days_that_are_over(story: Story) -> None:
    """Nothing can be done about yesterday."""
    yesterday = date(2026, 11, 22)
    with pytest.raises(DayOver):
        await story.house.services.absences.make(
            story.who.person, story.who.post, Absent(story.petrova.id, yesterday, yesterday)
        )


async def test_days_are_typed_like_a_leave(story: Story) -> None:
    """One line; what cannot be read is asked again."""
    absences, who = story.house.services.absences, story.who
    await absences.when(who.person, who.post, story.petrova.id)
    unclear = await absences.typed(who.person, "скоро")
    assert isinstance(unclear, WhenAbsent)
    assert unclear.problem
    plans = await absences.typed(who.person, "24.11-26.11")
    assert isinstance(plans, Plans)
    assert (plans.absent.first, plans.absent.last) == (TUESDAY, date(2026, 11, 26))
    assert plans.visits == 3


# Taken back


async def test_it_is_taken_back(story: Story, orlova: Doctor) -> None:
    """Every visit has its time again, and who was told already hears that it stands."""
    told = Told(failing={story.families[0].parent: NotNow()})
    report = await story.make(orlova)
    await story.tell(told)
    assert len(told.letters) == 2
    absences, who = story.house.services.absences, story.who
    undone = await absences.undo(who.person, who.post, report.absence.id)
    assert undone.absence.undone_at
    assert not undone.may_undo
    for number, before in enumerate(story.visits):
        visit = await story.visit(number)
        assert (visit.slot.id, visit.is_active) == (before.slot.id, True)
        assert visit.slot.open
    assert await story.house.count("offers") == await story.house.count("leaves") == 0

    again = Told()
    await story.tell(again)
    assert {letter.person.id for letter in again.letters} == {
        story.families[0].parent,  # whose message was on its way
        story.families[1].parent,
        story.families[2].parent,
    }
    assert all(isinstance(letter, StandsAgain) for letter in again.letters)
    await absences.undo(who.person, who.post, report.absence.id)
    assert await story.house.count("appointment_changes") == 3 * len(story.visits)


async def test_who_was_not_told_hears_nothing(story: Story) -> None:
    """Taken back before anybody was told: as if nothing had been."""
    report = await story.make()
    await story.house.services.absences.undo(story.who.person, story.who.post, report.absence.id)
    told = Told()
    await story.tell(told)
    assert told.letters == []
    assert await story.to_call() == []


async def test_it_is_not_taken_back_once_somebody_answered(story: Story, kim: Doctor) -> None:
    """Whoever chose, comes or gave up would lose what they were promised."""
    report = await story.make(kim)
    absences, who = story.house.services.absences, story.who
    await story.house.services.mine.come(
        story.families[2].parent, story.visits[2].id, all_day=False
    )
    with pytest.raises(SomebodyAnswered):
        await absences.undo(who.person, who.post, report.absence.id)
    assert not (await absences.report(who.person, who.post, report.absence.id)).may_undo


async def test_an_answer_and_its_taking_back_at_once(story: Story) -> None:
    """One of them wins, and everything is as it says."""
    report = await story.make()
    first, *_ = await story.offers(0)
    absences, who = story.house.services.absences, story.who
    results = await asyncio.gather(
        story.take(0, first),
        absences.undo(who.person, who.post, report.absence.id),
        return_exceptions=True,
    )
    visit = await story.visit(0)
    refused = [result for result in results if isinstance(result, Refusal)]
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refusal)]
    assert visit.is_active
    assert visit.slot.id == (first.id if refused else story.visits[0].slot.id)


async def close(story: Story, first: date, last: date) -> AbsenceReport:
    """The same doctor on other days, nobody instead."""
    absences = story.house.services.absences
    return await absences.make(
        story.who.person, story.who.post, Absent(story.petrova.id, first, last)
    )


async def undo(story: Story, report: AbsenceReport) -> AbsenceReport:
    absences = story.house.services.absences
    return await absences.undo(story.who.person, story.who.post, report.absence.id)


async def test_one_of_two_absences_is_not_taken_back_alone(story: Story) -> None:
    """The doctor does not come because one of two reasons is gone."""
    report = await story.make()
    longer = await close(story, TUESDAY, TUESDAY + timedelta(days=3))
    with pytest.raises(StillAbsent):
        await undo(story, report)
    await undo(story, longer)
    await undo(story, report)
    assert (await story.visit(0)).is_active


async def test_nobody_comes_to_what_does_not_take_place(story: Story) -> None:
    """R12: the reminder of yesterday still has its button."""
    await story.make()
    with pytest.raises(VisitCancelled):
        await story.house.services.mine.come(
            story.families[0].parent, story.visits[0].id, all_day=False
        )


async def test_what_was_changed_before_is_told_all_the_same(
    story: Story, petrova: Doctor, clinic: Clinic
) -> None:
    """R52: the desk moved the visit; before the family heard of it, that day was closed and opened
    again. It hears when the visit is, or is on the list."""
    wednesday = TUESDAY + timedelta(days=1)
    slot, *_ = await slots_of(story.house, petrova, await another(story.house, clinic), wednesday)
    desk, who = story.house.services.desk, story.who
    await desk.move(who.person, who.post, story.visits[0].id, slot.id)
    await undo(story, await close(story, wednesday, wednesday))
    told = Told()
    await story.tell(told)
    [letter] = told.of(story.families[0].parent)
    assert isinstance(letter, StandsAgain)
    assert letter.visit.slot.id == slot.id


async def test_an_answer_told_before_is_no_word_of_the_absence(story: Story) -> None:
    """A question's number is not the number of a change."""
    questions, family = story.house.services.questions, story.families[0]
    await questions.begin(family.parent, story.visits[0].id)
    await questions.ask(family.parent, "Что взять?")
    await story.tell(ToldAll())
    await undo(story, await story.make())
    told = ToldAll()
    await story.tell(told)
    assert told.letters == []


async def test_a_visit_that_waited_for_a_word_is_booked_when_it_is_given_back(
    story: Story, petrova: Doctor, clinic: Clinic
) -> None:
    """R05: the registry took it back, and so said yes; the family hears of it."""
    await story.house.database.run("UPDATE clinics SET doctors_confirm = true")
    family = await another(story.house, clinic)
    slot, *_ = await slots_of(story.house, petrova, family, TUESDAY)
    visit = await story.house.book(family.parent, family.child.id, slot)
    assert visit.is_pending
    await undo(story, await story.make())
    told = ToldAll()
    await story.tell(told)
    assert [type(letter) for letter in told.of(family.parent)] == [Confirmed]


async def test_a_registrar_s_own_child_is_a_family_as_any_other(
    story: Story, petrova: Doctor, clinic: Clinic
) -> None:
    """R06: what is kept for it is offered to nobody else, though it is she who closes the days."""
    house, friday = story.house, TUESDAY + timedelta(days=3)
    await house.services.families.consent(story.who.person, clinic.id, version=1)
    own = Family(story.who.person, await house.child(story.who.person, "Своя"))
    slot, *_ = await slots_of(house, petrova, own, TUESDAY)
    await house.book(own.parent, own.child.id, slot)
    other = await another(house, clinic)
    later, *_ = await slots_of(house, petrova, other, friday)
    await house.book(other.parent, other.child.id, later)
    await story.make()
    assert await house.count("offers") == 4 * 3
    await close(story, friday, friday)
    assert await house.count("offers", f"until > '{house.clock().isoformat(' ')}'") > 0


async def test_a_time_that_is_closed_since_is_not_offered_any_more(story: Story) -> None:
    """R10: the leave grew longer: the letter of the morning does not name what cannot be had."""
    await story.make()
    kept = [slot for slot in await story.offers(0) if slot.doctor.id == story.petrova.id]
    first = min(slot.local_start.date() for slot in kept)
    await close(story, first, first)
    left = await story.offers(0)
    assert not [slot for slot in left if slot.local_start.date() == first]


async def test_the_first_screen_says_that_a_time_is_to_be_chosen(story: Story) -> None:
    """Whoever comes by /start need not look for the letter."""
    await story.make()
    family = story.families[0].parent
    home = await story.house.services.families.home(family, story.petrova.clinic.id)
    assert isinstance(home, Home)
    [row] = home.children
    assert ([visit.id for visit in row.owed], row.earliest) == ([story.visits[0].id], None)


async def test_who_does_not_receive_that_day_is_no_substitute(story: Story, orlova: Doctor) -> None:
    """R65: however free, even if it is said expressly: nobody is sent to a door that is shut."""
    off = ScheduleException(TUESDAY, TUESDAY)
    await story.house.services.clinics.add_exception(orlova, off)
    plans = await story.house.services.absences.plans(
        story.who.person, story.who.post, story.absent()
    )
    assert orlova.id not in [each.doctor.id for each in plans.helpers]
    absences, who = story.house.services.absences, story.who
    looked = await absences.preview(
        who.person, who.post, replace(story.absent(orlova), beside=True)
    )
    assert looked.count(Fate.SUBSTITUTED) == 0


async def test_a_family_that_gave_up_is_nobody_s_to_phone(story: Story) -> None:
    """R52: what it said itself, and a child whom nobody has any more, are on no list; the times
    that were kept are everybody's again."""
    await story.make()
    services, first, second = story.house.services, story.families[0], story.families[1]
    await services.mine.cancel(first.parent, story.visits[0].id)
    await services.children.remove(second.parent, story.petrova.clinic.id, second.child.id)
    await story.tell(Told(failing={f.parent: Unreachable() for f in story.families}))
    assert [visit.id for visit in await story.to_call()] == [story.visits[2].id]
    assert await story.house.count("offers") == 3


async def test_a_question_follows_the_visit_to_another_doctor(
    full: Story, orlova: Doctor, petrova: Doctor
) -> None:
    """Asked at the one's, waiting; the other is told once the visit is theirs."""
    await full.house.database.run("UPDATE clinics SET doctors_answer = true")
    await employ(full.house, Role.DOCTOR, 301, doctor=petrova)
    doctor = await employ(full.house, Role.DOCTOR, 302, doctor=orlova)
    questions = full.house.services.questions
    report = await full.preview(orlova)
    [concerned] = [each for each in report.concerned if each.fate is Fate.SUBSTITUTED][:1]
    number = [visit.id for visit in full.visits].index(concerned.visit.id)
    await questions.begin(full.families[number].parent, concerned.visit.id)
    await questions.ask(full.families[number].parent, "Во сколько прийти?")
    await full.make(orlova)
    told = ToldAll()
    await full.tell(told)
    assert [type(letter) for letter in told.of(doctor.person)] == [QuestionsWait]


async def test_a_question_follows_the_visit_to_the_time_that_was_taken(
    story: Story, kim: Doctor
) -> None:
    """Its doctor is absent; whose the visit becomes by a tap of the family is told."""
    await story.house.database.run("UPDATE clinics SET doctors_answer = true")
    await employ(story.house, Role.DOCTOR, 301, doctor=story.petrova)
    doctor = await employ(story.house, Role.DOCTOR, 302, doctor=kim)
    questions, parent = story.house.services.questions, story.families[0].parent
    await questions.begin(parent, story.visits[0].id)
    await questions.ask(parent, "Во сколько прийти?")
    await story.make()
    [his, *_] = [slot for slot in await story.offers(0) if slot.doctor.id == kim.id]
    await story.take(0, his)
    told = ToldAll()
    await story.tell(told)
    assert [type(letter) for letter in told.of(doctor.person)] == [QuestionsWait]


async def test_the_database_knows_one_absence_of_the_same_days(story: Story) -> None:
    """Whoever makes a second one without waiting for the first is refused; taken back, it may be
    made again."""
    report = await story.make()
    absence = report.absence
    with pytest.raises(IntegrityError, match="absences"):
        async with story.house.transactions.writes() as tx:
            await tx.absences.add(
                absence.doctor,
                (absence.first, absence.last),
                None,
                absence.closure,
                story.who.post,
                story.house.clock(),
            )
    await undo(story, report)
    again = await story.make()
    assert again.absence.id != absence.id


# Whom to phone


async def test_what_is_typed_after_it_is_whom_to_look_for(story: Story) -> None:
    """At the desk again: the number of a visit is no day of an absence."""
    services, who = story.house.services, story.who
    await services.absences.when(who.person, who.post, story.petrova.id)
    await story.make()
    async with story.house.transactions.reads() as tx:
        asked = await tx.conversations.of(who.person)
    assert asked
    assert asked.topic == Searching()


async def test_whoever_cannot_be_told_is_on_the_list(story: Story) -> None:
    """R20, R52: who blocked the bot, whose message failed; the third family was told."""
    blocked, failing = story.families[0].parent, story.families[1].parent
    told = Told(failing={blocked: Unreachable(), failing: Hopeless()})
    report = await story.make()
    assert (report.to_call, await story.to_call()) == (0, [])  # all are about to be told
    await story.tell(told)
    assert [visit.id for visit in await story.to_call()] == [v.id for v in story.visits[:2]]

    calls, who = story.house.services.calls, story.who
    desk = await story.house.services.workday.desk(who.person, who.post)
    assert desk.calls == 2
    waiting = await calls.list(who.person, who.post)
    first = waiting.families[0].call.visit
    await calls.settle(who.person, who.post, first.id, first.sequence, done=True)
    assert [visit.id for visit in await story.to_call()] == [story.visits[1].id]
    assert (await journal_of(story.house, story.visits[0])).count(Access.CALLED) == 1


async def test_a_family_without_the_bot_is_on_the_list_at_once(story: Story) -> None:
    """R52: with its number, as far as it gave one; booked by phone, it is off the list."""
    await story.house.services.phones.give(story.families[0].parent, "+79161234567", own=True)
    for family in story.families[:2]:
        async with story.house.transactions.writes() as tx:
            await tx.families.lost(family.parent, story.house.clock())
    report = await story.make()
    assert report.to_call == 2
    calls, desk, who = story.house.services.calls, story.house.services.desk, story.who
    waiting = await calls.list(who.person, who.post)
    assert [list(each.phones) for each in waiting.families] == [["+79161234567"], []]

    [first, *_] = await story.offers(0)  # kept for this family: the registry may give it to it
    moved = await desk.move(who.person, who.post, story.visits[0].id, first.id, as_asked=True)
    assert moved.visit.is_active
    assert [visit.id for visit in await story.to_call()] == [story.visits[1].id]
    [kept, *_] = await story.offers(2)
    with pytest.raises(SlotHeld):
        await desk.move(who.person, who.post, story.visits[1].id, kept.id, as_asked=True)


async def test_what_the_desk_decides_is_on_the_list_too(story: Story) -> None:
    """R52: a visit moved or cancelled by the clinic; not what the family called for."""
    failing: dict[PersonId, Exception] = {f.parent: Hopeless() for f in story.families}
    desk, who = story.house.services.desk, story.who
    await desk.cancel(who.person, who.post, story.visits[0].id)
    await desk.cancel(who.person, who.post, story.visits[1].id, as_asked=True)
    later = await another(story.house, story.petrova.clinic)
    times = await slots_of(story.house, story.petrova, later, WEDNESDAY)
    await desk.move(who.person, who.post, story.visits[2].id, times[0].id, bending=True)
    await story.tell(Told(failing=failing))
    assert {visit.id for visit in await story.to_call()} == {
        story.visits[0].id,
        story.visits[2].id,
    }


@pytest.mark.parametrize("as_asked", [True, False])
async def test_a_visit_without_a_time_is_cancelled_at_the_desk(
    story: Story, as_asked: bool
) -> None:
    """R52: the family hears of that as of any other visit, and its times are free."""
    await story.make()
    await story.tell(Told())
    desk, who, visit = story.house.services.desk, story.who, story.visits[0]
    for _ in range(2):
        done = await desk.cancel(who.person, who.post, visit.id, as_asked=as_asked)
        assert (done.visit.is_active, done.visit.needs_time) == (False, False)
    assert await story.house.count("offers", f"appointment_id = {visit.id}") == 0
    told = Told()
    await story.tell(told)
    [letter] = told.letters
    assert isinstance(letter, ClinicCancelled)
    assert letter.as_asked is as_asked


async def test_who_is_told_late_is_on_the_list(story: Story) -> None:
    """R52: Telegram is away for long: nobody waits for it until the visit is over."""
    await story.make()
    story.house.clock.now += LATE
    assert len(await story.to_call()) == 3
    await story.tell(Told())
    assert await story.to_call() == []


async def test_the_night_is_quiet(full: Story) -> None:
    """R22: at 22:00 only those are told who would have no time to react in the morning; for the
    others times are kept from then on."""
    full.house.clock.now += timedelta(hours=15)
    await full.make()
    told = Told()
    await full.tell(told)
    assert len(told.letters) == 4  # from 9:00 to 9:45: less than three hours after seven
    assert await full.to_call() == []
    full.house.clock.now += timedelta(hours=9)
    await full.tell(told)
    assert len(told.letters) == 12
    letter = told.letters[-1]
    assert isinstance(letter, NeedsTime)
    assert {offer.until for offer in letter.offers} == {
        full.house.clock() + full.petrova.clinic.offer
    }


async def test_a_time_that_was_kept_then_is_not_free_once_it_is_over(
    house: House, anna: Family, petrova: Doctor, tamara: Employee
) -> None:
    """Somebody looked at it while the absence was made, and it passed before anybody looked again:
    what the doctor had free that day is not counted higher for it."""
    slot = (await slots_of(house, petrova, anna, TUESDAY))[0]
    house.clock.now = slot.starts_at - timedelta(minutes=32)
    await house.services.booking.offer(anna.parent, anna.need, slot.id)
    absent = Absent(petrova.id, TUESDAY, TUESDAY)
    await house.services.absences.make(tamara.person, tamara.post, absent)
    house.clock.forward(hours=20)
    await house.services.clinics.refresh_schedules()

    free = "open AND NOT withdrawn AND day = '2026-11-24'"
    assert await house.count("slots", f"{free} AND doctor_id = {petrova.id}") == 0
