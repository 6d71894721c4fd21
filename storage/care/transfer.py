"""Every row of our tables from one database into another, of whatever kinds the two are."""

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.sequences import go_on_after, last_given, numbers
from storage.tables.base import Base, table_of
from storage.tables.clinic import HouseRow

BATCH = 500
_HOUSE = table_of(HouseRow)
"""Has its row, and gets another version with each clinic that comes."""


async def transfer(source: AsyncConnection, target: AsyncConnection) -> None:
    """Copy all rows into the same tables of another database, where they are still empty.

    Both are at the newest migration, and the source's transaction sees one state of it. It is for
    the caller to commit.
    """
    for table in Base.metadata.sorted_tables:  # what is pointed at comes before what points
        if table is not _HOUSE:
            await _copy_rows(table, source, target)
    for number in numbers():
        last = await source.run_sync(last_given, number)
        await target.run_sync(go_on_after, number, last)


async def _copy_rows(table: Table, source: AsyncConnection, target: AsyncConnection) -> None:
    # The latest first: SQLite's trigger looks for overlaps among all that begin earlier.
    latest_first = [column.desc() for column in table.primary_key]
    rows = await source.stream(select(table).order_by(*latest_first))
    async for batch in rows.mappings().partitions(BATCH):
        await target.execute(insert(table), [dict(row) for row in batch])
