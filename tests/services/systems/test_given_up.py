"""A time that ended without a visit is given out again as soon as the system says that it is free,
though nothing became otherwise there: such a time is in no news (R76)."""

from collections.abc import Awaitable, Callable

import pytest

from services.model.clinic import Clinic
from services.model.slots import Slot
from services.model.systems.values import ForeignSlot, Refused, Window
from services.model.visits import AppointmentState
from tests.conftest import House
from tests.services.conftest import Family
from tests.services.systems.conftest import Practice, practice_of
from tests.services.systems.fake import LOST_ANSWER, FakeSystem


@pytest.fixture
async def practice(house: House, clinic: Clinic) -> Practice:
    """Its system tells what changed there, and so is read whole at night alone."""
    practice = await practice_of(house, clinic, FakeSystem(tells_news=True))
    practice.house.clock.forward(minutes=1)
    await practice.services.system_mirror.read(clinic.id)
    return practice


async def unknown_there(practice: Practice, anna: Family, _: Family) -> Slot:
    """The clinic knows no such child: nothing is written there."""
    practice.fake.refusal = Refused.UNKNOWN_PATIENT
    return (await practice.services.system_errands.answered(await practice.ask(anna))).slot


async def away_for_too_long(practice: Practice, anna: Family, _: Family) -> Slot:
    """It answers nobody until the promised hour, and is asked by nobody then."""
    visit = await practice.ask(anna)
    practice.fake.down = True
    practice.house.clock.forward(minutes=16)
    await practice.services.system_errands.tick()
    practice.fake.down = False
    return (await practice.visit(anna, visit.id)).slot


async def given_up_before(practice: Practice, anna: Family, _: Family) -> Slot:
    """The family cancels before the system is asked."""
    visit = await practice.ask(anna)
    await practice.services.mine.cancel(anna.parent, visit.id)
    await practice.services.system_errands.tick()
    return visit.slot


async def refused_move(practice: Practice, anna: Family, boris: Family) -> Slot:
    """The visit stays where it was."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna, 3))
    to = (await practice.free(boris))[0]
    practice.fake.refusal = Refused.WRONG_AGE
    moved = (await practice.services.booking.move(anna.parent, visit.id, to.id)).visit
    after = await practice.services.system_errands.answered(moved)
    assert (after.slot.id, after.state) == (visit.slot.id, AppointmentState.BOOKED)
    return to


async def left_in_silence(practice: Practice, anna: Family, _: Family) -> Slot:
    """It is taken back there, and the answer lost: the news that it is free come before anybody
    here knows that the visit is gone there."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.services.mine.cancel(anna.parent, visit.id)
    practice.fake.faults = [LOST_ANSWER]
    await practice.services.system_errands.tick()
    assert practice.fake.standing() == []
    await practice.services.system_mirror.read(practice.clinic.id)
    practice.house.clock.forward(minutes=1)
    await practice.services.system_errands.tick()
    return visit.slot


Ends = Callable[[Practice, Family, Family], Awaitable[Slot]]


@pytest.mark.parametrize(
    "ends", [unknown_there, away_for_too_long, given_up_before, refused_move, left_in_silence]
)
async def test_a_time_that_nobody_got_is_there_again_with_the_next_look(
    practice: Practice, anna: Family, boris: Family, ends: Ends
) -> None:
    """Whoever tries and tries shuts nothing for the others; and the look after it reads news."""
    slot = await ends(practice, anna, boris)
    assert slot.id not in [each.id for each in await practice.free(boris)]
    practice.house.clock.forward(minutes=1)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert slot.id in [each.id for each in await practice.free(boris)]

    looks = practice.fake.asked.count("find")
    practice.house.clock.forward(minutes=1)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert practice.fake.asked.count("find") == looks


async def test_what_somebody_there_has_by_then_stays_shut(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """It was asked for here, and taken there meanwhile: the news of that came while it was ours."""
    visit = await practice.ask(anna)
    practice.fake.take(visit.slot.stretch)
    await practice.services.system_mirror.read(practice.clinic.id)
    await practice.services.mine.cancel(anna.parent, visit.id)
    await practice.work(2)
    assert visit.slot.id not in [each.id for each in await practice.free(boris)]


async def test_a_time_that_the_clinic_moved_a_visit_to_is_free_when_the_system_says_so(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """It stood free here until then, and is no more given out when the family cancels before it is
    taken back there; the time that the visit had is free at once."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    to = (await practice.free(boris))[3]
    [there] = practice.fake.standing()
    practice.fake.moved(there.ref, to.stretch)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert (await practice.visit(anna, visit.id)).slot.id == to.id
    assert visit.slot.id in [each.id for each in await practice.free(boris)]

    await practice.services.mine.cancel(anna.parent, visit.id)
    assert to.id not in [each.id for each in await practice.free(boris)]
    await practice.work()
    assert practice.fake.standing() == []
    assert to.id in [each.id for each in await practice.free(boris)]


async def test_a_time_from_which_the_clinic_moved_a_visit_is_free_whichever_news_come_first(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """Its times are told, and only later that the visit is another one's: until then the earlier
    time is the visit's here."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    to = (await practice.free(boris))[3]
    [there] = practice.fake.standing()
    practice.fake.free(visit.slot.stretch)
    practice.fake.take(to.stretch)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert visit.slot.id not in [each.id for each in await practice.free(boris)]

    practice.fake.moved(there.ref, to.stretch)
    for _ in range(2):
        practice.house.clock.forward(minutes=1)
        await practice.services.system_mirror.read(practice.clinic.id)
    assert (await practice.visit(anna, visit.id)).slot.id == to.id
    assert visit.slot.id in [each.id for each in await practice.free(boris)]


async def test_a_look_that_is_on_its_way_is_none_at_what_ends_meanwhile(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """All is being read, and the time was still somebody's when it was: it is read once more."""
    given_up = await practice.ask(anna, 1)
    await practice.services.mine.cancel(anna.parent, given_up.id)
    await practice.services.system_errands.tick()  # has all read next
    visit = await practice.ask(anna)
    practice.fake.refusal = Refused.UNKNOWN_PATIENT
    find = practice.fake.find

    async def before(window: Window) -> list[ForeignSlot]:
        found = await find(window)
        await practice.services.system_errands.answered(visit)
        return [each for each in found if each.stretch != visit.slot.stretch]

    practice.fake.find = before  # type: ignore[method-assign]
    practice.house.clock.forward(minutes=1)
    await practice.services.system_mirror.read(practice.clinic.id)
    practice.fake.find = find  # type: ignore[method-assign]
    free = [each.id for each in await practice.free(boris)]
    assert (visit.slot.id in free, given_up.slot.id in free) == (False, True)

    practice.house.clock.forward(minutes=1)
    await practice.services.system_mirror.read(practice.clinic.id)
    assert visit.slot.id in [each.id for each in await practice.free(boris)]
