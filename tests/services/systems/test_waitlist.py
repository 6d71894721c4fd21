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
from services.model.slots import Stretch
from services.model.systems.values import Capabilities, ForeignRef, ForeignSlot, TimeState
from services.model.visits import Appointment, AppointmentState, SiblingsNeed
from services.model.waitlist.offers import TimeOffer
from services.model.waitlist.waits import Wait, WaitState, WaitWish
from services.visits.booking import Moved
from services.waitlist.answering import Taken
from tests.conftest import KIM, House
from tests.services.conftest import Employee, Family
from tests.services.systems.conftest import NINE, Practice, later, practice_of
from tests.services.systems.fake import LOST_ANSWER, SETTINGS, FakeSystem
from tests.services.systems.test_orders import settle


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


async def kim_s_times(practice: Practice) -> None:
    """The clinic's other doctor receives, and her times are in its system as well."""
    both = replace(SETTINGS, doctors={**SETTINGS.doctors, "dr-2": KIM.name})
    assert await practice.services.own_systems.connect(practice.clinic.code, both) == []
    ref, begins = ForeignRef("slots", "of Kim"), later(NINE, 180)
    stretch = Stretch(begins, later(begins, 20))
    practice.fake.slots[ref.value] = ForeignSlot(ref, "dr-2", stretch, TimeState.FREE, "1")
    practice.house.clock.forward(minutes=2)
    await practice.services.system_mirror.read(practice.clinic.id)


async def to_kim(practice: Practice, family: Family) -> Appointment:
    """A visit to the other doctor, which stands in the system at once."""
    async with practice.house.transactions.reads() as tx:
        doctors = await tx.clinics.doctors(practice.clinic.id)
    [kim] = [each for each in doctors if each.name == KIM.name]
    [slot] = await practice.house.free_times(family.parent, family.child.id, kim)
    booked = await practice.services.booking.book(family.parent, family.need, slot.id)
    return await practice.services.system_errands.answered(booked.visit)


async def a_silence(house: House, clinic: Clinic, family: Family) -> tuple[Practice, WaitId]:
    """A family waits, books what is free, and its system never says whether that stands."""
    practice = await practice_of(house, clinic, FakeSystem(Capabilities()))
    await kim_s_times(practice)
    wait_id = await joins(practice, family)
    house.clock.forward(minutes=1)
    practice.fake.faults = [LOST_ANSWER]
    await practice.services.system_errands.answered(await practice.ask(family))
    await practice.work()
    return practice, wait_id


async def test_a_no_takes_up_no_place_whose_need_another_visit_meets(
    house: House, clinic: Clinic, anna: Family, tamara: Employee
) -> None:
    """R26, R76: the family has booked another doctor meanwhile and waits no more; that the silent
    visit is none changes nothing."""
    practice, wait_id = await a_silence(house, clinic, anna)
    assert (await to_kim(practice, anna)).state is AppointmentState.BOOKED
    await minute(practice)
    assert await state(practice, anna, wait_id) is WaitState.ENDED

    await settle(practice, tamara, is_there=False)

    assert await state(practice, anna, wait_id) is WaitState.ENDED
    await minute(practice)
    assert (await practice.planned()).count("wait-over") == 1


async def test_a_place_that_stands_again_is_over_once_more(
    house: House, clinic: Clinic, anna: Family, tamara: Employee
) -> None:
    """R26, R76: the other visit was given back by the time at which the silent one is none, and
    booked anew after it: the place ends twice, and the family is told twice."""
    practice, wait_id = await a_silence(house, clinic, anna)
    other = await to_kim(practice, anna)
    await minute(practice)
    await practice.services.mine.cancel(anna.parent, other.id)
    await practice.work()
    await settle(practice, tamara, is_there=False)
    assert await state(practice, anna, wait_id) is WaitState.WAITING

    await practice.services.system_errands.answered(await practice.ask(anna, 3))
    await minute(practice)

    assert await state(practice, anna, wait_id) is WaitState.ENDED
    assert (await practice.planned()).count("wait-over") == 2
