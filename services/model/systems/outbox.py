"""Visits on their way into a clinic's own system, and how that system is doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from services.model.clinic import Clinic
from services.model.ids import AppointmentId, PersonId
from services.model.slots import Slot
from services.model.systems.values import (
    ForeignRef,
    ForeignSlot,
    Patient,
    Refused,
    SystemSettings,
)
from services.model.visits import Appointment

SystemBookingId = NewType("SystemBookingId", int)

MOST_FAILURES = 3
"""After so many in a row a system is left in peace between two looks: only the look goes on."""


class Step(StrEnum):
    """How far a visit's time is on its way into the clinic's system, or out of it."""

    ASKED = "asked"
    """To be asked for. Nothing of it is there."""
    SENT = "sent"
    """Asked for: nobody here knows what became of it."""
    BOOKED = "booked"
    """It stands there."""
    REFUSED = "refused"
    LEAVING = "leaving"
    """To be taken back there: nobody here has it any more."""
    LEFT = "left"
    """It stands there no more, or is over: nothing is to be seen to."""
    STUCK = "stuck"
    """Only people can find out what became of it."""
    DROPPED = "dropped"
    """Nobody wanted it any more before it was asked for."""


ON_THEIR_WAY = frozenset({Step.ASKED, Step.SENT, Step.LEAVING})
DONE_WITH = frozenset({Step.REFUSED, Step.LEFT, Step.DROPPED})
"""To which nothing is to be seen any more."""
UNDECIDED = frozenset({Step.ASKED, Step.SENT, Step.STUCK})
"""Of which it is not known yet whether they will stand there."""
BEFORE: Mapping[Step, frozenset[Step]] = {
    Step.ASKED: frozenset({Step.ASKED, Step.SENT}),
    Step.SENT: frozenset({Step.ASKED, Step.SENT}),
    Step.BOOKED: UNDECIDED | {Step.BOOKED, Step.LEAVING},
    Step.REFUSED: UNDECIDED,
    Step.LEAVING: UNDECIDED | {Step.BOOKED, Step.LEAVING, Step.REFUSED, Step.DROPPED},
    Step.LEFT: UNDECIDED | {Step.BOOKED, Step.LEAVING},
    Step.STUCK: ON_THEIR_WAY,
    Step.DROPPED: frozenset({Step.ASKED, Step.SENT}),
}
"""From which steps each is come to. Two may see to one errand when the first was taken for dead:
what it says late undoes nothing that is known by then."""
BY_HAND = "by-hand"
"""The system of a reference to a visit that somebody found there: it is not known by name, and
only people can look at it or take it back."""


@dataclass(frozen=True, slots=True)
class SystemBooking:
    """One time of a visit, and how far it is on its way."""

    id: SystemBookingId
    key: str
    """By which that system can find it, where it keeps keys."""
    clinic: Clinic
    visit_id: AppointmentId | None
    """None: the family was erased."""
    slot: Slot
    step: Step
    attempts: int
    asked_at: datetime
    asked_by: PersonId | None
    """Whose agreement says what may be sent."""
    sent_at: datetime | None
    in_doubt: bool
    """Whether a request left to which no answer was understood."""
    promised_at: datetime
    told_late: bool
    ref: ForeignRef | None
    why: Refused | None = None
    given_up: bool = False
    """Whether no visit stands here on this time any more, where that was asked for."""
    together: str = ""
    """What it has in common with those that were asked for in one go: all stand there, or none.
    Empty: it is alone."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A booking that somebody sees to now, and all that is needed for it."""

    booking: SystemBooking
    """As it was before it was taken in hand."""
    settings: SystemSettings
    visit: Appointment | None
    """As it stands here; None: it is no more."""
    there: ForeignSlot
    """The time, as that system names it."""
    patient: Patient | None
    old: SystemBooking | None = None
    """Of a visit that is moved: what stands there for it now."""

    @property
    def wanted(self) -> bool:
        """Whether a visit still stands here on this time."""
        return (
            self.visit is not None
            and self.visit.is_active
            and self.visit.slot.id == self.booking.slot.id
        )


@dataclass(frozen=True, slots=True)
class OwnSystem:
    """A clinic's own system, and how it answered last."""

    clinic: Clinic
    settings: SystemSettings
    mark: str = ""
    read_at: datetime | None = None
    whole_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
    trouble: Refused | None = None
    troubled_since: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether its times may be given out: they were read lately, and it answers."""
        if self.read_at is None:
            return False
        return now < self.read_at + timedelta(minutes=self.settings.closed_minutes)

    def is_stale(self, now: datetime) -> bool:
        """Whether its times are shown with their age."""
        if self.read_at is None:
            return True
        return now >= self.read_at + timedelta(minutes=self.settings.stale_minutes)

    @property
    def left_in_peace(self) -> bool:
        """Whether it failed so often in a row that nothing but the look asks it (the breaker)."""
        return self.failures >= MOST_FAILURES


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits for a clinic's system."""

    waiting: int
    stuck: int
    oldest: datetime | None
    """Since when the first of them waits."""
