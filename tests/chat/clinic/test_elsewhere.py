"""A clinic that moves: its administrator sees whom it tells, and families read it."""

import icalendar

from bot.telegram.sending import TelegramNotifier
from tests.chat.clinic.test_editing import way
from tests.chat.conftest import Chat
from tests.conftest import House
from tests.playing import played


@played
async def booked(booked: Chat) -> Chat:
    """Анна has the visit in her calendar."""
    await booked.tap("В календарь")
    return booked


def file_of(chat: Chat) -> icalendar.cal.Component:
    document = chat.screen.document
    assert document
    content = chat.world.telegram.world.contents[document.id]
    return icalendar.Calendar.from_ical(content).walk("VEVENT")[0]


async def told(house: House, notifier: TelegramNotifier) -> int:
    await house.services.retelling.retell()
    return await house.services.notices.tell_due(notifier)


async def test_a_new_address_is_counted_saved_and_told(
    irina: Chat, booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R24, R56: the preview counts; the family reads where to come, and its calendar follows."""
    await booked.tap("В календарь")
    before = file_of(booked)
    await way(irina, "Контакты", "Адрес")
    await irina.say("ул. Новая, 1")
    assert "О новом месте сообщу семьям: 1 запись впереди." in irina.screen.text
    await irina.tap("Сохранить")
    assert await told(house, notifier) == 1

    letter = next(each for each in booked.messages if "📍" in each.text)
    assert letter.text.startswith("📍 Изменилось место или врач: визит вт 24 ноября, 10:30\n")
    assert "ул. Новая, 1" in letter.text
    await booked.tap("В календарь")
    after = file_of(booked)
    assert after["UID"] == before["UID"]
    assert (str(before["SEQUENCE"]), str(after["SEQUENCE"])) == ("0", "1")
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")
    assert "Новая" in str(after["LOCATION"])


async def test_a_misspelt_address_is_corrected_in_silence(
    irina: Chat, booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R56: whoever corrects it says so; where nobody would be told, it is not asked."""
    await way(irina, "Контакты", "Адрес")
    await irina.say("улица Садовая, дом 7")
    await irina.tap("Опечатка: не сообщать")
    assert irina.screen.text.startswith("✅ Сохранено: Адрес")
    assert await told(house, notifier) == 0
    await booked.say("/visits")
    await booked.tap("Миша ·")
    assert "улица Садовая, дом 7" in booked.screen.text

    await irina.tap("Адрес")
    await irina.say("Улица Садовая, дом 7.")
    assert "Опечатка: не сообщать" not in irina.labels
