"""The doctor's word in the chat: what the family sees before it, and what after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from services.model.clinic import Clinic, Confirming, Unanswered
from tests.chat.conftest import Chat, tap_all
from tests.conftest import House
from tests.playing import played

FOUR_HOURS = timedelta(hours=4)
SAID_TWICE = timedelta(minutes=2)


async def let_confirm(house: House, clinic: Clinic, then: Unanswered) -> None:
    entry = await house.services.profiles.entered(clinic.code)
    wanted = replace(entry.profile, doctors_confirm=True, confirming=Confirming(unanswered=then))
    await house.services.profiles.enter(replace(entry, profile=wanted))


@pytest.fixture(autouse=True)
async def asking(house: House, clinic: Clinic) -> None:
    """Ромашка's doctors have to confirm; who does not hear no is booked."""
    await let_confirm(house, clinic, Unanswered.BOOKED)


@played
async def waiting(anna: Chat, petrova: Chat) -> Chat:
    """Анна wants Tuesday, 10:30, with Петрова."""
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра", "10:30")
    assert "Это время подтверждает врач: до ответа это ещё не запись" in anna.screen.text
    await anna.tap("Не болеет — записать")
    return anna


def calendar_of(chat: Chat) -> bytes:
    """The file that was sent last."""
    [document] = [each.document for each in chat.messages if each.document][-1:]
    return chat.world.telegram.world.contents[document.id]


async def test_what_waits_is_no_booking_yet(waiting: Chat) -> None:
    """R05: the screen, the card, the list, home and the calendar say so, and until when."""
    said = waiting.screen.text
    assert said.startswith("⏳ Вы пока не записаны: Миша, вт 24 ноября, 10:30, каб. 12, № 1001")
    assert "ответ придёт сюда до пн 23 ноября, 11:00" in said
    assert "Если врач до тех пор не откажет, вы записаны" in said
    assert "Вы записаны:" not in said

    await waiting.tap("В календарь")
    assert "как предварительный" in waiting.screen.text
    assert b"STATUS:TENTATIVE" in calendar_of(waiting)
    await waiting.tap("Мои записи")
    assert "⏳ завтра, 10:30, № 1001: ждёт ответа врача" in waiting.screen.text
    await tap_all(waiting, "Миша ·")
    assert waiting.screen.text.startswith("⏳ Вы пока не записаны")
    await waiting.say("/menu")
    assert "⏳ Ждёт ответа врача: завтра, 10:30, Петрова А. С." in waiting.screen.text


async def test_the_doctor_confirms_in_two_taps(
    waiting: Chat, petrova: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """The message names no child; the list does, and is taken down for the parent to read (R39)."""
    await waiting.tap("В календарь")
    house.clock.now += SAID_TWICE
    assert await house.services.notices.tell_due(notifier) == 1
    asked = petrova.screen.text
    assert asked.startswith("⏳ Вашего ответа ждёт 1 запись\nзавтра, 10:30")
    assert "Миша" not in asked
    await petrova.tap("Открыть")
    assert "завтра, 10:30 · Миша, 2 года 8 месяцев\nКонсультация" in petrova.screen.text
    await petrova.tap("✅ завтра, 10:30")
    assert petrova.screen.text.startswith("✅ Подтверждено")
    assert "Семье сообщит бот" in petrova.screen.text

    assert await house.services.notices.tell_due(notifier) == 1
    said = [
        message.text for message in waiting.messages if message.text.startswith("✅ Подтверждено")
    ]
    assert said == ["✅ Подтверждено: визит вт 24 ноября, 10:30\n📍 ул. Садовая, 7"]
    await waiting.tap("Показать визит")
    assert waiting.screen.text.startswith("✅ Вы записаны: Миша, вт 24 ноября, 10:30")
    assert "Подтверждено врачом" in waiting.screen.text
    assert b"STATUS:CONFIRMED" in calendar_of(waiting)
    await waiting.say("/menu")
    assert "✅ Вы записаны: завтра, 10:30" in waiting.screen.text
    await tap_all(waiting, "Дети", "Миша", "Кто смотрел данные")
    assert "Врач, пн 23 ноября, 7:02: запись подтверждена" in waiting.screen.text
    assert "Врач, пн 23 ноября, 7:02: список записей, которые ждут ответа" in waiting.screen.text


async def test_a_declined_family_has_another_time_in_two_taps(
    waiting: Chat, petrova: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """The doctor is asked once; the family is told at once, with times to tap."""
    await petrova.say("/clinic")
    await tap_all(petrova, "Ждут ответа: 1", "✖️ завтра, 10:30")
    assert petrova.screen.text.startswith("Не подтверждать запись?")
    await petrova.tap("Не подтверждать")
    assert petrova.screen.text.startswith("✖️ Не подтверждено")
    assert await house.services.notices.tell_due(notifier) == 1

    [said] = [each for each in waiting.messages if each.text.startswith("✖️ Не подтверждено")]
    assert said.text.startswith("✖️ Не подтверждено: визит вт 24 ноября, 10:30")
    assert "Принять вас в это время не получится" in said.text
    await waiting.tap("Визит · сегодня, 9:10")
    assert waiting.screen.text.startswith("Записать?")
    await waiting.tap("Не болеет — записать")
    assert "№ 1002" in waiting.screen.text


async def test_who_taps_twice_or_too_late_is_told_how_it_stands(
    waiting: Chat, petrova: Chat, house: House
) -> None:
    """R05, R12: a second tap shows the same; one for a time that was changed says so."""
    await petrova.say("/clinic")
    await petrova.tap("Ждут ответа: 1")
    message, yes = petrova.find("✅ завтра, 10:30")
    await tap_all(waiting, "Перенести", "Завтра", "11:00", "Перенести")
    assert waiting.screen.text.startswith("↪️ Перенос ждёт ответа")
    await petrova.tap_data(yes, message.id)
    assert "Семья тем временем перенесла эту запись" in (petrova.alert or "")
    assert "завтра, 11:00 · Миша" in petrova.screen.text

    message, yes = petrova.find("✅ завтра, 11:00")
    for _ in range(2):
        petrova.press(yes, message.id)
    await petrova.world.deliver()
    assert petrova.screen.text.startswith("✅ Подтверждено")
    assert await house.count("appointment_changes", "state = 'booked'") == 1


async def test_silence_gives_the_time_back_where_the_clinic_wants_it(
    anna: Chat, house: House, clinic: Clinic, notifier: TelegramNotifier
) -> None:
    """The family reads until when, and then that it is over, with the way to another time."""
    await let_confirm(house, clinic, Unanswered.GIVEN_BACK)
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра", "10:30")
    await anna.tap("Не болеет — записать")
    assert "Время держим за вами до пн 23 ноября, 11:00" in anna.screen.text
    house.clock.now += FOUR_HOURS
    await anna.tap("Мои записи")
    assert "Предстоящих записей нет" in anna.screen.text
    await house.services.word.settle()
    assert await house.services.notices.tell_due(notifier) == 1
    [said] = [each for each in anna.messages if each.text.startswith("✖️ Не подтверждено")]
    assert "В срок никто не ответил, и время освободилось" in said.text


async def test_silence_books_where_the_clinic_wants_it(
    waiting: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """At the moment it is looked at; the message comes from the job."""
    house.clock.now += FOUR_HOURS
    await waiting.tap("Мои записи")
    assert "✅ завтра, 10:30, № 1001" in waiting.screen.text
    await house.services.word.settle()
    await house.services.notices.tell_due(notifier)
    [said] = [each for each in waiting.messages if each.text.startswith("✅ Подтверждено")]
    assert said.text.startswith("✅ Подтверждено: визит вт 24 ноября, 10:30")
    await waiting.tap("Показать визит")
    assert "Подтверждено: врач в срок не отказал" in waiting.screen.text


async def test_the_registry_s_list_shows_what_waits(
    waiting: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """On the day's list it is marked; the visit's own screen has both answers."""
    tamara = enter(202, "Тамара")
    invitation = await house.services.members.appoint("romashka", Role.REGISTRAR)
    await tamara.say(f"/start i{invitation.token}")
    await tap_all(tamara, "Приём сегодня", "вт 24 ноября ›", "Петрова", "10:30")
    assert tamara.screen.text.startswith("⏳ Ждёт ответа врача: Миша")
    await tamara.tap("Подтвердить")
    assert tamara.screen.text.startswith("✅ Подтверждено")
    await tap_all(waiting, "Мои записи", "Миша ·")
    assert "Подтверждено регистратурой" in waiting.screen.text
