"""A doctor's day as a sheet of paper: A4, to be printed and ticked off.

Loads what makes PDF files, which takes its time: to be imported only where a sheet is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.paper.sheets import HEIGHT, WIDTH, Sheet

ROWS_ON_A_PAGE = 32
_MARGIN = 42.0
_INSIDE = WIDTH - 2 * _MARGIN
_ROW = 21.0
_INK, _RULE = (23, 33, 43), (199, 208, 217)
_COLUMNS = (0.0, 60.0, 330.0, 462.0)
"""Where the time, the child, the reason and the number begin, in points from the margin."""
_WIDTHS = (54.0, 264.0, 126.0, 48.0)


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What stands on it. All texts are plain."""

    title: str
    subtitle: str
    rows: Sequence[tuple[str, str, str, str]]
    """Time, child, what for, number."""
    empty: str
    """What is said where there are no rows."""
    replaced: str
    """What is said at the foot of a page, where a letter could not be printed."""
    printed: str = ""
    """When it was made, at the foot of each page: an older one is not the day any more."""


def draw(sheet: DaySheet) -> bytes:
    """The sheet as a PDF file, of as many pages as it takes."""
    paper = Sheet(sheet.title)
    paper.set_text_color(*_INK)
    paper.set_draw_color(*_RULE)
    paper.set_line_width(0.6)
    pages = [
        sheet.rows[start : start + ROWS_ON_A_PAGE]
        for start in range(0, max(len(sheet.rows), 1), ROWS_ON_A_PAGE)
    ]
    for number, rows in enumerate(pages, 1):
        paper.add_page()
        _draw_page(paper, sheet, rows)
        if len(pages) > 1:
            paper.line_of(WIDTH - _MARGIN - 30, HEIGHT - 24, f"{number} / {len(pages)}", 60, 9)
    return bytes(paper.output())


def _draw_page(paper: Sheet, sheet: DaySheet, rows: Sequence[tuple[str, str, str, str]]) -> None:
    paper.replaced = False
    down = _MARGIN + 18
    paper.line_of(_MARGIN, down, sheet.title, _INSIDE, 18, bold=True)
    down += 24
    paper.line_of(_MARGIN, down, sheet.subtitle, _INSIDE, 12)
    down += 14
    if not rows:
        paper.line_of(_MARGIN, down + 24, sheet.empty, _INSIDE, 12)
    for row in rows:
        paper.line(_MARGIN, down, WIDTH - _MARGIN, down)
        down += _ROW
        for text, start, width in zip(row, _COLUMNS, _WIDTHS, strict=True):
            paper.line_of(_MARGIN + start, down - 6, text, width, 11, bold=start == 0.0)
    if paper.replaced:
        paper.line_of(_MARGIN, HEIGHT - 36, sheet.replaced, _INSIDE - 60, 9)
    if sheet.printed:
        paper.line_of(_MARGIN, HEIGHT - 24, sheet.printed, _INSIDE - 60, 9)
