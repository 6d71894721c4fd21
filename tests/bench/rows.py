"""What `make bench` tells in the end: a row for each ratio, with the reach that the house set."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.contest import Ratio

LINE = "{:<62}{:>20}  {:<8}{}\n"


@dataclass(frozen=True, slots=True)
class Row:
    """A ratio and its reach: at least so much, or at most."""

    what: str
    found: Ratio | float
    at_least: float = 0.0
    at_most: float = float("inf")

    def __str__(self) -> str:
        found = self.found if isinstance(self.found, float) else self.found.median
        kept = self.at_least <= found <= self.at_most
        reach = f"≥ {self.at_least:g}" if self.at_least else f"≤ {self.at_most:g}"
        told = f"{self.found:.2f}" if isinstance(self.found, float) else str(self.found)
        return LINE.format(self.what, told, reach, "" if kept else "not reached")


def table(rows: Sequence[Row], load_before: float) -> Iterator[str]:
    """All rows, and how busy the machine was: with other work on it ratios tell less."""
    yield LINE.format("", "found", "reach", "")
    yield from map(str, rows)
    cores, (load, *_) = os.cpu_count(), os.getloadavg()
    yield f"load average at start {load_before:.2f}, at end {load:.2f}, on {cores} cores\n"
