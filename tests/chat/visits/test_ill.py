"""A child who is ill, or was in contact: one page from everywhere, and the doors behind it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.flows.visits.booking.taps import Confirm
from bot.flows.visits.search.taps import Doctors
from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from services.model.clinic import Clinic, Reason
from services.model.ids import ChildId, PersonId, SlotId
from storage.tables.base import Base
from tests.chat.conftest import Chat, register, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import CONSENTS, ROMASHKA, House, need

ILL = "Болеет или был контакт"
TIME, LATER, BACK = "Время для болеющих", "Перенести, как поправится", "Отдать время"


async def let_say(house: House, **words: Any) -> None:
    """The clinic says so, and its doctor signed it today."""
    entry = await house.services.profiles.entered("romashka")
    await house.services.profiles.enter(replace(entry, profile=replace(entry.profile, **words)))


@pytest.fixture(autouse=True)
async def signed(house: House, clinic: Clinic) -> None:
    await let_say(house, ill_words="Если просто заболел, вызовите врача на дом.")


@pytest.fixture
async def booked(anna: Chat) -> Chat:
    """Анна, with a visit of Миша today at 9:00."""
    await tap_all(anna, "Сегодня, 9:00", "Не болеет — записать")
    return anna


async def counted(house: House) -> dict[str, int]:
    rows: Any = await house.database.rows("SELECT step, count FROM ill_counts ORDER BY step")
    return {str(row[0]): int(str(row[1])) for row in rows}


async def test_dangers_come_first_then_whom_to_call(anna: Chat, house: House) -> None:
    """R63: from home in one tap, without a question; open now, until when, for how much."""
    await let_say(house, home_call_terms="В районе клиники, 3 500 ₽.", urgent_phone="+7 495 03-03")
    house.clock.forward(hours=1)
    await anna.tap(ILL)

    assert anna.screen.text == (
        "❗ Сразу 103 или 112, если:\n"
        "• судороги, не разбудить\n"
        "• трудно дышать, синеют губы\n"
        "• совсем не пьёт, давно нет мочи\n"
        "• сыпь не бледнеет, если надавить\n"
        "• у малыша выбухает родничок\n"
        "• рвота зелёная или с кровью\n"
        "• отравление, удар головой\n"
        "• любая угроза жизни\n\n"
        "Если просто заболел, вызовите врача на дом.\n\n"
        "Контакт с корью или ветрянкой, сыпь или понос без температуры — это тоже «болеет».\n\n"
        "🚨 Срочно:\n+7 495 03-03\n"
        "🏠 Вызов врача на дом: 7:30–12:00. Сейчас принимают, до 12:00.\n"
        "В районе клиники, 3 500 ₽.\n+7 495 000-00-02\n"
        "☎️ Регистратура:\n+7 495 000-00-01\n\n"
        "Утвердил врач: Петрова А. С., версия 1, 23.11.2026"
    )
    assert anna.labels == [TIME, "На главную"]


async def test_words_signed_before_stay_without_a_list(anna: Chat, house: House) -> None:
    """R71: who signed before the day was noted signed no list of dangers; nothing is made up."""
    await let_say(house, ill_words_signed_by="")
    await anna.tap(ILL)
    assert anna.screen.text.startswith("❗ Угроза жизни: 103 или 112\n\nРебёнку нездоровится?")
    assert "судороги" not in anna.screen.text
    assert "Утвердил" not in anna.screen.text
    assert "Сказали прийти на приём" in anna.labels

    await let_say(house, ill_words_signed_by="Петрова А. С.")
    await house.database.run("UPDATE clinics SET settings = '{}'")
    await anna.say("/menu")
    await anna.tap(ILL)
    assert anna.screen.text.startswith("❗ Угроза жизни: 103 или 112\n\nЕсли просто заболел")
    assert anna.screen.text.endswith("Утвердил врач: Петрова А. С.")


async def test_a_baby_under_three_months_is_for_the_phone(
    enter: Callable[..., Chat], house: House
) -> None:
    """R71: no time is offered, and an old or forged button gets none; healthy, it is booked."""
    olga = await register(enter(110, "Ольга"), "Даша", "01.10.2026")
    await olga.tap(ILL)
    assert "👶 Нет трёх месяцев — звоните сейчас, что бы ни было." in olga.screen.text
    assert olga.labels == ["На главную"]

    need_of = {"child_id": ChildId(1), "reason": Reason.ILLNESS}
    await olga.tap_data(Doctors(**need_of, clinic_id=1).pack())
    assert "сразу звоните в клинику" in str(olga.alert)
    await olga.tap_data(Confirm(**need_of, slot_id=1).pack())
    assert "сразу звоните в клинику" in str(olga.alert)
    assert await house.count("appointments") == 0
    await tap_all(olga, "Сегодня, 9:00", "Не болеет — записать")
    assert await house.count("appointments") == 1


async def test_of_several_children_nobody_is_asked_which(
    anna: Chat, house: House, clinic: Clinic
) -> None:
    """R59: one page for all; whose it is, is said only where a time is taken, and a baby's way
    leads to the phone."""
    await house.child(PersonId(1), "Даша", "01.10.2026")
    await anna.say("/menu")
    await anna.tap(ILL)
    assert "👶 Малыш до трёх месяцев — звоните сейчас" in anna.screen.text
    await anna.tap(TIME)
    assert anna.screen.text == "Кто болеет?"
    await anna.tap("Даша")
    assert "Нет трёх месяцев" in anna.screen.text
    await anna.say("/menu")
    await tap_all(anna, ILL, TIME, "Миша")
    assert "👶 Миша · Болезнь" in anna.screen.text


async def test_a_visit_is_moved_to_when_the_child_is_well(booked: Chat, house: House) -> None:
    """R09, R63: not to today; the old time is kept until the new one is won; old and new are
    said; ill again on the way, it is the same page, and the way back."""
    await tap_all(booked, "Мои записи", "Миша", ILL)
    assert "Миша, пн 23 ноября, 9:00: запись пока ваша." in booked.screen.text
    assert booked.labels == [TIME, LATER, BACK, "Назад", "На главную"]
    await booked.tap(LATER)
    assert booked.screen.text.startswith("💚 Выберите день, когда ребёнок уже поправится.\n\n↪️ ")
    assert "Старое время ваше, пока не выберете новое: пн 23 ноября, 9:00" in booked.screen.text
    assert not [label for label in booked.labels if label.startswith("Сегодня")]

    await tap_all(booked, "Завтра", "10:30")
    assert booked.labels[:2] == ["Перенести", ILL]
    await booked.tap(ILL)
    assert "103 или 112" in booked.screen.text
    await booked.tap("Назад")
    assert "Перенести запись?" in booked.screen.text
    assert await house.count("appointments", "slot_id = 1") == 1
    await booked.tap("Перенести")
    assert "Было: пн 23 ноября, 9:00\nСтало: вт 24 ноября, 10:30" in booked.screen.text
    assert await counted(house) == {"later": 1, "said": 2}


async def test_a_visit_is_given_back_with_a_kind_word(booked: Chat, house: House) -> None:
    """R63: asked once, as every cancelling; the way back is there before and after; counted
    once, however often it is tapped."""
    await tap_all(booked, "Мои записи", "Миша", ILL, BACK)
    assert booked.screen.text.startswith("Отдать время? Оно достанется другому ребёнку.\n\nМиша,")
    await booked.tap("Оставить как есть")
    assert "Вы записаны" in booked.screen.text
    await tap_all(booked, ILL, BACK)
    message, data = booked.find(BACK)
    await booked.tap_data(data, message.id)
    assert "Запись отменена: Миша, пн 23 ноября, 9:00" in booked.screen.text
    assert "💚 Выздоравливайте!" in booked.screen.text
    await booked.tap_data(data, message.id)
    assert await counted(house) == {"given-back": 1, "said": 2}
    assert await house.count("appointments", "state = 'cancelled'") == 1
    await booked.tap("Записаться снова")
    assert "Выберите день" in booked.screen.text


async def test_the_words_that_it_is_booked_lead_there(booked: Chat) -> None:
    """R63: whoever keeps that message for the day of the visit; it stays as it is."""
    assert "Вы записаны: Миша" in booked.screen.text
    await booked.tap(ILL)
    assert booked.labels == [TIME, LATER, BACK, "Назад", "На главную"]
    assert any("Вы записаны: Миша" in each.text for each in booked.messages)


async def test_each_reminder_leads_there(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R63: of a morning of two children to the page of both, and from there to their visits; of
    one visit to what can be done with it."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])
    await booked.say("/menu")
    await tap_all(booked, "Записаться", "Консультация", "Ким", "Завтра", "9:50")
    await tap_all(booked, "Не болеет — записать", "Да, напоминать")
    sonya = await house.child(PersonId(1), "Соня", "05.05.2021")
    [(slot,)] = await house.database.rows(
        "SELECT id FROM slots WHERE doctor_id = 1 AND starts_at LIKE '2026-11-24 07:30%'"
    )
    other = await house.services.booking.book(PersonId(1), need(sonya.id), SlotId(int(str(slot))))
    house.clock.forward(hours=11)
    await house.services.notices.tell_due(notifier)
    await booked.tap(ILL)
    assert booked.labels == [TIME, "Мои записи", "На главную"]

    await house.services.mine.cancel(PersonId(1), other.visit.id)
    house.clock.forward(hours=13.85)
    await house.services.notices.tell_due(notifier)
    await booked.tap(ILL)
    assert booked.labels == [TIME, LATER, BACK, "Назад", "На главную"]


async def test_who_reads_english_is_told_what_there_is_in_english(
    enter: Callable[..., Chat], house: House
) -> None:
    """The clinic's English words; where it gave none its Russian ones, and that is said."""
    john = enter(120, "John", "en")
    await john.say("/start cromashka")
    await john.tap("I consent")
    await john.say("Tom")
    await john.say("12.03.2024")
    await john.tap("Ill, or was in contact")
    assert "• seizures, cannot be woken" in john.screen.text
    assert "Если просто заболел" in john.screen.text
    assert "The clinic has these words in Russian only." in john.screen.text

    await let_say(house, ill_words_en="Call the doctor home.")
    await john.say("/menu")
    await john.tap("Ill, or was in contact")
    assert "Call the doctor home." in john.screen.text
    assert "in Russian only" not in john.screen.text
    assert "version 2" in john.screen.text


async def test_the_registry_sees_numbers_alone(
    booked: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """How many said so, and what became of it; no child, no visit."""
    await tap_all(booked, "Мои записи", "Миша", ILL, BACK, BACK)
    await booked.say("/menu")
    await tap_all(booked, ILL, TIME)
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await tamara.tap("Загрузка")

    assert tamara.screen.text.endswith(
        "🤒 За последние 7 дней сказали «болеет»: 2. "
        "Потом: время для болеющих 1, другой день 0, отдали время 1."
    )
    assert await counted(house) == {"given-back": 1, "said": 2, "time": 1}


async def kept(house: House) -> dict[str, Sequence[Any]]:
    """All that the database has, but for which updates were handled."""
    return {
        name: await house.database.rows(f"SELECT * FROM {name} ORDER BY 1, 2")  # noqa: S608
        for name in Base.metadata.tables
        if name != "handled_updates"
    }


async def test_nothing_is_kept_but_the_number(booked: Chat, house: House) -> None:
    """R71: every table before and after: from home, from the visit, from the question, and to the
    question whether to give the time back."""
    await booked.say("/menu")
    before = await kept(house)
    await tap_all(booked, ILL, BACK, "Оставить как есть")
    await tap_all(booked, ILL, LATER)
    await tap_all(booked, "Оставить как есть", "Спросить", ILL)
    after = await kept(house)

    assert [name for name in before if before[name] != after[name]] == ["ill_counts"]
    assert await counted(house) == {"later": 1, "said": 3}
