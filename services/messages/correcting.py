"""A message that stays stays true: confirmations and reminders of visits that are off or moved.

Which messages those are is noted after they were sent, outside of the use case, many at a time: a
tap waits for nothing, and a process that dies forgets some, whose families have the letter about
the change all the same. Nobody looks for what is to be corrected but this, once in a while; so no
use case has to remember it, whoever moves or cancels a visit.
"""

from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from services.model.ids import PersonId
from services.model.messages import Answered, Spoken, Untrue
from services.model.visits import Appointment
from services.ports.readers import Clock
from services.ports.sending import Corrector, Hopeless, NotNow, Unreachable
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

MOST_NOTED = 5000
"""Messages that wait to be noted, where the database is away: the oldest are let go."""
AT_ONCE = 50
"""Messages that are corrected at one look."""
KEPT = timedelta(days=3)
"""How long after a visit its messages are known."""
LEAD = timedelta(minutes=2)
"""How long the lease lasts by which one process corrects."""
PAUSED = 3
"""Chats that ask for a pause at one look: more of them than by chance, Telegram asks for it."""


class Corrections:
    """What stands in chats, and whether it still is so."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._holder = str(uuid4())
        self._noted: deque[Spoken] = deque(maxlen=MOST_NOTED)
        self._answered: deque[Answered] = deque(maxlen=MOST_NOTED)

    def note(self, said: Sequence[Spoken]) -> None:
        """A message that stays was sent; at once, and nobody waits for it."""
        self._noted.extend(said)

    def answered(self, person: PersonId, visit: Appointment) -> None:
        """Whoever booked or moved a visit has seen how it stands: they need not be told so again.
        At once, and nobody waits; where it is lost they are."""
        self._answered.append(Answered(person, visit.id, visit.sequence))

    async def tick(self, corrector: Corrector) -> int:
        """Write down what was noted, and correct what is not true any more; how many messages.

        One process at a time does the second. A chat that asks for a pause waits for the next time
        alone; several that do are Telegram's word to all, and end it early.

        Raises:
            ExceptionGroup: what failed by a mistake of ours; those messages are left as they are,
                and stop nobody else.
        """
        await self.write_down()
        corrected, failed = 0, []
        paused: set[PersonId] = set()
        for each in await self._untrue():
            if each.person.id in paused or len(paused) == PAUSED:
                continue
            try:
                await corrector.correct(each)
            except NotNow:
                paused.add(each.person.id)
            except (Unreachable, Hopeless):  # it was deleted, or nobody reads it
                await self._forget_message(each)
            except Exception as error:  # noqa: BLE001 - it would fail so every time
                failed.append(error)
                await self._forget_message(each)
            else:
                await self._keep(each)
                corrected += 1
        if failed:
            raise ExceptionGroup("some could not be corrected", failed)
        return corrected

    @use_case
    async def write_down(self) -> int:
        """Keep which messages speak of which visits, and who was answered; how many there were."""
        some, seen = list(self._noted), list(self._answered)
        if not some and not seen:
            return 0
        self._noted.clear()  # a stop writes down, too: nobody else has these meanwhile
        self._answered.clear()
        try:
            async with self._transactions.writes() as tx:
                await tx.corrections.note(some)
                await tx.notifications.answered(seen)
        except BaseException:  # what the database would not take waits for the next time
            self._noted.extendleft(reversed(some))
            self._answered.extendleft(reversed(seen))
            raise
        return len(some)

    @use_case
    async def _untrue(self) -> list[Untrue]:
        now = self._clock()
        async with self._transactions.reads() as tx:
            if not await tx.corrections.untrue(1):
                return []
        async with self._transactions.writes() as tx:
            if not await tx.leases.take("corrector", self._holder, now, now + LEAD):
                return []
        # Only now: another process may have corrected them while the lease was waited for.
        async with self._transactions.reads() as tx:
            return await tx.corrections.untrue(AT_ONCE)

    @use_case
    async def _keep(self, corrected: Untrue) -> None:
        async with self._transactions.writes() as tx:
            await tx.corrections.keep(corrected)

    @use_case
    async def _forget_message(self, gone: Untrue) -> None:
        async with self._transactions.writes() as tx:
            await tx.corrections.forget_message(gone.person.id, gone.message)

    @use_case
    async def forget_said(self) -> int:
        """Drop what is about visits that ended some days ago; return how many."""
        async with self._transactions.writes() as tx:
            return await tx.corrections.forget(before=self._clock() - KEPT)
