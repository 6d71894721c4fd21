"""Sheets as rows of plain values, and what makes one unreadable or harmless."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum, StrEnum, auto
from typing import TypeAlias

MOST_BYTES = 8 * 1024**2
MOST_ROWS = 30_000
"""Rows with something in them: the times of a large clinic in a month."""
MOST_COLUMNS = 40
_FORMULA_LIKE = re.compile(r"\A(?=[=+\-@\t\r'])|(?<=[,\t\r\n])(?='*[=+\-@])")
_NEUTRALISED = re.compile(r"\A'(?=[=+\-@\t\r'])|(?<=[,\t\r\n])'(?='*[=+\-@])")


class FileTrouble(StrEnum):
    """Why a file is not read at all."""

    TOO_LARGE = auto()
    TOO_MUCH = auto()
    """It is small, and holds far more than a schedule."""
    TOO_MANY_ROWS = auto()
    TOO_MANY_COLUMNS = auto()
    OLD_EXCEL = auto()
    """A workbook of before 2007."""
    NOT_A_SHEET = auto()


class BadFile(Exception):
    """The file cannot be read as a sheet."""

    def __init__(self, trouble: FileTrouble, most_rows: int = MOST_ROWS) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.most_rows = most_rows
        """How many a sheet of this kind may have."""


class Odd(Enum):
    """What a cell holds that is no value."""

    FORMULA = auto()
    ERROR = auto()


Value: TypeAlias = str | date | time | Odd
"""Of a cell; an empty one is an empty text."""
Written: TypeAlias = str | int | date | time
"""What is put into a cell: what can be added up or sorted stays what it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it."""

    number: int
    """As the spreadsheet shows it."""
    values: Sequence[Value]

    def value(self, column: int) -> Value:
        return self.values[column] if column < len(self.values) else ""


Grid: TypeAlias = Sequence[Row]


def check_size(grid: Grid, most_rows: int) -> None:
    """Raise `BadFile` for more rows or columns than any clinic's sheet of the kind has."""
    if len(grid) > most_rows:
        raise BadFile(FileTrouble.TOO_MANY_ROWS, most_rows)
    if any(any(row.values[MOST_COLUMNS:]) for row in grid):
        raise BadFile(FileTrouble.TOO_MANY_COLUMNS)


def without_apostrophe(text: str) -> str:
    """The text as it was before it was made harmless."""
    return _NEUTRALISED.sub("", text) if "'" in text else text


# Making them


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula.

    Within the text, too, where a cell may begin for who takes another separator than was meant.
    """
    return _FORMULA_LIKE.sub("'", text)


def in_text(value: Written) -> str:
    """The value as a text that is read again as the same."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return f"{value.hour}:{value:%M}" if isinstance(value, time) else str(value)


def make_csv(rows: Iterable[Sequence[Written]]) -> bytes:
    """As Excel opens it where Russian is spoken: semicolons, UTF-8 with its mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(in_text(value)) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")
