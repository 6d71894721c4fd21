"""A kept time is opened by its own clinic's registry, once, and only while it is kept and free."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.model.clinic import Doctor
from services.model.refusals.base import NotFound
from services.model.reserved.times import Reserving
from services.model.slots import Slot
from tests.conftest import MONDAY_7_AM, House
from tests.playing import played
from tests.services.conftest import Employee

TUESDAY = MONDAY_7_AM.date() + timedelta(days=1)
UNTIL = MONDAY_7_AM + timedelta(hours=11)


@played
async def kept(house: House, petrova: Doctor, tamara: Employee) -> list[Slot]:
    """Ромашка keeps some of Петрова's Tuesday for infants: of twelve times three."""
    entry = await house.services.profiles.entered("romashka")
    profile = replace(entry.profile, reserved=Reserving(infants=25))
    await house.services.profiles.enter(replace(entry, profile=profile))
    await house.services.clinics.follow()
    at = tamara.person, tamara.post
    return list((await house.services.kept_times.of_day(*at, petrova.id, TUESDAY)).kept)


async def test_who_opened_a_time_is_who_did_so_first(
    house: House, tamara: Employee, irina: Employee, kept: list[Slot]
) -> None:
    """R70: a colleague's tap on the same list comes too late, and changes nothing; nor does an old
    button once its hour has come."""
    times = house.services.kept_times
    first, second, third = kept
    for who in (tamara, irina):
        shown = await times.release(who.person, who.post, first.id)
        assert [slot.id for slot in shown.kept] == [second.id, third.id]
        assert shown.opened == {first.id: "Сотрудник 202"}
    house.clock.now = UNTIL
    shown = await times.release(irina.person, irina.post, second.id)
    assert (list(shown.kept), shown.opened) == ([], {first.id: "Сотрудник 202"})


async def test_what_somebody_has_is_not_opened(
    house: House, petrova: Doctor, tamara: Employee, kept: list[Slot]
) -> None:
    """A button from before it was given away: whose it is stays as it is, and when it is given back
    it is kept as before."""
    slot = kept[0]
    at = tamara.person, tamara.post
    await house.services.desk.take(*at, slot.id, bending=True)
    shown = await house.services.kept_times.release(*at, slot.id)
    assert shown.opened == {}
    await house.services.desk.give_back(*at, slot.id)
    shown = await house.services.kept_times.of_day(*at, petrova.id, TUESDAY)
    assert [each.id for each in shown.kept] == [each.id for each in kept]


async def test_another_clinic_s_registry_neither_sees_nor_opens_them(
    house: House, petrova: Doctor, tamara: Employee, stranger: Employee, kept: list[Slot]
) -> None:
    """R55: by its own post, nor by one that is not its own."""
    times = house.services.kept_times
    for post in (stranger.post, tamara.post):
        with pytest.raises(NotFound):
            await times.release(stranger.person, post, kept[0].id)
        with pytest.raises(NotFound):
            await times.of_day(stranger.person, post, petrova.id, TUESDAY)
    assert await house.count("released_times") == 0
