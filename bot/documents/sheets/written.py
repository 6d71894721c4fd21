"""Any sheet of a schedule put into a file that can be read again, and its empty template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.documents.sheets import grids
from bot.documents.sheets.grids import Written
from bot.documents.sheets.tables import Column
from services.model.settings.visit_kinds import KindKey

Line = Mapping[Column, Written]
"""A row: what stands in which column."""

_WIDTHS = {Column.DOCTOR: 34, Column.REASONS: 24, Column.REFERENCE: 20}
_WIDTH = 14


@dataclass(frozen=True, slots=True)
class Words:
    """What a sheet says in some language; whoever reads it knows these words in all of them."""

    title: str
    columns: Mapping[Column, str]
    """Those that are written, in order."""
    reasons: Mapping[KindKey, str]
    how_to_title: str
    how_to: Sequence[str]
    """How the sheet is filled in, a line each."""
    examples: Sequence[Line] = ()


def write(lines: Iterable[Line], words: Words, *, csv: bool = False) -> bytes:
    """A workbook with a second sheet that explains the first; or a text as Excel opens it."""
    rows = _rows(lines, words)
    return grids.make_csv(rows) if csv else _workbook(rows, words)


def template(words: Words, *, csv: bool = False) -> bytes:
    """An empty sheet: explained, with examples that are not read."""
    rows = _rows(words.examples, words)
    if csv:
        return grids.make_csv([*([line] for line in words.how_to), [], *rows])
    return _workbook(rows, words, spare=200)


def _rows(lines: Iterable[Line], words: Words) -> list[list[Written]]:
    return [
        [*words.columns.values()],
        *([line.get(column, "") for column in words.columns] for line in lines),
    ]


def _workbook(rows: Sequence[Sequence[Written]], words: Words, spare: int = 0) -> bytes:
    from bot.documents.sheets import workbooks  # their library takes its time to be loaded

    widths = [_WIDTHS.get(column, _WIDTH) for column in words.columns]
    explained = workbooks.Page([[line] for line in words.how_to], [100], heading=False)
    return workbooks.make(
        {words.title: workbooks.Page(rows, widths, spare=spare), words.how_to_title: explained}
    )
