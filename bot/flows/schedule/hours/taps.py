"""Buttons. The clinic's hours: looked at, and changed after a preview."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import _FIRST_DAY, _LAST_DAY, Id, IdOrNone, PageNumber, ScheduleDay, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.ids import DeviationId, DoctorId
from services.model.schedule import DeviationKind


class OfDay(AtWork, prefix="-of-day"):
    """What all taps carry that show hours around a day."""

    day: Annotated[int, Field(ge=0, le=_LAST_DAY)] = 0
    """0, and whatever no schedule has, is today."""

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day >= _FIRST_DAY else None


class ClinicHours(OfDay, prefix="hours"):
    """The hours of all doctors on a day."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class WeekHours(OfDay, prefix="week"):
    """A doctor's hours in a week with a day in it."""

    doctor_id: Annotated[DoctorId, Id]

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class AskDayHours(AtWork, prefix="ask-hours"):
    """Type other hours for a day."""

    doctor_id: Annotated[DoctorId, Id]
    day: Annotated[int, ScheduleDay]

    @property
    def on(self) -> date:
        return date.fromordinal(self.day)

    def fallback(self) -> Tap:
        return WeekHours(post_id=self.post_id, doctor_id=self.doctor_id, day=self.day)


class CloseDay(AskDayHours, prefix="close-day"):
    """Look at what it does if a doctor does not receive on a day."""


class AskRules(AtWork, prefix="ask-rules"):
    """Type new hours for all weeks."""

    doctor_id: Annotated[DoctorId, Id]

    def fallback(self) -> Tap:
        return WeekHours(post_id=self.post_id, doctor_id=self.doctor_id)


class AskLeave(AskRules, prefix="ask-leave"):
    """Type the days of a leave."""


class AskHoliday(AtWork, prefix="ask-holiday"):
    """Type the days on which the clinic is closed."""

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class Ahead(AtWork, prefix="ahead"):
    """The days ahead that are not as the rules say, of a doctor or of all."""

    doctor_id: Annotated[int, IdOrNone] = 0
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class Undo(AtWork, prefix="undo"):
    """Look at what it does to take such days back."""

    kind: DeviationKind
    deviation_id: Annotated[DeviationId, Id]

    def fallback(self) -> Tap:
        return Ahead(post_id=self.post_id)


class OfDraft(AtWork, prefix="-draft"):
    """What all taps carry that act on the change that was looked at."""

    mark: Annotated[int, Id]
    """Of the draft: another one by now is not acted on."""

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class WhoCovers(OfDraft, prefix="who-covers"):
    """Choose who sees the children during a leave."""

    page: Annotated[int, PageNumber] = 0


class Cover(OfDraft, prefix="covers"):
    """Look at the leave with this substitute, or with none."""

    doctor_id: Annotated[int, IdOrNone] = 0
    on: bool = False
    """Whether the substitute receives in the hours of the doctor on leave, too."""


class Apply(OfDraft, prefix="apply"):
    """Make the change."""


class Discard(AtWork, prefix="discard"):
    """Make no change: back to the doctor's week, or to all doctors."""

    doctor_id: Annotated[int, IdOrNone] = 0

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)
