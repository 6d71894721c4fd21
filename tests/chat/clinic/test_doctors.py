"""Doctors kept in the chat: a new room, another name, a new doctor."""

from bot.telegram.sending import TelegramNotifier
from tests.chat.clinic.test_editing import way
from tests.chat.clinic.test_elsewhere import told
from tests.chat.conftest import Chat, let_name
from tests.conftest import House


async def test_a_new_room_is_counted_saved_and_told(
    irina: Chat, booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R56: the card says where and when a doctor receives; the preview counts who is told."""
    await way(irina, "Врачи", "Петрова")
    assert "Кабинет: 12" in irina.screen.text
    assert "Часы приёма: пн–пт 9:00–12:00" in irina.screen.text
    await irina.tap("Кабинет")
    await irina.say("этот кабинет слишком далеко отсюда")
    assert "до 20" in irina.screen.text
    await irina.say("31")
    assert "Было: 12\n\nСтанет: 31" in irina.screen.text
    assert "О новом месте сообщу семьям: 1 запись впереди." in irina.screen.text
    await irina.tap("Сохранить")
    assert irina.screen.text.startswith("✅ Сохранено")
    assert "Кабинет: 31" in irina.screen.text

    assert await told(house, notifier) == 1
    assert "📍 Изменилось место или врач: визит вт 24 ноября, 10:30" in booked.screen.text
    await booked.tap("Показать визит")
    assert "каб. 31" in booked.screen.text


async def test_a_misspelt_room_is_corrected_in_silence(
    irina: Chat, booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R56: whoever corrects a room says so, and nobody is written to."""
    await way(irina, "Врачи", "Петрова", "Кабинет")
    await irina.say("12, 2 этаж")
    await irina.tap("Опечатка: не сообщать")

    assert "Кабинет: 12, 2 этаж" in irina.screen.text
    assert await told(house, notifier) == 0


async def test_another_name_is_told_and_a_spelling_is_not(
    irina: Chat, booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R56: families know a doctor by name; a letter's case is nobody's news."""
    await let_name(booked)
    await way(irina, "Врачи", "Петрова", "Имя")
    await irina.say("ПЕТРОВА Анна Сергеевна")
    assert "сообщу" not in irina.screen.text
    assert "Опечатка: не сообщать" not in irina.labels
    await irina.tap("Сохранить")
    assert await told(house, notifier) == 0

    await irina.tap("Имя")
    await irina.say("Соколова Анна Сергеевна")
    assert "О новом имени врача сообщу семьям: 1 запись впереди." in irina.screen.text
    await irina.tap("Сохранить")
    assert await told(house, notifier) == 1
    assert any("📍" in each.text and "Соколова" in each.text for each in booked.messages)


async def test_a_doctor_is_added_and_given_hours(irina: Chat, house: House) -> None:
    """The name, the room, Сохранить: the way to the hours stands on the card."""
    await way(irina, "Врачи", "Добавить врача")
    await irina.say("Соколова Мария Петровна")
    await irina.say("15")
    assert "Соколова Мария Петровна, каб. 15" in irina.screen.text
    await irina.tap("Сохранить")
    assert "Часы приёма: пока не заданы" in irina.screen.text
    await irina.tap("Задать часы приёма")
    await irina.say("пн-пт 8-12 по 15")

    assert "Соколова" in irina.screen.text
    assert await house.count("doctors") == 3


async def test_nobody_is_added_twice(irina: Chat, house: House) -> None:
    """R53: a name that the clinic has is refused, however it is spelt; one alike is asked about."""
    await way(irina, "Врачи", "Добавить врача")
    await irina.say("  петрова  анна СЕРГЕЕВНА ")
    assert irina.screen.text.startswith("Врач с таким именем в клинике уже есть.")
    await irina.say("Петрова А. С.")
    await irina.say("15")
    assert "врач с похожим именем: Петрова Анна Сергеевна" in irina.screen.text
    assert "Сохранить" not in irina.labels
    await irina.tap("Отмена")
    assert await house.count("doctors") == 2
    assert "Добавить врача" in irina.labels


async def test_old_buttons_answer_in_words(irina: Chat, house: House) -> None:
    """R66: a second tap on what was saved, or was typed anew since, changes nothing and says so."""
    await way(irina, "Врачи", "Петрова", "Кабинет")
    await irina.say("31")
    buttons = [button for row in irina.screen.buttons for button in row]
    save = next(str(each.data) for each in buttons if each.text == "Сохранить")
    await irina.say("32")
    await irina.tap_data(save)
    assert "Станет: 32" in irina.screen.text
    await irina.tap("Сохранить")
    await irina.tap_data(save)
    assert "Кабинет: 32" in irina.screen.text
    assert await house.count("doctors", "room = '32'") == 1
