"""The registry's desk in the chat: a caller on the line, and taps counted."""

from collections.abc import Callable
from datetime import timedelta
from unicodedata import normalize

import pytest

from services.model.access import Role
from services.model.ids import PersonId
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played

MOST_TAPS = 6
"""For whatever a caller wants (issue 6)."""


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    """A registrar at her desk."""
    chat = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    return chat


async def tap_all(chat: Chat, *labels: str) -> None:
    """Not more taps than a caller has patience for."""
    assert len(labels) <= MOST_TAPS
    for label in labels:
        await chat.tap(label)


async def test_a_caller_is_booked(tamara: Chat, anna: Chat, house: House) -> None:
    """One line and five taps; the family's bot says "Вы записаны" by itself."""
    await tamara.say("Миша 12.03.2024")
    assert "Миша, 2 года 8 месяцев" in tamara.screen.text
    await tap_all(tamara, "Записать", "Консультация", "Петрова ·", "9:15", "Записать")
    assert tamara.screen.text.startswith("✅ Записано")
    assert "понедельник, 23 ноября, 9:15, № 1001" in tamara.screen.text.lower()
    assert "Семье сообщит бот" in tamara.screen.text
    assert await house.count("notifications", "kind = 'booked' AND state = 'planned'") == 1

    for label in ("Дети", "Миша", "Кто смотрел данные"):
        await anna.say("/menu") if label == "Дети" else None
        await anna.tap(label)
    assert "Регистратура, пн 23 ноября, 7:00: запись по вашему звонку" in anna.screen.text


async def test_a_family_name_that_the_card_does_not_say_is_asked_about(
    tamara: Chat, anna: Chat
) -> None:
    """R53: who typed "Миша" at home is found by "Зайцев Миша", and nobody compared "Зайцев"."""
    await tamara.say("Зайцев Миша 12.03.2024")
    assert "В карточке нет «Зайцев»: спросите, тот ли это ребёнок." in tamara.screen.text
    await tamara.say("Миша 12.03.2024")
    assert "В карточке нет" not in tamara.screen.text


async def test_nothing_is_said_to_be_chosen_before_it_is(tamara: Chat, anna: Chat) -> None:
    """R58: the question why the child comes does not begin with an answer."""
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Записать")
    assert tamara.screen.text == "👶 Миша, 2 года 8 месяцев\n\nЗачем приходит ребёнок?"
    await tamara.tap("Справка")
    assert tamara.screen.text.startswith("👶 Миша · Справка")


async def test_the_district_s_doctor_comes_first(tamara: Chat, anna: Chat, house: House) -> None:
    """R58: whose district the child lives in is marked, and stands first whoever is free sooner."""
    await house.database.run(
        "INSERT INTO districts (id, doctor_id, name)"
        " SELECT 1, id, '7' FROM doctors WHERE name LIKE 'Петрова%'"
    )
    await tamara.say("Миша 12.03.2024")
    await tap_all(tamara, "Записать", "Консультация")
    assert "⭐" not in tamara.screen.text
    assert not [label for label in tamara.labels if "⭐" in label]
    await house.database.run("UPDATE children SET district_id = 1")
    await tamara.say("Миша 12.03.2024")
    await tap_all(tamara, "Записать", "Консультация")
    assert tamara.labels[0].startswith("Петрова · ")
    assert "⭐ Участковый врач: Петрова А. С." in tamara.screen.text


async def test_a_caller_s_visit_is_moved_by_its_number(tamara: Chat, anna: Chat) -> None:
    """The number from the parent's screen, and three taps."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("1001")
    assert "№ 1001" in tamara.screen.text
    await tap_all(tamara, "Перенести", "9:30", "Перенести: семья просит")
    assert "Было: пн 23 ноября, 9:00" in tamara.screen.text
    assert "9:30, № 1001" in tamara.screen.text


async def test_who_loses_a_race_at_the_desk_is_told_of_the_caller_s_visit(
    tamara: Chat, anna: Chat, boris: Chat
) -> None:
    """R66: a registrar reads words for staff: the visit, nobody's own, stays where it was."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("1001")
    await tap_all(tamara, "Перенести", "9:30")
    message, move = tamara.find("Перенести: семья просит")
    await boris.tap("Записаться")
    await tap_all(boris, "Консультация", "Петрова", "Сегодня", "9:30", "Не болеет — записать")
    await tamara.tap_data(move, message.id)
    said = tamara.alert or ""
    assert said == "Это время только что заняли. Запись осталась прежней: пн 23 ноября, 9:00."


async def test_a_caller_is_found_by_a_number_among_words(tamara: Chat) -> None:
    """R60: "ни телефона" is not said where there is one."""
    await tamara.say("Костя 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Телефон семьи")
    await tamara.say("8 916 123-45-67")
    await tamara.say("бабушка Кости, 8 916 123-45-67")
    assert tamara.screen.text.startswith("👶 Костя, 2 года 9 месяцев")


async def test_a_caller_s_visit_is_cancelled(tamara: Chat, anna: Chat, house: House) -> None:
    """Two taps: asked once, and why."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("№ 1001")
    await tap_all(tamara, "Отменить запись", "Семья просит отменить")
    assert "Отменена" in tamara.screen.text
    assert await house.count("notifications", "kind = 'cancelled-as-asked'") == 1


async def test_a_family_without_the_bot(
    tamara: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """The paper is signed, the visit booked; the code brings it into the bot later."""
    await tamara.say("Костя 1 февраля 2024")
    assert "Пока не у нас: Костя, 1 февраля 2024" in tamara.screen.text
    await tap_all(tamara, "Подписано — внести", "Записать", "Справка", "Ким ·", "9:10", "Записать")
    assert "Семьи нет в боте: сообщите по телефону" in tamara.screen.text
    await tamara.tap("Код для семьи")
    code = tamara.screen.text.split("\n")[0].removeprefix("🔑 ")

    sveta = enter(301, "Света")
    await sveta.say("/start cromashka")
    await sveta.say(code)
    assert sveta.screen.text.startswith("Код верный. Сначала согласие")
    await sveta.tap("Даю согласие")
    await sveta.say(code.replace(" ", ""))
    assert "Костя, 2 года 9 месяцев" in sveta.screen.text
    await sveta.tap("Мои записи")
    assert "№ 1001" in sveta.screen.text

    boris = enter(302, "Борис")
    await boris.say("/start cromashka")
    await boris.tap("Даю согласие")
    await boris.say(code)
    assert "Такого кода нет" in boris.screen.text
    for _ in range(4):
        await boris.say("000 000 000")
    await boris.say(code)
    assert "Слишком много неверных кодов" in boris.screen.text


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Андрей", normalize("NFD", "Андрей")),
        ("Шон О’Коннор", "О'Коннор"),
        ("Анна\u2011Мария", "Анна-Мария"),
        ("Соня", "Cоня"),  # a Latin C
    ],
)
async def test_a_child_is_found_however_the_name_is_spelled(
    tamara: Chat, house: House, stored: str, typed: str
) -> None:
    """R53: at once, and no second one is entered; also one stored before names were composed."""
    await tamara.say(f"{stored} 1 февраля 2024")
    await tamara.tap("Подписано — внести")
    for form in (stored, normalize("NFD", stored)):
        await house.database.run("UPDATE children SET name = :name", name=form)
        await tamara.say(f"{typed} 01.02.2024")
        assert tamara.screen.text.startswith(f"👶 {form}, 2 года 9 месяцев")
    assert await house.count("children") == 1


async def test_two_children_of_one_name_and_day_are_told_apart(
    tamara: Chat, anna: Chat, boris: Chat, house: House
) -> None:
    """R59: on the list, by the end of the phone and the next visit; opening one to look would
    stand in its journal."""
    await house.database.run("UPDATE children SET name = 'Миша', birth_date = '2024-03-12'")
    await boris.say("/menu")
    await boris.tap("Сегодня, 9:00")
    await boris.tap("Не болеет — записать")
    [[person]] = await house.database.rows("SELECT min(person_id) FROM care")
    await house.services.phones.give(PersonId(person), "+79161234567", own=True)
    await tamara.say("Миша 12.03.2024")
    assert "👶 Миша\n☎️ +7 ··· ··-67" in tamara.screen.text
    assert "👶 Миша\n📅 пн 23 ноября, 9:00" in tamara.screen.text
    assert tamara.labels[:2] == ["Миша · ··45-67", "Миша · сегодня, 9:00"]


async def test_children_of_one_name_and_phone_are_told_apart_by_birth_date(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """R59: whoever calls may have two of one name; the date stands on each button."""
    await tamara.say("Костя 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Телефон семьи")
    await tamara.say("8 916 123-45-67")
    await tamara.say("Костя 3 марта 2021")
    await tap_all(tamara, "Подписано — внести", "Телефон семьи")
    await tamara.say("8 916 123-45-67")
    await tamara.say("8 916 123-45-67")
    assert sorted(tamara.labels[:2]) == ["Костя · 01.02.2024", "Костя · 03.03.2021"]
    assert "👶 Костя, дата рождения: 1 февраля 2024" in tamara.screen.text


async def test_a_time_that_several_have_is_there_once(
    tamara: Chat, anna: Chat, boris: Chat
) -> None:
    """R59: not "9:00 ●" twice; and on the list the children tell the buttons of one time apart."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("Соня 05.05.2021")
    await tap_all(tamara, "Записать", "Консультация", "Петрова ·", "9:00 ●", "Всё равно записать")
    await tap_all(tamara, "Рабочее место", "Приём сегодня", "· 2")
    assert tamara.labels[:2] == ["9:00 Миша", "9:00 Соня"]
    await tamara.say("Костя 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Записать", "Консультация", "Петрова ·")
    assert [label for label in tamara.labels if label.startswith("9:00")] == ["9:00 ●2"]


async def test_a_child_entered_by_mistake_is_corrected(tamara: Chat, house: House) -> None:
    """R58: the name, the birth date, or both; what cannot be right is asked about again."""
    await tamara.say("Косят 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Исправить или удалить")
    assert tamara.screen.text.startswith("✏️ Косят, 1 февраля 2024")
    await tamara.say("31.02.2024")
    assert tamara.screen.text.startswith("Такого дня нет в календаре.")
    await tamara.say("Костя и Маша")
    assert tamara.screen.text.startswith("✏️ «Костя и Маша»\n\nЭто имя ребёнка?")
    assert "Да, исправить" in tamara.labels
    await tamara.say("Костя")
    assert (
        tamara.screen.text == "✅ Исправлено\nКостя, 1 февраля 2024\n\nБыло: Косят, 1 февраля 2024"
    )
    await tap_all(tamara, "Карточка", "Исправить или удалить")
    await tamara.say("2.02.2024")
    await tamara.say("Костя 2.02.2024")
    assert tamara.screen.text.startswith("👶 Костя, 2 года 9 месяцев")
    assert await house.count("access_records", "access = 'corrected'") == 2


async def test_a_child_who_is_none_is_removed(tamara: Chat, house: House) -> None:
    """R58: what goes is said first; nothing is left but the journal, and a second tap says so."""
    await tamara.say("Косят 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Телефон семьи")
    await tamara.say("8 916 123-45-67")
    await tap_all(tamara, "Код для семьи", "Назад", "Исправить или удалить")
    await tamara.tap("Внесён по ошибке: удалить")
    assert "исчезнут навсегда" in tamara.screen.text
    message, remove = tamara.find("Удалить навсегда")
    await tamara.tap("Удалить навсегда")
    assert tamara.screen.text.startswith("🗑 Удалено.")
    for table in ("children", "phones", "paper_consents", "consent_events", "visit_codes"):
        assert await house.count(table) == 0
    assert not [line for line in await house.database.dump() if "Косят" in line]
    assert await house.count("access_records", "access = 'removed'") == 1
    await tamara.tap_data(remove, message.id)
    assert tamara.alert == "Этого здесь уже нет."


async def test_a_family_s_child_is_not_the_registry_s_to_change(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """R30: neither is one with visits removed, nor one who came into the bot meanwhile changed."""
    await tamara.say("Миша 12.03.2024")
    assert "Исправить или удалить" not in tamara.labels
    await tamara.say("Костя 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Исправить или удалить")
    message, ask = tamara.find("Внесён по ошибке: удалить")
    await tap_all(tamara, "Назад", "Записать", "Справка", "Ким ·", "9:10", "Записать")
    await tamara.tap_data(ask, message.id)
    assert (tamara.alert or "").startswith("У ребёнка есть записи")
    await house.database.run(
        "INSERT INTO care (person_id, child_id, since, role, state)"
        " SELECT care.person_id, children.id, care.since, 'parent', 'active'"
        " FROM care, children WHERE children.name = 'Костя'"
    )
    await tamara.tap_data(ask, message.id)
    assert (tamara.alert or "").startswith("Ребёнок уже в боте у семьи")


async def test_a_phone_beside_a_name_is_asked_about(tamara: Chat, house: House) -> None:
    """R60: it is neither kept unencrypted in the name, nor in what was typed."""
    await tamara.say("Рита 08.05.2022 8 916 123-45-67")
    assert tamara.screen.text.startswith("Здесь цифры, похожие на телефон")
    assert not [line for line in await house.database.dump() if "123-45-67" in line]
    await tamara.say("Рита 08.05.2022")
    await tap_all(tamara, "Подписано — внести", "Телефон семьи")
    await tamara.say("8 916 123-45-67 бабушка")
    assert tamara.screen.text.startswith("Здесь не только номер")
    await tamara.say("тел. 8 916 123-45-67")
    assert "☎️ +7 916 123-45-67" in tamara.screen.text


async def test_the_phone_of_a_family_is_noted(tamara: Chat) -> None:
    """Two taps and the number; by it the child is found when the family calls again."""
    await tamara.say("Костя 1 февраля 2024")
    await tap_all(tamara, "Подписано — внести", "Телефон семьи")
    await tamara.say("потом")
    assert "Не получилось прочитать это как номер телефона" in tamara.screen.text
    await tamara.say("8 916 123-45-67")
    assert "☎️ +7 916 123-45-67" in tamara.screen.text
    await tamara.tap("Рабочее место")
    await tamara.say("89161234567")
    assert "Костя, 2 года 9 месяцев" in tamara.screen.text


async def test_a_rule_is_bent_knowingly(tamara: Chat, anna: Chat, house: House) -> None:
    """R04: what would be bent is said, and the button says so, too."""
    house.clock.now += timedelta(hours=1, minutes=50)
    await tamara.say("Миша 12.03.2024")
    await tap_all(tamara, "Записать", "Консультация", "Петрова ·", "9:00")
    assert "⚠️ До приёма слишком мало времени" in tamara.screen.text
    await tamara.tap("Всё равно записать")
    assert tamara.screen.text.startswith("✅ Записано")


async def test_an_extra_visit(tamara: Chat, anna: Chat, boris: Chat) -> None:
    """A taken time is shown as taken, and can be given once more; the day's list says so."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("Соня 05.05.2021")
    await tap_all(tamara, "Записать", "Консультация", "Петрова ·", "9:00 ●")
    assert "это будет дополнительный приём" in tamara.screen.text
    await tamara.tap("Всё равно записать")
    await tamara.tap("Рабочее место")
    await tap_all(tamara, "Приём сегодня", "· 2")
    assert "9:00 Соня, 5 лет · Консультация · доп." in tamara.screen.text


async def test_a_time_without_a_name(tamara: Chat, anna: Chat) -> None:
    """Four taps and nobody's data; on the list it can be given back."""
    await tap_all(tamara, "Время без имени", "Петрова ·", "9:00", "Занять без имени")
    assert tamara.screen.text.startswith("🔒 Занято без имени")
    await anna.say("/menu")
    assert not [label for label in anna.labels if "9:00" in label]
    await tamara.tap("Рабочее место")
    await tap_all(tamara, "Приём сегодня", "Петрова", "9:00 🔒", "Освободить")
    assert "Время снова свободно" in tamara.screen.text


async def test_the_day_on_paper(tamara: Chat, anna: Chat) -> None:
    """A PDF with the day's children, which says that it is not to be left lying about."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tap_all(tamara, "Приём сегодня", "· 1", "Лист для печати")
    sheet = tamara.screen
    assert sheet.document
    assert sheet.document.name == "2026-11-23.pdf"
    assert "Не оставляйте лист на виду" in sheet.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Миша", "Здесь нет ни даты рождения, ни номера записи, ни телефона."),
        ("Миша 31.02.2024", "Такого дня нет в календаре."),
        ("№ 4821", "Этого здесь уже нет."),
    ],
)
async def test_what_finds_nobody_says_how_to_look(tamara: Chat, typed: str, words: str) -> None:
    """The way on is to type again: no tap is needed."""
    await tamara.say(typed)
    assert tamara.screen.text.startswith(words)
    assert tamara.labels == ["Рабочее место"]


async def test_a_parent_s_words_are_no_search(anna: Chat, house: House) -> None:
    """R30: only who is at a desk searches."""
    await anna.say("Соня 05.05.2021")
    assert "Миша, 2 года" in anna.screen.text
    assert await house.count("access_records") == 0
