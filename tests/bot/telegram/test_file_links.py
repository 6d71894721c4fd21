"""A link to a family's file, opened by a browser, by a preview, and by whoever finds it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot import words
from bot.flows.families.privacy.file_links import FileLinks
from services.model.clinic import Clinic
from services.model.people import Language
from services.ports.transaction import StorageUnavailable
from services.privacy.own_data import OwnData
from tests.conftest import House


@pytest.fixture
async def token(house: House, clinic: Clinic) -> str:
    """Анна's, whose child is Миша."""
    parent = await house.parent(101, clinic)
    await house.child(parent)
    made = await house.services.own_data.make_link(parent)
    assert made
    return made.token


@pytest.fixture
async def door(house: House) -> AsyncIterator[str]:
    """Where links are opened."""
    links = FileLinks(
        house.services.own_data, words.load(), Language.RUSSIAN, "https://bot.example.org/files"
    )
    async with links.listening("127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/files"


async def test_a_preview_uses_nothing_up_and_the_button_gives_the_file_once(
    token: str, door: str
) -> None:
    """R74: nobody keeps a copy on the way, and no search engine finds it."""
    async with aiohttp.ClientSession() as browser:
        for ask in (browser.head, browser.get, browser.get):
            async with ask(f"{door}/{token}") as shown:
                assert shown.status == 200
                page = await shown.text()
        assert "Скачать" in page
        assert token not in page
        assert "Миша" not in page
        async with browser.post(f"{door}/{token}") as given:
            assert given.status == 200
            assert "Миша" in await given.text()
            assert given.headers["Content-Disposition"].startswith("attachment")
        for answer in (shown, given):
            assert answer.headers["Cache-Control"] == "no-store"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        for again in (browser.get, browser.post):
            async with again(f"{door}/{token}") as gone:
                assert gone.status == 404
                assert "/privacy" in await gone.text()


async def test_nothing_of_a_link_is_logged(
    token: str, door: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """R34: not where it opens, and not where the database is away, when it can be tried again."""

    async def away(_self: OwnData, token: str) -> None:
        raise StorageUnavailable(f"about {token}")

    with capture_logs() as logged:
        async with aiohttp.ClientSession() as browser:
            with monkeypatch.context() as meanwhile:
                meanwhile.setattr(OwnData, "take_by_link", away)
                async with browser.post(f"{door}/{token}") as failed:
                    assert failed.status == 503
            async with browser.post(f"{door}/{token}") as given:
                assert given.status == 200
    assert token not in caplog.text + str(logged)
    assert logged


@pytest.mark.parametrize("wrong", ["", "/short", "/" + "x" * 33, "/" + "x" * 32, "/../telegram"])
async def test_whoever_guesses_gets_nothing(door: str, wrong: str) -> None:
    """R04, R74: whatever is asked for."""
    async with aiohttp.ClientSession() as stranger, stranger.post(door + wrong) as answer:
        assert answer.status in (404, 405)
