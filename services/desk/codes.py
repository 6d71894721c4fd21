"""Codes from the registry: a family takes its child's visits into the bot."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from services.access.audit import take_down
from services.access.posts import post_of
from services.desk.joining.by_code import join_own, own_cards
from services.families import consents, home
from services.families.places import AskConsent, Place
from services.messages.planning import plan_reminders
from services.model.access import REGISTRY, Access, Post
from services.model.consents import Purpose
from services.model.ids import ChildId, PersonId, PostId
from services.model.people import CareRole, Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.desk import TooManyTries
from services.model.refusals.families import NoConsent
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.ages import has_own_say
from services.runtime.use_case import use_case
from services.visits.confirming import make_way_for

CODE_DIGITS = 9
CODE_LASTS = timedelta(days=14)
TRIES = 5
"""Wrong codes that a person may say in a day: of a billion, nobody finds one that way."""
TRIED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Code:
    """A number by which a family takes its child's visits into the bot."""

    post: Post
    child: Child
    digits: str
    """Said once, and kept nowhere: the database knows its hash."""
    expires_at: datetime
    role: CareRole = CareRole.PARENT
    """What whoever says it becomes to the child."""


@dataclass(frozen=True, slots=True)
class WrongCode:
    """There is no such code, or not any more."""

    left: int
    """How many more may be tried today."""


class Codes:
    """Numbers said over the phone, by which a family takes its child's visits into the bot."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def code(self, by: PersonId, post_id: PostId, child_id: ChildId) -> Code:
        """A new code for a parent; the one before is void. Raises `NotFound`."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id, lock=True)
            return await self._give(tx, post, child, CareRole.PARENT, Access.CODE)

    @use_case
    async def code_for_child(self, by: PersonId, post_id: PostId, child_id: ChildId) -> Code:
        """A new code for the child itself, who is there with a passport; others are void.

        Raises:
            NotFound: not of the registry, no child of the clinic, or younger than fifteen.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id, lock=True)
            if not has_own_say(child.birth_date, post.clinic.today(now)):
                raise NotFound
            return await self._give(tx, post, child, CareRole.SELF, Access.CODE_SELF)

    async def _give(
        self, tx: Transaction, post: Post, child: Child, role: CareRole, access: Access
    ) -> Code:
        now = self._clock()
        digits = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        until = now + CODE_LASTS
        await tx.registry.give_code(child.id, post.clinic.id, _hash_of(digits), until, role)
        await take_down(tx, post, access, [(child.id, None)], now)
        return Code(post, child, digits, until, role)

    @use_case
    async def claim(self, person: PersonId, digits: str) -> Place | WrongCode:
        """Take the visits of a code into the bot; without a consent, that is asked for first. Who
        entered the same child themselves has one card then, where that is plain.

        Who has them already is led to them.

        Raises:
            TooManyTries: so many wrong ones were said that no more are looked at today.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            code = await tx.registry.of_code(_hash_of(digits), now)
            if code and await _has(tx, person, code.child_id):
                clinic = await tx.clinics.get(code.clinic_id)
                return await home.home(tx, person, clinic, now)
            tries = await tx.registry.count_tries(person, now - TRIED_WITHIN)
            if tries >= TRIES and not tx.replay:
                raise TooManyTries
            if code is None or code.over:
                return await _tried(tx, person, tries, now)
            clinic = await tx.clinics.get(code.clinic_id)
            try:
                await consents.require_consent(tx, person, clinic.id)
            except NoConsent:
                return AskConsent(clinic, await tx.consents.text(clinic.id, Purpose.PROCESSING))
            own = await own_cards(tx, person, code.child_id)
            ids = [code.child_id, *(child.id for child in own)]
            if own:
                await make_way_for(tx, clinic.id, ids, now)
            await tx.joining.lock(ids)
            if not await tx.registry.use_code(_hash_of(digits), person, now):
                return await _tried(tx, person, tries, now)  # somebody else was a moment sooner
            own = [card for card in await own_cards(tx, person, code.child_id) if card in own]
            await join_own(tx, person, code.child_id, own, now)
            await tx.families.come_to(person, clinic.id)
            await tx.conversations.close(person)
            for visit in await tx.appointments.planned(ids, after=now):
                await plan_reminders(tx, visit, now)
            return await home.home(tx, person, clinic, now)


async def _has(tx: Transaction, person: PersonId, child_id: ChildId) -> bool:
    """Whether the person cares for the child already: by this very code, or without one."""
    return person in await tx.families.carers(child_id, Scope.DECIDE)


async def _tried(tx: Transaction, person: PersonId, tries: int, now: datetime) -> WrongCode:
    if tx.replay:  # this try was counted when it came first
        return WrongCode(TRIES - tries)
    await tx.registry.add_try(person, now)
    return WrongCode(TRIES - tries - 1)


def _hash_of(digits: str) -> str:
    return sha256(digits.encode()).hexdigest()
