"""Bringing the stored times into line with the schedules, within a transaction of a use case."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from services.model.clinic import Doctor
from services.model.ids import DoctorId
from services.model.slots import Changes
from services.ports.transaction import Transaction
from services.rules.slots import changes, first_of, left_outside, openings, received
from services.schedule.reserving import reserve

STEP = 500
"""Stored times that one transaction changes, where it need not change them all."""


async def regenerate(
    tx: Transaction, doctor: Doctor, now: datetime, most: int | None = None
) -> Changes:
    """Make a doctor's stored times what the schedule gives; claimed ones stay.

    Beyond the horizon nothing comes into being; but what is there already, imported or left by a
    longer horizon, follows the rules as well: a leave closes it, and whoever has it is known.

    Args:
        most: so many times are changed, the nearest first, and the others by who comes again.
    """
    clinic = doctor.clinic
    today = clinic.today(now)
    # One day more than is shown: when midnight makes it the last one, it is there.
    last = today + timedelta(days=clinic.horizon_days + 1)
    until = clinic.at(last + timedelta(days=1))
    schedule = await tx.schedules.of(doctor, today, lock=True)
    stored = await tx.slots.stored(doctor.id, now, lock=True)
    ends = max((clinic.today(slot.opening.stretch.starts_at) for slot in stored), default=last)
    days = today - timedelta(days=1), max(last, ends)
    wanted = [
        opening
        for opening in openings(schedule, clinic.zone, *days)
        if opening.stretch.ends_at > now
    ]
    planned = changes(stored, wanted)
    # Nobody could have what has begun, and it may overlap what is over and stands open still.
    begun = {slot.id for slot in stored if slot.opening.stretch.starts_at < now}
    add = [opening for opening in planned.add if now <= opening.stretch.starts_at < until]
    reopen = [(slot, reasons) for slot, reasons in planned.reopen if slot not in begun]
    hours = received(schedule, clinic.zone, *days)
    outside, deserted = left_outside(stored, hours, clinic.today)
    planned = replace(planned, add=add, reopen=reopen, outside=outside, deserted=deserted)
    if most is not None:
        planned = first_of(planned, stored, most)
    await tx.slots.change(doctor, planned)
    reserved, kept = await reserve(tx, doctor, now, most, wanted)
    return replace(planned, reserved=reserved, kept=kept)


async def remake(tx: Transaction, doctor: Doctor, now: datetime) -> bool:
    """Let some of a doctor's times follow the clinic's zone and horizon; whether all of them do."""
    if doctor.clinic.times_apart and await tx.slots.date_anew(doctor, now, STEP) == STEP:
        return False
    return (await regenerate(tx, doctor, now, STEP)).count < STEP


async def substitutes_of(tx: Transaction, doctors: Iterable[Doctor], now: datetime) -> list[Doctor]:
    """Who receives, or will, in the hours of these doctors: theirs change with the rules."""
    found: dict[DoctorId, None] = {}
    for doctor in doctors:
        today = doctor.clinic.today(now)
        for leave in (await tx.schedules.of(doctor, today)).leaves:
            if leave.substitute and leave.in_their_hours:
                found[leave.substitute] = None
    return [await tx.clinics.doctor(substitute) for substitute in found]
