"""Hours that are kept for some children, in typed lines and sheets: "резерв для малышей"."""

import re

from bot.documents.typed.hours import fold
from services.model.reserved.times import ReservedFor

_WHOM = {
    ReservedFor.URGENT: r"срочн\w*|неотложн\w*|urgent",
    ReservedFor.INFANTS: r"малыш\w*(?:\s+до\s+(?:1\s+)?года)?|грудничк\w*|infants|babies",
    ReservedFor.DISTRICT: r"(?:(?:детей|дет\w+)\s+)?(?:своего\s+|свой\s+)?участ\w+|district",
    ReservedFor.OBSERVED: r"(?:диспансерн\w+\s+|дисп\w*\s+|д-)?учет\w*|observed",
    ReservedFor.DISABLED: r"(?:дет\w+[\s-]+)?инвалид\w*|disabled",
}
"""Folded words for whom."""
_ANY = "|".join(f"(?:{words})" for words in _WHOM.values())
PATTERN = re.compile(
    rf"(?<![\s,(])[\s,(]*(?:\b(?:в|во)\s+)?\b(?:резерв\w*|держать|держим|kept|reserved)\b:?\s*"
    rf"(?:\b(?:для|на|for)\s+)?(?:{_ANY})(?!\w)\)?"
)
"""In a folded line of hours."""


def kept_in(said: str) -> ReservedFor | None:
    """For whom, where folded words say so; None: they say something else."""
    if not PATTERN.fullmatch(said):
        return None
    return next(
        (whom for whom, words in _WHOM.items() if re.search(rf"(?:{words})\)?$", said)), None
    )


def read_kept(text: str) -> ReservedFor | None:
    """The same of words as somebody wrote them."""
    return kept_in(fold(text).strip(" .,;"))
