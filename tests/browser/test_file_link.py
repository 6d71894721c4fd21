"""The link to a family's file in a real browser, as wide as a phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot import words
from bot.flows.families.privacy.file_links import FileLinks
from services.model.clinic import Clinic
from services.model.people import Language
from tests.browser.demo import PHONE, browser_page
from tests.conftest import House

pytestmark = pytest.mark.browser


@pytest.fixture
async def link(house: House, clinic: Clinic) -> AsyncIterator[str]:
    """Анна's, whose child is Миша."""
    own_data = house.services.own_data
    parent = await house.parent(101, clinic)
    await house.child(parent)
    made = await own_data.make_link(parent)
    assert made
    links = FileLinks(own_data, words.load(), Language.RUSSIAN, "https://bot.example.org/files")
    async with links.listening("127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/files/{made.token}"


async def test_the_button_gives_the_file_and_the_link_is_over(link: str, tmp_path: Path) -> None:
    """R74: what the page forbids itself leaves its own button alone."""
    async with browser_page() as page:
        await page.goto(link)
        await expect(page.get_by_text("Скачать можно один раз")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Скачать").click()
        file = tmp_path / (await download.value).suggested_filename
        await (await download.value).save_as(file)
        assert file.name == "my-data.html"
        assert "Миша" in file.read_text("utf-8")

        await page.goto(link)
        await expect(page.get_by_text("/privacy")).to_be_visible()
        await expect(page.get_by_role("button")).to_have_count(0)
