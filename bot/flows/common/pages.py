"""A list that has an end: what one screen shows of many things, and the ways to the rest.

Decision 48: whatever draws a line or a button for each of many things shows a page of them. Its tap
has a last field `page` (see `PageNumber`), its handler hands that to the view, and the view asks
`page_of` what to show and `turning` for the row that leads on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Generic, TypeVar

from bot.flows.common.taps import Tap
from bot.telegram.screen import Button

ROWS = 10
"""Things with a line and a row of their own that a phone shows with little scrolling."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many things."""

    everything: Sequence[T]
    size: int
    number: int
    """From 1 on."""

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, ceil(len(self.everything) / self.size))

    @property
    def shown(self) -> Sequence[T]:
        """What stands on this one."""
        return self.on(self.number)

    def on(self, number: int) -> Sequence[T]:
        """What stands on another one."""
        return self.everything[(number - 1) * self.size : number * self.size]


def page_of(
    everything: Sequence[T], wanted: int = 0, most: int = ROWS, *, abreast: int = 1, useful: int = 0
) -> Page[T]:
    """The wanted page, or the last one where there are not so many by now.

    Args:
        everything: all there is, in its order.
        wanted: from 1 on; 0 is the page that has the `useful` place.
        most: how many things a page has at most, in whole rows. They are spread evenly, so that
            no page is left with one alone.
        abreast: how many of them stand in a row, which is not broken.
        useful: where in `everything` the list is opened if no page is wanted.
    """
    count = max(1, ceil(len(everything) / (most - most % abreast)))
    size = ceil(ceil(max(len(everything), 1) / count) / abreast) * abreast
    last = max(1, ceil(len(everything) / size))
    return Page(everything, size, min(wanted or useful // size + 1, last))


def turning(
    page: Page[T], to: Callable[[int], Tap], label: Callable[[Sequence[T]], str] | None = None
) -> list[list[Button]]:
    """The row that leads to the pages beside; no row where there is but one page.

    Args:
        page: what is shown.
        to: the tap that opens the page with a number.
        label: says in up to ten characters what stands on a page; without it, its number is said.
    """
    if page.count == 1:
        return []
    before, after = page.number - 1, page.number + 1
    if label:
        row = [
            *([Button(f"‹ {label(page.on(before))}", to(before))] if before else []),
            *([Button(f"{label(page.on(after))} ›", to(after))] if after <= page.count else []),
        ]
        return [row]
    here = f"{page.number} / {page.count}"
    return [
        [
            *([Button("« 1", to(1))] if before > 1 else []),
            *([Button(f"‹ {before}", to(before))] if before else []),
            Button(here, to(page.number)),
            *([Button(f"{after} ›", to(after))] if after <= page.count else []),
            *([Button(f"{page.count} »", to(page.count))] if after < page.count else []),
        ]
    ]


# Lists of one day, whose pages are named by a time on them


def minute(moment: datetime) -> int:
    """What names the page with this wall-clock time: minutes of the day, from 1 on."""
    return moment.hour * 60 + moment.minute + 1


def first_from(minutes: Sequence[int], wanted: int) -> int:
    """The place of the first of these minutes that is not before the wanted one; the last place
    where all are."""
    return next((at for at, each in enumerate(minutes) if each >= wanted), len(minutes) - 1)
