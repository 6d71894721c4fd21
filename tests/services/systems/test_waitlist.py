"""Who waits for a time at a clinic with a system of its own (R26, R76)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.flows.visits.booking.views import moved
from bot.flows.visits.waiting.views import taken
from bot.words import load, speaking
from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.ids import TimeOfferId, WaitId
from services.model.people import Language
from services.model.refusals.visits import SystemAway
from services.model.settings.visit_kinds import KindKey
from services.model.systems.values import ForeignRef
from services.model.visits import AppointmentState, SiblingsNeed
from services.model.waitlist.offers import TimeOffer
from services.model.waitlist.waits import Wait, WaitState, WaitWish
from services.visits.booking import Moved
from services.waitlist.answering import Taken
from tests.conftest import House
from tests.services.conftest import Family
from tests.services.systems.conftest import NINE, Practice, practice_of
from tests.services.systems.fake import SETTINGS, FakeSystem


async def joins(practice: Practice, family: Family, **more: object) -> WaitId:
    today = practice.clinic.today(practice.house.clock())
    wish = WaitWish(
        [family.child.id],
        KindKey(USUAL),
        today,
        today + timedelta(days=1),
        notice=timedelta(0),
        **more,  # type: ignore[arg-type]
    )
    join = practice.services.waitlist.join
    return (await join(family.parent, practice.clinic.id, wish)).wait.id


async def minute(practice: Practice) -> None:
    """A minute goes by, and what comes once a minute is done."""
    practice.house.clock.forward(minutes=1)
    await practice.services.looking.look_around()
    while await practice.services.passing.pass_on():
        pass


async def state(practice: Practice, family: Family, wait_id: WaitId) -> WaitState:
    return (await practice.services.waitlist.get(family.parent, wait_id)).wait.state


async def offered(practice: Practice, wait_id: WaitId) -> TimeOffer | None:
    """What is kept for a place in the list."""
    async with practice.house.transactions.reads() as tx:
        return await tx.freed.live_offer(wait_id, practice.house.clock())


async def places(practice: Practice) -> list[Wait]:
    """Who waits at the clinic."""
    async with practice.house.transactions.reads() as tx:
        return await tx.waits.of_clinic(practice.clinic.id, 10)


async def an_offer(practice: Practice, wait_id: WaitId) -> TimeOfferId:
    """One of what stands free."""
    practice.house.clock.forward(hours=1)
    await practice.services.system_mirror.read(practice.clinic.id)
    await minute(practice)
    found = await offered(practice, wait_id)
    assert found
    return found.id


async def test_a_yes_waits_for_the_system_and_its_no_gives_the_place_back(
    practice: Practice, anna: Family
) -> None:
    """R76, R26: nobody is booked by their yes alone, and who is refused there waits on in the old
    place."""
    wait_id = await joins(practice, anna)
    found = await practice.services.answers.accept(anna.parent, await an_offer(practice, wait_id))
    [visit] = found.visits
    assert visit.awaits_system
    with speaking(load(), Language.ENGLISH):
        assert "You are not booked yet" in taken(found).text
    await minute(practice)
    practice.fake.take(visit.slot.stretch)
    refused = await practice.services.system_errands.answered(visit)

    assert refused.state is AppointmentState.CANCELLED
    with speaking(load(), Language.ENGLISH):
        assert "You are booked" not in taken(Taken([refused])).text
    assert await state(practice, anna, wait_id) is WaitState.WAITING


async def test_who_is_owed_a_time_is_owed_one_after_a_no(practice: Practice, anna: Family) -> None:
    """R64: a time that the clinic's system does not give settles no debt."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    async with practice.house.transactions.writes() as tx:
        held = await tx.appointments.get(visit.id, cared_for_by=None)
        await tx.appointments.displace(held, anna.parent, practice.house.clock())
    await practice.work()
    [place] = await places(practice)
    async with practice.house.transactions.writes() as tx:  # one of the system's, at once
        doctors = frozenset({visit.slot.doctor.id})
        wish = replace(place.wish, doctors=doctors, notice=timedelta(0))
        await tx.waits.change(replace(place, wish=wish))
    offer = await an_offer(practice, place.id)
    [again] = (await practice.services.answers.accept(anna.parent, offer)).visits
    practice.fake.take(again.slot.stretch)
    refused = await practice.services.system_errands.answered(again)
    assert refused.needs_time
    with speaking(load(), Language.ENGLISH):
        assert "You are booked" not in moved(Moved(refused, visit.slot)).text
    await minute(practice)

    assert [wait.id for wait in await places(practice)] == [place.id]


async def test_a_time_freed_here_goes_to_who_waits_when_it_is_free_there(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """R11, R76: it is offered to nobody before, and to nobody else then."""
    begins = NINE.time().replace(hour=9)
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    wait_id = await joins(practice, boris, until_hour=begins)
    practice.house.clock.forward(minutes=1)
    await practice.services.mine.cancel(anna.parent, visit.id)
    while await practice.services.passing.pass_on():
        pass
    assert await offered(practice, wait_id) is None
    await practice.work()

    assert "09:00" not in await practice.times(anna)
    while await practice.services.passing.pass_on():
        pass
    offer = await offered(practice, wait_id)
    assert offer
    assert [slot.id for slot in offer.slots] == [visit.slot.id]


async def test_nothing_is_offered_or_given_while_the_system_is_away(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """R76: times that nobody has read for long are nobody's to give out, by whatever way."""
    wait_id = await joins(practice, anna)
    offer = await an_offer(practice, wait_id)
    soon = replace(SETTINGS, closed_minutes=5)
    assert await practice.services.own_systems.connect(practice.clinic.code, soon) == []
    practice.fake.down = True
    practice.house.clock.forward(minutes=6)
    with pytest.raises(SystemAway):
        await practice.services.answers.accept(anna.parent, offer)
    sister = await practice.house.child(anna.parent, "Даша", "01.02.2022")
    both = SiblingsNeed([anna.child.id, sister.id], KindKey(USUAL), [])
    with pytest.raises(SystemAway):
        await practice.services.sibling_times.times(anna.parent, both, clinic_id=practice.clinic.id)
    other = await joins(practice, boris)
    await minute(practice)
    assert await offered(practice, other) is None


async def test_what_the_system_took_away_was_not_given_up_by_the_family(
    practice: Practice, anna: Family
) -> None:
    """Who waits for an earlier time, and loses the visit there, waits on and is told nothing
    untrue."""
    visit = await practice.services.system_errands.answered(await practice.ask(anna, 6))
    wait_id = await joins(practice, anna, moves=visit.id, until_hour=NINE.time().replace(hour=9))
    practice.fake.cancelled(practice.fake.standing()[0].ref)
    await practice.work()
    assert (await practice.visit(anna, visit.id)).state is AppointmentState.CANCELLED
    await minute(practice)

    assert await state(practice, anna, wait_id) is WaitState.WAITING
    assert "wait-over" not in await practice.planned()


async def test_a_card_that_stays_is_known_to_the_system_as_the_one_that_went(
    practice: Practice, anna: Family
) -> None:
    """R66, R76: or that system would make a second patient of one child."""
    twin, ref = await practice.house.child(anna.parent, "Миша Иванов"), ForeignRef("ids", "p-1")
    async with practice.house.transactions.writes() as tx:
        await tx.system_patients.keep(practice.clinic.id, twin.id, ref)
        await tx.joining.join(twin.id, anna.child.id, None, None, practice.house.clock())
    async with practice.house.transactions.reads() as tx:
        assert await tx.system_patients.named(practice.clinic.id, anna.child.id) == ref


async def test_the_first_look_frees_nothing(
    house: House, clinic: Clinic, anna: Family, boris: Family
) -> None:
    """R26: who waits is not kept every time that the system has had all along; what becomes free
    there later goes to them first."""
    today = clinic.today(house.clock())
    wish = WaitWish(
        [boris.child.id], KindKey(USUAL), today, today + timedelta(days=1), notice=timedelta(0)
    )
    await house.services.waitlist.join(boris.parent, clinic.id, wish)
    practice = await practice_of(house, clinic, FakeSystem())
    assert await house.count("freed_times") == 0
    assert "09:00" in await practice.times(anna)

    practice.fake.give(NINE + timedelta(hours=3), 1)
    house.clock.forward(minutes=2)
    await practice.services.system_mirror.read(clinic.id)
    assert await house.count("freed_times") == 1
