"""Lists have an end: every screen is drawn with more things than it has room for."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram.utils.i18n import I18n

from bot import words
from bot.sandbox.api.limits import checked_markup
from bot.sandbox.api.markup import parse_html
from bot.telegram.screen import Screen, keyboard
from services.model.people import Language
from services.model.settings.texts import length
from tests.screens.growing import grown, is_list
from tests.screens.limits import LONGEST_TEXT
from tests.screens.test_screens import SAMPLING, flow_of, made_by
from tests.screens.values import View

MANY = 300
"""Too many for any screen: of no list a hundred fit."""
MOST_ROWS = 24
"""That are still comfortable on a phone: those of a list, and the ways on."""


@pytest.fixture(autouse=True)
def russian(i18n: I18n) -> Iterator[None]:
    """The longer of the languages."""
    with words.speaking(i18n, Language.RUSSIAN):
        yield


def lists() -> list[Any]:
    """The samples that have a list in them, and each page that a view can be asked for."""
    return [
        pytest.param(view, args, id=f"{flow_of(sampling)}.{view.__name__}-{number}")
        for sampling in SAMPLING
        for view, samples in sampling.SAMPLES.items()
        if made_by(view) is Screen
        for number, args in enumerate(samples, 1)
        if any(map(is_list, args))
    ]


@pytest.mark.parametrize(("view", "args"), lists())
def test_a_screen_fits_at_any_number(view: View, args: tuple[Any, ...]) -> None:
    """R54: with hundreds of whatever it lists, each called by the longest name, it can be sent,
    and each page of it."""
    many = [grown(each, MANY) for each in args]
    paged = "page" in inspect.signature(view).parameters
    for page in (0, 1, 2, 9999) if paged else (0,):
        screen = view(*many, **({"page": page} if paged else {}))
        assert isinstance(screen, Screen)
        text, _ = parse_html(str(screen.text))
        buttons = [button for row in screen.rows for button in row]
        assert length(text) <= LONGEST_TEXT
        assert len(buttons) <= 100
        assert len(screen.rows) <= MOST_ROWS
        checked_markup(keyboard(screen), 1)
