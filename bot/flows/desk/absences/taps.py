"""Buttons. The absent doctor: who, when, what then; how families answered."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, IdOrNone, PageNumber, ScheduleDay, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.desk.absences.report import LONGEST_ABSENCE, PLANS_SHOWN_UP_TO, Absent
from services.model.ids import AbsenceId, DoctorId

Planned = Annotated[int | None, Field(ge=0, le=PLANS_SHOWN_UP_TO - 1)]
"""`AbsenceReport.as_shown`, of a button that does what it stands below."""


class WhoIsAbsent(AtWork, prefix="who-absent"):
    """Choose the doctor who does not come."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class WhenAbsent(AtWork, prefix="when-absent"):
    """Choose the days, or type them."""

    doctor_id: Annotated[DoctorId, Id]

    def fallback(self) -> Tap:
        return WhoIsAbsent(post_id=self.post_id)


class AbsencePlans(WhenAbsent, prefix="absent"):
    """What can be done about it."""

    day: Annotated[int, ScheduleDay]
    """The first one's proleptic ordinal."""
    days: Annotated[int, Field(ge=1, le=LONGEST_ABSENCE)]

    @property
    def absent(self) -> Absent:
        first = date.fromordinal(self.day)
        return Absent(self.doctor_id, first, first + timedelta(days=self.days - 1))

    def fallback(self) -> Tap:
        return WhenAbsent(post_id=self.post_id, doctor_id=self.doctor_id)


class LookAtAbsence(AbsencePlans, prefix="absence-how"):
    """Look at what it does with this substitute, or with none."""

    substitute: Annotated[int, IdOrNone] = 0

    @property
    def absent(self) -> Absent:
        chosen = DoctorId(self.substitute) if self.substitute else None
        return replace(super().absent, substitute=chosen)


class MakeAbsence(LookAtAbsence, prefix="absence-do"):
    """Do it."""

    seen: Planned = None

    def fallback(self) -> Tap:
        return LookAtAbsence(**self.model_dump(exclude={"seen"}))


class LookBeside(LookAtAbsence, prefix="absence-beside"):
    """Look at what it does if the substitute also sees them when they do not receive."""

    @property
    def absent(self) -> Absent:
        return replace(super().absent, beside=True)


class MakeBeside(LookBeside, prefix="absence-too"):
    """Do that."""

    seen: Planned = None

    def fallback(self) -> Tap:
        return LookBeside(**self.model_dump(exclude={"seen"}))


class MakeBesideUnseen(LookBeside, prefix="absence-do-beside"):
    """A button from before it kept what it stood below, and too long for that: it looks anew."""


class AbsenceReport(AtWork, prefix="absence"):
    """What became of whom."""

    absence_id: Annotated[AbsenceId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return WhoIsAbsent(post_id=self.post_id)


class UndoAbsence(AbsenceReport, prefix="absence-undo"):
    """Give every visit its time back."""

    def fallback(self) -> Tap:
        return AbsenceReport(post_id=self.post_id, absence_id=self.absence_id)
