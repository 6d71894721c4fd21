"""Every screen of every flow, rendered in both languages with the worst names that fit.

Both are found, flows and samples: `tests/screens/desk/day.py` has those of `bot/flows/desk/day`.
"""

import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot import flows
from bot.flows.common import taps as common_taps
from bot.flows.common.kinds import usual_name
from bot.flows.routing import build_router
from bot.sandbox.api.markup import parse_html
from bot.telegram.screen import Document, Picture, Screen, keyboard
from services.model.clinic import Reason
from services.model.people import Language
from tests import screens
from tests.screens.limits import LONGEST_BUTTON, LONGEST_CAPTION, LONGEST_TEXT
from tests.screens.values import NASTY, VISIT, View

FILES = (Document, Picture)
UNMADE = ("&lt;", "&amp;", "{name}'s", "None")
"""What is seen where words were escaped twice, or not filled in."""


def names_in(package: ModuleType) -> list[str]:
    """All modules of a package, however deep; whoever adds one has nothing to enter here."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [module.name for module in found]


def views_of(module: ModuleType) -> list[View]:
    """The module's own public functions that make a screen or a file."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return [
        function
        for name, function in functions
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and made_by(function) in (Screen, *FILES)
    ]


def made_by(view: View) -> Any:
    """What a view says that it makes."""
    return inspect.signature(view).return_annotation


def flow_of(sampling: ModuleType) -> str:
    """The flow that a file of samples belongs to: it has the same place there."""
    return sampling.__name__.removeprefix(f"{screens.__name__}.")


MODULES = [importlib.import_module(name) for name in names_in(flows)]
WITH_VIEWS = [module for module in MODULES if views_of(module)]
SAMPLING = [
    module
    for name in names_in(screens)
    if not name.rpartition(".")[2].startswith("test_")
    if hasattr(module := importlib.import_module(name), "SAMPLES")
]


def rendered(*kinds: type) -> list[Any]:
    """Each sample of the views that make one of these kinds, by its flow, view and number."""
    return [
        pytest.param(view, args, id=f"{flow_of(sampling)}.{view.__name__}-{number}")
        for sampling in SAMPLING
        for view, samples in sampling.SAMPLES.items()
        if made_by(view) in kinds
        for number, args in enumerate(samples, 1)
    ]


# Nothing is forgotten


def test_every_module_of_the_flows_is_found() -> None:
    """A folder without an `__init__.py` would hide its screens from the next test."""
    folder = Path(flows.__path__[0])
    names = {
        ".".join(("bot.flows", *path.relative_to(folder).with_suffix("").parts))
        for path in folder.rglob("*.py")
    }

    assert {module.__name__ for module in MODULES} == {
        name.removesuffix(".__init__") for name in names
    } - {"bot.flows"}


@pytest.mark.parametrize("module", WITH_VIEWS, ids=lambda module: module.__name__)
def test_no_screen_is_forgotten(module: ModuleType) -> None:
    """Whoever adds a screen or a file adds a sample of it to the samples of its flow."""
    sampled = {view for sampling in SAMPLING for view in sampling.SAMPLES}

    assert [view.__name__ for view in views_of(module) if view not in sampled] == []


@pytest.mark.parametrize("sampling", SAMPLING, ids=flow_of)
def test_samples_stand_with_their_flow(sampling: ModuleType) -> None:
    """So each view is sampled in one file, and whoever knows the flow knows which."""
    flow = f"{flows.__name__}.{flow_of(sampling)}."

    assert sampling.SAMPLES
    assert [view for view in sampling.SAMPLES if not view.__module__.startswith(flow)] == []


def test_every_tap_is_handled() -> None:
    """No button without a handler of its own."""
    handled = {
        filter_.callback.callback_data  # type: ignore[attr-defined]
        for router in build_router().chain_tail
        for handler in router.callback_query.handlers
        for filter_ in handler.filters or []
    }

    assert set(common_taps.BY_PREFIX.values()) - handled == set()


# All of it can be sent


@pytest.mark.parametrize(("view", "args"), rendered(Screen))
def test_a_screen_can_be_sent(view: View, args: tuple[Any, ...], language: Language) -> None:
    """It fits, its markup is whole, what people typed is text (R36), and it leads somewhere."""
    screen = view(*args)
    assert isinstance(screen, Screen)
    text, _ = parse_html(str(screen.text))
    buttons = [button for row in screen.rows for button in row]

    assert 0 < len(text) <= LONGEST_TEXT
    assert not [mark for mark in UNMADE if mark in text]
    assert ("Анна" in text) == (NASTY in text)
    assert f"№ {VISIT.number}" not in text, "its sign may be left alone at the end of a line"
    assert buttons, "a dead end"
    assert all(button.text.strip() for button in buttons)
    assert keyboard(screen) is not None
    assert len(buttons) <= 100
    too_long = [button.text for button in buttons if len(button.text) > LONGEST_BUTTON]
    assert too_long == []


@pytest.mark.parametrize(("view", "args"), rendered(*FILES))
def test_a_file_can_be_sent(view: View, args: tuple[Any, ...], language: Language) -> None:
    """It is named as what it is, and its caption fits and is whole."""
    file = view(*args)
    assert isinstance(file, FILES)
    caption, _ = parse_html(str(file.caption))

    assert file.content
    assert Path(file.name).suffix
    assert 0 < len(caption) <= LONGEST_CAPTION
    assert not [mark for mark in UNMADE if mark in caption]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_name(reason: Reason, language: Language) -> None:
    """On a button, and among the facts of a visit."""
    assert 0 < len(usual_name(reason)) <= LONGEST_BUTTON
