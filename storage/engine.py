"""The database engines, by the recipe that was measured to neither double-book nor lock.

One writing connection: SQLite versions up to 3.51.2 can corrupt a WAL when two connections write or
checkpoint at once. Reading ones are several, and cannot write.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

READERS = 4

PRAGMAS = {
    "busy_timeout": "5000",
    "journal_mode": "wal",
    "synchronous": "2",  # FULL: a booking that was told survives a power cut
    "foreign_keys": "1",
}


class BadDatabase(Exception):
    """The database cannot be used; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Engines:
    """Where transactions get their connections."""

    writing: AsyncEngine
    reading: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection: the driver's threads would keep the process alive."""
        await self.reading.dispose()
        await self.writing.dispose()


def sqlite_url(address: str) -> URL:
    """Read `DATABASE_URL`.

    Raises:
        BadDatabase: it is not a URL of a SQLite file.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise BadDatabase(
            "is not a database URL, such as sqlite+aiosqlite:///data/bot.db"
        ) from None
    if url.drivername != "sqlite+aiosqlite":
        raise BadDatabase(f"{url.drivername} is not supported; use sqlite+aiosqlite:///FILE")
    if not url.database or url.database == ":memory:":
        raise BadDatabase("names no file; use sqlite+aiosqlite:///FILE")
    return url


def make_folder(url: URL) -> None:
    """Make the folder of the SQLite file, if need be.

    Raises:
        BadDatabase: it cannot be made.
    """
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadDatabase(f"cannot have its folder: {error.strerror}") from error


def open_engines(url: URL) -> Engines:
    """Engines over a SQLite file. Nothing is connected yet."""
    writing = _engine(url, pool_size=1, max_overflow=0)
    reading = _engine(url, pool_size=READERS, max_overflow=0)
    begin_with(writing.sync_engine, "BEGIN IMMEDIATE")
    begin_with(reading.sync_engine, "BEGIN")
    prepare(writing.sync_engine)
    prepare(reading.sync_engine, query_only="1")
    return Engines(writing, reading)


def _engine(url: URL, **pool: Any) -> AsyncEngine:
    # hide_parameters: an error's text must not carry a child's name (R34).
    return create_async_engine(url, hide_parameters=True, pool_timeout=10, **pool)


def begin_with(engine: Engine, statement: str) -> None:
    """Begin every transaction with this statement.

    With SQLite's deferred transactions, rules that check and then write let every racer through.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)


def prepare(engine: Engine, **other: str) -> None:
    """Set the pragmas on each new connection, and refuse one on which they did not take."""
    pragmas = PRAGMAS | other

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        cursor = connection.cursor()
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name} = {value}")
            _check_pragma(cursor, name, value)
        cursor.close()


def _check_pragma(cursor: Any, name: str, wanted: str) -> None:
    cursor.execute(f"PRAGMA {name}")
    found = str(cursor.fetchone()[0])
    if found != wanted:
        raise BadDatabase(f"SQLite keeps {name} at {found} where {wanted} is needed")
