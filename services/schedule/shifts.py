"""Moving many times at once, so that no two that may not overlap ever do on the way."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.model.slots import Stretch


@dataclass(frozen=True, slots=True)
class Shift:
    """A stored time, or a visit, that goes to another moment; its owner may not have two at once:
    the doctor, or the child."""

    id: int
    owner: int
    before: Stretch
    after: Stretch


def in_order(shifts: Iterable[Shift]) -> list[Shift]:
    """One after the other without one coming upon another, if none of them is `clashing`: what goes
    later begins with the last, what goes earlier with the first."""
    by_start = sorted(shifts, key=lambda shift: (shift.before.starts_at, shift.id))
    later = [shift for shift in by_start if shift.after.starts_at > shift.before.starts_at]
    earlier = [shift for shift in by_start if shift.after.starts_at < shift.before.starts_at]
    return [*reversed(later), *earlier]


def clashing(shifts: Iterable[Shift], standing: Iterable[tuple[int, Stretch]]) -> frozenset[int]:
    """Which would come upon what stays, or pass it, or come before another that was before them.

    Args:
        standing: what is not moved, with its owner. Of one owner neither these nor the shifts
            overlap before.
    """
    stays = defaultdict(list)
    for owner, stretch in sorted(standing, key=lambda each: each[1].starts_at):
        stays[owner].append(stretch)
    last: dict[int, Shift] = {}
    found = set()
    for shift in sorted(shifts, key=lambda each: each.before.starts_at):
        earlier = last.get(shift.owner)
        disordered = earlier and shift.after.starts_at < earlier.after.ends_at
        if disordered or _passes(shift, stays[shift.owner]):
            found.add(shift.id)
        else:
            last[shift.owner] = shift
    return frozenset(found)


def _passes(shift: Shift, stays: Sequence[Stretch]) -> bool:
    begins = min(shift.before.starts_at, shift.after.starts_at)
    ends = max(shift.before.ends_at, shift.after.ends_at)
    at = bisect_left(stays, ends, key=lambda stretch: stretch.starts_at)
    return at > 0 and stays[at - 1].ends_at > begins
