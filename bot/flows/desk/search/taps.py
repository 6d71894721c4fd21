"""Buttons. The registry's desk: a caller is found, entered, given a code."""

from typing import Annotated

from bot.flows.common.taps import Id, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.ids import ChildId


class ChildAtDesk(AtWork, prefix="at-child"):
    """A child as the registry knows them."""

    child_id: Annotated[ChildId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class AddAtDesk(AtWork, prefix="at-add"):
    """Enter the child of the line that was typed last: the paper is signed."""

    line: Annotated[int, Id]
    """Names the line, see `services.rules.typed.texts`."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class GiveCode(ChildAtDesk, prefix="at-code"):
    """A code by which the family takes the visits into the bot."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class AskPhone(ChildAtDesk, prefix="at-phone"):
    """Type the family's number."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)
