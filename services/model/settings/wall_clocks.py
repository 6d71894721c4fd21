"""What the clocks of a zone show and from when on, as a value that can be kept and compared.

The instants of stored times were made of times on the wall with the rules of some release of the
time zone database. With another release the same instants are other times on the wall (R57).
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

STEP = timedelta(hours=12)
"""No zone changes its clocks twice within that."""
SECOND = timedelta(seconds=1)
BEHIND, AHEAD = timedelta(days=2), timedelta(days=800)
"""For so long before and after now the clocks are noted: beyond every horizon."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The clocks of one zone from a moment to another. Moments are aware, in UTC and whole seconds;
    times on the wall are naive."""

    offsets: tuple[tuple[datetime, timedelta], ...]
    """From when on the clocks are how far ahead of UTC; in order, no two alike in a row. The first
    says where it begins."""
    until: datetime

    def ahead(self, instant: datetime) -> timedelta:
        """Of UTC, at an instant."""
        at = bisect_right(self.offsets, instant, key=lambda change: change[0])
        return self.offsets[max(at - 1, 0)][1]

    def wall(self, instant: datetime) -> datetime:
        """What the clocks show at an instant."""
        return (instant + self.ahead(instant)).replace(tzinfo=None)

    def shown_at(self, wall: datetime) -> list[datetime]:
        """When the clocks show this: once, twice where they are put back, never where they skip."""
        as_utc = wall.replace(tzinfo=UTC)
        possible = {as_utc - ahead for _, ahead in self.offsets}
        return sorted(each for each in possible if self.ahead(each) == as_utc - each)

    def kept(self, instant: datetime, other: "WallClock") -> datetime:
        """When another clock shows what this one does at an instant.

        What the other one shows twice is the first, unless it was the second here, too; what it
        skips comes as much later as is skipped, as in `ClinicProfile.at`. Beyond what both know the
        instant stays.
        """
        if instant >= min(self.until, other.until):
            return instant
        wall = self.wall(instant)
        second = self.shown_at(wall)[0] != instant
        if shown := other.shown_at(wall):
            return shown[-1] if second else shown[0]
        return other._after_skipping(wall.replace(tzinfo=UTC))

    def _after_skipping(self, as_utc: datetime) -> datetime:
        return next(
            as_utc - before
            for (_, before), (begins, after) in pairwise(self.offsets)
            if begins + before <= as_utc < begins + after
        )

    def agrees(self, other: "WallClock", since: datetime) -> bool:
        """Whether both show the same from a moment on, as far as both know."""
        until = min(self.until, other.until)
        return list(self._between(since, until)) == list(other._between(since, until))

    def _between(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, timedelta]]:
        yield since, self.ahead(since)
        yield from (change for change in self.offsets if since < change[0] < until)


def clock_around(zone: str, now: datetime) -> WallClock:
    """The clocks of a zone by the rules that this process has, as they are noted."""
    return wall_clock(ZoneInfo(zone), now - BEHIND, now + AHEAD)


def wall_clock(zone: ZoneInfo, since: datetime, until: datetime) -> WallClock:
    """The clocks of a zone by the rules that are installed. `zoneinfo` does not tell when they
    change, so it is asked twice a day, and then looked for."""
    moment, until = (each.astimezone(UTC).replace(microsecond=0) for each in (since, until))
    offsets = [(moment, _ahead(zone, moment))]
    while moment < until:
        following = min(moment + STEP, until)
        if _ahead(zone, following) != offsets[-1][1]:
            changed = _change(zone, moment, following)
            offsets.append((changed, _ahead(zone, changed)))
        moment = following
    return WallClock(tuple(offsets), until)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second at which the clocks are as they are after."""
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _ahead(zone, middle) == _ahead(zone, before):
            before = middle
        else:
            after = middle
    return after


def _ahead(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()
