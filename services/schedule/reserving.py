"""Keeping some of a doctor's times for some children, within a transaction of a use case."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from services.model.clinic import Doctor
from services.model.ids import SlotId
from services.model.reserved.groups import GROUPS
from services.model.reserved.times import KeptTime, Reservation, ReservedFor
from services.model.slots import Opening
from services.ports.transaction import Transaction
from services.rules.reserved.groups import groups_asked_for
from services.rules.reserved.times import changes, to_keep


async def reserve(
    tx: Transaction,
    doctor: Doctor,
    now: datetime,
    most: int | None = None,
    wanted: Iterable[Opening] = (),
) -> tuple[int, int]:
    """Let a doctor's times, which are made and locked, be kept as the clinic wants it by now.

    It looks at what is stored, wherever that came from: hours, other hours, a sheet.

    Args:
        most: so many are changed, the nearest first, and the others by who comes again.
        wanted: what the doctor's hours give; some of them are named for somebody.

    Returns: how many were changed, and how many of them are kept for somebody now.
    """
    shares = doctor.clinic.reserved.shares
    named = {each.stretch.starts_at: each.kept_for for each in wanted if each.kept_for}
    listed = await tx.reservations.named(doctor.id, now)
    wanted_for = {*(share.whom for share in shares), *named.values(), *listed}
    meant = await _meant(tx, doctor, wanted_for)
    shares = [share for share in shares if share.whom in meant]
    named = {at: whom for at, whom in named.items() if whom in meant}
    if not (shares or named or listed & {*meant}):
        await tx.reservations.keep_nothing(doctor.id, now)
        return 0, 0
    found: dict[SlotId, Reservation | None] = {}
    for day, times in sorted((await tx.reservations.times(doctor, now)).items()):
        whose = {
            key: replace(each, named_for=named.get(each.starts_at, _listed(each, meant)))
            for key, each in times.items()
        }
        found |= changes(whose, to_keep(whose, shares, doctor.clinic, day), now)
    some = dict(list(found.items())[:most])
    await tx.reservations.keep(some)
    return len(some), sum(each is not None for each in some.values())


def _listed(time: KeptTime, meant: Collection[ReservedFor]) -> ReservedFor | None:
    """For whom a sheet names it, if something can be kept for them."""
    return time.named_for if time.named_for in meant else None


async def _meant(
    tx: Transaction, doctor: Doctor, wanted: Collection[ReservedFor]
) -> Collection[ReservedFor]:
    """For whom of these something can be kept: not for the children of a district that the doctor
    does not have, nor for groups where nobody's can be put down."""
    asked_for = groups_asked_for(doctor.clinic) if tx.groups.kept else []
    meant = {whom for whom in wanted if whom not in GROUPS or whom in asked_for}
    if ReservedFor.DISTRICT in meant:
        districts = await tx.districts.of_clinic(doctor.clinic.id)
        if not any(each.doctor.id == doctor.id for each in districts):
            meant.discard(ReservedFor.DISTRICT)
    return meant
