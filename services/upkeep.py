"""What keeps the house in order: updates that could not be handled, and records past their use."""

from datetime import timedelta

from services.messages import questions
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.rules.waiting_standard import KEPT
from services.runtime.use_case import use_case

UPDATES_KEPT = timedelta(hours=48)
"""Telegram holds an update for 24 hours; twice that, so that no replay can outlive its record."""

CODES_KEPT = timedelta(hours=24)
"""After a visit's code is over: so long wrong ones count against whoever tries."""

CALLS_KEPT = timedelta(days=90)
"""After a visit: as long as it is known who was told what of it."""
TYPING_AT_WORK_KEPT = timedelta(days=1)
"""After it was asked for: a caller's name that was searched for is nobody's data to keep (R31)."""
TYPING_KEPT = timedelta(days=30)
"""After a parent was asked: who began to add a child and went away."""
NOTES_KEPT = timedelta(days=7)
"""After a visit: what colleagues told each other about it is of no use any more."""


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
        """How many updates were ever set aside."""
        async with self._transactions.reads() as tx:
            return await tx.updates.count_set_aside()

    @use_case
    async def forget_codes(self) -> int:
        """Drop codes and links for helpers that are over, and wrong codes; how many."""
        async with self._transactions.writes() as tx:
            before = self._clock() - CODES_KEPT
            return await tx.registry.forget(before) + await tx.people.forget(before)

    @use_case
    async def forget_updates(self) -> int:
        """Drop the record of updates that Telegram will not deliver again; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.updates.forget(before=self._clock() - UPDATES_KEPT)

    @use_case
    async def forget_typing(self) -> int:
        """Drop what people began to type and never ended; return how many these were."""
        now = self._clock()
        async with self._transactions.writes() as tx:
            return await tx.conversations.forget(
                at_work_before=now - TYPING_AT_WORK_KEPT, others_before=now - TYPING_KEPT
            )

    @use_case
    async def forget_calls(self) -> int:
        """Drop whom the registry had to phone long ago; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.calls.forget(before=self._clock() - CALLS_KEPT)

    @use_case
    async def forget_notes(self) -> int:
        """Drop what colleagues told each other about visits that are over; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.notes.forget(before=self._clock() - NOTES_KEPT)

    @use_case
    async def forget_asks(self) -> int:
        """Drop what families asked for so long ago that nobody counts it; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.load.forget_asks(before=self._clock() - KEPT)

    @use_case
    async def forget_questions(self) -> int:
        """Drop what families asked about visits of long ago, and the answers; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.questions.forget(before=self._clock() - questions.QUESTIONS_KEPT)
