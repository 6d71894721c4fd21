"""The children in a parent's care: several, corrected, removed; and where they belong."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.clinic.opening import NewDistrict
from services.model.clinic import Addresses, Limits, Side
from tests.chat.conftest import Chat, register, tap_all
from tests.conftest import CONSENT, KIM, PETROVA, ROMASHKA, House
from tests.playing import played

FIRST = NewDistrict("участок 1", [Addresses("ул. Садовая", Side.ODD), Addresses("пр. Мира")])
SECOND = NewDistrict("участок 2", [Addresses("ул. Садовая", Side.EVEN), Addresses("8 Марта")])


@played
async def olga(enter: Callable[..., Chat], house: House) -> Chat:
    """A mother who was just asked where Лёва lives; Петрова has one district, Ким another."""
    doctors = [replace(PETROVA, districts=[FIRST]), replace(KIM, districts=[SECOND])]
    await house.services.clinics.open(replace(ROMASHKA, code="wards"), CONSENT, doctors)
    return await register(enter(301, "Ольга"), "Лёва", "12.03.2024", clinic="wards")


@pytest.mark.parametrize(
    ("typed", "doctor", "quick"),
    [
        ("Садовая, 15", "Петрова А. С.", "🕘 Сегодня, 9:00"),
        ("ул. Садовая, д. 12, кв. 7", "Ким О. В.", "🕘 Сегодня, 9:10"),
        ("8 марта 3", "Ким О. В.", "🕘 Сегодня, 9:10"),
        ("проспект мира", "Петрова А. С.", "🕘 Сегодня, 9:00"),
    ],
)
async def test_the_address_finds_the_district_doctor(
    olga: Chat, house: House, typed: str, doctor: str, quick: str
) -> None:
    """The quick button is the district doctor's; of the address nothing is kept."""
    assert "Лёва — на какой улице и в каком доме живёт?" in olga.screen.text
    await olga.say(typed)
    assert f"Участковый врач: {doctor}" in olga.screen.text
    assert quick in olga.labels

    dump = await _everything(house)
    assert "Садовая, 15" not in dump
    assert "кв. 7" not in dump
    assert "8 марта" not in dump


async def test_a_shared_street_needs_the_house(olga: Chat) -> None:
    """The sentence says what is missing; the question stays open."""
    await olga.say("Садовая")
    assert olga.screen.text.startswith("Участковый врач зависит от дома. Напишите и его номер.")
    await olga.say("Садовая 8")
    assert "Участковый врач: Ким О. В." in olga.screen.text


async def test_an_unknown_street_leaves_two_ways(olga: Chat) -> None:
    """Choose the doctor by name, or skip."""
    await olga.say("Неведомая, 1")
    assert olga.screen.text.startswith("Не нашёл такого адреса на участках клиники.")
    await olga.tap("Ким О. В.")
    assert "Участковый врач: Ким О. В." in olga.screen.text


async def test_the_address_can_be_skipped(olga: Chat) -> None:
    """Then the nearest time is that of any doctor, and the doctor can be named later."""
    await olga.tap("Пропустить")
    assert "Участковый врач" not in olga.screen.text
    assert "Ближайшее время: сегодня, 9:00, Петрова А. С." in olga.screen.text

    await olga.tap("Дети")
    await olga.tap("Лёва")
    assert "Участковый врач: пока не указан" in olga.screen.text
    await olga.tap("Участковый врач")
    await olga.tap("Ким О. В.")
    assert "🕘 Сегодня, 9:10" in olga.labels


async def test_the_district_doctor_comes_first(olga: Chat) -> None:
    """In the list, and marked as such."""
    await olga.say("Садовая 15")
    await olga.tap("Записаться")
    await olga.tap("Консультация")

    assert "Петрова Анна Сергеевна, каб. 12\n⭐ Ваш участковый врач" in olga.screen.text
    assert olga.labels[0] == "Петрова · сегодня, 9:00"


async def test_brothers_and_sisters_live_together(olga: Chat) -> None:
    """A second child's district is one tap away; a child of no district offers none."""
    assert "Адрес тот же: Лёва" not in olga.labels
    await olga.say("Садовая 15")
    for label in ("Дети", "Добавить ребёнка"):
        await olga.tap(label)
    await olga.say("Даша")
    await olga.say("01.02.2022")
    await olga.tap("Адрес тот же: Лёва")
    for label in ("Записаться", "Даша", "Консультация"):
        await olga.tap(label)

    assert "Петрова Анна Сергеевна, каб. 12\n⭐ Ваш участковый врач" in olga.screen.text


async def test_clinics_without_districts_do_not_ask(anna: Chat) -> None:
    """Where there is nothing to find, nothing is asked."""
    assert "Миша, 2 года" in anna.screen.text
    await anna.tap("Дети")
    await anna.tap("Миша")
    assert "Участковый врач" not in anna.labels


async def test_a_child_is_renamed(anna: Chat) -> None:
    """The new name stands everywhere, on visits as well."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("На главную")
    await anna.tap("Дети")
    await anna.tap("Миша")
    await anna.tap("Имя")
    assert "Миша — как теперь называть?" in anna.screen.text
    for words in ("42", "🦊", "👨‍👩‍👧 1️⃣", "🇷🇺!"):
        await anna.say(words)
        assert anna.screen.text == (
            "Имя, пожалуйста, буквами: по нему ребёнка узнают в клинике.\n\n"
            "Миша — как теперь называть? Напишите имя, например: Саша."
        )
    await anna.say("Мишаня")
    assert "Мишаня, 2 года 8 месяцев" in anna.screen.text

    await anna.say("/visits")
    assert "Мишаня" in anna.screen.text


async def test_a_birth_date_is_corrected(anna: Chat) -> None:
    """The same rules as when it was typed first; the question can be left."""
    await anna.tap("Дети")
    await anna.tap("Миша")
    await anna.tap("Дата рождения")
    await anna.say("вчера")
    assert "Не получилось прочитать дату." in anna.screen.text
    await anna.say("12.03.2023")
    assert "Миша, 3 года" in anna.screen.text
    assert "Дата рождения: 12 марта 2023" in anna.screen.text

    await anna.tap("Дата рождения")
    await anna.tap("Не сейчас")
    await anna.say("01.01.2020")
    assert "Миша, 3 года" in anna.screen.text


async def test_a_child_is_removed_with_its_visits(anna: Chat, boris: Chat, house: House) -> None:
    """It is said first which visits are cancelled; their times are free at once (R11)."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    booked = anna.screen
    await anna.tap("На главную")
    await anna.tap("Дети")
    await anna.tap("Миша")
    await anna.tap("Убрать из бота")
    assert "Миша — убрать из бота?" in anna.screen.text
    assert (
        "Эти записи будут отменены:\n• пн 23 ноября, 9:00, Петрова Анна Сергеевна"
        in anna.screen.text
    )
    await anna.tap("Убрать")
    assert "Миша — больше не в боте" in anna.screen.text
    assert "Эти записи отменены:\n• пн 23 ноября, 9:00" in anna.screen.text
    removed = anna.screen.text
    assert await house.count("appointments", "state = 'cancelled'") == 1
    await boris.say("/menu")
    assert "🕘 Сегодня, 9:00" in boris.labels

    await anna.tap_data("+visit:1", booked.id)
    assert anna.alert == "Этого здесь уже нет."
    await anna.tap("На главную")
    assert "Как зовут ребёнка?" in anna.screen.text
    assert removed in [message.text for message in anna.messages]
    await anna.say("Даша")
    assert "Даша — когда день рождения?" in anna.screen.text


async def test_a_child_is_kept(anna: Chat, house: House) -> None:
    """ "Оставить" leads back to the child."""
    await anna.tap("Дети")
    await anna.tap("Миша")
    await anna.tap("Убрать из бота")
    assert "будут отменены" not in anna.screen.text
    await anna.tap("Оставить")

    assert "Дата рождения: 12 марта 2024" in anna.screen.text
    assert await house.count("care") == 1


async def test_a_child_whom_another_adult_cares_for_keeps_its_visits(
    anna: Chat, boris: Chat, house: House
) -> None:
    """Leaving one's own care takes nothing from the other adult."""
    async with house.engines.writing.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO care (person_id, child_id, since) VALUES (2, 1, '2026-01-01 00:00:00')"
        )
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("На главную")
    for label in ("Дети", "Миша", "Убрать из бота"):
        await anna.tap(label)
    assert "будут отменены" not in anna.screen.text
    await anna.tap("Убрать")

    await boris.say("/visits")
    assert "Миша · Консультация" in boris.screen.text


async def test_one_more_child_is_not_named_by_chance(anna: Chat, house: House) -> None:
    """Nor does "Спасибо" become a second child, a week after nobody was named."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    house.clock.forward(days=7)
    await anna.say("Спасибо!")

    assert "Миша, 2 года" in anna.screen.text
    assert await house.count("children") == 1


async def test_the_first_child_s_name_is_waited_for(vera: Chat, house: House) -> None:
    """Who has nobody yet may take their time."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    house.clock.forward(days=7)
    await vera.say("Даша")

    assert "Даша — когда день рождения?" in vera.screen.text


async def test_a_forgotten_question_is_not_answered_by_chance(anna: Chat, house: House) -> None:
    """ "Спасибо" typed half an hour later does not become the child's name."""
    await anna.tap("Дети")
    await anna.tap("Миша")
    await anna.tap("Имя")
    house.clock.forward(minutes=30)
    await anna.say("спасибо")
    assert "Миша, 2 года" in anna.screen.text
    await anna.say("спасибо")
    assert "Миша, 2 года" in anna.screen.text


async def test_an_old_district_button_leaves_another_child_alone(olga: Chat, house: House) -> None:
    """What is being typed about one child is not lost by a tap about another."""
    _, data = olga.find("Ким О. В.")
    await olga.tap("Пропустить")
    await olga.tap("Дети")
    await olga.tap("Добавить ребёнка")
    await olga.say("Даша")
    await olga.tap_data(data)
    await olga.say("05.05.2021")

    assert "Даша — на какой улице" in olga.screen.text
    assert await house.count("children") == 2


async def test_there_is_a_limit_of_children(enter: Callable[..., Chat], house: House) -> None:
    """One person keeps as many as the clinic allows, and is told so politely (R51)."""
    profile = replace(ROMASHKA, code="two", limits=Limits(children=2))
    await house.services.clinics.open(profile, CONSENT, [PETROVA])
    anna = await register(enter(101), clinic="two")
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Соня")
    await anna.say("05.05.2021")
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")

    assert anna.alert == "Детей здесь уже 2, больше добавить нельзя. Поможет регистратура."
    assert "Соня" in anna.screen.text
    assert await house.count("children") == 2


async def test_a_removed_child_s_buttons_are_nobody_else_s(anna: Chat, house: House) -> None:
    """R77: Миша is removed and Даша added. The old "Миша" in the same chat does not open Даша, and
    what is asked about her is not answered for him."""
    await anna.tap("Дети")
    _, misha = anna.find("Миша")
    for label in ("Миша", "Убрать из бота", "Убрать", "На главную"):
        await anna.tap(label)
    await anna.say("Даша")
    await anna.say("05.05.2021")
    await anna.tap_data(misha)
    assert anna.alert == "Этого здесь уже нет."
    assert "Миша" not in anna.screen.text

    await anna.say("/menu")
    for label in ("Дети", "Даша", "Кто смотрел данные"):
        await anna.tap(label)
    assert "Даша" in anna.screen.text
    assert await house.count("children", "id = 2") == await house.count("children") == 1


async def _everything(house: House) -> str:
    """All that the database holds, but for the clinics' own addresses."""
    async with house.engines.reading.connect() as connection:
        names = await connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'addresses'"
        )
        rows = [
            (await connection.exec_driver_sql(f"SELECT * FROM {name}")).all()  # noqa: S608
            for (name,) in names.all()
        ]
    return repr(rows)


async def test_an_old_question_s_button_changes_no_district(anna: Chat, house: House) -> None:
    """R66: days later the doctor's name below an old question is no answer to anything."""
    doctors = await house.doctors((await house.services.families.clinics())[0])
    async with house.transactions.writes() as tx:
        first = await tx.districts.add(doctors[0], "участок 1", [])
        second = await tx.districts.add(doctors[1], "участок 2", [])
    for district in (first, second):
        await anna.tap_data(f"belongs:1:{district.id}")

    assert anna.alert == (
        "На этот вопрос уже ответили. Участкового врача можно сменить в карточке ребёнка."
    )
    assert await house.count("children", f"district_id = {first.id}") == 1


async def test_two_children_of_one_name_are_told_apart_before_one_is_opened(anna: Chat) -> None:
    """R59: opening one writes into its journal; by the next visit it is clear who is who."""
    for label in ("🕘", "Не болеет — записать", "На главную", "Дети", "Добавить ребёнка"):
        await anna.tap(label)
    await anna.say("Мишка")
    await anna.say("12.03.2024")
    await anna.tap("Дети")
    await anna.tap("Мишка")
    await anna.tap("Имя")
    await anna.say("Миша")
    await anna.tap("Дети")

    assert [label for label in anna.labels if "Миша" in label] == [
        "Миша · сегодня, 9:00",
        "Миша · нет записи",
    ]
    assert "👶 Миша · нет записи, 2 года 8 месяцев" in anna.screen.text
    await anna.tap("На главную")
    await anna.tap("Записаться")
    assert "Миша · нет записи" in anna.labels


async def test_who_is_said_with_more_is_asked_about(anna: Chat, house: House) -> None:
    """R53: "Миша Иванов" beside "Миша" of one birth date is a question, and no second child; who
    types something else is asked again."""
    for label in ("Дети", "Добавить ребёнка"):
        await anna.tap(label)
    await anna.say("Миша Иванов 12.03.2024")
    assert anna.screen.text == ("Миша, 12.03.2024, уже здесь. «Миша Иванов» — это тот же ребёнок?")
    await anna.say("не знаю")
    assert "это тот же ребёнок?" in anna.screen.text
    await anna.tap("Да, тот же")

    assert await house.count("children") == 1
    assert anna.screen.text.startswith("Клиника «Ромашка»")


async def test_another_child_of_one_day_is_added_when_somebody_says_so(
    anna: Chat, house: House
) -> None:
    """R53, R12: twins of whom one was entered by the family name; the button adds one, once."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Иванов 12.03.2024")
    await anna.say("/menu")
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Иванов Саша 12.03.2024")
    _, another = anna.find("Нет, другой ребёнок")
    await anna.tap("Нет, другой ребёнок")
    assert "Иванов Саша, 2 года" in anna.screen.text
    await anna.tap_data(another)

    assert await house.count("children") == 3


async def test_an_old_yes_ends_no_other_question(anna: Chat, house: House) -> None:
    """R66, R61: words at the question are answered; "the same", tapped once another child is being
    added, leaves what is asked now as it is."""
    await tap_all(anna, "Дети", "Добавить ребёнка")
    await anna.say("Миша Иванов 12.03.2024")
    _, same = anna.find("Да, тот же")
    await anna.say("нет, это другой")
    assert "Выберите, пожалуйста, кнопкой." in anna.screen.text
    await anna.tap_data(same)
    assert await house.count("conversations") == 0
    await tap_all(anna, "Дети", "Добавить ребёнка")
    await anna.tap_data(same)

    await anna.say("Рита 01.02.2025")
    assert await house.count("children", "name = 'Рита'") == 1
