"""Buttons. The doctor's word: what waits for it, yes and no."""

from typing import Annotated

from bot.flows.common.taps import IdOrNone, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork, Desk, StaffVisit


class Waiting(AtWork, prefix="waiting"):
    """What waits for the doctor's word."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class ConfirmVisit(StaffVisit, prefix="at-yes"):
    """Let a visit that waits be booked."""

    sequence: Annotated[int, IdOrNone]
    """As it was shown: what was moved meanwhile is not answered."""

    def fallback(self) -> Tap:
        return Waiting(post_id=self.post_id)


class AskDecline(StaffVisit, prefix="at-ask-no"):
    """Ask once whether it is declined."""

    def fallback(self) -> Tap:
        return Waiting(post_id=self.post_id)


class DeclineVisit(AskDecline, prefix="at-no"):
    """Give its time back."""

    sequence: Annotated[int, IdOrNone]
