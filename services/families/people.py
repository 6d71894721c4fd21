"""The people around a child: who cares for it, who is let help, and for how long (R75).

A parent lets somebody help by a link that works once. Whoever opens it is nobody yet: the parent
is asked who that is, and only a "yes" lets them see anything. A parent of equal rights is made at
the registry alone, and no parent removes another.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.access.asking import expected
from services.access.posts import hash_of
from services.families.consents import require_consent
from services.messages.planning import plan_reminders
from services.messages.telling import tell_of_helper
from services.model.clinic import Clinic
from services.model.conversations import CallingHelper, Conversation
from services.model.ids import ChildId, ClinicId, HelperInvitationId, PersonId
from services.model.messages import NotificationKind
from services.model.people import CareLink, CareRole, Child, HelperInvitation, Scope
from services.model.refusals.base import AlreadyDone, NotFound, Refusal
from services.model.refusals.families import HelperLinkInvalid, OnlyAtRegistry, TooManyPeople
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.names import tidy_name
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case

OPENED_WITHIN = timedelta(hours=24)
ANSWERED_WITHIN = timedelta(days=7)
"""After it was opened: so long whoever made the link may say who that is."""
TOKEN_BYTES = 24
"""192 bits, which nobody guesses (R32)."""
MOST = 10
"""People who help with a child, or are invited to."""
LONGEST_NAME = 60
"""Characters of what Telegram calls somebody."""
SUMMER_ENDS = (8, 31)


class Called(StrEnum):
    """What a family calls somebody; short, as a button keeps it."""

    MOTHER = "m"
    FATHER = "f"
    GRANDMOTHER = "gm"
    GRANDFATHER = "gf"
    NANNY = "n"
    OWN_WORDS = "w"
    """What the inviter typed."""


WORDS = frozenset(f"@{each}" for each in Called if each is not Called.OWN_WORDS)
"""How the common ones are kept, so that each reads them in their own language."""


class Until(StrEnum):
    """For how long somebody helps."""

    WEEK = "w"
    MONTH = "m"
    SUMMER = "s"
    """To the last of August."""
    NO_END = "n"


@dataclass(frozen=True, slots=True)
class People:
    """Who cares for a child, as one of them sees it."""

    clinic: Clinic
    child: Child
    mine: CareLink
    others: Sequence[CareLink]
    """Nobody, for a helper."""
    waiting: Sequence[HelperInvitation]
    now: datetime

    @property
    def may_invite(self) -> bool:
        return self.mine.role is CareRole.PARENT


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Somebody else who cares for a child."""

    clinic: Clinic
    child: Child
    link: CareLink
    now: datetime


@dataclass(frozen=True, slots=True)
class AskWord:
    """What the family calls somebody is to be typed."""

    clinic: Clinic
    child: Child
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is to be invited, before the link is made."""

    clinic: Clinic
    child: Child
    called: Called
    words: str
    """Their own, if these are."""
    now: datetime
    may_book: bool | None = None
    """None: that is to be chosen."""

    @property
    def key(self) -> int:
        """What a button keeps of the words."""
        return mark(self.words) if self.words else 0


@dataclass(frozen=True, slots=True)
class HelperLink:
    """A link that makes whoever opens it first a helper, if its maker says yes."""

    clinic: Clinic
    invitation: HelperInvitation
    token: str
    """Said once, and kept nowhere: the database knows its hash."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody stands before the door."""

    clinic: Clinic
    invitation: HelperInvitation
    is_own: bool = False
    """Whether its maker tried the link."""
    is_in: bool = False
    """Whether they care for the child already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether somebody who opened a link is who it was meant for."""

    clinic: Clinic
    invitation: HelperInvitation
    now: datetime


class AroundChild:
    """Who cares for a child; checked again at every tap."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def page(self, person: PersonId, clinic_id: ClinicId, child_id: ChildId) -> People:
        """Who cares for the child. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.reads() as tx:
            return await self._page(tx, person, clinic_id, child_id)

    async def _page(
        self, tx: Transaction, person: PersonId, clinic_id: ClinicId, child_id: ChildId
    ) -> People:
        clinic = await tx.clinics.get(clinic_id)
        await require_consent(tx, person, clinic.id)
        child = await tx.families.child(child_id, cared_for_by=person)
        links = await tx.people.of_child(child.id)
        [mine] = [link for link in links if link.person == person]
        if mine.role is CareRole.HELPER:
            return People(clinic, child, mine, [], [], self._clock())
        others = [link for link in links if link.person != person]
        waiting = await tx.people.waiting(child.id)
        return People(clinic, child, mine, others, waiting, self._clock())

    @use_case
    async def call_me(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, called: Called
    ) -> People:
        """Remember what the family calls the person. Raises `NotFound`, `NotEntrusted`."""
        async with self._transactions.writes(person) as tx:
            await tx.families.child(child_id, cared_for_by=person, scope=Scope.DECIDE)
            if called is not Called.OWN_WORDS:
                await tx.people.call(child_id, person, f"@{called}")
            return await self._page(tx, person, clinic_id, child_id)

    # Inviting

    @use_case
    async def ask_word(self, person: PersonId, clinic_id: ClinicId, child_id: ChildId) -> AskWord:
        """Take what is typed next for what the family calls somebody.

        Raises `NotFound`, `NotEntrusted`, `NoConsent`."""
        async with self._transactions.writes(person) as tx:
            clinic, child = await self._entrusted(tx, person, clinic_id, child_id)
            if not tx.replay:
                asked = Conversation(CallingHelper(child.id), clinic.id, self._clock())
                await tx.conversations.ask(person, asked)
            return AskWord(clinic, child)

    @use_case
    async def typed(self, person: PersonId, words: str) -> Plan | AskWord:
        """Take what was typed for it. Raises `NotFound`: nobody asked, or not any more."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, CallingHelper)
            clinic, child = await self._entrusted(tx, person, asked.clinic_id, asked.topic.child_id)
            try:
                called = tidy_name(words)
            except Refusal as problem:
                return AskWord(clinic, child, problem)
            if not tx.replay:
                topic = CallingHelper(child.id, called)
                await tx.conversations.ask(person, Conversation(topic, clinic.id, now))
            return Plan(clinic, child, Called.OWN_WORDS, called, now)

    @use_case
    async def plan(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        child_id: ChildId,
        called: Called,
        key: int,
        *,
        may_book: bool | None = None,
    ) -> Plan:
        """What is chosen so far of an invitation.

        Raises `NotFound`: not this parent's, or other words were typed since; `NotEntrusted`."""
        async with self._transactions.reads() as tx:
            clinic, child = await self._entrusted(tx, person, clinic_id, child_id)
            words = await self._words(tx, person, child, called, key)
            return Plan(clinic, child, called, words, self._clock(), may_book)

    @use_case
    async def invite(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        child_id: ChildId,
        called: Called,
        key: int,
        *,
        may_book: bool,
        until: Until,
    ) -> HelperLink:
        """Make a link for one helper.

        Raises:
            NotFound, NotEntrusted, NoConsent: not this person's to make.
            TooManyPeople: so many help already.
            AlreadyDone: this update made it before; nobody knows its token any more.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            if tx.replay:
                raise AlreadyDone
            clinic, child = await self._entrusted(tx, person, clinic_id, child_id, lock=True)
            words = await self._words(tx, person, child, called, key)
            links, waiting = await tx.people.of_child(child.id), await tx.people.waiting(child.id)
            if len(links) + len(waiting) >= MOST:
                raise TooManyPeople(MOST)
            token = secrets.token_urlsafe(TOKEN_BYTES)
            made = HelperInvitation(
                HelperInvitationId(0),
                child,
                clinic.id,
                person,
                words or f"@{called}",
                may_book,
                _end(clinic, now, until),
                now + OPENED_WITHIN,
            )
            await tx.people.invite(made, hash_of(token), now)
            if words:
                await tx.conversations.close(person)
            return HelperLink(clinic, made, token, now)

    async def _entrusted(
        self,
        tx: Transaction,
        person: PersonId,
        clinic_id: ClinicId,
        child_id: ChildId,
        *,
        lock: bool = False,
    ) -> tuple[Clinic, Child]:
        clinic = await tx.clinics.get(clinic_id)
        await require_consent(tx, person, clinic.id)
        child = await tx.families.child(
            child_id, cared_for_by=person, scope=Scope.ENTRUST, lock=lock
        )
        return clinic, child

    async def _words(
        self, tx: Transaction, person: PersonId, child: Child, called: Called, key: int
    ) -> str:
        """The inviter's own, if it is these. Raises `NotFound`: other ones were typed since."""
        if called is not Called.OWN_WORDS:
            return ""
        topic = (await expected(tx, person, CallingHelper)).topic
        if topic.child_id != child.id or not topic.words or mark(topic.words) != key:
            raise NotFound
        return topic.words

    # Being invited

    @use_case
    async def open(self, person: PersonId, token: str, name: str) -> Opened:
        """Stand before the door with a link; its maker is asked who that is.

        Raises `HelperLinkInvalid`: used by somebody else, withdrawn, too old, or never made (R32).
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            found = await tx.people.of_token(hash_of(token))
            if found is None or found.opened_by not in (None, person):
                raise HelperLinkInvalid
            clinic = await tx.clinics.get(found.clinic_id)
            if found.by == person:
                return Opened(clinic, found, is_own=True)
            await tx.families.child(found.child.id, cared_for_by=None, lock=True)
            if person in await tx.families.carers(found.child.id):
                return Opened(clinic, found, is_in=True)
            if found.opened_by == person and not found.is_settled:
                return Opened(clinic, found)
            shown = " ".join(name.split())[:LONGEST_NAME]
            opened = await tx.people.open(hash_of(token), person, shown, now, now + ANSWERED_WITHIN)
            if opened is None:
                raise HelperLinkInvalid
            await tell_of_helper(tx, NotificationKind.HELPER_WAITS, opened, [opened.by], now)
            return Opened(clinic, opened)

    # The word of who invited

    @use_case
    async def asked(
        self, person: PersonId, invitation: HelperInvitationId, child_id: ChildId
    ) -> Asked:
        """An invitation of the child's, opened or not. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            found = await self._waiting(tx, person, child_id, invitation)
            return Asked(await tx.clinics.get(found.clinic_id), found, self._clock())

    async def _waiting(
        self,
        tx: Transaction,
        person: PersonId,
        child_id: ChildId,
        invitation: HelperInvitationId,
        *,
        lock: bool = False,
    ) -> HelperInvitation:
        await tx.families.child(child_id, cared_for_by=person, scope=Scope.ENTRUST, lock=lock)
        for each in await tx.people.waiting(child_id):
            if each.id == invitation:
                return each
        raise NotFound

    @use_case
    async def admit(
        self, person: PersonId, invitation: HelperInvitationId, child_id: ChildId
    ) -> Asked:
        """Say that it is who was meant: from now on they may see what was chosen.

        Raises `NotFound`: another's to say, withdrawn, or too late."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            if tx.replay:
                raise AlreadyDone
            found = await self._waiting(tx, person, child_id, invitation, lock=True)
            helper = found.opened_by
            if found.by != person or helper is None or not await tx.people.admit(found, now):
                raise NotFound
            for visit in await tx.appointments.planned([child_id], after=now):
                await plan_reminders(tx, visit, now)
            others = {*await tx.families.carers(child_id, Scope.DECIDE)} - {person}
            await tell_of_helper(tx, NotificationKind.HELPER_ADMITTED, found, [helper], now)
            await tell_of_helper(tx, NotificationKind.HELPER_SHARED, found, sorted(others), now)
            return Asked(await tx.clinics.get(found.clinic_id), found, now)

    @use_case
    async def refuse(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        invitation: HelperInvitationId,
        child_id: ChildId,
    ) -> People:
        """Let an invitation be worth nothing, opened or not; any parent may, and again changes
        nothing. Raises `NotFound`, `NotEntrusted`."""
        async with self._transactions.writes(person) as tx:
            await self._entrusted(tx, person, clinic_id, child_id, lock=True)
            if not tx.replay:
                await tx.people.refuse(child_id, invitation)
            return await self._page(tx, person, clinic_id, child_id)

    # Ending

    @use_case
    async def one(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, other: PersonId
    ) -> OnePerson:
        """Somebody else who cares for the child. Raises `NotFound`, `NotEntrusted`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            await require_consent(tx, person, clinic.id)
            child = await tx.families.child(child_id, cared_for_by=person, scope=Scope.DECIDE)
            for link in await tx.people.of_child(child.id):
                if link.person == other != person:
                    return OnePerson(clinic, child, link, self._clock())
            raise NotFound

    @use_case
    async def revoke(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, other: PersonId
    ) -> People:
        """End a helper's care at once, and have them told; again changes nothing.

        Whose help runs out by its date is not told: they knew of it from the first day.

        Raises:
            NotFound, NotEntrusted: not this person's to end.
            OnlyAtRegistry: that is a parent, or the child itself.
        """
        async with self._transactions.writes(person) as tx:
            # A yes to another link of theirs writes the same rows in another order.
            child = await tx.families.child(
                child_id, cared_for_by=person, scope=Scope.DECIDE, lock=True
            )
            for link in await tx.people.of_child(child_id):
                if link.person == other and link.role is not CareRole.HELPER:
                    raise OnlyAtRegistry
                if link.person == other and not tx.replay:
                    await tx.people.end(child_id, other)
                    await self._tell_of_end(tx, child, clinic_id, person, other)
            return await self._page(tx, person, clinic_id, child_id)

    async def _tell_of_end(
        self, tx: Transaction, child: Child, clinic_id: ClinicId, by: PersonId, helper: PersonId
    ) -> None:
        now = self._clock()
        ended = HelperInvitation(
            HelperInvitationId(0),
            child,
            clinic_id,
            by,
            called="",
            may_book=False,
            ends_at=now,
            expires_at=now + ANSWERED_WITHIN,
            opened_by=helper,
            is_settled=True,
        )
        kept = await tx.people.keep_ended(ended, hash_of(secrets.token_urlsafe(TOKEN_BYTES)), now)
        await tell_of_helper(tx, NotificationKind.HELPER_ENDED, kept, [helper], now)


def _end(clinic: Clinic, now: datetime, until: Until) -> datetime | None:
    """When somebody's help is over: at the end of a day on the clinic's wall."""
    today = clinic.today(now)
    last = {
        Until.WEEK: today + timedelta(days=7),
        Until.MONTH: today + timedelta(days=31),
        Until.SUMMER: _end_of_summer(today),
        Until.NO_END: None,
    }[until]
    return clinic.at(last + timedelta(days=1), time()) if last else None


def _end_of_summer(today: date) -> date:
    """The coming last of August, today's included."""
    ends = date(today.year, *SUMMER_ENDS)
    return ends if today <= ends else date(today.year + 1, *SUMMER_ENDS)
