"""The times of a clinic's own system, sent to the bot as a sheet with a row for each."""

from collections.abc import Callable, Sequence

import pytest
from aiogram.utils.i18n import I18n

from bot.flows.schedule.sheets import uploads
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import DoctorId
from services.model.reserved.times import ReservedFor
from tests.bot.documents.sheets.test_timetable import csv, xlsx
from tests.chat.conftest import Chat, tap_all
from tests.chat.desk.test_day import employ
from tests.chat.schedule.test_hours import send
from tests.conftest import House
from tests.playing import played

HEADING = ["Врач", "Дата", "Начало", "Конец", "Статус", "Номер записи", "Пациент"]
PETROVA = "Петрова А. С."
EXPORT = [
    HEADING,
    [PETROVA, "24.11.2026", "9:00", "9:15", "занято", "A-4821", "Сидорова Мария"],
    [PETROVA, "24.11.2026", "9:15", "9:30", "свободно", "", ""],
    [PETROVA, "24.11.2026", "12:00", "12:15", "свободно", "", ""],
]
"""A visit of theirs at nine, which names its patient, and a time that no rule of ours gives."""


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    """The administrator."""
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    """The registrar."""
    return await employ(house, enter(202, "Тамара"), Role.REGISTRAR)


async def test_times_that_are_too_short_for_what_they_are_named_for_are_told(irina: Chat) -> None:
    """R69: before they are taken over; nobody could book a massage of half an hour in them."""
    await irina.say("/clinic")
    await tap_all(irina, "Клиника", "Виды приёма", "Добавить вид приёма")
    await irina.say("Массаж, 30 мин")
    await irina.say("/clinic")
    heading = ["Врач", "Дата", "Начало", "Конец", "Статус", "Для чего"]
    short = [PETROVA, "24.11.2026", "12:00", "12:15", "свободно", "Массаж"]
    long = [PETROVA, "24.11.2026", "12:30", "13:00", "свободно", "Массаж"]
    await send(irina, "выгрузка.xlsx", xlsx([heading, short, long]))
    assert "⚠️ Массаж: нужно 30 мин, а время здесь по 15 мин" in irina.screen.text
    await send(irina, "выгрузка.xlsx", xlsx([heading, long]))
    assert "⚠️" not in irina.screen.text


async def waits(house: House) -> int:
    return await house.count("conversations", "asked = 'times'")


@pytest.mark.parametrize(
    ("name", "content"),
    [("выгрузка.xlsx", xlsx(EXPORT)), ("выгрузка.csv", csv(EXPORT, "cp1251"))],
)
async def test_an_export_is_taken_over(
    tamara: Chat, house: House, name: str, content: bytes
) -> None:
    """R36, R37: sent at the desk, seen in numbers, one tap; the second time there is nothing to do
    and nothing to tap. No patient is repeated."""
    await tamara.say("/clinic")
    before = await house.count("slots")
    await send(tamara, name, content)
    assert "Пока ничего не изменено" in tamara.screen.text
    assert "Петрова Анна Сергеевна, каб. 12: создать 1, занять 1" in tamara.screen.text
    assert "«Пациент»" in tamara.screen.text  # told as a column that is not read
    assert await house.count("slots") == before
    assert tamara.labels == ["Применить", "Отмена"]

    await tamara.tap("Применить")
    assert "✅ " in tamara.screen.text
    assert "создано 1, занято 1" in tamara.screen.text
    assert await house.count("slots") == before + 1
    assert await house.count("taken_slots", "reference = 'A-4821'") == 1

    await send(tamara, name, content)
    assert "времена не меняются" in tamara.screen.text
    assert "Применить" not in tamara.labels
    assert not [note for note in tamara.messages if "Сидорова" in note.text]


async def test_hours_are_shown_and_what_stays_open_beside_them(tamara: Chat, house: House) -> None:
    """R58: the hours that the sheet gives are read before they are agreed to, and so are the times
    of the doctor's own hours about which it is silent: they can still be booked."""
    await tamara.say("/clinic")
    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    given, _, left = tamara.screen.text.partition("останется открыто по расписанию:")
    assert "24 ноября: 9:00–9:30, 12:00–12:15" in given
    assert "24 ноября: 9:30–" in left


async def test_a_time_can_be_kept_for_some_children(
    tamara: Chat, anna: Chat, house: House, clinic: Clinic
) -> None:
    """R69, R70: as in the sheet of hours, with the same words; counted before and after, seen by
    nobody else until its hour, given out again, and taken back by an empty cell. What makes times
    anew leaves it so."""
    heading = [*HEADING[:5], "Для чего"]

    def sheet(*purposes: str) -> bytes:
        rows = [
            [PETROVA, "24.11.2026", starts, ends, "свободно", purpose]
            for (starts, ends), purpose in zip(
                [("12:00", "12:15"), ("12:15", "12:30"), ("12:30", "12:45")], purposes, strict=True
            )
        ]
        return xlsx([heading, *rows])

    await send(tamara, "т.xlsx", sheet("", "резерв для кого-нибудь", ""))
    assert "«резерв для кого-нибудь»" in tamara.screen.text

    kept = sheet("", "резерв для малышей", "резерв для срочных")
    await send(tamara, "т.xlsx", kept)
    assert "создать 3, держать в резерве 2" in tamara.screen.text
    await tamara.tap("Применить")
    assert "создано 3, в резерве 2" in tamara.screen.text
    await send(tamara, "т.xlsx", kept)
    assert "времена не меняются" in tamara.screen.text
    house.clock.forward(minutes=1)
    await house.services.clinics.refresh_schedules()

    tomorrow = ("Записаться", "Консультация", "Петрова", "Завтра")
    await tap_all(anna, *tomorrow)
    assert [each for each in anna.labels if each.startswith("12:")] == ["12:00"]
    times = await house.services.imports.times(clinic.id)
    given = {f"{each.starts_at:%d %H:%M}": each.named_for for each in times}
    assert given["24 12:15"] is ReservedFor.INFANTS
    assert given["24 12:00"] is None

    await send(tamara, "т.xlsx", sheet("", "", "резерв для срочных"))
    assert "снять с резерва 1" in tamara.screen.text
    await tamara.tap("Применить")
    await anna.say("/menu")
    await tap_all(anna, *tomorrow)
    assert [each for each in anna.labels if each.startswith("12:")] == ["12:00", "12:15"]

    house.clock.forward(hours=26)  # past the hour of urgent ones
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Сегодня")
    assert "12:30" in anna.labels


async def test_what_a_family_has_is_listed_and_stays(irina: Chat, anna: Chat, house: House) -> None:
    """R37: taken there and booked here: people settle it, and it is named before and after."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await send(
        irina,
        "выгрузка.xlsx",
        xlsx(
            [
                HEADING,
                [PETROVA, "23.11.2026", "9:00", "9:15", "занято", "A-1", ""],
                [PETROVA, "23.11.2026", "9:15", "9:30", "занято", "A-2", ""],
            ]
        ),
    )
    assert "1 расхождение" in irina.screen.text
    assert "9:00: там занято, а у нас запись № 1001" in irina.screen.text
    await irina.tap("Применить")
    assert "9:00: там занято, а у нас запись № 1001" in irina.screen.text
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_nothing_is_taken_over_without_a_yes(tamara: Chat, house: House) -> None:
    """ "Отмена" leads to the hours; the old button says so, and so does a double tap."""
    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    message, data = tamara.find("Применить")
    await tamara.tap("Отмена")
    assert await waits(house) == 0
    await tamara.tap_data(data, message.id)
    assert "уже сделано, отменено" in (tamara.alert or "")
    assert await house.count("taken_slots") == 0

    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    message, data = tamara.find("Применить")
    tamara.press(data, message.id)
    tamara.press(data, message.id)
    await tamara.world.deliver()
    assert "уже сделано" in (tamara.alert or "")
    assert await house.count("taken_slots") == 1
    assert [note for note in tamara.messages if note.text.startswith("✅")]


async def test_words_meanwhile_are_of_a_caller(tamara: Chat, house: House) -> None:
    """A sheet wants no words: what is typed is looked for, as at the desk."""
    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    await tamara.say("№ 1001")
    assert "Напишите имя и дату рождения ребёнка, номер записи" in tamara.screen.text


def _long_broken() -> list[Sequence[object]]:
    return [HEADING, *([PETROVA, "завтра", "9:00", "9:15", "", "", ""] for _ in range(40))]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([HEADING, [PETROVA, "31.02.2026", "9:00", "9:15", "", "", ""]], "Строка 2, столбец «Дата"),
        ([HEADING, [PETROVA, "24.11.2026", "9:00", "9:15", "Сидорова", "", ""]], "Строка 2"),
        (_long_broken(), "Ошибки есть и в этих строках: 11–41."),
        ([HEADING, ["Новикова Ада Львовна", "24.11.2026", "9:00", "9:15", "", "", ""]], ""),
    ],
    ids=["no such day", "a name for a state", "many bad rows", "a new doctor without a room"],
)
async def test_a_broken_sheet_changes_nothing(
    tamara: Chat, house: House, rows: list[Sequence[object]], said: str
) -> None:
    """R37: it is told in words, by row and column, ten at most; there is nothing to agree to."""
    await tamara.say("/clinic")
    before = await house.count("slots"), await house.count("doctors")
    await send(tamara, "выгрузка.xlsx", xlsx(rows))
    assert said in tamara.screen.text
    assert tamara.screen.text.count("• ") <= 10
    assert "Применить" not in tamara.labels
    assert not [note for note in tamara.messages if "Сидорова" in note.text]
    assert (await house.count("slots"), await house.count("doctors")) == before
    assert await waits(house) == 0


async def test_more_times_than_the_chat_takes(
    tamara: Chat, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R37: a sheet that would take too long is refused with the number that will do."""
    monkeypatch.setattr(uploads, "MOST_TIMES", 2)
    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    assert "больше 2 строк" in tamara.screen.text
    assert await waits(house) == 0


async def test_a_file_that_is_another_one_by_now(tamara: Chat, house: House) -> None:
    """R37: what was looked at is what is done, or nothing is."""
    await send(tamara, "выгрузка.csv", csv(EXPORT, "utf-8"))
    message, data = tamara.find("Применить")
    contents = tamara.world.telegram.world.contents
    [file_id] = contents
    for other in (csv(EXPORT[:3], "utf-8"), b"%PDF-1.4", None):
        if other is None:
            del tamara.world.telegram.world.files[file_id]
        else:
            contents[file_id] = other
        await tamara.tap_data(data, message.id)
        assert "уже не получить" in (tamara.alert or "")
    assert await house.count("taken_slots") == 0


async def test_a_dismissed_registrar_takes_over_nothing(
    irina: Chat, tamara: Chat, house: House
) -> None:
    """R32: access is gone with the next tap, also with what waits for it; so it is with a file."""
    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    await irina.say("/clinic")
    for label in ("Сотрудники", "Тамара", "Закрыть доступ"):
        await irina.tap(label)
    await tamara.tap("Применить")
    assert "этого здесь уже нет" in (tamara.alert or "").lower()
    await send(tamara, "выгрузка.xlsx", xlsx(EXPORT))
    assert "Пока ничего не изменено" not in tamara.screen.text
    assert await house.count("taken_slots") == 0


@pytest.mark.parametrize("role", ["parent", "doctor"])
async def test_only_the_registry_s_files_are_times(
    role: str, anna: Chat, enter: Callable[..., Chat], house: House, i18n: I18n
) -> None:
    """R30: a parent's or a doctor's file is no sheet, whatever is in it."""
    chat = anna
    if role == "doctor":
        chat = enter(203, "Петрова")
        invitation = await house.services.members.appoint("romashka", Role.DOCTOR, DoctorId(1))
        await chat.say(f"/start i{invitation.token}")
    await send(chat, "выгрузка.xlsx", xlsx(EXPORT))
    assert "Пока ничего не изменено" not in chat.screen.text
    assert await waits(house) == 0
    assert await house.count("taken_slots") == 0
