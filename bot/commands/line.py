"""The command line as its commands see it: where they are added, and the house they are done in."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from bot.app import Services
from bot.clock import now
from bot.settings import Settings
from bot.watch.watching import Watch
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.health import Contents, Finding


class House(Protocol):
    """What commands want of the database; only `bot/__main__.py` knows what it is made of.

    Whatever is wrong with the database is raised, and said by `bot/__main__.py`, too.
    """

    def opened(
        self,
        settings: Settings,
        command: str,
        clock: Clock = now,
        watch: Watch | None = None,
        *,
        unlocked: bool = True,
        prepare: Preparing | None = None,
    ) -> AbstractAsyncContextManager[Services]:
        """The services over a database that is brought up to date first, and let go at the end.

        A SQLite file is this process's alone meanwhile; `command` tells others what it is doing.

        Raises:
            BadSetting: numbers are in it that no key opens; unless it need not be `unlocked`.
        """
        ...

    def looked_at(self, settings: Settings) -> AbstractAsyncContextManager[Services]:
        """The services over a database that others may be writing to, and that is only read."""
        ...

    async def is_there(self, settings: Settings) -> bool:
        """Whether a SQLite file is; a server is asked when it is needed."""
        ...

    async def migrate(self, settings: Settings) -> None:
        """Bring the database up to date."""
        ...

    async def back_up(self, settings: Settings, file: Path) -> Contents:
        """Put a copy of the database into a new file; what is in it. The bot may go on."""
        ...

    async def restore(self, settings: Settings, file: Path) -> Contents:
        """Fill an empty database from a backup; what is in it then."""
        ...

    async def look_over(self, settings: Settings) -> list[Finding]:
        """Everything worth knowing about the database; nothing is changed."""
        ...


Preparing = Callable[[Services, Transactions], Awaitable[None]]
"""What is done in a house before it serves."""
Command = Callable[[House, Settings, Namespace], Coroutine[Any, Any, None]]
"""What is done; its docstring, of one line, is its help."""


class Line:
    """Where commands are added: to the command line itself, or to a family after its first word."""

    def __init__(self, parser: ArgumentParser, metavar: str, first: str = "") -> None:
        self._commands = parser.add_subparsers(required=True, metavar=metavar)
        self._first = first

    def add(self, name: str, command: Command) -> ArgumentParser:
        """A command; what it is told can be added to what is returned."""
        about = (command.__doc__ or "").strip()
        added = self._commands.add_parser(name, help=about, description=about)
        added.set_defaults(command=command, name=f"{self._first}{name}")
        return added

    def family(self, name: str, about: str) -> Line:
        """Commands of two words, of which this is the first."""
        return Line(self._commands.add_parser(name, help=about), "ACTION", f"{name} ")
