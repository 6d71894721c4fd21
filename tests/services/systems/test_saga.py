"""R76: what a family asks for is booked in the clinic's own system once, or honestly not at all."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.model.clinic import Clinic
from services.model.slots import Stretch
from services.model.systems.values import Capabilities, ForeignRef, Refused
from services.model.visits import Appointment, AppointmentState
from tests.conftest import House
from tests.services.conftest import Family
from tests.services.systems.conftest import NINE, Practice, later, practice_of
from tests.services.systems.fake import (
    AWAY,
    FAULTS,
    LATE,
    LOST_ANSWER,
    FakeSystem,
    Killed,
    starts,
)

BOOKED, PENDING, CANCELLED = (
    AppointmentState.BOOKED,
    AppointmentState.PENDING,
    AppointmentState.CANCELLED,
)


def agrees(practice: Practice, visit: Appointment) -> bool:
    """Whether what stands here is just what stands there."""
    stands = [visit.slot.starts_at] if visit.state is BOOKED else []
    return starts(practice.fake.standing()) == stands


async def test_nobody_is_booked_before_the_system_has_said_so(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """R76: the visit waits, keeps its time from others, lapses by no clock of ours, and reminds
    nobody; with the answer it is booked, and the family hears of it."""
    visit = await practice.ask(anna)
    assert visit.awaits_system
    assert visit.state is PENDING
    assert visit.deadline is None
    assert practice.fake.asked.count("book") == 0
    assert "09:00" not in await practice.times(boris)
    assert await practice.planned() == []
    assert await practice.services.word.settle() == 0

    booked = await practice.services.system_errands.answered(visit)
    assert booked.state is BOOKED
    assert not booked.awaits_system
    assert agrees(practice, booked)
    assert await practice.planned() == ["booked"]


async def test_what_is_taken_there_is_an_honest_no(practice: Practice, anna: Family) -> None:
    """The time went to somebody there since it was read: there is no visit, here or there."""
    visit = await practice.ask(anna)
    practice.fake.take(visit.slot.stretch)
    refused = await practice.services.system_errands.answered(visit)

    assert refused.state is CANCELLED
    assert practice.fake.standing() == []
    assert await practice.planned() == ["refused-there"]
    await practice.work()
    assert "09:00" not in await practice.times(anna)


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_booking_or_an_honest_no_whatever_is_lost(
    house: House, clinic: Clinic, anna: Family, fault: str, capable: Capabilities
) -> None:
    """R45, R76: an answer lost, late or garbled makes no second visit. Where the system keeps our
    key it ends by itself; otherwise a time that has become taken is for people to settle."""
    practice = await practice_of(house, clinic, FakeSystem(capable))
    practice.fake.faults = [fault]
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    assert visit.state is PENDING
    practice.fake.deliver()
    await practice.work()

    after = await practice.visit(anna, visit.id)
    assert len(practice.fake.standing()) <= 1
    if not capable.keyed and fault in (LATE, LOST_ANSWER):
        assert after.state is PENDING
        assert await house.count("system_bookings", "step = 'stuck'") == 1
        assert "no-answer" not in await practice.planned()  # it is not due yet
        await practice.work(60)
        assert await practice.planned() == ["no-answer"]
    else:
        assert after.state is BOOKED
        assert agrees(practice, after)


@pytest.mark.parametrize("fault", FAULTS)
async def test_who_gives_up_while_nobody_answers_has_nothing_there(
    house: House, clinic: Clinic, anna: Family, fault: str, capable: Capabilities
) -> None:
    """What was booked there, and is wanted here no more, is cancelled there."""
    practice = await practice_of(house, clinic, FakeSystem(capable))
    practice.fake.faults = [fault]
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.services.mine.cancel(anna.parent, visit.id)
    practice.fake.deliver()
    await practice.work()

    stuck = await house.count("system_bookings", "step = 'stuck'")
    unclear = not capable.keyed and fault in (LATE, LOST_ANSWER)
    assert stuck == unclear
    assert len(practice.fake.standing()) == unclear


@pytest.mark.parametrize("fault", [None, *FAULTS])
async def test_a_move_wins_the_new_time_or_keeps_the_old_one(
    house: House,
    clinic: Clinic,
    anna: Family,
    boris: Family,
    fault: str | None,
    capable: Capabilities,
) -> None:
    """The old time is given back there only when the new one is booked there."""
    practice = await practice_of(house, clinic, FakeSystem(capable))
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    assert agrees(practice, visit)
    slot = (await practice.free(boris))[3]
    practice.fake.faults = [fault]
    moved = (await practice.services.booking.move(anna.parent, visit.id, slot.id)).visit
    assert moved.awaits_system
    await practice.services.system_errands.answered(moved)
    practice.fake.deliver()
    await practice.work()

    after = await practice.visit(anna, visit.id)
    if after.awaits_system:
        assert not (capable.keyed)
        assert not (capable.move)
        assert fault in (LATE, LOST_ANSWER)
        assert visit.slot.starts_at in starts(practice.fake.standing())
    else:
        assert after.slot.id == slot.id
        assert agrees(practice, after)


async def test_a_move_that_is_refused_leaves_the_visit_where_it_was(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """R09: it stands at its old time again, and the family hears so."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    slot = (await practice.free(boris))[3]
    practice.fake.take(slot.stretch)
    moved = (await practice.services.booking.move(anna.parent, visit.id, slot.id)).visit
    after = await practice.services.system_errands.answered(moved)

    assert (after.slot.id, after.state) == (visit.slot.id, BOOKED)
    assert agrees(practice, after)
    assert await practice.planned() == ["kept-there"]


async def test_what_the_family_gives_back_is_free_there_and_then_here(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """A time is nobody else's before the system says that it is free."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.services.mine.cancel(anna.parent, visit.id)
    assert "09:00" not in await practice.times(boris)
    await practice.work()

    assert practice.fake.standing() == []
    assert "09:00" in await practice.times(boris)


async def test_an_outage_is_an_honest_no_by_the_promised_hour(
    practice: Practice, anna: Family
) -> None:
    """What never left is refused when its answer is due, and not asked for afterwards."""
    visit = await practice.ask(anna)
    practice.fake.down = True
    await practice.services.system_errands.answered(visit)
    await practice.work(60)
    after = await practice.visit(anna, visit.id)
    assert after.state is CANCELLED
    assert await practice.planned() == ["refused-there"]

    practice.fake.down = False
    await practice.work()
    assert practice.fake.standing() == []


async def test_only_what_the_settings_name_is_sent(practice: Practice, anna: Family) -> None:
    """Name and birth date, no phone; and how the system called the child the last time."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.services.mine.cancel(anna.parent, visit.id)
    await practice.work()
    await practice.services.system_errands.answered(await practice.ask(anna, 2))

    first, second = practice.fake.patients
    assert (first.name, first.phone, first.ref) == ("Миша", "", None)
    assert second.ref == ForeignRef("patients", "Миша")


async def test_a_process_may_die_at_any_moment(
    house: House, clinic: Clinic, anna: Family, boris: Family
) -> None:
    """R43, R76: killed before, between or after each step of booking, moving and giving back, the
    next process ends with what stands here being just what stands there."""
    practice = await practice_of(house, clinic, FakeSystem())
    fake, deaths = practice.fake, 0
    for place in range(1, 40):
        death = Death(place)
        fake.kill = death.comes
        visit = await practice.ask(anna)
        died = await dies(practice)
        fake.kill = lambda: None
        await practice.work()
        after = await practice.visit(anna, visit.id)
        assert (after.state, agrees(practice, after)) == (BOOKED, True), place
        await practice.services.mine.cancel(anna.parent, visit.id)
        fake.kill = Death(place).comes
        died |= await dies(practice)
        fake.kill = lambda: None
        await practice.work()
        assert fake.standing() == []
        deaths += died
        house.clock.now = NINE - timedelta(hours=2)
        if not died:
            break
    assert deaths >= 3


@dataclass
class Death:
    """Comes when it was called so often."""

    after: int

    def comes(self) -> None:
        self.after -= 1
        if self.after == 0:
            raise Killed


async def dies(practice: Practice) -> bool:
    """Whether the worker did not outlive its round."""
    try:
        await practice.services.system_errands.tick()
    except Killed:
        return True
    return False


async def test_changes_made_there_come_here(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """R56: moved and cancelled by the clinic in its system, and booked there for a known child."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.services.system_errands.answered(visit)
    [there] = practice.fake.standing()
    ten = Stretch(later(NINE, 60), later(NINE, 75))
    practice.fake.moved(there.ref, ten)
    await practice.work(1)
    after = await practice.visit(anna, visit.id)
    assert (after.slot.stretch, after.state) == (ten, BOOKED)
    assert "moved" in await practice.planned()
    assert "09:00" in await practice.times(boris)
    assert "10:00" not in await practice.times(boris)

    practice.fake.cancelled(there.ref)
    await practice.work(1)
    assert (await practice.visit(anna, visit.id)).state is CANCELLED
    assert "cancelled" in await practice.planned()
    await practice.work(1)
    assert "10:00" in await practice.times(boris)

    practice.fake.tells_news = True
    await practice.work(1)
    practice.fake.booked(Stretch(later(NINE, 30), later(NINE, 45)), ForeignRef("patients", "Миша"))
    practice.fake.booked(Stretch(NINE, later(NINE, 15)), ForeignRef("patients", "Чужой"))
    await practice.work(1)
    [booked] = (await practice.services.mine.visits(anna.parent)).visits
    assert (booked.slot.starts_at, booked.state) == (later(NINE, 30), BOOKED)
    await practice.services.mine.cancel(anna.parent, booked.id)
    await practice.work()
    assert starts(practice.fake.standing()) == [NINE]


async def test_refusals_of_the_closed_set_are_final(practice: Practice, anna: Family) -> None:
    """A no is asked for once."""
    practice.fake.refusal = Refused.HAS_DOCTOR
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.work()
    assert visit.state is CANCELLED
    assert practice.fake.asked.count("book") == 1


async def test_a_system_that_is_away_is_left_in_peace(practice: Practice, anna: Family) -> None:
    """After some failures only the look goes on; what waits goes on as soon as it answers that."""
    visit = await practice.ask(anna)
    practice.fake.faults = [AWAY] * 3
    for _ in range(3):
        await practice.services.system_errands.tick()
        practice.house.clock.forward(seconds=10)
    asked = practice.fake.asked.count("book")
    await practice.services.system_errands.tick()
    assert practice.fake.asked.count("book") == asked == 3
    await practice.services.system_mirror.read(practice.clinic.id)
    await practice.services.system_errands.tick()
    assert (await practice.visit(anna, visit.id)).state is BOOKED
