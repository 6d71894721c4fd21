"""What is relied on where a statement is one visit to the connection's thread."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from storage.database.sqlite import reading_engine, writing_engine

TABLE = text("CREATE TABLE toys (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
BEAR, BALL = {"name": "bear"}, {"name": "ball"}
ADD = text("INSERT INTO toys (name) VALUES (:name)")
ALL = text("SELECT id, name FROM toys ORDER BY id")

MANY = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) "
    "INSERT INTO toys (name) SELECT 'toy ' || i FROM n"
)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The one that writes, over a table with a bear."""
    url = URL.create("sqlite+aiosqlite", database=str(tmp_path / "toys.db"))
    engine = writing_engine(url)
    async with engine.begin() as connection:
        await connection.execute(TABLE)
        await connection.execute(ADD, BEAR)
    yield engine
    await engine.dispose()


async def driver_of(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


async def test_rows_have_names_and_come_in_any_number(engine: AsyncEngine) -> None:
    """None, one, and all; by name and by place."""
    async with engine.connect() as connection:
        found = await connection.execute(ALL)
        assert list(found.keys()) == ["id", "name"]
        assert found.one() == (1, "bear")
        assert (await connection.execute(text("SELECT id FROM toys WHERE 0"))).all() == []
        await connection.execute(ADD, [{"name": f"toy {n}"} for n in range(250)])
        rows = await connection.execute(ALL)
        assert [row.id for row in rows.fetchmany(2)] == [1, 2]
        assert len(rows.all()) == 249


async def test_it_is_known_how_many_rows_were_changed(engine: AsyncEngine) -> None:
    """By one statement or by many; and which rows come back is read to the end."""
    async with engine.begin() as connection:
        many = await connection.execute(ADD, [BALL, {"name": "cube"}])
        assert many.rowcount == 2
        changed = await connection.execute(text("UPDATE toys SET name = name || '!' WHERE id > 1"))
        assert changed.rowcount == 2
        gone = await connection.execute(text("DELETE FROM toys WHERE id = 9"))
        assert gone.rowcount == 0
        back = await connection.execute(text("DELETE FROM toys WHERE id > 1 RETURNING id"))
        assert [row.id for row in back] == [2, 3]
        assert back.rowcount == 2


async def test_it_is_known_which_row_was_added(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        added = await connection.exec_driver_sql("INSERT INTO toys (name) VALUES ('ball')")
        assert added.lastrowid == 2


async def test_a_refusal_by_the_database_has_its_name_and_ends_nothing(engine: AsyncEngine) -> None:
    """What a savepoint holds is undone, and what was before it stands."""
    async with engine.begin() as connection:
        await connection.execute(ADD, BALL)
        inner = await connection.begin_nested()
        await connection.execute(ADD, {"name": "cube"})
        with pytest.raises(IntegrityError):
            await connection.execute(ADD, BEAR)
        await inner.rollback()
        with pytest.raises(OperationalError, match="no such table"):
            await connection.execute(text("SELECT * FROM cars"))
    async with engine.connect() as connection:
        assert [row.name for row in await connection.execute(ALL)] == ["bear", "ball"]


async def test_rows_can_still_be_streamed(engine: AsyncEngine) -> None:
    """A copy of two million rows never has them all in memory."""
    async with engine.begin() as connection:
        await connection.execute(ADD, [{"name": f"toy {n}"} for n in range(50)])
        streamed = await connection.stream(ALL)
        assert [row.id async for row in streamed] == list(range(1, 52))


async def test_a_statement_is_one_visit(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two statements and the commit are three, and it begins with the first of them; who gives the
    connection back has nothing to roll back, and does not go there."""
    async with engine.connect() as connection:
        driver = await driver_of(connection)
        real, visits = driver._execute, []

        async def visit(function: Any, *arguments: Any) -> Any:
            visits.append(function.__name__)
            return await real(function, *arguments)

        monkeypatch.setattr(driver, "_execute", visit)
        await connection.execute(ADD, BALL)
        await connection.execute(ALL)
        await connection.commit()
    assert visits == ["_begin_first", "_begin_first", "commit"]

    async with engine.connect() as connection:
        await connection.execute(ADD, {"name": "cube"})
    assert visits[3:] == ["_begin_first", "rollback"]

    async with engine.begin():
        """Nothing is said."""
    assert visits[5:] == []


async def test_nothing_is_done_outside_a_transaction(engine: AsyncEngine) -> None:
    """Where it could not begin, the statement after it begins it."""
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        async with engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            await connection.commit()
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OperationalError, match="locked"):
                await connection.execute(ADD, BALL)
            other.rollback()
            await connection.execute(ADD, BALL)
            assert (await driver_of(connection)).in_transaction
            await connection.rollback()
            assert (await connection.execute(ALL)).all() == [(1, "bear")]


async def test_what_is_streamed_first_is_of_one_state(engine: AsyncEngine) -> None:
    """As a copy of all rows is: it begins before it reads."""
    reading = reading_engine(engine.url)
    async with reading.connect() as connection:
        streamed = await connection.stream(ALL)
        assert [row.name async for row in streamed] == ["bear"]
        async with engine.begin() as writing:
            await writing.execute(ADD, BALL)
        assert [row.name for row in await connection.execute(ALL)] == ["bear"]
    await reading.dispose()


async def test_what_nobody_waited_for_is_rolled_back_all_the_same(engine: AsyncEngine) -> None:
    """Who is cancelled while the thread begins a transaction leaves none open behind them: the one
    writing connection would be of no use to anybody any more."""
    may_begin = Event()

    def begin(connection: sqlite3.Connection) -> None:
        may_begin.wait()
        connection.execute("BEGIN IMMEDIATE")

    async with engine.connect() as connection:
        adapted: Any = (await connection.get_raw_connection()).dbapi_connection
        begun = asyncio.create_task(adapted.visit(begin))
        await asyncio.sleep(0)
        begun.cancel()
        rolled_back = asyncio.create_task(greenlet_spawn(adapted.rollback))
        await asyncio.sleep(0)
        may_begin.set()
        await rolled_back
        assert not await adapted.visit(lambda driver: driver.in_transaction)


async def test_who_is_cancelled_leaves_nothing_behind(engine: AsyncEngine) -> None:
    """At each step of the way."""

    async def give_up() -> None:
        async with engine.connect() as connection:
            await connection.execute(MANY)

    for turns in range(12):
        task = asyncio.create_task(give_up())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with engine.begin() as connection:
            assert (await connection.execute(ALL)).all() == [(1, "bear")]
