"""A clinic with a system of its own, and a day on which that system does not answer (R76)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.sandbox.systems.demo_clinic import NAME
from tests.browser.demo import Phone, browser_page, demo

pytestmark = pytest.mark.browser

SOON = 45_000
"""Milliseconds: what rested while the system was away is asked for again within half a minute."""
FIVE_MINUTES = """() => fetch("/sim/clock", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ forward: 300 }),
})"""


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """Вера comes to the clinic for the first time."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        phone = Phone(page)
        await phone.become("Вера")
        await page.get_by_test_id("start").click()
        await phone.tap("Лесная")
        await phone.tap("Даю согласие")
        await phone.sees("Как зовут ребёнка?")
        await phone.say("Даша")
        await phone.sees("когда день рождения?")
        await phone.say("5 мая 2023")
        await phone.sees("Ближайшее время")
        yield phone


async def switch(phone: Phone, told: str) -> None:
    """Turn the clinic's system off or on at the page; what the page says of it."""
    await phone.page.get_by_test_id("clock").click()
    await phone.page.get_by_test_id("system").filter(has_text=NAME).click()
    await expect(phone.page.get_by_test_id("toast")).to_contain_text(told)
    await phone.page.get_by_test_id("clock").click()


async def keeps_within_the_phone(phone: Phone) -> None:
    assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390


async def test_booked_moved_and_cancelled_in_the_clinics_system(phone: Phone) -> None:
    """As anywhere else: "записаны" comes with the tap, since it stands in the system by then."""
    await phone.tap("🕘")
    await phone.sees("Записать?")
    await phone.tap("Не болеет — записать")
    await phone.sees("Вы записаны: Даша")
    await phone.tap("Перенести")
    await phone.sees("Старое время ваше, пока не выберете новое")
    await phone.tap("мест")
    await phone.sees("Даша · Консультация")
    await phone.tap(":40")
    await phone.sees("Перенести запись?")
    await phone.tap("Перенести")
    await phone.sees("Запись перенесена")
    await phone.tap("Отменить запись")
    await phone.sees("Отменить эту запись?")
    await phone.tap("Отменить запись")
    await phone.sees("Запись отменена: Даша")
    await keeps_within_the_phone(phone)


async def test_an_outage_is_said_and_ends_well(phone: Phone, tmp_path: Path) -> None:
    """Off: what is asked for then is not called booked, and soon nothing can be asked for any more,
    with the phone to call and a way to be told. On: the visit is booked, the family hears it, hears
    once that the system answers, and times are there."""
    await phone.tap("🕘")
    await phone.sees("Записать?")
    await switch(phone, "система не отвечает")
    await phone.tap("Не болеет — записать")
    await expect(await phone.sees("⏳ Вы пока не записаны: Даша")).to_contain_text("ответим до")
    await keeps_within_the_phone(phone)

    await phone.page.evaluate(FIVE_MINUTES)
    await phone.say("/menu")
    outage = await phone.sees("Система клиники не отвечает, записать сейчас не можем")
    await expect(outage).to_contain_text("+7 495 000-00-05")
    await expect(outage).to_contain_text("⏳ Запрос у клиники")
    await expect(phone.page.get_by_text("✅ Вы записаны")).to_have_count(0)
    await phone.tap("Записаться")
    await phone.sees("С чем идёте к врачу?")
    await phone.tap("Консультация")
    await expect(phone.page.get_by_test_id("alert")).to_contain_text("не отвечает")
    await keeps_within_the_phone(phone)
    await phone.page.get_by_test_id("alert").get_by_role("button").click()
    await phone.tap("Сообщить, когда появится")
    await phone.sees("Когда она ответит, напишем вам сюда")
    await keeps_within_the_phone(phone)

    await switch(phone, "система снова отвечает")
    booked = phone.page.get_by_test_id("message").filter(has_text="✅ Вы записаны")
    await booked.wait_for(timeout=SOON)
    answers = phone.page.get_by_test_id("message").filter(has_text="Система клиники снова отвечает")
    await answers.wait_for(timeout=SOON)
    await expect(answers).to_have_count(1)
    await phone.say("/menu")
    home = await phone.sees("✅")
    await expect(home).not_to_contain_text("не отвечает")
    await keeps_within_the_phone(phone)
