"""The demo as a newcomer runs it, and a phone-sized browser in front of it."""

import asyncio
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright, expect

from bot.commands.demo import DATA
from bot.demo import clinics
from bot.demo.life import MOSCOW, TUESDAY
from bot.sandbox.telegram import Telegram

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PATIENCE = 30_000
"""Milliseconds for what is to be seen: a machine that is busy with other tests takes its time."""
expect.set_options(timeout=PATIENCE)
WHAT_IS_SEEN = """() => {
  const shown = (id) => document.getElementById(id).checkVisibility();
  return ["messages", "alert", "toast"].filter(shown)
    .map((id) => document.getElementById(id).innerText).join();
}"""
"""The words of the chat, of an alert and of a toast."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class NoChromium(Exception):
    """There is no browser to test with; the message says how to get one."""


def chromium() -> str:
    """Where Chromium is: `CHROMIUM`, or on the path."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if found := name and shutil.which(name):
            return found
    raise NoChromium("Chromium is needed: `apt-get install chromium`, or set CHROMIUM to its path.")


def such_a_morning(today: date) -> datetime:
    """Ten o'clock on a Tuesday ahead, before a Wednesday with an even date: whatever day it is
    for us, the same doctors receive tomorrow, and nobody sleeps."""
    morrows = (today + timedelta(days=ahead) for ahead in range(2, 32))
    morrow = next(day for day in morrows if day.weekday() == TUESDAY + 1 and not day.day % 2)
    return datetime.combine(morrow - timedelta(days=1), time(10), MOSCOW).astimezone(UTC)


async def begin_on_such_a_morning(folder: Path) -> None:
    """Let the demo with its data in this folder find that its clock stands there, if it is new."""
    memory = folder / DATA / "telegram.json"
    if memory.exists():
        return
    telegram = Telegram(token=clinics.TOKEN, memory=memory)
    telegram.forward_to(such_a_morning(telegram.now().astimezone(MOSCOW).date()))
    await telegram.close()


@asynccontextmanager
async def demo(folder: Path, *options: str) -> AsyncIterator[str]:
    """`python -m bot demo` with its data in this folder; the address of its page. Without weeks
    that were lived, it begins on a morning that is always alike."""
    if "--empty" in options:
        await begin_on_such_a_morning(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *options),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        async with asyncio.timeout(180):
            line = (await process.stdout.readline()).decode()
        assert f"http://127.0.0.1:{port}" in line
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        assert await process.wait() == 0


@asynccontextmanager
async def browser_page(
    size: dict[str, int] | None = None, *, dark: bool = False, sharpness: float = 1
) -> AsyncIterator[Page]:
    """A page in a fresh Chromium, as wide as a phone; what breaks in its scripts is raised."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        context = await browser.new_context(
            viewport={"width": (size or PHONE)["width"], "height": (size or PHONE)["height"]},
            device_scale_factor=sharpness,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        yield page
        assert broken == []
        await browser.close()


@dataclass(frozen=True)
class Phone:
    """Somebody's hand on the chat page."""

    page: Page

    async def tap(self, label: str | re.Pattern[str]) -> None:
        """Tap the lowest button with this label, and see what comes of it."""
        await self.press(self.buttons(label).last)

    def buttons(self, label: str | re.Pattern[str]) -> Locator:
        """The bot's buttons with this label."""
        return self.page.get_by_test_id("button").filter(has_text=label)

    async def press(self, button: Locator) -> None:
        """Tap this button, and see what comes of it: what the next tap looks for may stand on the
        screen before, too, and a busy machine still shows that one."""
        await button.wait_for()
        before = await self.page.evaluate(WHAT_IS_SEEN)
        await button.click()
        await self.page.wait_for_function(f"before => ({WHAT_IS_SEEN})() !== before", arg=before)

    async def say(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("composer").press("Enter")

    async def sees(self, text: str) -> Locator:
        """Wait until the bot says this; its lowest message that does."""
        message = self.page.get_by_test_id("message").filter(has_text=text).last
        await message.wait_for()
        return message

    async def become(self, name: str) -> None:
        """Hand the phone to somebody else."""
        await self.page.get_by_test_id("person").filter(has_text=name).click()
