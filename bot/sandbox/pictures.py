"""What the first bytes of a picture tell."""

from __future__ import annotations

import struct
from typing import NamedTuple

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG segments that begin with the size of the picture."""


class Picture(NamedTuple):
    """The kind and the size of a picture, in pixels."""

    mime_type: str
    width: int
    height: int


def picture(content: bytes) -> Picture | None:
    """A PNG or a JPEG by its header; None for anything else."""
    found = _png(content) or _jpeg(content)
    return found if found and found.width and found.height else None


def _png(content: bytes) -> Picture | None:
    if not content.startswith(_PNG) or len(content) < 24:
        return None
    return Picture("image/png", *struct.unpack_from(">II", content, 16))


def _jpeg(content: bytes) -> Picture | None:
    """Walk over the segments to the one that tells the size."""
    if not content.startswith(_JPEG):
        return None
    at = len(_JPEG)
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = struct.unpack_from(">xBH", content, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Picture("image/jpeg", width, height)
        at += 2 + length
    return None
