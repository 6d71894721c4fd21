"""How a typed text is measured, and what must not stand in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from services.model.refusals.typed import NotOneLine, TextMissing, TextTooLong, UnseenCharacter


def mark(words: str) -> int:
    """Tells these words from others, in what a button can carry: 31 bits, never 0.

    It keeps nobody out: whoever may tap may type.
    """
    return int.from_bytes(sha256(words.encode()).digest()[:4]) & 0x7FFFFFFF or 1


FEWEST_DIGITS = 5
NOTHING = frozenset({"-", "—", "–"})
"""Typed where a value is to be none."""


def length(text: str) -> int:
    """How long Telegram takes a text to be."""
    return len(text.encode("utf-16-le")) // 2


def is_phone(text: str) -> bool:
    """Whether a text begins with a number that can be dialled; what follows may say for whom."""
    found = re.match(r"\+?[\d\s()-]+", text)
    return found is not None and sum(each.isdigit() for each in found[0]) >= FEWEST_DIGITS


def has_unseen(text: str) -> bool:
    """Whether there is a character that no screen shows."""
    return any(unicodedata.category(each) == "Cc" for each in text if each not in "\n\t")


@dataclass(frozen=True, slots=True)
class Words:
    """The clinic's own words."""

    most: int
    needed: bool = False
    lines: bool = False
    """Whether there may be several."""
    stays: bool = False
    """Whether words that are there cannot be taken away, only replaced."""

    def read(self, typed: str) -> str:
        text = typed.strip()
        if text in NOTHING:
            text = ""
        if not text and (self.needed or self.stays):
            raise TextMissing
        if length(text) > self.most:
            raise TextTooLong(length(text) - self.most, self.most)
        if "\n" in text and not self.lines:
            raise NotOneLine
        if has_unseen(text):
            raise UnseenCharacter
        return text

    def write(self, value: str) -> str:
        return value

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed or self.stays else ("",)
