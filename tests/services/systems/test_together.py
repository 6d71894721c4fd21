"""Brothers and sisters at a clinic with a system of its own: all of them are booked and moved there
in one go, or none is, and the family hears it once (R72, R76)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.model.clinic import Clinic
from services.model.ids import SlotId
from services.model.settings.visit_kinds import Reason
from services.model.slots import Slot
from services.model.systems.values import Capabilities
from services.model.visits import Appointment, AppointmentState, SiblingsNeed
from tests.conftest import House
from tests.databases import BOTH
from tests.services.conftest import Family
from tests.services.systems.conftest import NINE, Practice, practice_of
from tests.services.systems.fake import FAULTS, LOST_ANSWER, FakeSystem, starts
from tests.services.systems.test_saga import Death, dies

BOOKED, CANCELLED = AppointmentState.BOOKED, AppointmentState.CANCELLED


@dataclass
class Both:
    """Миша and Даша, and the times of the clinic as they were before."""

    practice: Practice
    family: Family
    need: SiblingsNeed
    times: Sequence[Slot]

    async def book(self, first: int = 0) -> Sequence[Appointment]:
        """Ask for two times, one after the other, and wait as the tap does."""
        visits = self.practice.services.sibling_visits
        booked = await visits.book(self.family.parent, self.need, self._from(first))
        return await self.practice.services.system_errands.all_answered(booked.visits)

    async def move(self, visits: Sequence[Appointment], first: int) -> Sequence[Appointment]:
        ids = [visit.id for visit in visits]
        siblings = self.practice.services.sibling_visits
        moved = await siblings.move(self.family.parent, ids, self._from(first))
        return await self.practice.services.system_errands.all_answered(moved.visits)

    def _from(self, first: int) -> list[SlotId]:
        return [slot.id for slot in self.times[first : first + 2]]

    async def now(self, visits: Sequence[Appointment]) -> list[tuple[SlotId, AppointmentState]]:
        """Where they are, and how they stand."""
        found = [await self.practice.visit(self.family, visit.id) for visit in visits]
        return [(visit.slot.id, visit.state) for visit in found]

    def stand_at(self, first: int) -> list[tuple[SlotId, AppointmentState]]:
        return [(slot_id, BOOKED) for slot_id in self._from(first)]

    def there(self, first: int) -> bool:
        """Whether just these two stand there."""
        return starts(self.practice.fake.standing()) == [
            slot.starts_at for slot in self.times[first : first + 2]
        ]


async def both_at(practice: Practice, anna: Family) -> Both:
    dasha = await practice.house.child(anna.parent, "Даша", "01.02.2022")
    need = SiblingsNeed([anna.child.id, dasha.id], Reason.CERTIFICATE)
    return Both(practice, anna, need, await practice.free(anna))


@pytest.fixture
async def both(house: House, clinic: Clinic, anna: Family, capable: Capabilities) -> Both:
    return await both_at(await practice_of(house, clinic, FakeSystem(capable)), anna)


@pytest.mark.parametrize("which", [0, 1])
async def test_one_no_is_all_of_theirs(both: Both, which: int) -> None:
    """The answer to the tap says so; nothing is left there, and it is told once."""
    both.practice.fake.take(both.times[which].stretch)
    visits = await both.book()
    await both.practice.work()
    assert [visit.state for visit in visits] == [CANCELLED] * 2
    assert both.practice.fake.standing() == []
    assert await both.practice.planned() == ["refused-there"]


@pytest.mark.parametrize("kind", BOTH)
async def test_all_are_booked_and_moved_in_one_go(both: Both) -> None:
    visits = await both.book()
    assert [visit.state for visit in visits] == [BOOKED] * 2
    moved = await both.move(visits, 4)
    await both.practice.work()
    assert await both.now(moved) == both.stand_at(4)
    assert both.there(4)


@pytest.mark.parametrize("which", [0, 1])
async def test_one_no_to_a_move_leaves_all_where_they_were(both: Both, which: int) -> None:
    """Also where the system has moved the other one, or booked it anew."""
    visits = await both.book()
    both.practice.fake.take(both.times[4 + which].stretch)
    moved = await both.move(visits, 4)
    await both.practice.work()
    assert await both.now(moved) == both.stand_at(0)
    assert both.there(0)
    assert (await both.practice.planned()).count("kept-there") == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_nobody_is_called_booked_before_all_are(
    practice: Practice, anna: Family, fault: str
) -> None:
    """One of the answers is lost or late: the other one waits for it."""
    both = await both_at(practice, anna)
    practice.fake.faults = [fault]
    visits = await both.book()
    if any(visit.awaits_system for visit in visits):
        assert all(visit.awaits_system for visit in visits)
        assert await practice.planned() == []
    practice.fake.deliver()
    await practice.work()
    assert await both.now(visits) == both.stand_at(0)
    assert both.there(0)
    assert await practice.planned() == ["booked", "booked"]


async def test_what_the_family_gives_up_is_not_waited_for(practice: Practice, anna: Family) -> None:
    """Даша's is in doubt and given up: Миша is booked alone."""
    both = await both_at(practice, anna)
    practice.fake.faults = [None, LOST_ANSWER]
    visits = await both.book()
    assert all(visit.awaits_system for visit in visits)
    [doubtful] = [
        visit
        for visit, slot in zip(visits, both.times, strict=False)
        if await practice.house.count("system_bookings", f"step = 'sent' AND slot_id = {slot.id}")
    ]
    await practice.services.mine.cancel(anna.parent, doubtful.id)
    await practice.work()
    assert sorted(state for _, state in await both.now(visits)) == [BOOKED, CANCELLED]
    assert len(practice.fake.standing()) == 1
    assert (await practice.planned()).count("booked") == 1


async def test_an_outage_is_one_honest_no(practice: Practice, anna: Family) -> None:
    both = await both_at(practice, anna)
    practice.fake.down = True
    visits = await both.book()
    await practice.work(60)
    assert [state for _, state in await both.now(visits)] == [CANCELLED] * 2
    assert await practice.planned() == ["refused-there"]


@pytest.mark.parametrize("refused", [False, True])
async def test_whoever_dies_on_the_way_leaves_all_or_none(
    practice: Practice, anna: Family, *, refused: bool
) -> None:
    """Killed at each moment in turn, on the way to a yes and to a no."""
    both, deaths = await both_at(practice, anna), 0
    if refused:
        practice.fake.take(both.times[1].stretch)
    for place in range(1, 40):
        ids = [slot.id for slot in both.times[:2]]
        booked = await practice.services.sibling_visits.book(anna.parent, both.need, ids)
        practice.fake.kill = Death(place).comes
        died = await dies(practice)
        practice.fake.kill = lambda: None
        await practice.work()
        if refused:
            assert [state for _, state in await both.now(booked.visits)] == [CANCELLED] * 2, place
            break
        assert await both.now(booked.visits) == both.stand_at(0), place
        assert both.there(0)
        await practice.services.sibling_visits.cancel(anna.parent, booked.ids)
        await practice.work()
        deaths += died
        practice.house.clock.now = NINE - timedelta(hours=2)
        if not died:
            break
    assert practice.fake.standing() == []
    assert refused or deaths >= 3
