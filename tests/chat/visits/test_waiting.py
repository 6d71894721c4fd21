"""Waiting for a time, and what is offered, in the chat; on both databases."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.telegram.sending import TelegramNotifier
from services.model.clinic import Clinic
from tests.chat.conftest import Chat, World, come, register, tap_all
from tests.conftest import House, need
from tests.databases import BOTH


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def tick(house: House, notifier: TelegramNotifier) -> None:
    """Freed times are passed on and told of, until nothing is due."""
    while await house.services.passing.pass_on() + await house.services.notices.tell_due(notifier):
        pass


async def waits(world: World, user_id: int, name: str, child: str = "Даша") -> Chat:
    """Somebody who waits for Петрова, from the month in which every day is looked at."""
    chat = await register(come(world, user_id, name), child)
    await tap_all(chat, "Записаться", "Консультация", "Петрова", "Весь месяц")
    await tap_all(chat, "Сообщить, если будет", "Ждать")
    assert "Сообщу, как только освободится" in chat.screen.text
    return chat


async def cancel(chat: Chat) -> None:
    await chat.say("/visits")
    await tap_all(chat, "Миша", "Отменить запись", "Отменить запись")


async def test_three_of_four_families_are_asked_and_the_first_one_has_it(
    anna: Chat, world: World, house: House, notifier: TelegramNotifier
) -> None:
    """R26: today's time goes to three at once, the quickest has it whatever they tap together, the
    fourth is told nothing, and whoever was slower keeps the place."""
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Сегодня", "11:45")
    await anna.tap("Не болеет — записать")
    some = []
    for number, name in enumerate(["Вера", "Глеб", "Дина", "Егор"]):
        some.append(await waits(world, 300 + number, name))
        house.clock.forward(minutes=1)
    *asked, fourth = some

    await cancel(anna)
    await tick(house, notifier)

    for chat in asked:
        assert "Освободилось: сегодня, 11:45" in chat.screen.text
        assert (
            "Предлагаем сразу нескольким семьям (до 3): запишем первого, кто ответит до 7:24"
            in chat.screen.text
        )
        assert "ул. Садовая, 7" in chat.screen.text
        assert "Даша" not in chat.screen.text
        assert chat.labels == ["Взять", "Не подходит", "Больше не ждать"]
    assert "Освободилось" not in fourth.screen.text
    for chat in asked:
        message, data = chat.find("Взять")
        chat.press(data, message.id)
    await asyncio.gather(*(world.handle(raw) for raw in world.telegram.take()))

    assert sum("Вы записаны" in chat.screen.text for chat in asked) == 1
    slower = [chat for chat in asked if "Вы записаны" not in chat.screen.text]
    assert [chat.alert for chat in slower] == [
        "Другая семья успела раньше. Вы ничего не потеряли: место в листе ожидания за вами."
    ] * 2
    await tick(house, notifier)
    assert "Освободилось" not in fourth.screen.text
    assert await house.count("appointments", "state = 'booked'") == 1
    assert await house.count("waits", "state = 'waiting'") == 3
    await slower[0].say("/visits")
    await tap_all(slower[0], "Лист ожидания: 1")
    assert "Петрова А. С., до" in slower[0].screen.text
    await slower[0].tap("Больше не ждать")
    assert "Больше не ждёте" in slower[0].screen.text


async def test_an_earlier_time_moves_the_visit_and_goes_on(
    anna: Chat, boris: Chat, world: World, house: House, notifier: TelegramNotifier
) -> None:
    """R28: while holding a later visit; its old time goes to who waits for that one."""
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Ср 25", "9:00")
    await anna.tap("Не болеет — записать")
    await tap_all(boris, "Записаться", "Консультация", "Петрова", "Чт 26", "9:00")
    await boris.tap("Не болеет — записать")
    await boris.say("/visits")
    await tap_all(boris, "Соня", "Сообщить, если раньше")
    assert "Ваша запись пока остаётся: чт 26 ноября, 9:00" in boris.screen.text
    await boris.tap("Ждать")
    vera = await waits(world, 300, "Вера")

    await cancel(anna)
    await tick(house, notifier)
    assert "Освободилось: ср 25 ноября, 9:00" in boris.screen.text
    assert "Держим только для вас до 9:00" in boris.screen.text
    assert "Ваша запись на чт 26 ноября остаётся, пока не возьмёте это время" in boris.screen.text
    assert "Освободилось" not in vera.screen.text
    old = boris.find("Взять")[1]
    await boris.tap("Взять")
    assert "Вы записаны" in boris.screen.text
    assert "Прежнее время освободили: чт 26 ноября, 9:00" in boris.screen.text
    await tick(house, notifier)
    assert "Освободилось: чт 26 ноября, 9:00" in vera.screen.text

    await vera.tap("Не подходит")
    assert "Место в листе ожидания осталось за вами" in vera.screen.text
    await tick(house, notifier)
    assert await house.count("freed_times", "state = 'open'") == 0
    await boris.tap_data(old)  # a month later, or twice: the same answer
    assert "Вы записаны" in boris.screen.text
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_an_ill_child_never_waits(anna: Chat) -> None:
    """R71: its page leads elsewhere, and a forged tap is refused in words."""
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Весь месяц")
    data = anna.find("Сообщить, если будет")[1]
    await anna.tap_data(data.replace("consultation", "illness"))
    assert anna.alert is not None
    assert anna.alert.startswith("Заболевшему ребёнку не стоит ждать")


async def test_brother_and_sister_wait_together_and_come_both_or_not_at_all(
    anna: Chat, boris: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R28, R72: one message, two times side by side, one tap; while one of them cannot come then,
    nobody is booked."""
    person = await house.parent(anna.user_id)
    dasha = await house.child(person, "Даша", "01.02.2022")
    await tap_all(boris, "Записаться", "Консультация", "Петрова", "Завтра", "9:15")
    await boris.tap("Не болеет — записать")
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Двое или трое сразу", "Консультация", "Другой день")
    await tap_all(anna, "Завтра", "Сообщить, если будет")
    assert "Миша, Даша · Консультация" in anna.screen.text
    await anna.tap("Ждать")

    await boris.say("/visits")
    await tap_all(boris, "Соня", "Отменить запись", "Отменить запись")
    await tick(house, notifier)
    assert "Освободилось: завтра, 9:00 и 9:15" in anna.screen.text
    await boris.say("/menu")
    await tap_all(boris, "Записаться", "Консультация", "Петрова", "Завтра")
    assert not {"9:00", "9:15"} & set(boris.labels)

    [_, kim] = sorted(await house.doctors(await _clinic(house)), key=lambda each: each.room)
    tomorrow = house.clock().date() + timedelta(days=1)
    times = (await house.services.times.day(person, need(dasha.id), kim.id, tomorrow)).slots
    other = await house.book(person, dasha.id, times[0])
    offered = anna.find("Взять оба")[1]
    await anna.tap("Взять оба")
    assert anna.alert is not None
    assert await house.count("appointments", "state = 'booked'") == 1

    await house.services.mine.cancel(person, other.id)
    await anna.tap_data(offered)
    assert "Вы записаны" in anna.screen.text
    assert {"Миша", "Даша"} <= set(re.findall(r"\w+", anna.screen.text))
    assert {"Перенести всех", "Отменить всех"} <= set(anna.labels)
    assert await house.count("appointments", "state = 'booked'") == 2
    assert await house.count("waits", "ended_as = 'met'") == 1


async def test_who_waits_says_weekdays_doctors_and_notice_and_reads_why(
    anna: Chat, boris: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R29: not on the day that is cancelled at first, and with two doctors; then it is offered,
    and they read why."""
    await tap_all(boris, "Записаться", "Консультация", "Петрова", "Ср 25", "9:00")
    await boris.tap("Не болеет — записать")
    await tap_all(anna, "Записаться", "Консультация", "Ким", "Весь месяц")
    await tap_all(anna, "Сообщить, если будет", "Ждать", "Дни, врачи, срок")
    await anna.tap("Петрова")
    assert "Ким О. В., Петрова А. С., до" in anna.screen.text
    await anna.tap("12 ч")
    await anna.tap("Ср")
    assert "пн, вт, чт, пт, сб, вс, узнать за 12 часов" in anna.screen.text
    refused = anna.find("–ср")[1]

    await boris.say("/visits")
    await tap_all(boris, "Соня", "Отменить запись", "Отменить запись")
    await tick(house, notifier)
    assert await house.count("freed_times", "state = 'open'") == 0
    await boris.say("/menu")
    await tap_all(boris, "Записаться", "Консультация", "Петрова", "Ср 25", "9:00")
    await boris.tap("Не болеет — записать")
    await anna.tap_data(refused)
    await anna.tap("Готово")
    await boris.say("/visits")
    await tap_all(boris, "Соня", "Отменить запись", "Отменить запись")
    await tick(house, notifier)
    assert "Освободилось: ср 25 ноября, 9:00" in anna.screen.text
    assert "Предложили вам первым, потому что подошла ваша очередь." in anna.screen.text

    await anna.tap("Больше не ждать")
    await anna.tap_data(refused)
    assert anna.alert is not None


async def _clinic(house: House) -> Clinic:
    async with house.transactions.reads() as tx:
        return (await tx.clinics.all())[0]
