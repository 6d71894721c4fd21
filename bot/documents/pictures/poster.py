"""A clinic's poster: an A4 sheet with the QR code that opens the bot at this clinic.

Loads matplotlib, which takes its time: to be imported only where a poster is made.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from threading import Lock

import segno
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from bot.documents.glyphs import drawable
from bot.documents.pictures.values import Poster

WIDTH, HEIGHT = 595.3, 841.9
"""Of A4, in points."""
_MARGIN = 52.0
_INSIDE = WIDTH - 2 * _MARGIN
_LARGEST_CODE = 330.0
"""With the white around it."""
_QUIET = 4
"""Squares of white around a code that a camera needs."""
_DOTS_PER_INCH = 200
_FONT = "DejaVu Sans"
"""Comes with matplotlib, and has Cyrillic."""
_INK, _BLUE, _PALE, _WHITE = "#17212b", "#17619f", "#e6f1fa", "#ffffff"
_LEADING = 1.28

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every letter


ONE_AT_A_TIME = Lock()
"""For whatever is drawn with matplotlib: its settings and fonts belong to the whole process."""


@dataclass(frozen=True, slots=True)
class Block:
    """A text in lines that fit."""

    lines: Sequence[str]
    size: float
    bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * _LEADING


def draw(poster: Poster, kind: str) -> bytes:
    """The poster as a "pdf" or a "png" file."""
    with ONE_AT_A_TIME:
        return _drawn(poster, kind)


def _drawn(poster: Poster, kind: str) -> bytes:
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor=_WHITE)
    sheet = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    sheet.set_axis_off()
    _draw_on(sheet, poster)
    made = BytesIO()
    with rc_context({"pdf.fonttype": 42}):  # letters that can be searched for
        figure.savefig(made, format=kind, dpi=_DOTS_PER_INCH, metadata={"Title": poster.clinic})
    return made.getvalue()


def _draw_on(sheet: Axes, poster: Poster) -> None:
    """From the top: whose it is and what for, the code, the steps; at the foot, the phone."""
    name = fitted(poster.clinic, _INSIDE, 32, most_lines=3, bold=True)
    call = fitted(poster.call, _INSIDE, 22, most_lines=2)
    link = fitted(poster.link, _INSIDE, 15, most_lines=2, bold=True)
    steps = [fitted(step, _INSIDE - 44, 16, most_lines=2) for step in poster.steps]
    registry = fitted(poster.registry, _INSIDE, 15, most_lines=2)
    note = fitted(poster.note, _INSIDE, 11, most_lines=2)

    band = 46 + name.height + 12 + call.height + 34
    sheet.add_patch(Rectangle((0, HEIGHT - band), WIDTH, band, color=_BLUE, linewidth=0))
    below = _write(sheet, name, HEIGHT - 46, _WHITE) - 12
    _write(sheet, call, below, _PALE)

    foot = registry.height + note.height + 42
    sheet.add_patch(Rectangle((0, 0), WIDTH, foot, color=_PALE, linewidth=0))
    below = _write(sheet, registry, foot - 18, _INK)
    _write(sheet, note, below - 6, _INK)

    told = link.height + sum(step.height + 16 for step in steps)
    side = min(_LARGEST_CODE, HEIGHT - band - foot - told - 100)
    gap = (HEIGHT - band - foot - told - side) / 4
    below = HEIGHT - band - gap - side
    _draw_code(sheet, poster.link, (WIDTH - side) / 2, below, side)
    below = _write(sheet, link, below - gap / 2, _BLUE) - gap
    for number, step in enumerate(steps, 1):
        below = _draw_step(sheet, number, step, below) - 16


# Text


def fitted(text: str, width: float, size: float, *, most_lines: int, bold: bool = False) -> Block:
    """The text in so many lines at most, smaller where it has to be, with a substitute for what the
    font lacks."""
    text = drawable(text, partial(_has, bold))
    while True:
        lines = _broken(text, width, size, bold)
        if len(lines) <= most_lines:
            return Block(lines, size, bold)
        size -= 1


def _broken(text: str, width: float, size: float, bold: bool) -> list[str]:
    """Broken between words; within one that is wider than a line."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width_of(longer, size, bold=bold) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(word, width, size, bold)
        lines = [*filter(None, lines), *pieces]
    return lines


def _pieces(word: str, width: float, size: float, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """In points."""
    return size * sum(_width_of(letter, bold) for letter in text)


@cache
def _has(bold: bool, letter: str) -> bool:
    return get_font(findfont(_font(bold))).get_char_index(ord(letter)) != 0


@cache
def _width_of(letter: str, bold: bool) -> float:
    """Of a letter that is one point high."""
    font = get_font(findfont(_font(bold)))
    font.set_size(1, 72)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_SCALE)
    return glyph.horiAdvance / font.units_per_EM


def _font(bold: bool) -> FontProperties:
    return FontProperties(family=_FONT, weight="bold" if bold else "normal")


def _write(sheet: Axes, block: Block, top: float, color: str, left: float | None = None) -> float:
    """Write a text from the top on, in the middle if not told otherwise; where it ends."""
    for line in block.lines:
        sheet.text(
            WIDTH / 2 if left is None else left,
            top - block.size,
            line,
            ha="center" if left is None else "left",
            va="baseline",
            size=block.size,
            color=color,
            fontproperties=_font(block.bold),
            parse_math=False,
        )
        top -= block.size * _LEADING
    return top


# Drawing


def _draw_step(sheet: Axes, number: int, step: Block, top: float) -> float:
    """A number in a circle and what to do; where it ends."""
    middle = top - step.size * 0.66
    sheet.add_patch(Circle((_MARGIN + 14, middle), 14, color=_BLUE, linewidth=0))
    sheet.text(
        _MARGIN + 14,
        middle,
        str(number),
        ha="center",
        va="center_baseline",
        color=_WHITE,
        fontproperties=_font(bold=True),
        size=15,
    )
    return _write(sheet, step, top, _INK, left=_MARGIN + 44)


def _draw_code(sheet: Axes, link: str, left: float, bottom: float, side: float) -> None:
    """The code as squares with sharp edges, in a frame."""
    matrix = segno.make(link, error="q", micro=False).matrix
    unit = side / (len(matrix) + 2 * _QUIET)
    frame = FancyBboxPatch(
        (left, bottom),
        side,
        side,
        boxstyle="round,pad=0,rounding_size=18",
        facecolor=_WHITE,
        edgecolor=_BLUE,
        linewidth=2,
    )
    sheet.add_patch(frame)
    across, down = left + _QUIET * unit, bottom + side - (_QUIET + 1) * unit
    squares = [
        _square(across + column * unit, down - row * unit, unit)
        for row, modules in enumerate(matrix)
        for column, dark in enumerate(modules)
        if dark
    ]
    outline = Outline.make_compound_path(*squares)
    sheet.add_patch(PathPatch(outline, facecolor=_INK, linewidth=0, antialiased=False))


def _square(left: float, bottom: float, side: float) -> Outline:
    right, top = left + side, bottom + side
    corners = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    return Outline(corners, closed=True)
