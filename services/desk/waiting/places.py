"""Who waits for a time at the clinic: seen at the desk, put on the list, moved up, taken off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from services.access.asking import listen
from services.access.audit import take_down
from services.access.posts import doctor_at, post_of
from services.messages.waits import waiting_of
from services.model.access import REGISTRY, Access, Post
from services.model.clinic import Doctor
from services.model.ids import ChildId, DoctorId, PersonId, PostId, WaitId
from services.model.people import Child
from services.model.refusals.base import NotFound
from services.model.refusals.visits import KindNotHere
from services.model.refusals.waitlist import IllNeverWait, NoList, WaitOver
from services.model.settings.visit_kinds import KindKey, VisitKind, Whom
from services.model.waitlist.offers import RankReason, Waiting
from services.model.waitlist.waits import Wait, WaitEnd, WaitState, WaitWish
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.eligibility import kinds as eligible
from services.rules.waitlist.rank import reason_in_list
from services.runtime.use_case import use_case
from services.waitlist.answering import end_wait
from services.waitlist.passing import tell_over

A_PAGE = 6
"""Places that one screen shows."""


class WhyUp(StrEnum):
    """Why the registry moves somebody up. A closed list: what is typed about a child would say
    more of its health than anybody has to know here (decision 17)."""

    DOCTOR = "doctor"
    """A doctor asks for it."""
    OUR_FAULT = "our-fault"
    """The clinic let the family down."""
    FAR = "far"
    """The family comes from far away."""
    HEAD = "head"
    """The head of the clinic decided so."""


@dataclass(frozen=True, slots=True)
class PlaceAtDesk:
    """A place in the list, and what the registry can do for it."""

    post: Post
    waiting: Waiting
    rank: RankReason
    """What speaks for the family, whatever the time is."""
    in_bot: bool
    """Whether anybody of the family is written to; otherwise it has to be phoned."""


@dataclass(frozen=True, slots=True)
class PlacesAtDesk:
    """A page of the list: who is owed a time, who was moved up, then who waits longest."""

    post: Post
    count: int
    """How many wait, on all pages."""
    shown: Sequence[PlaceAtDesk]
    page: int
    """From 0 on."""
    now: datetime

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // A_PAGE))


@dataclass(frozen=True, slots=True)
class ChildInList:
    """What a child waits for at the clinic, and what it could."""

    post: Post
    child: Child
    places: Sequence[PlaceAtDesk]
    kinds: Sequence[VisitKind]


@dataclass(frozen=True, slots=True)
class CallerWish:
    """What a caller waits for."""

    kind: KindKey
    doctor_id: DoctorId | None
    """None: anybody would do."""
    lasts: timedelta
    """From today on."""
    since_hour: time = time.min
    until_hour: time | None = None


@dataclass(frozen=True, slots=True)
class PutOnList:
    """A caller's wish before it is written down."""

    post: Post
    child: Child
    kind: VisitKind
    wish: WaitWish
    doctors: Sequence[Doctor]
    """Of the clinic."""


class ListAtDesk:
    """Whatever shows a child's place is taken down in the journal."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    # Looking

    @use_case
    async def list(self, by: PersonId, post_id: PostId, page: int = 0) -> PlacesAtDesk:
        """A page of the list, of what is past its end the last; each child of it is taken down.
        What is typed next is whom to look for.

        Raises `NotFound`: not of the registry."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            if not tx.replay:
                await listen(tx, post, now)
            count = await tx.waits.count(post.clinic.id)
            page = min(page, PlacesAtDesk(post, count, (), 0, now).pages - 1)
            waits = await tx.waits.of_clinic(post.clinic.id, A_PAGE, after=page * A_PAGE)
            shown = await self._shown(tx, post, waits, Access.WAITLIST)
            return PlacesAtDesk(post, count, shown, page, now)

    @use_case
    async def one(self, by: PersonId, post_id: PostId, wait_id: WaitId) -> PlaceAtDesk:
        """One place, over or not. Raises `NotFound`: not of the registry, or elsewhere."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            wait = await _wait_at(tx, post, wait_id)
            return (await self._shown(tx, post, [wait], Access.WAITLIST))[0]

    @use_case
    async def of_child(self, by: PersonId, post_id: PostId, child_id: ChildId) -> ChildInList:
        """What a child waits for, and what it could be put on the list for.

        Raises:
            NotFound: not of the registry, or no child of the clinic.
            NoList: the clinic has none.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, child = await self._whose(tx, by, post_id, child_id)
            waits = await tx.waits.of_children([child.id], post.clinic.id)
            places = await self._shown(tx, post, waits, Access.WAITLIST)
            if not waits:
                await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            kinds = [
                kind
                for kind in eligible.kinds_for(child, post.clinic, now)
                if kind.whom is not Whom.ILL and eligible.is_of_age(kind, child, post.clinic, now)
            ]
            return ChildInList(post, child, places, kinds)

    async def _shown(
        self, tx: Transaction, post: Post, waits: Sequence[Wait], access: Access
    ) -> Sequence[PlaceAtDesk]:
        now = self._clock()
        seen = [(child.id, wait.wish.moves) for wait in waits for child in wait.children]
        await take_down(tx, post, access, seen, now)
        return [
            PlaceAtDesk(
                post,
                await waiting_of(tx, wait, now),
                reason_in_list(wait, now),
                await tx.registry.in_bot(wait.children[0].id),
            )
            for wait in waits
        ]

    # Changing

    @use_case
    async def could_put_on(
        self, by: PersonId, post_id: PostId, child_id: ChildId, asked: CallerWish
    ) -> PutOnList:
        """What a caller's wish comes to. Raises what `put_on` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, child = await self._whose(tx, by, post_id, child_id)
            await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            return await _put_on(tx, post, child, asked, now)

    @use_case
    async def put_on(
        self, by: PersonId, post_id: PostId, child_id: ChildId, asked: CallerWish
    ) -> PlaceAtDesk:
        """Put a child whose family called on the list. Where it waits for such a visit already, it
        keeps its place, and waits for what is said now.

        Raises:
            NotFound: not of the registry, no such child or doctor at the clinic.
            NoList: the clinic has none.
            KindNotHere, NotForThisAge, NotYetThisAge: the clinic books no such visit for it.
            IllNeverWait: the visit is for ill children.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, child = await self._whose(tx, by, post_id, child_id)
            await tx.families.lock_children([child.id])
            put = await _put_on(tx, post, child, asked, now)
            wait = await _already(tx, post, child, asked.kind)
            if wait is None:
                wait = await tx.waits.add(
                    post.clinic.id, put.wish, now, person=None, put_by=post.id
                )
            elif not tx.replay:
                wish = replace(put.wish, moves=wait.wish.moves)
                anew = replace(wait, wish=wish, state=WaitState.WAITING, unanswered=0)
                await tx.waits.change(anew)
                await tx.waits.look_at(wait.id, now)
            return await self._done(tx, post, wait.id, Access.LISTED)

    @use_case
    async def take_off(self, by: PersonId, post_id: PostId, wait_id: WaitId) -> PlaceAtDesk:
        """Take a family off the list: what is kept for it goes on to the next one, and it is told.
        Again, it changes nothing.

        Raises:
            NotFound: not of the registry, or elsewhere; and of who is owed a time: they are on it
                until they have one.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            wait = await _wait_at(tx, post, wait_id)
            if wait.owed:
                raise NotFound
            if wait.is_live and not tx.replay:
                if await end_wait(tx, wait, WaitEnd.BY_DESK, now):
                    await tell_over(tx, wait, now)
                return await self._done(tx, post, wait.id, Access.UNLISTED)
            return await self._done(tx, post, wait.id, Access.WAITLIST)

    @use_case
    async def move_up(
        self, by: PersonId, post_id: PostId, wait_id: WaitId, why: WhyUp
    ) -> PlaceAtDesk:
        """Let a family come before all but who is owed a time. Who was moved up keeps the place
        and the reason.

        Raises:
            NotFound: not of the registry, or elsewhere.
            WaitOver: it waits no more.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            wait = await _wait_at(tx, post, wait_id)
            await tx.families.lock_children([child.id for child in wait.children])
            wait = await _wait_at(tx, post, wait_id)
            if not wait.is_live:
                raise WaitOver
            if wait.moved_up is None and not tx.replay:
                await tx.waits.move_up(wait.id, post, why, now)
                return await self._done(tx, post, wait.id, Access.MOVED_UP)
            return await self._done(tx, post, wait.id, Access.WAITLIST)

    async def _done(
        self, tx: Transaction, post: Post, wait_id: WaitId, access: Access
    ) -> PlaceAtDesk:
        return (await self._shown(tx, post, [await tx.waits.get(wait_id)], access))[0]

    async def _whose(
        self, tx: Transaction, by: PersonId, post_id: PostId, child_id: ChildId
    ) -> tuple[Post, Child]:
        post = await post_of(tx, by, post_id, REGISTRY)
        if not post.clinic.waitlist.on:
            raise NoList
        return post, await tx.registry.child(post.clinic.id, child_id)


async def _wait_at(tx: Transaction, post: Post, wait_id: WaitId) -> Wait:
    """A place in the list of the post's clinic. Raises `NotFound`."""
    wait = await tx.waits.get(wait_id)
    if wait.clinic.id != post.clinic.id:
        raise NotFound
    return wait


async def _already(tx: Transaction, post: Post, child: Child, kind: KindKey) -> Wait | None:
    """Where the child alone waits for such a visit."""
    for wait in await tx.waits.of_children([child.id], post.clinic.id):
        if wait.wish.kind == kind and [each.id for each in wait.children] == [child.id]:
            return wait
    return None


async def _put_on(
    tx: Transaction, post: Post, child: Child, asked: CallerWish, now: datetime
) -> PutOnList:
    clinic = post.clinic
    if asked.kind not in {kind.key for kind in clinic.kinds}:
        raise KindNotHere
    kind = clinic.kind(asked.kind)
    if kind.whom is Whom.ILL:
        raise IllNeverWait
    eligible.check_age(kind, child, clinic, now)
    if asked.doctor_id is not None:
        await doctor_at(tx, post, asked.doctor_id)
    today = clinic.today(now)
    wish = WaitWish(
        [child.id],
        kind.key,
        today,
        today + asked.lasts,
        frozenset() if asked.doctor_id is None else frozenset({asked.doctor_id}),
        since_hour=asked.since_hour,
        until_hour=asked.until_hour,
        notice=clinic.waitlist.notice,
    )
    return PutOnList(post, child, kind, wish, await tx.clinics.doctors(clinic.id))
