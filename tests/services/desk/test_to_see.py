"""Families whom the clinic owes something stand on one list until each is seen to (R64)."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from services.desk.absences.report import Absent
from services.desk.errands import Aim, Errand
from services.desk.to_see import A_PAGE, OneToSee, ToSeeTo
from services.model.access import Access, Role
from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId
from services.model.privacy.retention import USUAL_DAYS, Kept
from services.model.refusals.base import NotFound
from services.model.refusals.visits import MovedMeanwhile
from services.model.schedule import DeviationKind, Leave
from services.model.visits import Appointment, Matter
from tests.conftest import CONSENT, SEVERYANKA, House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, slots_of
from tests.services.desk.test_call_list import Post

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


@dataclass(frozen=True)
class Story:
    """Families with visits to Петрова on Tuesday, from 9:00 on."""

    house: House
    who: Employee
    petrova: Doctor
    families: list[Family]
    visits: list[Appointment]

    async def seen(self, page: int = 0) -> ToSeeTo:
        return await self.house.services.to_see.list(self.who.person, self.who.post, page)

    async def matters(self) -> list[tuple[Matter, AppointmentId]]:
        return [(each.matter, each.visit.id) for each in (await self.seen()).shown]

    async def close(self, day: date = TUESDAY) -> None:
        absent = Absent(self.petrova.id, day, day)
        await self.house.services.absences.make(self.who.person, self.who.post, absent)

    async def tell(self) -> None:
        await self.house.services.notices.tell_due(Post())

    async def tick(self, visit: AppointmentId, matter: Matter, *, done: bool = True) -> OneToSee:
        to_see, who = self.house.services.to_see, self.who
        one = await to_see.one(who.person, who.post, visit, matter)
        sequence = one.what.visit.sequence
        return await to_see.settle(who.person, who.post, visit, sequence, matter, done=done)

    async def to_phone(self) -> list[tuple[AppointmentId, bool]]:
        found = await self.house.services.calls.list(self.who.person, self.who.post)
        return [
            (each.call.visit.id, each.call.told)
            for each in found.families
            if each.call.done_at is None
        ]

    async def on_card(self, number: int = 0) -> list[Matter]:
        child = self.families[number].child
        card = await self.house.services.registry.card(self.who.person, self.who.post, child.id)
        return [each.matter for each in card.to_see]


@played
async def story(house: House, tamara: Employee, petrova: Doctor, clinic: Clinic) -> Story:
    some = await families(house, clinic, 2)
    times = await slots_of(house, petrova, some[0], TUESDAY)
    visits = [
        await house.book(family.parent, family.child.id, slot)
        for family, slot in zip(some, times, strict=False)
    ]
    await house.database.run("DELETE FROM notifications")
    return Story(house, tamara, petrova, some, visits)


async def desk_count(story: Story) -> int:
    desk = await story.house.services.workday.desk(story.who.person, story.who.post)
    return desk.to_see


async def test_a_family_without_a_time_is_not_forgotten(story: Story) -> None:
    """R64: it was told, and chose nothing while times were kept: it is to be phoned, is on the
    child's card and on the list, weeks after the day as well, until somebody has ticked it off."""
    first, second = (visit.id for visit in story.visits)
    assert await desk_count(story) == 0
    await story.close()
    await story.tell()
    shown = (await story.seen()).shown
    assert [(each.matter, each.visit.id) for each in shown] == [
        (Matter.NEEDS_TIME, first),
        (Matter.NEEDS_TIME, second),
    ]
    assert shown[0].kept_until == story.house.clock() + story.petrova.clinic.offer
    assert await story.to_phone() == []  # it may still choose by itself
    assert await desk_count(story) == 0  # nobody has to do anything now

    story.house.clock.now += story.petrova.clinic.offer
    assert await story.to_phone() == [(first, True), (second, True)]
    assert (await story.seen()).shown[0].kept_until is None
    story.house.clock.now += timedelta(days=USUAL_DAYS[Kept.CALLS]) + timedelta(days=30)
    await story.house.services.retention.forget(Kept.CALLS)
    assert await story.on_card() == [Matter.NEEDS_TIME]
    assert await desk_count(story) == 2

    assert (await story.tick(first, Matter.NEEDS_TIME)).done
    assert await story.matters() == [(Matter.NEEDS_TIME, second)]
    assert (await story.to_phone(), await story.on_card()) == ([(second, True)], [])
    assert not (await story.tick(first, Matter.NEEDS_TIME, done=False)).done
    assert await desk_count(story) == 2


async def test_who_answers_is_off_the_list(story: Story) -> None:
    """R64: by taking a kept time, or by wanting none; nobody need tick anything."""
    await story.close()
    one, two = story.families
    booking = story.house.services.booking
    offers = (await story.house.services.mine.visit(one.parent, story.visits[0].id)).offers
    await booking.take(one.parent, story.visits[0].id, offers[0].slot.id)
    await story.house.services.mine.cancel(two.parent, story.visits[1].id)
    assert await story.matters() == []


async def test_a_visit_outside_the_hours_is_seen_to(story: Story, kim: Doctor) -> None:
    """R64: whoever changed the hours and how; it may stay so, until they change once more."""
    hours, who = story.house.services.hours, story.who
    later = Leave(TUESDAY, TUESDAY)
    await story.house.services.clinics.add_leave(story.petrova, later)
    first, second = (visit.id for visit in story.visits)
    assert await story.matters() == [(Matter.OUTSIDE, first), (Matter.OUTSIDE, second)]
    assert await story.on_card() == [Matter.OUTSIDE]

    assert (await story.tick(first, Matter.OUTSIDE)).done
    await story.house.services.clinics.refresh_schedules()
    assert await story.matters() == [(Matter.OUTSIDE, second)]
    moved = (await slots_of(story.house, kim, story.families[1], WEDNESDAY))[0]
    desk = story.house.services.desk
    await desk.move(who.person, who.post, second, moved.id, as_asked=True)
    assert await story.matters() == []

    [(leave,)] = await story.house.database.rows("SELECT id FROM leaves")
    back = await hours.undo(who.person, who.post, DeviationKind.LEAVE, leave)
    await hours.apply(who.person, who.post, back.mark)
    closed = await hours.close_day(who.person, who.post, story.petrova.id, TUESDAY)
    await hours.apply(who.person, who.post, closed.mark)
    assert await story.matters() == [(Matter.OUTSIDE, first)]
    story.house.clock.now += timedelta(days=2)
    assert await story.matters() == []


async def test_all_that_waits_is_on_it(
    story: Story, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """R64: unanswered, outside, not in the bot, pending, a question; each is counted, in the order
    of the visits."""
    services = story.house.services
    one, two = story.families
    async with story.house.transactions.writes() as tx:
        await tx.families.lost(one.parent, story.house.clock())
    later = await slots_of(story.house, petrova, anna, WEDNESDAY)
    desk, who = services.desk, story.who
    await desk.move(who.person, who.post, story.visits[0].id, later[0].id)
    await services.questions.begin(two.parent, story.visits[1].id)
    await services.questions.ask(two.parent, "Что взять?")
    await story.house.database.run("UPDATE clinics SET doctors_confirm = true")
    pending = await story.house.book(anna.parent, anna.child.id, later[1])
    assert pending.is_pending
    assert await story.matters() == [
        (Matter.QUESTION, story.visits[1].id),
        (Matter.TO_CALL, story.visits[0].id),
        (Matter.PENDING, pending.id),
    ]
    assert (await story.seen()).counts == dict.fromkeys(
        (Matter.QUESTION, Matter.TO_CALL, Matter.PENDING), 1
    )
    assert await desk_count(story) == 3


async def test_the_list_has_pages(
    house: House, tamara: Employee, petrova: Doctor, clinic: Clinic
) -> None:
    """R54: nobody is named twice or left out; past its end there is the last page."""
    some = await families(house, clinic, 12)
    times = await slots_of(house, petrova, some[0], TUESDAY)
    visits = [
        await house.book(family.parent, family.child.id, slot)
        for family, slot in zip(some, times, strict=True)
    ]
    story = Story(house, tamara, petrova, some, visits)
    await house.services.clinics.add_leave(petrova, Leave(TUESDAY, TUESDAY))
    pages = [await story.seen(page) for page in (0, 1)]
    assert [each.visit.id for page in pages for each in page.shown] == [v.id for v in visits]
    assert [(len(page.shown), page.pages) for page in pages] == [(A_PAGE, 2), (12 - A_PAGE, 2)]
    assert (await story.seen(99)).shown == pages[1].shown
    assert await house.count("access_records", f"access = '{Access.TO_SEE}'") == 16


async def test_a_tick_is_about_what_was_seen(story: Story, kim: Doctor) -> None:
    """R66: the visit was given another time meanwhile."""
    await story.house.services.clinics.add_leave(story.petrova, Leave(TUESDAY, TUESDAY))
    to_see, who, visit = story.house.services.to_see, story.who, story.visits[0]
    moved = (await slots_of(story.house, kim, story.families[0], WEDNESDAY))[0]
    await story.house.services.desk.move(who.person, who.post, visit.id, moved.id, as_asked=True)
    with pytest.raises(MovedMeanwhile):
        await to_see.settle(who.person, who.post, visit.id, 0, Matter.OUTSIDE, done=True)


async def test_who_may_see_it(story: Story, petrova: Doctor) -> None:
    """R30: neither a doctor, nor a parent, nor another clinic's registry."""
    await story.house.services.clinics.open(SEVERYANKA, CONSENT, [])
    stranger = await employ(story.house, Role.ADMINISTRATOR, 299, "severyanka")
    doctor = await employ(story.house, Role.DOCTOR, 203, doctor=petrova)
    await story.close()
    to_see, visit = story.house.services.to_see, story.visits[0]
    for who in (doctor, Employee(story.families[0].parent, story.who.post)):
        with pytest.raises(NotFound):
            await to_see.list(who.person, who.post)
    assert (await to_see.list(stranger.person, stranger.post)).count == 0
    for who in (doctor, stranger, Employee(story.families[0].parent, story.who.post)):
        with pytest.raises(NotFound):
            await to_see.one(who.person, who.post, visit.id, Matter.NEEDS_TIME)
        with pytest.raises(NotFound):
            await to_see.settle(who.person, who.post, visit.id, 1, Matter.NEEDS_TIME, done=True)
    with pytest.raises(NotFound):
        await to_see.settle(
            story.who.person, story.who.post, visit.id, 1, Matter.TO_CALL, done=True
        )


async def test_a_squeezed_in_visit_outside_the_hours_is_seen_to(story: Story, anna: Family) -> None:
    """R64, R65: it has no hours of its own, and stands before the same door."""
    desk, who = story.house.services.desk, story.who
    errand = Errand(Aim.BOOK, anna.child.id)
    extra = await desk.book(
        who.person, who.post, errand, story.visits[0].slot.id, bending=True, extra=True
    )
    await story.house.services.clinics.add_leave(story.petrova, Leave(TUESDAY, TUESDAY))
    assert (Matter.OUTSIDE, extra.visit.id) in await story.matters()
