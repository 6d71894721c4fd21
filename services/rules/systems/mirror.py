"""How a doctor's stored times come to agree with what the clinic's own system says.

A time is who gives it and when: a doctor, a beginning and an end. Under another name there it is
the same time here, so that buttons and visits stay.

- Free there is open here, unless the clinic's hand here closed it.
- Taken, closed or not named there is closed here. What is ours stays ours: a visit is not changed
  by what its time says, but by what the system says of the visit.
- Of times that overlap (R02) those are believed, in this order: what is taken there, what is ours,
  what is open here already, what begins first, what is shorter. The others are passed over.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from services.model.ids import SlotId
from services.model.slots import Stretch
from services.model.systems.mirror import Mirrored, MirrorPlan
from services.model.systems.values import ForeignSlot, TimeState


def plan(known: Sequence[Mirrored], told: Sequence[ForeignSlot], *, whole: bool) -> MirrorPlan:
    """What makes the stored times of a doctor what the system says.

    Args:
        known: all stored times of the doctor that share a moment with what is told, or with the
            window if that is told whole.
        whole: what is not told is not there; otherwise nothing was said of it.
    """
    by_stretch = _one_each(known)
    said = _said(told)
    taken = [slot.stretch for slot in said.values() if slot.state is TimeState.TAKEN]
    covered = Occupied(taken)
    free = [slot for slot in said.values() if slot.state is TimeState.FREE]
    blocked = Occupied(taken)
    for each in known:
        untold = not whole and each.stretch not in said and not covered.meets(each.stretch)
        stays = each.fixed or untold
        if each.ours or (each.open and stays):
            blocked.add(each.stretch)
    kept: list[ForeignSlot] = []
    passed_over = 0
    for slot in sorted(free, key=lambda each: _rank(each, by_stretch)):
        here = by_stretch.get(slot.stretch)
        if here and (here.ours or here.fixed):
            continue
        if blocked.meets(slot.stretch):
            passed_over += 1
        else:
            kept.append(slot)
            blocked.add(slot.stretch)
    to_open = {slot.stretch: slot for slot in kept}
    return MirrorPlan(
        close=[
            each.id
            for each in known
            if each.open
            and not each.ours
            and not each.fixed
            and each.stretch not in to_open
            and (whole or each.stretch in said or covered.meets(each.stretch))
        ],
        open=[
            (here.id, slot)
            for slot in kept
            if (here := by_stretch.get(slot.stretch)) and not here.open
        ],
        add=[slot for slot in kept if slot.stretch not in by_stretch],
        renamed=_renamed(by_stretch, said, to_open),
        passed_over=passed_over,
        to_check=[
            each.id
            for each in known
            if each.ours and (now := said.get(each.stretch)) and now.state is TimeState.FREE
        ],
    )


def _one_each(known: Sequence[Mirrored]) -> dict[Stretch, Mirrored]:
    """Of several rows of one time, the one that is ours or open."""
    ordered = sorted(known, key=lambda each: (each.ours, each.open, not each.fixed, -each.id))
    return {each.stretch: each for each in ordered}


def _said(told: Sequence[ForeignSlot]) -> dict[Stretch, ForeignSlot]:
    """Of several that are told of one time, the one that is taken, or else closed; of such, the
    first by its name."""
    first = (TimeState.TAKEN, TimeState.CLOSED, TimeState.FREE)
    ordered = sorted(told, key=lambda slot: (first.index(slot.state), slot.ref.value))
    return {slot.stretch: slot for slot in reversed(ordered)}


def _rank(slot: ForeignSlot, by_stretch: dict[Stretch, Mirrored]) -> tuple[object, ...]:
    here = by_stretch.get(slot.stretch)
    is_ours, is_open = (here.ours, here.open) if here else (False, False)
    begins, lasts = slot.stretch.starts_at, slot.stretch.ends_at - slot.stretch.starts_at
    return (not is_ours, not is_open, begins, lasts, slot.ref.value)


class Occupied:
    """Stretches, and whether another one meets any of them."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []
        for each in stretches:
            self.add(each)

    def add(self, stretch: Stretch) -> None:
        """Those that meet become one."""
        first, last = self._met(stretch)
        begins = min([stretch.starts_at, *self._begins[first:last]])
        ends = max([stretch.ends_at, *self._ends[first:last]])
        self._begins[first:last] = [begins]
        self._ends[first:last] = [ends]

    def meets(self, stretch: Stretch) -> bool:
        first, last = self._met(stretch)
        return first < last

    def _met(self, stretch: Stretch) -> tuple[int, int]:
        return bisect_right(self._ends, stretch.starts_at), bisect_left(
            self._begins, stretch.ends_at
        )


def _renamed(
    by_stretch: dict[Stretch, Mirrored],
    said: dict[Stretch, ForeignSlot],
    to_open: dict[Stretch, ForeignSlot],
) -> list[tuple[SlotId, ForeignSlot]]:
    found = []
    for stretch, slot in said.items():
        here = by_stretch.get(stretch)
        opened_now = stretch in to_open and here and not here.open and not here.ours
        if here is None or opened_now:
            continue
        if here.there is None or _name(here.there) != _name(slot):
            found.append((here.id, slot))
    return found


def _name(slot: ForeignSlot) -> tuple[object, ...]:
    return slot.ref, slot.doctor, slot.version
