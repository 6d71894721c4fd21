"""Buttons. How full the clinic is: the registry's picture, and its sheet."""

from datetime import date

from bot.flows.common.taps import MonthNumber, Tap, first_of
from bot.flows.desk.day.taps import AtWork, Desk


class Load(AtWork, prefix="load"):
    """How full the weeks ahead are, as a picture."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Month(Load, prefix="month-load"):
    """The owner's month in one picture; for administrators."""

    month: MonthNumber = 0
    """0 is the one that is running."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)

    @property
    def first(self) -> date | None:
        """The month's first day."""
        return first_of(self.month)


class LoadSheet(Load, prefix="load-sheet"):
    """The same as a sheet."""
