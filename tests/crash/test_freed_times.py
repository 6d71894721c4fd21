"""A time is given back, a family waits for it, and the bot is killed wherever it hurts.

It is offered once it is free, to who waits and to nobody else, and taken once (R11, R26, R45).
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

import pytest

from bot.sandbox.faults import Slow
from services.clinic.opening import NewDoctor
from services.families.home import USUAL
from services.model.clinic import Hours
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import KindKey
from services.model.waitlist.waits import WaitWish
from tests.conftest import CONSENT, ROMASHKA, House
from tests.crash.street import Process, Someone, Street, open_street
from tests.databases import POSTGRESQL, SQLITE
from tests.families import NEVER_QUIET
from tests.services.conftest import Family

pytestmark = pytest.mark.crash

OWNER, WAITS, STRANGER = 1000, 1001, 1002
PATIENCE = 180
"""Seconds for the whole story."""
OFFER = "Освободилось"
"""How an offer begins."""


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.replicas)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """Telegram takes its time with a message: a kill comes in the middle of the telling."""
    async with open_street() as street:
        street.telegram.faults.add(Slow(method="sendMessage", seconds=0.2))
        yield street


async def settle(house: House, street: Street) -> None:
    """In three days one family has a visit, and another waits for just such a time."""
    house.clock.now = datetime.now(UTC)
    reception = Reception(Hours(clock_time(9), clock_time(12)), timedelta(minutes=15))
    rules = [ScheduleRule(reception, house.clock().date() - timedelta(days=9))]
    clinic = await house.services.clinics.open(
        replace(ROMASHKA, quiet=NEVER_QUIET), CONSENT, [NewDoctor("Петрова Анна", "12", rules)]
    )
    [doctor] = await house.doctors(clinic)
    families = []
    for number in (OWNER, WAITS, STRANGER):
        street.telegram.add_user(number, "Родитель")
        street.telegram.world.users[number].started = True
        parent = await house.parent(number, clinic)
        families.append(Family(parent, await house.child(parent, f"Ребёнок {number}")))
    owner, waiting, _stranger = families
    day = clinic.today(house.clock()) + timedelta(days=3)
    times = await house.services.times.day(owner.parent, owner.need, doctor.id, day)
    await house.book(owner.parent, owner.child.id, times.slots[0])
    wish = WaitWish([waiting.child.id], KindKey(USUAL), day, day, frozenset({doctor.id}))
    await house.services.waitlist.join(waiting.parent, clinic.id, wish)
    await house.database.run("DELETE FROM notifications")  # everybody has seen the booking
    await house.engines.dispose()


async def let_a_minute_pass(house: House) -> None:
    """What a dead process had taken upon itself is over: by the clock alone, which is real here."""
    await house.database.run("UPDATE notifications SET try_at = due_at WHERE state = 'planned'")
    await house.database.run("DELETE FROM leases")


def offers(someone: Someone) -> int:
    return sum(OFFER in message.text for message in someone.messages)


async def test_an_offer_survives_kills_before_and_after_it_is_made(
    street: Street, house: House
) -> None:
    """Killed once the time is free, and once the offer is on its way: it is taken by who waited."""
    async with asyncio.timeout(PATIENCE):
        await settle(house, street)
        owner, waiting, stranger = [Someone(street, n) for n in (OWNER, WAITS, STRANGER)]
        first = await Process.start(street, house)
        await owner.say("/visits", "Ребёнок")
        await owner.tap("Ребёнок", "Отменить запись")
        await owner.tap("Отменить запись", "Отменить эту запись?")
        await owner.tap("Отменить запись", "Запись отменена")
        await first.kill(signal.SIGKILL)
        assert not offers(waiting)

        await let_a_minute_pass(house)
        second = await Process.start(street, house)
        await street.until(lambda: offers(waiting) > 0)
        await second.kill(signal.SIGKILL)

        await let_a_minute_pass(house)
        third = await Process.start(street, house)
        await waiting.tap("Взять", "Вы записаны", times=2)
        await third.kill(signal.SIGTERM)

    assert offers(waiting) <= 2  # a letter that was on its way may come again
    assert not offers(stranger)
    assert not offers(owner)
    booked = await house.database.rows("SELECT slot_id FROM appointments WHERE state = 'booked'")
    assert len(booked) == 1
    assert await house.count("appointments") == 2
    assert await house.count("freed_times", "state = 'open'") == 0
    assert await house.count("wait_offers", "state = 'accepted'") == 1
    assert await house.count("dead_letters") == 0
