"""Rows of several tables out of one statement that is written once: at a tenth of what entities
cost, which are looked up, compared and kept."""

from collections import namedtuple
from typing import Any

from sqlalchemy import ColumnElement, Row

from storage.tables.base import Base, table_of


class Parts:
    """What a statement has to name of some tables, and how it is told apart again."""

    def __init__(self, *rows: type[Base]) -> None:
        tables = [table_of(row) for row in rows]
        self.columns: list[ColumnElement[Any]] = [
            column.label(f"{table.name}_{column.key}") for table in tables for column in table.c
        ]
        self._parts: list[tuple[Any, int]] = [
            (namedtuple(table.name, table.c.keys()), len(table.c))  # noqa: PYI024
            for table in tables
        ]

    def of(self, row: Row[*tuple[Any, ...]]) -> list[Any]:
        """A part for each table, to be read as its row is, and not to be changed."""
        found, begins = [], 0
        for part, width in self._parts:
            found.append(part._make(row[begins : begins + width]))
            begins += width
        return found
