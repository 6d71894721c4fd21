"""A person, a phone, the demo: the own number is given by one button, and removed again."""

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


async def test_the_own_number_is_given_and_removed(phone: Phone) -> None:
    """R31, R35: the button below the chat sends it; it is masked, and its message is gone."""
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await phone.tap("Настройки")
    await phone.tap("📞 Телефон: нет")
    await phone.sees("По нему регистратура найдёт ваши записи")
    button = phone.page.get_by_test_id("reply-button")
    await expect(button).to_have_text("Отправить мой номер")
    await button.click()

    await phone.sees("✅ Номер сохранён.")
    await phone.sees("📞 Телефон: +7 ··· ··-01")
    await expect(button).to_be_hidden()
    await expect(phone.page.get_by_test_id("contact")).to_have_count(0)
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390

    await phone.tap("Удалить номер")
    await phone.sees("Номер удалён.")


async def test_whoever_gives_none_has_their_keyboard_back(phone: Phone) -> None:
    """ "Не сейчас" takes the big button away."""
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await phone.tap("Настройки")
    await phone.tap("📞 Телефон: нет")
    button = phone.page.get_by_test_id("reply-button")
    await expect(button).to_be_visible()

    await phone.tap("Не сейчас")
    await phone.sees("Хорошо, можно и без номера.")
    await expect(button).to_be_hidden()
    await phone.sees("⚙️ Настройки")
