"""Whether a time is one for which a family waits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.model.clinic import Clinic
from services.model.slots import Slot, Stretch
from services.model.visits import Appointment
from services.model.waitlist.waits import Wait, WaitWish
from services.rules.booking import is_bookable


def fits(wish: WaitWish, slot: Slot) -> bool:
    """Whether a time lies where the family said, whenever now is."""
    begins = slot.local_start
    return (
        wish.first <= begins.date() <= wish.last
        and bool(wish.weekdays >> begins.weekday() & 1)
        and wish.since_hour <= begins.time()
        and (wish.until_hour is None or begins.time() <= wish.until_hour)
        and (not wish.doctors or slot.doctor.id in wish.doctors)
    )


def spans_of(wish: WaitWish, clinic: Clinic, since: datetime, until: datetime) -> list[Stretch]:
    """When a time may begin so that it lies where the family said, between two moments: its days in
    one, or the hours of each day that would do. What lies outside need not be read at all."""
    first = max(wish.first, clinic.today(since))
    last = min(wish.last, clinic.today(until))  # who is owed a time waits for ever
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    spans: list[Stretch] = []
    for day in days:
        if not wish.weekdays >> day.weekday() & 1:
            continue
        begins = max(since, clinic.at(day, wish.since_hour))
        ends = min(until, _end_of(wish, clinic, day))
        if spans and spans[-1].ends_at == begins:
            spans[-1] = replace(spans[-1], ends_at=ends)
        elif begins < ends:
            spans.append(Stretch(begins, ends))
    return spans


def _end_of(wish: WaitWish, clinic: Clinic, day: date) -> datetime:
    """Before this what would do on a day begins."""
    if wish.until_hour is None:
        return clinic.at(day + timedelta(days=1))
    return clinic.at(day, wish.until_hour) + timedelta.resolution


def is_better(slot: Slot, held: Appointment | None) -> bool:
    """Whether a time is earlier than the visit that the family has meanwhile; one whose time the
    clinic took away is better than none whenever it is."""
    return held is None or not held.is_active or slot.starts_at < held.slot.starts_at


def suits(
    wait: Wait,
    slots: Sequence[Slot],
    held: Appointment | None,
    planned: Iterable[Appointment],
    now: datetime,
) -> bool:
    """Whether these times can be offered to a family: they lie where it said, leave it the time it
    needs, are earlier than what it has, and each child could book its own (R27).

    Args:
        slots: one for each child, in their order.
        held: the visit that would be moved.
        planned: the children's visits ahead.
    """
    first, wish = min(slots, key=lambda slot: slot.starts_at), wait.wish
    if first.starts_at < now + wish.notice or not all(fits(wish, slot) for slot in slots):
        return False
    if not is_better(first, held) or (wait.owed and not (held and held.needs_time)):
        return False
    others = [visit for visit in planned if held is None or visit.id != held.id]
    return all(
        is_bookable(
            replace(slot, held=False),
            child,
            wish.kind,
            [visit for visit in others if visit.child.id == child.id],
            now,
        )
        for child, slot in zip(wait.children, slots, strict=True)
    )


def is_met(wait: Wait, visits: Iterable[Appointment]) -> bool:
    """Whether the children have what they waited for: each a visit of this kind at such a time.

    Args:
        visits: the children's visits ahead at the clinic that they have since they wait; the one
            that is held is among them where it was moved to such a time; one that the clinic's
            system has not confirmed yet does not count.
    """
    stand = [each for each in visits if each.is_active and not each.awaits_system]
    ahead = [each for each in stand if each.reason == wait.wish.kind]
    return all(
        any(
            visit.child.id == child.id
            and visit.changed_at > wait.since
            and fits(wait.wish, visit.slot)
            for visit in ahead
        )
        for child in wait.children
    )


def held_by(wait: Wait, planned: Iterable[Appointment]) -> Appointment | None:
    """The visit that a family has while it waits: the one that it named, or one of the same kind
    at the clinic that its child has by now; brothers and sisters hold none."""
    if len(wait.children) > 1:
        return None
    here = [
        visit
        for visit in planned
        if visit.reason == wait.wish.kind and visit.slot.doctor.clinic.id == wait.clinic.id
    ]
    named = (visit for visit in planned if visit.id == wait.wish.moves)
    return next(named, min(here, key=lambda visit: visit.slot.starts_at, default=None))
