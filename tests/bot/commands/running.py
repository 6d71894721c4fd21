"""`python -m bot …` for tests: within the test's process, or as a process of its own.

Importing the bot takes a process longer than the whole of most commands: what is said and done is
told within the test, and a process is started for what is about processes.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from bot.settings import Settings

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Finished:
    """How a command ended, and what it said."""

    code: int | str | None
    said: str
    complained: str


@dataclass(frozen=True)
class CommandLine:
    """Runs commands to their end within this process, in a folder, with these settings alone."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, typed: str = "", **settings: str) -> Finished:
        """Nobody is at the terminal, but this may be typed; the settings are of this command."""
        said, complained = StringIO(), StringIO()
        with (
            pytest.MonkeyPatch.context() as meanwhile,
            _logging_put_back(),
            redirect_stdout(said),
            redirect_stderr(complained),
        ):
            meanwhile.chdir(self.folder)
            for setting in Settings.model_fields:
                meanwhile.delenv(setting.upper(), raising=False)
            for name, value in {**self.settings, **settings}.items():
                meanwhile.setenv(name, value)
            meanwhile.setattr(sys, "argv", ["bot", *arguments])
            meanwhile.setattr(sys, "stdin", StringIO(typed))
            try:
                code: int | str | None = main()
            except SystemExit as ended:
                code = ended.code
        return Finished(code, said.getvalue(), complained.getvalue())

    async def beside(self, *arguments: str, **settings: str) -> Finished:
        """The same, for a test that is in an event loop itself."""
        return await asyncio.to_thread(self, *arguments, **settings)


@contextmanager
def _logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


def environment(**settings: str) -> dict[str, str]:
    """Of a process with these settings and no others."""
    theirs = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in theirs}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | settings


async def start(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """A real process, for what is about processes; nobody is at its terminal."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env=environment(**settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
