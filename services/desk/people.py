"""The people around a child at the registry's desk: who they are, and whose care is to end.

A parent removes no other parent (R75): who comes with documents, or without a phone, is helped
here. Each end is taken down with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.access.audit import take_down
from services.access.posts import post_of
from services.families.children import end_care
from services.messages.planning import plan_reminders
from services.model.access import REGISTRY, Access, Post
from services.model.conversations import AboutChild, AboutVisit, CallingHelper
from services.model.ids import ChildId, PersonId, PostId
from services.model.people import CareLink, Child, PhoneNumber
from services.model.refusals.base import NotFound
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.ages import has_own_say
from services.runtime.use_case import use_case


class Why(StrEnum):
    """Why somebody's care is ended; short, as a button keeps it."""

    DOCUMENTS = "d"
    """A court's or another paper says so."""
    ASKED = "a"
    """That adult asked for it."""
    LOST_PHONE = "p"
    """Their phone is lost: all of their care ends, until they come back by a new code."""


_TAKEN_DOWN = {
    Why.DOCUMENTS: Access.LINK_DOCUMENTS,
    Why.ASKED: Access.LINK_ASKED,
    Why.LOST_PHONE: Access.LINK_LOST_PHONE,
}


@dataclass(frozen=True, slots=True)
class PeopleAtDesk:
    """Who cares for a child, as the registry sees it."""

    post: Post
    child: Child
    links: Sequence[CareLink]
    now: datetime
    phones: Mapping[PersonId, PhoneNumber] = field(default_factory=dict)
    """Of those who gave theirs: by its end two parents are told apart."""

    @property
    def may_have_own(self) -> bool:
        """Whether the child is old enough for a bot of its own."""
        return has_own_say(self.child.birth_date, self.post.clinic.today(self.now))


@dataclass(frozen=True, slots=True)
class OneAtDesk:
    """One of them."""

    post: Post
    child: Child
    link: CareLink
    phone: PhoneNumber | None = None


class Relatives:
    """Who cares for whom, seen and ended at the desk."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def page(self, by: PersonId, post_id: PostId, child_id: ChildId) -> PeopleAtDesk:
        """Who cares for a child; it is taken down. Raises `NotFound`."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id)
            return await self._page(tx, post, child)

    async def _page(self, tx: Transaction, post: Post, child: Child) -> PeopleAtDesk:
        now = self._clock()
        await take_down(tx, post, Access.PEOPLE, [(child.id, None)], now)
        links = await tx.people.of_child(child.id)
        phones = await tx.phones.of_persons([link.person for link in links])
        return PeopleAtDesk(post, child, links, now, phones)

    @use_case
    async def one(
        self, by: PersonId, post_id: PostId, child_id: ChildId, person: PersonId
    ) -> OneAtDesk:
        """One of them; it is taken down. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id)
            for link in await tx.people.of_child(child.id):
                if link.person == person:
                    await take_down(tx, post, Access.PEOPLE, [(child.id, None)], now)
                    phones = await tx.phones.of_persons([person])
                    return OneAtDesk(post, child, link, phones.get(person))
            raise NotFound

    @use_case
    async def end(
        self, by: PersonId, post_id: PostId, child_id: ChildId, person: PersonId, why: Why
    ) -> PeopleAtDesk:
        """End an adult's care of the child at once, or all of theirs where the phone is lost.

        Visits stay as they are; again, it changes nothing. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            # All of them, by id, as everybody locks them; they may be the child's own parent.
            theirs = await tx.families.children(person)
            child = await tx.registry.child(post.clinic.id, child_id)
            await tx.families.lock_children({child.id, *(each.id for each in theirs)})
            cares = any(link.person == person for link in await tx.people.of_child(child.id))
            if cares and not tx.replay:
                ended = await self._end(tx, child.id, person, why, now)
                await take_down(tx, post, _TAKEN_DOWN[why], [(each, None) for each in ended], now)
                for visit in await tx.appointments.planned(ended, after=now):
                    await plan_reminders(tx, visit, now)
            return await self._page(tx, post, child)

    async def _end(
        self, tx: Transaction, child_id: ChildId, person: PersonId, why: Why, now: datetime
    ) -> list[ChildId]:
        await tx.slots.let_go(person)
        asked = await tx.conversations.of(person)
        if asked and isinstance(asked.topic, AboutChild | AboutVisit | CallingHelper):
            await tx.conversations.close(person)
        ended = [child_id]
        if why is Why.LOST_PHONE:
            ended = await tx.people.end_all(person)
        for each in ended:
            await end_care(tx, each, person, now)
        return ended
