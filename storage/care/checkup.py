"""A look over a database, which changes nothing in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from services.ports.readers import Clock
from services.runtime.health import Finding, Level, clocks, doubtful, wrong
from storage.care import snapshots
from storage.care.contents import look_inside
from storage.database.engines import open_engines
from storage.database.postgresql import CONNECTIONS, LIMITS, why_not
from storage.database.urls import BadDatabase, is_sqlite

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers

OLDEST_SQLITE = (3, 35, 0)
"""The first that returns what it wrote (RETURNING)."""
OLDEST_POSTGRESQL = 13
"""No older one is looked after by its makers."""
SPACE = 500 * 1024**2
"""Bytes that should be free beside a SQLite file."""


async def look_over(url: URL, clock: Clock, ciphers: Ciphers | None = None) -> list[Finding]:
    """Everything worth knowing about a database, whether or not it is there.

    `ciphers` are the keys that should open what is encrypted in it."""
    if is_sqlite(url):
        return [_sqlite_version(), _space(url), *await _look_over_file(url, clock, ciphers)]
    return await _look_over_server(url, clock, ciphers)


# A SQLite file


async def _look_over_file(url: URL, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    found = await asyncio.to_thread(_look_at_file, Path(str(url.database)), clock, ciphers)
    if any(finding.level is Level.WRONG for finding in found) or len(found) == 1:
        return found
    return [*found, await _pragmas(url)]


def _look_at_file(file: Path, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    if not file.is_file():
        return [_absent(file)]
    try:
        return [Finding("database", f"{file}, whole"), *_look_over_copy(file, clock, ciphers)]
    except (sqlite3.Error, DBAPIError) as error:
        found = f"{file} cannot be read: {getattr(error, 'orig', error)}"
        return [wrong("database", found, "see who owns it, and what the disk says (dmesg)")]
    except snapshots.Damaged as damage:
        remedy = "stop the bot, keep the file and those beside it, restore the last backup"
        return [wrong("database", f"{file} {damage}", remedy)]


def _absent(file: Path) -> Finding:
    folder = _folder_of(file)
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong("database", f"{file} cannot be made", f"let this user write to {folder}")
    return Finding("database", f"{file} is not there yet: the first start makes it")


def _folder_of(file: Path) -> Path:
    """The nearest folder that is there."""
    return next(parent for parent in file.resolve().parents if parent.is_dir())


def _look_over_copy(file: Path, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    """A copy is looked at, so that whoever writes is not disturbed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        snapshots.copy_pages(file, copy)
        snapshots.check(copy)
        with _plainly(copy) as connection:
            return list(look_inside(connection, clock, ciphers))


@contextmanager
def _plainly(file: Path) -> Iterator[Connection]:
    engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _sqlite_version() -> Finding:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        return wrong("SQLite", sqlite3.sqlite_version, f"use a Python with {wanted} or newer")
    return Finding("SQLite", sqlite3.sqlite_version)


def _space(url: URL) -> Finding:
    folder = _folder_of(Path(str(url.database)))
    free = shutil.disk_usage(folder).free
    found = f"{free // 1024**2:,} MB free"
    if free < SPACE:
        return doubtful("disk", found, f"make room on the disk of {folder}")
    return Finding("disk", found)


async def _pragmas(url: URL) -> Finding:
    """As the bot itself opens it: a connection on which they do not take is refused."""
    engines = open_engines(url)
    try:
        async with engines.reading.connect():
            return Finding("pragmas", "WAL, synchronous=FULL, foreign keys, busy timeout")
    except (BadDatabase, DBAPIError) as trouble:
        found = str(trouble) if isinstance(trouble, BadDatabase) else str(trouble.orig)
        return wrong("pragmas", found, "keep the file on a local disk that this user may write to")
    finally:
        await engines.dispose()


# A PostgreSQL server


async def _look_over_server(url: URL, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    engines = open_engines(url)
    try:
        async with engines.reading.connect() as connection:
            return await connection.run_sync(lambda sync: list(_look_at(sync, clock, ciphers)))
    except (DBAPIError, OSError, TimeoutError) as error:
        found = why_not(error) or type(error).__name__
        remedy = "look at DATABASE_URL, at the server, and at what lies between"
        return [wrong("database", f"{url.render_as_string()} {found}", remedy)]
    finally:
        await engines.dispose()


def _look_at(connection: Connection, clock: Clock, ciphers: Ciphers | None) -> Iterator[Finding]:
    yield Finding("database", connection.engine.url.render_as_string())
    yield _server_version(connection)
    yield _clock(connection, clock)
    yield _encoding(connection)
    yield _room(connection)
    yield _privileges(connection)
    yield _limits(connection)
    yield from look_inside(connection, clock, ciphers)


def _asked(connection: Connection, query: str) -> str:
    return str(connection.scalar(text(query)))


def _server_version(connection: Connection) -> Finding:
    version = _asked(connection, "SHOW server_version")
    if int(_asked(connection, "SHOW server_version_num")) < OLDEST_POSTGRESQL * 10_000:
        return doubtful("PostgreSQL", version, f"move to {OLDEST_POSTGRESQL} or newer")
    return Finding("PostgreSQL", version)


def _clock(connection: Connection, clock: Clock) -> Finding:
    theirs = connection.scalar(text("SELECT clock_timestamp()"))
    apart = abs((theirs - clock()).total_seconds()) if theirs else 0.0
    return clocks("clock of the database", apart)


def _encoding(connection: Connection) -> Finding:
    found = _asked(connection, "SHOW server_encoding")
    if found != "UTF8":
        return wrong("encoding", found, "create the database anew: createdb -E UTF8 -T template0")
    return Finding("encoding", found)


def _room(connection: Connection) -> Finding:
    most = int(_asked(connection, "SHOW max_connections"))
    taken = int(_asked(connection, "SELECT count(*) FROM pg_stat_activity"))
    found = f"{taken} of {most} are taken; a process of ours takes up to {2 * CONNECTIONS}"
    if most - taken < 2 * CONNECTIONS:
        return doubtful("connections", found, "raise max_connections, or run fewer processes")
    return Finding("connections", found)


def _privileges(connection: Connection) -> Finding:
    may = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    if connection.scalar(text(may)):
        return Finding("privileges", "tables can be made")
    remedy = "GRANT CREATE ON SCHEMA public TO the user of DATABASE_URL"
    return wrong("privileges", "tables cannot be made, so migrations cannot run", remedy)


def _limits(connection: Connection) -> Finding:
    lost = [name for name, value in LIMITS.items() if _asked(connection, f"SHOW {name}") != value]
    if lost:
        remedy = "let the pooler in between pass on what a connection sets at its start"
        return doubtful("limits", f"{', '.join(lost)} did not take", remedy)
    return Finding("limits", ", ".join(f"{name} {value}" for name, value in LIMITS.items()))
