"""Places in the list of those who wait for a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.model.clinic import Clinic
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, PostId, WaitId
from services.model.people import Child
from services.model.settings.visit_kinds import KindKey

EVERY_WEEKDAY = 0b1111111
"""Monday is the lowest bit."""


@dataclass(frozen=True, slots=True)
class WaitWish:
    """For what times a family waits."""

    children: Sequence[ChildId]
    """One, or brothers and sisters who come together."""
    kind: KindKey
    first: date
    last: date
    """The days that would do, both ends included, on the clinic's wall."""
    doctors: frozenset[DoctorId] = frozenset()
    """Who would do; nobody named is anybody."""
    weekdays: int = EVERY_WEEKDAY
    """A bit for each that would do."""
    since_hour: time = time.min
    """Of the day, on the clinic's wall: no earlier start would do."""
    until_hour: time | None = None
    """No later start would do; None: any."""
    notice: timedelta = timedelta(hours=3)
    """How long before a time its family has to know of it at least."""
    moves: AppointmentId | None = None
    """The visit that is held meanwhile, and moved when a time is taken."""


class WaitState(StrEnum):
    """Where a place in the list is in its life."""

    WAITING = "waiting"
    RESTING = "resting"
    """Several offers went unanswered: nothing is offered until the family says so."""
    ENDED = "ended"


class WaitEnd(StrEnum):
    """Why somebody waits no more."""

    MET = "met"
    """The family has what it waited for."""
    PASSED = "passed"
    """The days that would have done are over."""
    LEFT = "left"
    """It said that it waits no more."""
    GIVEN_UP = "given-up"
    """The visit that was to be earlier was cancelled."""
    BY_DESK = "by-desk"
    """The registry took it off."""
    JOINED = "joined"
    """The child's two cards became one, and the other place goes on."""


@dataclass(frozen=True, slots=True)
class MovedUp:
    """That the registry put a family before others."""

    by: PostId
    at: datetime
    why: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """A place in a clinic's list of those who wait for a time."""

    id: WaitId
    clinic: Clinic
    children: Sequence[Child]
    """In the order of the wish."""
    person: PersonId | None
    """Who is written to; None: the clinic put the family on the list."""
    wish: WaitWish
    since: datetime
    state: WaitState = WaitState.WAITING
    owed: bool = False
    """Whether the clinic took a time away and owes another: the visit is `wish.moves`."""
    early: bool = False
    """Whether the family may be written to before quiet hours end, about that morning's times."""
    unanswered: int = 0
    """How many offers in a row it let go by."""
    end: WaitEnd | None = None
    ended_at: datetime | None = None
    moved_up: MovedUp | None = None
    put_by: PostId | None = None
    """Who of the registry put it on the list for somebody who called."""

    @property
    def is_live(self) -> bool:
        return self.state is not WaitState.ENDED
