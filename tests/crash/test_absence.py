"""A doctor is ill tomorrow, twelve families have visits, and the bot is killed as it tells them.

One story, from the registrar's first tap to the last family: nobody is left out (R18, R45, R52).
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.sandbox.faults import Slow
from services.clinic.opening import NewDoctor
from services.messages.sending import LANES
from services.model.access import Role
from services.model.clinic import ClinicProfile, Hours
from services.model.schedule import Reception, ScheduleRule
from services.model.visits import Appointment
from tests.conftest import CONSENT, ROMASHKA, House
from tests.crash.street import Process, Someone, Street, open_street
from tests.crash.test_sending import let_a_minute_pass
from tests.databases import POSTGRESQL, SQLITE
from tests.families import NEVER_QUIET
from tests.services.conftest import Family, employ

pytestmark = pytest.mark.crash

TWELVE = 12
REGISTRAR = 2000
BLOCKED = (0, 11)
"""The family of the first visit and that of the last have blocked the bot."""
AT_ANY_HOUR: ClinicProfile = replace(ROMASHKA, quiet=NEVER_QUIET)
"""The story is told on the clock of the real world."""
PATIENCE = 90
"""Seconds for the whole story."""


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.replicas)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """Telegram takes its time with a message: the kill comes in the middle of the telling."""
    async with open_street() as street:
        street.telegram.faults.add(Slow(method="sendMessage", seconds=0.2))
        yield street


def daily(starts: time, ends: time, minutes: int) -> list[ScheduleRule]:
    """Receives every day, whatever day the test is run on."""
    reception = Reception(Hours(starts, ends), timedelta(minutes=minutes))
    return [ScheduleRule(reception, date(2020, 1, 1))]


DOCTORS = [
    NewDoctor("Петрова Анна Сергеевна", "12", daily(time(9), time(12), 15)),
    NewDoctor("Ким Олег Викторович", "14", daily(time(9, 10), time(12), 20)),
    NewDoctor("Орлова Ирина Павловна", "15", daily(time(10, 15), time(12, 15), 20)),
]
"""Орлова receives during the second half of Петрова's morning, in steps of her own."""


async def settle(house: House, street: Street) -> list[tuple[Family, Appointment]]:
    """Twelve families with visits to Петрова tomorrow, a quarter of an hour each from 9:00."""
    house.clock.now = datetime.now(UTC)
    clinic = await house.services.clinics.open(AT_ANY_HOUR, CONSENT, DOCTORS)
    petrova = next(d for d in await house.doctors(clinic) if d.name.startswith("Петрова"))
    tomorrow = house.clock().astimezone(clinic.zone).date() + timedelta(days=1)
    found = []
    for number in range(TWELVE):
        street.telegram.add_user(1000 + number, "Родитель")
        street.telegram.world.users[1000 + number].started = True
        parent = await house.parent(1000 + number, clinic)
        family = Family(parent, await house.child(parent, f"Ребёнок {number}"))
        day = await house.services.times.day(parent, family.need, petrova.id, tomorrow)
        found.append((family, await house.book(parent, family.child.id, day.slots[0])))
    street.telegram.add_user(REGISTRAR, "Тамара")
    street.telegram.world.users[REGISTRAR].started = True
    await employ(house, Role.REGISTRAR, REGISTRAR)
    await house.database.run("DELETE FROM notifications")  # everybody has seen the booking
    return found


async def told_all(house: House) -> None:
    """Wait until nothing is planned any more."""
    while await house.count("notifications", "state = 'planned'"):  # noqa: ASYNC110
        await asyncio.sleep(0.2)  # the database rings no bell


async def test_the_doctor_is_ill_tomorrow(street: Street, house: House) -> None:
    """Twelve families, a substitute for half the day, two unreachable, one books by phone, one
    double-taps, the process is killed in the middle."""
    async with asyncio.timeout(PATIENCE):
        visits = await settle(house, street)
        await house.engines.dispose()
        for number in BLOCKED:
            street.telegram.block(1000 + number)
        tamara = Someone(street, REGISTRAR)
        parents = [Someone(street, 1000 + number) for number in range(TWELVE)]
        reachable = [parents[n] for n in range(TWELVE) if n not in BLOCKED]
        first = await Process.start(street, house)

        await the_registrar_decides(tamara)
        await street.until(lambda: any(parent.says("Врача не будет") for parent in parents))
        await first.kill(signal.SIGKILL)
        assert not all(parent.says("Врача не будет") for parent in reachable)

        await asyncio.sleep(0.5)  # what was on its way arrives at Telegram
        await let_a_minute_pass(house)
        second = await Process.start(street, house)
        await street.until(lambda: all(p.says("Врача не будет") for p in reachable))
        await told_all(house)
        letters = [sum("Врача не будет" in m.text for m in p.messages) for p in reachable]
        assert sum(letters) - len(reachable) <= LANES

        await one_double_taps(house, parents[1])
        await parents[8].tap("Придём", "Ждём вас")
        await parents[9].tap("Не подходит", "Как вам удобнее?")
        await the_registrar_phones(tamara)
        await tamara.tap("Рабочее место", "Кто звонит?")
        await tamara.tap("Врача не будет", "Кого из врачей не будет?")
        await tamara.tap("📋", "Ответили: 3 из 12")
        assert await second.kill(signal.SIGTERM) < PATIENCE

    await everybody_knows(house, visits)


async def the_registrar_decides(tamara: Someone) -> None:
    """Six taps: the desk, who, when, with whom, yes."""
    await tamara.say("/clinic", "Кто звонит?")
    await tamara.tap("Врача не будет", "Кого из врачей не будет?")
    await tamara.tap("Петрова", "Когда не будет?")
    await tamara.tap("Завтра", "12 записей")
    await tamara.tap("Орлова И. П. · 7 из 12", "время то же: 7")
    assert tamara.says("предложим другое время: 5")
    message_id, data = tamara.button(lambda text, _data: "Сделать и сообщить" in text)
    tamara.street.telegram.tap(tamara.user_id, message_id, data)


async def one_double_taps(house: House, parent: Someone) -> None:
    """Twice on one of the times that are kept: the visit is moved once."""
    message_id, data = parent.button(lambda _text, data: "take:" in data)
    answers = parent.street.telegram.answers
    before = len(answers())
    await parent.tap_data(message_id, data, "Запись перенесена", times=2)
    await parent.street.until(lambda: len(answers()) == before + 2)
    changes = f"appointment_id = {data.split(':')[1]}"
    assert await house.count("appointment_changes", changes) == 3  # booked, displaced, moved


async def the_registrar_phones(tamara: Someone) -> None:
    """Two are on the list: one of them books by phone, the other is ticked off."""
    await tamara.say("/clinic", "Кто звонит?")
    await tamara.tap("Позвонить: 2", "Кому позвонить")
    await tamara.say("1001", "Нужно другое время")
    await tamara.tap("Перенести", "переносим с")
    free = tamara.button(lambda text, data: data.startswith("at-s:") and "●" not in text)
    await tamara.tap_data(*free, "Дать это время")
    await tamara.tap("Дать это время", "Было:")
    await tamara.say("/clinic", "Позвонить: 1")
    await tamara.tap("Позвонить: 1", "☐ Ребёно… · завтра, 11:45")
    await tamara.tap("☐ Ребёно… · завтра, 11:45", "Звонить никому не нужно")


async def everybody_knows(house: House, visits: list[tuple[Family, Appointment]]) -> None:
    """R52: each family was told by the bot, or phoned, or chose itself; nobody has two visits."""
    told = "SELECT appointment_id FROM notifications WHERE state = 'sent' AND urgency = 0"
    phoned = "SELECT appointment_id FROM calls WHERE done_at IS NOT NULL"
    by_phone = "SELECT id FROM appointments WHERE id = 1 AND state = 'booked'"
    knows = {
        int(str(row[0])) for q in (told, phoned, by_phone) for row in await house.database.rows(q)
    }
    assert {visit.id for _family, visit in visits} <= knows
    assert await house.count("appointments", "state = 'booked'") == 7 + 2
    assert await house.count("appointments", "needs_time") == 3
    assert await house.count("absences") == 1
    assert await house.count("calls") == TWELVE
    assert await house.count("dead_letters") == 0
