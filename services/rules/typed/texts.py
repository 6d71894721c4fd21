"""How typed words are told from others: by a button, and where only their spelling differs."""

from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any


def mark(words: str) -> int:
    """Tells these words from others, in what a button can carry: 31 bits, never 0.

    It keeps nobody out: whoever may tap may type.
    """
    return int.from_bytes(sha256(words.encode()).digest()[:4]) & 0x7FFFFFFF or 1


def draft_mark(draft: object) -> int:
    """Tells this draft from others, as `mark` does; the same after every restart."""
    return mark(repr(_spelt(draft)))


def _spelt(value: Any) -> Any:
    """A value in lists and words whose order does not depend on the process."""
    if is_dataclass(value):
        parts = [_spelt(getattr(value, each.name)) for each in fields(value)]
        return [type(value).__name__, *parts]
    if isinstance(value, (list, tuple)):
        return [_spelt(each) for each in value]
    return sorted(map(str, value)) if isinstance(value, frozenset) else str(value)


def is_spelling(before: str, after: str) -> bool:
    """Whether two texts differ in case, ё, blanks or punctuation alone: nobody goes elsewhere for
    that. Whoever corrects more than this says so."""
    return _bare(before) == _bare(after)


def _bare(text: str) -> str:
    return "".join(each for each in text.casefold().replace("ё", "е") if each.isalnum())
