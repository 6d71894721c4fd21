"""Which part of a line of hours was not understood."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.documents.typed.hours import BadHours, fold, without_hours
from services.model.refusals.schedule import HoursUnclear

_READ = "|"
"""Stands for what was understood."""
_EDGES = re.compile(r"[|,;\n]")
_JOINING = {"", "и", "and"}
LONGEST_PART = 40
"""Characters of what was not understood that are said again."""


@contextmanager
def naming_unread(typed: str, beside: Sequence[re.Pattern[str]]) -> Iterator[None]:
    """Whoever typed what cannot be read hears which words of it are at fault.

    Args:
        beside: what such a line says besides hours.

    Raises:
        HoursUnclear: as within, with the part.
    """
    try:
        yield
    except HoursUnclear:
        raise HoursUnclear(_unread(typed, beside)) from None


def _unread(typed: str, beside: Sequence[re.Pattern[str]]) -> str:
    """The first words without a meaning of their own; none, where only the whole has none."""
    try:
        left = fold(typed)
    except BadHours:
        return ""
    for pattern in beside:
        left = pattern.sub(_READ, left)
    pieces = (piece.strip(" .:()/+-") for piece in _EDGES.split(without_hours(left, _READ)))
    return next((piece[:LONGEST_PART] for piece in pieces if piece not in _JOINING), "")
