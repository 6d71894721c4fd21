"""The same about times that are kept for some children, and about the groups of these."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest

from services.desk.joining.cards import Part, Side, decided
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.ids import ChildId, PersonId
from services.model.reserved.groups import GroupLasts
from services.model.reserved.times import Reservation, ReservedFor, Reserving
from services.model.slots import Slot
from tests.conftest import House
from tests.playing import scenery
from tests.services.conftest import Employee, employ
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, all_is_well, refused, scene_far_ahead

pytestmark = pytest.mark.meetings

OBSERVED, DISABLED = ReservedFor.OBSERVED, ReservedFor.DISABLED
NOBODY = PersonId(0)
FOR_GROUPS = Reserving(observed=10, disabled=10)


@pytest.fixture
@scenery
async def scene(house: House, clinic: Clinic, far_ahead: None) -> Scene:
    return await scene_far_ahead(house, clinic)


async def keep(house: House, reserved: Reserving) -> None:
    """Let the clinic keep such shares from now on; its times follow by and by."""
    entry = await house.services.profiles.entered("romashka")
    await house.services.profiles.enter(
        replace(entry, profile=replace(entry.profile, reserved=reserved))
    )


async def kept_for_infants(house: House, slot: Slot) -> Reservation:
    reservation = Reservation(ReservedFor.INFANTS, slot.starts_at - timedelta(hours=1))
    async with house.transactions.writes() as tx:
        await tx.reservations.keep({slot.id: reservation})
    return reservation


async def groups_of(house: House, child: ChildId) -> list[ReservedFor]:
    """In order; one that is there twice is there twice."""
    async with house.transactions.reads() as tx:
        found = await tx.families.child(child, cared_for_by=None)
    return sorted(each.group for each in found.groups)


# Groups


@pytest.mark.parametrize("other", [OBSERVED, DISABLED])
async def test_two_put_a_group_down(
    scene: Scene, house: House, tamara: Employee, other: ReservedFor
) -> None:
    """R69: what is encrypted no constraint can compare; the child's lock keeps it there once."""
    await keep(house, FOR_GROUPS)
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    groups = house.services.groups_at_desk
    async for meet in meetings(house):
        child = (await scene.family())[0].child.id
        became = await meet(
            groups.put_down(tamara.person, tamara.post, child, OBSERVED, GroupLasts.A_YEAR),
            groups.put_down(irina.person, irina.post, child, other, GroupLasts.HALF_A_YEAR),
        )
        assert not any(map(refused, became))
        assert await groups_of(house, child) == sorted({OBSERVED, other})


@pytest.mark.parametrize("how", ["father", "registry", "put down anew"])
async def test_a_family_takes_a_group_back_that_another_changes(
    scene: Scene, house: House, tamara: Employee, how: str
) -> None:
    """R69: it ends as if one had come after the other; the child's other group stays."""
    await keep(house, FOR_GROUPS)
    desk, home = house.services.groups_at_desk, house.services.child_groups
    at = tamara.person, tamara.post
    async for meet in meetings(house):
        family, father = await scene.family()
        child = family.child.id
        for group in (OBSERVED, DISABLED):
            await desk.put_down(*at, child, group, GroupLasts.A_YEAR)
        other: Coroutine[Any, Any, object]
        if how == "father":
            other = home.withdraw(father, scene.clinic.id, child, OBSERVED)
        elif how == "registry":
            other = desk.end(*at, child, OBSERVED)
        else:
            other = desk.put_down(*at, child, OBSERVED, GroupLasts.HALF_A_YEAR)
        became = await meet(home.withdraw(family.parent, scene.clinic.id, child, OBSERVED), other)
        assert not any(map(refused, became))
        left = await groups_of(house, child)
        assert left in ([DISABLED], *([sorted([OBSERVED, DISABLED])] if "anew" in how else []))


@pytest.mark.parametrize("how", ["put down", "taken back", "over"])
async def test_a_group_changes_while_the_card_becomes_one_with_another(
    scene: Scene, house: House, tamara: Employee, how: str
) -> None:
    """R53, R69: it goes over to the card that is left, or is none any more; nobody reads an
    apology."""
    await keep(house, FOR_GROUPS)
    services, at = house.services, (tamara.person, tamara.post)
    choice = sum(decided(0, part, Side.KEPT) for part in Part)
    over = house.clock().date() + timedelta(days=400)

    async def forget() -> None:
        async with house.transactions.writes() as tx:
            await tx.groups.forget_ended(over)

    async for meet in meetings(house):
        family, _ = await scene.family()
        other, _ = await scene.family()
        ids = family.child.id, other.child.id
        for child in ids:
            await services.groups_at_desk.put_down(*at, child, OBSERVED, GroupLasts.HALF_A_YEAR)
        await services.groups_at_desk.put_down(*at, other.child.id, OBSERVED, GroupLasts.A_YEAR)
        two = await services.joining.compare(*at, *ids, choice)
        changing: Coroutine[Any, Any, object]
        if how == "put down":
            changing = services.groups_at_desk.put_down(
                *at, other.child.id, DISABLED, GroupLasts.A_YEAR
            )
        elif how == "taken back":
            changing = services.child_groups.withdraw(
                other.parent, scene.clinic.id, other.child.id, OBSERVED
            )
        else:
            changing = forget()
        changed, joined = await meet(
            changing, services.joining.join(*at, *ids, choice, two.as_shown)
        )
        assert not refused(joined)
        left = await groups_of(house, family.child.id)
        if how == "put down":
            assert left == sorted([OBSERVED, *([] if refused(changed) else [DISABLED])])
        else:
            assert left in ([OBSERVED], [])


# Times


async def test_a_time_is_opened_while_a_family_books_it(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R70: Миша is two: he has it if it was opened first, and it is open afterwards if not."""
    kept_times = house.services.kept_times
    async for meet in meetings(house):
        family, _ = await scene.family()
        slot = scene.time()
        await kept_for_infants(house, slot)
        opened, booked = await meet(
            kept_times.release(tamara.person, tamara.post, slot.id),
            house.book(family.parent, family.child.id, slot),
        )
        assert not refused(opened)
        if refused(booked):
            await house.book(family.parent, family.child.id, slot)
    await all_is_well(house)


async def test_a_time_is_opened_while_the_clinic_keeps_other_shares(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee
) -> None:
    """R70: what was opened by hand is not closed again, whoever comes first."""
    shares = cycle([Reserving(infants=30), Reserving(infants=40)])
    await keep(house, next(shares))
    await house.services.clinics.follow()
    async for meet in meetings(house):
        family, _ = await scene.family()
        slot = await first_kept(house, petrova)
        await keep(house, next(shares))
        opened, _followed = await meet(
            house.services.kept_times.release(tamara.person, tamara.post, slot.id),
            house.services.clinics.follow(),
        )
        assert not refused(opened)
        await house.book(family.parent, family.child.id, slot)
    await all_is_well(house)


async def first_kept(house: House, doctor: Doctor) -> Slot:
    async with house.transactions.trial() as tx:
        days = await tx.reservations.times(doctor, house.clock())
        slot_id = next(
            slot_id
            for times in days.values()
            for slot_id, each in times.items()
            if each.reservation and each.reservation.until > house.clock() and not each.is_settled
        )
        return await tx.slots.get(slot_id, person=NOBODY, now=house.clock())


@pytest.mark.parametrize("how", ["hold", "take"])
async def test_a_time_is_wanted_while_it_becomes_an_infants_one(
    scene: Scene, house: House, petrova: Doctor, tamara: Employee, how: str
) -> None:
    """R70: who looks at it or has it keeps it; it is kept for infants only if nobody does."""
    await keep(house, Reserving(infants=30))
    await house.services.clinics.follow()
    async for meet in meetings(house):
        family, _ = await scene.family()
        slot = await first_kept(house, petrova)
        async with house.transactions.writes() as tx:
            await tx.reservations.keep({slot.id: None})
        wanted: Coroutine[Any, Any, object]
        if how == "hold":
            wanted = house.services.booking.offer(family.parent, family.need, slot.id)
        else:
            wanted = house.services.desk.take(tamara.person, tamara.post, slot.id)
        got, _looked = await meet(wanted, house.services.clinics.refresh_schedules())
        kept = await house.count("slots", f"reserved_for <> 0 AND id = {slot.id}")
        assert kept == refused(got)
        if how == "hold" and not refused(got):
            await house.book(family.parent, family.child.id, slot)
    await all_is_well(house)
