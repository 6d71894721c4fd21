"""Keeping a share of a doctor's times for some children, within a transaction of a use case."""

from datetime import datetime

from services.model.clinic import Doctor
from services.model.ids import SlotId
from services.model.reserved.groups import GROUPS
from services.model.reserved.times import Reservation, ReservedFor, Share
from services.ports.transaction import Transaction
from services.rules.reserved.times import changes, to_keep


async def reserve(
    tx: Transaction, doctor: Doctor, now: datetime, most: int | None = None
) -> tuple[int, int]:
    """Let a doctor's times, which are made and locked, be kept as the clinic wants it by now.

    It looks at what is stored, wherever that came from: hours, other hours, a sheet.

    Args:
        most: so many are changed, the nearest first, and the others by who comes again.

    Returns: how many were changed, and how many of them are kept for somebody now.
    """
    shares = await _shares_of(tx, doctor)
    if not shares:
        await tx.reservations.keep_nothing(doctor.id, now)
        return 0, 0
    found: dict[SlotId, Reservation | None] = {}
    for day, times in sorted((await tx.reservations.times(doctor, now)).items()):
        found |= changes(times, to_keep(times, shares, doctor.clinic, day), now)
    some = dict(list(found.items())[:most])
    await tx.reservations.keep(some)
    return len(some), sum(each is not None for each in some.values())


async def _shares_of(tx: Transaction, doctor: Doctor) -> list[Share]:
    """Nothing is kept for the children of a district that the doctor does not have, nor for groups
    where nobody's can be put down."""
    shares = [
        share
        for share in doctor.clinic.reserved.shares
        if share.whom not in GROUPS or tx.groups.kept
    ]
    if any(share.whom is ReservedFor.DISTRICT for share in shares):
        districts = await tx.districts.of_clinic(doctor.clinic.id)
        if not any(each.doctor.id == doctor.id for each in districts):
            return [share for share in shares if share.whom is not ReservedFor.DISTRICT]
    return shares
