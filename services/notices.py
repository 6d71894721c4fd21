"""Telling people what they must be told, when it is due."""

import asyncio
from datetime import timedelta

from services.model import Appointment, Notification
from services.once import use_case
from services.ports import Clock, Notifier, Transactions, Unreachable
from services.refusals import NotFound

AT_ONCE = 20
"""How many are told in one go."""
LEASE = timedelta(minutes=2)
"""How long nobody else tells what one has begun to tell; then it is due again, unless it was told.
So what failed in passing, or was being told when the process was killed, is tried again."""
PATIENCE = 60
"""Seconds that telling one may take: less than the lease, or another would tell it too."""


class Notices:
    """What is still to be told; the table of notifications is the truth about it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def tell_due(self, notifier: Notifier) -> int:
        """Tell what is due, the longest overdue first; return how many were told.

        Several processes may do so at once. What cannot be told is dropped; what failed in passing
        is due again after a while, and stops nobody else.

        Raises:
            ExceptionGroup: what failed, after everybody else was told.
        """
        told, failed = 0, []
        for _ in range(AT_ONCE):
            claimed = await self._claim()
            if claimed is None:
                break
            try:
                told += await self._tell(claimed, notifier)
            except Exception as error:  # noqa: BLE001 - raised below, once everybody had their turn
                failed.append(error)
        if failed:
            raise ExceptionGroup("some could not be told", failed)
        return told

    async def _claim(self) -> Notification | None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            return await tx.notifications.claim(now, until=now + LEASE)

    async def _tell(self, claimed: Notification, notifier: Notifier) -> bool:
        """Tell one, from the present facts: a visit that is off or over is not spoken of."""
        visit = await self._still_of_use(claimed)
        if visit:
            try:
                async with asyncio.timeout(PATIENCE):
                    await notifier.tell(claimed, visit)
            except Unreachable:
                visit = None
        async with self._transactions.writes() as tx:
            await tx.notifications.told(claimed)
        return visit is not None

    async def _still_of_use(self, claimed: Notification) -> Appointment | None:
        async with self._transactions.reads() as tx:
            try:
                visit = await tx.appointments.get(
                    claimed.appointment_id, cared_for_by=claimed.person.id
                )
            except NotFound:
                return None
        return visit if visit.is_active and visit.slot.starts_at > self._clock() else None
