"""Which times are kept for whom until when, and who may have one of them now."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from services.model.clinic import Clinic
from services.model.people import Child
from services.model.refusals.visits import TimeReserved
from services.model.reserved.times import (
    MOST_TOGETHER,
    KeptTime,
    Reservation,
    ReservedFor,
    Rights,
    Share,
)
from services.model.slots import Slot
from services.rules.ages import birthday

Key = TypeVar("Key")

INFANT_UNTIL = 1
"""Years."""
A_DAY = timedelta(days=1)


def rights_of(child: Child, clinic: Clinic) -> Rights:
    """Which kept times of the clinic a child may have."""
    grows_up = clinic.at(birthday(child.birth_date, INFANT_UNTIL))
    groups = {
        each.group: clinic.at(each.until + A_DAY)
        for each in child.groups
        if each.clinic_id == clinic.id
    }
    return Rights({ReservedFor.INFANTS: grows_up, **groups}, child.district_doctor)


def kept_for(rights: Rights | None, after: datetime) -> object:
    """What is the same for all whose kept times, of those that begin after this moment, are the
    same but for the day on which each grows out of them."""
    if rights is None:
        return None
    groups = frozenset(whom for whom, until in rights.until.items() if after < until)
    return groups, rights.district_doctor


def rights_of_any(some: Sequence[Rights | None]) -> Rights | None:
    """Which kept times one of them may have, of those who are alike (`kept_for`)."""
    of_each = [rights for rights in some if rights]
    if len(of_each) < len(some):
        return None
    until: dict[ReservedFor, datetime] = {}
    for rights in of_each:
        until |= {whom: max(at, until.get(whom, at)) for whom, at in rights.until.items()}
    return Rights(until, of_each[0].district_doctor)


def check_reserved(slot: Slot, rights: Rights, now: datetime) -> None:
    """Let a child with these rights have the time, if it is kept at all.

    Raises:
        TimeReserved: for whom it is kept, and from when everybody may have it.
    """
    kept = slot.reservation
    if kept and is_kept(slot, now) and not _may_have(slot, kept.whom, rights):
        raise TimeReserved(kept, slot.doctor.clinic.wall(now))


def is_kept(slot: Slot, now: datetime) -> bool:
    """Whether the time is kept for somebody still; one that is taken is nobody else's anyway."""
    return slot.reservation is not None and now < slot.reservation.until and not slot.taken


def is_open_to(slot: Slot, rights: Rights, now: datetime) -> bool:
    """Whether a child with these rights may have the time, as far as it is kept for anybody."""
    try:
        check_reserved(slot, rights, now)
    except TimeReserved:
        return False
    return True


def _may_have(slot: Slot, whom: ReservedFor, rights: Rights) -> bool:
    if whom is ReservedFor.DISTRICT:
        return slot.doctor.id == rights.district_doctor
    until = rights.until.get(whom)
    return until is not None and slot.starts_at < until


# What to keep


def opening_of(share: Share, clinic: Clinic, day: date) -> datetime:
    """When a time of this day that is kept so is everybody's."""
    is_urgent = share.whom is ReservedFor.URGENT
    return clinic.at(day if is_urgent else day - A_DAY, share.opens)


def to_keep(
    times: Mapping[Key, KeptTime], shares: Sequence[Share], clinic: Clinic, day: date
) -> dict[Key, Reservation]:
    """Which of a doctor's times of a day are to be kept.

    Those in hours that are named for somebody all are. Of the other common times a share each,
    spread evenly over the day; whoever comes first in the order of shares chooses first, up to
    `MOST_TOGETHER` of them all. It depends on the times alone and not on who has them, so that it
    is the same whenever it is asked. What could not be booked after its opening is not kept.
    """
    kept: dict[Key, Reservation] = {}
    for key, each in times.items():
        if each.named_for is not None:
            opens = opening_of(clinic.reserved.all_for(each.named_for), clinic, day)
            if each.starts_at >= opens + clinic.notice:
                kept[key] = Reservation(each.named_for, opens)
    common = sorted(
        (key for key, each in times.items() if each.is_common and each.named_for is None),
        key=lambda key: times[key].starts_at,
    )
    named, most = len(kept), len(common) * MOST_TOGETHER // 100
    for share in shares:
        opens = opening_of(share, clinic, day)
        left = [
            key
            for key in common
            if key not in kept and times[key].starts_at >= opens + clinic.notice
        ]
        wanted = (len(common) * share.percent + 50) // 100
        for key in _spread(left, min(wanted, most + named - len(kept))):
            kept[key] = Reservation(share.whom, opens)
    return kept


def _spread(some: Sequence[Key], count: int) -> list[Key]:
    """So many of them at even distances, none at the very ends."""
    count = min(count, len(some))
    return [some[(2 * at + 1) * len(some) // (2 * count)] for at in range(count)]


def changes(
    times: Mapping[Key, KeptTime], wanted: Mapping[Key, Reservation], now: datetime
) -> dict[Key, Reservation | None]:
    """What is to be kept otherwise than it is.

    What somebody has stays as it is, and what was opened is not closed again.
    """
    found: dict[Key, Reservation | None] = {}
    for key, each in times.items():
        other = wanted.get(key)
        was_opened = each.reservation is not None and each.reservation.until <= now
        opens_nothing = other is not None and other.until <= now and each.reservation is None
        if each.is_settled or was_opened or opens_nothing or other == each.reservation:
            continue
        found[key] = other
    return found
