"""What the bot itself keeps: updates that could not be handled, and records of hours or days."""

from datetime import timedelta

from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

UPDATES_KEPT = timedelta(hours=48)
"""Telegram holds an update for 24 hours; twice that, so that no replay can outlive its record."""

CODES_KEPT = timedelta(hours=24)
"""After a visit's code is over: so long wrong ones count against whoever tries."""

TYPING_AT_WORK_KEPT = timedelta(days=1)
"""After it was asked for: a caller's name that was searched for is nobody's data to keep (R31)."""


class Upkeep:
    """The keeper of dead letters and of the record of updates."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def set_aside(self, update_id: int, kind: str, error: str) -> None:
        """Keep the id, kind and error of an update nobody could handle; nothing of its content."""
        async with self._transactions.writes() as tx:
            await tx.updates.set_aside(update_id, kind, error, self._clock())

    @use_case
    async def count_set_aside(self) -> int:
        """How many updates were set aside, of those that are still known."""
        async with self._transactions.reads() as tx:
            return await tx.updates.count_set_aside()

    @use_case
    async def forget_codes(self) -> int:
        """Drop codes, links and groups of children that are over, and wrong codes; how many."""
        async with self._transactions.writes() as tx:
            before = self._clock() - CODES_KEPT
            codes = await tx.registry.forget(before) + await tx.people.forget(before)
            groups = await tx.groups.forget_ended(before.date())
            return codes + groups + await tx.file_links.forget(before)

    @use_case
    async def forget_updates(self) -> int:
        """Drop the record of updates that Telegram will not deliver again; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.updates.forget(before=self._clock() - UPDATES_KEPT)

    @use_case
    async def forget_typing(self) -> int:
        """Drop what staff began to type and never ended; return how many these were."""
        async with self._transactions.writes() as tx:
            return await tx.conversations.forget_at_work(self._clock() - TYPING_AT_WORK_KEPT)
