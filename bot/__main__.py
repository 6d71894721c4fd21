"""The command line, and the only place where everything meets."""

from __future__ import annotations

import gc

gc.disable()  # what is imported stays: looking for garbage in it was a fifth of the start

from bot.deferred import load_aiogram

load_aiogram()  # before anybody imports it

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.app import Services
from bot.clock import now
from bot.commands import (
    clinic,
    database,
    demo,
    doctor,
    export,
    invite,
    journal,
    kept,
    keys,
    load,
    run,
    schedule,
)
from bot.commands.line import Command, Line, Preparing
from bot.commands.systems import system
from bot.commands.terminal import CannotDo, Unwell
from bot.serving import CannotStart
from bot.settings import BadSetting, Settings, read_settings
from bot.systems.adapters import build as build_systems
from bot.telegram.errors import describe
from bot.watch.watching import Watch
from bot.words import MissingCatalog
from services.ports.readers import Clock
from services.ports.transaction import StorageUnavailable
from services.runtime.health import Contents, Finding, wrong
from services.runtime.use_case import finish_use_cases
from storage.care.backup import BadBackup, back_up, restore
from storage.care.checkup import look_over
from storage.database.engines import open_engines
from storage.database.migrate import migrate
from storage.database.process_lock import Held, held_for
from storage.database.transaction import StoredTransactions
from storage.database.urls import BadDatabase, is_sqlite, read_url

gc.freeze()
gc.enable()

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers

log = structlog.get_logger()

ADDED: tuple[Callable[[Line], None], ...] = (
    run.add,
    demo.add,
    database.add_migrate,
    demo.add_seed,
    doctor.add,
    invite.add,
    journal.add,
    export.add,
    kept.add,
    keys.add,
    clinic.add,
    schedule.add,
    system.add,
    load.add,
    database.add_backups,
)
"""What adds the commands, in the order in which `--help` shows them."""
SERVING = ("run", "demo")
"""The commands that serve parents until they are stopped."""
UNWELL = 1
"""The exit code of a look that found something wrong, and has said what."""
CANNOT_START = 2
"""The exit code of a start that a person has to mend: a setting, the token, the database."""


class StoredHouse:
    """What commands want of the database (`bot.commands.line.House`), made of `storage`."""

    @asynccontextmanager
    async def opened(
        self,
        settings: Settings,
        command: str,
        clock: Clock = now,
        watch: Watch | None = None,
        *,
        unlocked: bool = True,
        prepare: Preparing | None = None,
    ) -> AsyncIterator[Services]:
        """Migrated, locked if it is a file, and let go when what is under way is finished."""
        url = read_url(settings.database_url)
        with held_for(command, url):
            await migrate(url)
            engines = open_engines(url)
            systems = build_systems(settings.keys_of_systems, clock)
            try:
                watch = watch or Watch()
                transactions = StoredTransactions(
                    engines, clock, watch.transaction, _ciphers_of(settings)
                )
                services = Services(transactions, clock, watch.notified, settings.lives, systems)
                if unlocked:
                    await _require_keys(services)
                await _keep_wall_times(services)
                if prepare:
                    await prepare(services, transactions)
                yield services
            finally:
                await finish_use_cases()
                await systems.close()
                await engines.dispose()

    @asynccontextmanager
    async def looked_at(self, settings: Settings) -> AsyncIterator[Services]:
        """Neither migrated nor locked.

        Raises:
            BadDatabase: there is none yet.
        """
        if not await self.is_there(settings):
            raise BadDatabase("is not there yet")
        engines = open_engines(read_url(settings.database_url))
        systems = build_systems(settings.keys_of_systems, now)
        try:
            transactions = StoredTransactions(engines, now, ciphers=_ciphers_of(settings))
            yield Services(transactions, now, lives=settings.lives, systems=systems)
        finally:
            await systems.close()
            await engines.dispose()

    async def is_there(self, settings: Settings) -> bool:
        """Whether a SQLite file is; a server is asked when it is needed."""
        url = read_url(settings.database_url)
        return not is_sqlite(url) or await asyncio.to_thread(Path(url.database or "").is_file)

    async def migrate(self, settings: Settings) -> None:
        """Up to date, by nobody else meanwhile if it is a file."""
        url = read_url(settings.database_url)
        with held_for("migrate", url):
            await migrate(url)

    async def back_up(self, settings: Settings, file: Path) -> Contents:
        """Into a new file, as of now."""
        return await back_up(read_url(settings.database_url), file, now())

    async def restore(self, settings: Settings, file: Path) -> Contents:
        """From a backup, by nobody else meanwhile if it is a file."""
        url = read_url(settings.database_url)
        with held_for("restore", url):
            return await restore(url, file, now())

    async def look_over(self, settings: Settings) -> list[Finding]:
        """A database that cannot even be named is a finding like any other."""
        try:
            return await look_over(read_url(settings.database_url), now, _ciphers_of(settings))
        except BadDatabase as trouble:
            return [wrong("database", f"it {trouble}", "mend DATABASE_URL, see .env.example")]


def _ciphers_of(settings: Settings) -> Ciphers | None:
    """The keys that are set, if any; whoever has none does not need their library either."""
    if not settings.encryption_keys:
        return None
    from storage.care.ciphers import Ciphers

    return Ciphers(settings.secret_keys)


async def _require_keys(services: Services) -> None:
    """Raises `BadSetting` where the registry would look for numbers that nobody can read (R35)."""
    if locked := await services.phones.locked():
        raise BadSetting(
            f"ENCRYPTION_KEYS: no key here opens {locked} phone numbers of the database: put back "
            "the key they were kept with (or give them up: python -m bot keys forget-lost)."
        )


async def _keep_wall_times(services: Services) -> None:
    """Before anything is made by clocks that are others than those of what is stored (R57), and
    before a reminder is sent by the old ones."""
    for moved in (moves := await services.wall_times.keep()):
        log.warning(
            "the clocks of a zone are others now: what lies ahead stays at its time on the wall",
            zone=moved.zone,
            times=moved.times,
            visits=moved.visits,
            times_in_the_way=moved.stuck,
            visits_at_another_hour=moved.stuck_visits,
        )
    if moves:
        await services.profiles.remind_anew()


def main() -> int:
    """Read the command line, run one command, say in one line why it could not be."""
    options = _parser().parse_args()
    command: Command = options.command
    try:
        asyncio.run(command(StoredHouse(), read_settings(), options))
    except Unwell:
        return UNWELL
    except (BadSetting, BadBackup, CannotStart, CannotDo, MissingCatalog) as trouble:
        print(trouble, file=sys.stderr)
    except Held as held:
        print(f"DATABASE_URL: {_way_past(held, options.name)}.", file=sys.stderr)
    except BadDatabase as trouble:
        print(f"DATABASE_URL: the database {trouble}.", file=sys.stderr)
    except StorageUnavailable as trouble:
        print(f"DATABASE_URL: {describe(trouble.__cause__ or trouble)}.", file=sys.stderr)
    else:
        return 0
    return CANNOT_START


def _way_past(held: Held, command: str) -> str:
    """What to do about the other process, in terms of the command that found it."""
    process = f"(process {held.process or 'unknown'})"
    if held.command not in SERVING:
        return f"`{held.command or 'another command'}` {process} is at work: let it finish"
    if command in SERVING:
        return (
            f"another bot {process} has this file open: stop it first; "
            "for several processes use PostgreSQL"
        )
    return f"the bot {process} is running: stop it, do this, start it again (or do it in the chat)"


def _parser() -> argparse.ArgumentParser:
    about = "Through this bot parents book a pediatrician in Telegram. Settings are read from .env."
    parser = argparse.ArgumentParser(prog="python -m bot", description=about)
    line = Line(parser, "COMMAND")
    for add in ADDED:
        add(line)
    return parser


if __name__ == "__main__":
    os.umask(0o077)  # databases and backups hold children's names: they are nobody else's
    sys.exit(main())
