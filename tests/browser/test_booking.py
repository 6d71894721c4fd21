"""A person, a phone, the demo: booking and cancelling on the chat page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async with demo(tmp_path) as address:
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
    await phone.sees("Ближайшее время")
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
    await phone.sees("№ 1001")


async def test_the_slower_parent_gets_an_alert(phone: Phone) -> None:
    """Two people on one page look at the same time: the second reads that it was taken."""
    for name in ("Анна", "Борис"):
        await phone.become(name)
        await phone.page.get_by_test_id("start").click()
        await phone.tap("🕘")
        await phone.sees("Записать?")
    await phone.become("Анна")
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны: Миша")
    await phone.become("Борис")
    await phone.tap("Не болеет — записать")

    await expect(phone.page.get_by_test_id("alert")).to_contain_text("Это время только что заняли")


async def test_the_chat_outlives_the_bot(tmp_path: Path) -> None:
    """After a restart of the demo the old chat is there, and its old buttons work (R12)."""
    async with demo(tmp_path) as address, browser_page() as page:
        await page.goto(f"{address}/?user=102")
        phone = Phone(page)
        await page.get_by_test_id("start").click()
        await phone.sees("Соня")
    async with demo(tmp_path) as address, browser_page() as page:
        await page.goto(f"{address}/?user=102")
        phone = Phone(page)
        await phone.sees("Соня")
        await phone.tap("🕘")
        await phone.sees("Записать?")
