"""A SQLite database in a single file of its own: copied, checked, looked into, put in its place."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, NullPool, and_, create_engine, func, select, text
from sqlalchemy.engine import URL

from services.runtime.health import Contents
from storage.tables.base import Base
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.families import ChildRow
from storage.tables.visits import ACTIVE_STATES, AppointmentRow


class Damaged(Exception):
    """A file does not hold together; the message goes on from "it"."""


def url_of(file: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(file))


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """A folder for unfinished work, on the same disk as a file and for our eyes only."""
    with tempfile.TemporaryDirectory(dir=beside.parent, prefix=f".{beside.name}.unfinished-") as at:
        yield Path(at)


def copy_pages(source: Path, copy: Path) -> None:
    """Copy a SQLite database as it is at one moment, while others write to it.

    Raises:
        sqlite3.Error: it cannot be read, or the copy not be written.
    """
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as read, _opened(copy) as written:
        read.backup(written)  # all pages in one go: a writer does not make it begin anew


def check(file: Path) -> None:
    """Look whether a database holds together, and all its references.

    Raises:
        Damaged: it does not.
        sqlite3.Error: it cannot even be read.
    """
    with _opened(file) as connection:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise Damaged("is damaged")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise Damaged("has rows that point nowhere")


def tables(file: Path) -> set[str]:
    """The names of the tables of a database."""
    with _opened(file) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for [name] in found}


def judges(file: Path) -> dict[str, str]:
    """The indexes and triggers of a database, in SQL by their names."""
    with _opened(file) as connection:
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql <> ''"
        )
        return {name: " ".join(sql.split()) for name, sql in found}


def sign(file: Path, at: datetime) -> None:
    """Write the backup's moment into it: with that it is a backup, until it is migrated."""
    with _opened(file) as connection:
        connection.execute("DROP TABLE IF EXISTS backup")
        connection.execute("CREATE TABLE backup (taken_at TEXT NOT NULL)")
        connection.execute("INSERT INTO backup VALUES (?)", (at.isoformat(),))


def put_in_place(file: Path, place: Path) -> None:
    """Make the file safe on the disk, whole and single; then, at once, what `place` names."""
    with _opened(file) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # no -wal beside it
    file.chmod(0o600)
    _sync(file)
    file.replace(place)
    _sync(place.parent)


def is_empty(file: Path) -> bool:
    """Whether no clinic and nobody is in a database yet; a file that is not ours is not empty."""
    found = tables(file)
    if not found >= {"clinics", "persons"}:
        return not found
    with _opened(file) as connection:
        query = "SELECT EXISTS (SELECT 1 FROM clinics) OR EXISTS (SELECT 1 FROM persons)"
        [used] = connection.execute(query).fetchone()
        return not used


def close_log(file: Path) -> None:
    """Bring a write-ahead log home, so that none is left beside a file that is replaced.

    Raises:
        sqlite3.Error: somebody has it open.
    """
    with _opened(file) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def look_into(file: Path, now: datetime) -> Contents:
    """Count what is in a database; `now` parts visits ahead from those that were."""
    engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    ahead = and_(text(ACTIVE_STATES), AppointmentRow.starts_at > now)
    with engine.connect() as connection:

        def count(row: type[Base], where: ColumnElement[bool] | None = None) -> int:
            query = select(func.count()).select_from(row)
            return connection.scalar(query if where is None else query.where(where)) or 0

        return Contents(
            taken_at=moment(file),
            clinics=count(ClinicRow),
            doctors=count(DoctorRow),
            children=count(ChildRow),
            visits_ahead=count(AppointmentRow, ahead),
        )


def moment(file: Path) -> datetime | None:
    """When a backup was made, if it says so."""
    with _opened(file) as connection:
        query = "SELECT 1 FROM sqlite_master WHERE name = 'backup'"
        if connection.execute(query).fetchone() is None:
            return None
        [taken_at] = connection.execute("SELECT max(taken_at) FROM backup").fetchone()
        return datetime.fromisoformat(taken_at)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
