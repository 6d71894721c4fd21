"""Visits ahead and past: details, the calendar's file, cancelling, booking again."""

from datetime import UTC, datetime

import icalendar

from tests.chat.conftest import Chat
from tests.conftest import House
from tests.playing import played


@played
async def booked(anna: Chat) -> Chat:
    """Анна, with a visit of Миша today at 9:00."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    return anna


async def test_a_visit_is_cancelled_after_one_question(booked: Chat, house: House) -> None:
    """Cancelling asks once; the time is free again for everybody (R11)."""
    await booked.tap("Мои записи")
    assert "✅ сегодня, 9:00, № 1001\nМиша · Консультация" in booked.screen.text
    await booked.tap("Миша · сегодня, 9:00")
    await booked.tap("Отменить запись")
    assert "Отменить эту запись?" in booked.screen.text
    await booked.tap("Отменить запись")
    assert "Запись отменена: Миша, пн 23 ноября, 9:00, № 1001" in booked.screen.text

    await booked.say("/start")
    assert "🕘 Сегодня, 9:00" in booked.labels
    assert await house.count("appointments", "state = 'cancelled'") == 1


async def test_a_visit_is_kept(booked: Chat, house: House) -> None:
    """ "Оставить как есть" shows the visit as it stands."""
    await booked.tap("Отменить запись")
    await booked.tap("Оставить как есть")

    assert "Вы записаны" in booked.screen.text
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_a_past_visit_is_shown_and_booked_again(booked: Chat, house: House) -> None:
    """What is over is a tap away; once more with the same doctor for the same reason."""
    house.clock.forward(days=1)
    await booked.say("/visits")
    assert "Предстоящих записей нет" in booked.screen.text
    await booked.tap("Прошедшие")
    assert "☑️ пн 23 ноября, 9:00, Миша\nПетрова Анна Сергеевна" in booked.screen.text
    await booked.tap("Миша · пн 23, 9:00")
    assert "Перенести" not in booked.labels
    await booked.tap("Записаться снова")
    assert "👶 Миша · Консультация\n🩺 Петрова А. С., каб. 12" in booked.screen.text
    await booked.tap("Завтра")
    await booked.tap("9:15")
    await booked.tap("Не болеет — записать")

    assert "Вы записаны: Миша, ср 25 ноября, 9:15" in booked.screen.text


async def test_a_cancelled_visit_is_among_the_past_ones(booked: Chat) -> None:
    """It can be booked again from there as from its own message."""
    await booked.tap("Отменить запись")
    await booked.tap("Отменить запись")
    await booked.say("/visits")
    await booked.tap("Прошедшие")
    assert "✖️ пн 23 ноября, 9:00, Миша" in booked.screen.text
    await booked.tap("✖️ Миша · сегодня, 9:00")
    assert "✖️ Отменена: Миша, пн 23 ноября, 9:00, № 1001" in booked.screen.text
    await booked.tap("Прошедшие")
    await booked.tap("✖️ Миша · сегодня, 9:00")
    await booked.tap("Записаться снова")

    assert "Сегодня · 12 мест" in booked.labels


async def test_nothing_past_is_said_so(anna: Chat) -> None:
    """An empty list leads on as well."""
    await anna.say("/visits")
    await anna.tap("Прошедшие")
    assert "Прошедших записей пока нет." in anna.screen.text
    await anna.tap("На главную")
    assert "Миша, 2 года" in anna.screen.text


async def test_the_own_doctor_is_the_one_who_saw_the_child(booked: Chat, house: House) -> None:
    """After a visit the quick button is that doctor's nearest time."""
    house.clock.forward(days=1, hours=2, minutes=5)  # 9:05: Ким would be earlier by ten minutes
    await booked.say("/menu")

    assert "🕘 Сегодня, 9:45" in booked.labels
    assert "Ближайшее время: сегодня, 9:45, Петрова А. С." in booked.screen.text


async def test_the_calendar_file_follows_the_visit(booked: Chat) -> None:
    """One UID for good, a rising SEQUENCE, the clinic's zone, a cancellation too (R24, R14)."""
    first = await _file(booked)
    for label in ("Перенести", "Завтра", "10:30", "Перенести"):
        await booked.tap(label)
    second = await _file(booked)
    await booked.tap("Отменить запись")
    await booked.tap("Отменить запись")
    await booked.tap("Убрать из календаря")
    third = _read(booked)

    events = [calendar.walk("VEVENT")[0] for calendar in (first, second, third)]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [str(event["SEQUENCE"]) for event in events] == ["0", "1", "2"]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert str(third["METHOD"]) == "CANCEL"
    assert events[0].decoded("DTSTART").astimezone(UTC) == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert events[1].decoded("DTSTART").astimezone(UTC) == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert str(events[1]["DTSTART"].params["TZID"]) == "Europe/Moscow"
    assert str(events[0]["SUMMARY"]) == "Педиатр: Миша"
    assert "каб.\u00a012" in str(events[0]["LOCATION"])
    assert str(events[0]["DESCRIPTION"]).splitlines()[-1] == "Бахилы."


async def test_the_calendar_file_comes_below_the_booked_message(booked: Chat) -> None:
    """The message stays; the file says what to do with it."""
    said = booked.screen.text
    await booked.tap("В календарь")

    assert booked.screen.document is not None
    assert booked.screen.document.name == "visit-1001.ics"
    assert booked.screen.document.mime_type == "text/calendar"
    assert booked.screen.text.startswith("Откройте файл — визит появится в календаре.")
    assert booked.messages[-2].text == said


async def _file(chat: Chat) -> icalendar.Calendar:
    await chat.tap("В календарь")
    return _read(chat)


def _read(chat: Chat) -> icalendar.Calendar:
    document = chat.screen.document
    assert document is not None
    content = chat.world.telegram.world.contents[document.id]
    calendar = icalendar.Calendar.from_ical(content)
    assert isinstance(calendar, icalendar.Calendar)
    return calendar
