"""Brothers and sisters come together (R72)."""

import pytest

from bot.telegram.sending import TelegramNotifier
from tests.chat.conftest import Chat, let_name
from tests.conftest import House


@pytest.fixture
async def with_dasha(anna: Chat, house: House) -> Chat:
    """Анна, with Миша and his sister Даша."""
    person = await house.parent(anna.user_id)
    await house.child(person, "Даша", "01.02.2022")
    await anna.say("/menu")
    return anna


async def book_both(chat: Chat) -> None:
    for label in ("Записаться", "Двое или трое сразу", "Справка", "9:00 · Петрова"):
        await chat.tap(label)
    assert "👶 Миша, 2 года 8 месяцев: 9:00\n👶 Даша, 4 года: 9:15" in chat.screen.text
    assert "Держим это время для вас до 7:03" in chat.screen.text
    await chat.tap("Оба здоровы — записать")


async def test_both_are_booked_moved_and_cancelled(with_dasha: Chat, house: House) -> None:
    """One confirm and one message for both; moved and cancelled all at once, or each alone."""
    await book_both(with_dasha)
    booked = with_dasha.screen
    assert "✅ Вы записаны\n\nМиша: пн 23 ноября, 9:00, каб. 12, № 1001" in booked.text
    assert any(button.text == "Кто-то болеет" for row in booked.buttons for button in row)
    assert "Даша: пн 23 ноября, 9:15, каб. 12, № 1002" in booked.text
    assert await house.count("notifications", "kind = 'booked'") == 0, "told, and not again"

    await with_dasha.say("/visits")
    await with_dasha.tap("Вместе · сегодня, 9:00")
    await with_dasha.tap("Перенести всех")
    assert "Старое время ваше, пока не выберете новое" in with_dasha.screen.text
    await with_dasha.tap("Другой день")
    await with_dasha.tap("Завтра")
    await with_dasha.tap("9:00 и 9:15")
    await with_dasha.tap("Перенести")
    assert "Было: пн 23 ноября, 9:15" in with_dasha.screen.text
    assert "Стало: вт 24 ноября, 9:15" in with_dasha.screen.text

    await with_dasha.tap("Отменить всех")
    await with_dasha.tap("Отменить всех")
    assert "Записи отменены" in with_dasha.screen.text
    assert await house.count("appointments", "state = 'cancelled'") == 2


async def test_a_double_tap_books_once(with_dasha: Chat, house: House) -> None:
    """R08, R45: the answer is the same, and so are the visits."""
    for label in ("Записаться", "Двое или трое сразу", "Справка", "9:00 · Петрова"):
        await with_dasha.tap(label)
    message, data = with_dasha.find("Оба здоровы — записать")
    with_dasha.press(data, message.id)
    await with_dasha.tap_data(data, message.id)

    said = [each.text for each in with_dasha.messages if "Вы записаны" in each.text]
    assert said
    assert all("№ 1001" in each and "№ 1002" in each for each in said)
    assert await house.count("appointments") == 2


async def test_somebody_was_quicker(with_dasha: Chat, boris: Chat, house: House) -> None:
    """Gone meanwhile: nobody is booked, and other times are shown."""
    for label in ("Записаться", "Двое или трое сразу", "Справка", "9:00 · Петрова"):
        await with_dasha.tap(label)
    house.clock.forward(minutes=4)
    await boris.say("/menu")
    await boris.tap("Сегодня, 9:00")
    await boris.tap("Не болеет — записать")
    await with_dasha.tap("Оба здоровы — записать")

    assert with_dasha.alert == (
        "Это время только что заняли. Вы пока не записаны — выберите другое."
    )
    assert await house.count("appointments") == 1
    await with_dasha.tap("9:30 и 9:45 · Петрова")
    await with_dasha.tap("Оба здоровы — записать")
    assert "✅ Вы записаны" in with_dasha.screen.text


async def test_one_of_them_is_ill(with_dasha: Chat) -> None:
    """R71: who is ill has the clinic's page, and no healthy hour."""
    for label in (
        "Записаться",
        "Двое или трое сразу",
        "Справка",
        "9:00 · Петрова",
        "Кто-то болеет",
    ):
        await with_dasha.tap(label)

    assert "103" in with_dasha.screen.text


async def test_three_of_four(with_dasha: Chat, house: House) -> None:
    """Who has more children than come says which; a doctor and a day are chosen as usual."""
    person = await house.parent(with_dasha.user_id)
    for name in ("Катя", "Лёва"):
        await house.child(person, name, "01.02.2020")
    await with_dasha.tap("Записаться")
    await with_dasha.tap("Двое или трое сразу")
    for label in ("Миша", "Катя", "Лёва"):
        await with_dasha.tap(f"▫️ {label}")
    await with_dasha.tap("Продолжить")
    await with_dasha.tap("Справка")
    await with_dasha.tap("Выбрать врача")
    await with_dasha.tap("Ким")
    await with_dasha.tap("9:10, 9:30 и 9:50")
    await with_dasha.tap("Все здоровы — записать")

    assert await house.count("appointments", "state = 'booked'") == 3


async def test_the_other_parent_hears_of_both_in_one_message(
    with_dasha: Chat, boris: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R72: booked, moved or cancelled in one go is told in one go."""
    await let_name(boris)
    father = await house.parent(boris.user_id)
    links = "INSERT INTO care (person_id, child_id, since) SELECT :person, id, '2026-11-01'"
    mine = "FROM children WHERE name IN ('Миша', 'Даша')"
    await house.database.run(f"{links} {mine}", person=father)
    await book_both(with_dasha)
    await house.services.notices.tell_due(notifier)
    assert boris.screen.text.endswith("Даша: пн 23 ноября, 9:15, Петрова Анна Сергеевна, № 1002")
    assert "новые записи\nМиша: пн 23 ноября, 9:00" in boris.screen.text

    before = len(boris.messages)
    await with_dasha.tap("Отменить всех")
    await with_dasha.tap("Отменить всех")
    await house.services.notices.tell_due(notifier)
    assert len(boris.messages) == before + 1
    assert "записи отменены" in boris.screen.text
