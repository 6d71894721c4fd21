"""Sending what is due: the table of notifications is the truth about it.

A message goes this way: its rows are claimed in one short transaction; its turn is waited for; its
facts are read, which may find that there is nothing to say any more; it is sent; a second short
transaction keeps what became of it. Whoever dies on the way leaves rows that are due again when
the claim is over, so a message can come twice only if its sending had begun and was not settled.
"""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

from services.messages.composing import Said, Unsaid, said
from services.model.messages import Notification, NotificationKind, NotificationState, Urgency
from services.ports.messages import LEASE
from services.ports.readers import Clock
from services.ports.sending import Following, Hopeless, Notifier, NotNow, Unanswered, Unreachable
from services.ports.transaction import StorageUnavailable, Transactions
from services.runtime.batching import Together
from services.runtime.use_case import use_case

LANES = 4
"""Messages that are being sent at one time: as many can come twice after a crash."""
BATCH = 8
"""Messages that are claimed at one time. At Telegram's thirty a second they last a quarter of a
second, and so long at the most does an urgent one wait for the others."""
PATIENCE = 20.0
"""Seconds that Telegram may take to accept a message."""
SLACK = timedelta(seconds=PATIENCE + 5)
"""What is left of a claim when a sending begins; with less it is left to the next one."""
LEAD = timedelta(seconds=8)
"""How long the lease lasts by which one process sends, and after which another may if it died."""
RENEWED_EVERY = 2.5
"""Seconds."""
GATHER = timedelta(hours=3)
"""Reminders of one morning that are due so soon after the first one come with it (R23)."""
MOST_ATTEMPTS = 12
"""After so many a message is given up that a mistake of ours keeps from being sent."""
MOST_UNANSWERED = 5
"""After so many a message is given up that Telegram never answers, though it answers else: each of
them may have arrived, and a family that reads one letter five times is better phoned."""
LAST_WORD = 1.0
"""Seconds for which a stop waits for the database, which may not answer at all."""
FOLLOWING = 2
"""Files that are on their way at one time, beside the messages that they belong to."""
FILE_PATIENCE = 20.0
"""Seconds that a file may take, its wait for others included: a button gives it, too."""

Tell = Callable[[NotificationKind, NotificationState], object]
_Settled: TypeAlias = tuple[Sequence[Notification], NotificationState]


@dataclass
class _Round:
    """One go at all that is due."""

    notifier: Notifier
    waiting: deque[list[Notification]] = field(default_factory=deque)
    claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    leading: bool = True
    sent: int = 0
    failed: list[Exception] = field(default_factory=list)


class Notices:
    """The sender of what is due, in one process at a time."""

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        tell: Tell = lambda _kind, _state: None,
    ) -> None:
        """`tell` hears what became of each notification."""
        self._transactions = transactions
        self._clock = clock
        self._listeners = [tell]
        self._holder = str(uuid4())
        self._stopping = False
        self._running: asyncio.Task[int] | None = None
        self._read = Together(self._read_all)
        self._finish = Together(self._finish_all)
        self._places = asyncio.Semaphore(FOLLOWING)
        self._following: set[asyncio.Task[None]] = set()

    def listen(self, tell: Tell) -> None:
        """Let somebody else hear, too, what becomes of each notification."""
        self._listeners.append(tell)

    async def tell_due(self, notifier: Notifier) -> int:
        """Send what is due, the most urgent first, until nothing is; return how many messages.

        Nothing is done where another process is at it, or this one is. What failed in passing is
        due again after a while, and stops nobody else.

        Raises:
            ExceptionGroup: what failed by a mistake of ours, after everybody else was told.
            StorageUnavailable: the database is away.
        """
        if self._stopping or (self._running and not self._running.done()):
            return 0
        self._running = asyncio.create_task(self._go(notifier))
        return await asyncio.shield(self._running)

    async def finish(self, within: float = 3.0) -> None:
        """Begin no other sending, let those on their way arrive, and let another process go on."""
        self._stopping = True
        if self._running and not self._running.done():
            await asyncio.wait([self._running], timeout=within)
            self._running.cancel()
            await asyncio.wait([self._running])
        for file in self._following:
            file.cancel()  # nothing hangs on it
        with suppress(Exception):  # it ends by itself in seconds
            async with asyncio.timeout(LAST_WORD):
                await self._give_back_lead()

    @use_case
    async def upcoming(self) -> datetime | None:
        """When the next notification is due, or was if it is late."""
        async with self._transactions.reads() as tx:
            return await tx.notifications.upcoming()

    @use_case
    async def lateness(self) -> timedelta:
        """For how long the longest overdue notification has been waiting for anybody to send it.

        News take their time: thousands of them are due at one moment."""
        async with self._transactions.reads() as tx:
            due = await tx.notifications.upcoming(Urgency.REMINDER)
        return max(self._clock() - due, timedelta()) if due else timedelta()

    # One go

    async def _go(self, notifier: Notifier) -> int:
        due = await self.upcoming()
        if due is None or due > self._clock() or not await self._take_lead():
            return 0
        go = _Round(notifier)
        renewing = asyncio.create_task(self._keep_lead(go))
        try:
            ends = await asyncio.gather(
                *(self._send_one_by_one(go) for _ in range(LANES)), return_exceptions=True
            )
        finally:
            renewing.cancel()
        for end in ends:
            if end is not None:
                raise end
        if go.failed:
            raise ExceptionGroup("some could not be told", go.failed)
        return go.sent

    async def _keep_lead(self, go: _Round) -> None:
        while go.leading:
            await asyncio.sleep(RENEWED_EVERY)
            try:
                go.leading = await self._take_lead()
            except Exception:  # noqa: BLE001 - without the database nothing is claimed either
                go.leading = False

    @use_case
    async def _take_lead(self) -> bool:
        now = self._clock()
        async with self._transactions.writes() as tx:
            return await tx.leases.take("sender", self._holder, now, now + LEAD)

    @use_case
    async def _give_back_lead(self) -> None:
        async with self._transactions.writes() as tx:
            await tx.leases.give_back("sender", self._holder)

    async def _send_one_by_one(self, go: _Round) -> None:
        while claimed := await self._next(go):
            try:
                was_sent = await self._send(claimed, go.notifier)
                go.sent += was_sent  # only now: other lanes counted meanwhile
            except Exception as error:
                if not await self._try_later(claimed, error):
                    raise
                go.failed.append(error)

    async def _next(self, go: _Round) -> list[Notification] | None:
        """What to send next: claimed anew when what was claimed before is on its way."""
        async with go.claiming:
            if self._stopping or not go.leading:
                return None
            if not go.waiting:
                go.waiting.extend(await self._claim())
            return go.waiting.popleft() if go.waiting else None

    @use_case
    async def _claim(self) -> list[list[Notification]]:
        now = self._clock()
        async with self._transactions.writes() as tx:
            return await tx.notifications.claim(now, now + LEASE, BATCH, GATHER)

    # One message

    async def _send(self, claimed: Sequence[Notification], notifier: Notifier) -> bool:
        """Send one message; whether it was sent. Whatever is a mistake of ours is raised.

        Once it is accepted it is settled: what comes with it is tried beside, and only once.
        """
        try:
            await notifier.permit(claimed[0].person, claimed[0].urgency)
            said = await self._letter(claimed)
            if said is None:
                return False
            letter, claimed = said
            async with asyncio.timeout(PATIENCE):
                following = await notifier.tell(letter)
        except Unreachable:
            await self._settle(claimed, NotificationState.UNREACHABLE)
        except Hopeless:
            await self._settle(claimed, NotificationState.FAILED)
        except NotNow as trouble:
            await self._put_off(claimed, trouble.after or _pause(claimed[0].attempts))
        except (Unanswered, TimeoutError):
            await self._failed(claimed, MOST_UNANSWERED)
        else:
            await self._settle(claimed, NotificationState.SENT)
            self._follow(following)
            return True
        return False

    def _follow(self, following: Following | None) -> None:
        """Send what comes with a message, in nobody's way: no lane waits for it."""
        if following and not self._stopping:
            task = asyncio.create_task(self._send_file(following))
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    async def _send_file(self, following: Following) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FILE_PATIENCE), self._places:
                await following()

    async def _letter(self, claimed: Sequence[Notification]) -> Said | None:
        """What there is to say now, and of what it tells; None if there is nothing to say.

        What is not told is settled here, or put off.
        """
        now = self._clock()
        if claimed[0].claimed_until - now < SLACK:
            return None  # its turn came late: it is due again for whoever is next
        said, unsaid = await self._read(claimed)
        for each, fact in unsaid:
            if isinstance(fact, NotificationState):
                await self._settle([each], fact)
            else:
                await self._put_off([each], fact - now)
        return said

    @use_case
    async def _read_all(
        self, messages: Sequence[Sequence[Notification]]
    ) -> list[tuple[Said | None, list[Unsaid]]]:
        """What each message says, and what it leaves unsaid."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            every = await tx.notifications.standing([each for some in messages for each in some])
            standing = {each.notification.id: each for each in every}
            return [
                await said(tx, [standing[each.id] for each in some if each.id in standing], now)
                for some in messages
            ]

    async def _try_later(self, claimed: Sequence[Notification], error: Exception) -> bool:
        """Have a message that failed by a mistake of ours tried again; False without a database."""
        if isinstance(error, StorageUnavailable):
            return False
        await self._failed(claimed, MOST_ATTEMPTS)
        return True

    async def _failed(self, claimed: Sequence[Notification], most: int) -> None:
        """Have a message tried again that was itself at fault, or give it up after so many times.

        Attempts while Telegram is away are not counted: it is told late then, and not given up.
        """
        failures = claimed[0].failures + 1
        if failures < most:
            await self._put_off(claimed, _pause(failures), failed=True)
        else:
            await self._settle(claimed, NotificationState.FAILED)

    async def _settle(self, claimed: Sequence[Notification], state: NotificationState) -> None:
        if state is NotificationState.UNREACHABLE:
            await self._lose(claimed)
        else:
            await self._finish((claimed, state))
        for each in claimed:
            for tell in self._listeners:
                tell(each.kind, state)

    @use_case
    async def _finish_all(self, settled: Sequence[_Settled]) -> Sequence[None]:
        now = self._clock()
        by_state: dict[NotificationState, list[Notification]] = defaultdict(list)
        for claimed, state in settled:
            by_state[state] += claimed
        async with self._transactions.writes() as tx:
            for state, some in by_state.items():
                await tx.notifications.finish(some, state, now)
        return [None] * len(settled)

    @use_case
    async def _lose(self, claimed: Sequence[Notification]) -> None:
        now = self._clock()
        person = claimed[0].person.id
        async with self._transactions.writes(person) as tx:
            await tx.families.lost(person, now)
            await tx.notifications.finish(claimed, NotificationState.UNREACHABLE, now)

    @use_case
    async def _put_off(
        self, claimed: Sequence[Notification], by: timedelta, *, failed: bool = False
    ) -> None:
        async with self._transactions.writes() as tx:
            await tx.notifications.put_off(claimed, self._clock() + by, failed=failed)


def _pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: seconds at first, minutes later, out of step."""
    return timedelta(seconds=min(2.0**attempts, 300) * random.uniform(0.5, 1.5))  # noqa: S311
