"""Buttons. A doctor's day as it goes: who came, and how late it has become."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, Seen, Tap
from bot.flows.desk.day.taps import AtWork, Desk, StaffVisit
from services.model.ids import DoctorId


class Mark(StaffVisit, prefix="at-mark"):
    """Note whether the child came."""

    came: bool
    seen: Seen = None

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class Unmark(StaffVisit, prefix="at-unmark"):
    """Take back what was noted."""

    seen: Seen = None

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class AskNote(StaffVisit, prefix="at-note"):
    """Type a note that only colleagues see."""

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class AskLate(AtWork, prefix="ask-late"):
    """By how much a doctor is late today."""

    doctor_id: Annotated[DoctorId, Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Late(AskLate, prefix="late"):
    """Have the families told."""

    minutes: Annotated[int, Field(ge=0, le=120)]
