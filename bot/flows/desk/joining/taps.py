"""Buttons. Two cards of one child are looked at side by side, and become one."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork
from bot.flows.desk.search.taps import ChildAtDesk
from services.desk.joining.cards import CHOICES
from services.model.ids import ChildId


class SecondCards(ChildAtDesk, prefix="at-twice"):
    """Which card may be of the same child."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class TwoCards(AtWork, prefix="at-two"):
    """Two cards side by side."""

    child_id: Annotated[ChildId, Id]
    other_id: Annotated[ChildId, Id]
    choice: Annotated[int, Field(ge=0, le=CHOICES - 1)] = 0
    """What was decided of what they say differently, see `services.desk.joining.cards.side_of`."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class Join(TwoCards, prefix="at-one"):
    """Make one of them."""

    seen: Annotated[int, Field(ge=0, le=2**31 - 1)]

    def fallback(self) -> Tap:
        return TwoCards(post_id=self.post_id, child_id=self.child_id, other_id=self.other_id)
