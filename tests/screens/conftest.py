"""The languages that screens are rendered in."""

from collections.abc import Iterator

import pytest
from aiogram.utils.i18n import I18n

from bot import words
from services.model.people import Language


@pytest.fixture(scope="session")
def i18n() -> I18n:
    return words.load()


@pytest.fixture(params=Language)
def language(request: pytest.FixtureRequest, i18n: I18n) -> Iterator[Language]:
    """The language that the bot speaks in the test: each in turn."""
    with words.speaking(i18n, request.param):
        yield request.param
