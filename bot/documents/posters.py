"""A clinic's poster: what stands on it, and the way to whoever draws it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Poster:
    """Its texts."""

    clinic: str
    call: str
    """What the reader is invited to do."""
    link: str
    """In letters, and as the code."""
    steps: Sequence[str]
    registry: str
    """Whom to call instead."""
    note: str
    """Who gets what the reader will say, in small letters."""


def draw(poster: Poster, kind: str) -> bytes:
    """The poster as a "pdf" or a "png" file. It takes a second or two, so it is for a thread."""
    from bot.documents import poster as drawing  # matplotlib takes long to be loaded

    return drawing.draw(poster, kind)
