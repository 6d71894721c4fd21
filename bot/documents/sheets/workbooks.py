"""Workbooks (XLSX), read and made.

Loads openpyxl, which takes its time: to be imported only where there is a workbook.
"""

import io
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.cell.read_only import EmptyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from bot.documents.sheets import parts
from bot.documents.sheets.grids import (
    MOST_COLUMNS,
    MOST_ROWS,
    BadFile,
    FileTrouble,
    Grid,
    Odd,
    Row,
    Value,
    Written,
    harmless,
    in_text,
    without_apostrophe,
)

_FIRST_YEAR = 1901
"""What stands before it is a time of the day to whoever wrote it."""
WIDEST = 60
"""Characters of a column; what is longer is wrapped."""
_FORMATS = {date: "dd.mm.yyyy", time: "h:mm"}
MOST_SHEETS = 10
LAST_ROW = 1_048_576
"""No spreadsheet has more: what says so is not to be followed."""

LONGEST_TEXT = 1000
"""Of a cell: what is longer is cut there, and no schedule has it."""
MOST_LETTERS = 8_000_000
"""In all cells; texts that sheets share count each time."""


def read(data: bytes) -> list[Grid]:
    """The sheets that it shows.

    Raises:
        BadFile: it is broken, or too large.
    """
    merged = parts.merged_in(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the library leaves out
            return list(_sheets_of(data, merged))
    except BadFile:
        raise
    except MemoryError:
        raise BadFile(FileTrouble.TOO_MUCH) from None
    except Exception as error:  # whatever a library may stumble over in a broken file
        raise BadFile(FileTrouble.NOT_A_SHEET) from error


def _sheets_of(data: bytes, merged: Mapping[str, Sequence[str]]) -> Iterator[Grid]:
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(shown) > MOST_SHEETS:
            raise BadFile(FileTrouble.TOO_MUCH)
        for sheet in shown:
            sheet.reset_dimensions()  # what the file says of itself may be wrong
            rows = list(_rows_in(sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS + 1)))
            # Read-only, it keeps no merged cells itself, and says by no other name where it stands.
            path: str = sheet._worksheet_path  # type: ignore[attr-defined]
            _spread(rows, merged.get(path, ()))
            yield rows
    finally:
        book.close()


def _rows_in(rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    found = letters = 0
    gap: Sequence[Any] = ()
    for number, cells in enumerate(rows, 1):
        if cells is gap:
            continue  # up to a million of these, and all the same one
        if {*map(type, cells)} == {EmptyCell}:
            gap = cells
            continue
        if any(values := ["" if type(cell) is EmptyCell else _value_of(cell) for cell in cells]):
            found += 1
            if found > MOST_ROWS:
                raise BadFile(FileTrouble.TOO_MANY_ROWS)
            letters += sum(len(value) for value in values if isinstance(value, str))
            if letters > MOST_LETTERS:
                raise BadFile(FileTrouble.TOO_MUCH)
            yield Row(number, values)


def _spread(rows: list[Row], merged: Iterable[str]) -> None:
    """Let what stands in merged cells stand in each of them; rows without anything of their own
    stay as they are: most are only drawn higher."""
    numbers = [row.number for row in rows]
    for area in merged:
        left, top, right, bottom = _bounds(area)
        first, last = bisect_left(numbers, top), bisect_right(numbers, bottom)
        if first == last or numbers[first] != top:
            continue  # there is nothing in them
        value = rows[first].value(left - 1)
        for place in range(first, last):
            values = [*rows[place].values]
            values[left - 1 : right] = [value] * len(values[left - 1 : right])
            rows[place] = Row(rows[place].number, values)


def _bounds(area: str) -> tuple[int, int, int, int]:
    """The first column and row of "B2:F3", and the last."""
    left, top, right, bottom = range_boundaries(area)
    if left is None or top is None or right is None or bottom is None:
        raise BadFile(FileTrouble.NOT_A_SHEET)  # whole columns or rows
    return left, top, right, bottom


def _value_of(cell: Any) -> Value:
    if cell.data_type == TYPE_FORMULA:
        return Odd.FORMULA
    if cell.data_type == TYPE_ERROR:
        return Odd.ERROR
    value = cell.value
    if isinstance(value, timedelta):  # [h]:mm
        return _clock(value)
    if isinstance(value, datetime) and value.year < _FIRST_YEAR:  # 24:00 as h:mm
        return _clock(timedelta(days=1, hours=value.hour, minutes=value.minute))
    if isinstance(value, datetime):
        value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        return value.date() if value.time() == time.min else str(value)
    if isinstance(value, date | time):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.10g}"
    return "" if value is None else without_apostrophe(str(value)[:LONGEST_TEXT].strip())


def _clock(length: timedelta) -> str:
    """ "24:00"; spreadsheets keep fractions of a day, and show the minute."""
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a workbook."""

    rows: Sequence[Sequence[Written]]
    """Texts; numbers, days and times that somebody may want to add up or to sort."""
    widths: Sequence[int]
    """Of the columns, in characters, at least: what is longer makes them wider."""
    heading: bool = True
    """Whether the first row is one."""
    spare: int = 0
    """Rows that are left to be filled in."""


def make(pages: Mapping[str, Page]) -> bytes:
    """A workbook of these sheets. Every text stays one, so that none becomes a date: "8-12"."""
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
        values = page.rows[number - 1] if number <= len(page.rows) else ()
        for column in range(1, len(page.widths) + 1):
            value = values[column - 1] if column <= len(values) else ""
            cell = sheet.cell(number, column)
            cell.alignment = wrapped
            if number == 1 and page.heading:
                cell.font = bold
            if not isinstance(value, str):
                cell.value = value
                cell.number_format = _FORMATS.get(type(value), cell.number_format)
                continue
            cell.number_format = "@"
            if value:
                cell.value = harmless(value)
                cell.data_type = "s"
    for column, width in enumerate(page.widths):
        longest = max((_width_of(row[column]) for row in page.rows if column < len(row)), default=0)
        letter = get_column_letter(column + 1)
        sheet.column_dimensions[letter].width = max(width, min(longest, WIDEST))
    if page.heading:
        sheet.freeze_panes = "A2"


def _width_of(value: Written) -> int:
    """In characters, with what a spreadsheet leaves beside them and bold ones take more."""
    return round(1.1 * len(in_text(value))) + 2
