"""A clinic's load as a heat map, doctor × day, to be read on a phone.

Seven columns are as many as a narrow screen shows: the weeks stand one below the other. The shades
are of one hue and differ in lightness, so that they tell the same to whoever sees few colours, and
every number is written out.

Loads matplotlib, which takes its time: to be imported only where a picture is drawn.
"""

from collections.abc import Iterator
from io import BytesIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle

from bot.documents.pictures.poster import ONE_AT_A_TIME, Block, fitted, width_of
from bot.documents.pictures.values import Cell, Chart, Week

WIDTH = 540.0
"""In points, as all that follows."""
_MARGIN = 14.0
_NAMES = 112.0
_COLUMN = (WIDTH - 2 * _MARGIN - _NAMES) / 7
_ROW, _GAP = 40.0, 3.0
_HEADINGS, _WEEK_TITLE, _BETWEEN_WEEKS = 20.0, 26.0, 14.0
_LEGEND = 44.0
_DOTS_PER_INCH = 144
HIGHEST = 8000
"""Pixels. Telegram takes a photo whose sides are 10000 together."""
_FONT = "DejaVu Sans"
_INK, _GREY, _WHITE, _CLOSED, _HATCHING = "#17212b", "#5b6773", "#ffffff", "#eceff1", "#c3cad0"
_SHADES = [
    (0, "0 %", "#e6f1fa", _INK),
    (1, "1–49 %", "#b3d3ec", _INK),
    (50, "50–79 %", "#6ba6d6", _INK),
    (80, "80–99 %", "#2368a8", _WHITE),
    (100, "100 %", "#0a2a52", _WHITE),
]
"""From how many percent on, the words for it, the colour, and that of what is written on it."""


def draw(chart: Chart) -> bytes:
    """The picture as a PNG that Telegram takes, however many doctors there are."""
    with ONE_AT_A_TIME, rc_context({"hatch.linewidth": 1.2}):
        return _drawn(chart)


def _drawn(chart: Chart) -> bytes:
    title = fitted(chart.title, WIDTH - 2 * _MARGIN, 18, most_lines=2, bold=True)
    height = _height(chart, title)
    figure = Figure(figsize=(WIDTH / 72, height / 72), facecolor=_WHITE)
    sheet = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
    sheet.set_axis_off()
    made = BytesIO()
    _draw_on(sheet, chart, title, height)
    figure.savefig(made, format="png", dpi=min(_DOTS_PER_INCH, HIGHEST / height * 72))
    return made.getvalue()


def _height(chart: Chart, title: Block) -> float:
    week = _WEEK_TITLE + _HEADINGS + len(chart.doctors) * _ROW + _BETWEEN_WEEKS
    return _MARGIN + title.height + 24 + len(chart.weeks) * week + _LEGEND + _MARGIN


def _draw_on(sheet: Axes, chart: Chart, title: Block, height: float) -> None:
    top = height - _MARGIN
    for line in title.lines:
        _write(sheet, _MARGIN, top - title.size, line, title.size, bold=True, left=True)
        top -= title.height / len(title.lines)
    _write(sheet, _MARGIN, top - 13, chart.subtitle, 12, color=_GREY, left=True)
    top -= 24
    for week in chart.weeks:
        top = _draw_week(sheet, chart, week, top) - _BETWEEN_WEEKS
    _draw_legend(sheet, chart, top)


def _draw_week(sheet: Axes, chart: Chart, week: Week, top: float) -> float:
    """One block from the top on; where it ends."""
    _write(sheet, _MARGIN, top - 18, week.title, 13, bold=True, left=True)
    top -= _WEEK_TITLE
    for column, heading in enumerate(week.headings):
        _write(sheet, _middle_of(column), top - 13, heading, 11, color=_GREY)
    top -= _HEADINGS
    for doctor, row in zip(chart.doctors, week.rows, strict=True):
        _draw_name(sheet, doctor, top)
        for column, cell in enumerate(row):
            if cell is not None:
                _draw_cell(sheet, cell, column, top, chart.closed_day)
        top -= _ROW
    return top


def _draw_name(sheet: Axes, doctor: str, top: float) -> None:
    name = fitted(doctor, _NAMES - 10, 12, most_lines=2)
    baseline = top - (_ROW - name.height) / 2 - name.size
    for line in name.lines:
        _write(sheet, _MARGIN, baseline, line, name.size, left=True)
        baseline -= name.height / len(name.lines)


def _draw_cell(sheet: Axes, cell: Cell, column: int, top: float, closed_day: str) -> None:
    left, bottom = _MARGIN + _NAMES + column * _COLUMN, top - _ROW
    if cell.closed or not cell.open:
        _draw_box(sheet, left, bottom, _COLUMN, _ROW, _CLOSED, hatched=not cell.closed)
        if cell.closed:
            _write(sheet, _middle_of(column), top - 24, closed_day, 10, color=_GREY)
        return
    percent = 100 * cell.taken // cell.open
    _, _, shade, ink = _shade_of(percent, taken=cell.taken)
    _draw_box(sheet, left, bottom, _COLUMN, _ROW, shade)
    middle = _middle_of(column)
    _write(sheet, middle, top - 18, f"{percent} %", 13, bold=True, color=ink)
    kept = f" +{cell.kept}" if cell.kept else ""
    _write(sheet, middle, top - 32, f"{cell.taken}/{cell.open}{kept}", 11, color=ink)


def _shade_of(percent: int, *, taken: int) -> tuple[int, str, str, str]:
    """One taken of two hundred is not nothing."""
    share = max(percent, 1) if taken else 0
    return next(shade for shade in reversed(_SHADES) if share >= shade[0])


def _middle_of(column: int) -> float:
    return _MARGIN + _NAMES + (column + 0.5) * _COLUMN


def _draw_legend(sheet: Axes, chart: Chart, top: float) -> None:
    """What the shades say, in one line: a box and its words each."""
    legend = f"{chart.legend}; {chart.kept}" if chart.kept else chart.legend
    _write(sheet, _MARGIN, top - 10, legend, 11, color=_GREY, left=True)
    left, bottom = _MARGIN, top - 36
    for words, shade, hatched in _keys(chart):
        _draw_box(sheet, left, bottom, 18, 18, shade, hatched=hatched)
        _write(sheet, left + 20, bottom + 5, words, 11, left=True)
        left += 20 + width_of(words, 11) + 14


def _keys(chart: Chart) -> Iterator[tuple[str, str, bool]]:
    for _, words, shade, _ in _SHADES:
        yield words, shade, False
    yield chart.closed, _CLOSED, True


def _draw_box(
    sheet: Axes,
    left: float,
    bottom: float,
    width: float,
    height: float,
    color: str,
    *,
    hatched: bool = False,
) -> None:
    box = Rectangle(
        (left + _GAP / 2, bottom + _GAP / 2),
        width - _GAP,
        height - _GAP,
        facecolor=color,
        edgecolor=_HATCHING if hatched else color,
        hatch="///" if hatched else None,
        linewidth=0,
    )
    sheet.add_patch(box)


def _write(
    sheet: Axes,
    across: float,
    baseline: float,
    text: str,
    size: float,
    *,
    color: str = _INK,
    bold: bool = False,
    left: bool = False,
) -> None:
    sheet.text(
        across,
        baseline,
        text,
        ha="left" if left else "center",
        va="baseline",
        size=size,
        color=color,
        fontproperties=FontProperties(family=_FONT, weight="bold" if bold else "normal"),
        parse_math=False,
    )
