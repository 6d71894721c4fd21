"""From "even days 8:00-14:00, 15 minutes each" to visits' times, and from these to slots.

`receptions_on` says what a doctor does on a day, `openings` cuts that into visits on the clinic's
wall, and `changes` plans what has to become of the slots that are stored already.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import nsmallest
from zoneinfo import ZoneInfo

from services.model.clinic import Hours
from services.model.ids import SlotId
from services.model.schedule import (
    Cover,
    Holiday,
    Leave,
    Reception,
    Schedule,
    ScheduleException,
    ScheduleRule,
)
from services.model.slots import Changes, Opening, Stored, Stretch


def receptions_on(schedule: Schedule, day: date) -> list[Reception]:
    """What the doctor does that day: their own hours by start, then those taken over, by start.

    An exception decides alone, even in a leave or on a holiday. Without one, neither a leave nor
    a holiday has hours; any other day has what the rules and the covers give.
    """
    own, covered = _own_and_covered(schedule, day)
    return own + covered


def _own_and_covered(schedule: Schedule, day: date) -> tuple[list[Reception], list[Reception]]:
    for exception in reversed(schedule.exceptions):
        if _includes(exception, day):
            return _by_start(exception.receptions), []
    days_off: list[Leave | Holiday] = [*schedule.leaves, *schedule.holidays]
    if any(_includes(off, day) for off in days_off):
        return [], []
    covers = (cover for cover in schedule.covers if _includes(cover, day))
    covered = (reception for cover in covers for reception in _given(cover.rules, day))
    return _by_start(_given(schedule.rules, day)), _by_start(covered)


def is_off(schedule: Schedule, day: date) -> bool:
    """Whether somebody said that the doctor does not receive that day: a leave, a holiday, or
    hours for it that are none. Of a doctor without a schedule that is all there is to know."""
    for exception in reversed(schedule.exceptions):
        if _includes(exception, day):
            return not exception.receptions
    days_off: list[Leave | Holiday] = [*schedule.leaves, *schedule.holidays]
    return any(_includes(off, day) for off in days_off)


def _includes(days: ScheduleException | Leave | Holiday | Cover, day: date) -> bool:
    return days.first <= day <= days.last


def _given(rules: Iterable[ScheduleRule], day: date) -> Iterator[Reception]:
    return (rule.reception for rule in rules if _applies(rule, day))


def _applies(rule: ScheduleRule, day: date) -> bool:
    return (
        rule.valid_from <= day
        and (rule.valid_until is None or day <= rule.valid_until)
        and day.weekday() in rule.weekdays
        and rule.days.has(day.day)
    )


def _by_start(receptions: Iterable[Reception]) -> list[Reception]:
    """Of those that start together the one with the shorter visits comes first."""
    return sorted(receptions, key=lambda reception: (reception.hours.starts, reception.visit))


def openings(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[Opening]:
    """All visits' times from the first day to the last, both included, in order of start.

    They never overlap: where two receptions would, the one that `receptions_on` names first wins.
    After a break the counting begins anew at its end. The doctor's own breaks hold in the hours
    that they take over, too.

    Days and hours are those of the clinic's wall in `zone`, and a visit really takes as long as
    it says. A start that the clock skips in spring is skipped, and so is a visit that would run
    over the missing hour into a break or past the end; of a start that the clock shows twice in
    autumn, the first counts.
    """
    found: list[Opening] = []
    for day in _days(first, last):
        own, covered = _own_and_covered(schedule, day)
        breaks = [pause for reception in own for pause in reception.breaks]
        for reception in [*own, *(_with_breaks(other, breaks) for other in covered)]:
            for opening in _cut(reception, zone, day):
                _add_if_free(found, opening)
    return found


def received(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[Stretch]:
    """The stretches in which the doctor receives, from the first day to the last, without breaks;
    they may overlap. Wall times that the clock skips count as those right after."""
    found = []
    for day in _days(first, last):
        for reception in receptions_on(schedule, day):
            for begins, closes in _between_breaks(reception, day):
                if begins < closes:
                    ends = [wall.replace(tzinfo=zone).astimezone(UTC) for wall in (begins, closes)]
                    found.append(Stretch(*ends))
    return found


def is_within(stretch: Stretch, hours: Iterable[Stretch]) -> bool:
    """Whether some of these hours, joined where they touch or overlap, hold the whole of it."""
    reached = stretch.starts_at
    for each in sorted(hours, key=lambda hours: hours.starts_at):
        if each.starts_at > reached or reached >= stretch.ends_at:
            break
        reached = max(reached, each.ends_at)
    return reached >= stretch.ends_at


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _with_breaks(reception: Reception, breaks: Sequence[Hours]) -> Reception:
    return replace(reception, breaks=(*reception.breaks, *breaks))


def _add_if_free(found: list[Opening], opening: Opening) -> None:
    """Put the opening into its place, unless it overlaps one of those found before."""
    at = bisect(found, opening.stretch.starts_at, key=lambda other: other.stretch.starts_at)
    neighbours = found[max(at - 1, 0) : at + 1]
    if not any(opening.stretch.overlaps(other.stretch) for other in neighbours):
        found.insert(at, opening)


def _cut(reception: Reception, zone: ZoneInfo, day: date) -> Iterator[Opening]:
    for begins, closes in _between_breaks(reception, day):
        for stretch in _visits(begins, closes, reception.visit, zone):
            yield Opening(stretch, reception.reasons, reception.kept_for)


def _between_breaks(reception: Reception, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The hours without their breaks, on the wall; a pair that ends before it begins is empty."""
    begins, closes = _on_wall(reception.hours, day)
    for break_begins, break_ends in sorted(_on_wall(pause, day) for pause in reception.breaks):
        if break_begins < break_ends:
            yield begins, min(break_begins, closes)
            begins = max(begins, break_ends)
    yield begins, closes


def _on_wall(hours: Hours, day: date) -> tuple[datetime, datetime]:
    ends_on = day if hours.ends != time.min else day + timedelta(days=1)
    return datetime.combine(day, hours.starts), datetime.combine(ends_on, hours.ends)


def _visits(
    begins: datetime, closes: datetime, visit: timedelta, zone: ZoneInfo
) -> Iterator[Stretch]:
    """Visits one after the other from one time on the wall to another."""
    wall = begins
    while wall + visit <= closes:
        if starts_at := instant_of(wall, zone):
            ends_at = starts_at + visit
            if _wall_of(ends_at - datetime.resolution, zone) < closes:  # no gap on the way
                yield Stretch(starts_at, ends_at)
        wall += visit


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The UTC instant at which the clinic's clock shows this time.

    A time that the clock skips in spring has none; of one that it shows twice in autumn, the first.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return instant if _wall_of(instant, zone) == wall else None


def _wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def changes(stored: Iterable[Stored], wanted: Sequence[Opening]) -> Changes:
    """Plan how the stored slots of a doctor become what the rules want; each list is by start.

    Afterwards each wanted opening is open, at exactly its time and for its reasons, unless a slot
    that is claimed or was closed by hand overlaps it: these stay as they are.

    Args:
        stored: all slots that start on the days in question, and no others: an earlier or later
            one of the schedule would be withdrawn. Its open ones do not overlap each other. What is
            squeezed in for a visit stands in the way of times that come anew.
        wanted: what `openings` gives for the same days.
    """
    slots = sorted(stored, key=lambda slot: (slot.opening.stretch.starts_at, slot.id))
    reasons = {opening.stretch: opening.reasons for opening in wanted}
    given = [slot for slot in slots if slot.opening.stretch in reasons]
    dropped = [slot for slot in slots if slot.opening.stretch not in reasons]

    kept = {slot.opening.stretch for slot in given if slot.free}
    missing = [opening for opening in wanted if opening.stretch not in kept]
    fixed = [slot.opening.stretch for slot in slots if slot.fixed]
    possible = list(_clear_of(fixed, missing))
    resting = {slot.opening.stretch: slot.id for slot in reversed(given) if slot.resting}
    return Changes(
        add=[opening for opening in possible if opening.stretch not in resting],
        reopen=[
            (resting[opening.stretch], opening.reasons)
            for opening in possible
            if opening.stretch in resting
        ],
        relabel=[
            (slot.id, reasons[slot.opening.stretch])
            for slot in given
            if slot.free and slot.opening.reasons != reasons[slot.opening.stretch]
        ],
        withdraw=[slot.id for slot in dropped if slot.free],
        affected=[slot.id for slot in dropped if slot.claimed],
    )


def first_of(planned: Changes, stored: Iterable[Stored], most: int) -> Changes:
    """The first of these changes, in the order of their times, and no more than so many.

    They can be made without the rest: what goes begins before the end of whatever it makes room
    for, and so comes before it. Visits are spoken of as they are.

    Args:
        stored: what they were planned of.
    """
    place = {slot.id: slot.opening.stretch for slot in stored}
    in_order = [
        *((place[each].starts_at, 0, each) for each in planned.withdraw),
        *((place[each].starts_at, 1, each) for each, _reasons in planned.relabel),
        *((place[each].ends_at, 2, each) for each, _reasons in planned.reopen),
        *((each.stretch.ends_at, 3, at) for at, each in enumerate(planned.add)),
    ]
    chosen = {(kind, which) for _at, kind, which in nsmallest(most, in_order)}
    return replace(
        planned,
        withdraw=[each for each in planned.withdraw if (0, each) in chosen],
        relabel=[each for each in planned.relabel if (1, each[0]) in chosen],
        reopen=[each for each in planned.reopen if (2, each[0]) in chosen],
        add=[each for at, each in enumerate(planned.add) if (3, at) in chosen],
    )


def left_outside(
    stored: Iterable[Stored], hours: Iterable[Stretch], day_of: Callable[[datetime], date]
) -> tuple[frozenset[SlotId], frozenset[SlotId]]:
    """The slots with visits at which the doctor does not receive, and those of them on days without
    any hours. A visit that was cut otherwise, but within the hours, is neither.

    Args:
        hours: when the doctor's own schedule lets them receive.
        day_of: the clinic's day of a moment.
    """
    slots = list(stored)
    elsewhere = [slot.opening.stretch for slot in slots if slot.given_elsewhere]
    by_day: dict[date, list[Stretch]] = defaultdict(list)
    for each in [*hours, *elsewhere]:
        by_day[day_of(each.starts_at)].append(each)
    outside, deserted = set(), set()
    for slot in slots:
        own = by_day.get(day_of(slot.opening.stretch.starts_at), [])
        if slot.visited and not is_within(slot.opening.stretch, own):
            outside.add(slot.id)
            if not own:
                deserted.add(slot.id)
    return frozenset(outside), frozenset(deserted)


def _clear_of(fixed: Sequence[Stretch], some: Iterable[Opening]) -> Iterator[Opening]:
    """Those that overlap nothing fixed, in order of start.

    Args:
        fixed: in order of start; they may overlap each other.
        some: they do not overlap each other.
    """
    met = 0
    busy_until: datetime | None = None
    for opening in sorted(some, key=lambda opening: opening.stretch.starts_at):
        while met < len(fixed) and fixed[met].starts_at < opening.stretch.ends_at:
            busy_until = max(busy_until or fixed[met].ends_at, fixed[met].ends_at)
            met += 1
        if busy_until is None or busy_until <= opening.stretch.starts_at:
            yield opening
