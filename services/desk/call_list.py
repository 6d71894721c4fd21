"""Whom the registry phones: families whose visit the clinic changed and whom the bot did not tell.

After a change that the clinic made, each family is told by the bot or is on this list (R52).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.access.asking import listen
from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.model.access import REGISTRY, Access, Post
from services.model.ids import AppointmentId, PersonId, PostId
from services.model.people import PhoneNumber
from services.model.refusals.base import NotFound
from services.model.visits import PhoneCall
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reach import LATE
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class ToPhone:
    """A family, and by which numbers it can be had."""

    call: PhoneCall
    phones: Sequence[PhoneNumber]


@dataclass(frozen=True, slots=True)
class CallList:
    """Whom to phone, the next visits first; those who were phoned today as well."""

    post: Post
    families: Sequence[ToPhone]
    now: datetime


class Calls:
    """The list, and its ticks."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def list(self, by: PersonId, post_id: PostId) -> CallList:
        """Whom to phone; each child of it is taken down. What is typed next is whom to look for.

        Raises `NotFound`: not of the registry."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            if not tx.replay:
                await listen(tx, post, self._clock())
            return await self._list(tx, post)

    @use_case
    async def settle(
        self, by: PersonId, post_id: PostId, visit_id: AppointmentId, sequence: int, *, done: bool
    ) -> CallList:
        """Somebody phoned about this change of a visit, or did not after all.

        Doing it again changes nothing.

        Raises:
            NotFound: not of the registry, or nobody has to phone about that.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await visit_at(tx, post, visit_id)
            if visit.sequence != sequence:
                raise NotFound
            if not tx.replay:
                at = now if done else None
                if not await tx.calls.settle(visit, post.id, at):
                    raise NotFound
                access = Access.CALLED if done else Access.CALLS
                await take_down(tx, post, access, [(visit.child.id, visit.id)], now)
            return await self._list(tx, post)

    async def _list(self, tx: Transaction, post: Post) -> CallList:
        now = self._clock()
        today = post.clinic.at(post.clinic.today(now))
        calls = await tx.calls.to_make(post.clinic.id, now, now - LATE, since=today)
        shown = [(call.visit.child.id, call.visit.id) for call in calls]
        await take_down(tx, post, Access.CALLS, shown, now)
        children = {call.visit.child.id for call in calls}
        phones = await tx.phones.of_families(children, post.clinic.id)
        families = [ToPhone(call, phones.get(call.visit.child.id, [])) for call in calls]
        return CallList(post, families, now)
