"""What families were told of visits ahead and is otherwise now: rooms, addresses, doctors' names.

The change itself only marks the doctor or the clinic, so that it is one short transaction however
many visits there are; the families follow in steps. Which visits they are is asked of their rows:
a family that booked in the same moment with the old room in its eyes is among them.
"""

from datetime import timedelta

from services.messages.telling import tell_place
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

STEP = 20
"""Visits that are told anew in one transaction, which holds the locks of their children."""
WATCHED = timedelta(minutes=5)
"""How long after a change visits are still looked for: a booking that had begun before it is
committed by then."""


class Retelling:
    """Has families of visits ahead told where they are by now, and their calendars follow."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def retell(self) -> int:
        """Tell some of those for whom it is otherwise; how many visits: 0 is the end."""
        async with self._transactions.reads() as tx:
            if not await tx.clinics.is_told_otherwise():
                return 0
        now = self._clock()
        async with self._transactions.writes() as tx:
            found = await tx.hearing.told_otherwise(now, STEP)
            locked = {visit.child.id for visit in found}
            await tx.families.lock_children(locked)
            for visit in await tx.hearing.told_otherwise(now, STEP) if found else ():
                if visit.child.id in locked:
                    await tell_place(tx, await tx.hearing.retell(visit, now), now)
            if not found:
                await tx.clinics.all_told(before=now - WATCHED)
            return len(found)
