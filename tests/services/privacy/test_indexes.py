"""A family is gathered and erased by indexes: two million rows of others are not looked at."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    event,
)

from services.model.clinic import Doctor
from storage.privacy.erasing import THE_CHILDREN_S, THE_PERSONS, THE_VISITS
from storage.tables.base import Base
from storage.tables.families import ChildRow
from tests.conftest import House
from tests.databases import SQLITE
from tests.services.conftest import Family, slots_of

FEW = {
    "clinics",
    "doctors",
    "house",
    "districts",
    "consent_texts",
    "staff",
    "erasures",
    "owed_answers",
}
"""Tables that a clinic fills by hand, one of one row, one that is read as a whole at a start, and
one whose rows last for minutes."""
MANY = set(Base.metadata.tables) - FEW
GOES = {table.__tablename__ for table in (*THE_PERSONS, *THE_CHILDREN_S, *THE_VISITS, ChildRow)}


@contextmanager
def said(house: House) -> Iterator[list[tuple[str, Any]]]:
    """What is said to the database, with its parameters."""
    told: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        told.append((statement, parameters))

    engines = {id(e): e for e in (house.engines.writing, house.engines.reading)}.values()
    for engine in engines:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        for engine in engines:
            event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_no_table_of_others_is_read_through(
    house: House, kind: str, petrova: Doctor, anna: Family
) -> None:
    """R40, R74: the page, the file and the erasure find their rows. SQLite says how it would go
    about each statement, and goes about it so whatever the tables hold."""
    if kind != SQLITE:
        return
    slot, *_ = await slots_of(house, petrova, anna, date(2026, 11, 25))
    await house.book(anna.parent, anna.child.id, slot)
    with said(house) as told:
        await house.services.own_data.all(anna.parent)
        shown = await house.services.erasing.look(anna.parent)
        await house.services.erasing.ask(anna.parent, shown.as_shown)
        house.clock.forward(hours=24)
        assert await house.services.erasing.carry_out(anna.parent)
    scans = set()
    async with house.engines.reading.connect() as connection:
        for statement, parameters in told:
            if re.match(r"(SELECT|UPDATE|DELETE|WITH)\b", statement):
                plan = await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                )
                scans |= {
                    (found[1], statement)
                    for *_, step in plan
                    if (found := re.match(r"SCAN (\w+)", step)) and found[1] in MANY
                }
    assert not scans


@pytest.mark.parametrize("table", sorted(GOES))
def test_who_points_at_a_row_that_goes_is_found_by_an_index(table: str) -> None:
    """R40: otherwise the database reads the whole table to see that nobody points at it."""
    unindexed = [
        f"{other.name}.{key.parent.name}"
        for other in Base.metadata.tables.values()
        for key in other.foreign_keys
        if key.column.table.name == table and other.name not in FEW
        if key.parent.name not in leading(other)
    ]
    assert not unindexed


def leading(table: Table) -> set[str]:
    """With which columns the indexes of a whole table begin."""
    whole = [index for index in table.indexes if index.dialect_options["sqlite"]["where"] is None]
    keys = [
        found
        for found in table.constraints
        if isinstance(found, PrimaryKeyConstraint | UniqueConstraint)
    ]
    return {next(iter(found.columns)).name for found in (*whole, *keys)}
