"""A SQLite driver that goes to the connection's thread once for a statement, and not four times.

A cursor of aiosqlite is made, told, read and closed there, each a message and an answer. Rows of
the statements of a tap are few: they can come with the first answer; and a transaction begins on
the way of its first statement. Built on what aiosqlite 0.22 and SQLAlchemy 2.1 keep to themselves,
so both are pinned, and `tests/storage/database/test_one_visit.py` knows each thing that is relied
on. To be dropped once SQLAlchemy does it.
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
    AsyncAdapt_aiosqlite_ss_cursor,
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


def _begin_first(
    connection: sqlite3.Connection, begin: list[str], function: Any, *arguments: Any
) -> Any:
    """What begins the transaction is taken off the list once it has."""
    while begin:
        connection.execute(begin[0])
        begin.pop()
    return function(connection, *arguments)


def _nothing(_connection: sqlite3.Connection) -> None:
    """What is said to begin, and no more."""


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


class StreamingCursor(AsyncAdapt_aiosqlite_ss_cursor):
    """Reads by the driver's own cursor, which does not know that it is to begin."""

    __slots__ = ()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        connection: Any = self._adapt_connection
        await connection.visit(_nothing)
        return await super()._execute_async(operation, parameters)


class OneVisitConnection(AsyncAdapt_aiosqlite_connection):
    """Begins together with the first statement, and rolls back and commits only where there is
    something to."""

    __slots__ = ("_begin", "_waits")

    _cursor_cls: Any = OneVisitCursor
    _ss_cursor_cls: Any = StreamingCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin: list[str] = []
        """What the next statement is to begin with; where that fails, the one after it."""
        self._waits = False
        """Whether the thread was asked for something, and nobody heard the answer."""

    def begin(self, statement: str) -> None:
        """Let the transaction begin like this when something is said in it."""
        self._begin = [statement]

    async def visit(self, function: Any, *arguments: Any) -> Any:
        """Have the connection's thread do something with the connection, and wait for it.

        Who stops waiting leaves it to be done all the same: it may have begun a transaction then.
        """
        driver: Any = self._connection
        self._waits = True
        try:
            answer = await driver._execute(
                _begin_first, driver._conn, self._begin, function, *arguments
            )
        except sqlite3.Error:
            self._waits = False
            raise
        self._waits = False
        return answer

    def commit(self) -> None:
        if self._has_begun:
            super().commit()
        self._over()

    def rollback(self) -> None:
        if self._has_begun:
            super().rollback()
        self._over()

    @property
    def _has_begun(self) -> bool:
        driver: Any = self._connection
        return bool(driver._connection and (self._waits or driver.in_transaction))

    def _over(self) -> None:
        self._begin = []  # another list: the thread may still have that one in hand
        self._waits = False


class OneVisit(AsyncAdapt_aiosqlite_dbapi):
    """The driver, as `create_async_engine` takes it."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> OneVisitConnection:
        usual = super().connect(*arg, **kw)
        return OneVisitConnection(self, usual._connection)
