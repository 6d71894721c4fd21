"""Each kind of thing is kept for as long as the operator says, and then forgotten (R31).

It goes in steps, each of them one short transaction: nobody waits for a table to be cleared. Doing
it again, or twice at once, changes nothing; what a stop breaks off goes on the day after.
"""

from collections.abc import Mapping

from services.model.privacy.retention import Forgotten, Kept, Lives
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

AT_ONCE = 200
"""Rows of one step, or families."""


class Retention:
    """The keeper of lives."""

    def __init__(self, transactions: Transactions, clock: Clock, lives: Lives) -> None:
        self._transactions = transactions
        self._clock = clock
        self.lives = lives

    @use_case
    async def forget_all(self) -> Mapping[Kept, int]:
        """Forget of every kind what is past its life; how many went of each that has one."""
        return {kept: await self.forget(kept) for kept in Kept if self.lives[kept]}

    @use_case
    async def forget(self, kept: Kept) -> int:
        """Forget of one kind what is past its life; how many went."""
        count, after = 0, 0
        while True:
            gone, on = await self._step(kept, after)
            count += gone
            if on is None:
                break
            after = on
        await self._note(kept, count)
        return count

    @use_case
    async def forgotten(self) -> Mapping[Kept, Forgotten]:
        """What became of each kind."""
        async with self._transactions.reads() as tx:
            return await tx.retention.forgotten()

    @use_case
    async def _step(self, kept: Kept, after: int) -> tuple[int, int | None]:
        life = self.lives[kept]
        if life is None:
            return 0, None
        async with self._transactions.writes() as tx:
            return await tx.retention.forget(kept, self._clock() - life, after, AT_ONCE)

    @use_case
    async def _note(self, kept: Kept, count: int) -> None:
        async with self._transactions.writes() as tx:
            await tx.retention.note(kept, count, self._clock())
