"""Fifty parents, one time: through the chat, twenty rounds where there is time for them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from aiogram.utils.i18n import I18n

from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.search import taps as search_taps
from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.ids import ChildId, ClinicId, SlotId
from services.model.people import Language
from tests.chances import so_often
from tests.chat.conftest import Chat, dispatcher_of
from tests.conftest import House
from tests.databases import BOTH

RACERS = 50
FEWER = 20
"""Who come to what is proven with fifty of them by the services alone."""
ROUNDS = so_often(20)


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """A race is won by one on both databases."""
    return str(request.param)


def book(child_id: int, slot_id: int) -> str:
    return booking_taps.Confirm(
        child_id=ChildId(child_id), reason=USUAL, slot_id=SlotId(slot_id)
    ).pack()


async def crowd(enter: Callable[..., Chat], house: House, clinic: Clinic, count: int) -> list[Chat]:
    """So many parents at home; their children are numbered in the order they came."""
    racers = []
    for number in range(count):
        racer = enter(1000 + number, f"Родитель {number}")
        parent = await house.parent(racer.user_id, clinic)
        await house.child(parent, f"Ребёнок {number}")
        await racer.say("/start cromashka")
        racers.append(racer)
    return racers


@pytest.mark.long
async def test_fifty_parents_one_time_twenty_rounds(
    enter: Callable[..., Chat], house: House, clinic: Clinic
) -> None:
    """Exactly one books; forty-nine read that it was taken; nobody sees an error (R01)."""
    racers = await crowd(enter, house, clinic, RACERS)
    for slot_id in range(1, ROUNDS + 1):  # each round another time
        for child_id, racer in enumerate(racers, start=1):
            racer.press(book(child_id, slot_id))
        await racers[0].world.deliver()

        winners = [racer for racer in racers if "Вы записаны" in racer.screen.text]
        losers = [racer for racer in racers if racer not in winners]
        assert len(winners) == 1
        assert await house.count("appointments", f"slot_id = {slot_id}") == 1
        assert {loser.alert for loser in losers} == {
            "Это время только что заняли. Вы пока не записаны — выберите другое."
        }
        assert not [loser for loser in losers if "сломалось" in loser.screen.text]
        await winners[0].tap("Отменить запись")
        await winners[0].tap("Отменить запись")


async def test_many_parents_look_at_one_time(
    enter: Callable[..., Chat], house: House, clinic: Clinic
) -> None:
    """One of them has it kept, the others read that another family is choosing; when the three
    minutes are over and all of them confirm, one books (R01, R05, R06)."""
    racers = await crowd(enter, house, clinic, FEWER)
    for racer in racers:
        racer.press(racer.find("🕘")[1])
    await racers[0].world.deliver()

    holders = [racer for racer in racers if "Держим это время" in racer.screen.text]
    assert len(holders) == 1
    others = [racer for racer in racers if racer not in holders]
    assert all((racer.alert or "").startswith("Это время сейчас выбирает") for racer in others)
    assert all("Ближайшее свободное время" in racer.screen.text for racer in others)

    house.clock.forward(minutes=3)
    for child_id, racer in enumerate(racers, start=1):
        racer.press(book(child_id, 1))
    await racers[0].world.deliver()
    assert len([racer for racer in racers if "Вы записаны" in racer.screen.text]) == 1


async def test_many_parents_ask_for_any_doctor(
    enter: Callable[..., Chat], house: House, clinic: Clinic
) -> None:
    """Everybody is kept a time of their own, and books it (R03)."""
    racers = await crowd(enter, house, clinic, FEWER)
    for child_id, racer in enumerate(racers, start=1):
        racer.press(
            search_taps.AnyDoctor(
                child_id=ChildId(child_id), reason=USUAL, clinic_id=ClinicId(1)
            ).pack()
        )
    await racers[0].world.deliver()
    assert all("Записать?" in racer.screen.text for racer in racers)
    assert await house.count("holds") == FEWER

    for racer in racers:
        racer.press(racer.find("Не болеет — записать")[1])
    await racers[0].world.deliver()
    assert all("Вы записаны" in racer.screen.text for racer in racers)
    assert await house.count("appointments") == FEWER


async def test_a_child_booked_by_both_parents_at_once_has_one_visit(
    anna: Chat, boris: Chat, clinic: Clinic, house: House
) -> None:
    """Two adults of one child race for overlapping times of two doctors: one visit (R07)."""
    async with house.engines.writing.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO care (person_id, child_id, since) VALUES (2, 1, '2026-01-01 00:00:00')"
        )
    anna_s_id = (await house.services.families.meet(anna.user_id, Language.RUSSIAN)).id
    firsts = [
        (await house.free_times(anna_s_id, ChildId(1), doctor))[0]
        for doctor in await house.doctors(clinic)
    ]
    assert firsts[0].stretch.overlaps(firsts[1].stretch)
    anna.press(book(1, firsts[0].id))
    boris.press(book(1, firsts[1].id))
    await anna.world.deliver()

    assert await house.count("appointments") == 1


async def test_a_double_tap_on_two_replicas_books_once(
    anna: Chat, house: House, i18n: I18n
) -> None:
    """Nothing rests on one process keeping a person's updates in order (R45)."""
    await anna.tap("Сегодня, 9:00")
    data = anna.find("Не болеет — записать")[1]
    anna.press(data)
    anna.press(data)
    first, second = anna.world.telegram.take()
    replica = replace(anna.world, dispatcher=dispatcher_of(house, i18n))
    await asyncio.gather(anna.world.handle(first), replica.handle(second), replica.handle(first))

    assert await house.count("appointments") == 1
    assert {m.text for m in anna.messages if "Вы записаны" in m.text} == {anna.screen.text}


async def test_the_same_doctor_is_not_booked_twice_under_a_race(anna: Chat, house: House) -> None:
    """Ten taps on ten times of one doctor at once: one visit ahead with that doctor (R07)."""
    for slot_id in range(1, 11):
        anna.press(book(1, slot_id))
    await anna.world.deliver()

    assert await house.count("appointments") == 1
