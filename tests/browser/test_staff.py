"""Staff at work on a phone: a caller booked, moved and cancelled; hours, load, the clinic."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser

ANNA, IRINA = "101", "201"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with demo(tmp_path, "--empty") as address:
        yield address


async def tap_a_time(phone: Phone) -> None:
    """The latest time of the day that is shown and free."""
    free = phone.buttons(":").filter(has_not_text="●")
    await phone.press(free.last)


async def test_a_caller_at_the_registry(address: str) -> None:
    """Found by one line, booked in five taps; moved by the number in three, cancelled in two; and
    the family reads it by itself."""
    async with browser_page() as page:
        phone = Phone(page)
        await page.goto(f"{address}/?user={ANNA}")
        await page.get_by_test_id("start").click()  # who never wrote cannot be written to
        await phone.sees("Участковый врач")
        await phone.become("Тамара")
        await page.get_by_test_id("start").click()
        await phone.sees("Кто звонит?")
        await phone.say("Миша 12.03.2024")
        await phone.sees("Дата рождения: 12 марта 2024")
        for label in ("Записать", "Консультация", "Петрова"):
            await phone.tap(label)
        await phone.sees("Петрова А. С., каб. 12")
        await tap_a_time(phone)
        await expect(page.get_by_test_id("button").filter(has_text="Другое время")).to_be_visible()
        await phone.tap("Записать")
        await phone.sees("Записано")

        await phone.say("1004")
        await phone.sees("№ 1004")
        await phone.tap("Перенести")
        await phone.sees("переносим с")
        await tap_a_time(phone)
        await phone.tap("Перенести: семья просит")
        await phone.sees("Было:")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390

        await phone.become("Анна")
        await phone.sees("Вы записаны")
        await phone.become("Тамара")
        await phone.say("№ 1004")
        for label in ("Отменить запись", "Семья просит отменить"):
            await phone.tap(label)
        await phone.sees("Отменена: Миша")
        await phone.become("Анна")
        await phone.sees("Отменили по вашему звонку")


async def test_an_administrator_looks_around(address: str) -> None:
    """From the desk: a doctor's week, how full the weeks are, what the clinic says of itself."""
    async with browser_page() as page:
        phone = Phone(page)
        await page.goto(f"{address}/?user={IRINA}")
        await page.get_by_test_id("start").click()
        await phone.sees("Кто звонит?")
        await phone.tap("Расписание")
        await phone.tap("Петрова А. С.")
        await phone.sees("Нажмите день, чтобы изменить его часы.")
        await phone.tap("Рабочее место")
        await phone.tap("Загрузка")
        await phone.sees("Занято: 3 из")
        await phone.tap("Рабочее место")
        await phone.tap("Клиника")
        await phone.tap("Контакты")
        await phone.sees("Телефон вызова на дом")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
