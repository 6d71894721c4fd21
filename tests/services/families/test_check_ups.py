"""Invitations to check-ups, on both databases: planned once whoever plans, and kept as long as
they are asked for."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.families.check_ups import CheckUps
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.ids import CheckUpId, PersonId
from services.model.people import Child
from services.model.privacy.retention import USUAL, Kept
from services.upkeep.retention import Retention
from storage.families.care import begin_care
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.databases import BOTH
from tests.services.interleaving import meetings
from tests.services.scenes import refused

HALF_A_YEAR = "20.05.2026"


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def family(house: House, clinic: Clinic) -> tuple[PersonId, Child]:
    """A mother who wants to be invited, and a child of half a year; Monday, 10:00."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])
    vera = await house.parent(105, clinic)
    await house.services.consents.agree(vera, clinic.id, Purpose.CHECK_UPS, 1)
    child = await house.child(vera, "Даша", HALF_A_YEAR)
    house.clock.forward(hours=3)
    return vera, child


async def test_whoever_plans_and_how_often_there_is_one(
    house: House, family: tuple[PersonId, Child]
) -> None:
    """R18, R48: several processes at once; each looks by itself, and the row is the judge."""
    several = [CheckUps(house.transactions, house.clock) for _ in range(4)]
    await asyncio.gather(*(each.invite() for each in several))
    house.clock.forward(days=1)
    await asyncio.gather(*(each.invite() for each in several))

    assert await house.count("check_ups") == 1
    assert await house.count("notifications", "kind = 'check-up'") == 1


async def test_parents_hear_of_it_once_and_a_third_child_on_the_third_day(
    house: House, clinic: Clinic, family: tuple[PersonId, Child]
) -> None:
    """Of two who agreed the first is written to; one invitation a day to one person."""
    vera, child = family
    oleg = await house.parent(107, clinic)
    await house.services.consents.agree(oleg, clinic.id, Purpose.CHECK_UPS, 1)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, oleg, child.id, house.clock())
    for name in ("Саша", "Таня"):
        await house.child(vera, name, HALF_A_YEAR)

    for planned in (1, 1, 1, 0):
        assert await house.services.check_ups.invite() == planned
        house.clock.forward(days=1)
    assert await house.count("notifications", f"person_id = {vera}") == 3


async def test_what_is_known_goes_with_the_child_and_after_its_life(
    house: House, clinic: Clinic, family: tuple[PersonId, Child]
) -> None:
    """R31, R74: taken along, erased with the family; forgotten, but not while it is asked for."""
    vera, child = family
    await house.services.check_ups.invite()
    async with house.engines.reading.connect() as connection:
        number = (await connection.execute(text("SELECT id FROM check_ups"))).scalar_one()
    await house.services.check_ups.passed(vera, number)
    await house.services.check_ups.want(vera, clinic.id, child.id, wanted=False)
    taken = (await house.services.own_data.all(vera)).children[0]
    assert [(each.months, each.passed_at is not None) for each in taken.check_ups] == [(6, True)]
    assert taken.uninvited_since

    keep = Retention(house.transactions, house.clock, {**USUAL, Kept.CHECK_UPS: timedelta(days=1)})
    house.clock.forward(days=60)
    await keep.forget_all()
    assert await house.count("check_ups") == 1
    house.clock.forward(days=34)
    await keep.forget_all()
    assert await house.count("check_ups") == 0
    assert await house.count("uninvited_children") == 1
    shown = await house.services.erasing.look(vera)
    await house.services.erasing.ask(vera, shown.as_shown)
    house.clock.forward(hours=25)
    assert await house.services.erasing.carry_out(vera)
    assert await house.count("uninvited_children") == 0


async def _invited(house: House, clinic: Clinic) -> tuple[PersonId, Child, CheckUpId]:
    """A family of its own, and its invitation."""
    person = await house.parent(1000 + await house.count("persons"), clinic)
    child = await house.child(person, "Юра", HALF_A_YEAR)
    async with house.transactions.writes() as tx:
        number = await tx.check_ups.invite(child.id, clinic.id, 6, house.clock())
    assert number is not None
    return person, child, number


async def test_no_invitations_are_wanted_while_the_child_is_removed(
    house: House, clinic: Clinic
) -> None:
    """R18, R74: whoever comes second hears that there is no such child, and nothing is left of it;
    "had it" and "do not suggest" at one moment both count."""
    check_ups = house.services.check_ups
    for one in (check_ups.do_not_invite, check_ups.passed):
        async for meet in meetings(house):
            vera, child, number = await _invited(house, clinic)
            await meet(one(vera, number), house.services.children.remove(vera, clinic.id, child.id))
            assert await house.count("check_ups", f"child_id = {child.id}") == 0
            assert await house.count("uninvited_children", f"child_id = {child.id}") == 0
    async for meet in meetings(house):
        vera, child, number = await _invited(house, clinic)
        became = await meet(check_ups.passed(vera, number), check_ups.do_not_invite(vera, number))
        assert not any(map(refused, became))
        assert await house.count("uninvited_children", f"child_id = {child.id}") == 1
        assert await house.count("check_ups", f"id = {number} AND passed_at IS NOT NULL") == 1
