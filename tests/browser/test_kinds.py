"""What a clinic arranges in the chat, and what comes of it on a parent's phone: kinds of visit,
priorities, invitations to check-ups."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import PHONE, Phone, browser_page, demo

pytestmark = pytest.mark.browser

A_TIME = re.compile(r"^\d+:\d\d$")
FORWARD = """async seconds => await fetch("/sim/clock", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ forward: seconds }),
})"""
A_TICK = 45_000
"""Milliseconds: invitations go out twice a minute."""


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """The demo's page, on a Tuesday morning."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        yield Phone(page)
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def begin(phone: Phone, name: str) -> None:
    """Somebody whom the demo knows says /start."""
    await phone.become(name)
    await phone.page.get_by_test_id("start").click()


async def today(phone: Phone) -> date:
    told = await phone.page.evaluate("async () => (await (await fetch('/sim/clock')).json()).now")
    return datetime.fromisoformat(told).date()


async def times_of_tomorrow(phone: Phone) -> list[str]:
    """What Петрова has for Миша, from home on."""
    for label in ("Записаться", "Консультация"):
        await phone.tap(label)
    await phone.sees("Выберите врача")
    await phone.tap("Петрова")
    await phone.sees("Выберите день")
    await phone.tap("Завтра")
    await phone.sees("Среда")
    shown = await phone.buttons(A_TIME).all_inner_texts()
    await phone.tap("На главную")
    await phone.sees("Ближайшее время")
    return shown


async def other_times_of_tomorrow(phone: Phone, than: list[str]) -> list[str]:
    """What she has once her times followed what was set, which takes seconds."""
    async with asyncio.timeout(30):
        while True:
            shown = await times_of_tomorrow(phone)
            if shown != than:
                return shown
            await asyncio.sleep(2)  # whoever looks without a pause is asked to wait a minute


async def test_a_group_that_a_parent_claims_opens_times_once_the_registry_saw_the_document(
    phone: Phone,
) -> None:
    """R35, R69, R70: the clinic keeps a share; who says so has nothing of it yet, and after the
    registrar's two taps reads a letter and finds the times."""
    await begin(phone, "Анна")
    everything = await times_of_tomorrow(phone)
    await begin(phone, "Ирина")
    for label in ("Клиника", "Время в резерве", "Диспансерный учёт, %"):
        await phone.tap(label)
    await phone.sees("Напишите, сколько процентов")
    await phone.say("20")
    await phone.tap("Сохранить")
    await phone.sees("Диспансерный учёт, %: 20 %")

    await phone.become("Анна")
    await phone.sees("Ближайшее время")
    for label in ("Дети", "Миша", "Приоритет при записи", "Диспансерный учёт"):
        await phone.tap(label)
    await phone.tap("Сказать регистратуре")
    await phone.sees("Диспансерный учёт: ждёт регистратуры")
    await phone.tap("На главную")
    before = await other_times_of_tomorrow(phone, everything)

    await begin(phone, "Тамара")
    await phone.sees("Кто звонит?")
    await phone.say("Миша 12.03.2024")
    await phone.sees("Дата рождения")
    await phone.tap("Приоритет при записи")
    await phone.sees("говорит семья. Посмотрите документ")
    await phone.tap("Документ есть")
    await phone.sees("До какого срока это по документу?")
    await phone.tap("Полгода")
    await phone.sees("Диспансерный учёт, до")

    await phone.become("Анна")
    letter = await phone.sees("Регистратура увидела документ")
    await expect(letter).not_to_contain_text("Миша")
    await phone.tap("Записаться")
    await phone.sees("С чем идёте к врачу?")
    await phone.tap("На главную")
    assert await times_of_tomorrow(phone) == everything != before


async def test_a_kind_of_visit_is_added_with_hours_of_its_own_and_booked(phone: Phone) -> None:
    """R10: it takes longer than any time that there is, which its card says; an administrator
    types its hours, as long as it, and a parent books one."""
    await begin(phone, "Ирина")
    for label in ("Клиника", "Виды приёма", "Добавить вид приёма"):
        await phone.tap(label)
    await phone.sees("Напишите, как он называется")
    await phone.say("Массаж, до 3 лет, 30 мин, 1 200 ₽")
    await phone.sees("Времени такой длины ни у кого нет")
    for label in ("Рабочее место", "Расписание", "Орлова И. П.", "Постоянные часы"):
        await phone.tap(label)
    await phone.sees("Напишите все новые одной строкой")
    await phone.say("вт 9-12 массаж")
    await phone.sees("вт 9:00–12:00 по 30 мин массаж")
    await phone.tap("Применить")
    await phone.sees("✅ Орлова И. П.")

    await begin(phone, "Анна")
    await phone.tap("Записаться")
    await phone.tap("Массаж")
    await phone.sees("Миша · Массаж")
    await phone.tap("Орлова")
    await phone.sees("Выберите день")
    await phone.press(phone.buttons("мест").first)
    await phone.tap(A_TIME)
    await phone.sees("Массаж: 30 минут, 1 200 ₽")
    await phone.tap("Не болеет — записать")
    booked = await phone.sees("Вы записаны: Миша")
    await expect(booked).to_contain_text("11:30")
    await expect(booked).to_contain_text("Массаж: 30 минут, 1 200 ₽")


async def test_who_agreed_is_invited_to_a_check_up_and_books_it_by_its_button(
    phone: Phone,
) -> None:
    """R18, R22: a year old since some days. The letter names no child, and its button leads to the
    doctors for that check-up."""
    born = await today(phone) - timedelta(days=365 + 6)
    await begin(phone, "Вера")
    for label in ("Ромашка", "Даю согласие"):
        await phone.tap(label)
    await phone.sees("Как зовут ребёнка?")
    await phone.say(f"Даня {born:%d.%m.%Y}")
    await phone.tap("Пропустить")
    await phone.sees("1 год: можно на углублённый осмотр")
    for label in ("Настройки", "Пора на осмотр: выкл.", "Даю согласие"):
        await phone.tap(label)
    await phone.sees("Пора на осмотр: вкл.")
    await phone.page.evaluate(FORWARD, 3600)

    letter = phone.page.get_by_test_id("message").filter(has_text="приглашение, не назначение")
    await expect(letter).to_be_visible(timeout=A_TICK)
    await expect(letter).not_to_contain_text("Даня")
    await phone.tap("Записаться")
    await phone.sees("Даня · Осмотр по возрасту")
    await phone.tap("Петрова")
    await phone.sees("Выберите день")
    await phone.tap("Завтра")
    await phone.sees("Среда")
    await phone.tap(A_TIME)
    await phone.tap("Не болеет — записать")
    booked = await phone.sees("Вы записаны: Даня")
    await expect(booked).to_contain_text("Осмотр по возрасту")
    await phone.say("/menu")
    home = await phone.sees("✅ Вы записаны: завтра")
    await expect(home).not_to_contain_text("можно на углублённый осмотр")
