"""SQLite files seen from outside: by their URL, by the plain driver, as text."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from storage.engine import sqlite_url


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
