"""What the registry entered by mistake: whose it is to change, and who is quicker."""

import asyncio
from datetime import timedelta

import pytest

from services.desk.codes import WrongCode
from services.desk.errands import Aim, Errand
from services.desk.mistakes import AskCorrect, Corrected
from services.desk.waiting.places import CallerWish
from services.model.access import Role
from services.model.clinic import Doctor, Reason
from services.model.ids import ClinicId
from services.model.people import Child
from services.model.refusals.base import NotFound
from services.model.refusals.families import (
    ChildChanged,
    FamilyDecides,
    HadVisits,
    KnownAlready,
)
from services.rules.typed.texts import mark
from tests.conftest import MONDAY_7_AM, House
from tests.databases import BOTH
from tests.services.conftest import Employee, Family, employ
from tests.services.waiting import begin, done_or_waiting

MONDAY = MONDAY_7_AM.date()
KOSTYA = "Костя 01.02.2024"


async def enter(house: House, tamara: Employee, line: str = KOSTYA) -> Child:
    await house.services.registry.search(tamara.person, line)
    added = await house.services.registry.add(tamara.person, tamara.post, mark(line))
    assert added.may_be_corrected
    return added.child


def seen(child: Child) -> int:
    return mark(f"{child.name} {child.birth_date}")


@pytest.mark.parametrize("asks", ["the phone", "a second card", "to correct"])
async def test_who_asks_about_a_child_that_is_going_finds_it_gone(
    house: House, tamara: Employee, asks: str
) -> None:
    """R05: a colleague removes the child in the same moment; nothing breaks. SQLite has one writer
    at a time."""
    child = await enter(house, tamara)
    olga = await employ(house, Role.REGISTRAR, 209)
    registry, joining = house.services.registry, house.services.joining
    ask = {
        "the phone": registry.ask_phone,
        "a second card": joining.second_cards,
        "to correct": house.services.mistakes.ask,
    }[asks]
    async with house.transactions.writes() as tx:
        await tx.registry.child(ClinicId(1), child.id, lock=True)
        await tx.registry.remove(child.id)
        asking: asyncio.Task[object] = begin(ask(olga.person, olga.post, child.id))
        await done_or_waiting(house, asking)
    with pytest.raises(NotFound):
        await asking


@pytest.mark.parametrize("kind", BOTH)
async def test_a_family_that_comes_and_a_registrar_who_removes_decide_once(
    house: House, tamara: Employee, anna: Family
) -> None:
    """R05: either the family has the child, or there is none and its code is no code."""
    child = await enter(house, tamara)
    given = await house.services.codes.code(tamara.person, tamara.post, child.id)
    removed, claimed = await asyncio.gather(
        house.services.mistakes.remove(tamara.person, tamara.post, child.id, seen(child)),
        house.services.codes.claim(anna.parent, given.digits),
        return_exceptions=True,
    )
    is_there = await house.count("children", f"id = {child.id}") == 1
    assert isinstance(removed, FamilyDecides) == is_there
    assert isinstance(claimed, WrongCode) != is_there


async def test_another_clinic_changes_nobody(
    house: House, tamara: Employee, stranger: Employee
) -> None:
    """R30: whom the registry of one clinic entered is not there for another."""
    child = await enter(house, tamara)
    for what in (
        house.services.mistakes.ask(stranger.person, stranger.post, child.id),
        house.services.mistakes.removal(stranger.person, stranger.post, child.id),
        house.services.mistakes.remove(stranger.person, stranger.post, child.id, seen(child)),
    ):
        with pytest.raises(NotFound):
            await what
    assert await house.count("children", f"id = {child.id}") == 1


async def test_nobody_is_made_the_second_of_a_name(house: House, tamara: Employee) -> None:
    """R59: neither by a name nor by a birth date; typed alone, each is taken for what it is."""
    await enter(house, tamara)
    other = await enter(house, tamara, "Костик 01.02.2024")
    mistakes = house.services.mistakes
    await mistakes.ask(tamara.person, tamara.post, other.id)
    again = await mistakes.correct(tamara.person, "костя")
    assert isinstance(again, AskCorrect)
    assert isinstance(again.problem, KnownAlready)
    done = await mistakes.correct(tamara.person, "2 февраля 2024")
    assert isinstance(done, Corrected)
    assert (done.child.name, f"{done.child.birth_date}") == ("Костик", "2024-02-02")


@pytest.mark.parametrize("kind", BOTH)
async def test_a_visit_and_a_removal_decide_once(
    house: House, tamara: Employee, petrova: Doctor
) -> None:
    """R05: either the child has the visit, or there is neither; nobody reads of a database."""
    child = await enter(house, tamara)
    errand = Errand(Aim.BOOK, child.id, Reason.CONSULTATION)
    shown = await house.services.desk.day(tamara.person, tamara.post, errand, petrova.id, MONDAY)
    slot = shown.times[-1].slot
    removed, booked = await asyncio.gather(
        house.services.mistakes.remove(tamara.person, tamara.post, child.id, seen(child)),
        house.services.desk.book(tamara.person, tamara.post, errand, slot.id, bending=True),
        return_exceptions=True,
    )
    is_there = await house.count("children", f"id = {child.id}") == 1
    assert isinstance(removed, HadVisits) == is_there
    assert isinstance(booked, NotFound) != is_there
    assert await house.count("appointments") == is_there


async def test_a_child_whom_a_family_took_is_no_longer_changed(
    house: House, tamara: Employee, anna: Family
) -> None:
    """R41: neither by what was being typed, nor by the question that was open."""
    child = await enter(house, tamara)
    mistakes = house.services.mistakes
    await mistakes.ask(tamara.person, tamara.post, child.id)
    given = await house.services.codes.code(tamara.person, tamara.post, child.id)
    await mistakes.ask(tamara.person, tamara.post, child.id)
    await house.services.codes.claim(anna.parent, given.digits)
    with pytest.raises(FamilyDecides):
        await mistakes.correct(tamara.person, "Костик")
    with pytest.raises(FamilyDecides):
        await mistakes.remove(tamara.person, tamara.post, child.id, seen(child))
    assert await house.count("children", "name = 'Костя'") == 1


async def test_who_was_corrected_meanwhile_is_not_removed(house: House, tamara: Employee) -> None:
    """R66: the question named somebody else."""
    child = await enter(house, tamara)
    shown = await house.services.mistakes.removal(tamara.person, tamara.post, child.id)
    await house.services.mistakes.ask(tamara.person, tamara.post, child.id)
    await house.services.mistakes.correct(tamara.person, "Костик")
    with pytest.raises(ChildChanged):
        await house.services.mistakes.remove(tamara.person, tamara.post, child.id, shown.as_shown)
    assert await house.count("children", "name = 'Костик'") == 1


async def test_a_sentence_becomes_no_name_unasked(house: House, tamara: Employee) -> None:
    """R60: somebody says that it is one, of the line that was asked about."""
    child = await enter(house, tamara)
    mistakes = house.services.mistakes
    await mistakes.ask(tamara.person, tamara.post, child.id)
    asked = await mistakes.correct(tamara.person, "Костя и Маша")
    assert isinstance(asked, AskCorrect)
    assert asked.doubted == "Костя и Маша"
    assert await house.count("children", "name = 'Костя'") == 1
    with pytest.raises(NotFound):
        await mistakes.confirm(tamara.person, tamara.post, mark("Костя"))
    done = await mistakes.confirm(tamara.person, tamara.post, mark("Костя и Маша"))
    assert isinstance(done, Corrected)
    assert await house.count("children", "name = 'Костя и Маша'") == 1


async def test_a_child_who_waits_for_a_time_leaves_the_list_when_it_is_removed(
    house: House, tamara: Employee
) -> None:
    """R73: no place in the list is nobody's, and the registry still sees the others."""
    child = await enter(house, tamara)
    wish = CallerWish(Reason.CONSULTATION, None, timedelta(days=7))
    at_desk = house.services.list_at_desk
    await at_desk.put_on(tamara.person, tamara.post, child.id, wish)
    await house.services.mistakes.remove(tamara.person, tamara.post, child.id, seen(child))
    assert (await at_desk.list(tamara.person, tamara.post)).count == 0
    assert await house.count("waits") == 0
