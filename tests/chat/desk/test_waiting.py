"""The list of those who wait, as the registry reads and leads it."""

from collections.abc import Callable
from io import BytesIO

from openpyxl import load_workbook

from services.model.access import Access, Role
from tests.chat.conftest import Chat, tap_all
from tests.chat.desk.test_day import employ
from tests.chat.desk.test_occupancy import content_of
from tests.conftest import House
from tests.playing import played


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    chat = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    return chat


async def enter_child(tamara: Chat, line: str) -> None:
    """A caller's child, with a consent on paper."""
    await tamara.say(line)
    await tamara.tap("Подписано — внести")


async def put_on(tamara: Chat, *choices: str) -> None:
    await tap_all(tamara, "В лист ожидания", "Консультация", *choices, "Записать в лист")


async def test_a_caller_is_put_on_the_list_and_given_a_time_by_hand(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """Three taps from the card; a time is given the desk's ordinary way, and the place ends by
    itself, as its need is met. The family reads in its journal what was done."""
    await tamara.say("Миша 12.03.2024")
    await put_on(tamara, "7 дней", "До 12")
    assert "Миша · Консультация" in tamara.screen.text
    assert "Любой врач, до пн 30 ноября, до 12:00" in tamara.screen.text
    assert "по очереди" in tamara.screen.text
    await tamara.tap("Весь лист")
    assert "Ждут время: 1" in tamara.screen.text

    house.clock.forward(minutes=1)
    await tap_all(tamara, "1. Миша", "Дать время", "Петрова", "9:15", "Записать")
    assert "Записан" in tamara.screen.text
    await house.services.looking.look_around()
    await tap_all(tamara, "Рабочее место", "Лист ожидания")
    assert "Никто не ждёт" in tamara.screen.text

    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Кто смотрел данные")
    assert "в лист ожидания — по вашему звонку" in anna.screen.text


async def test_who_is_moved_up_comes_first_and_the_reason_stays(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """R29: nobody is moved up without a reason; it stands with the place, and in the journal."""
    await tamara.say("Миша 12.03.2024")
    await put_on(tamara)
    house.clock.forward(hours=1)
    await enter_child(tamara, "Лёва 05.05.2023")
    await put_on(tamara)
    await tamara.tap("Весь лист")
    assert tamara.screen.text.index("1. Миша") < tamara.screen.text.index("2. Лёва")
    assert "📵" in tamara.screen.text

    await tap_all(tamara, "2. Лёва", "Поднять")
    assert "Почему" in tamara.screen.text
    assert not await house.count("access_records", f"access = '{Access.MOVED_UP}'")
    await tamara.tap("просит врач")
    assert "просит врач" in tamara.screen.text
    assert "Поднять" not in tamara.labels
    await tamara.tap("Весь лист")
    assert tamara.screen.text.index("1. Лёва") < tamara.screen.text.index("2. Миша")
    assert await house.count("access_records", f"access = '{Access.MOVED_UP}'") == 1


async def test_who_is_taken_off_is_told(tamara: Chat, anna: Chat, house: House) -> None:
    """It is asked once more, as the place is lost; done again it changes nothing."""
    await tamara.say("Миша 12.03.2024")
    await put_on(tamara)
    await tamara.tap("Убрать из листа")
    assert "Место пропадёт" in tamara.screen.text
    await tamara.tap("Убрать из листа")
    assert "Регистратура убрала семью из листа" in tamara.screen.text
    assert await house.count("notifications", "kind = 'wait-over'") == 1
    assert await house.count("access_records", f"access = '{Access.UNLISTED}'") == 1
    await tamara.tap("Весь лист")
    assert "Никто не ждёт" in tamara.screen.text


async def test_what_became_of_freed_times_is_a_sheet(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """A line for each time, with days and numbers that can be sorted, and what it comes to."""
    await tamara.say("Миша 12.03.2024")
    await put_on(tamara)
    await house.services.looking.look_around()
    await house.services.passing.pass_on()
    await tap_all(tamara, "Весь лист", "Что освободилось", "Таблицей (XLSX)")

    document = tamara.screen.document
    assert document
    assert document.name == "waitlist-romashka-2026-11-23.xlsx"
    times, sums = load_workbook(BytesIO(content_of(tamara, document.id))).worksheets
    [heading, line] = [[cell.value for cell in row] for row in times.iter_rows()]
    assert heading[-3:] == ["Предложений", "Чем кончилось", "Минут до записи"]
    assert str(line[0]).startswith("2026-11-23")
    assert line[6:] == [1, "сейчас предлагаем по листу", None]
    assert [cell.value for row in sums.iter_rows() for cell in row][1:]
