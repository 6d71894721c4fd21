"""A clinic's month as bars, to be read on a phone: one number in large, a bar for each share.

Loads matplotlib, which takes its time: to be imported only where a picture is drawn.
"""

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle

from bot.documents.pictures.poster import ONE_AT_A_TIME, fitted
from bot.documents.pictures.values import Bar, Bars

WIDTH = 540.0
"""In points, as all that follows."""
_MARGIN = 20.0
_ROW, _BAR = 58.0, 16.0
_HEAD = 128.0
_DOTS_PER_INCH = 144
_FONT = "DejaVu Sans"
_INK, _GREY, _WHITE, _REST = "#17212b", "#5b6773", "#ffffff", "#e6f1fa"
_SHARES = ("#2368a8", "#6ba6d6")
"""Of one hue, and apart in lightness: they tell the same to whoever sees few colours."""


def draw(bars: Bars) -> bytes:
    """The picture as a PNG."""
    with ONE_AT_A_TIME:
        return _drawn(bars)


def _drawn(bars: Bars) -> bytes:
    title = fitted(bars.title, WIDTH - 2 * _MARGIN, 18, most_lines=2, bold=True)
    height = _MARGIN + title.height + _HEAD + len(bars.rows) * _ROW + _MARGIN
    figure = Figure(figsize=(WIDTH / 72, height / 72), facecolor=_WHITE)
    sheet = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
    sheet.set_axis_off()
    top = height - _MARGIN
    for line in title.lines:
        _write(sheet, _MARGIN, top - title.size, line, title.size, bold=True)
        top -= title.height / len(title.lines)
    _write(sheet, _MARGIN, top - 14, bars.subtitle, 12, color=_GREY)
    _write(sheet, _MARGIN, top - 76, bars.number, 48, color=_SHARES[0], bold=True)
    _write(sheet, _MARGIN, top - 100, bars.about, 13)
    top -= _HEAD
    for row in bars.rows:
        _draw_row(sheet, row, top)
        top -= _ROW
    made = BytesIO()
    figure.savefig(made, format="png", dpi=_DOTS_PER_INCH)
    return made.getvalue()


def _draw_row(sheet: Axes, row: Bar, top: float) -> None:
    """Its words, and below them what part of the whole each share is."""
    _write(sheet, _MARGIN, top - 14, row.words, 13)
    width, bottom = WIDTH - 2 * _MARGIN, top - 22 - _BAR
    _draw_box(sheet, _MARGIN, bottom, width, _REST)
    left = _MARGIN
    for share, color in zip(row.shares, _SHARES, strict=False):
        part = width * share / row.whole if row.whole else 0.0
        _draw_box(sheet, left, bottom, part, color)
        left += part


def _draw_box(sheet: Axes, left: float, bottom: float, width: float, color: str) -> None:
    sheet.add_patch(Rectangle((left, bottom), width, _BAR, facecolor=color, linewidth=0))


def _write(
    sheet: Axes,
    across: float,
    baseline: float,
    text: str,
    size: float,
    *,
    color: str = _INK,
    bold: bool = False,
) -> None:
    sheet.text(
        across,
        baseline,
        text,
        ha="left",
        va="baseline",
        size=size,
        color=color,
        fontproperties=FontProperties(family=_FONT, weight="bold" if bold else "normal"),
        parse_math=False,
    )
