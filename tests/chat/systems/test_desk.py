"""The clinic's own system as its registry sees it, and visits that only people can settle."""

import pytest

from bot.flows.desk.systems.taps import OwnSystem, SettleThere
from services.model.access import Access, Role
from services.model.slots import Stretch
from services.model.systems.values import Capabilities
from services.runtime.use_case import finish_use_cases
from services.systems import carrying_out
from tests.chat.conftest import Chat, come, register, tap_all
from tests.chat.desk.test_day import employ
from tests.chat.systems.conftest import Practice
from tests.chat.systems.test_families import OUTAGE
from tests.services.systems.conftest import NINE, later
from tests.services.systems.fake import LOST_ANSWER, starts

AT_DESK = (
    "Система клиники не отвечает: её время сейчас не дать. Запишите, кто звонил, и перезвоните. "
    "Если у вас она открывается, внесите запись прямо в неё."
)


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
    assert "проверка, есть ли запись в системе клиники" in doubtful.screen.text
    assert "просмотр того, что ждёт ответа системы клиники" in doubtful.screen.text


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


async def look_for_a_time(tamara: Chat) -> None:
    await tamara.say("Миша 12.03.2024")
    await tap_all(tamara, "Записать", "Консультация")


async def test_the_desk_books_and_moves_as_the_system_says(
    mother: Chat, tamara: Chat, practice: Practice
) -> None:
    """ "Записано" only once it stands there; what the system refuses is not called so."""
    await look_for_a_time(tamara)
    await tap_all(tamara, "Петрова ·", "9:00", "Записать")
    assert tamara.screen.text.startswith("✅ Записано\n\n👶 Миша")
    assert starts(practice.fake.standing()) == [NINE]
    await tamara.say("1001")
    await tap_all(tamara, "Перенести", "9:30")
    practice.fake.take(Stretch(later(NINE, 30), later(NINE, 45)))
    await tamara.tap("Перенести: семья просит")
    assert tamara.screen.text.startswith("✖️ Не перенесено\nСистема клиники нового времени не дала")
    await practice.read()
    await tap_all(tamara, "Рабочее место")
    await tamara.say("1001")
    await tap_all(tamara, "Перенести", "9:45", "Перенести: семья просит")
    assert tamara.screen.text.startswith("↪️ Перенесено\nБыло: пн 23 ноября, 9:00")


async def test_the_desk_waits_for_the_system_as_the_family_does(
    tamara: Chat, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller is not told "записаны" before it is so; whose family is not in the bot is to be
    phoned once it is."""
    monkeypatch.setattr(carrying_out, "TAP_WAITS", 0.05)
    practice.fake.lets.clear()
    await tamara.say("Костя 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Записать", "Справка", "Петрова ·", "9:00")
    await tamara.tap("Записать")
    assert tamara.screen.text.startswith(
        "⏳ Пока не записано\nСистема клиники ещё не ответила, ответ будет до 7:15."
    )
    assert "Семьи нет в боте: позвоните, когда придёт ответ" in tamara.screen.text
    practice.house.clock.forward(seconds=10)
    practice.fake.lets.set()
    await finish_use_cases()
    await practice.go_on()
    await tap_all(tamara, "Рабочее место", "📞 Позвонить: 1")
    assert "Костя" in tamara.screen.text
    assert "9:00" in tamara.screen.text


async def test_the_desk_hears_of_an_outage_and_what_it_can_do(
    mother: Chat, tamara: Chat, practice: Practice
) -> None:
    """R76: the age of the times, then that none can be given, before one is promised to a caller;
    a visit stays where it is. A doctor with hours of the house's own can be given still."""
    await tap_all(mother, "Сегодня, 9:00", "Не болеет — записать")
    practice.fake.down = True
    await practice.read(minutes=12)
    await tamara.say("1001")
    await tamara.tap("Перенести")
    assert "🕓 Данные на 7:00" in tamara.screen.text
    await tamara.tap("9:30")
    message, move = tamara.find("Перенести: семья просит")

    await practice.read(minutes=50)
    await tamara.tap_data(move, message.id)
    assert tamara.alert == AT_DESK
    assert f"🔌 {AT_DESK}" in tamara.screen.text
    await tamara.say("1001")
    await tap_all(tamara, "Перенести", "9:30")
    assert tamara.alert == AT_DESK
    await mother.say("/visits")
    assert "✅ сегодня, 9:00" in mother.screen.text

    boris = await register(come(practice.world, 102, "Борис"), "Соня", "05.05.2021")
    assert OUTAGE in boris.screen.text
    await tamara.say("Соня 05.05.2021")
    await tap_all(tamara, "Записать", "Консультация")
    assert f"🔌 {AT_DESK}" in tamara.screen.text
    await tap_all(tamara, "Ким ·", "9:10", "Записать")
    assert tamara.screen.text.startswith("✅ Записано")
