"""The recipe for SQLite: its pragmas, who may write, how a transaction begins."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database.engines import open_engines
from storage.database.migrate import migrate
from storage.database.sqlite import PRAGMAS, make_folder, prepare
from storage.database.urls import BadDatabase, read_url
from tests.conftest import House
from tests.databases import SQLITE
from tests.storage.files import plainly, url_of

FULL = 2


@pytest.fixture
def kind() -> str:
    return SQLITE


async def pragma(engine: AsyncEngine, name: str) -> object:
    async with engine.connect() as connection:
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()


@pytest.mark.parametrize("purpose", ["writing", "reading"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", FULL), ("busy_timeout", 2000)],
)
async def test_every_connection_is_a_safe_one(
    house: House, purpose: str, name: str, value: object
) -> None:
    """R50: foreign keys, WAL, synchronous=FULL and a busy timeout, on reading and writing ones."""
    engine: AsyncEngine = getattr(house.engines, purpose)

    assert await pragma(engine, name) == value


def test_a_pragma_that_did_not_take_refuses_to_start() -> None:
    """R50: a database that cannot do WAL, as one in memory cannot, is not used without it."""
    engine = create_engine("sqlite://")
    prepare(engine)

    with pytest.raises(BadDatabase, match="journal_mode at memory where wal is needed"):
        engine.connect()
    engine.dispose()


async def test_a_pragma_that_sqlite_does_not_know_refuses_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R50: SQLite ignores a value that it does not understand; the bot does not."""
    monkeypatch.setitem(PRAGMAS, "synchronous", "17")

    with pytest.raises(BadDatabase, match="synchronous"):
        await migrate(url_of(tmp_path / "bot.db"))


async def test_a_reading_connection_cannot_write(house: House) -> None:
    """What is opened for reading leaves the one writing connection alone."""
    async with house.engines.reading.connect() as connection:
        with pytest.raises(OperationalError, match="readonly"):
            await connection.exec_driver_sql("DELETE FROM persons")


async def test_a_writer_locks_the_file_before_it_looks(house: House) -> None:
    """R01: a writing transaction is IMMEDIATE, so that nobody writes between check and write."""
    with plainly(house.database.file) as other:
        async with house.engines.writing.connect() as connection:
            await connection.exec_driver_sql("SELECT count(*) FROM slots")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")


async def test_a_reader_sees_one_state_and_keeps_nobody_waiting(house: House) -> None:
    """A reading transaction lets others write, and sees nothing of what they wrote meanwhile."""
    count = "SELECT count(*) FROM persons"
    with plainly(house.database.file) as other:
        async with house.engines.reading.connect() as connection:
            assert (await connection.exec_driver_sql(count)).scalar_one() == 0
            other.execute("INSERT INTO persons (telegram_id, language) VALUES (1, 'ru')")
            assert (await connection.exec_driver_sql(count)).scalar_one() == 0
        assert await house.count("persons") == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not a database URL"),
        ("bot.db", "is not a database URL"),
        ("sqlite+aiosqlite://host:port/bot.db", "is not a database URL"),
        ("mysql://bot:secret@db/bot", "mysql is not supported"),
        ("postgresql+psycopg://bot:secret@db/bot", "postgresql\\+psycopg is not supported"),
        ("postgresql://bot:secret@db", "has no name"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite+aiosqlite:///", "names no file"),
        ("sqlite+aiosqlite:///:memory:", "names no file"),
    ],
)
def test_a_bad_database_url_is_told_in_one_line(address: str, words: str) -> None:
    """R42: what is wrong with DATABASE_URL is one clear line, without the password in it."""
    with pytest.raises(BadDatabase, match=words) as bad:
        read_url(address)
    assert "\n" not in str(bad.value)
    assert "secret" not in str(bad.value)


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("postgresql://bot:secret@db/bot", "postgresql+asyncpg"),
        ("postgres://bot:secret@db/bot", "postgresql+asyncpg"),
        ("sqlite:///bot.db", "sqlite+aiosqlite"),
    ],
)
def test_a_url_as_hosting_companies_write_it(address: str, driver: str) -> None:
    """The driver is ours to choose, and nothing else of the URL is changed."""
    url = read_url(address)

    assert url.drivername == driver
    assert (
        url.render_as_string(hide_password=False).partition("://")[2]
        == (address.partition("://")[2])
    )


async def test_a_database_in_memory_is_refused_by_whatever_name() -> None:
    """R50: SQLite has more names for memory; none of them survives the check of the pragmas."""
    url = read_url("sqlite+aiosqlite:///file::memory:?uri=true")
    engines = open_engines(url)

    with pytest.raises(BadDatabase, match="journal_mode at memory"):
        await pragma(engines.writing, "journal_mode")
    await engines.dispose()


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    """A first start needs no folder prepared; a folder that is there is left as it is."""
    url = url_of(tmp_path / "new" / "folder" / "bot.db")
    make_folder(url)
    make_folder(url)

    assert (tmp_path / "new" / "folder").is_dir()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """R42: where a file stands in the way of the folder, the operator reads so."""
    (tmp_path / "data").write_text("a file")

    with pytest.raises(BadDatabase, match="cannot have its folder"):
        make_folder(url_of(tmp_path / "data" / "bot.db"))
