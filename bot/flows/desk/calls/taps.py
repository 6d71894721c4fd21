"""Buttons. Whom the registry phones about what the clinic changed."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.ids import AppointmentId


class Calls(AtWork, prefix="calls"):
    """Families whom the registry has to phone."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Called(Calls, prefix="called"):
    """Somebody phoned one of them about a change of their visit, or did not after all."""

    appointment_id: Annotated[AppointmentId, Id]
    sequence: Annotated[int, Field(ge=0, le=2**31 - 1)]
    done: bool

    def fallback(self) -> Tap:
        return Calls(post_id=self.post_id)
