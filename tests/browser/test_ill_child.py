"""A person, a phone, the demo: a child falls ill after booking."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser

A_TIME = re.compile(r"^\d+:\d\d$")
ILL = "Болеет или был контакт"


async def test_a_child_falls_ill_after_booking(tmp_path: Path) -> None:
    """R63: dangers are read first, the visit is kept on the way and moved to when the child is
    well, and at last given back; 390 wide."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        phone = Phone(page)
        await phone.become("Анна")
        await page.get_by_test_id("start").click()
        await phone.tap("🕘")
        await phone.tap("Не болеет — записать")
        await phone.sees("Вы записаны: Миша")
        await phone.tap("На главную")
        await phone.tap(ILL)
        shown = await phone.sees("Сразу 103 или 112, если:")
        await expect(shown).to_contain_text("судороги")
        await expect(shown).to_contain_text("Утвердил врач: Петрова А.\u00a0С., версия 1")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390

        await phone.tap("Перенести, как поправится")
        await phone.sees("Старое время ваше, пока не выберете новое")
        await phone.tap("Оставить как есть")

        await phone.tap("Мои записи")
        await phone.tap("Миша · ")
        await phone.sees("Что взять с собой")
        await phone.tap(ILL)
        await phone.sees("запись пока ваша")
        await phone.tap("Перенести, как поправится")
        await phone.sees("Выберите день")
        await phone.tap("мест")
        await phone.tap(A_TIME)
        asked = await phone.sees("Перенести запись?")
        await expect(asked).to_contain_text("Сейчас: вт")
        await phone.tap("Перенести")
        await phone.sees("Запись перенесена")

        await phone.tap(ILL)
        await phone.tap("Отдать время")
        await phone.sees("Отдать время? Оно достанется другому ребёнку.")
        await phone.tap("Отдать время")
        await phone.sees("Выздоравливайте!")
