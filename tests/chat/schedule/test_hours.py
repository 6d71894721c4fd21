"""The clinic's hours in the chat: seen, changed after a preview, taken from a sheet."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from aiogram.utils.i18n import I18n
from openpyxl import load_workbook

from bot.documents.sheets.grids import MOST_BYTES
from bot.flows.schedule.sheets import uploads
from bot.sandbox.model import File
from services.model.access import Role
from services.model.ids import DoctorId
from tests.bot.documents.sheets.test_timetable import csv, xlsx
from tests.chat.conftest import Chat, dispatcher_of
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played

DOOR = [
    ["Врач", "Кабинет", "Минут", "Пн", "Вт", "Ср", "Чт", "Пт"],
    ["Петрова Анна Сергеевна", "21", "15", *["13:00–15:00"] * 5],
    ["Орлова Инна Павловна", "15", "20", "8.00-11.00", "выходной", *["9-12"] * 3],
]
"""As it hangs on a clinic's door: a known doctor in another room, and a new one."""


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    """The administrator."""
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    """The registrar."""
    return await employ(house, enter(202, "Тамара"), Role.REGISTRAR)


@played
async def doctor(enter: Callable[..., Chat], house: House) -> Chat:
    """Петрова herself."""
    chat = enter(203, "Петрова")
    invitation = await house.services.members.appoint("romashka", Role.DOCTOR, DoctorId(1))
    await chat.say(f"/start i{invitation.token}")
    return chat


@played
async def booked(anna: Chat) -> Chat:
    """Миша with Петрова today at 9:00."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    return anna


async def taps(chat: Chat, *labels: str) -> int:
    """Tap these one after the other; how many they are."""
    for label in labels:
        await chat.tap(label)
    return len(labels)


async def send(chat: Chat, name: str, content: bytes) -> None:
    """Send the bot a file."""
    chat.world.telegram.attach(chat.user_id, name, content)
    await chat.world.deliver()


def content_of(chat: Chat) -> bytes:
    """The file that the bot sent last."""
    file = chat.screen.document
    assert isinstance(file, File)
    return chat.world.telegram.world.contents[file.id]


async def test_today_a_day_and_a_week(tamara: Chat, booked: Chat) -> None:
    """One tap from the desk shows everybody today, the next one a week; no child is named."""
    await tamara.say("/clinic")
    assert await taps(tamara, "Расписание") == 1
    assert "Понедельник, 23 ноября" in tamara.screen.text
    assert "Петрова А. С.: 9:00–12:00 · записей 1, свободно 11" in tamara.screen.text
    assert "Ким О. В.: 9:10–12:00 · записей 0, свободно 8" in tamara.screen.text
    await tamara.tap("вт 24 ноября ›")
    assert "Петрова А. С.: 9:00–12:00 · записей 0, свободно 12" in tamara.screen.text
    await tamara.tap("Петрова")
    assert "пн 23: 9:00–12:00 · записей 1, свободно 11" in tamara.screen.text
    assert "сб 28: нет приёма" in tamara.screen.text
    await tamara.tap("пн 30 ноября ›")
    assert "пн 30: 9:00–12:00 · записей 0, свободно 12" in tamara.screen.text
    await taps(tamara, "‹ пн 23 ноября", "‹ пн 16 ноября")
    assert "пн 23" not in tamara.labels
    assert not [message for message in tamara.messages if "Миша" in message.text]


async def test_a_doctor_looks_at_their_own_week(doctor: Chat, booked: Chat) -> None:
    """Straight from the desk; a day leads to its visits, and nothing can be changed."""
    await doctor.say("/clinic")
    assert await taps(doctor, "Расписание") == 1
    assert "пн 23: 9:00–12:00 · записей 1, свободно 11" in doctor.screen.text
    assert "Постоянные часы" not in doctor.labels
    await doctor.tap("пн 23")
    assert "9:00 Миша" in doctor.screen.text


async def test_other_hours_for_a_day(tamara: Chat, booked: Chat, house: House) -> None:
    """Four taps and one line from the desk; the visit outside the hours is one tap away, the family
    is told nothing, and the screen says so."""
    await tamara.say("/clinic")
    count = await taps(tamara, "Расписание", "Петрова", "пн 23")
    assert "Понедельник, 23 ноября: 9:00–12:00 по 15 мин" in tamara.screen.text
    await tamara.say("10-12 по 20")
    assert "Пока ничего не изменено" in tamara.screen.text
    assert "Создать 6, закрыть 11, 1 запись затронута." in tamara.screen.text
    assert "не сообщает" in tamara.screen.text
    assert await house.count("schedule_exceptions") == 0
    await tamara.tap("Петрова 23.11 · 1")
    assert "9:00 Миша" in tamara.screen.text
    count += await taps(tamara, "Применить")
    assert count == 4
    assert "✅ Петрова А. С., пн 23 ноября: 10:00–12:00 по 20 мин" in tamara.screen.text
    assert "Создано 6, закрыто 11, 1 запись затронута." in tamara.screen.text
    await tamara.tap("Неделя врача")
    assert "10:00–12:00 · записей 1, свободно 6 · только в этот день" in tamara.screen.text

    assert await house.count("notifications", "kind IN ('moved', 'cancelled')") == 0
    await booked.say("/visits")
    assert "9:00" in " ".join([booked.screen.text, *booked.labels])


async def test_a_day_off_in_five_taps(tamara: Chat, house: House) -> None:
    """Without a word typed: the caller's hand is on the phone."""
    await tamara.say("/clinic")
    count = await taps(tamara, "Расписание", "Петрова", "вт 24", "Не принимает", "Применить")
    assert count == 5
    assert "Создано 0, закрыто 12." in tamara.screen.text
    await taps(tamara, "Неделя врача", "Изменения впереди", "Убрать 24.11", "Применить")
    assert "Больше не действует: Петрова А. С., вт 24 ноября: нет приёма" in tamara.screen.text
    assert "Создано 12, закрыто 0." in tamara.screen.text
    assert await house.count("slots", "withdrawn") == 0


async def test_regular_hours_on_one_line(tamara: Chat) -> None:
    """The present hours stand there as they are typed; words that will not do are asked for again,
    and those that follow a preview replace it."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Петрова", "Постоянные часы")
    assert "пн–пт 9:00–12:00 по 15 мин" in tamara.screen.text
    await tamara.say("как обычно")
    assert "Не получилось понять «как обычно»" in tamara.screen.text
    await tamara.say("пн ср пт 8-14, чёт 9-12 по 15 мин, с 1 декабря")
    said = "с вт 1 декабря: пн ср пт 8:00–14:00; вт чт чёт. 9:00–12:00 по 15 мин"
    assert said in tamara.screen.text
    _, stale = tamara.find("Применить")
    await tamara.say("пн-пт 8-14, с 1 декабря")
    assert "Создать 72, закрыть 0." in tamara.screen.text
    _, fresh = tamara.find("Применить")
    await tamara.tap_data(stale)
    assert tamara.alert is not None
    assert "уже сделано, отменено или заменено другим" in tamara.alert
    assert "🗓 Понедельник, 23 ноября" in tamara.screen.text
    await tamara.tap_data(fresh)
    assert "Создано 72, закрыто 0." in tamara.screen.text


async def test_a_leave_and_who_substitutes(tamara: Chat, house: House) -> None:
    """Days typed, the colleague tapped, whose hours in one more tap."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Петрова", "Отпуск")
    await tamara.say("24.11–14.12")
    assert "Никто не заменяет" in tamara.screen.text
    await taps(tamara, "Кто заменит?", "Ким О. В.")
    assert "Заменяет Ким О. В., в свои часы." in tamara.screen.text
    await taps(tamara, "Принимать и в эти часы", "Применить")
    assert "Заменяет Ким О. В., принимает и в эти часы." in tamara.screen.text
    assert "Время посчитано по вт 8 декабря" in tamara.screen.text
    await tamara.tap("Неделя врача")
    assert "вт 24: нет приёма · отпуск по пн 14 декабря" in tamara.screen.text
    await tamara.tap("Изменения впереди")
    assert "Петрова А. С.: отпуск вт 24 ноября – пн 14 декабря." in tamara.screen.text
    assert await house.count("leaves", "in_their_hours") == 1


async def test_the_clinic_is_closed(irina: Chat, tamara: Chat, house: House) -> None:
    """An administrator closes the clinic; a registrar sees it and has no button for it."""
    await irina.say("/clinic")
    await taps(irina, "Расписание", "Клиника закрыта")
    await irina.say("24.11–25.11")
    assert "Создать 0, закрыть 40." in irina.screen.text
    assert "Петрова А. С., каб. 12: создать 0, закрыть 24" in irina.screen.text
    await irina.tap("Применить")
    assert "✅ вт 24 ноября – ср 25 ноября: клиника закрыта" in irina.screen.text

    await tamara.say("/clinic")
    await tamara.tap("Расписание")
    assert "Клиника закрыта" not in tamara.labels
    await tamara.tap("вт 24 ноября ›")
    assert "Ким О. В.: нет приёма · клиника закрыта" in tamara.screen.text
    await tamara.tap("Изменения впереди")
    assert "вт 24 ноября – ср 25 ноября: клиника закрыта" in tamara.screen.text
    assert not [label for label in tamara.labels if label.startswith("Убрать")]


async def test_a_double_tap_makes_a_change_once(irina: Chat, house: House) -> None:
    """R08: what was done stays in the chat; the second tap is told so below it."""
    await irina.say("/clinic")
    await taps(irina, "Расписание", "Клиника закрыта")
    await irina.say("24.11")
    message, data = irina.find("Применить")
    irina.press(data, message.id)
    irina.press(data, message.id)
    await irina.world.deliver()
    assert await house.count("holidays") == 1
    assert "уже сделано" in (irina.alert or "")
    assert [note for note in irina.messages if note.text.startswith("✅ вт 24 ноября")]


async def test_nothing_is_changed_without_a_yes(tamara: Chat, house: House) -> None:
    """ "Отмена" leads back to the week; what is typed then is nobody's hours."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Петрова", "вт 24")
    await tamara.say("10-12")
    await tamara.tap("Отмена")
    assert "вт 24: 9:00–12:00" in tamara.screen.text
    await tamara.say("10-11")
    assert "Пока ничего не изменено" not in tamara.screen.text
    assert await house.count("schedule_exceptions") == 0


async def test_an_old_day_is_answered_in_words(tamara: Chat, house: House) -> None:
    """R12: a button of last week's leads to the week with the reason."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Петрова")
    house.clock.forward(days=3)
    await tamara.tap("пн 23")
    assert tamara.alert == "Этот день уже прошёл."
    assert "пн 23: 9:00–12:00" in tamara.screen.text


# Sheets


@pytest.mark.parametrize(
    ("name", "content"),
    [("Расписание.xlsx", xlsx(DOOR)), ("расписание.csv", csv(DOOR, "cp1251"))],
)
async def test_the_sheet_of_the_door_is_taken_over(
    tamara: Chat, booked: Chat, house: House, name: str, content: bytes
) -> None:
    """Sent at the desk: what it does, doctor by doctor and in sum, with the week of each that it
    gives (R58), then one tap."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Таблицей")
    assert "Пришлите сюда файл .xlsx или .csv" in tamara.screen.text
    before = await house.count("doctors")
    await send(tamara, name, content)
    assert "Пока ничего не изменено" in tamara.screen.text
    said = "Петрова А. С., каб. 21 (был каб. 12): создать 96, закрыть 143, 1 запись затронута"
    assert said in tamara.screen.text
    assert "Орлова И. П., каб. 15 (новый врач): создать" in tamara.screen.text
    assert "Нет в таблице, остаются как есть: Ким О. В." in tamara.screen.text
    assert "• Петрова А. С.: пн–пт 13:00–15:00 по 15 мин" in tamara.screen.text
    assert "• Орлова И. П.: пн 8:00–11:00; ср–пт 9:00–12:00 по 20 мин" in tamara.screen.text
    assert await house.count("doctors") == before
    await tamara.tap("Применить")
    assert "✅ Часы из таблицы, с сегодняшнего дня" in tamara.screen.text
    assert await house.count("doctors") == before + 1


async def test_a_name_that_may_be_somebody_s_is_asked_about_at_the_desk(
    tamara: Chat, house: House
) -> None:
    """R53: whose row it is, is said with the way on to send the sheet again; who is known by
    initials is named in full."""
    row = DOOR[1][1:]
    await send(tamara, "часы.csv", csv([DOOR[0], ["Петрова Анна", *row]]))
    asked = "• Строка 2: «Петрова Анна» — это Петрова Анна Сергеевна? Напишите имя полностью"
    assert asked in tamara.screen.text
    await tamara.tap("Все врачи")
    await send(tamara, "часы.csv", csv([DOOR[0], ["Петрова А. С.", *row]]))
    assert "«Петрова А. С.» в таблице — это Петрова Анна Сергеевна." in tamara.screen.text


async def test_what_is_given_out_is_taken_in_again(tamara: Chat, house: House) -> None:
    """R36: the clinic's own sheet, sent back unchanged, changes no time."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Таблицей", "Выгрузить")
    await send(tamara, "обратно.xlsx", content_of(tamara))
    assert "Времена для записи не меняются." in tamara.screen.text


async def test_the_template_comes_as_a_file(tamara: Chat, house: House) -> None:
    """Explained within; its examples are nobody's hours."""
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Таблицей", "Шаблон")
    assert "Заполните и пришлите сюда" in tamara.screen.text
    await send(tamara, "шаблон.xlsx", content_of(tamara))
    assert "Таблица не загружена" in tamara.screen.text


async def test_a_file_that_is_larger_than_promised(
    tamara: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R37: whatever Telegram says of its size, no more is fetched than a sheet may have, and the
    rest is not even looked at."""
    read: list[bytes] = []
    monkeypatch.setattr(uploads, "_read", lambda data, *_others: read.append(data))
    await tamara.say("/clinic")
    world = tamara.world.telegram.world
    before = {*world.contents}
    tamara.world.telegram.attach(tamara.user_id, "часы.csv", b"small")
    [file] = world.contents.keys() - before
    world.contents[file] = b"a;b\n" * (MOST_BYTES // 4 + 1)
    await tamara.world.deliver()

    assert "Файл больше 8 МБ" in tamara.screen.text
    assert read == []


def _long_broken() -> bytes:
    return xlsx([DOOR[0], *([f"Врач {n}", "1", "15", "дд", *[""] * 4] for n in range(14))])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4 \x00\x01", "Этот файл не прочитать как таблицу"),
        (xlsx([["привет"]]), "В файле нет расписания"),
        (
            xlsx([DOOR[0], ["Петрова", "12", "15", "8-12 или позже", *[""] * 4]]),
            "Строка 2, столбец «Пн»",
        ),
        (_long_broken(), "Ошибки есть и в этих строках: 11–15."),
        (b"a;b\n" * (MOST_BYTES // 4 + 1), "Файл больше 8 МБ"),
    ],
    ids=["a picture", "no heading", "bad hours", "many bad rows", "too large"],
)
async def test_a_broken_sheet_changes_nothing(
    tamara: Chat, house: House, content: bytes, said: str
) -> None:
    """R37: it is told in words, by row and column, ten at most; there is nothing to agree to."""
    await tamara.say("/clinic")
    await send(tamara, "файл.xlsx", content)
    assert "Ничего не изменено" in tamara.screen.text
    assert said in tamara.screen.text
    assert tamara.screen.text.count("• ") <= 10
    assert "Применить" not in tamara.labels
    assert await house.count("conversations", "asked = 'schedule'") == 0


async def test_a_file_that_is_larger_than_it_says_is_not_read(
    tamara: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R37: the bound holds while the file comes in, too."""
    monkeypatch.setattr(File, "document_json", lambda file: {**file.to_json(), "file_size": 1})
    await send(tamara, "файл.csv", b"a;b\n" * (MOST_BYTES // 4 + 1))
    assert "Файл больше 8 МБ" in tamara.screen.text


async def test_a_draft_outlives_a_restart(tamara: Chat, house: House, i18n: I18n) -> None:
    """R12: what a sheet does is in the database, not in the process."""
    await send(tamara, "файл.xlsx", xlsx(DOOR))
    world = replace(tamara.world, dispatcher=dispatcher_of(house, i18n))
    again = Chat(world, tamara.user_id)
    await again.tap("Применить")
    assert "✅ Часы из таблицы" in again.screen.text


@pytest.mark.parametrize("role", ["parent", "doctor"])
async def test_only_the_registry_s_files_are_sheets(
    role: str, anna: Chat, doctor: Chat, house: House
) -> None:
    """R30: a parent's or a doctor's file is no sheet, whatever is in it."""
    chat = anna if role == "parent" else doctor
    await send(chat, "файл.xlsx", xlsx(DOOR))
    assert "Пока ничего не изменено" not in chat.screen.text
    assert "Таблица" not in chat.screen.text
    assert await house.count("conversations", "asked = 'schedule'") == 0


async def test_what_is_given_out_is_harmless(tamara: Chat, house: House) -> None:
    """R36: a doctor whose name is a formula is text in the clinic's own sheet."""
    await house.database.run("UPDATE doctors SET name = :name WHERE id = 1", name="=1+1 Петрова")
    await tamara.say("/clinic")
    await taps(tamara, "Расписание", "Таблицей", "Выгрузить")
    assert date(2026, 11, 23).isoformat() in str(tamara.screen.document)
    sheet = load_workbook(io.BytesIO(content_of(tamara))).worksheets[0]
    assert "'=1+1 Петрова" in {cell.value for cell in sheet["A"]}
