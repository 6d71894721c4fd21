"""Groups for which the clinic keeps times, put down on a document that the registry saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.access.audit import take_down
from services.access.posts import post_of
from services.messages.groups import WORTH_TELLING, tell_of_group
from services.model.access import REGISTRY, Access, Post
from services.model.ids import ChildId, PersonId, PostId
from services.model.messages import NotificationKind
from services.model.people import Child
from services.model.refusals.base import NotFound
from services.model.refusals.families import GroupsNotKept
from services.model.reserved.groups import REFUSAL_LASTS, ChildGroup, GroupClaim, GroupLasts
from services.model.reserved.times import ReservedFor
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reserved.groups import groups_asked_for, groups_at, last_day, unsettled
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class GroupsAtDesk:
    """Of which groups a child is, and which the clinic asks for."""

    post: Post
    child: Child
    groups: Sequence[ChildGroup]
    asked_for: Sequence[ReservedFor]
    now: datetime
    claims: Sequence[GroupClaim] = ()
    """What the family says, without a document that somebody saw."""


class Groups:
    """Only the group is kept, encrypted, with its last day; what the registry saw is not."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def of_child(self, by: PersonId, post_id: PostId, child_id: ChildId) -> GroupsAtDesk:
        """A child's groups at the clinic; it is taken down.

        Raises:
            NotFound: not of the registry, or no child of the clinic.
            GroupsNotKept: there is no key to encrypt any.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, _child = await self._whose(tx, by, post_id, child_id)
            await take_down(tx, post, Access.CARD, [(child_id, None)], now)
            return await _shown(tx, post, child_id, now)

    @use_case
    async def to_put_down(
        self, by: PersonId, post_id: PostId, child_id: ChildId, group: ReservedFor
    ) -> GroupsAtDesk:
        """The same before a group is put down. Raises what `put_down` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, _child = await self._whose(tx, by, post_id, child_id)
            _check_asked_for(group, post)
            await take_down(tx, post, Access.CARD, [(child_id, None)], now)
            return await _shown(tx, post, child_id, now)

    @use_case
    async def put_down(
        self,
        by: PersonId,
        post_id: PostId,
        child_id: ChildId,
        group: ReservedFor,
        lasts: GroupLasts,
    ) -> GroupsAtDesk:
        """Put down that a child is of a group, until then; it is taken down that this was done.

        Raises what `of_child` raises, and `NotFound`: the clinic keeps no times for this group."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, child = await self._whose(tx, by, post_id, child_id)
            _check_asked_for(group, post)
            if not tx.replay:
                until = last_day(lasts, child, post.clinic.today(now))
                await _put_down(tx, post, child, ChildGroup(post.clinic.id, group, until), now)
                await take_down(tx, post, Access.GROUP, [(child_id, None)], now)
            return await _shown(tx, post, child_id, now)

    @use_case
    async def end(
        self, by: PersonId, post_id: PostId, child_id: ChildId, group: ReservedFor
    ) -> GroupsAtDesk:
        """Keep no longer that a child is of a group, and have the family told, where it had heard
        of it; again, it changes nothing.

        Raises what `of_child` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, child = await self._whose(tx, by, post_id, child_id)
            if not tx.replay:
                ended = await _take_off(tx, post, child, group, now)
                access = Access.GROUP_ENDED if ended else Access.CARD
                await take_down(tx, post, access, [(child_id, None)], now)
            return await _shown(tx, post, child_id, now)

    @use_case
    async def refuse(
        self, by: PersonId, post_id: PostId, child_id: ChildId, group: ReservedFor
    ) -> GroupsAtDesk:
        """Put down that there is no document for what the family says: it reads so, and may say it
        again in a month. Where nothing is said any more, it changes nothing.

        Raises what `of_child` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, _child = await self._whose(tx, by, post_id, child_id)
            if not tx.replay:
                found = await _shown(tx, post, child_id, now)
                waits = any(each.group == group and not each.refused for each in found.claims)
                if waits:
                    until = post.clinic.today(now) + REFUSAL_LASTS
                    refused = GroupClaim(post.clinic.id, group, until, refused=True)
                    kept = await tx.groups.claim(child_id, refused, post.id, now)
                    told = NotificationKind.GROUP_REFUSED
                    await tell_of_group(tx, told, kept, child_id, post.clinic, until, now)
                access = Access.GROUP_REFUSED if waits else Access.CARD
                await take_down(tx, post, access, [(child_id, None)], now)
            return await _shown(tx, post, child_id, now)

    async def _whose(
        self, tx: Transaction, by: PersonId, post_id: PostId, child_id: ChildId
    ) -> tuple[Post, Child]:
        post = await post_of(tx, by, post_id, REGISTRY)
        child = await tx.registry.child(post.clinic.id, child_id, lock=True)
        if not tx.groups.kept:
            raise GroupsNotKept
        return post, child


async def _put_down(
    tx: Transaction, post: Post, child: Child, new: ChildGroup, now: datetime
) -> None:
    """Keep it and have the family told; put down again as it stands, it is no news."""
    today = post.clinic.today(now)
    if new in groups_at(child, post.clinic, today):
        return
    kept = await tx.groups.put_down(child.id, new, post.id, now)
    for_ever = last_day(GroupLasts.TO_COME_OF_AGE, child, today)
    told = [NotificationKind.GROUP_MARKED]
    if new.until < for_ever:
        told.append(NotificationKind.GROUP_ENDS)
    for kind in told:
        await tell_of_group(tx, kind, kept, child.id, post.clinic, new.until, now)


async def _take_off(
    tx: Transaction, post: Post, child: Child, group: ReservedFor, now: datetime
) -> bool:
    """Whether it was put down; or said by a parent, who is told nothing of it."""
    today = post.clinic.today(now)
    if not any(each.group == group for each in groups_at(child, post.clinic, today)):
        return await tx.groups.end(child.id, post.clinic.id, group)
    until = today + WORTH_TELLING
    kept = await tx.groups.take_off(child.id, post.clinic.id, group, until, post.id, now)
    if kept is not None:
        told = NotificationKind.GROUP_TAKEN_OFF
        await tell_of_group(tx, told, kept, child.id, post.clinic, until, now)
    return True


def _check_asked_for(group: ReservedFor, post: Post) -> None:
    if group not in groups_asked_for(post.clinic):
        raise NotFound


async def _shown(tx: Transaction, post: Post, child_id: ChildId, now: datetime) -> GroupsAtDesk:
    child = await tx.registry.child(post.clinic.id, child_id)
    today = post.clinic.today(now)
    groups = groups_at(child, post.clinic, today)
    claims = unsettled(await tx.groups.claims(child_id, post.clinic.id, today), groups)
    return GroupsAtDesk(post, child, groups, groups_asked_for(post.clinic), now, claims)
