"""Buttons. The clinic's people at work: /clinic, the day, its visits."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import (
    Id,
    IdOrNone,
    MonthNumber,
    PageNumber,
    Seen,
    Start,
    Tap,
    first_of,
)
from services.model.ids import AppointmentId, DoctorId, PostId


class AtWork(Tap, prefix="-work"):
    """What all taps of the staff carry: in which of their posts they act."""

    post_id: Annotated[PostId, Id]

    def fallback(self) -> Tap:
        return Start()


class Desk(AtWork, prefix="desk"):
    """Where a member of staff begins."""

    page: Annotated[int, PageNumber] = 0
    """Of the person's other posts."""


class Day(AtWork, prefix="day"):
    """How many visits each doctor has on a day."""

    day: Annotated[int, Field(ge=0, le=date.max.toordinal())] = 0
    """The day's proleptic ordinal; 0 is today."""
    page: Annotated[int, PageNumber] = 0

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class DayList(AtWork, prefix="day-list"):
    """A doctor's visits on a day."""

    doctor_id: Annotated[DoctorId, Id]
    day: Annotated[int, Field(ge=1, le=date.max.toordinal())]
    page: Annotated[int, PageNumber] = 0
    """The one with this minute of the day, see `minute`; 0 is the one with the present time."""

    @property
    def on(self) -> date:
        return date.fromordinal(self.day)

    def fallback(self) -> Tap:
        return Day(post_id=self.post_id, day=self.day)


class WorkMonth(AtWork, prefix="at-month"):
    """A month as a grid, to jump to a day."""

    doctor_id: Annotated[int, IdOrNone] = 0
    """Whose lists its days are; 0: how many each doctor has."""
    month: MonthNumber = 0
    """0 is the present one."""

    @property
    def first(self) -> date | None:
        """The month's first day."""
        return first_of(self.month)

    def fallback(self) -> Tap:
        return Day(post_id=self.post_id)


class StaffVisit(AtWork, prefix="at-visit"):
    """One visit as the staff see it."""

    appointment_id: Annotated[AppointmentId, Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class AskStaffCancel(StaffVisit, prefix="at-ask-cancel"):
    """Ask once whether the clinic cancels a visit."""


class StaffCancel(StaffVisit, prefix="at-cancel"):
    """Cancel a visit at the desk."""

    as_asked: bool = False
    """Whether the family called for it; otherwise the clinic decided."""
    seen: Seen = None

    def fallback(self) -> Tap:
        return AskStaffCancel(post_id=self.post_id, appointment_id=self.appointment_id)


class DaySheet(DayList, prefix="at-sheet"):
    """A doctor's day as a sheet to print."""
