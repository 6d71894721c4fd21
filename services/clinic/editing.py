"""A clinic changed by its administrators, value by value: asked, typed, shown, saved."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.access.asking import ask, expected, leave
from services.access.posts import post_of
from services.clinic.profiles import Change, ClinicEntry, clear_for, entry_of, make, planned
from services.clinic.settings import FACTS, SIGNED_BY, changed, mark_of
from services.model.access import ADMINISTRATION, Post
from services.model.conversations import ClinicFact
from services.model.ids import PersonId, PostId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import ChangedMeanwhile, NothingToSign, SameAsBefore, TypedAnew
from services.model.settings.places import Zone
from services.ports.readers import Clock, ZoneReader
from services.ports.transaction import Transaction, Transactions
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class ClinicPage:
    """What a clinic says of itself, before an administrator."""

    post: Post
    entry: ClinicEntry
    now: datetime
    saved: Change | None = None
    """What was just changed."""


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """One value, and the question what it shall be."""

    post: Post
    fact: str
    entry: ClinicEntry
    problem: Refusal | None = None
    """Why what was typed will not do."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What saving a new value would do. The marks tell whether it is still that when it is saved:
    whether nobody changed the value, nor typed another one."""

    post: Post
    fact: str
    change: Change
    before: int
    after: int


Answer = FactQuestion | Proposal


class ClinicDesk:
    """For administrators, each of whom is looked up again at every tap and word."""

    def __init__(self, transactions: Transactions, clock: Clock, read_zone: ZoneReader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_zone = read_zone

    @use_case
    async def page(self, person: PersonId, post_id: PostId) -> ClinicPage:
        """The clinic as it is. Raises `NotFound`: not an administrator."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return ClinicPage(post, await entry_of(tx, post.clinic), self._clock())

    @use_case
    async def ask(self, person: PersonId, post_id: PostId, fact: str) -> FactQuestion:
        """Take what is typed next for this value. Raises `NotFound`: not an administrator."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            await ask(tx, post, ClinicFact(fact), self._clock())
            return FactQuestion(post, fact, await entry_of(tx, post.clinic))

    @use_case
    async def leave(self, person: PersonId, post_id: PostId) -> ClinicPage:
        """Forget the question, and what was typed. Raises `NotFound`: not an administrator."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            await leave(tx, person, ClinicFact)
            return ClinicPage(post, await entry_of(tx, post.clinic), self._clock())

    @use_case
    async def typed(self, person: PersonId, words: str) -> Answer:
        """What the value that was asked for would be after these words; they are kept until it is
        saved. Words that will not do are asked for again, with the reason.

        Raises `NotFound`: nothing was asked, or not an administrator any more.
        """
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, ClinicFact)
            post = await post_of(tx, person, asked.post_id, ADMINISTRATION)
            fact = fact_of(asked.topic)
            if isinstance(FACTS[fact].kind, Zone):
                words = self._read_zone(words)
            return await self._take(tx, post, fact, words)

    @use_case
    async def choose(self, person: PersonId, post_id: PostId, fact: str, choice: int) -> Answer:
        """The same by a button, one of those that the value is offered with.

        Raises `NotFound`: not an administrator, or there is no such button.
        """
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            choices = FACTS[fact].kind.choices
            if choice >= len(choices):
                raise NotFound
            return await self._take(tx, post, fact, choices[choice])

    @use_case
    async def sign_again(self, person: PersonId, post_id: PostId) -> Answer:
        """The doctor who signed looked at the same words anew.

        Raises `NotFound`: not an administrator, or nobody signed."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            doctor = post.clinic.ill_words_signed_by
            if not doctor:
                raise NotFound
            return await self._take(tx, post, SIGNED_BY, doctor)

    async def _take(self, tx: Transaction, post: Post, fact: str, words: str) -> Answer:
        answer: Answer
        try:
            answer = await self._proposal(tx, post, fact, words)
            kept = ClinicFact(fact, words)
        except Refusal as problem:
            answer = FactQuestion(post, fact, await entry_of(tx, post.clinic), problem)
            kept = ClinicFact(fact)
        await ask(tx, post, kept, self._clock())
        return answer

    @use_case
    async def proposal(self, person: PersonId, post_id: PostId, fact: str) -> Answer:
        """What was typed last, beside what the clinic says by now; the question, if nothing was.

        Raises `NotFound`: not an administrator.
        """
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            words = await _words_of(tx, post, fact)
            try:
                return await self._proposal(tx, post, fact, words)
            except Refusal as problem:
                return FactQuestion(post, fact, await entry_of(tx, post.clinic), problem)

    async def _proposal(self, tx: Transaction, post: Post, fact: str, words: str) -> Proposal:
        value = FACTS[fact].kind.read(words)
        entry = await entry_of(tx, post.clinic)
        other = _otherwise(fact, entry, value, self._clock())
        if other == entry:
            raise SameAsBefore
        if fact == SIGNED_BY and value and not entry.profile.ill_words:
            raise NothingToSign
        change = await planned(tx, post.clinic, other, self._clock())
        return Proposal(post, fact, change, mark_of(fact, entry), mark(words))

    @use_case
    async def save(
        self,
        person: PersonId,
        post_id: PostId,
        fact: str,
        before: int,
        after: int,
        *,
        spelling: bool = False,
    ) -> ClinicPage:
        """Let the clinic say what was typed last, if that and what it says now are as they were
        shown; the marks of the `Proposal` tell.

        Args:
            spelling: the value is only written otherwise: no family is told of it.

        Raises:
            TypedAnew: something else was typed since, or nothing is left to be saved.
            ChangedMeanwhile: the clinic says something else by now.
            ZoneInUse: there are visits ahead, callers' times or kept ones, whose hours would be
                others.
            NotFound: not an administrator.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            if tx.replay:
                return ClinicPage(post, await entry_of(tx, post.clinic), self._clock())
            words = await _words_of(tx, post, fact, TypedAnew)
            if mark(words) != after:
                raise TypedAnew
            clinic = await tx.clinics.by_code(post.clinic.code, lock=True)
            if clinic is None:
                raise NotFound
            entry = await entry_of(tx, clinic)
            if mark_of(fact, entry) != before:
                raise ChangedMeanwhile
            value = FACTS[fact].kind.read(words)
            other = _otherwise(fact, entry, value, now)
            await clear_for(tx, clinic, other.profile, now)
            change = await planned(tx, clinic, other, now, spelling=spelling)
            await make(tx, clinic, change, now)
            await tx.conversations.close(person)
            return ClinicPage(post, change.after, now, change)


def _otherwise(fact: str, entry: ClinicEntry, value: Any, now: datetime) -> ClinicEntry:
    """The clinic with another value. Who signs the same words again does so today."""
    other = changed(fact, entry, value)
    if fact == SIGNED_BY and value:
        today = entry.profile.today(now)
        return replace(other, profile=replace(other.profile, ill_words_signed_on=today))
    return other


def fact_of(asked: ClinicFact) -> str:
    """Which value was asked for. Raises `NotFound`: there is no such value any more."""
    if asked.fact not in FACTS:
        raise NotFound
    return asked.fact


async def _words_of(
    tx: Transaction, post: Post, fact: str, otherwise: type[Refusal] = NotFound
) -> str:
    """What was typed for this fact, at this post.

    Raises:
        NotFound: nothing yet, or for something else; or whatever `otherwise` says.
    """
    asked = (await expected(tx, post.person, ClinicFact, post.id, otherwise)).topic
    if asked.fact != fact or asked.words is None:
        raise otherwise
    return asked.words
