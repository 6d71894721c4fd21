"""A SQLite driver that goes to the connection's thread once for a statement, and not four times.

A cursor of aiosqlite is made, told, read and closed there, each a message and an answer. Rows of
the statements of a tap are few: they can come with the first answer. Built on what aiosqlite 0.22
and SQLAlchemy 2.1 keep to themselves, so both are pinned, and `tests/storage/database/
test_one_visit.py` knows each thing that is relied on. To be dropped once SQLAlchemy does it.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import EMPTY_DICT


class _Said:
    """What stays of a cursor that is closed."""

    __slots__ = ("arraysize", "description", "lastrowid", "rowcount", "rows")

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount  # known only now, where rows are returned
        self.lastrowid = cursor.lastrowid
        self.arraysize = cursor.arraysize


def _say(connection: sqlite3.Connection, statement: str, parameters: Sequence[Any]) -> _Said:
    """In the connection's thread."""
    cursor = connection.cursor()
    try:
        cursor.execute(statement, parameters)
        return _Said(cursor)
    finally:
        cursor.close()


def _say_many(
    connection: sqlite3.Connection, statement: str, parameters: Sequence[Sequence[Any]]
) -> _Said:
    cursor = connection.cursor()
    try:
        cursor.executemany(statement, parameters)
        return _Said(cursor)
    finally:
        cursor.close()


class OneVisitCursor(AsyncAdapt_aiosqlite_cursor):
    """Tells, reads and closes at once."""

    __slots__ = ()

    def __init__(self, adapt_connection: "OneVisitConnection") -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor: Any = None
        self._rows = deque()
        self._soft_closed_memoized = EMPTY_DICT

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._visit(_say, operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._visit(_say_many, operation, seq_of_parameters)

    async def _visit(self, *what: Any) -> None:
        connection: Any = self._adapt_connection
        async with connection._execute_mutex:
            self._cursor = await connection.visit(*what)
        self._rows = deque(self._cursor.rows)

    async def _async_soft_close(self) -> None:
        """It is closed already."""

    def close(self) -> None:
        self._rows.clear()


class OneVisitConnection(AsyncAdapt_aiosqlite_connection):
    """Rolls back only where there is something to roll back."""

    __slots__ = ("_waits",)

    _cursor_cls: Any = OneVisitCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._waits = False
        """Whether the thread was asked for something, and nobody heard the answer."""

    async def visit(self, function: Any, *arguments: Any) -> Any:
        """Have the connection's thread do something with the connection, and wait for it.

        Who stops waiting leaves it to be done all the same: it may have begun a transaction then.
        """
        driver: Any = self._connection
        self._waits = True
        try:
            answer = await driver._execute(function, driver._conn, *arguments)
        except sqlite3.Error:
            self._waits = False
            raise
        self._waits = False
        return answer

    def rollback(self) -> None:
        driver: Any = self._connection
        if driver._connection and (self._waits or driver.in_transaction):
            super().rollback()
            self._waits = False


class OneVisit(AsyncAdapt_aiosqlite_dbapi):
    """The driver, as `create_async_engine` takes it."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> OneVisitConnection:
        usual = super().connect(*arg, **kw)
        return OneVisitConnection(self, usual._connection)
