"""Buttons. Reason, doctor, day, time: everything before a time is held."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import (
    Here,
    Id,
    IdOrNone,
    KindName,
    MonthNumber,
    PageNumber,
    Tap,
    first_of,
)
from bot.flows.families.onboarding.taps import Enter
from bot.flows.visits.mine.taps import Visit
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, SlotId
from services.model.settings.visit_kinds import KindKey
from services.model.visits import Need


class ChooseChild(Tap, prefix="child"):
    """Say for whom to book; with one child, straight to the reasons."""

    clinic_id: Annotated[ClinicId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class Reasons(Tap, prefix="reasons"):
    """Say why a child comes."""

    clinic_id: Annotated[ClinicId, Id]
    child_id: Annotated[ChildId, Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class Search(Tap, prefix="-search"):
    """What all taps carry that look for a time."""

    child_id: Annotated[ChildId, Id]
    reason: Annotated[str, KindName]
    moves: Annotated[int, IdOrNone] = 0
    """The visit that is to be moved."""

    @property
    def need(self) -> Need:
        return Need(
            self.child_id,
            KindKey(self.reason),
            AppointmentId(self.moves) if self.moves else None,
        )

    def fallback(self) -> Tap:
        return Visit(appointment_id=AppointmentId(self.moves)) if self.moves else Here()


class Doctors(Search, prefix="doctors"):
    """The clinic's doctors, for a child."""

    clinic_id: Annotated[ClinicId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class AnyDoctor(Doctors, prefix="any"):
    """The first time that any doctor has."""

    def fallback(self) -> Tap:
        return Doctors(**self.model_dump())


class Days(Search, prefix="days"):
    """The nearest days on which a doctor has times."""

    doctor_id: Annotated[DoctorId, Id]


class Month(Days, prefix="month"):
    """A month of a doctor, as a grid."""

    month: MonthNumber = 0
    """0 is the nearest with times."""

    @property
    def first(self) -> date | None:
        """The month's first day."""
        return first_of(self.month)


class Times(Days, prefix="times"):
    """A doctor's times on a day."""

    day: Annotated[int, Field(ge=1, le=date.max.toordinal())]
    """The day's proleptic ordinal."""
    page: Annotated[int, Field(ge=0, le=99)] = 0
    """There is no room for a longer number."""

    @property
    def on(self) -> date:
        return date.fromordinal(self.day)

    def fallback(self) -> Tap:
        return Days(**self.model_dump(exclude={"day", "page"}))


class TimesNear(Search, prefix="near"):
    """The times around one that could not be had."""

    slot_id: Annotated[SlotId, Id]


class Ill(Search, prefix="ill"):
    """ "Ребёнок болеет": what the clinic says to that, whatever became of any time meanwhile."""

    clinic_id: Annotated[ClinicId, Id]
    slot_id: Annotated[int, IdOrNone] = 0
    """The time that was being looked at."""


class Topic(StrEnum):
    """What a label among the buttons means."""

    GRID = "grid"
    MORNING = "morning"
    DAY = "day"
    EVENING = "evening"


class Explain(Tap, prefix="what"):
    """Say what a label among the buttons means; the screen stays."""

    topic: Topic
