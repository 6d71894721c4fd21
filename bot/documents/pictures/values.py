"""What stands on a picture, as values. All texts are plain."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A doctor's day."""

    taken: int = 0
    open: int = 0
    """With those taken; 0: the doctor does not receive."""
    closed: bool = False
    """The doctor was to receive, and does not: visits that are left are no measure of anything."""
    kept: int = 0
    """Of those that are free, how many not everybody can have yet."""


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
    closed_day: str
    """What is written on a day that was closed."""
    kept: str = ""
    """What a number behind a plus says; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of words, and what part of a whole each share is."""

    words: str
    shares: Sequence[int]
    whole: int


@dataclass(frozen=True, slots=True)
class Bars:
    """One number in large, and bars below it."""

    title: str
    subtitle: str
    number: str
    about: str
    """What the number counts."""
    rows: Sequence[Bar]


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
