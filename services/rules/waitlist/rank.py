"""In which order freed times are offered (R29).

Who is owed a time comes first, then who the registry moved up with a reason. Among the others the
longest wait counts; children of the clinic's groups and of the doctor's own district have a head
start of some days of waiting. So nobody is overtaken for ever: who waits longer than both head
starts together comes before whoever has them and came later (`longest_overtaking`). How quickly
anybody answers, or how often they open the bot, counts nowhere.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.model.clinic import Clinic
from services.model.slots import Slot
from services.model.waitlist.offers import RankReason
from services.model.waitlist.waits import Wait
from services.rules.reserved.groups import groups_at


def in_order(waits: Iterable[Wait], slot: Slot, now: datetime) -> list[Wait]:
    """Those who wait, the first to be offered the time first."""
    return sorted(waits, key=lambda wait: _place(wait, slot, now))


def reason_of(wait: Wait, slot: Slot, now: datetime) -> RankReason:
    """What speaks for a family most."""
    if wait.owed:
        return RankReason.OWED
    if wait.moved_up:
        return RankReason.MOVED_UP
    if now - wait.since > longest_overtaking(wait.clinic):
        return RankReason.LONGEST
    if _group_start(wait, now):
        return RankReason.GROUP
    return RankReason.RESIDENCE if _resident_start(wait, slot) else RankReason.WAITING


def reason_in_list(wait: Wait, now: datetime) -> RankReason:
    """The same whatever the time is: the district's doctor counts where they are named."""
    if wait.owed:
        return RankReason.OWED
    if wait.moved_up:
        return RankReason.MOVED_UP
    if now - wait.since > longest_overtaking(wait.clinic):
        return RankReason.LONGEST
    if _group_start(wait, now):
        return RankReason.GROUP
    named = any(child.district_doctor in wait.wish.doctors for child in wait.children)
    starts = named and wait.clinic.waitlist.resident_days
    return RankReason.RESIDENCE if starts else RankReason.WAITING


def longest_overtaking(clinic: Clinic) -> timedelta:
    """Nobody who came later by more than this is before somebody, unless they are owed a time or
    were moved up."""
    waiting = clinic.waitlist
    return timedelta(days=waiting.group_days + waiting.resident_days)


def _place(wait: Wait, slot: Slot, now: datetime) -> tuple[int, datetime, int]:
    if wait.owed:
        return 0, wait.since, wait.id
    if wait.moved_up:
        return 1, wait.moved_up.at, wait.id
    head_start = _group_start(wait, now) + _resident_start(wait, slot)
    return 2, wait.since - head_start, wait.id


def _group_start(wait: Wait, now: datetime) -> timedelta:
    clinic = wait.clinic
    days, today = clinic.waitlist.group_days, clinic.today(now)
    is_in_group = any(groups_at(child, clinic, today) for child in wait.children)
    return timedelta(days=days if is_in_group else 0)


def _resident_start(wait: Wait, slot: Slot) -> timedelta:
    is_resident = any(child.district_doctor == slot.doctor.id for child in wait.children)
    return timedelta(days=wait.clinic.waitlist.resident_days if is_resident else 0)
