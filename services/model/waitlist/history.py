"""What became of the times that were freed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.model.slots import Slot
from services.model.waitlist.offers import FreedState, FreedWhy


@dataclass(frozen=True, slots=True)
class FreedStory:
    """A time that became free, and what became of it."""

    slot: Slot
    why: FreedWhy
    freed_at: datetime
    state: FreedState
    settled_at: datetime | None
    """When it was taken, or everybody's; None: it goes through the list still."""
    offers: int
    """To how many families it was offered."""

    @property
    def took(self) -> timedelta | None:
        """How long after it was freed a family who waited took it."""
        if self.state is not FreedState.TAKEN or self.settled_at is None:
            return None
        return self.settled_at - self.freed_at


@dataclass(frozen=True, slots=True)
class ListHealth:
    """How the lists of all clinics are doing, whoever waits."""

    waiting: int
    resting: int
    oldest: timedelta | None
    """How long the one has a place who has it longest; None: nobody has one."""
    open: int
    """Freed times that go through the list."""
    offers: int
    """Live ones."""
    late: timedelta
    """For how long the longest overdue freed time has been waiting to be passed on."""


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """What the list did with the times of some days. Times that stood free until somebody came to
    wait count nowhere here: nobody had freed them then."""

    taken: int
    public: int
    """Nobody who waited wanted them in time."""
    offers: int
    """Whose message was sent."""
    accepted: int
    to_fill: timedelta | None
    """The median of how long it took until one was taken; None: none was."""
    waiting: int
    """Who waits now."""
    longest: timedelta | None
    """How long the one waits who waits longest now."""

    @property
    def settled(self) -> int:
        """Of how many it is known what became of them, and that they were to be had."""
        return self.taken + self.public

    @property
    def offers_per_fill(self) -> float | None:
        return self.offers / self.taken if self.taken else None
