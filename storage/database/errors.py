"""What went wrong with the database: our mistake, trouble that passes, or a bad moment."""

import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)

from services.ports.transaction import StorageInterrupted, StorageUnavailable

INTERRUPTED = (
    "40",  # a deadlock, or two that cannot both be
    "08",  # the connection broke
    "57P0",  # the server was stopped, or is starting
)
"""States of PostgreSQL after which the same may go well at once."""
PASSES = (
    "53",  # out of memory, disk or connections
    "55",  # somebody's lock did not go away in time
    "57",  # a statement took too long
    "58",  # the machine below
    "25",  # a standby that cannot write, or a transaction that fell silent
    "28",  # the password is being changed
    "3D",  # the database is being put back
    "XX",
)
"""States of PostgreSQL that an operator, or time, will mend."""


def name_of(error: DBAPIError) -> StorageUnavailable | None:
    """The trouble by its name in the house; None if it is a mistake that would never pass.

    A mistake is a wrong statement, or a constraint that nobody was ready for.
    """
    if error.connection_invalidated or isinstance(error, NotSupportedError):
        # The latter is a prepared statement whose tables were migrated meanwhile.
        return StorageInterrupted()
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return None if _is_our_mistake_on_sqlite(error) else StorageUnavailable()
    if state.startswith(INTERRUPTED):
        return StorageInterrupted()
    return StorageUnavailable() if state.startswith(PASSES) else None


def _is_our_mistake_on_sqlite(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError | ProgrammingError | DataError):
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_ERROR  # such as "no such table"
