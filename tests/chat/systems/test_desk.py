"""The clinic's own system as its registry sees it, and visits that only people can settle."""

import pytest

from bot.flows.desk.systems.taps import OwnSystem, SettleThere
from services.model.access import Access, Role
from services.model.systems.values import Capabilities
from tests.chat.conftest import Chat, come, register, tap_all
from tests.chat.desk.test_day import employ
from tests.chat.systems.conftest import Practice
from tests.services.systems.fake import LOST_ANSWER


@pytest.fixture
async def tamara(practice: Practice) -> Chat:
    """A registrar, at work."""
    chat = await employ(practice.house, come(practice.world, 202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    return chat


@pytest.fixture
async def doubtful(mother: Chat, practice: Practice) -> Chat:
    """Анна asked for a time; the system keeps no keys, took it, and its answer was lost."""
    practice.fake.capable = Capabilities()
    practice.fake.faults = [LOST_ANSWER]
    await tap_all(mother, "Сегодня, 9:00", "Не болеет — записать")
    assert "⏳ Вы пока не записаны" in mother.screen.text
    await practice.go_on(5, seconds=20)
    assert await practice.house.count("system_bookings", "step = 'stuck'") == 1
    return mother


async def journal(practice: Practice, *what: Access) -> int:
    names = ", ".join(f"'{each.value}'" for each in what)
    return await practice.house.count("access_records", f"access IN ({names})")


async def test_the_desk_says_how_the_system_is(tamara: Chat, practice: Practice) -> None:
    """It answers; it does not; families cannot book."""
    await tamara.tap("Система клиники")
    assert tamara.screen.text == (
        "🔌 Система клиники\n\nОтвечает. Данные на 7:00.\n\n"
        "Ничего не ждёт: всё, о чём просили семьи, передано."
    )
    practice.fake.down = True
    await practice.read(minutes=12)
    await tamara.tap("Обновить")
    assert "⚠️ Не отвечает. Семьи видят время на 7:00." in tamara.screen.text
    await practice.read(minutes=50)
    await tamara.tap("Обновить")
    assert "⛔️ Не отвечает с 7:00: семьи сейчас записаться не могут." in tamara.screen.text


async def test_a_visit_found_there_is_booked(
    doubtful: Chat, tamara: Chat, practice: Practice
) -> None:
    """Somebody looks, says so, and the family hears "записаны"; it is in the journal, and a second
    tap changes nothing."""
    await tamara.tap("Система клиники")
    assert "❗️ Посмотрите в системе, есть ли там эти записи" in tamara.screen.text
    assert "пн 23 ноября, 9:00 · Миша\nПетрова А. С., каб. 12\nнеизвестно" in tamara.screen.text
    message, there = tamara.find("Есть")
    await tamara.tap_data(there, message.id)
    assert "Ничего не ждёт" in tamara.screen.text
    await tamara.tap_data(there, message.id)
    await practice.go_on(1)
    assert doubtful.screen.text.startswith("✅ Вы записаны: пн 23 ноября, 9:00")
    assert await journal(practice, Access.SETTLED) == 1
    assert await journal(practice, Access.IN_SYSTEM) == 1
    await doubtful.say("/menu")
    await tap_all(doubtful, "Дети", "Миша", "Кто смотрел данные")
    assert "выяснил, есть ли запись в системе клиники" in doubtful.screen.text
    assert "читал, что ждёт ответа системы клиники" in doubtful.screen.text


async def test_a_visit_that_is_not_there_is_an_honest_no(
    doubtful: Chat, tamara: Chat, practice: Practice
) -> None:
    """The family hears that it was not booked, and has no visit."""
    await tap_all(tamara, "Система клиники", "Записи нет")
    await practice.go_on(1)
    assert doubtful.screen.text.startswith("✖️ Записать не получилось: пн 23 ноября, 9:00")
    assert await practice.house.count("appointments", "state = 'cancelled'") == 1


async def test_what_the_family_gave_up_is_not_waited_for(
    doubtful: Chat, tamara: Chat, practice: Practice
) -> None:
    """The desk reads that it is to be taken back there, and not that the family waits for a word;
    then it is done with, and nobody is told anything."""
    await doubtful.say("/visits")
    await tap_all(doubtful, "Миша · сегодня, 9:00", "Отменить запись", "Отменить запись")
    await tamara.tap("Система клиники")
    assert "🗑 От этих записей семья уже отказалась" in tamara.screen.text
    assert "Петрова А. С., каб. 12\nотменить там" in tamara.screen.text
    assert "неизвестно" not in tamara.screen.text
    assert "Семья ждёт" not in tamara.screen.text
    await tamara.tap("Снята")
    assert "Ничего не ждёт" in tamara.screen.text
    said = len(doubtful.messages)
    await practice.go_on(1)
    assert len(doubtful.messages) == said


async def test_nobody_else_settles_a_visit(
    doubtful: Chat, tamara: Chat, practice: Practice
) -> None:
    """A parent who forges the registrar's buttons, and a registrar who has no post any more."""
    await tamara.tap("Система клиники")
    there = tamara.find("Есть")[1]
    boris = await register(come(practice.world, 102, "Борис"), "Соня", "05.05.2021")
    for forger in (boris, doubtful):
        await forger.tap_data(there)
        await forger.tap_data(OwnSystem(post_id=SettleThere.unpack(there).post_id).pack())
        assert "Система клиники" not in forger.screen.text
    assert await practice.house.count("system_bookings", "step = 'stuck'") == 1
    assert await journal(practice, Access.SETTLED) == 0
