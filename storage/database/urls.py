"""Which database it is."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"
_SPELLINGS = {"postgresql": POSTGRESQL, "postgres": POSTGRESQL, "sqlite": SQLITE}
"""As hosting companies write it; the driver is ours to choose."""


class BadDatabase(Exception):
    """The database cannot be used; the message is one line for the operator."""


def read_url(address: str) -> URL:
    """Read `DATABASE_URL`.

    Raises:
        BadDatabase: it names neither a SQLite file nor a PostgreSQL database.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise BadDatabase(
            "is not a database URL, such as sqlite+aiosqlite:///data/bot.db"
        ) from None
    url = url.set(drivername=_SPELLINGS.get(url.drivername, url.drivername))
    if url.drivername not in (SQLITE, POSTGRESQL):
        raise BadDatabase(
            f"{url.drivername} is not supported; "
            f"use {SQLITE}:///FILE or {POSTGRESQL}://USER:PASSWORD@HOST/DATABASE"
        )
    if is_sqlite(url) and (not url.database or url.database == ":memory:"):
        raise BadDatabase(f"names no file; use {SQLITE}:///FILE")
    if not url.database:
        raise BadDatabase(f"has no name; use {POSTGRESQL}://USER:PASSWORD@HOST/DATABASE")
    return url


def is_sqlite(url: URL) -> bool:
    """Whether it is a file that one process writes; otherwise a server that many share."""
    return url.drivername == SQLITE
