"""A month as a grid of buttons."""

from collections.abc import Iterator
from datetime import date, timedelta

BLANK = "\u2800"
"""A button has to have a text: this one shows nothing."""


def weeks_of(first: date) -> Iterator[list[date]]:
    """The weeks of a month, Monday to Sunday, with the days of its neighbours that fill them."""
    monday = first - timedelta(days=first.weekday())
    while monday.month == first.month or monday < first:
        yield [monday + timedelta(days=n) for n in range(7)]
        monday += timedelta(days=7)
