"""Once a minute: whose place in the list is over, what becomes free by the clock alone, and which
times stand free for somebody who came to wait, or refused another one, since (R73)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from services.model.ids import PersonId, WaitId
from services.model.visits import AppointmentState
from services.model.waitlist.history import ListHealth
from services.model.waitlist.offers import FreedWhy
from services.model.waitlist.waits import Wait, WaitEnd, WaitState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.waitlist.timing import may_offer_at
from services.runtime.one_by_one import OneByOne
from services.runtime.use_case import use_case
from services.schedule.availability import gives_out
from services.systems.who_waits import has_time
from services.waitlist.answering import end_wait
from services.waitlist.passing import held_visit, recipients, tell_over
from services.waitlist.standing import first_free

AT_ONCE = 100
"""Places that are looked at in one go."""
AHEAD = timedelta(minutes=3)
"""So long before a time is free by the clock it is written down: looks come once a minute."""
AGAIN = timedelta(minutes=1)
"""When somebody is looked for once more for whom a time stood free."""
SELDOM = timedelta(minutes=30)
"""When the others are: a child may have grown, or lost a visit that stood in the way."""
LEAD = timedelta(seconds=30)


class Looking:
    """What is to be seen of the list without anybody's having freed a time."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._holder = token_hex(8)
        self._looked_up_to = 0
        """Whoever looks as if it were over and is not is passed by: others come behind it."""

    @use_case
    async def look_around(self) -> int:
        """End what is over, foresee what the clock frees, look for who waits; how many places were
        looked at. Again at once does nothing."""
        if not await self._take_lead():
            return 0
        await self._foresee()
        over, looking = await self._found()
        places = OneByOne()
        for wait_id in over:
            with places.turn():
                await self._end(wait_id)
        for wait_id in looking:
            with places.turn():
                await self._look_for(wait_id)
        places.end()
        return len(over) + len(looking)

    @use_case
    async def health(self) -> ListHealth:
        """How the lists of all clinics are doing, for who runs the bot."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            return await tx.wait_history.health(now)

    @use_case
    async def _take_lead(self) -> bool:
        now = self._clock()
        async with self._transactions.writes() as tx:
            return await tx.leases.take("waitlist-looks", self._holder, now, now + LEAD)

    @use_case
    async def _foresee(self) -> None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            await tx.freed.foresee(now, now + AHEAD)

    @use_case
    async def _found(self) -> tuple[list[WaitId], list[WaitId]]:
        now = self._clock()
        async with self._transactions.reads() as tx:
            over = await tx.waits.perhaps_over(now, AT_ONCE, self._looked_up_to)
            self._looked_up_to = over[-1] if len(over) == AT_ONCE else 0
            return over, await tx.waits.to_look_at(now, AT_ONCE)

    @use_case
    async def _end(self, wait_id: WaitId) -> None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            for seen in await tx.waits.some([wait_id]):
                await tx.families.lock_children([child.id for child in seen.children])
                for wait in await tx.waits.some([wait_id]):  # the family may have said more since
                    await end_if_over(tx, wait, now)

    @use_case
    async def _look_for(self, wait_id: WaitId) -> None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            for wait in await tx.waits.some([wait_id]):
                if wait.state is WaitState.WAITING:
                    await look_for(tx, wait, now)


async def end_if_over(tx: Transaction, wait: Wait, now: datetime) -> None:
    """Let a place end by itself, and the family be told why. Who is owed a time knows."""
    if not wait.is_live:
        return
    end = await _end_of(tx, wait, now)
    if end is None:
        return
    if await end_wait(tx, wait, end, now) and not wait.owed:
        await tell_over(tx, wait, now)


async def _end_of(tx: Transaction, wait: Wait, now: datetime) -> WaitEnd | None:
    if wait.owed:
        return None if await _is_owed(tx, wait) else WaitEnd.MET
    if await has_time(tx, wait, now):
        return WaitEnd.MET
    if wait.wish.last < wait.clinic.today(now):
        return WaitEnd.PASSED
    return await _given_up(tx, wait)


async def _is_owed(tx: Transaction, wait: Wait) -> bool:
    if wait.wish.moves is None:
        return False
    return (await tx.appointments.get(wait.wish.moves, cared_for_by=None)).needs_time


async def _given_up(tx: Transaction, wait: Wait) -> WaitEnd | None:
    """Where the family gave up the visit that was to be earlier. Where the clinic, or its own
    system, said no to it, the family waits on, without one."""
    if wait.wish.moves is None:
        return None
    visit = await tx.appointments.get(wait.wish.moves, cared_for_by=None)
    if visit.state is not AppointmentState.CANCELLED or visit.needs_time:
        return None
    if visit.word is None and await tx.appointments.changed_last_by(visit.id) is not None:
        return WaitEnd.GIVEN_UP
    await tx.waits.change(replace(wait, wish=replace(wait.wish, moves=None)))
    return None


async def _whom(tx: Transaction, wait: Wait, now: datetime) -> Sequence[PersonId]:
    """Who would be written to."""
    planned = await tx.appointments.planned([child.id for child in wait.children], after=now)
    return await recipients(tx, wait, await held_visit(tx, wait, planned))


async def look_for(tx: Transaction, wait: Wait, now: datetime) -> None:
    """Have the first time that stands free for a family go through the list, and look again soon;
    where there is none, after a while.

    While anybody of the family has an offer, or it is left in peace, cannot be written to or has
    left the clinic, nothing is opened: it would be shut for everybody, and offered to nobody. Nor
    is it for who is owed a time and does not answer, whose place never rests: what becomes free is
    theirs first."""
    is_silent = wait.unanswered >= wait.clinic.waitlist.unanswered
    unasked = is_silent or await tx.waits.has_offer(wait.id, now)
    if unasked or not await _whom(tx, wait, now) or not await gives_out(tx, wait.clinic, now):
        await tx.waits.look_at(wait.id, now + SELDOM)
        return
    found = await first_free(tx, wait, now)
    if found is None:
        await tx.waits.look_at(wait.id, now + SELDOM)
        return
    may_be = may_offer_at(wait.clinic, found, now, early=wait.early)
    if may_be == now:
        await tx.freed.open_up([found.id], FreedWhy.STANDING, now)
        may_be = now + AGAIN
    await tx.waits.look_at(wait.id, may_be)
