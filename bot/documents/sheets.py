"""Sheets that people fill in and get: XLSX and CSV, as rows of plain values.

What comes in is somebody's file: its kind is told by what is in it, everything about it is bounded,
formulas are seen and never computed (R37). What goes out can hold typed text that a spreadsheet
would take for a formula: it is made harmless (R36).
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, StrEnum, auto
from itertools import islice
from typing import Any, TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.cell.read_only import EmptyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 2 * 1024**2
MOST_UNPACKED = 16 * 1024**2
"""Bytes of what a workbook holds."""
MOST_PARTS = 200
"""Files in a workbook."""
MOST_SHEETS = 10
MOST_ROWS = 1000
"""Rows with something in them."""
MOST_COLUMNS = 40
LAST_ROW = 1_048_576
"""No spreadsheet has more: what says so is not to be followed."""

_ENCODINGS = ("utf-8-sig", "cp1251", "cp866")
_WIDE_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be")
_DELIMITERS = (";", ",", "\t")
_WORKBOOK = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_PACKED_AS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""As every spreadsheet packs; others let a file name the memory that it wants."""
_DOCTYPES = [b"<!DOCTYPE", *("<!DOCTYPE".encode(wide) for wide in ("utf-16-le", "utf-16-be"))]
_BROKEN = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error)
"""What the unpacking of a broken or locked archive raises."""
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

    def __init__(self, trouble: FileTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


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
        yield from _of_workbook(data)
    elif data.startswith(_OLD_WORKBOOK):
        raise BadFile(FileTrouble.OLD_EXCEL)
    else:
        yield from _of_text(data)


def is_workbook(data: bytes) -> bool:
    """Whether it is one, by what is in it."""
    return data.startswith(_WORKBOOK)


def check_size(grid: Grid) -> None:
    """Raise `BadFile` for more rows or columns than any clinic's sheet has."""
    if len(grid) > MOST_ROWS:
        raise BadFile(FileTrouble.TOO_MANY_ROWS)
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
    cleaned = ([_without_apostrophe(value.strip()) for value in line] for line in lines)
    rows = (Row(number, values) for number, values in enumerate(cleaned, 1) if any(values))
    return list(islice(rows, MOST_ROWS + 1))


def _without_apostrophe(text: str) -> str:
    """The text as it was before it was made harmless."""
    return _NEUTRALISED.sub("", text)


# Workbooks


def _of_workbook(data: bytes) -> list[Grid]:
    _check_parts(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the library leaves out
            return list(_sheets_of(data))
    except BadFile:
        raise
    except Exception as error:  # whatever a library may stumble over in a broken file
        raise BadFile(FileTrouble.NOT_A_SHEET) from error


def _check_parts(data: bytes) -> None:
    """Unpack nothing that grows too large, and nothing that brings entities of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            # A part that says less than it holds is cut there by zipfile, and fails its checksum.
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadFile(FileTrouble.TOO_LARGE)
            if any(part.compress_type not in _PACKED_AS for part in parts):
                raise BadFile(FileTrouble.NOT_A_SHEET)
            texts = map(packed.read, parts)
            if any(doctype in text for text in texts for doctype in _DOCTYPES):
                raise BadFile(FileTrouble.NOT_A_SHEET)
    except _BROKEN as error:
        raise BadFile(FileTrouble.NOT_A_SHEET) from error


def _sheets_of(data: bytes) -> Iterator[Grid]:
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(shown) > MOST_SHEETS:
            raise BadFile(FileTrouble.TOO_LARGE)
        for sheet in shown:
            sheet.reset_dimensions()  # what the file says of itself may be wrong
            yield list(_rows_in(sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS + 1)))
    finally:
        book.close()


def _rows_in(rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    found = 0
    gap: Sequence[Any] = ()
    for number, cells in enumerate(rows, 1):
        if cells is gap:
            continue  # up to a million of these, and all the same one
        if {*map(type, cells)} == {EmptyCell}:
            gap = cells
            continue
        if any(values := [_value_of(cell) for cell in cells]):
            found += 1
            if found > MOST_ROWS:
                raise BadFile(FileTrouble.TOO_MANY_ROWS)
            yield Row(number, values)


def _value_of(cell: Any) -> Value:
    if cell.data_type == TYPE_FORMULA:
        return Odd.FORMULA
    if cell.data_type == TYPE_ERROR:
        return Odd.ERROR
    value = cell.value
    if isinstance(value, datetime):
        return value.date() if value.time() == time.min else str(value)
    if isinstance(value, date | time):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.10g}"
    return "" if value is None else _without_apostrophe(str(value).strip())


# Making them


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula.

    Within the text, too, where a cell may begin for who takes another separator than was meant.
    """
    return _FORMULA_LIKE.sub("'", text)


def make_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """As Excel opens it where Russian is spoken: semicolons, UTF-8 with its mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(text) for text in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a workbook."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    """Of the columns, in characters."""
    heading: bool = True
    """Whether the first row is one."""
    spare: int = 0
    """Rows that are left to be filled in."""


def make_workbook(pages: Mapping[str, Page]) -> bytes:
    """A workbook of these sheets. Every cell is text, so that nothing becomes a date: "8-12"."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, page in pages.items():
        _fill(book.create_sheet(title[:31]), page)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, page: Page) -> None:
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    for number in range(1, len(page.rows) + page.spare + 1):
        texts = page.rows[number - 1] if number <= len(page.rows) else ()
        for column in range(1, len(page.widths) + 1):
            text = texts[column - 1] if column <= len(texts) else ""
            cell = sheet.cell(number, column)
            cell.number_format = "@"
            cell.alignment = wrapped
            if text:
                cell.value = harmless(text)
                cell.data_type = "s"
            if number == 1 and page.heading:
                cell.font = bold
    for column, width in enumerate(page.widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    if page.heading:
        sheet.freeze_panes = "A2"
