"""What the process loads before it is wanted: nothing that takes long."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

LOADED = """
import json, sys
import bot.__main__
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {
    *("matplotlib", "numpy", "PIL"),  # draw
    *("fpdf", "fontTools"),  # print
    *("openpyxl", "lxml"),  # read sheets
    *("cryptography", "phonenumbers", "prometheus_client"),
}

BUILT = """
import bot.__main__
from aiogram import methods, types
from aiogram.methods import Response

kinds = [
    model
    for module in (types, methods)
    for model in (getattr(module, name) for name in module.__all__)
    if hasattr(model, "model_rebuild")
]
print(sum(model.__pydantic_complete__ for model in kinds), "of", len(kinds))
for model in kinds:
    model.model_rebuild()
    if isinstance(answer := getattr(model, "__returning__", None), type):
        Response[answer].model_rebuild()
assert all(model.__pydantic_complete__ for model in kinds)
"""


def test_what_is_seldom_wanted_is_not_loaded_at_start() -> None:
    """A picture, a sheet or a cipher brings its library when it is asked for."""
    loaded = json.loads(_said_by(LOADED))

    assert HEAVY.intersection(loaded) == set()


def test_models_of_telegram_are_built_when_they_are_used() -> None:
    """Hardly any at start, and each that there is can be, with what its method answers."""
    built, _, all_there_are = _said_by(BUILT).split()

    assert int(built) < 10 < 500 < int(all_there_are)


def _said_by(program: str) -> str:
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
