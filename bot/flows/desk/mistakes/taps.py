"""Buttons. A child whom the registry entered wrongly: corrected, or removed."""

from typing import Annotated

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from bot.flows.desk.search.taps import ChildAtDesk
from services.model.ids import ChildId


class AskCorrect(ChildAtDesk, prefix="at-wrong"):
    """Type the right name and birth date."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class AskRemove(AskCorrect, prefix="at-ask-gone"):
    """Ask once whether the child is removed."""


class RemoveChild(AtWork, prefix="at-gone"):
    """Keep nothing of the child."""

    child_id: Annotated[ChildId, Id]
    shown: Annotated[int, Id]
    """services' `Mistaken.as_shown`, as it was."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class NameIsRight(AtWork, prefix="at-named"):
    """What was typed looks like a sentence, and is the child's name."""

    line: Annotated[int, Id]
    """Names the line, see `services.rules.typed.texts`."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)
