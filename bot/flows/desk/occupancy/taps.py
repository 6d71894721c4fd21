"""Buttons. How full the clinic is: the registry's picture, and its sheet."""

from bot.flows.common.taps import Tap
from bot.flows.desk.day.taps import AtWork, Desk


class Load(AtWork, prefix="load"):
    """How full the weeks ahead are, as a picture."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class LoadSheet(Load, prefix="load-sheet"):
    """The same as a sheet."""
