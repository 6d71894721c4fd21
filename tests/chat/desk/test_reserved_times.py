"""Times that are kept for some children, as the registry sets, sees, opens and bends them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.reserved.times import Reserving
from tests.chat.conftest import Chat, register, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import House

KEPT_FOR_BABIES = (
    "До 18:00 это время — для малышей до года. "
    "Не займут — предложим сначала тем, кто ждёт, потом всем."
)


@pytest.fixture
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


async def keep(house: House, clinic: Clinic, reserved: Reserving) -> None:
    """Have the clinic keep such shares of its times."""
    entry = await house.services.profiles.entered(clinic.code)
    profile = replace(entry.profile, reserved=reserved)
    await house.services.profiles.enter(replace(entry, profile=profile))
    await house.services.clinics.follow()


@pytest.fixture
async def keeping(house: House, clinic: Clinic) -> None:
    """Ромашка keeps some of its times for infants."""
    await keep(house, clinic, Reserving(infants=30))


async def test_a_share_is_set_in_the_clinic_s_settings(irina: Chat, house: House) -> None:
    """R67, R70: two taps, a number, and the times follow; 0 takes it back."""
    await irina.say("/clinic")
    await tap_all(irina, "Клиника", "Время в резерве")
    assert "Малыши до года, %: нет" in irina.screen.text
    await irina.tap("Малыши до года, %")
    await irina.say("30 %")
    assert "Станет: 30 %" in irina.screen.text
    await irina.tap("Сохранить")
    assert "Малыши до года, %: 30 %" in irina.screen.text
    await house.services.clinics.follow()
    assert await house.count("slots", "reserved_for <> 0")

    await tap_all(irina, "Малыши до года, %", "Нет", "Сохранить")
    await house.services.clinics.follow()
    assert not await house.count("slots", "reserved_for <> 0")


async def test_a_time_is_opened_early_by_one_tap_from_the_day(
    keeping: None, irina: Chat, anna: Chat, house: House
) -> None:
    """The day says what is kept, for whom and until when; opened, it is everybody's at once, and
    who opened it stands beside. Times that are made again leave it open."""
    await irina.say("/clinic")
    await tap_all(irina, "Приём сегодня", "24", "Петрова")
    assert "🔒 из них держим: 9:15, 10:00, 10:45, 11:30" in irina.screen.text
    await irina.tap("🔒 Время в резерве: 4")
    assert KEPT_FOR_BABIES in irina.screen.text
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра")
    assert "10:00" not in anna.labels

    await irina.tap("🔓 10:00")
    assert "10:00 — для всех; кто открыл: Ирина" in irina.screen.text
    house.clock.forward(minutes=1)
    assert await house.services.clinics.refresh_schedules() == 0
    await tap_all(anna, "Другой день", "Завтра")
    assert "10:00" in anna.labels


async def test_the_desk_gives_a_kept_time_knowingly(
    keeping: None, irina: Chat, anna: Chat, house: House
) -> None:
    """R04: the registry sees the mark, reads whose the time is, and books all the same; that a rule
    was bent is in the journal."""
    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Записать", "Консультация", "Петрова", "ноября ›")
    await irina.tap("9:15 🔒")
    assert "До 18:00 это время — для малышей до года." in irina.screen.text
    await irina.tap("Всё равно записать")
    assert "Записан" in irina.screen.text
    assert await house.count("access_records", "access = 'rule-bent'") == 1


async def test_a_time_that_is_kept_by_now_is_looked_at_once_more(
    irina: Chat, house: House, clinic: Clinic
) -> None:
    """R04, R66: while the registry looks at a time for a caller without a name, the clinic keeps it
    for infants. That is said, and the time given only then."""
    await irina.say("/desk")
    await tap_all(irina, "Время без имени", "Петрова", "ноября ›", "9:15")
    assert "малышей" not in irina.screen.text
    await keep(house, clinic, Reserving(infants=30))
    await irina.tap("Занять без имени")
    assert irina.alert == "Это в обход правил клиники. Посмотрите ещё раз."
    assert "До 18:00 это время — для малышей до года." in irina.screen.text
    assert not await house.count("taken_slots")
    await irina.tap("Всё равно записать")
    assert "Занято без имени" in irina.screen.text


async def test_the_load_counts_what_is_kept(keeping: None, house: House, clinic: Clinic) -> None:
    """What is free and not everybody's yet is told apart."""
    load = await house.services.loads.of_code(clinic.code)
    assert load.kept == await house.count(
        "slots", f"reserved_for <> 0 AND day BETWEEN '2026-11-24' AND '{load.last}'"
    )


async def test_a_parent_says_of_which_group_a_child_is_and_the_registry_looks_at_the_document(
    irina: Chat, anna: Chat, house: House, clinic: Clinic
) -> None:
    """R35, R69: what a parent says opens no time. It stands on the list of what to do on the day
    before the visit and on its day; confirmed, the times are the child's. Without a document the
    family reads so, and cannot say it again at once."""
    await keep(house, clinic, Reserving(observed=30))
    await tap_all(anna, "Дети", "Миша", "Приоритет при записи", "Диспансерный учёт")
    assert "Хранится только отметка" in anna.screen.text
    await anna.tap("Сказать регистратуре")
    assert "Диспансерный учёт: ждёт регистратуры. Покажите документ" in anna.screen.text
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра")
    assert "10:00" not in anna.labels
    await irina.say("/desk")
    assert not any("Сделать сейчас" in each for each in irina.labels)
    await tap_all(anna, "9:00", "Не болеет — записать")

    house.clock.forward(hours=3)
    await irina.say("/desk")
    await tap_all(irina, "Сделать сейчас", "🏷")
    assert "Диспансерный учёт: говорит семья. Посмотрите документ." in irina.screen.text
    await irina.tap("Нет документа")
    assert "до 23 декабря 2026 семья не спросит снова" in irina.screen.text
    await irina.say("/desk")
    assert not any("Сделать сейчас" in each for each in irina.labels)
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Приоритет при записи")
    assert "документа не увидели. Сказать снова можно с 24 декабря 2026" in anna.screen.text
    assert "Диспансерный учёт" not in anna.labels

    house.clock.forward(days=31)
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Приоритет при записи", "Диспансерный учёт")
    await anna.tap("Сказать регистратуре")
    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Документ есть", "Полгода")
    assert "Диспансерный учёт, до" in irina.screen.text
    assert "говорит семья" not in irina.screen.text
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Приоритет при записи")
    assert "вы видите его раньше других" in anna.screen.text
    assert await house.count("child_groups") == 1


async def test_a_group_is_put_down_on_a_document_and_the_family_sees_what_it_is_for(
    irina: Chat, anna: Chat, house: House, clinic: Clinic
) -> None:
    """R39, R69: the registry marks the child's group; its kept times are the child's at once. The
    parent reads what it is for, sees in the journal that it was done, and takes it back."""
    await keep(house, clinic, Reserving(observed=30))
    tomorrow = ("Записаться", "Консультация", "Петрова", "Завтра")
    await tap_all(anna, *tomorrow)
    assert "10:00" not in anna.labels

    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Диспансерный учёт", "Год")
    assert "Диспансерный учёт, до 23 ноября 2027" in irina.screen.text
    await anna.say("/menu")
    await tap_all(anna, *tomorrow)
    assert "10:00" in anna.labels

    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Приоритет при записи")
    assert "вы видите его раньше других" in anna.screen.text
    await anna.tap("Снять: Диспансерный учёт")
    assert "Если это о вашем ребёнке, нажмите ниже" in anna.screen.text
    await tap_all(anna, "Назад", "Кто смотрел данные")
    assert "отметка о приоритете при записи, по документу" in anna.screen.text
    await anna.say("/menu")
    await tap_all(anna, *tomorrow)
    assert "10:00" not in anna.labels


async def test_a_family_is_told_what_became_of_what_it_said(
    irina: Chat, anna: Chat, house: House, clinic: Clinic, notifier: TelegramNotifier
) -> None:
    """R22, R41: the letter comes by day, names neither child nor group, leads to where both stand,
    and says the way on after a no. Taken off before it was sent, it is not; put down again as it
    stands, it is no news."""
    await keep(house, clinic, Reserving(observed=30))
    notices = house.services.notices
    await tap_all(anna, "Дети", "Миша", "Приоритет при записи", "Диспансерный учёт")
    await anna.tap("Сказать регистратуре")
    house.clock.forward(hours=15)  # 22:00
    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Нет документа")
    assert await notices.tell_due(notifier) == 0
    house.clock.forward(hours=12)
    assert await notices.tell_due(notifier) == 1
    assert anna.screen.text == (
        "🏷 Документа в регистратуре не увидели\nПринесите его и покажите в регистратуре: "
        "отметку поставят сразу. Телефон: +7 495 000-00-01\n📍 ул. Садовая, 7"
    )
    await anna.tap("Показать")
    assert "Сказать снова можно с" in anna.screen.text

    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Диспансерный учёт", "Полгода")
    await irina.tap("Снять: Диспансерный учёт")
    assert await notices.tell_due(notifier) == 0
    for _ in range(2):
        await tap_all(irina, "Диспансерный учёт", "Полгода")
        house.clock.forward(minutes=1)
        await notices.tell_due(notifier)
    letters = [each.text for each in anna.messages if "увидела документ" in (each.text or "")]
    assert len(letters) == 1
    assert letters[0] == (
        "🏷 Регистратура увидела документ\nТеперь вы раньше других видите время, которое клиника "
        "держит для таких детей.\n📍 ул. Садовая, 7"
    )
    assert anna.labels == ["Показать", "Записаться"]

    house.clock.forward(days=182 - 14)
    assert await notices.tell_due(notifier) == 1
    assert "🏷 Приоритет при записи — до 25 мая 2027\nЕсли документ продлили" in anna.screen.text
    house.clock.forward(days=14)
    assert await notices.tell_due(notifier) == 0


async def test_a_family_is_told_that_the_registry_took_a_mark_off(
    irina: Chat, anna: Chat, house: House, clinic: Clinic, notifier: TelegramNotifier
) -> None:
    """R22, R41: by day, without a name and without the group; the letter leads to where it stood.
    Put down again before it was sent, it is not; what the family itself takes back is no news."""
    await keep(house, clinic, Reserving(observed=30))
    notices = house.services.notices
    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Диспансерный учёт", "Полгода")
    house.clock.forward(hours=15)  # 22:00
    assert await notices.tell_due(notifier) == 0
    house.clock.forward(hours=12)
    assert await notices.tell_due(notifier) == 1

    house.clock.forward(hours=12)  # 22:00
    await irina.tap("Снять: Диспансерный учёт")
    assert await notices.tell_due(notifier) == 0
    await tap_all(irina, "Диспансерный учёт", "Год")
    house.clock.forward(hours=12)
    assert await notices.tell_due(notifier) == 1
    assert "увидела документ" in anna.screen.text

    _, data = irina.find("Снять: Диспансерный учёт")
    await irina.tap_data(data)
    await irina.tap_data(data)
    assert "Приоритета при записи нет" in irina.screen.text
    assert await notices.tell_due(notifier) == 1
    assert anna.screen.text == (
        "🏷 Приоритет при записи снят\nТеперь вы видите время вместе со всеми. Если это ошибка, "
        "позвоните в регистратуру: +7 495 000-00-01\n📍 ул. Садовая, 7"
    )
    await anna.tap("Показать")
    assert "Диспансерный учёт" in anna.labels  # may be said
    house.clock.forward(days=9)
    await house.services.upkeep.forget_codes()
    assert not await house.count("child_groups")

    await tap_all(irina, "Диспансерный учёт", "Год")
    assert await notices.tell_due(notifier) == 1
    await tap_all(anna, "Показать", "Снять: Диспансерный учёт")
    house.clock.forward(hours=1)
    assert await notices.tell_due(notifier) == 0


async def test_a_newer_paper_puts_the_end_off_and_a_stranger_hears_of_none(
    irina: Chat, anna: Chat, house: House, clinic: Clinic, notifier: TelegramNotifier
) -> None:
    """Until 18 there is no other paper to bring; who took back the consent is told nothing."""
    await keep(house, clinic, Reserving(observed=30))
    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Диспансерный учёт", "Полгода")
    await tap_all(irina, "Срок: Диспансерный учёт", "До 18 лет")
    assert await house.count("notifications", "group_id IS NOT NULL") == 1
    assert not await house.count("notifications", "kind = 'group-ends'")
    await house.database.run("UPDATE consents SET withdrawn_at = given_at")
    assert await house.services.notices.tell_due(notifier) == 0
    assert await house.count("notifications", "kind = 'group-marked' AND state = 'void'") == 1


async def test_where_no_time_is_theirs_the_way_to_a_claim_stands(
    irina: Chat, anna: Chat, house: House, clinic: Clinic
) -> None:
    """R69: where days are full, and where a time was not theirs; not once the registry put it down,
    and not where the clinic keeps none for groups."""
    await house.database.run("UPDATE slots SET open = false WHERE day <= '2026-11-26'")
    await tap_all(anna, "Записаться", "Консультация")
    assert "🏷 Есть приоритет?" not in anna.labels
    await keep(house, clinic, Reserving(observed=30))
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Консультация", "🏷 Есть приоритет?")
    assert "Если это о вашем ребёнке, нажмите ниже" in anna.screen.text
    assert "Диспансерный учёт" in anna.labels

    await irina.say("Миша 12.03.2024")
    await tap_all(irina, "Приоритет при записи", "Диспансерный учёт", "Год")
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Консультация")
    assert "🏷 Есть приоритет?" not in anna.labels


async def test_named_hours_are_kept_as_a_typed_line_says(
    irina: Chat, anna: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """R70: no share is set; "пн-пт 9-10 резерв для малышей" is seen in the preview, in the week and
    on the day, is theirs alone until six in the evening, and is opened by a tap like any other."""
    vera = await register(enter(103, "Вера"), "Лёва", "10.05.2026")
    await irina.say("/clinic")
    await tap_all(irina, "Расписание", "Петрова", "Постоянные часы")
    await irina.say("пн-пт 9-10 по 15 резерв для малышей")
    assert "9:00–10:00 по 15 мин резерв для малышей" in irina.screen.text
    assert "🔒 Держим до назначенного часа: " in irina.screen.text
    await irina.tap("Применить")
    await irina.tap("Неделя врача")
    assert "🔒 9:00–10:00, 10:00–12:00" in irina.screen.text
    await irina.say("/clinic")
    await tap_all(irina, "Приём сегодня", "24", "Петрова")
    assert "🔒 из них держим: 9:00–10:00 (4)" in irina.screen.text

    for chat in (anna, vera):
        await chat.say("/menu")
        await tap_all(chat, "Записаться", "Консультация", "Петрова", "Завтра")
    assert "9:00" in vera.labels
    assert "9:00" not in anna.labels
    assert "10:00" in anna.labels
    await irina.tap("🔒 Время в резерве: 4")
    await irina.tap("🔓 9:15")
    await tap_all(anna, "Другой день", "Завтра")
    assert "9:15" in anna.labels
    house.clock.forward(hours=11)
    await house.services.clinics.refresh_schedules()
    await tap_all(anna, "Другой день", "Завтра")
    assert "9:00" in anna.labels
