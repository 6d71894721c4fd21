"""Buttons. What is kept of a doctor's day, and one time of it opened early."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.ids import DoctorId, SlotId


class KeptOfDay(AtWork, prefix="kept"):
    """The times of a doctor's day that are kept still."""

    doctor_id: Annotated[DoctorId, Id]
    day: Annotated[int, Field(ge=1, le=date.max.toordinal())]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Release(AtWork, prefix="kept-open"):
    """Let everybody have one from now on."""

    slot_id: Annotated[SlotId, Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)
