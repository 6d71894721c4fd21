"""Telling people what they must be told, when it is due."""

from datetime import datetime, timedelta

from services.model import Appointment, Notification
from services.once import use_case
from services.ports import Clock, Notifier, Transactions, Unreachable
from services.refusals import NotFound

AT_ONCE = 20
"""How many are told in one go."""
TRY_AGAIN_AFTER = timedelta(minutes=2)
"""When what failed in passing is due again."""


class Notices:
    """What is still to be told; the table of notifications is the truth about it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def tell_due(self, notifier: Notifier) -> int:
        """Tell what is due, the longest overdue first; return how many were told.

        What cannot be told is dropped; what failed in passing stays due, and stops nobody else.

        Raises:
            ExceptionGroup: what failed, after everybody else was told.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            due = await tx.notifications.due(now, AT_ONCE)
        told, failed = 0, []
        for notification in due:
            try:
                told += await self._tell(notification, notifier, now)
            except Exception as error:  # noqa: BLE001 - raised below, once everybody had their turn
                failed.append(error)
                await self._put_off(notification, now + TRY_AGAIN_AFTER)
        if failed:
            raise ExceptionGroup("some could not be told", failed)
        return told

    async def _tell(self, notification: Notification, notifier: Notifier, due_by: datetime) -> bool:
        """Tell one, from the present facts: a visit that is off or over is not spoken of.

        What was planned meanwhile, as the visit was moved, stays planned.
        """
        visit = await self._still_of_use(notification)
        if visit:
            try:
                await notifier.tell(notification, visit)
            except Unreachable:
                visit = None
        async with self._transactions.writes() as tx:
            await tx.notifications.settle(
                notification.kind, notification.person.id, notification.appointment_id, due_by
            )
        return visit is not None

    async def _put_off(self, notification: Notification, until: datetime) -> None:
        """Let others go first: many that fail must not keep the rest from being told."""
        async with self._transactions.writes() as tx:
            await tx.notifications.put_off(notification.id, until)

    async def _still_of_use(self, notification: Notification) -> Appointment | None:
        async with self._transactions.reads() as tx:
            try:
                visit = await tx.appointments.get(
                    notification.appointment_id, cared_for_by=notification.person.id
                )
            except NotFound:
                return None
        return visit if visit.is_active and visit.slot.starts_at > self._clock() else None
