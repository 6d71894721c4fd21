"""Ids are never given twice: where the counting goes on, and that it never goes back."""

from sqlalchemy import Column, Connection, func, inspect, select, text

from storage.tables.base import Base

RESTORED = 1_000_000
"""How many ids of a table a restore passes over: those that were given out after the backup was
made. Their buttons still lie in chats. Ids have 31 bits: that is room for two thousand restores."""
RESTORED_VISITS = 100_000
"""The same of visits, whose number is told by phone and typed at the desk."""


def numbers() -> list[Column[int]]:
    """The column of each table that the database counts up by itself."""
    columns = (table.autoincrement_column for table in Base.metadata.sorted_tables)
    return [column for column in columns if column is not None]


def last_given(connection: Connection, number: Column[int]) -> int:
    """The highest number there is, or ever was."""
    there = connection.scalar(select(func.max(number)))
    if connection.dialect.name == "postgresql":
        ever = connection.scalar(
            text(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)"
            ),
            {"table": number.table.name, "column": number.name},
        )
    else:
        ever = remembered(connection).get(number.table.name)
    return max(there or 0, ever or 0)


def go_on_after(connection: Connection, number: Column[int], last: int) -> None:
    """Let the next number that the database gives be the one after this, or a later one."""
    last = max(last, last_given(connection, number))
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:table, :column), greatest(:last, 1), "
                ":last > 0)"
            ),
            {"table": number.table.name, "column": number.name, "last": last},
        )
    else:
        _remember(connection, number.table.name, last)


def pass_over(connection: Connection) -> None:
    """Leave out, in each table, the ids that the database may have given after it was copied."""
    for number in numbers():
        step = RESTORED_VISITS if number.table.name == "appointments" else RESTORED
        go_on_after(connection, number, last_given(connection, number) + step)


def take_over_backup(connection: Connection) -> None:
    """Make a database of a backup's file, whether `restore` put it there or somebody copied it:
    it bears the mark of `storage.care.snapshots.sign` until then."""
    if inspect(connection).has_table("backup"):
        connection.execute(text("DROP TABLE backup"))
        pass_over(connection)


# What SQLite remembers


def remembered(connection: Connection) -> dict[str, int]:
    """The highest number that each table of a SQLite database ever had; nothing on PostgreSQL."""
    if connection.dialect.name != "sqlite" or not inspect(connection).has_table("sqlite_sequence"):
        return {}
    found = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    return {name: last or 0 for name, last in found}


def keep_remembering(connection: Connection, before: dict[str, int]) -> None:
    """Bring back what was remembered: a table that a migration made anew begins with the highest
    id that it still has."""
    now = remembered(connection)
    counting = connection.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    ).all()
    for name in before.keys() & set(counting):
        if now.get(name, 0) < before[name]:
            _remember(connection, name, before[name])


def _remember(connection: Connection, table: str, last: int) -> None:
    named = {"table": table, "last": last}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), named)
    connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), named)
