"""SQLite files seen from outside: by their URL, by the plain driver, as text."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL

from storage.engine import begin_with, sqlite_url
from storage.migrate import alembic_config


def url_of(database: Path) -> URL:
    return sqlite_url(f"sqlite+aiosqlite:///{database}")


@contextmanager
def plainly(database: Path) -> Iterator[sqlite3.Connection]:
    """Another program at the same file: autocommits, checks no foreign keys, waits for nobody."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        yield connection


def dump(database: Path) -> list[str]:
    """All that the file holds, as SQL."""
    with plainly(database) as connection:
        return list(connection.iterdump())


def schema(database: Path) -> dict[str, str]:
    """Every table, index and trigger by its name, in SQL with the white space evened out."""
    with plainly(database) as connection:
        found = connection.execute("SELECT type || ' ' || name, sql FROM sqlite_master")
        return {name: re.sub(r"\s+", " ", sql or "") for name, sql in found}


def judges(database: Path) -> dict[str, str]:
    """Its indexes and triggers in SQL; tables come in another order when they are rebuilt."""
    return {name: sql for name, sql in schema(database).items() if not name.startswith("table ")}


def tables_of(database: Path) -> dict[str, dict[str, list[str]]]:
    """Columns and constraints of each table as SQLAlchemy reads them, but for their order."""
    engine = create_engine(f"sqlite:///{database}")
    inspector = inspect(engine)

    def look(table: str) -> dict[str, Iterable[object]]:
        return {
            "columns": inspector.get_columns(table),
            "checks": inspector.get_check_constraints(table),
            "unique": inspector.get_unique_constraints(table),
            "foreign keys": inspector.get_foreign_keys(table),
            "primary key": [inspector.get_pk_constraint(table)],
        }

    names = [name for name in inspector.get_table_names() if name != "alembic_version"]
    found = {
        name: {kind: sorted(repr(each) for each in all_) for kind, all_ in look(name).items()}
        for name in names
    }
    engine.dispose()
    return found


def step(database: Path, revision: str) -> None:
    """Bring the file up, or take it back, to a revision; "base" is an empty one."""
    engine = create_engine(f"sqlite:///{database}")
    begin_with(engine, "BEGIN IMMEDIATE")
    with engine.begin() as connection:
        config = alembic_config(connection)
        known = MigrationContext.configure(connection).get_current_revision() or ""
        move = command.downgrade if revision == "base" or revision < known else command.upgrade
        move(config, revision)
    engine.dispose()
