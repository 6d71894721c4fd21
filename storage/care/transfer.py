"""Every row of our tables from one database into another, of whatever kinds the two are."""

from sqlalchemy import Column, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables.base import Base

BATCH = 500


async def transfer(source: AsyncConnection, target: AsyncConnection) -> None:
    """Copy all rows into the same tables of another database, where they are still empty.

    Both are at the newest migration, and the source's transaction sees one state of it. It is for
    the caller to commit.
    """
    for table in Base.metadata.sorted_tables:  # what is pointed at comes before what points
        await _copy_rows(table, source, target)
        number = table.autoincrement_column
        if number is not None:
            await _go_on_after(await _last_given(source, number), target, number)


async def _copy_rows(table: Table, source: AsyncConnection, target: AsyncConnection) -> None:
    # The latest first: SQLite's trigger looks for overlaps among all that begin earlier.
    latest_first = [column.desc() for column in table.primary_key]
    rows = await source.stream(select(table).order_by(*latest_first))
    async for batch in rows.mappings().partitions(BATCH):
        await target.execute(insert(table), [dict(row) for row in batch])


async def _last_given(source: AsyncConnection, number: Column[int]) -> int:
    """The highest number there is, or ever was, where the database remembers that."""
    there = await source.scalar(select(func.max(number)))
    if source.dialect.name == "postgresql":
        ever = await source.scalar(
            text(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)"
            ),
            {"table": number.table.name, "column": number.name},
        )
    elif _is_never_given_twice(number):
        ever = await source.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :table"),
            {"table": number.table.name},
        )
    else:
        ever = None
    return max(there or 0, ever or 0)


async def _go_on_after(last: int, target: AsyncConnection, number: Column[int]) -> None:
    """Let the next number that the database gives be the one after this."""
    named = {"table": number.table.name, "last": last}
    if target.dialect.name == "postgresql":
        await target.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:table, :column), greatest(:last, 1), "
                ":last > 0)"
            ),
            named | {"column": number.name},
        )
    elif _is_never_given_twice(number):
        await target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), named)
        await target.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), named)


def _is_never_given_twice(number: Column[int]) -> bool:
    """Whether SQLite remembers the highest number even when its row is gone."""
    return bool(number.table.dialect_options["sqlite"]["autoincrement"])
