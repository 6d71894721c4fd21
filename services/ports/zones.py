"""By which clocks stored times were made, and moving them to where the clocks show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.model.ids import AppointmentId, ChildId, DoctorId, SlotId
from services.model.settings.wall_clocks import WallClock
from services.model.slots import Stretch


@dataclass(frozen=True, slots=True)
class TimeAhead:
    """A stored time that has not begun."""

    id: SlotId
    doctor_id: DoctorId
    stretch: Stretch
    open: bool
    """Whether it may not overlap another open one of its doctor."""


@dataclass(frozen=True, slots=True)
class VisitAhead:
    """A visit, in whatever state, at such a time."""

    id: AppointmentId
    child_id: ChildId
    slot_id: SlotId
    active: bool
    """Whether it may not overlap another active one of its child."""
    confirm_by: datetime | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """All that begins at clinics of a zone after a moment, and what is in its way."""

    times: Sequence[TimeAhead]
    visits: Sequence[VisitAhead]
    begun: Sequence[tuple[DoctorId, Stretch]]
    """Open times of the same doctors that have begun, or were over within a day."""
    elsewhere: Sequence[tuple[ChildId, Stretch]]
    """Active visits of the same children that have begun, or were over within a day, or are at
    clinics of other zones."""


class ZoneRepository(Protocol):
    """Zones that clinics are in, and their clocks as they were noted."""

    async def in_use(self) -> set[str]: ...

    async def noted(self) -> dict[str, WallClock]: ...

    async def lock(self, zone: str) -> WallClock | None:
        """What is noted of a zone; whoever else asks so waits for the end of this transaction."""
        ...

    async def note(self, zone: str, clock: WallClock, at: datetime) -> None:
        """Let the zone's times be made by this clock from now on."""
        ...

    async def ahead(self, zone: str, after: datetime) -> Ahead:
        """All that begins there after a moment, with everything locked."""
        ...

    async def move(
        self,
        times: Sequence[tuple[SlotId, Stretch]],
        visits: Sequence[tuple[AppointmentId, Stretch, Stretch]],
        deadlines: Mapping[AppointmentId, datetime],
    ) -> None:
        """Let times, visits (before, after) and deadlines be at other instants, in this order, one
        after the other. Visits of which their families were told are told anew to calendars, and
        no reminder is sent twice."""
        ...

    async def withdraw(self, times: Sequence[SlotId]) -> None:
        """Let these be free to nobody."""
        ...
