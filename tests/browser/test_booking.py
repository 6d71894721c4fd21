"""A person, a phone, the demo: booking and cancelling on the chat page."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with demo(tmp_path, "--empty") as address:
        yield address


@pytest.fixture
async def phone(address: str) -> AsyncIterator[Phone]:
    async with browser_page() as page:
        await page.goto(address)
        yield Phone(page)


async def test_a_new_parent_books_and_cancels(phone: Phone) -> None:
    """From /start to "Вы записаны" and back, in Russian, 390 pixels wide."""
    await phone.become("Вера")
    await phone.page.get_by_test_id("start").click()
    await phone.sees("В какую клинику вы ходите?")
    await phone.tap("Ромашка")
    await phone.sees("Согласие на обработку данных")
    await phone.tap("Даю согласие")
    await phone.sees("Как зовут ребёнка?")
    await phone.say("Даша")
    await phone.sees("когда день рождения?")
    await phone.say("5 мая 2023")
    await phone.sees("на какой улице и в каком доме живёт?")
    await phone.say("Садовая, 12")
    await phone.sees("Участковый врач: Ким О. В.")
    await phone.tap("🕘")
    await phone.sees("Записать?")
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны: Даша")
    await phone.tap("Отменить запись")
    await phone.sees("Отменить эту запись?")
    await phone.tap("Отменить запись")
    await phone.sees("Запись отменена: Даша")

    width = await phone.page.evaluate("document.documentElement.scrollWidth")
    assert width == 390


async def test_the_full_path_moving_and_the_calendar(phone: Phone, tmp_path: Path) -> None:
    """Reason, doctor, month, day, time; the .ics is downloaded; moved; cancelled: 390 wide."""
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await phone.tap("Записаться")
    await phone.sees("С чем идёте к врачу?")
    await phone.tap("Осмотр перед прививкой")
    await phone.sees("Выберите врача")
    await phone.tap("Петрова")
    await phone.sees("Выберите день")
    await phone.tap("Весь месяц")
    await phone.sees("Число — есть время")
    await _tap_a_free_day(phone)
    await phone.sees("Осмотр перед прививкой")
    await _tap_a_time(phone)
    await phone.sees("Держим это время для вас до")
    await phone.tap("Не болеет — записать")
    await phone.sees("Прививочный сертификат, полис и паспорт взрослого.")
    await phone.tap("В календарь")
    await phone.sees("Откройте файл")
    async with phone.page.expect_download() as download:
        await phone.page.get_by_test_id("document").last.click()
    file = tmp_path / (await download.value).suggested_filename
    await (await download.value).save_as(file)
    assert file.name == "visit-1004.ics"
    assert "Педиатр: Миша" in file.read_text("utf-8")

    await phone.tap("Как добраться")
    await phone.sees("Вход со двора")
    await phone.tap("На карте")
    await phone.page.get_by_test_id("venue").wait_for()
    await phone.tap("Перенести")
    await phone.sees("Старое время ваше, пока не выберете новое")
    await phone.tap(re.compile(r"· \d+ мест"))
    await phone.sees("Миша · Осмотр перед прививкой")
    await _tap_a_time(phone)
    await phone.sees("Перенести запись?")
    await phone.tap("Перенести")
    await phone.sees("Запись перенесена")
    await phone.tap("Отменить запись")
    await phone.sees("Отменить эту запись?")
    await phone.tap("Отменить запись")
    await phone.sees("Запись отменена: Миша")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_clock_is_moved_and_the_days_follow(phone: Phone) -> None:
    """A week later the doctors have the times of that week."""
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await phone.sees("Миша")
    await phone.page.get_by_test_id("clock").click()
    await phone.page.get_by_test_id("forward-week").click()
    await phone.say("/menu")
    await phone.sees("Ближайшее время")
    await phone.tap("Записаться")
    await phone.tap("Консультация")
    await phone.tap("Петрова")
    await phone.tap("Весь месяц")
    await _tap_a_free_day(phone)
    await _tap_a_time(phone)
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны: Миша")


async def _tap_a_free_day(phone: Phone) -> None:
    """The last number in the grid."""
    await phone.tap(re.compile(r"^\d+$"))


async def _tap_a_time(phone: Phone) -> None:
    times = phone.buttons(re.compile(r"^\d+:\d\d$"))
    await phone.press(times.last)


async def test_a_returning_parent_books_in_two_taps_and_reloads(phone: Phone) -> None:
    """Two taps after /start; a reload of the page shows the same chat, whose buttons work."""
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await phone.sees("Миша")
    await phone.tap("🕘")
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны: Миша")

    await phone.page.reload()
    await phone.sees("Вы записаны: Миша")
    await phone.tap("Мои записи")
    await phone.sees("№ 1004")


async def test_the_slower_parent_gets_an_alert(phone: Phone) -> None:
    """Two people on one page look at the same time: the second reads that it was taken."""
    for name in ("Анна", "Борис"):
        await phone.become(name)
        await phone.page.get_by_test_id("start").click()
        await phone.tap("Записаться")
        await phone.tap("Консультация")
        await phone.tap("Орлова")
        await phone.tap(re.compile(r"· \d+ мест"))
        await phone.sees("Миша" if name == "Анна" else "Соня")
        await expect(phone.buttons("Другой день")).to_be_visible()
    await phone.become("Анна")
    await _tap_a_time(phone)
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны: Миша")
    await phone.become("Борис")
    await _tap_a_time(phone)

    await expect(phone.page.get_by_test_id("alert")).to_contain_text("Это время только что заняли")


async def test_the_chat_outlives_the_bot(tmp_path: Path) -> None:
    """After a restart of the demo the old chat is there, and its old buttons work (R12)."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(f"{address}/?user=102")
        phone = Phone(page)
        await page.get_by_test_id("start").click()
        await phone.sees("Соня")
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(f"{address}/?user=102")
        phone = Phone(page)
        await phone.sees("Соня")
        await phone.tap("🕘")
        await phone.sees("Записать?")
