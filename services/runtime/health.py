"""What a look over an installation found, and what is in its database."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Level(Enum):
    """How bad it is, in a word for the terminal."""

    WELL = "ok"
    DOUBTFUL = "look"
    """It works, and an operator would rather have it otherwise."""
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. It names no person and quotes no secret."""

    subject: str
    found: str
    level: Level = Level.WELL
    remedy: str = ""
    """What to do about it; nothing where all is well."""


def doubtful(subject: str, found: str, remedy: str) -> Finding:
    """Something that works, and should be otherwise."""
    return Finding(subject, found, Level.DOUBTFUL, remedy)


def wrong(subject: str, found: str, remedy: str) -> Finding:
    """Something that keeps the bot from serving, or from serving safely."""
    return Finding(subject, found, Level.WRONG, remedy)


SKEW = 30.0
"""Seconds that two clocks may differ."""


def clocks(subject: str, apart: float) -> Finding:
    """Whether another clock agrees with ours; `apart` is the difference in seconds."""
    found = f"{apart:.0f} s from ours"
    if apart > SKEW:
        return wrong(subject, found, "have both machines set their clocks by NTP (timedatectl)")
    return Finding(subject, found)


@dataclass(frozen=True, slots=True)
class Contents:
    """How much there is in a database, and of when it is; nobody's name."""

    taken_at: datetime | None
    """The backup's moment in UTC; None for a file that was copied by other means."""
    clinics: int
    doctors: int
    children: int
    visits_ahead: int
