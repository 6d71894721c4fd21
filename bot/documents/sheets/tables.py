"""Tables in sheets: a row of headings somewhere near the top, and the rows below it.

The columns are told by their headings, in any order; letters alone count, in any case.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TypeVar

from bot.documents.sheets.grids import Grid, Row
from services.model.settings.visit_kinds import USUAL_KINDS, VisitKind
from services.rules.names import fold

Meaning = TypeVar("Meaning")

EXAMPLE = re.compile(r"(?:пример|example)\b", re.IGNORECASE)
"""How the name in a row begins that only shows how to fill one in."""
_HEADING_WITHIN = 40
"""Rows from the top in which the heading is looked for."""


class Column(StrEnum):
    """What a column is about, in any kind of sheet."""

    DOCTOR = auto()
    DATE = auto()
    """Perhaps with the start of the time."""
    START = auto()
    """Perhaps with its end: "9:00–9:15"."""
    END = auto()
    STATE = auto()
    TAKEN = auto()
    """Yes or no."""
    FREE = auto()
    """No or yes."""
    ROOM = auto()
    MINUTES = auto()
    """Of a visit."""
    REFERENCE = auto()
    """How another system names who has the time; of our own visits the number."""
    EVEN = auto()
    """Hours on even days of the month, from Monday to Friday."""
    ODD = auto()
    MONDAY = auto()
    TUESDAY = auto()
    WEDNESDAY = auto()
    THURSDAY = auto()
    FRIDAY = auto()
    SATURDAY = auto()
    SUNDAY = auto()
    REASONS = auto()
    """What the row is for; empty is anything."""
    FROM = auto()
    UNTIL = auto()
    """The last day, included."""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, and which of its columns is about what."""

    grid: Grid
    heading: Row
    columns: Mapping[Column, int]
    twice: Sequence[str]
    """Headings that say the same as one before them."""
    kinds: Sequence[VisitKind] = USUAL_KINDS
    """What its clinic has rows for."""

    def name(self, column: Column) -> str:
        """What stands above the column; nothing where there is none."""
        return str(self.heading.value(self.columns[column])) if column in self.columns else ""

    @property
    def rows(self) -> Sequence[Row]:
        """Those below the heading, but for what repeats it: on a new page, or merged with it."""
        return [
            row
            for row in self.grid
            if row.number > self.heading.number and row.values != self.heading.values
        ]

    def ignored(self) -> list[str]:
        """Headings that mean nothing here, of columns with something in them."""
        known = {*self.columns.values()}
        return [
            str(name)
            for place, name in enumerate(self.heading.values)
            if name and place not in known and any(row.value(place) for row in self.rows)
        ]


def letters(text: str) -> str:
    """What counts of a heading, or of a word."""
    return "".join(letter for letter in fold(text) if letter.isalpha())


def vocabulary(words: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """What each of the words means, by its letters; the words are parted by commas."""
    return {letters(word): meaning for meaning, said in words.items() for word in said.split(", ")}


def table_in(
    grid: Grid, meanings: Mapping[str, Column], is_heading: Callable[[AbstractSet[Column]], bool]
) -> Table | None:
    """The table under the first row whose columns make a heading."""
    for row in grid:
        if row.number > _HEADING_WITHIN:
            break
        named = [
            (column, place)
            for place, value in enumerate(row.values)
            if isinstance(value, str) and (column := meanings.get(letters(value)))
        ]
        columns = dict(reversed(named))  # of two that are called alike the first
        if is_heading(columns.keys()):
            twice = [str(row.value(at)) for column, at in named if columns[column] != at]
            return Table(grid, row, columns, twice)
    return None
