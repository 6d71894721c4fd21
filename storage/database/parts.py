"""Rows of several tables out of one statement that is written once: at a tenth of what entities
cost, which are looked up, compared and kept."""

from collections import namedtuple
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row

from storage.tables.base import Base, table_of

Beside: TypeAlias = Mapping[type[Base], Mapping[str, ColumnElement[Any]]]


class Parts:
    """What a statement has to name of some tables, and how it is told apart again."""

    def __init__(self, *rows: type[Base], beside: Beside = MappingProxyType({})) -> None:
        """`beside` says what else is read of a table's row: an expression by its name."""
        columns: dict[type[Base], dict[str, ColumnElement[Any]]] = {
            row: {**table_of(row).c, **beside.get(row, {})} for row in rows
        }
        self.columns: list[ColumnElement[Any]] = [
            column.label(f"{row.__tablename__}_{name}")
            for row, named in columns.items()
            for name, column in named.items()
        ]
        self._parts: list[tuple[Any, int]] = [
            (namedtuple(row.__tablename__, named), len(named))  # noqa: PYI024
            for row, named in columns.items()
        ]

    def of(self, row: Row[*tuple[Any, ...]]) -> list[Any]:
        """A part for each table, to be read as its row is, and not to be changed."""
        found, begins = [], 0
        for part, width in self._parts:
            found.append(part._make(row[begins : begins + width]))
            begins += width
        return found
