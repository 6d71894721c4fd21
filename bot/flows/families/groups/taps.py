"""Buttons. The groups of a child for whom a clinic keeps times."""

from bot.flows.common.taps import Tap
from bot.flows.families.children.taps import ChildCard
from services.model.reserved.times import ReservedFor


class ChildGroups(ChildCard, prefix="groups"):
    """Of which groups the child is."""

    def fallback(self) -> Tap:
        return ChildCard(clinic_id=self.clinic_id, child_id=self.child_id)


class AskClaim(ChildGroups, prefix="group-tell"):
    """Read what it means to say that the child is of a group."""

    group: ReservedFor


class ClaimGroup(AskClaim, prefix="group-claim"):
    """Say so: the registry will look at the document."""

    def fallback(self) -> Tap:
        return ChildGroups(clinic_id=self.clinic_id, child_id=self.child_id)


class WithdrawGroup(ChildGroups, prefix="group-out"):
    """Have the clinic keep that no longer."""

    group: ReservedFor
