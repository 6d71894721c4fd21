"""What is handed out for deployment speaks of settings and commands that there are."""

import argparse
import json
import re
from pathlib import Path

import pytest

from bot.__main__ import _parser
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
SETTINGS = {name.upper() for name in Settings.model_fields}
DEPLOY = [ROOT / "Dockerfile", *sorted((ROOT / "deploy").iterdir())]
ELSEWHERE = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
"""Settings of the PostgreSQL image."""
PYTHON = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PATH"}


def commands() -> set[str]:
    """The names after `python -m bot`."""
    [choices] = [
        action.choices
        for action in _parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return set(choices)


@pytest.mark.parametrize("file", DEPLOY, ids=lambda file: file.name)
def test_only_settings_that_there_are(file: Path) -> None:
    """A setting that was renamed or misspelt would be ignored in silence."""
    named = set(re.findall(r"\b([A-Z][A-Z]+(?:_[A-Z]+)+)[:=]", file.read_text()))

    assert named - ELSEWHERE - PYTHON - SETTINGS == set()


@pytest.mark.parametrize("file", ["README.md", *(f"deploy/{f.name}" for f in DEPLOY[1:])])
def test_only_commands_that_there_are(file: str) -> None:
    """Whatever a page or a unit calls can be called."""
    called = set(re.findall(r"-m bot ([a-z][a-z-]*)", (ROOT / file).read_text()))

    assert called <= commands()


def test_every_setting_is_explained_to_the_operator() -> None:
    """In `.env.example` with its default or an example, and in the README's table."""
    example = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert set(example) == set(table) == SETTINGS


def test_what_the_example_shows_is_the_default() -> None:
    """Nothing changes for who copies `.env.example` and fills in the token."""
    shown = re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}

    assert {name: value for name, value in shown if value} == {
        name: defaults[name] for name, value in shown if value
    }


def test_the_container_is_nobody_and_writes_nowhere() -> None:
    """Not root, a root that is read only, no capability, and asked whether it is well."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    composed = [file.read_text() for file in DEPLOY if file.name.startswith("compose")]

    assert re.search(r"^USER bot$", dockerfile, re.MULTILINE)
    assert "/healthz" in json.dumps(dockerfile)
    assert "--require-hashes" in dockerfile
    assert len(composed) == 2
    for words in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert all(words in text for text in composed)
