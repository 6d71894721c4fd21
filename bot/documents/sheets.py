"""Sheets that people fill in and get, as rows of plain values: CSV here, XLSX in `workbooks`.

What comes in is somebody's file: its kind is told by what is in it, everything about it is bounded,
formulas are seen and never computed (R37). What goes out can hold typed text that a spreadsheet
would take for a formula: it is made harmless (R36).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum, StrEnum, auto
from itertools import islice
from typing import TypeAlias

MOST_BYTES = 8 * 1024**2
MOST_ROWS = 30_000
"""Rows with something in them: the times of a large clinic in a month."""
MOST_COLUMNS = 40

_ENCODINGS = ("utf-8-sig", "cp1251", "cp866")
_WIDE_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be")
_DELIMITERS = (";", ",", "\t")
_WORKBOOK = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA_LIKE = re.compile(r"\A(?=[=+\-@\t\r'])|(?<=[,\t\r\n])(?='*[=+\-@])")
_NEUTRALISED = re.compile(r"\A'(?=[=+\-@\t\r'])|(?<=[,\t\r\n])'(?='*[=+\-@])")


class FileTrouble(StrEnum):
    """Why a file is not read at all."""

    TOO_LARGE = auto()
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


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it."""

    number: int
    """As the spreadsheet shows it."""
    values: Sequence[Value]

    def value(self, column: int) -> Value:
        return self.values[column] if column < len(self.values) else ""


Grid: TypeAlias = Sequence[Row]


def grids(data: bytes) -> Iterator[Grid]:
    """The sheets of a workbook, or all the ways in which a text can be read as one.

    Raises:
        BadFile: it is neither, or too large.
    """
    if len(data) > MOST_BYTES:
        raise BadFile(FileTrouble.TOO_LARGE)
    if is_workbook(data):
        from bot.documents import workbooks  # their library takes its time to be loaded

        yield from workbooks.read(data)
    elif data.startswith(_OLD_WORKBOOK):
        raise BadFile(FileTrouble.OLD_EXCEL)
    else:
        yield from _of_text(data)


def is_workbook(data: bytes) -> bool:
    """Whether it is one, by what is in it."""
    return data.startswith(_WORKBOOK)


def check_size(grid: Grid, most_rows: int) -> None:
    """Raise `BadFile` for more rows or columns than any clinic's sheet of the kind has."""
    if len(grid) > most_rows:
        raise BadFile(FileTrouble.TOO_MANY_ROWS, most_rows)
    if any(any(row.values[MOST_COLUMNS:]) for row in grid):
        raise BadFile(FileTrouble.TOO_MANY_COLUMNS)


# Text


def _of_text(data: bytes) -> Iterator[Grid]:
    readable = False
    for encoding in _WIDE_ENCODINGS if b"\0" in data else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if _CONTROL.search(text):
            continue
        for delimiter in _DELIMITERS:
            try:
                yield _rows_of(text, delimiter)
            except csv.Error:
                continue
            readable = True
    if not readable:
        raise BadFile(FileTrouble.NOT_A_SHEET)


def _rows_of(text: str, delimiter: str) -> Grid:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cleaned = ([without_apostrophe(value.strip()) for value in line] for line in lines)
    rows = (Row(number, values) for number, values in enumerate(cleaned, 1) if any(values))
    return list(islice(rows, MOST_ROWS + 1))


def without_apostrophe(text: str) -> str:
    """The text as it was before it was made harmless."""
    return _NEUTRALISED.sub("", text) if "'" in text else text


# Making them


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula.

    Within the text, too, where a cell may begin for who takes another separator than was meant.
    """
    return _FORMULA_LIKE.sub("'", text)


def make_csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    """As Excel opens it where Russian is spoken: semicolons, UTF-8 with its mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(str(value)) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")
