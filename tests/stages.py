"""What a database holds when a test begins, kept, so that many tests begin with it.

SQLite: a file to be copied. PostgreSQL: one database goes from test to test together with the
connections to it. To make a database for each test, and to let new connections parse and plan each
statement anew, was half of what such a test cost. What a test left behind is put right instead: of
the tables that it wrote to all rows go, and those come back that the next one is to begin with.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

import asyncpg

from tests.databases import Database, Files, Server, Shelves


class Stage(Protocol):
    """What databases of one kind hold when a test begins."""

    async def begin(self) -> Database:
        """A database for one test."""
        ...

    async def end(self, database: Database) -> None:
        """The test is over."""
        ...

    async def kept(self, database: Database) -> "Stage":
        """What a database that was begun with holds by now; others may have it open."""
        ...

    async def forget(self) -> None:
        """No test begins with it any more."""
        ...


async def stage_of(shelves: Shelves, kind: str, template: Database) -> Stage:
    """What a database holds that nobody has open."""
    shelf = shelves.of(kind)
    if isinstance(shelf, Files):
        return FileStage(shelf, template)
    assert isinstance(shelf, Server)
    return await RowStage.of(shelf, template)


@dataclass(frozen=True)
class FileStage:
    """A file of SQLite, to be copied."""

    shelf: Files
    template: Database

    async def begin(self) -> Database:
        return await self.shelf.copy(self.template)

    async def end(self, database: Database) -> None:
        await self.shelf.drop(database)

    async def kept(self, database: Database) -> "FileStage":
        made = await self.shelf.fresh()
        with (
            closing(sqlite3.connect(database.file)) as old,
            closing(sqlite3.connect(made.file)) as new,
        ):
            old.backup(new)
        return FileStage(self.shelf, made)

    async def forget(self) -> None:
        await self.shelf.drop(self.template)


@dataclass(frozen=True)
class Rows:
    """All of a table, as the server copies them."""

    count: int
    copied: bytes


NONE = Rows(0, b"")


@dataclass(frozen=True)
class RowStage:
    """The rows of a database of PostgreSQL, and the last number that each sequence gave."""

    shelf: Server
    template: Database
    """Has the same tables; what they hold does not matter."""
    tables: Mapping[str, Rows]
    sequences: Mapping[str, int | None]

    @classmethod
    async def of(cls, shelf: Server, template: Database) -> "RowStage":
        lent = await _Lent.made(shelf, template)
        tables, sequences = await lent.holds()
        await lent.thrown_away(shelf)
        return cls(shelf, template, tables, sequences)

    async def begin(self) -> Database:
        lent = await self._one_at_rest() or await _Lent.made(self.shelf, self.template)
        await lent.set(self.tables, self.sequences)
        _lent[lent.database] = lent
        return lent.database

    async def _one_at_rest(self) -> "_Lent | None":
        while _resting:
            lent = _resting.pop()
            if await lent.can_be_set():
                return lent
            await lent.thrown_away(self.shelf)
        return None

    async def end(self, database: Database) -> None:
        _resting.append(_lent.pop(database))

    async def kept(self, database: Database) -> "RowStage":
        tables, sequences = await _lent[database].holds()
        return RowStage(self.shelf, self.template, tables, sequences)

    async def forget(self) -> None:
        """It is but some bytes."""


CATALOGS = (
    *("pg_attribute", "pg_class", "pg_constraint", "pg_index", "pg_proc"),
    *("pg_statistic", "pg_trigger", "pg_type"),
)
"""Where it shows that more than rows was changed."""

TIMES = 50
"""So often a database is handed on: what was deleted still lies about in it."""

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_SET_SEQUENCES = """
SELECT setval(sequencename::text, coalesce(told.last, start_value), told.last IS NOT NULL)
FROM pg_sequences JOIN unnest($1::text[], $2::bigint[]) AS told (name, last) ON name = sequencename
WHERE schemaname = 'public' AND told.last IS DISTINCT FROM last_value
"""
_ALONE = "SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '2s';"
"""No trigger and no reference is asked; and who still has a lock does not hold up all tests."""
_NOW = "SELECT pg_current_xact_id()::text::bigint"
_BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""


@dataclass
class _Lent:
    """A database that goes from test to test."""

    database: Database
    connection: "asyncpg.Connection[asyncpg.Record]"
    tables: dict[str, Rows]
    """What they held when it was last set."""
    catalogs: Mapping[str, int]
    since: int
    """The transaction in which it was last set: what is newer, a test did."""
    times: int = 0

    @classmethod
    async def made(cls, shelf: Server, template: Database) -> "_Lent":
        database = await shelf.copy(template)
        connection = await shelf.connect(database)
        tables = {name: NONE for (name,) in await connection.fetch(_TABLES)}
        lent = cls(database, connection, tables, {}, await connection.fetchval(_NOW))
        lent.catalogs = {name: count for name, count, _ in await lent._counted(CATALOGS)}
        return lent

    async def thrown_away(self, shelf: Server) -> None:
        await self.connection.close()
        await shelf.drop(self.database)

    async def can_be_set(self) -> bool:
        """Whether nothing but rows was changed, not too often, and nobody goes on with it."""
        self.times += 1
        if await self.connection.fetchval(_BUSY):
            return False
        counted = await self._counted(CATALOGS)
        as_made = {name: count for name, count, newer in counted if not newer} == self.catalogs
        return as_made and self.times < TIMES

    async def holds(self) -> tuple[dict[str, Rows], dict[str, int | None]]:
        """What it holds now."""
        tables = self.tables | {name: await self._copied(name) for name in await self._written()}
        last = await self.connection.fetch(_SEQUENCES)
        return tables, {each["sequencename"]: each["last_value"] for each in last}

    async def set(self, tables: Mapping[str, Rows], sequences: Mapping[str, int | None]) -> None:
        """Let it hold this, whatever it holds now."""
        wrong = set(await self._written())
        wrong |= {name for name, rows in tables.items() if self.tables[name] != rows}
        async with self.connection.transaction():
            await self.connection.execute(_ALONE + ";".join(f"DELETE FROM {t}" for t in wrong))  # noqa: S608
            for name in wrong:
                if tables[name].count:
                    rows = BytesIO(tables[name].copied)
                    await self.connection.copy_to_table(name, source=rows, format="binary")
            await self.connection.execute(_SET_SEQUENCES, [*sequences], [*sequences.values()])
            self.since = await self.connection.fetchval(_NOW)
        self.tables = dict(tables)

    async def _written(self) -> list[str]:
        """The tables that hold something else than when it was last set."""
        return [
            name
            for name, count, newer in await self._counted(self.tables)
            if newer or count != self.tables[name].count
        ]

    async def _counted(self, names: Iterable[str]) -> list[Any]:
        """Of each table: how many rows it has, and how many of them are newer than the stage."""
        each = (
            f"SELECT '{name}', count(*), count(*) FILTER (WHERE age(xmin) < age($1::xid)) "  # noqa: S608
            f"FROM {name}"
            for name in names
        )
        return await self.connection.fetch(" UNION ALL ".join(each), self.since)

    async def _copied(self, name: str) -> Rows:
        rows = BytesIO()
        told = await self.connection.copy_from_table(name, output=rows, format="binary")
        return Rows(int(told.split()[-1]), rows.getvalue())


_resting: list[_Lent] = []
_lent: dict[Database, _Lent] = {}
