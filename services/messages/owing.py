"""Answers that are owed: the update took effect, and Telegram did not take the answer.

The update itself is let go, so that it keeps nobody's place. What stays is a row that says what to
show again and to whom, for as long as somebody waits for it; whichever process lives answers.
"""

from dataclasses import replace
from datetime import timedelta

from services.ports.readers import Clock
from services.ports.runtime import OwedAnswer
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

CLAIM = timedelta(seconds=30)
"""How long an answer is left to the process that took it up: a handler has twenty seconds."""


class Owing:
    """The keeper of answers that are owed."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def owe(self, answer: OwedAnswer) -> None:
        """Take down an answer, whether its update took effect or not: handled again, it does so
        once."""
        async with self._transactions.writes() as tx:
            await tx.updates.owe(answer)

    @use_case
    async def owe_if_done(self, answer: OwedAnswer) -> bool:
        """Take down the answer of an update that took effect; False if it did not."""
        async with self._transactions.writes() as tx:
            if not await tx.updates.is_done(answer.update_id):
                return False
            await tx.updates.owe(answer)
            return True

    @use_case
    async def take_up(self) -> list[OwedAnswer]:
        """The answers that are due to the person to whom one is owed longest, in the order of their
        updates, left to this process for a while; those of others wait for no process that dies
        meanwhile."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            if not await tx.updates.owed(now, limit=1):
                return []
        async with self._transactions.writes() as tx:
            return await tx.updates.claim_owed(now, now + CLAIM)

    @use_case
    async def take_back(self) -> None:
        """A process that is alone begins: whatever one before it took up, nobody gives any more.
        Where Telegram wanted to be asked later, it says so once more."""
        async with self._transactions.writes() as tx:
            await tx.updates.owe_at_once(self._clock())

    @use_case
    async def put_off(self, answer: OwedAnswer, wait: timedelta) -> bool:
        """Owe an answer a while longer; False if nobody would wait for it any more."""
        answer = replace(answer, due_at=self._clock() + wait)
        if answer.due_at > answer.until:
            return False
        async with self._transactions.writes() as tx:
            await tx.updates.owe(answer)
        return True

    @use_case
    async def settle(self, answer: OwedAnswer) -> None:
        """The answer was given, or given up."""
        async with self._transactions.writes() as tx:
            await tx.updates.settle_owed(answer.update_id)
