"""Buttons. The registry's desk: a time for a caller, and times without a name."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import DraftMark, Id, IdOrNone, KindName, PageNumber, Seen, Tap
from bot.flows.desk.day.taps import AtWork, Desk, StaffVisit
from bot.flows.desk.search.taps import ChildAtDesk
from services.desk.errands import Aim, Errand
from services.model.ids import AppointmentId, ChildId, DoctorId, SlotId
from services.model.settings.visit_kinds import KindKey, Reason


class ReasonsAtDesk(ChildAtDesk, prefix="at-why"):
    """Why the child comes."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class OnErrand(AtWork, prefix="-errand"):
    """What all taps carry that look for a time at the desk."""

    aim: Aim
    subject: Annotated[int, IdOrNone] = 0
    """The child, or the visit that is moved."""
    reason: Annotated[str, KindName] = str(Reason.CONSULTATION)

    @property
    def errand(self) -> Errand:
        return Errand(self.aim, self.subject, KindKey(self.reason))

    def fallback(self) -> Tap:
        if self.aim in (Aim.MOVE, Aim.NEXT):
            return StaffVisit(post_id=self.post_id, appointment_id=AppointmentId(self.subject))
        if self.aim is Aim.BOOK:
            return ChildAtDesk(post_id=self.post_id, child_id=ChildId(self.subject))
        return Desk(post_id=self.post_id)


class DoctorsAtDesk(OnErrand, prefix="at-who"):
    """The clinic's doctors and what they have."""

    page: Annotated[int, PageNumber] = 0


class DaysAtDesk(OnErrand, prefix="at-d"):
    """A doctor's days."""

    doctor_id: Annotated[DoctorId, Id]


class DayAtDesk(DaysAtDesk, prefix="at-t"):
    """A doctor's times on a day, those that are gone included."""

    day: Annotated[int, Field(ge=0, le=date.max.toordinal())] = 0
    """The day's proleptic ordinal; 0 is the nearest with a free time."""

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None

    def fallback(self) -> Tap:
        return DoctorsAtDesk(**self.model_dump(exclude={"doctor_id", "day"}))


class TimeAtDesk(OnErrand, prefix="at-s"):
    """Look at one time before it is given."""

    slot_id: Annotated[SlotId, Id]

    def fallback(self) -> Tap:
        return DoctorsAtDesk(**self.model_dump(include={"post_id", "aim", "subject", "reason"}))


class AroundAtDesk(TimeAtDesk, prefix="at-n"):
    """The times of the day on which this one is, the page that has it: a button has no room for a
    doctor, a day and a page."""


class GiveTime(TimeAtDesk, prefix="at-g"):
    """Give it: book, move or take."""

    bending: bool = False
    """Whether rules of the clinic are knowingly bent."""
    extra: bool = False
    """Whether it is squeezed in beside another visit."""
    as_asked: bool = True
    """Of a visit that is moved: whether the family called for it."""
    seen: Seen = None
    """Of a visit that is moved."""

    def fallback(self) -> Tap:
        return TimeAtDesk(
            **self.model_dump(include={"post_id", "aim", "subject", "reason", "slot_id"})
        )


class TakenTime(AtWork, prefix="at-taken"):
    """A time of somebody whom we do not know."""

    slot_id: Annotated[SlotId, Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class GiveBack(TakenTime, prefix="at-back"):
    """Let families have it again."""

    seen: Annotated[int | None, DraftMark] = None
    """services' `TakenTime.as_shown`, as it was."""

    def fallback(self) -> Tap:
        return TakenTime(post_id=self.post_id, slot_id=self.slot_id)
