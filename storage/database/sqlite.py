"""Engines over a SQLite file, by the recipe that was measured to neither double-book nor lock.

One writing connection: SQLite versions up to 3.51.2 can corrupt a WAL when two connections write or
checkpoint at once. Reading ones are several, and cannot write.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database.one_visit import OneVisit
from storage.database.urls import BadDatabase

READERS = 4

PRAGMAS = {
    "busy_timeout": "2000",  # the lock file keeps other bots away; who stops must not wait long
    "journal_mode": "wal",
    "synchronous": "2",  # FULL: a booking that was told survives a power cut
    "foreign_keys": "1",
    "secure_delete": "1",  # what was erased is nowhere in the file
}


def make_folder(url: URL) -> None:
    """Make the folder of the SQLite file, if need be.

    Raises:
        BadDatabase: it cannot be made.
    """
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadDatabase(f"cannot have its folder: {error.strerror}") from error


def writing_engine(url: URL) -> AsyncEngine:
    """The one connection that writes."""
    engine = _engine(url, pool_size=1, max_overflow=0)
    _begin_lazily(engine.sync_engine, "BEGIN IMMEDIATE")
    prepare(engine.sync_engine)
    return engine


def reading_engine(url: URL) -> AsyncEngine:
    """Several connections, none of which can write."""
    engine = _engine(url, pool_size=READERS, max_overflow=0)
    _begin_lazily(engine.sync_engine, "BEGIN")
    prepare(engine.sync_engine, query_only="1")
    return engine


def _engine(url: URL, **pool: Any) -> AsyncEngine:
    # hide_parameters: an error's text must not carry a child's name (R34).
    return create_async_engine(
        url, module=OneVisit(), hide_parameters=True, pool_timeout=10, **pool
    )


def begin_with(engine: Engine, statement: str) -> None:
    """Begin every transaction with this statement.

    With SQLite's deferred transactions, rules that check and then write let every racer through.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)


def _begin_lazily(engine: Engine, statement: str) -> None:
    """The same, where the connection does so on the first statement's way."""

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.connection.dbapi_connection.begin(statement)


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


async def empty_log(engine: AsyncEngine) -> None:
    """Bring what the write-ahead log holds into the file, and cut the log off: what was erased may
    stand in it. Readers may keep it for a while; nothing happens on another kind of database."""
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        cursor = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        await cursor.close()
