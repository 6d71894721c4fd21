"""Times that are kept for whom they suit, and brothers and sisters together, on a phone."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import PHONE, Phone, browser_page, demo

pytestmark = pytest.mark.browser

A_TIME = re.compile(r"^\d+:\d\d$")
TO_THE_EVENING = """async () => await fetch("/sim/clock", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ forward: 6.6 * 60 * 60 }),
})"""
"""From noon at Северянка to half past six."""


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """Вера at Северянка, which keeps times for urgent ones and for babies; Ира is five."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(f"{address}/?user=103")
        phone = Phone(page)
        await page.get_by_test_id("start").click()
        await phone.tap("Северянка")
        await phone.tap("Даю согласие")
        await phone.sees("Как зовут ребёнка?")
        await phone.say("Ира 12.03.2021")
        await phone.sees("Ближайшее время")
        yield phone


async def times_of_tomorrow(phone: Phone, *child: str) -> list[str]:
    for label in ("Записаться", *child, "Консультация"):
        await phone.tap(label)
    await phone.sees("Выберите врача")
    await phone.tap("Лебедев")
    await phone.sees("Выберите день")  # a doctor's button may say "завтра", too
    await phone.tap("Завтра")
    await phone.sees("Среда")
    return await phone.buttons(A_TIME).all_inner_texts()


async def test_a_time_that_is_kept_for_babies_opens_to_all_in_the_evening(phone: Phone) -> None:
    """R70: nobody else sees it before; then it is there without anybody's doing, and is booked."""
    before = await times_of_tomorrow(phone)
    await phone.tap("На главную")
    await phone.sees("Ближайшее время")
    await phone.page.evaluate(TO_THE_EVENING)
    opened = [each for each in await times_of_tomorrow(phone) if each not in before]
    assert len(opened) >= 2
    await phone.tap(opened[0])
    await phone.tap("Не болеет — записать")
    booked = await phone.sees("Вы записаны: Ира")
    await expect(booked).to_contain_text(opened[0])


async def test_a_baby_has_what_is_kept_for_babies(phone: Phone) -> None:
    """R70: times that an older sister does not see."""
    open_to_all = await times_of_tomorrow(phone)
    await phone.tap("На главную")
    await phone.tap("Дети")
    await phone.tap("Добавить ребёнка")
    await phone.sees("Как зовут ребёнка?")
    await phone.say("Даня 01.09.2026")
    await phone.sees("На осмотр: Даня")
    theirs = [each for each in await times_of_tomorrow(phone, "Даня") if each not in open_to_all]
    assert theirs
    await phone.tap(theirs[0])
    await phone.tap("Не болеет — записать")
    booked = await phone.sees("Вы записаны: Даня")
    await expect(booked).to_contain_text(theirs[0])
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_a_brother_and_a_sister_are_booked_with_one_confirmation(phone: Phone) -> None:
    """R72: adjoining times of one doctor, one hold, one answer."""
    await phone.tap("Дети")
    await phone.tap("Добавить ребёнка")
    await phone.sees("Как зовут ребёнка?")
    await phone.say("Петя 05.05.2019")
    await phone.sees("Петя, 7 лет")
    await phone.tap("Записаться")
    await phone.tap("Двое или трое сразу")
    await phone.tap("Консультация")
    await phone.press(phone.buttons("Лебедев").first)
    await phone.tap("Оба здоровы — записать")
    booked = await phone.sees("Вы записаны")
    await expect(booked).to_contain_text("Ира")
    await expect(booked).to_contain_text("Петя")
    await phone.tap("На главную")
    await phone.tap("Мои записи")
    await phone.sees("Петя")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
