"""Buttons. The groups of a child at the registry's desk."""

from typing import Annotated

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork
from bot.flows.desk.search.taps import ChildAtDesk
from services.model.ids import ChildId
from services.model.reserved.groups import GroupLasts
from services.model.reserved.times import ReservedFor


class GroupsAtDesk(AtWork, prefix="groups-at"):
    """For which groups of the child times are kept."""

    child_id: Annotated[ChildId, Id]

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class AskHowLong(GroupsAtDesk, prefix="group-ask"):
    """Until when the document says so."""

    group: ReservedFor


class RefuseGroup(AskHowLong, prefix="group-no"):
    """The family named it, and has no document."""


class PutDownGroup(AskHowLong, prefix="group-put"):
    """The registry saw the document."""

    lasts: GroupLasts


class EndGroup(AskHowLong, prefix="group-end"):
    """It is not so any more."""
