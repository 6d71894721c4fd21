"""The registry looks at the weeks ahead: a picture, the norm of 24 hours, a sheet."""

from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from services.model.access import Role
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import run_sql


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    """A registrar at her desk."""
    return await employ(house, enter(202, "Тамара"), Role.REGISTRAR)


MONDAY = datetime.combine(date(2026, 11, 23), time())
REMARK = "Примечание"


async def book(anna: Chat) -> None:
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")


def content_of(chat: Chat, file_id: str) -> bytes:
    return chat.world.telegram.world.contents[file_id]


async def test_the_registrar_sees_how_full_the_weeks_are(
    tamara: Chat, anna: Chat, boris: Chat, house: House
) -> None:
    """One tap from the desk: a picture, how full, where, and whom nothing was offered in time."""
    await book(anna)
    await run_sql(house, "UPDATE slots SET open = false WHERE starts_at < '2026-11-25'")
    await boris.tap("Записаться")
    await boris.tap("Консультация")
    await tamara.tap("Загрузка")

    shown = tamara.screen
    assert shown.photo
    assert (shown.photo.mime_type, shown.photo.width) == ("image/png", 1080)
    assert shown.text == (
        "📊 Загрузка, 23 ноября – 7 декабря\n"
        "Занято: 0 из 180, 0 %.\n"
        "На закрытых днях осталась 1 запись.\n\n"
        "⏱ Обращений за 7 дней: 2 (ребёнок считается раз в день). "
        "Время в ближайшие 24 часа нашлось для 1, не нашлось для 1."
    )
    assert tamara.labels == ["Таблицей (XLSX)", "Рабочее место"]
    assert await house.count("access_records") == 0


async def test_the_sheet_can_be_added_up(tamara: Chat, anna: Chat) -> None:
    """R36: numbers are numbers; the norm stands on a sheet of its own, a day a row."""
    await book(anna)
    await tamara.tap("Загрузка")
    await tamara.tap("Таблицей (XLSX)")

    document = tamara.screen.document
    assert document
    assert document.name == "load-romashka-2026-11-23.xlsx"
    book_of = load_workbook(BytesIO(content_of(tamara, document.id)))
    load, norm = book_of.worksheets
    rows = [[cell.value for cell in row] for row in load.iter_rows(max_row=3)]
    assert rows == [
        ["Дата", "День", "Врач", "Кабинет", "Всего", "Занято", "Свободно", "Занято, %", REMARK],
        [MONDAY, "пн", "Ким Олег Викторович", "14", 8, 0, 8, 0, None],
        [MONDAY, "пн", "Петрова Анна Сергеевна", "12", 12, 1, 11, 8, None],
    ]
    assert [[cell.value for cell in row] for row in norm.iter_rows()][-1] == [MONDAY, 1, 1, 0]
    assert {sheet.freeze_panes for sheet in (load, norm)} == {"A2"}
    assert load["A2"].number_format == "dd.mm.yyyy"
    for sheet in (load, norm):
        for number, column in enumerate(sheet.iter_cols(values_only=True), start=1):
            width = sheet.column_dimensions[get_column_letter(number)].width
            assert width > max(len(str(value or "")) for value in column if isinstance(value, str))


async def test_the_picture_stays_when_the_desk_is_opened(tamara: Chat) -> None:
    """R12: a photo cannot become text: the desk is a message below it, and works again."""
    await tamara.tap("Загрузка")
    picture = tamara.screen.id
    await tamara.tap("Рабочее место")
    assert tamara.screen.text.startswith("🏥 Клиника «Ромашка»")
    assert picture in {message.id for message in tamara.messages}
    assert "За последние 7 дней за временем никто не обращался" in " ".join(
        message.text for message in tamara.messages
    )

    await tamara.tap("Загрузка")
    assert tamara.screen.photo


async def test_a_doctor_has_no_such_button_and_a_dismissed_registrar_no_such_picture(
    tamara: Chat, enter: Callable[..., Chat], house: House, anna: Chat
) -> None:
    """R30: the button is the registry's, and looked at anew at every tap."""
    doctors = await house.services.members.doctors("romashka")
    invitation = await house.services.members.appoint("romashka", Role.DOCTOR, doctors[0].id)
    kim = enter(203, "Ким")
    await kim.say(f"/start i{invitation.token}")
    assert "Загрузка" not in kim.labels

    _, data = tamara.find("Загрузка")
    for other in (kim, anna):
        await other.tap_data(data)
        assert other.screen.photo is None
        assert other.alert
    await run_sql(house, "UPDATE staff SET until = since")
    await tamara.tap("Загрузка")
    assert tamara.screen.photo is None
    assert tamara.alert


async def test_the_head_of_the_clinic_sees_the_month_in_one_picture(
    enter: Callable[..., Chat], tamara: Chat, anna: Chat, house: House
) -> None:
    """From the load; the same in words below it; a registrar has no such button."""
    irina = await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)
    await book(anna)
    await irina.tap("Загрузка")
    await irina.tap("Месяц одной картинкой")

    assert irina.screen.photo
    assert irina.screen.text == (
        "🗓 Месяц, 1–30 ноября\n"
        "☎️ Звонков не понадобилось: 1.\n"
        "• Записали: через бота 1, регистратура 0\n"
        "• Занято: 1 из 120, 0 %\n"
        "• Не пришли: 0; пришли: 0\n"
        "• Перенесли: семьи 0, клиника 0\n"
        "Из них: записались 1, перенесли 0, отменили 0, «Придём» 0.\n"
        "Считаются визиты этих дней, когда бы их ни записали."
    )
    assert irina.labels == ["‹ октябрь 2026", "Загрузка"]
    await tamara.tap("Загрузка")
    assert "Месяц одной картинкой" not in tamara.labels


async def test_a_month_beyond_all_calendars_is_none(
    enter: Callable[..., Chat], house: House
) -> None:
    """Buttons that nobody was given: the first month of our era, and the last one. Neither begins
    and ends in UTC."""
    irina = await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)
    for number in (12, 2000 * 12 - 1):
        await irina.tap_data(f"month-load:1:{number}")
        assert irina.screen.text.startswith("🗓 Месяц, 1–30 ноября")
    for number in (9999 * 12 + 10, 9999 * 12 + 11):
        await irina.tap_data(f"month-load:1:{number}")
        assert irina.alert
    for number in (2000 * 12, 2999 * 12 + 11):
        await irina.tap_data(f"month-load:1:{number}")
        assert "Записали: через бота 0, регистратура 0" in irina.screen.text
