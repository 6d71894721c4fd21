"""A person, a phone, the demo: a reminder comes when its time has come, and is answered."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        yield Phone(page)


async def to_the_next(phone: Phone) -> None:
    """Let time pass until something is due, by the clock at the top of the page."""
    await phone.page.get_by_test_id("clock").click()
    await expect(phone.page.get_by_test_id("forward-next")).to_be_enabled()
    await phone.page.get_by_test_id("forward-next").click()


async def test_a_reminder_comes_and_is_answered(phone: Phone) -> None:
    """R18, R21: booked, "Да, напоминать", fast-forward: "Придём"; cancelled from the second one."""
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    for label in ("Записаться", "Консультация", "Петрова"):
        await phone.tap(label)
    await phone.sees("Выберите день")
    await phone.tap(re.compile(r"· \d+ мест"))
    await phone.sees("Миша · Консультация")
    await phone.tap(":")
    await phone.tap("Не болеет — записать")
    await phone.sees("Напоминать о визите?")
    await phone.tap("Да, напоминать")
    await phone.sees("Буду напоминать: накануне в 18:00 и за 2 часа до визита.")

    await to_the_next(phone)
    reminder = await phone.sees("Визит завтра")
    await expect(reminder).to_contain_text("Не ответите — запись сохранится.")
    await phone.tap("Показать визит")
    await phone.sees("Вы записаны: Миша")
    await phone.tap("Придём")
    await phone.sees("Ждём вас завтра")
    width = await phone.page.evaluate("document.documentElement.scrollWidth")
    assert width == 390

    await to_the_next(phone)
    await phone.sees("Визит сегодня")
    await phone.tap("Отменить запись")
    await phone.sees("Отменить эту запись?")
    await phone.tap("Отменить запись")
    await phone.sees("Запись отменена: Миша")
