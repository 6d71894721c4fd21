"""R77: where the counting of ids goes on, and that it never goes back."""

from pathlib import Path

from sqlalchemy import Connection, Integer, create_engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.sequences import (
    RESTORED,
    go_on_after,
    keep_remembering,
    last_given,
    numbers,
    pass_over,
    remembered,
)
from storage.tables.base import Base
from storage.tables.families import PersonRow
from tests.databases import Database

PERSON = Base.metadata.tables[PersonRow.__tablename__].c["id"]


async def come(connection: AsyncConnection, telegram_id: int) -> int:
    """Somebody new, by another program's hand; the id that they got."""
    new = text("INSERT INTO persons (telegram_id, language) VALUES (:id, 'ru') RETURNING id")
    return int((await connection.execute(new, {"id": telegram_id})).scalar_one())


async def test_the_last_who_went_leaves_no_id_behind(database: Database) -> None:
    """R77: on both databases, whether somebody is left or nobody."""
    async with database.connect() as connection:
        given = [await come(connection, telegram_id) for telegram_id in (101, 102)]
        await connection.execute(text("DELETE FROM persons WHERE telegram_id = 102"))
        given.append(await come(connection, 103))
        await connection.execute(text("DELETE FROM persons"))
        given.append(await come(connection, 104))
        assert await connection.run_sync(last_given, PERSON) == given[-1]

    assert given == [1, 2, 3, 4]


async def test_the_counting_never_goes_back(database: Database) -> None:
    """R77: whoever names a lower number changes nothing."""
    async with database.connect() as connection:
        await connection.run_sync(go_on_after, PERSON, 500)
        await connection.run_sync(go_on_after, PERSON, 20)
        assert await come(connection, 101) == 501


async def test_a_restore_passes_over_ids_in_every_table(database: Database) -> None:
    """R77: an empty one, too: its first rows may have come after the backup. Ids have room left."""
    async with database.connect() as connection:
        before = {
            number.table.name: await connection.run_sync(last_given, number) for number in numbers()
        }
        await connection.run_sync(pass_over)
        steps = {
            number.table.name: await connection.run_sync(last_given, number)
            - before[number.table.name]
            for number in numbers()
        }

    assert steps.pop("appointments") == RESTORED // 10  # the number is told by phone
    assert set(steps.values()) == {RESTORED}
    assert all(isinstance(number.type, Integer) for number in numbers())
    assert 1000 * RESTORED < 2**31


async def test_a_table_made_anew_remembers_its_last_id(tmp_path: Path) -> None:
    """R77: a migration that makes a table anew, as SQLite must, copies rows and not what was given
    before; the house brings that back."""
    engine = create_engine(f"sqlite:///{tmp_path / 'made-anew.db'}")

    def make_anew(connection: Connection) -> None:
        for statement in (
            "CREATE TABLE copy (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)",
            "INSERT INTO copy SELECT * FROM names",
            "DROP TABLE names",
            "ALTER TABLE copy RENAME TO names",
        ):
            connection.execute(text(statement))

    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE names (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)")
        )
        connection.execute(text("CREATE TABLE gone (id INTEGER PRIMARY KEY AUTOINCREMENT)"))
        for table in ("names (name) VALUES ('А'), ('Б')", "gone VALUES (7)"):
            connection.execute(text(f"INSERT INTO {table}"))
        connection.execute(text("DELETE FROM names WHERE id = 2"))
        before = remembered(connection)
        make_anew(connection)
        connection.execute(text("DROP TABLE gone"))
        assert remembered(connection) == {"names": 1}
        keep_remembering(connection, before)
        assert remembered(connection) == {"names": 2}
    engine.dispose()
