"""Databases seen from outside: their schema, and SQLite files by the plain driver."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL

from storage.database.migrate import alembic_config
from storage.database.sqlite import begin_with
from storage.database.urls import read_url

T = TypeVar("T")


def url_of(database: Path) -> URL:
    return read_url(f"sqlite+aiosqlite:///{database}")


@contextmanager
def plainly(database: Path) -> Iterator[sqlite3.Connection]:
    """Another program at the same file: autocommits, checks no foreign keys, waits for nobody."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        yield connection


def dump(database: Path) -> list[str]:
    """All that the file holds, as SQL."""
    with plainly(database) as connection:
        return list(connection.iterdump())


def schema(connection: Connection) -> dict[str, str]:
    """Every table, index, trigger and exclusion by its name, in SQL with the white space evened
    out; a table of PostgreSQL has none."""
    query = _SCHEMAS[connection.dialect.name]
    found = connection.execute(text(query))
    return {name: re.sub(r"\s+", " ", sql or "") for name, sql in found}


_SCHEMAS = {
    "sqlite": "SELECT type || ' ' || name, sql FROM sqlite_master",
    "postgresql": "SELECT 'table ' || tablename, '' FROM pg_tables WHERE schemaname = 'public'"
    " UNION SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " UNION SELECT 'exclusion ' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'x'",
}


def judges(connection: Connection) -> dict[str, str]:
    """Indexes, triggers and exclusions; tables come in another order when they are rebuilt."""
    found = schema(connection)
    return {name: sql for name, sql in found.items() if not name.startswith("table ")}


def tables_of(connection: Connection) -> dict[str, dict[str, list[str]]]:
    """Columns and constraints of each table as SQLAlchemy reads them, but for their order."""
    inspector = inspect(connection)
    only_rise = tables_whose_ids_only_rise(connection)

    def key_of(table: str) -> dict[str, object]:
        # Where ids only rise, SQLAlchemy writes the key beside its column, and without its name.
        found = dict(inspector.get_pk_constraint(table))
        return found | ({"name": "ids only rise"} if table in only_rise else {})

    def look(table: str) -> dict[str, Iterable[object]]:
        return {
            "columns": inspector.get_columns(table),
            "checks": inspector.get_check_constraints(table),
            "unique": inspector.get_unique_constraints(table),
            "foreign keys": inspector.get_foreign_keys(table),
            "primary key": [key_of(table)],
        }

    names = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {
        name: {kind: sorted(repr(each) for each in all_) for kind, all_ in look(name).items()}
        for name in names
    }


def tables_whose_ids_only_rise(connection: Connection) -> set[str]:
    """Those of SQLite that say so; on PostgreSQL it is so of itself."""
    return {
        name.removeprefix("table ")
        for name, sql in schema(connection).items()
        if "AUTOINCREMENT" in sql
    }


def step(connection: Connection, revision: str) -> None:
    """Bring a database up, or take it back, to a revision; "base" is an empty one."""
    config = alembic_config(connection)
    known = MigrationContext.configure(connection).get_current_revision() or ""
    move = command.downgrade if revision == "base" or revision < known else command.upgrade
    move(config, revision)


def step_file(database: Path, revision: str) -> None:
    """The same for a SQLite file that nobody has open."""
    engine = create_engine(f"sqlite:///{database}")
    begin_with(engine, "BEGIN IMMEDIATE")
    with engine.begin() as connection:
        step(connection, revision)
    engine.dispose()


def look_at(database: Path, what: Callable[[Connection], T]) -> T:
    """What a file shows."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = what(connection)
    engine.dispose()
    return found
