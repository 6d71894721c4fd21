"""A system that moves a visit and does not say when it is by then (1С): the document stays the
same, so a move is asked for again, and never cancelled as the old time's (R76)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from services.model.clinic import Clinic
from services.model.slots import Slot
from services.model.systems.outbox import SystemBookingId
from services.model.systems.values import Capabilities
from services.model.visits import Appointment, AppointmentState
from tests.conftest import House
from tests.services.conftest import Employee, Family
from tests.services.systems.conftest import Practice, practice_of
from tests.services.systems.fake import (
    FAULTS,
    LATE,
    LOST_ANSWER,
    LOST_REQUEST,
    FakeSystem,
    starts,
)


@dataclass
class Moving:
    """A visit that its family wants at another time, and how it goes."""

    practice: Practice
    family: Family
    visit: Appointment
    to: Slot

    async def ask(self, *faults: str) -> None:
        """Ask for the other time; what goes wrong then."""
        self.practice.fake.faults = [*faults]
        moved = await self.practice.services.booking.move(
            self.family.parent, self.visit.id, self.to.id
        )
        await self.practice.services.system_errands.answered(moved.visit)

    async def ends(self) -> Appointment:
        """What is late arrives, and all is decided; there was one visit there all along."""
        self.practice.fake.deliver()
        await self.practice.work(40)
        assert len(self.practice.fake.visits) == 1
        return await self.practice.visit(self.family, self.visit.id)

    @property
    def there(self) -> Sequence[object]:
        return starts(self.practice.fake.standing())


@pytest.fixture
async def moving(house: House, clinic: Clinic, anna: Family, boris: Family) -> Moving:
    fake = FakeSystem(Capabilities(move=True), blind=True)
    practice = await practice_of(house, clinic, fake)
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    return Moving(practice, anna, visit, (await practice.free(boris))[3])


@pytest.mark.parametrize("fault", FAULTS)
async def test_after_a_silence_it_is_asked_for_again(moving: Moving, fault: str) -> None:
    await moving.ask(fault, fault)
    after = await moving.ends()
    assert (after.slot.id, after.state) == (moving.to.id, AppointmentState.BOOKED)
    assert moving.there == [moving.to.starts_at]


async def test_a_no_after_a_silence_means_that_it_is_where_it_was(moving: Moving) -> None:
    """What was asked for got lost, and somebody there has the time by now."""
    await moving.ask(LOST_REQUEST)
    moving.practice.fake.take(moving.to.stretch)
    after = await moving.ends()
    assert (after.slot.id, after.state) == (moving.visit.slot.id, AppointmentState.BOOKED)
    assert moving.there == [moving.visit.slot.starts_at]
    assert "kept-there" in await moving.practice.planned()


@pytest.mark.parametrize("fault", [LOST_ANSWER, LOST_REQUEST, LATE])
async def test_what_is_given_up_meanwhile_is_taken_back_wherever_it_is(
    moving: Moving, fault: str
) -> None:
    moving.practice.fake.blind = False
    await moving.ask(fault)
    await moving.practice.services.mine.cancel(moving.family.parent, moving.visit.id)
    after = await moving.ends()
    assert (after.state, moving.there) == (AppointmentState.CANCELLED, [])


async def test_what_people_found_at_the_new_time_is_not_cancelled_as_the_old_one(
    moving: Moving, tamara: Employee
) -> None:
    await moving.ask(LOST_ANSWER)
    database = moving.practice.house.database
    await database.run("UPDATE system_bookings SET step = 'stuck' WHERE step = 'sent'")
    [[stuck]] = await database.rows("SELECT id FROM system_bookings WHERE step = 'stuck'")
    await moving.practice.services.own_systems.settle(
        tamara.person, tamara.post, SystemBookingId(stuck), is_there=True
    )
    after = await moving.ends()
    assert (after.slot.id, after.state) == (moving.to.id, AppointmentState.BOOKED)
    assert moving.there == [moving.to.starts_at]
