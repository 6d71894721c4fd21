"""A doctor's day as a sheet of paper: A4, to be printed and ticked off.

Loads matplotlib, which takes its time: to be imported only where a sheet is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from bot.documents.pictures.poster import HEIGHT, WIDTH, fitted

ROWS_ON_A_PAGE = 32
_MARGIN = 42.0
_ROW = 21.0
_FONT = "DejaVu Sans"
_INK, _RULE = "#17212b", "#c7d0d9"
_COLUMNS = (0.0, 60.0, 330.0, 462.0)
"""Where the time, the child, the reason and the number begin, in points from the margin."""
_WIDTHS = (54.0, 264.0, 126.0, 48.0)


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What stands on it."""

    title: str
    subtitle: str
    rows: Sequence[tuple[str, str, str, str]]
    """Time, child, what for, number."""
    empty: str
    """What is said where there are no rows."""


def draw(sheet: DaySheet) -> bytes:
    """The sheet as a PDF file, of as many pages as it takes."""
    made = BytesIO()
    pages = [
        sheet.rows[start : start + ROWS_ON_A_PAGE]
        for start in range(0, max(len(sheet.rows), 1), ROWS_ON_A_PAGE)
    ]
    with rc_context({"pdf.fonttype": 42}), PdfPages(made, metadata={"Title": sheet.title}) as file:
        for number, rows in enumerate(pages, 1):
            figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor="white")
            paper = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
            paper.set_axis_off()
            _draw_page(paper, sheet, rows)
            if len(pages) > 1:
                _text(paper, WIDTH - _MARGIN - 30, 24, f"{number} / {len(pages)}", 9)
            file.savefig(figure)
    return made.getvalue()


def _draw_page(paper: Axes, sheet: DaySheet, rows: Sequence[tuple[str, str, str, str]]) -> None:
    below = HEIGHT - _MARGIN - 18
    _fit(paper, _MARGIN, below, sheet.title, WIDTH - 2 * _MARGIN, 18, bold=True)
    below -= 24
    _fit(paper, _MARGIN, below, sheet.subtitle, WIDTH - 2 * _MARGIN, 12)
    below -= 14
    if not rows:
        _text(paper, _MARGIN, below - 24, sheet.empty, 12)
    for row in rows:
        paper.plot([_MARGIN, WIDTH - _MARGIN], [below, below], color=_RULE, linewidth=0.6)
        below -= _ROW
        for text, start, width in zip(row, _COLUMNS, _WIDTHS, strict=True):
            bold = start == 0.0
            _fit(paper, _MARGIN + start, below + 6, text, width, 11, bold=bold)


def _fit(
    paper: Axes, x: float, y: float, text: str, width: float, size: float, *, bold: bool = False
) -> None:
    """One line, smaller where it has to be."""
    block = fitted(text, width, size, most_lines=1, bold=bold)
    for line in block.lines:
        _text(paper, x, y, line, block.size, bold=bold)


def _text(paper: Axes, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    weight = "bold" if bold else "normal"
    plain = text.replace("$", r"\$")
    paper.text(x, y, plain, fontsize=size, fontfamily=_FONT, fontweight=weight, color=_INK)
