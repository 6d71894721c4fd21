"""Backups. Each is one SQLite file of our tables, whatever kind the database is.

So a backup of SQLite can be restored into PostgreSQL, and the other way round: that is how a clinic
grows into a city. An unfinished backup or restore leaves nothing under the name that was meant.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.runtime.health import Contents
from storage.care import snapshots
from storage.care.snapshots import Damaged, url_of
from storage.care.transfer import transfer
from storage.database.engines import open_engines
from storage.database.migrate import migrate
from storage.database.postgresql import migrating_engine
from storage.database.sqlite import make_folder
from storage.database.urls import BadDatabase, is_sqlite
from storage.tables.clinic import ClinicRow
from storage.tables.families import PersonRow

OURS = {"alembic_version", "persons", "clinics", "appointments"}
"""Tables that every version of the database had."""


class BadBackup(Exception):
    """The backup cannot be made or used; the message is one line for the operator."""


async def back_up(url: URL, file: Path, at: datetime) -> Contents:
    """Put a copy of the database, as it is at one moment, into a new file; what is in it.

    The bot may go on meanwhile. `at` is kept in the file as its moment.

    Raises:
        BadBackup: the file is there already, or cannot be written.
        BadDatabase: the database cannot be read, or does not hold together.
    """
    _refuse_to_overwrite(file)
    with _told_of(file, "cannot be written"), snapshots.workshop(beside=file) as folder:
        copy = folder / "backup.db"
        if is_sqlite(url):
            await asyncio.to_thread(_copy_file, Path(str(url.database)), copy)
        else:
            await _copy_rows_out(url, copy)
        await asyncio.to_thread(snapshots.sign, copy, at)
        contents = await asyncio.to_thread(snapshots.look_into, copy, at)
        _refuse_to_overwrite(file)
        await asyncio.to_thread(snapshots.put_in_place, copy, file)
    return contents


async def restore(url: URL, file: Path, now: datetime) -> Contents:
    """Fill an empty database from a backup, or leave it as it is; what is in it then.

    The backup of an older version is brought up to date on the way; the file is not changed. Ids
    that were given out after it was made are not given again.
    The caller holds the lock of a SQLite database.

    Raises:
        BadBackup: the file is no backup of ours, is damaged, or is newer than this code.
        BadDatabase: there is something in the database already, or it cannot be written.
    """
    _refuse_nothing(file)
    if not is_sqlite(url):
        with snapshots.workshop(beside=Path(tempfile.gettempdir()) / "restore") as folder:
            contents = await _prepare(file, folder / "copy.db", now)
            await _copy_rows_in(folder / "copy.db", url)
        return contents
    place = Path(str(url.database))
    make_folder(url)
    with _of_the_database(), snapshots.workshop(beside=place) as folder:
        await asyncio.to_thread(_refuse_full, place)
        contents = await _prepare(file, folder / "copy.db", now)
        await asyncio.to_thread(snapshots.put_in_place, folder / "copy.db", place)
    return contents


# Files


def _refuse_to_overwrite(file: Path) -> None:
    if file.exists():
        raise BadBackup(f"{file}: it is there already, and is not written over.")


def _refuse_nothing(file: Path) -> None:
    if not file.is_file():
        raise BadBackup(f"{file}: there is no such file.")


def _copy_file(source: Path, copy: Path) -> None:
    if not source.is_file():
        raise BadDatabase("is not there yet")
    snapshots.copy_pages(source, copy)
    try:
        snapshots.check(copy)
    except Damaged as damage:
        raise BadDatabase(str(damage)) from None
    if not snapshots.tables(copy) >= OURS:
        raise BadDatabase("is not one of this bot's")


async def _prepare(file: Path, copy: Path, now: datetime) -> Contents:
    """Make a checked copy of a backup, as the database of this code would be."""
    with _told_of(file, "is no backup"):
        await asyncio.to_thread(snapshots.copy_pages, file, copy)
        try:
            await asyncio.to_thread(snapshots.check, copy)
            taken_at = await asyncio.to_thread(snapshots.moment, copy)
            await asyncio.to_thread(snapshots.sign, copy, now)  # a copied file is a backup, too
            await _bring_up_to_date(copy)
        except (Damaged, BadDatabase) as trouble:
            raise BadBackup(f"{file}: it {trouble}.") from None
        contents = await asyncio.to_thread(snapshots.look_into, copy, now)
    return replace(contents, taken_at=taken_at)


async def _bring_up_to_date(copy: Path) -> None:
    if not snapshots.tables(copy) >= OURS:
        raise BadDatabase("is not one of this bot's")
    await migrate(url_of(copy))
    model = copy.with_name("model.db")
    await migrate(url_of(model))
    if missing := snapshots.judges(model).items() - snapshots.judges(copy).items():
        names = ", ".join(sorted(name for name, _ in missing))
        raise BadDatabase(f"lacks what keeps visits from clashing: {names}")


def _refuse_full(place: Path) -> None:
    """Refuse what a restored file would write over, and leave no log beside it that is not its."""
    logs = [place.with_name(place.name + end) for end in ("-wal", "-journal")]
    if place.exists() and snapshots.is_empty(place):
        snapshots.close_log(place)
    elif found := [file.name for file in [place, *logs] if file.exists()]:
        raise BadDatabase(
            f"is not empty: stop the bot, move {' and '.join(found)} to another folder, try again"
        )


@contextmanager
def _told_of(file: Path, trouble: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise BadBackup(f"{file}: it {trouble} ({_reason(error)}).") from error


@contextmanager
def _of_the_database() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise BadDatabase(f"cannot be written ({_reason(error)})") from error


def _reason(error: OSError | sqlite3.Error | DBAPIError) -> str:
    """What is wrong, without what a database quotes of a row."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, sqlite3.Error) else type(error.orig).__name__


# Rows


async def _copy_rows_out(url: URL, copy: Path) -> None:
    """One state of a server's database, into a new file that our migrations make."""
    await migrate(url_of(copy))
    async with (
        _engine(url) as source,
        _writing(copy) as target,
        source.connect() as reading,
        target.begin() as writing,
    ):
        one_state = await reading.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        await transfer(one_state, writing)


async def _copy_rows_in(copy: Path, url: URL) -> None:
    """All rows into a server's empty database, or none."""
    await migrate(url)
    with _of_the_database():
        async with (
            _writing(copy) as source,
            _engine(url) as target,
            source.connect() as reading,
            target.begin() as writing,
        ):
            if await _is_used(writing):
                raise BadDatabase("is not empty: name a new one in DATABASE_URL, and try again")
            await transfer(reading, writing)


async def _is_used(connection: AsyncConnection) -> bool:
    query = select(exists(select(ClinicRow)) | exists(select(PersonRow)))
    return bool(await connection.scalar(query))


@asynccontextmanager
async def _engine(url: URL) -> AsyncIterator[AsyncEngine]:
    engine = migrating_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def _writing(file: Path) -> AsyncIterator[AsyncEngine]:
    engines = open_engines(url_of(file))
    try:
        yield engines.writing
    finally:
        await engines.dispose()
