"""A time is kept for the family that looks at it, for some minutes and from everybody else."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.model.clinic import Clinic, Doctor
from services.model.refusals.base import NotFound
from services.model.refusals.visits import SlotClosed, SlotHeld, SlotTaken
from services.model.slots import Slot
from services.visits.booking import Offer
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Family, families, open_clinic, run_sql, slots_of

HOLD = timedelta(minutes=3)


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    """Петрова's times of this Monday, from 9:00 on."""
    return await house.free_times(anna.parent, anna.child.id, petrova)


async def offer(house: House, family: Family, slot: Slot) -> Offer:
    return await house.services.booking.offer(family.parent, family.need, slot.id)


async def test_a_time_that_is_looked_at_is_kept(
    house: House, anna: Family, slots: list[Slot]
) -> None:
    """R05: the family reads until when; looking again keeps it longer."""
    found = await offer(house, anna, slots[0])
    assert (found.slot.id, found.held_until) == (slots[0].id, house.clock() + HOLD)
    assert (found.search.child, found.search.moving) == (anna.child, None)

    house.clock.forward(minutes=2)
    assert (await offer(house, anna, slots[0])).held_until == house.clock() + HOLD
    assert await house.count("holds") == 1


Look = Callable[[House, Family, Slot], Awaitable[bool]]


async def as_the_earliest(house: House, family: Family, slot: Slot) -> bool:
    clinic_id = slot.doctor.clinic.id
    found = await house.services.booking.earliest(family.parent, family.need, clinic_id)
    async with house.transactions.writes() as tx:
        await tx.slots.let_go(family.parent)
    return found.slot.id == slot.id


async def by_doctor(house: House, family: Family, slot: Slot) -> bool:
    doctors = await house.services.times.doctors(family.parent, family.need, slot.doctor.clinic.id)
    [free] = [row.free for row in doctors.doctors if row.doctor == slot.doctor]
    assert free
    return free.earliest.id == slot.id


async def among_the_days(house: House, family: Family, slot: Slot) -> bool:
    days = await house.services.times.days(family.parent, family.need, slot.doctor.id)
    return days.days[0].free == 12


async def on_the_day(house: House, family: Family, slot: Slot) -> bool:
    day = slot.local_start.date()
    return slot.id in {each.id for each in await slots_of(house, slot.doctor, family, day)}


async def near(house: House, family: Family, slot: Slot) -> bool:
    found = await house.services.times.near(family.parent, family.need, slot.id)
    return slot.id in {each.id for each in found.slots}


async def at_home(house: House, family: Family, slot: Slot) -> bool:
    home = await house.services.families.home(family.parent, slot.doctor.clinic.id)
    earliest = home.children[0].earliest
    return earliest is not None and earliest.id == slot.id


async def by_itself(house: House, family: Family, slot: Slot) -> bool:
    async with house.transactions.reads() as tx:
        found = await tx.slots.get(slot.id, person=family.parent, now=house.clock())
    return not found.held


LOOKS: list[Look] = [
    as_the_earliest,
    by_doctor,
    among_the_days,
    on_the_day,
    near,
    at_home,
    by_itself,
]


@pytest.mark.parametrize("look", LOOKS)
async def test_a_held_time_is_shown_to_its_holder_alone(
    house: House, anna: Family, boris: Family, slots: list[Slot], look: Look
) -> None:
    """R05, R06: wherever times are shown; others find it again at the moment the hold ends."""
    assert await look(house, boris, slots[0])
    await offer(house, anna, slots[0])
    assert not await look(house, boris, slots[0])
    house.clock.now += HOLD - timedelta(seconds=1)
    assert not await look(house, boris, slots[0])
    house.clock.now += timedelta(seconds=1)
    assert await look(house, boris, slots[0])

    await offer(house, anna, slots[0])
    assert await look(house, anna, slots[0])


async def test_only_its_holder_can_book_a_held_time(
    house: House, anna: Family, boris: Family, slots: list[Slot]
) -> None:
    """R05, R06: a forged tap of others is refused while the hold lives; booking lets it go."""
    await offer(house, anna, slots[0])
    for attempt in (
        offer(house, boris, slots[0]),
        house.book(boris.parent, boris.child.id, slots[0]),
    ):
        with pytest.raises(SlotHeld):
            await attempt
    house.clock.forward(minutes=2, seconds=59)
    await house.book(anna.parent, anna.child.id, slots[0])

    assert await house.count("holds") == 0
    with pytest.raises(SlotTaken):
        await offer(house, boris, slots[0])


async def test_an_expired_hold_is_free_with_no_scheduler(
    house: House, anna: Family, boris: Family, slots: list[Slot]
) -> None:
    """R06: at the moment it ends others book it or hold it, and the first family reads so."""
    await offer(house, anna, slots[0])
    await offer(house, boris, slots[1])
    house.clock.now += HOLD
    await offer(house, boris, slots[0])
    with pytest.raises(SlotHeld):
        await house.book(anna.parent, anna.child.id, slots[0])

    house.clock.now += HOLD
    assert await house.count("holds") == 1  # it still lies there
    await house.book(anna.parent, anna.child.id, slots[0])


async def test_a_person_keeps_one_time(
    house: House, anna: Family, boris: Family, slots: list[Slot]
) -> None:
    """R51: looking at another time gives the first one to everybody; so does booking another."""
    await offer(house, anna, slots[0])
    await offer(house, anna, slots[1])
    assert (await offer(house, boris, slots[0])).held_until

    await house.book(anna.parent, anna.child.id, slots[4])
    assert (await offer(house, boris, slots[1])).held_until
    assert await house.count("holds") == 1


async def test_a_refused_offer_keeps_what_was_held(
    house: House, anna: Family, boris: Family, slots: list[Slot]
) -> None:
    """R05: a tap that comes too late costs the family nothing."""
    await offer(house, anna, slots[0])
    await offer(house, boris, slots[1])
    await run_sql(house, "UPDATE slots SET open = false WHERE id = :slot", slot=slots[2].id)
    with pytest.raises(SlotHeld):
        await offer(house, boris, slots[0])
    with pytest.raises(SlotClosed):
        await offer(house, boris, slots[2])
    with pytest.raises(NotFound):
        await house.services.booking.offer(boris.parent, anna.need, slots[4].id)

    assert (
        await house.count("holds", f"person_id = {boris.parent} AND slot_id = {slots[1].id}") == 1
    )


async def test_of_fifty_offers_at_once_one_holds(
    house: House, clinic: Clinic, slots: list[Slot]
) -> None:
    """R05: fifty families tap one time; one keeps it, and the others read that it is looked at."""
    some = await families(house, clinic, 50)
    answers = await asyncio.gather(
        *(offer(house, family, slots[0]) for family in some), return_exceptions=True
    )

    assert [type(answer) for answer in answers].count(SlotHeld) == 49
    assert await house.count("holds") == 1
    [holder] = [
        family for family, answer in zip(some, answers, strict=True) if isinstance(answer, Offer)
    ]
    await house.book(holder.parent, holder.child.id, slots[0])


async def test_of_fifty_earliest_times_at_once_each_is_another(
    house: House, clinic: Clinic
) -> None:
    """R03: fifty families ask for the earliest time; each is kept one of its own."""
    some = await families(house, clinic, 50)
    offers = await asyncio.gather(
        *(house.services.booking.earliest(family.parent, family.need, clinic.id) for family in some)
    )

    assert len({offer.slot.id for offer in offers}) == 50
    assert await house.count("holds") == 50


async def test_a_clinic_may_keep_no_times(house: House, anna: Family, boris: Family) -> None:
    """R06: without holds the first who books has it, and nothing is said about minutes."""
    clinic = await open_clinic(house, hold=timedelta(0))
    for family in (anna, boris):
        await house.services.families.consent(family.parent, clinic.id, 1)
    [doctor, *_] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(anna.parent, anna.child.id, doctor)

    assert (await offer(house, anna, slot)).held_until is None
    assert (await offer(house, boris, slot)).held_until is None
    assert await house.count("holds") == 0
    await house.book(boris.parent, boris.child.id, slot)
    with pytest.raises(SlotTaken):
        await house.book(anna.parent, anna.child.id, slot)
