"""What another system says of a doctor's times, and what becomes of those that are stored.

`reconcile` is a plan, and a pure function. What families have is never touched, and whatever the
plan opens overlaps nothing that is open. The same said twice changes nothing the second time.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import TypeAlias

from services.model.ids import SlotId
from services.model.settings.visit_kinds import KindKey
from services.model.slot_sync import (
    Add,
    Conflict,
    ConflictKind,
    Given,
    Known,
    Open,
    Plan,
    Source,
    There,
    Told,
)
from services.model.slots import Stretch, Taker, Taking

_OUR_NUMBER = re.compile(r"(?:№|No\.?)?\s*(\d+)", re.IGNORECASE)


def reconcile(
    stored: Collection[Known], told: Iterable[Told], given: Given, around: Iterable[Known] = ()
) -> Plan:
    """Plan how a doctor's stored times come to agree with what the other system says.

    - Taken or closed there: closed here, also where it is cut otherwise there.
    - Free there: open here, unless it overlaps something that stays.
    - Not there: withdrawn, unless the doctor's rules give it. These go on deciding about what they
      give, and about nothing else that is opened.
    - What a family has or looks at, and what the clinic closed or took by hand, stays.

    Args:
        stored: the doctor's slots on the days about which the other system speaks; open ones do
            not overlap each other.
        told: all that it says of these days; a time may be there several times.
        around: slots that stay in any case, and that nothing may overlap if they are open or
            claimed: those of other days, and what has begun.
    """
    return _Reconciling(stored, told, given, around).plan()


class _Stretches:
    """Stretches of time, asked for what overlaps another one."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self._sorted = sorted(stretches, key=_by_time)
        self._longest = max(map(_length, self._sorted), default=timedelta(0))

    def add(self, stretch: Stretch) -> None:
        insort(self._sorted, stretch, key=_by_time)
        self._longest = max(self._longest, _length(stretch))

    def overlapping(self, stretch: Stretch) -> Iterator[Stretch]:
        """In order of start."""
        earliest = stretch.starts_at - self._longest
        place = bisect_left(self._sorted, earliest, key=lambda each: each.starts_at)
        while place < len(self._sorted) and self._sorted[place].starts_at < stretch.ends_at:
            if self._sorted[place].overlaps(stretch):
                yield self._sorted[place]
            place += 1

    def first_over(self, stretch: Stretch) -> Stretch | None:
        return next(self.overlapping(stretch), None)


def _by_time(stretch: Stretch) -> tuple[datetime, datetime]:
    return stretch.starts_at, stretch.ends_at


def _length(stretch: Stretch) -> timedelta:
    return stretch.ends_at - stretch.starts_at


_STRENGTH = {There.FREE: 0, There.CLOSED: 1, There.TAKEN: 2}


def _merged(told: Iterable[Told]) -> dict[Stretch, Told]:
    """One for each time: who says that it is taken there is believed first."""
    found: dict[Stretch, Told] = {}
    for each in told:
        other = found.get(each.stretch)
        if other is None or _weight(each) > _weight(other):
            found[each.stretch] = each
    return found


def _weight(told: Told) -> tuple[int, bool]:
    return _STRENGTH[told.there], bool(told.reference)


def _taking(told: Told) -> Taking:
    return Taking(Taker.ELSEWHERE, told.reference)


def _visit_in(told: Told) -> str | None:
    """Our visit's number, if the other system names who has the time by one."""
    found = _OUR_NUMBER.fullmatch(told.reference.strip()) if told.there is There.TAKEN else None
    return found[1] if found else None


_Wanted: TypeAlias = tuple[Stretch, Told | None, Known | None]
"""A time that is to be had; the row that says so, None for a rule; and the slot, if it has one."""


def _turn(wanted: _Wanted) -> tuple[bool, bool, datetime, datetime]:
    stretch, row, slot = wanted
    return not (slot and slot.open), row is not None, *_by_time(stretch)


class _Reconciling:
    """One doctor's times on their way to a plan."""

    def __init__(
        self,
        stored: Collection[Known],
        told: Iterable[Told],
        given: Given,
        around: Iterable[Known],
    ) -> None:
        self._given = given
        self._stored = sorted(stored, key=lambda slot: (*_by_time(slot.stretch), slot.id))
        self._claimed = [slot for slot in self._stored if slot.claimed]
        told = list(told)
        self._ours = self._told_of_ours(told)
        self._visits = {slot.stretch: slot.visit for slot in self._claimed if slot.visit}
        self._booked = _Stretches(self._visits)
        visits = {(slot.stretch, slot.visit) for slot in self._claimed if slot.visit}
        self._rows = _merged(each for each in told if (each.stretch, _visit_in(each)) not in visits)
        self._busy = _Stretches(
            each.stretch for each in self._rows.values() if each.there is not There.FREE
        )
        self._loose: dict[Stretch, list[Known]] = {}
        for slot in self._stored:
            if slot.loose:
                self._loose.setdefault(slot.stretch, []).append(slot)
        for slots in self._loose.values():
            slots.sort(key=_rank)
        self._closed_by_hand = {
            slot.stretch: slot
            for slot in self._stored
            if not (slot.loose or slot.claimed or slot.open) and slot.source is not Source.OTHER
        }
        self._families = _Stretches(
            slot.stretch for slot in self._claimed if slot.source is not Source.OTHER
        )
        self._stays: set[Stretch] = set()
        """Free there, and open here for good."""
        self._staying = _Stretches(
            [
                *(slot.stretch for slot in self._claimed),
                *self._closed_by_hand,
                *(slot.stretch for slot in around if slot.open or slot.claimed),
                *(slot.stretch for slot in self._stored if slot.open and not slot.loose),
            ]
        )
        """What is open in the end, and what else nothing that is opened may overlap."""
        self._withdraw: list[Known] = []
        self._take: list[tuple[Known, Told]] = []
        self._refer: list[tuple[SlotId, Taking]] = []
        self._relabel: list[tuple[SlotId, frozenset[KindKey]]] = []
        self._open: list[tuple[Known, Open]] = []
        self._add: list[tuple[Told, Add]] = []
        self._conflicts: list[Conflict] = []

    def plan(self) -> Plan:
        self._look_at_families()
        self._close()
        self._open_again()
        self._add_busy()
        return Plan(
            withdraw=[slot.id for slot in self._withdraw],
            take=[(slot.id, _taking(row)) for slot, row in self._take],
            refer=self._refer,
            relabel=self._relabel,
            open=[change for _, change in self._open],
            add=[add for _, add in self._add],
            created=sum(not (slot.taking or _can_be_had(slot)) for slot, _ in self._open)
            + self._count_added(There.FREE),
            taken=self._count_taken(There.TAKEN),
            released=sum(slot.taking is not None for slot, _ in self._open),
            closed=len(self._withdraw) + self._count_taken(There.CLOSED),
            conflicts=sorted(self._conflicts, key=lambda each: _by_time(each.stretch)),
        )

    def _count_added(self, there: There) -> int:
        return sum(row.there is there for row, _ in self._add)

    def _count_taken(self, there: There) -> int:
        return sum(row.there is there for _, row in self._take) + self._count_added(there)

    # What families have

    def _told_of_ours(self, told: Iterable[Told]) -> set[SlotId]:
        """The claimed slots whose visits the other system knows, about there."""
        named: dict[str, list[Stretch]] = {}
        for each in told:
            if number := _visit_in(each):
                named.setdefault(number, []).append(each.stretch)
        return {
            slot.id
            for slot in self._claimed
            if any(slot.stretch.overlaps(each) for each in named.get(slot.visit or "", ()))
        }

    def _look_at_families(self) -> None:
        rows = _Stretches(self._rows)
        for slot in self._claimed:
            if slot.source is Source.OTHER or slot.id in self._ours:
                continue
            said = {self._rows[each].there for each in rows.overlapping(slot.stretch)}
            if kind := self._kind_of_conflict(slot, said):
                self._conflicts.append(Conflict(kind, slot.stretch, slot.visit))

    def _kind_of_conflict(self, slot: Known, said: AbstractSet[There]) -> ConflictKind | None:
        if There.TAKEN in said:
            return ConflictKind.TAKEN_THERE
        if There.CLOSED in said:
            return ConflictKind.CLOSED_THERE
        if not said and slot.visit and not self._is_given(slot):
            return ConflictKind.NOT_THERE
        return None

    # What goes

    def _close(self) -> None:
        """Decide about each slot that is neither a family's nor closed by hand; what is to be open
        and is open stays."""
        for stretch, slots in self._loose.items():
            over = self._busy.first_over(stretch)
            row = self._rows.get(stretch)
            if over is not None:
                exact = row is not None and row.there is not There.FREE
                self._close_group(slots, row if row and exact else self._rows[over], exact=exact)
            elif row is not None:
                self._keep_first(slots, row)
            else:
                self._drop(slots)

    def _close_group(self, slots: Sequence[Known], row: Told, *, exact: bool) -> None:
        for slot in slots:
            if slot.open:
                self._take.append((slot, row))
            elif exact and slot.taking and slot.taking != _taking(row):
                self._refer.append((slot.id, _taking(row)))
        if exact and all(slot.resting for slot in slots) and not self._is_somebody_s(row.stretch):
            self._take.append((slots[0], row))

    def _keep_first(self, slots: Sequence[Known], row: Told) -> None:
        first = slots[0]
        if _can_be_had(first) and (first.source is Source.IMPORT or self._is_given(first)):
            self._staying.add(first.stretch)
            self._stays.add(first.stretch)
            if first.source is Source.IMPORT and row.reasons not in (None, first.reasons):
                self._relabel.append((first.id, row.reasons or frozenset()))

    def _drop(self, slots: Sequence[Known]) -> None:
        for slot in slots:
            if not self._is_given(slot):
                self._withdraw += [slot] if not slot.resting else []
            elif slot.open:
                self._staying.add(slot.stretch)

    def _is_given(self, slot: Known) -> bool:
        return slot.source is Source.SCHEDULE and slot.stretch in self._given

    # What comes

    def _open_again(self) -> None:
        """First what is open already, then what the rules give, then the rest by start."""
        wanted = [*self._wanted_by_rules(), *self._wanted_there()]
        for stretch, row, slot in sorted(wanted, key=_turn):
            if self._busy.first_over(stretch) or self._staying.first_over(stretch):
                self._refuse(stretch, slot, row)
                continue
            self._staying.add(stretch)
            source = Source.SCHEDULE if stretch in self._given else Source.IMPORT
            reasons = self._reasons(stretch, row, slot)
            if slot:
                self._open.append((slot, Open(slot.id, source, reasons)))
            elif row:
                self._add.append((row, Add(stretch, source, reasons)))

    def _wanted_by_rules(self) -> Iterator[_Wanted]:
        """What was taken there, is there no more, and stands in the doctor's rules."""
        for stretch, slots in self._loose.items():
            if stretch in self._rows or self._busy.first_over(stretch):
                continue
            given = [slot for slot in slots if self._is_given(slot)]
            if any(slot.open for slot in given):
                continue  # it stays; what the other system had beside it goes
            if taken := next((slot for slot in given if slot.taking), None):
                yield stretch, None, taken

    def _wanted_there(self) -> Iterator[_Wanted]:
        claimed = {slot.stretch for slot in self._claimed}
        for stretch, row in self._rows.items():
            if row.there is not There.FREE or stretch in claimed or stretch in self._stays:
                continue
            if closed := self._closed_by_hand.get(stretch):
                if closed.taking is None:
                    self._conflicts.append(Conflict(ConflictKind.CLOSED_HERE, stretch))
            else:
                yield stretch, row, self._loose[stretch][0] if stretch in self._loose else None

    def _refuse(self, stretch: Stretch, first: Known | None, row: Told | None) -> None:
        """A family's visit is named whatever else is in the way: this very plan may bring it."""
        if first and first.open and not self._busy.first_over(stretch):
            self._withdraw.append(first)
        if row:
            visit = self._booked.first_over(stretch)
            number = self._visits[visit] if visit else None
            self._conflicts.append(Conflict(ConflictKind.OVERLAPS, stretch, number))

    def _reasons(
        self, stretch: Stretch, row: Told | None, first: Known | None
    ) -> frozenset[KindKey]:
        if stretch in self._given:
            return self._given[stretch]
        if row and row.reasons is not None:
            return row.reasons
        return first.reasons if first else frozenset()

    def _add_busy(self) -> None:
        for stretch, row in self._rows.items():
            if row.there is There.FREE or stretch in self._loose or self._is_somebody_s(stretch):
                continue
            self._add.append((row, Add(stretch, Source.IMPORT, taking=_taking(row))))

    def _is_somebody_s(self, stretch: Stretch) -> bool:
        """Whether it is closed anyhow, or a family has something of it."""
        return stretch in self._closed_by_hand or bool(self._families.first_over(stretch))


def _can_be_had(slot: Known) -> bool:
    return slot.open and not slot.withdrawn


def _rank(slot: Known) -> tuple[bool, bool, bool, SlotId]:
    """Of several at one time: the open one, the taken one, the other system's, the oldest."""
    return not slot.open, slot.taking is None, slot.source is not Source.IMPORT, slot.id
