"""Families whom the registry has to see to, in one list until each is (R64).

Nobody keeps the list: it is asked of how things stand. What only a person can say, that a family
without a time was settled with, or that a visit may stay outside the hours, is a tick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.access.asking import listen
from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.model.access import REGISTRY, Access, Post
from services.model.ids import AppointmentId, PersonId, PostId
from services.model.people import PhoneNumber
from services.model.refusals.base import NotFound
from services.model.refusals.visits import MovedMeanwhile
from services.model.visits import Appointment, Matter, ToSee
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reach import LATE
from services.runtime.use_case import use_case
from services.visits.confirming import to_change

A_PAGE = 8
"""Families that one screen shows."""
TICKED = frozenset({Matter.NEEDS_TIME, Matter.OUTSIDE})
"""What a person says that it is settled; the rest settles itself."""


@dataclass(frozen=True, slots=True)
class ToSeeTo:
    """A page of the list, the next visits first."""

    post: Post
    counts: Mapping[Matter, int]
    """How many there are of each matter, on all pages."""
    shown: Sequence[ToSee]
    page: int
    """From 0 on."""
    now: datetime

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // A_PAGE))


@dataclass(frozen=True, slots=True)
class OneToSee:
    """One of them, opened."""

    post: Post
    what: ToSee
    phones: Sequence[PhoneNumber]
    done: bool
    """Whether it is settled."""
    now: datetime


class FamiliesToSee:
    """The list, and its ticks."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def list(self, by: PersonId, post_id: PostId, page: int = 0) -> ToSeeTo:
        """A page of the list, of what is past its end the last; each child of it is taken down.
        What is typed next is whom to look for.

        Raises `NotFound`: not of the registry."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            if not tx.replay:
                await listen(tx, post, now)
            counts = await tx.seeing.count(post.clinic.id, now, now - LATE)
            found = ToSeeTo(post, counts, (), 0, now)
            page = min(page, found.pages - 1)
            shown = await tx.seeing.some(
                post.clinic.id, now, now - LATE, after=page * A_PAGE, most=A_PAGE
            )
            seen = [(each.visit.child.id, each.visit.id) for each in shown]
            await take_down(tx, post, Access.TO_SEE, seen, now)
            return ToSeeTo(post, counts, shown, page, now)

    @use_case
    async def one(
        self, by: PersonId, post_id: PostId, visit_id: AppointmentId, matter: Matter
    ) -> OneToSee:
        """A family that needs a time, or whose visit is outside the hours; it is taken down.

        Raises `NotFound`: not of the registry, or no such visit there."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await visit_at(tx, post, visit_id)
            return await self._one(tx, post, visit, matter, Access.TO_SEE)

    @use_case
    async def settle(
        self,
        by: PersonId,
        post_id: PostId,
        visit_id: AppointmentId,
        sequence: int,
        matter: Matter,
        *,
        done: bool,
    ) -> OneToSee:
        """Somebody has seen to it, or has not after all; again, it changes nothing.

        Args:
            sequence: the visit's, as it was seen.

        Raises:
            NotFound: not of the registry, or nobody has to see to that.
            MovedMeanwhile: the visit is another one by now.
        """
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await to_change(tx, post, visit_id)
            if matter not in TICKED:
                raise NotFound
            if visit.sequence != sequence:
                raise MovedMeanwhile
            if not tx.replay:
                await self._tick(tx, post, visit, matter, done=done)
            return await self._one(tx, post, visit, matter, Access.SEEN_TO)

    async def _tick(
        self, tx: Transaction, post: Post, visit: Appointment, matter: Matter, *, done: bool
    ) -> None:
        if matter is Matter.OUTSIDE:
            await tx.seeing.keep_outside(visit, kept=done)
        elif not await tx.calls.settle(visit, post.id, self._clock() if done else None):
            raise NotFound

    async def _one(
        self, tx: Transaction, post: Post, visit: Appointment, matter: Matter, access: Access
    ) -> OneToSee:
        now = self._clock()
        await take_down(tx, post, access, [(visit.child.id, visit.id)], now)
        open_ = await tx.seeing.of_child(post.clinic.id, visit.child.id, now, now - LATE)
        found = (each for each in open_ if (each.matter, each.visit.id) == (matter, visit.id))
        what = next(found, None)
        phones = await tx.phones.of_family(visit.child.id, post.clinic.id)
        return OneToSee(post, what or ToSee(matter, visit), phones, what is None, now)
