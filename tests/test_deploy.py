"""What is handed out for deployment speaks of settings and commands that there are."""

import argparse
import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from bot.__main__ import _parser
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
SETTINGS = {name.upper() for name in Settings.model_fields}
DEPLOY = [ROOT / "Dockerfile", *sorted((ROOT / "deploy").iterdir())]
ELSEWHERE = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "PGPASSWORD"}
"""Settings of the PostgreSQL image."""
PYTHON = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PATH"}
UNITS = [file for file in DEPLOY if file.suffix == ".service"]
INSTALLED = "/opt/pediatrician-bot"
STATE = "/var/lib/pediatrician-bot"
SETTINGS_FILE = "/etc/pediatrician-bot.env"
RELATIVE = "DATABASE_URL=sqlite+aiosqlite:///data/bot.db"
"""What `.env.example` set before: it stands in the settings of who installed it then."""


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


def unit(file: Path, state: Path, settings: Path) -> dict[str, list[str]]:
    """What a unit says, as if it was installed in this checkout with its state there."""
    said: dict[str, list[str]] = defaultdict(list)
    places = {INSTALLED: str(ROOT), STATE: str(state), SETTINGS_FILE: str(settings)}
    for line in file.read_text().splitlines():
        key, _, value = line.partition("=")
        for place, here in places.items():
            value = value.replace(place, here)
        said[key].append(value)
    return said


def environment(said: dict[str, list[str]]) -> dict[str, str]:
    """As systemd.exec(5) has it: what stands in the file wins over what stands in the unit."""
    lines = said["Environment"] + Path(*said["EnvironmentFile"]).read_text().splitlines()
    named = (re.fullmatch(r"([A-Z_]+)=(.*)", line) for line in lines)
    return {match[1]: match[2] for match in named if match}


def run_in(said: dict[str, list[str]], *command: str) -> None:
    [folder] = said["WorkingDirectory"]
    clean = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment(said)}
    subprocess.run(command, cwd=folder, env=clean, check=True, timeout=60, capture_output=True)


@pytest.mark.process
@pytest.mark.parametrize("more", ["", RELATIVE], ids=["the example", "one of the version before"])
def test_what_systemd_starts_writes_where_it_may(tmp_path: Path, more: str) -> None:
    """R68: with the settings that the page tells to copy, bot and backup keep to one database in
    the state directory, the only place that `ProtectSystem=strict` leaves them."""
    state, settings = tmp_path / "state", tmp_path / "settings.env"
    (state / "backups").mkdir(parents=True)
    settings.write_text((ROOT / ".env.example").read_text() + f"\nBOT_TOKEN=1:x\n{more}\n")
    bot, backup = [
        unit(ROOT / "deploy" / name, state, settings)
        for name in ("pediatrician-bot.service", "pediatrician-bot-backup.service")
    ]
    [start] = bot["ExecStart"]
    assert start.endswith(" -m bot run")
    run_in(bot, *start.replace(" run", " migrate").split())
    [backing] = backup["ExecStart"]
    shell, option, script = backing.split(maxsplit=2)
    run_in(backup, shell, option, script.strip("'").replace("%%", "%"))

    made = {file.relative_to(state).parent for file in state.rglob("*.db")}
    assert made == {Path("data" if more else "."), Path("backups")}
    assert bot["ProtectSystem"] == backup["ProtectSystem"] == ["strict"]
    assert "pediatrician-bot" in bot["StateDirectory"][0] + backup["StateDirectory"][0]


@pytest.mark.process
@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_systemd_understands_the_units(file: Path, tmp_path: Path) -> None:
    """R68: no key is misspelt, and what is to be started is there."""
    assert shutil.which("systemd-analyze"), "systemd is needed: `apt-get install systemd`"
    installed = tmp_path / file.name
    installed.write_text(file.read_text().replace(INSTALLED, str(ROOT)))
    verify = ["systemd-analyze", "verify", "--man=no", str(installed)]
    said = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_a_password_may_have_any_character() -> None:
    """R68: no secret is put into a URL by text, where `@` would end it."""
    for file in DEPLOY:
        for url in re.findall(r"\w+://\S+", file.read_text()):
            assert "$" not in url, f"{file.name}: {url}"


def test_images_are_what_they_were_when_somebody_looked() -> None:
    """By digest, as the libraries are by hash."""
    named = re.findall(
        r"^(?:FROM|\s+image:) (\S+)", "\n".join(f.read_text() for f in DEPLOY), re.MULTILINE
    )
    assert len(named) == 4
    assert all(re.search(r"@sha256:[0-9a-f]{64}$", image) for image in named)
