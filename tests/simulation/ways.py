"""What becomes of a freed time: a way to pass it on, and the two simple ones.

"First come": it is everybody's at once, and whoever looks next takes it. "Tell all": everybody who
waits for such a time is told at once, and the fastest wins. Both know nothing but times and who has
them; a family can have what `rules.booking` would let it have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from services.model.clinic import Clinic
from services.rules.quiet_hours import after_quiet
from tests.conftest import StillClock
from tests.simulation.people import Town, Want, choices
from tests.simulation.times import Time, Times, bookable


@dataclass(frozen=True, slots=True)
class Told:
    """That a family was told of times that it may have."""

    want: int
    times: Times
    at: datetime
    key: int = 0
    """How the way calls it."""


class Way(Protocol):
    """A clinic that has its own way with freed times."""

    @property
    def name(self) -> str: ...

    async def free(self, want: Want) -> Sequence[Time]:
        """Which times the family can see that it could have now."""
        ...

    async def book(self, want: Want, times: Times) -> bool:
        """Take times, in place of those that it has; False: somebody was quicker."""
        ...

    async def cancel(self, want: Want, by: str) -> None:
        """Give back what it has: a parent, the other one, or the registry."""
        ...

    async def wait(self, want: Want) -> None:
        """From now on the family wants to be told."""
        ...

    async def leave(self, want: Want) -> None:
        """It wants to be told no more."""
        ...

    async def answer(self, told: Told, *, yes: bool) -> bool:
        """Take what it was told of, or refuse; False: it is gone."""
        ...

    async def absent(self, doctor: int, day: date) -> Sequence[int]:
        """A doctor does not come: who has no visit any more."""
        ...

    async def back(self, doctor: int, day: date) -> Mapping[int, Times]:
        """They come after all: who has the visit again, if it is not too late for that."""
        ...

    async def due(self) -> datetime | None:
        """When there is something to be done next by itself."""
        ...

    async def work(self) -> Sequence[Told]:
        """Do it: who is told of what."""
        ...


@dataclass
class FirstCome:
    """A freed time is everybody's at once."""

    town: Town
    times: Sequence[Time]
    clinic: Clinic
    clock: StillClock
    name: str = "first come"
    visits: dict[int, Times] = field(default_factory=dict)
    """Of each want."""
    closed: set[Time] = field(default_factory=set)
    away: dict[tuple[int, date], dict[int, Times]] = field(default_factory=dict)
    """Whose visits an absence took."""

    async def free(self, want: Want) -> Sequence[Time]:
        now = self.clock()
        gone = self.closed.union(*self.visits.values())
        return [
            each
            for each in bookable(self.times, self.clinic, now)
            if each not in gone and each.is_open_to(now, infant=want.infant)
        ]

    async def book(self, want: Want, times: Times) -> bool:
        free = await self.free(want)
        if not all(each in free for each in times):
            return False
        before = self.visits.pop(want.number, ())
        self.visits[want.number] = times
        self._freed(before)
        return True

    async def cancel(self, want: Want, by: str) -> None:
        self._freed(self.visits.pop(want.number))

    async def wait(self, want: Want) -> None:
        """Nobody is told: it looks by itself."""

    async def leave(self, want: Want) -> None:
        """Nor is there anything to leave."""

    async def answer(self, told: Told, *, yes: bool) -> bool:
        return yes and await self.book(self.town.wants[told.want], told.times)

    async def absent(self, doctor: int, day: date) -> Sequence[int]:
        now = self.clock()
        gone = {
            each
            for each in self.times
            if each.doctor == doctor and each.starts_at > now and each.wall.date() == day
        }
        self.closed |= gone
        taken = {want: times for want, times in self.visits.items() if gone & {*times}}
        self.away[doctor, day] = taken
        for want in taken:
            del self.visits[want]
        return list(taken)

    async def back(self, doctor: int, day: date) -> Mapping[int, Times]:
        taken = self.away[doctor, day]
        if any(want in self.visits for want in taken):
            return {}
        opened = {each for each in self.closed if each.doctor == doctor and each.wall.date() == day}
        self.closed -= opened
        self.visits |= taken
        self._freed(tuple(sorted(opened.difference(*taken.values()))))
        return taken

    async def due(self) -> datetime | None:
        return None

    async def work(self) -> Sequence[Told]:
        return []

    def _freed(self, times: Times) -> None:
        """Whoever looks next finds them."""


@dataclass
class TellAll(FirstCome):
    """The same, and all who wait for such a time are told, except in quiet hours."""

    name: str = "tell all"
    waiting: dict[int, Want] = field(default_factory=dict)
    untold: list[Time] = field(default_factory=list)

    async def wait(self, want: Want) -> None:
        self.waiting[want.number] = want

    async def leave(self, want: Want) -> None:
        self.waiting.pop(want.number, None)

    async def due(self) -> datetime | None:
        return after_quiet(self.clock(), self.clinic) if self.untold else None

    async def work(self) -> Sequence[Told]:
        now, told = self.clock(), list[Told]()
        for freed in self.untold:
            for want in self.waiting.values():
                if not want.does((freed,), now):
                    continue
                free = await self.free(want)
                would_do = [
                    some
                    for some in choices(want, free, now)
                    if freed in some and self._is_better(want, some)
                ]
                told += [Told(want.number, some, now) for some in would_do[:1]]
        self.untold.clear()
        return told

    def _is_better(self, want: Want, some: Times) -> bool:
        has = self.visits.get(want.number)
        return has is None or some[0].starts_at < has[0].starts_at

    def _freed(self, times: Times) -> None:
        self.untold += times
