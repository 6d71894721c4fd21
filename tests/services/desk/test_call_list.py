"""After a change that the clinic made, each family is told by the bot or phoned by the registry."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from services.desk.call_list import CallList
from services.model.access import Access, Role
from services.model.clinic import Doctor
from services.model.ids import PersonId
from services.model.letters import Letter
from services.model.messages import Urgency
from services.model.people import Person
from services.model.privacy.retention import USUAL_DAYS, Kept
from services.model.refusals.base import NotFound
from services.model.slots import Slot
from services.model.visits import Appointment
from services.ports.sending import NotNow, Unreachable
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, slots_of
from tests.statements import statements

TUESDAY = date(2026, 11, 24)


@dataclass
class Post:
    """Tells everybody but those who cannot be had, now or at all."""

    lost: PersonId | None = None
    is_down: bool = False

    async def permit(self, person: Person, urgency: Urgency) -> None: ...

    async def tell(self, letter: Letter) -> None:
        if self.is_down:
            raise NotNow
        if letter.person.id == self.lost:
            raise Unreachable


async def to_phone(house: House, who: Employee) -> CallList:
    return await house.services.calls.list(who.person, who.post)


async def count(house: House, who: Employee) -> int:
    return (await house.services.workday.desk(who.person, who.post)).calls


@played
async def slots(house: House, petrova: Doctor, anna: Family) -> list[Slot]:
    """Петрова's on Tuesday, from 9:00 on."""
    return await slots_of(house, petrova, anna, TUESDAY)


async def book(house: House, family: Family, slot: Slot) -> Appointment:
    return await house.book(family.parent, family.child.id, slot)


async def test_a_family_is_told_or_phoned(
    house: House, tamara: Employee, slots: list[Slot], anna: Family, boris: Family
) -> None:
    """R52: who has blocked the bot, or never had it, is on the list; who reads it is not."""
    desk, who = house.services.desk, (tamara.person, tamara.post)
    first, second, free, *_ = slots
    first_visit, second_visit = await book(house, anna, first), await book(house, boris, second)
    moved = (await desk.move(*who, first_visit.id, free.id)).visit
    await desk.cancel(*who, second_visit.id)
    assert (await to_phone(house, tamara)).families == []  # both are being told

    assert await house.services.notices.tell_due(Post(lost=anna.parent)) == 1
    [anna_s] = (await to_phone(house, tamara)).families
    assert (anna_s.call.visit.id, anna_s.call.visit.slot.id) == (moved.id, free.id)
    assert anna_s.call.before
    assert anna_s.call.before.id == first.id
    assert await count(house, tamara) == 1


async def test_what_is_not_said_in_time_is_phoned(
    house: House, tamara: Employee, slots: list[Slot], anna: Family
) -> None:
    """R52: Telegram may be down for hours; once the bot has said it, nobody has to."""
    visit = await book(house, anna, slots[0])
    await house.services.desk.cancel(tamara.person, tamara.post, visit.id)
    await house.services.notices.tell_due(Post(is_down=True))
    house.clock.forward(minutes=9)
    assert await count(house, tamara) == 0
    house.clock.forward(minutes=1)
    assert await count(house, tamara) == 1
    house.clock.forward(minutes=30)
    assert await house.services.notices.tell_due(Post()) == 1
    assert await count(house, tamara) == 0


async def test_a_call_is_ticked_off_and_on_again(
    house: House, tamara: Employee, slots: list[Slot], anna: Family
) -> None:
    """Who was phoned stays in sight for the day; each step is taken down (R39)."""
    visit = await book(house, anna, slots[0])
    desk, calls = house.services.desk, house.services.calls
    who = (tamara.person, tamara.post)
    off = (await desk.cancel(*who, visit.id)).visit
    await house.services.notices.tell_due(Post(lost=anna.parent))

    for _ in range(2):
        found = await calls.settle(*who, off.id, off.sequence, done=True)
        assert [each.call.done_at for each in found.families] == [house.clock()]
    assert await count(house, tamara) == 0
    found = await calls.settle(*who, off.id, off.sequence, done=False)
    assert [each.call.done_at for each in found.families] == [None]
    await calls.settle(*who, off.id, off.sequence, done=True)
    assert await house.count("access_records", f"access = '{Access.CALLED}'") == 3

    house.clock.forward(hours=18)  # the next day, before the visit would have been
    assert (await to_phone(house, tamara)).families == []


@pytest.mark.parametrize("lost", [True, False])
async def test_a_mark_that_was_a_mistake_takes_nobody_off_the_list(
    house: House, tamara: Employee, slots: list[Slot], anna: Family, *, lost: bool
) -> None:
    """R52, R66: "came" on the wrong line, and taken back: who did not hear that the visit was moved
    is phoned still, and who heard is not."""
    visit = await book(house, anna, slots[0])
    desk, who = house.services.desk, (tamara.person, tamara.post)
    await desk.move(*who, visit.id, slots[6].id)
    await house.services.notices.tell_due(Post(lost=anna.parent if lost else None))
    house.clock.now = slots[0].starts_at
    assert await count(house, tamara) == lost
    for came in (True, False, True, None):
        house.clock.now = slots[6].starts_at  # only then can it be said that nobody came
        await house.services.attendance.mark(*who, visit.id, came)
        house.clock.now = slots[0].starts_at
    assert await count(house, tamara) == lost


async def test_a_later_change_makes_a_call_needless(
    house: House, tamara: Employee, slots: list[Slot], anna: Family
) -> None:
    """The family moved its visit by itself: it knows. A visit that is over is nobody's call."""
    visit = await book(house, anna, slots[0])
    free, other = slots[1:3]
    desk, who = house.services.desk, (tamara.person, tamara.post)
    moved = (await desk.move(*who, visit.id, free.id)).visit
    await house.services.notices.tell_due(Post(lost=anna.parent))
    assert await count(house, tamara) == 1
    await house.services.booking.move(anna.parent, visit.id, other.id)
    assert await count(house, tamara) == 0
    with pytest.raises(NotFound):
        await house.services.calls.settle(*who, visit.id, moved.sequence, done=True)

    again = (await desk.cancel(*who, visit.id)).visit
    await house.services.notices.tell_due(Post(lost=anna.parent))
    assert await count(house, tamara) == 1
    house.clock.now = again.slot.stretch.ends_at
    assert (await to_phone(house, tamara)).families == []


async def test_what_the_family_asked_for_is_no_call(
    house: House, tamara: Employee, slots: list[Slot], anna: Family
) -> None:
    """It called itself, and knows."""
    visit = await book(house, anna, slots[0])
    desk, who = house.services.desk, (tamara.person, tamara.post)
    free = slots[1]
    await desk.move(*who, visit.id, free.id, as_asked=True)
    await desk.cancel(*who, visit.id, as_asked=True)
    assert await house.count("calls") == 0


async def test_the_list_is_for_the_registry_of_the_clinic(
    house: House, tamara: Employee, doctor_kim: Employee, stranger: Employee, kim: Doctor
) -> None:
    """R30, R32: nobody else reads it or ticks it off; another clinic's list is its own."""
    [family] = await families(house, kim.clinic, 1)
    [slot, *_] = await slots_of(house, kim, family, TUESDAY)
    visit = await book(house, family, slot)
    off = (await house.services.desk.cancel(tamara.person, tamara.post, visit.id)).visit
    await house.services.notices.tell_due(Post(lost=family.parent))
    calls = house.services.calls
    for who in (
        doctor_kim,
        Employee(stranger.person, tamara.post),
        Employee(family.parent, tamara.post),
    ):
        with pytest.raises(NotFound):
            await calls.list(who.person, who.post)
        with pytest.raises(NotFound):
            await calls.settle(who.person, who.post, off.id, off.sequence, done=True)
    assert (await to_phone(house, stranger)).families == []
    with pytest.raises(NotFound):
        await calls.settle(stranger.person, stranger.post, off.id, off.sequence, done=True)
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    assert len((await to_phone(house, irina)).families) == 1
    assert await house.count("calls", "done_at IS NULL") == 1


async def test_who_was_phoned_is_not_known_for_ever(
    house: House, tamara: Employee, kim: Doctor
) -> None:
    """Ninety days after the visit, as with what was told by the bot."""
    [family] = await families(house, kim.clinic, 1)
    [slot, *_] = await slots_of(house, kim, family, TUESDAY)
    visit = await book(house, family, slot)
    await house.services.desk.cancel(tamara.person, tamara.post, visit.id)
    house.clock.now = visit.slot.stretch.ends_at + timedelta(days=USUAL_DAYS[Kept.CALLS])
    assert await house.services.retention.forget(Kept.CALLS) == 0
    house.clock.now += timedelta(seconds=1)
    assert await house.services.retention.forget(Kept.CALLS) == 1


async def test_the_list_costs_the_same_however_many_are_on_it(
    house: House, tamara: Employee, kim: Doctor, slots: list[Slot]
) -> None:
    """R52, R54: where each visit was before, and by which numbers its family is had, is asked of
    all at once."""
    desk, who = house.services.desk, (tamara.person, tamara.post)
    costs = []
    some = await families(house, kim.clinic, 5)
    for few in (some[:1], some[1:]):
        for family in few:
            visit = await book(house, family, slots.pop())
            await desk.move(*who, visit.id, slots.pop().id)
            await house.services.notices.tell_due(Post(lost=family.parent))
        with statements(house) as said:
            shown = await to_phone(house, tamara)
        costs.append(len(said))
        assert all(each.call.before for each in shown.families)
    assert len(shown.families) == 5
    assert costs[0] == costs[1]
