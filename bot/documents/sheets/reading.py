"""Any file that might be a sheet, as the grids that it may hold."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from bot.documents.sheets import apart
from bot.documents.sheets.grids import (
    MOST_BYTES,
    MOST_ROWS,
    BadFile,
    FileTrouble,
    Grid,
    Row,
    without_apostrophe,
)

_ENCODINGS = ("utf-8-sig", "cp1251", "cp866")
_WIDE_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be")
_DELIMITERS = (";", ",", "\t")
_WORKBOOK = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def grids(data: bytes, seconds: int = apart.MOST_SECONDS) -> Iterator[Grid]:
    """The sheets of a workbook, or all the ways in which a text can be read as one.

    Args:
        seconds: how long a workbook may take.

    Raises:
        BadFile: it is neither, or too large.
    """
    if len(data) > MOST_BYTES:
        raise BadFile(FileTrouble.TOO_LARGE)
    if is_workbook(data):
        yield from apart.read(data, seconds)
    elif data.startswith(_OLD_WORKBOOK):
        raise BadFile(FileTrouble.OLD_EXCEL)
    else:
        yield from _of_text(data)


def is_workbook(data: bytes) -> bool:
    """Whether it is one, by what is in it."""
    return data.startswith(_WORKBOOK)


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
