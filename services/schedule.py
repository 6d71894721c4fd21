"""From "Tuesdays 9:00-13:00, 15 minutes each" to stretches of time on the clinic's wall."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.model import ScheduleRule, Stretch


def stretches(
    rules: Iterable[ScheduleRule], zone: ZoneInfo, first: date, last: date
) -> list[Stretch]:
    """What one doctor's rules give from the first day to the last, both included, in order.

    Where two rules would overlap, the earlier stretch wins.
    """
    found: list[Stretch] = []
    every = (s for rule in rules for s in _of_rule(rule, zone, first, last))
    for stretch in sorted(every, key=lambda s: (s.starts_at, s.ends_at)):
        if not found or found[-1].ends_at <= stretch.starts_at:
            found.append(stretch)
    return found


def _of_rule(rule: ScheduleRule, zone: ZoneInfo, first: date, last: date) -> Iterator[Stretch]:
    begin = max(first, rule.valid_from)
    end = min(last, rule.valid_until or last)
    begin += timedelta(days=(rule.weekday - begin.weekday()) % 7)
    for days in range(0, (end - begin).days + 1, 7):
        yield from _of_day(rule, zone, begin + timedelta(days=days))


def _of_day(rule: ScheduleRule, zone: ZoneInfo, day: date) -> Iterator[Stretch]:
    wall = datetime.combine(day, rule.starts)
    closing = datetime.combine(day, rule.ends)
    if rule.ends == time.min:  # midnight, the end of this very day
        closing += timedelta(days=1)
    while wall + rule.visit <= closing:
        if starts_at := instant_of(wall, zone):
            ends_at = starts_at + rule.visit
            if _wall_of(ends_at - datetime.resolution, zone) < closing:  # no gap on the way
                yield Stretch(starts_at, ends_at)
        wall += rule.visit


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The UTC instant at which the clinic's clock shows this time.

    A time that the clock skips in spring has none; of one that it shows twice in autumn, the first.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return instant if _wall_of(instant, zone) == wall else None


def _wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
