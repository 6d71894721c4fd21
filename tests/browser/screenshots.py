"""`make screenshots`: the pictures in the README, taken from the real demo."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.demo import DESK, PHONE, ROOT, Phone, browser_page, demo

PICTURES = ROOT / "docs" / "images"


async def main() -> None:
    """Walk the path of a parent and take its pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as address:
            await _desk(address)
            await _phone(address)


async def _desk(address: str) -> None:
    async with browser_page(DESK) as page:
        await page.goto(f"{address}/?user=101")
        phone = Phone(page)
        await page.get_by_test_id("start").click()
        await phone.tap("🕘")
        await phone.tap("Не болеет — записать")
        await phone.sees("Вы записаны")
        await phone.tap("На главную")
        await phone.sees("Участковый врач")
        await _picture(page, "demo.png")


async def _phone(address: str) -> None:
    async with browser_page(PHONE, dark=True) as page:
        await page.goto(f"{address}/?user=102")
        phone = Phone(page)
        await page.get_by_test_id("start").click()
        await phone.tap("Записаться")
        await phone.tap("Осмотр перед прививкой")
        await phone.tap("Петрова")
        await phone.tap("Весь месяц")
        await phone.sees("Число — есть время")
        await _picture(page, "month.png")


async def _picture(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    await expect(page.locator(".is-waiting")).to_have_count(0)  # no button is spinning
    await page.screenshot(path=PICTURES / name, animations="disabled")


if __name__ == "__main__":
    asyncio.run(main())
