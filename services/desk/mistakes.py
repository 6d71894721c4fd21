"""Children whom the registry entered with a consent on paper, and entered wrongly: corrected, or
removed, while they are nobody else's (R58)."""

from dataclasses import dataclass, replace
from datetime import date

from services.access.asking import ask, expected, listen
from services.access.audit import take_down
from services.access.posts import post_of
from services.model.access import REGISTRY, Access, Post
from services.model.conversations import Correcting
from services.model.ids import ChildId, PersonId, PostId
from services.model.people import Child
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.families import (
    ChildChanged,
    DateUnclear,
    FamilyDecides,
    HadVisits,
    KnownAlready,
)
from services.ports.readers import Clock, DateReader
from services.ports.transaction import Transaction, Transactions
from services.rules import ages
from services.rules.typed.lines import may_be_a_sentence, read_child
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class AskCorrect:
    """The right name or birth date is to be typed."""

    post: Post
    child: Child
    problem: Refusal | None = None
    """Why what was typed before would not do."""
    doubted: str = ""
    """A name that may be a sentence: it is kept when somebody says that it is one (R60)."""
    line: str = ""
    """What was typed then, see `mark`."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A child as they are now, and were before."""

    post: Post
    child: Child
    before: Child


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A child who is to be removed, or was."""

    post: Post
    child: Child
    gone: bool = False

    @property
    def as_shown(self) -> int:
        """What a button keeps of it: whom it removes, as they were called."""
        return mark(f"{self.child.name} {self.child.birth_date}")


class Mistakes:
    """What the registry wrote down itself, it may write anew."""

    def __init__(self, transactions: Transactions, clock: Clock, read_date: DateReader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_date = read_date

    @use_case
    async def ask(self, by: PersonId, post_id: PostId, child_id: ChildId) -> AskCorrect:
        """Take what is typed next for the child's right name and birth date, or one of them.

        Raises:
            NotFound: not of the registry, or no child of the clinic.
            FamilyDecides: a family has the child in the bot, or another clinic knows the child.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await _own_child(tx, post, child_id)
            await ask(tx, post, Correcting(child.id), now)
            await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            return AskCorrect(post, child)

    @use_case
    async def correct(self, by: PersonId, typed: str) -> Corrected | AskCorrect:
        """Keep the name, the birth date or both that were typed. Raises what `ask` raises."""
        async with self._transactions.writes(by) as tx:
            asked = await expected(tx, by, Correcting)
            post = await post_of(tx, by, asked.post_id, REGISTRY)
            return await self._correct(tx, post, asked.topic.child_id, typed, sure=False)

    @use_case
    async def confirm(self, by: PersonId, post_id: PostId, key: int) -> Corrected | AskCorrect:
        """Keep what looked like a sentence: it is a name.

        Args:
            key: of the line, as `typed.texts.mark` gives it.

        Raises:
            NotFound: also where another line was typed since.
            FamilyDecides: as `ask`.
        """
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            topic = (await expected(tx, by, Correcting, post.id)).topic
            if mark(topic.line) != key:
                raise NotFound
            return await self._correct(tx, post, topic.child_id, topic.line, sure=True)

    async def _correct(
        self, tx: Transaction, post: Post, child_id: ChildId, typed: str, *, sure: bool
    ) -> Corrected | AskCorrect:
        now = self._clock()
        await tx.staff.lock(post.clinic.id)  # a colleague may be entering the same child
        child = await _own_child(tx, post, child_id)
        try:
            right = self._read(typed, child)
            ages.check_birth_date(right.birth_date, post.clinic.today(now))
            await _check_new(tx, post, right)
        except Refusal as problem:
            await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            return AskCorrect(post, child, problem)
        if right.name != child.name and may_be_a_sentence(right.name) and not sure:
            await ask(tx, post, Correcting(child.id, typed), now)
            await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            return AskCorrect(post, child, doubted=right.name, line=typed)
        if not tx.replay:
            await tx.families.change_child(right)
            await listen(tx, post, now)
            await take_down(tx, post, Access.CORRECTED, [(child.id, None)], now)
        return Corrected(post, right, child)

    def _read(self, typed: str, child: Child) -> Child:
        born = self._read_alone(typed)
        if born:
            return replace(child, birth_date=born)
        name, born = read_child(typed, self._read_date)
        return replace(child, name=name, birth_date=born or child.birth_date)

    def _read_alone(self, typed: str) -> date | None:
        """A birth date without a name. Raises `NoSuchDay`."""
        try:
            return self._read_date(typed)
        except DateUnclear:
            return None

    @use_case
    async def removal(self, by: PersonId, post_id: PostId, child_id: ChildId) -> Mistaken:
        """What it would mean to remove a child. Raises what `remove` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await _removable(tx, post, child_id)
            await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            return Mistaken(post, child)

    @use_case
    async def remove(self, by: PersonId, post_id: PostId, child_id: ChildId, seen: int) -> Mistaken:
        """Keep nothing of a child but what the journal says: the name, the birth date, the phone,
        the code and the consent on paper are forgotten.

        Args:
            seen: `Mistaken.as_shown`, as it was then.

        Raises:
            ChildChanged: a colleague corrected the child since: it is another one, or none (R66).
            NotFound: not of the registry, or no child of the clinic any more.
            FamilyDecides: a family has the child in the bot, or another clinic knows the child.
            HadVisits: what took place, or was to, is not unmade.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await _removable(tx, post, child_id)
            if Mistaken(post, child).as_shown != seen:
                raise ChildChanged
            await take_down(tx, post, Access.REMOVED, [(child.id, None)], now)
            await tx.waits.forget([child.id], None)
            await tx.registry.remove(child.id)
            await listen(tx, post, now)
            return Mistaken(post, child, gone=True)


async def _own_child(tx: Transaction, post: Post, child_id: ChildId) -> Child:
    child = await tx.registry.child(post.clinic.id, child_id, lock=True)
    if not await tx.registry.is_only_here(child.id, post.clinic.id):
        raise FamilyDecides
    return child


async def _removable(tx: Transaction, post: Post, child_id: ChildId) -> Child:
    child = await _own_child(tx, post, child_id)
    if await tx.registry.had_visits(child.id):
        raise HadVisits
    return child


async def _check_new(tx: Transaction, post: Post, right: Child) -> None:
    """Let nobody be made the second one of a name and birth date. Raises `KnownAlready`."""
    born = await tx.registry.born_on(post.clinic.id, right.birth_date)
    others = [each for each in born if each.id != right.id]
    if ages.is_known(right.name, right.birth_date, others):
        raise KnownAlready
