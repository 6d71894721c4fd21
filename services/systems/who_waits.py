"""Who waits again after a clinic's system said no, and whether the children have by now what they
wait for."""

from datetime import datetime

from services.model.visits import Appointment
from services.model.waitlist.waits import Wait
from services.ports.transaction import Transaction
from services.rules.waitlist.fits import is_met


async def has_time(tx: Transaction, wait: Wait, now: datetime) -> bool:
    """Whether the children have such a visit since they wait."""
    planned = await tx.appointments.planned([child.id for child in wait.children], after=now)
    here = [visit for visit in planned if visit.slot.doctor.clinic.id == wait.clinic.id]
    had = await tx.waits.stood_already([visit.id for visit in here], wait.since)
    return is_met(wait, [visit for visit in here if visit.id not in had])


async def wait_again(tx: Transaction, visit: Appointment, since: datetime, now: datetime) -> bool:
    """Let who waited until a visit was asked for, at `since`, wait again: the clinic's system gave
    it no time. Who has another one by now does not. Whether the visit is owed a time.

    Whoever calls holds the lock of the child."""
    ended = await tx.waits.met_since(visit, since)
    again = [wait.id for wait in ended if wait.owed or not await has_time(tx, wait, now)]
    return await tx.waits.take_up_again(again, visit, now)
