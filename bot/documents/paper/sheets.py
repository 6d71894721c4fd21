"""A sheet of A4 that takes any text.

Loads fpdf2, which takes its time: to be imported only where a sheet is made. Nothing here belongs
to the whole process, so sheets are made side by side.
"""

from collections.abc import Container
from importlib.util import find_spec
from pathlib import Path
from unicodedata import bidirectional

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.fonts import TTFFont

from bot.documents.glyphs import SUBSTITUTE, drawable

WIDTH, HEIGHT = 595.3, 841.9
"""Of A4, in points."""
SMALLEST = 6.0
"""Points of a letter that can still be read on paper."""
_FAMILY = "house"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
"""By style. They come with matplotlib, and have Latin, Cyrillic, Greek, Hebrew, Arabic and more."""


class Sheet(FPDF):
    """Pages on which single lines are written where they belong."""

    def __init__(self, title: str) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        self.c_margin = 0
        for style, file in _FILES.items():
            self.add_font(_FAMILY, style, _folder() / file)
        self.set_fallback_fonts([_FAMILY], exact_match=False)
        self.set_title(title)
        self.replaced = False
        """Whether a substitute stands for anything so far."""

    def line_of(
        self, x: float, y: float, text: str, width: float, size: float, *, bold: bool = False
    ) -> None:
        """Write a line from (x, y) on, down from the top of the page, its baseline at y.

        It is written smaller where it has to be, and cut where that does not do."""
        shown = self._shown(text, bold=bold)
        self.set_font(_FAMILY, "B" if bold else "", size)
        while self.get_string_width(shown) > width and size > SMALLEST:
            size -= 0.5
            self.set_font_size(size)
        shown = self._cut(shown, width)
        self.set_xy(x, y - size)
        self.cell(width, size, _in_order(shown))

    def _shown(self, text: str, *, bold: bool) -> str:
        regular, own = self._letters(""), self._letters("B" if bold else "")
        shown = drawable(text, lambda letter: ord(letter) in own or ord(letter) in regular)
        self.replaced |= shown.count(SUBSTITUTE) > text.count(SUBSTITUTE)
        return shown

    def _letters(self, style: str) -> Container[int]:
        font = self.fonts[_FAMILY + style]
        return font.cmap if isinstance(font, TTFFont) else ()

    def _cut(self, text: str, width: float) -> str:
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text + "…"


def _in_order(text: str) -> str:
    """As the letters stand on paper from the left: Hebrew and Arabic are read from the right."""
    if not any(bidirectional(letter) in ("R", "AL") for letter in text):
        return text
    return BidiParagraph(text).get_reordered_string()


def _folder() -> Path:
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib, which brings the fonts")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
