"""What a font can draw of what people type: any Unicode, the rest of it replaced (R55)."""

import unicodedata
from collections.abc import Callable

SUBSTITUTE = "□"
"""Stands visibly for what a font lacks. Every font that the house draws with has it."""
_JOINER = "\u200d"
_BLANKS = ("Cc", "Zl", "Zp", "Zs")
_UNSEEN = ("Cf", "Cs", "Co", "Cn")
"""Categories of what has no shape of its own: joiners, marks of direction, no characters."""
_MARKS = ("Mn", "Mc", "Me", "Sk")
"""Of what changes the letter before it, skin tones included."""


def drawable(text: str, has: Callable[[str], bool]) -> str:
    """The text in one line, with a substitute for each letter or sign that the font lacks.

    A sign that is made of several, as a family of emoji is, has one substitute; what has no shape
    is left out; no text becomes empty by it.

    Args:
        text: plain.
        has: whether the font has a shape for a character.
    """
    drawn: list[str] = []
    before = ""
    for letter in unicodedata.normalize("NFC", text):
        replaced = bool(drawn) and drawn[-1] == SUBSTITUTE
        belongs = replaced and (before == _JOINER or unicodedata.category(letter) in _MARKS)
        if shown := "" if belongs else _drawn(letter, has):
            drawn.append(shown)
        before = letter
    return "".join(drawn).strip() or (SUBSTITUTE if text.strip() else "")


def _drawn(letter: str, has: Callable[[str], bool]) -> str:
    kind = unicodedata.category(letter)
    if kind in _BLANKS:
        return letter if has(letter) and kind == "Zs" else " "
    if kind in _UNSEEN:
        return ""
    return letter if has(letter) else SUBSTITUTE
