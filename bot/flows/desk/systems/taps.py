"""Buttons. How the clinic's own system is doing, and what is settled by hand."""

from typing import Annotated

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.systems.outbox import SystemBookingId


class OwnSystem(AtWork, prefix="own-sys"):
    """How it is doing, and what waits for it."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class SettleThere(AtWork, prefix="sys-is"):
    """Somebody has looked there how a visit stands."""

    booking_id: Annotated[SystemBookingId, Id]
    is_there: bool

    def fallback(self) -> Tap:
        return OwnSystem(post_id=self.post_id)
