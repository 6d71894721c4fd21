"""Buttons. Colleagues: seen, invited, dismissed."""

from typing import Annotated

from bot.flows.common.taps import Id, IdOrNone, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.access import Role
from services.model.ids import InvitationId, PostId


class Colleagues(AtWork, prefix="staff"):
    """Who works at the clinic."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Colleague(AtWork, prefix="colleague"):
    """One of them."""

    colleague: Annotated[PostId, Id]

    def fallback(self) -> Tap:
        return Colleagues(post_id=self.post_id)


class Dismiss(Colleague, prefix="dismiss"):
    """End somebody's post."""


class Withdraw(AtWork, prefix="uninvite"):
    """Let an invitation that nobody took up give nothing."""

    invitation: Annotated[InvitationId, Id]

    def fallback(self) -> Tap:
        return Colleagues(post_id=self.post_id)


class WhomToInvite(AtWork, prefix="whom"):
    """Choose for which role somebody is invited."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Colleagues(post_id=self.post_id)


class Invite(AtWork, prefix="invite"):
    """Make a link for one new colleague."""

    role: Role
    doctor_id: Annotated[int, IdOrNone] = 0

    def fallback(self) -> Tap:
        return Colleagues(post_id=self.post_id)
