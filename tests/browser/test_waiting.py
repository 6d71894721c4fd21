"""A time that one family gives back, and the families who wait for it, on the chat page."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser

TO = """async ({ day, hour }) => {
  const told = await (await fetch("/sim/clock")).json();
  const now = new Date(told.now);
  const there = new Date(now);
  there.setDate(there.getDate() + ((day - there.getDay() + 7) % 7));
  there.setHours(hour, 0, 1, 0);
  if (there <= now) there.setDate(there.getDate() + 7);
  await fetch("/sim/clock", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ forward: (there - now) / 1000 }),
  });
}"""
"""The next such hour on such a weekday; the browser's wall is the clinic's."""
AHEAD = """async (days) => {
  const there = new Date((await (await fetch("/sim/clock")).json()).now);
  there.setDate(there.getDate() + days);
  return `${there.getDate()}.${there.getMonth() + 1}`;
}"""
"""The day that is so many days ahead, as it is typed."""
SUNDAY, MONDAY, SATURDAY = 0, 1, 6
FREE, A_TIME = re.compile("мест"), re.compile(r"^\d+:\d\d$")


async def go_to(phone: Phone, day: int, hour: int) -> None:
    await phone.page.evaluate(TO, {"day": day, "hour": hour})


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """On a Saturday morning: Петрова's next times are further than a day ahead, and one family
    at a time is asked."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        phone = Phone(page)
        await page.get_by_test_id("clock").wait_for()
        await go_to(phone, SATURDAY, 9)
        await expect(page.get_by_test_id("clock")).to_contain_text("сб")
        yield phone


async def book(phone: Phone, *, day: int = 0, nth: int = 0) -> str:
    """Book one of the times that Петрова has on one of her days, as they come; which it is."""
    await phone.tap("Записаться")
    await phone.sees("С чем идёте к врачу?")
    await phone.tap("Консультация")
    await phone.sees("Выберите врача")
    await phone.tap("Петрова")
    await phone.sees("Выберите день")
    await phone.press(phone.buttons(FREE).nth(day))
    chosen = phone.buttons(A_TIME).nth(nth)
    time = await chosen.inner_text()
    await phone.press(chosen)
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
    first = phone.buttons("🕘").last
    time = (await first.inner_text()).split()[-1]
    await phone.press(first)
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
    given_back = await book(phone)
    await phone.become("Вера")
    hers = await come_and_book_the_first(phone)
    await wait_for_an_earlier_one(phone, "Даша")
    await phone.become("Борис")
    await phone.page.get_by_test_id("start").click()
    await book(phone)
    await wait_for_an_earlier_one(phone, "Соня")

    await phone.become("Анна")
    await cancel(phone)
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


async def cancel(phone: Phone) -> None:
    await phone.tap("Отменить запись")
    await phone.sees("Отменить эту запись?")
    await phone.tap("Отменить запись")
    await phone.sees("Запись отменена")


async def test_brother_and_sister_are_offered_two_times_and_take_both(phone: Phone) -> None:
    """R26, R72: Борис gives back a time; beside it another one stands, and Анна's two come at once
    by one tap. Галина, who waits for an earlier one too, is told nothing."""
    offers = phone.page.get_by_test_id("message").filter(has_text="Освободилось")
    await phone.become("Борис")
    await phone.page.get_by_test_id("start").click()
    given_back = await book(phone)
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await phone.tap("Дети")
    await phone.tap("Добавить ребёнка")
    await phone.sees("Как зовут ребёнка?")
    await phone.say("Даша 05.05.2021")
    await phone.tap("Адрес тот же")
    await phone.sees("Даша, 5 лет")
    for label in ("Записаться", "Двое или трое сразу", "Консультация", "Другой день"):
        await phone.tap(label)
    await phone.sees("Выберите день")
    await phone.press(phone.buttons("Пн ").first)
    await phone.tap("Сообщить, если будет")
    await phone.sees("Миша, Даша · Консультация")
    await phone.tap("Ждать")
    await phone.sees("Сообщу, как только освободится")
    await phone.become("Галина")
    await phone.page.get_by_test_id("start").click()
    await book(phone, nth=2)
    await wait_for_an_earlier_one(phone, "Лёва")

    await phone.become("Борис")
    await cancel(phone)
    await phone.become("Анна")
    offer = await phone.sees("Освободилось")
    await expect(offer).to_contain_text(f"{given_back} и ")
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390
    await phone.tap("Взять оба")
    booked = await phone.sees("Вы записаны")
    await expect(booked).to_contain_text("Миша")
    await expect(booked).to_contain_text("Даша")
    await phone.become("Галина")
    await phone.sees("Сообщу, как только освободится")
    await expect(offers).to_have_count(0)


async def test_who_is_owed_a_time_is_asked_first(phone: Phone) -> None:
    """R26, R64: the doctor does not come on Monday, and Анна lets go by what is kept for her. What
    Борис gives back in the night is offered to her in the morning, though Галина waits for longer
    for just such a time, and is told nothing."""
    offers = phone.page.get_by_test_id("message").filter(has_text="Освободилось")
    await phone.become("Анна")
    await phone.page.get_by_test_id("start").click()
    await book(phone)
    await phone.become("Борис")
    await phone.page.get_by_test_id("start").click()
    given_back = await book(phone, day=1)
    await phone.become("Галина")
    await phone.page.get_by_test_id("start").click()
    await book(phone, day=1)
    await wait_for_an_earlier_one(phone, "Лёва")
    await phone.become("Тамара")
    await phone.page.get_by_test_id("start").click()
    await phone.tap("Врача не будет")
    await phone.tap("Петрова")
    await phone.sees("Когда не будет?")
    await phone.say(await phone.page.evaluate(AHEAD, 2))
    await phone.sees("1 запись")
    await phone.tap("Другое время всем")
    await phone.tap("Сделать и сообщить")
    await phone.sees("Ответили: 0 из 1")
    await phone.become("Анна")
    await phone.sees("держим только для вас")

    await go_to(phone, SUNDAY, 22)
    await phone.become("Борис")
    await cancel(phone)
    await go_to(phone, MONDAY, 7)
    await phone.become("Анна")
    offer = await phone.sees("Освободилось")
    await expect(offer).to_contain_text(given_back)
    await expect(offer).to_contain_text("Предложили вам первым")
    await phone.tap("Взять")
    await phone.sees("Вы записаны")
    await phone.become("Галина")
    await phone.sees("Сообщу, как только освободится")
    await expect(offers).to_have_count(0)
