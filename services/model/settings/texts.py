"""How a typed text is measured, and what must not stand in it."""

import re
import unicodedata

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
