"""A family and what is its own, on the chat page: its data, and the people around a child."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.demo import PHONE, Phone, browser_page, demo

pytestmark = pytest.mark.browser

VERA = "103"


@pytest.fixture
async def anna(tmp_path: Path) -> AsyncIterator[Phone]:
    """Анна's phone: Миша is entered, and a visit booked."""
    async with demo(tmp_path, "--empty") as address, browser_page() as page:
        await page.goto(address)
        phone = Phone(page)
        await phone.become("Анна")
        await page.get_by_test_id("start").click()
        await phone.tap("🕘")
        await phone.tap("Не болеет — записать")
        await phone.sees("Вы записаны: Миша")
        yield phone


async def tap_all(phone: Phone, *labels: str) -> None:
    for label in labels:
        await phone.tap(label)


async def is_as_wide_as_the_phone(phone: Phone) -> bool:
    return bool(await phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"])


async def test_a_family_takes_its_data_along(anna: Phone, tmp_path: Path) -> None:
    """R40, R74: after a warning one page comes; it opens on a phone as it is, reads as a page and
    holds the same as data."""
    await anna.say("/privacy")
    await anna.sees("Диагнозы, жалобы, адреса и полисы здесь не хранятся совсем.")
    await anna.tap("Забрать с собой")
    await anna.sees("Внутри история визитов: не пересылайте его.")
    await anna.tap("Получить файл")
    async with anna.page.expect_download() as download:
        await anna.page.get_by_test_id("document").last.click()
    file = tmp_path / "my-data.html"
    await (await download.value).save_as(file)

    async with browser_page(PHONE) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(file.as_uri())
        await expect(page.get_by_role("heading", name="Миша")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert asked == [file.as_uri()]  # nothing is fetched from anywhere
        inside = json.loads(await page.locator("#family-data").inner_text())
    assert [child["name"] for child in inside["children"]] == ["Миша"]


async def test_a_consent_is_withdrawn_after_saying_what_it_means(anna: Phone) -> None:
    """R40: the visit ahead is named first; then it is cancelled, and a receipt stays."""
    await anna.say("/privacy")
    await tap_all(anna, "Мои согласия", "✅ Согласие")
    await anna.sees("Дано ")
    await anna.tap("Отозвать")
    await anna.sees("Сразу отменим:")
    assert await is_as_wide_as_the_phone(anna)
    await anna.tap("Отозвать")
    await anna.sees("Согласие отозвано")
    await anna.say("/menu")
    await anna.sees("Согласие на обработку данных")


async def test_erasing_is_asked_for_and_taken_back(anna: Phone) -> None:
    """R40: what goes and what stays is said first; a day later it would go, and does not."""
    await anna.say("/privacy")
    await anna.tap("Удалить всё")
    await anna.sees("Сразу отменим:")
    assert await is_as_wide_as_the_phone(anna)
    await anna.tap("Удалить")
    await anna.sees("Всё будет удалено")
    await anna.tap("Передумали: не удалять")
    await anna.sees("Ничего не удалим")


async def test_a_father_is_let_in_moves_a_visit_and_is_let_go(anna: Phone) -> None:
    """R32, R75: the link names nobody; a yes opens what was chosen; each hears what the other did;
    and once the mother ends it, nothing of the child is there for him."""
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Близкие", "Пригласить помощника", "Папа")
    await tap_all(anna, "Записывать и отменять", "Пока не отменю")
    said = await (await anna.sees("Ссылка")).inner_text()
    opened = re.search(r"start=(\S+)", said)
    assert opened

    page = anna.page.url.partition("?")[0]
    await anna.page.goto(f"{page}?user={VERA}&start={opened[1]}")
    await anna.page.get_by_test_id("start").click()
    await anna.sees("Спасибо! Я спросил того, кто вас пригласил")
    await expect(anna.page.get_by_test_id("message").filter(has_text="Миша")).to_have_count(0)

    await anna.become("Анна")
    await anna.sees("Вашу ссылку открыли: нужен ваш ответ.")
    await anna.tap("Посмотреть")
    await anna.sees("Вашу ссылку открыли: «Вера»")
    await anna.tap("Да, тот самый человек")
    await anna.sees("Миша: теперь помогает папа")
    assert await is_as_wide_as_the_phone(anna)

    await anna.become("Вера")
    await tap_all(anna, "Начать", "Даю согласие")
    await tap_all(anna, "Мои записи", "Миша", "Отменить запись", "Отменить запись")
    await anna.sees("Запись отменена: Миша")

    await anna.become("Анна")
    await anna.sees("Кто-то из близких отменил визит")
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Близкие", "Папа", "Закрыть доступ")
    await expect(anna.page.get_by_test_id("message").last).not_to_contain_text("папа")
    await anna.become("Вера")
    await anna.say("/menu")
    await anna.sees("Как зовут ребёнка?")
