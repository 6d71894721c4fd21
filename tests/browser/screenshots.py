"""`make screenshots`: the pictures in the README and in the staff's guide, from the real demo."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.demo import DESK, PHONE, ROOT, Phone, browser_page, demo

PICTURES = ROOT / "docs" / "images"


async def main() -> None:
    """Walk the paths of a parent, a registrar and an administrator, and take their pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as address:
            await _desk(address)
            await _phone(address)
            await _registry(address)
            await _administrator(address)


@asynccontextmanager
async def _begun(
    address: str, user: int, size: dict[str, int], *, dark: bool = False
) -> AsyncIterator[Phone]:
    """Somebody's chat, in which /start was said."""
    async with browser_page(size, dark=dark) as page:
        await page.goto(f"{address}/?user={user}")
        await page.get_by_test_id("start").click()
        yield Phone(page)


async def _desk(address: str) -> None:
    async with _begun(address, 101, DESK) as phone:
        await phone.tap("🕘")
        await phone.tap("Не болеет — записать")
        await phone.sees("Вы записаны")
        await phone.tap("На главную")
        await phone.sees("Участковый врач")
        await _picture(phone.page, "demo.png")


async def _phone(address: str) -> None:
    async with _begun(address, 102, PHONE, dark=True) as phone:
        await phone.tap("Записаться")
        await phone.tap("Осмотр перед прививкой")
        await phone.tap("Петрова")
        await phone.tap("Весь месяц")
        await phone.sees("Число — есть время")
        await _picture(phone.page, "month.png")


async def _registry(address: str) -> None:
    async with _begun(address, 202, PHONE) as phone:
        await phone.sees("Кто звонит?")
        await _picture(phone.page, "clinic-desk.png")
        await phone.say("Миша 12.03.2024")
        await phone.sees("День рождения")
        await _picture(phone.page, "clinic-card.png")
        for label in ("Записать", "Консультация", "Петрова"):
            await phone.tap(label)
        await phone.sees("Петрова А. С., каб. 12")
        await _picture(phone.page, "clinic-times.png")


async def _administrator(address: str) -> None:
    async with _begun(address, 201, PHONE) as phone:
        await phone.tap("Расписание")
        await phone.tap("Петрова А. С.")
        await phone.sees("Нажмите день, чтобы изменить его часы.")
        await _picture(phone.page, "clinic-week.png")
        await phone.tap("Рабочее место")
        await phone.tap("Загрузка")
        await phone.sees("Занято:")
        await _picture(phone.page, "clinic-load.png")


async def _picture(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    await expect(page.locator(".is-waiting")).to_have_count(0)  # no button is spinning
    await page.screenshot(path=PICTURES / name, animations="disabled")


if __name__ == "__main__":
    asyncio.run(main())
