"""A doctor's day closed on a phone, and what their families read and tap."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser

TAMARA = "202"


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """A registrar's; Лёва, Нина and Тимур have visits to Петрова on her next day."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(f"{address}/?user={TAMARA}")
        await page.get_by_test_id("start").click()
        phone = Phone(page)
        await phone.sees("Кто звонит?")
        yield phone


async def close_the_day(phone: Phone, plan: str, do: str = "Сделать и сообщить") -> None:
    """From the desk to its last button, on the day before: six taps."""
    await phone.tap("Врача не будет")
    await phone.tap("Петрова")
    await phone.sees("Когда не будет?")
    await phone.tap("Завтра")
    await phone.sees("3 записи")
    await phone.tap(plan)
    await phone.tap(do)
    await phone.sees("Ответили: 0 из 3")


async def test_every_family_chooses_another_time(phone: Phone) -> None:
    """R20, R52: times are kept for each family alone, one tap takes one; who cannot be told is on
    the list to phone, and is given a time by the visit's number."""
    await close_the_day(phone, "Другое время всем")
    await phone.become("Галина")
    letter = await phone.sees("Врача не будет: визит")
    await expect(letter).to_contain_text("держим только для вас")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390
    await phone.tap(":")
    await phone.sees("Запись перенесена")

    await phone.become("Денис")
    await phone.tap("Откажемся")
    await phone.sees("Отказаться от визита?")
    await phone.tap("Откажемся")
    await phone.sees("Запись отменена: Нина")

    await phone.become("Тамара")
    await phone.tap("Обновить")
    await phone.sees("Ответили: 2 из 3")
    await phone.tap("Позвонить: 1")
    await phone.sees("Тимур, 5 лет, № 1003")
    await phone.say("1003")
    await phone.sees("Нужно другое время")
    await phone.tap("Перенести")
    await phone.sees("переносим с")
    free = phone.buttons(":").filter(has_not_text="●")
    await phone.press(free.last)
    await phone.tap("Дать это время")
    await phone.sees("Было:")


async def test_a_colleague_sees_them_at_the_same_time(phone: Phone) -> None:
    """R20, R65: the commonest way, at hours that she does not receive otherwise, which are named;
    a family may say that it comes, or that it does not suit it. All is taken back while nobody has
    answered."""
    beside = "Орлова и вне часов: 3", "Принимать и в эти часы"
    await close_the_day(phone, *beside)
    await phone.become("Галина")
    await phone.sees("Врача не будет, примет другой")
    await phone.become("Тамара")
    await phone.tap("Вернуть всё как было")
    await phone.sees("↩️")
    await phone.become("Галина")
    await phone.sees("Теперь: ")  # the first letter asks for nothing any more
    await phone.become("Тамара")
    await phone.tap("Рабочее место")
    await phone.sees("Кто звонит?")
    await close_the_day(phone, *beside)
    await phone.become("Галина")
    await phone.sees("Врача не будет, примет другой. Время то же")
    await phone.tap("Придём")
    await phone.sees("Ждём вас")
    await phone.become("Денис")
    await phone.tap("Не подходит")
    await phone.sees("Как вам удобнее?")
    await phone.become("Тамара")
    await phone.tap("Обновить")
    await phone.sees("Ответили: 1 из 3")
