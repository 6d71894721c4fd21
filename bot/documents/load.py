"""The load of a clinic as a picture: what is on it, and the way to have it drawn.

How it is drawn stands in `bot.documents.heat_map`, which takes its time to be loaded.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A doctor's day."""

    taken: int = 0
    open: int = 0
    """With those taken; 0: the doctor does not receive."""


@dataclass(frozen=True, slots=True)
class Week:
    """A block of seven columns."""

    title: str
    headings: Sequence[str]
    """A day each."""
    rows: Sequence[Sequence[Cell | None]]
    """As the doctors stand; None: the day is not spoken of."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture. All texts are plain."""

    title: str
    subtitle: str
    doctors: Sequence[str]
    weeks: Sequence[Week]
    legend: str
    """What the shades say."""
    closed: str
    """What the hatching says."""


async def drawn(chart: Chart) -> bytes:
    """The picture as a PNG; it is drawn in a thread."""
    return await asyncio.to_thread(_draw, chart)


def _draw(chart: Chart) -> bytes:
    from bot.documents import heat_map  # matplotlib takes a second to be loaded

    return heat_map.draw(chart)
