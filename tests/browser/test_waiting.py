"""A time that one family gives back, and the families who wait for it, on the chat page."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser

TO_SATURDAY = """async () => {
  const told = await (await fetch("/sim/clock")).json();
  const now = new Date(told.now);
  const there = new Date(now);
  there.setDate(there.getDate() + ((6 - there.getDay() + 7) % 7 || 7));
  there.setHours(9, 0, 1, 0);
  await fetch("/sim/clock", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ forward: (there - now) / 1000 }),
  });
}"""
"""Nine o'clock on the next Saturday; the browser's wall is the clinic's."""


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """On a Saturday morning: Петрова's next times are further than a day ahead, and one family
    at a time is asked."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        phone = Phone(page)
        await page.get_by_test_id("clock").wait_for()
        await page.evaluate(TO_SATURDAY)
        await expect(page.get_by_test_id("clock")).to_contain_text("сб")
        yield phone


async def book_the_first(phone: Phone) -> str:
    """Book the first time that Петрова has; which it is."""
    await phone.tap("Записаться")
    await phone.sees("С чем идёте к врачу?")
    await phone.tap("Консультация")
    await phone.sees("Выберите врача")
    await phone.tap("Петрова")
    await phone.sees("Выберите день")
    await phone.page.get_by_test_id("button").filter(has_text=re.compile("мест")).first.click()
    times = phone.page.get_by_test_id("button").filter(has_text=re.compile(r"^\d+:\d\d$"))
    time = await times.first.inner_text()
    await times.first.click()
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны")
    return time.strip()


async def come_and_book_the_first(phone: Phone) -> str:
    """A newcomer whose own doctor is Петрова: her first time stands on the home screen."""
    await phone.page.get_by_test_id("start").click()
    await phone.tap("Ромашка")
    await phone.tap("Даю согласие")
    await phone.sees("Как зовут ребёнка?")
    await phone.say("Даша")
    await phone.sees("когда день рождения?")
    await phone.say("5 мая 2023")
    await phone.sees("на какой улице и в каком доме живёт?")
    await phone.say("Садовая, 11")
    await phone.sees("Участковый врач: Петрова А. С.")
    first = phone.page.get_by_test_id("button").filter(has_text="🕘").last
    time = (await first.inner_text()).split()[-1]
    await first.click()
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны")
    return time


async def wait_for_an_earlier_one(phone: Phone, child: str) -> None:
    await phone.tap("Мои записи")
    await phone.tap(f"{child} · ")
    await phone.tap("Сообщить, если раньше")
    await phone.sees("Ваша запись пока остаётся")
    await phone.tap("Ждать")
    await phone.sees("Сообщу, как только освободится")


async def test_a_freed_time_is_offered_to_one_family_and_its_own_to_the_next(
    phone: Phone,
) -> None:
    """R26, R28: Анна cancels; Вера is asked alone and takes it, and Борис is told nothing. What
    he is offered is the time that she gives back by it."""
    offers = phone.page.get_by_test_id("message").filter(has_text="Освободилось")
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    given_back = await book_the_first(phone)
    await phone.become("Вера")
    hers = await come_and_book_the_first(phone)
    await wait_for_an_earlier_one(phone, "Даша")
    await phone.become("Борис")
    await phone.page.get_by_test_id("start").click()
    await book_the_first(phone)
    await wait_for_an_earlier_one(phone, "Соня")

    await phone.become("Анна")
    await phone.tap("Отменить запись")
    await phone.sees("Отменить эту запись?")
    await phone.tap("Отменить запись")
    await phone.sees("Запись отменена: Миша")
    await phone.become("Вера")
    offer = await phone.sees("Освободилось")
    await expect(offer).to_contain_text(given_back)
    await expect(offer).to_contain_text("Держим только для вас до")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390
    await phone.become("Борис")
    await phone.sees("Сообщу, как только освободится")
    await expect(offers).to_have_count(0)

    await phone.become("Вера")
    await phone.tap("Взять")
    await phone.sees("Прежнее время освободили")
    await phone.become("Борис")
    await expect(await phone.sees("Освободилось")).to_contain_text(hers)
    await expect(offers).to_have_count(1)
