"""What children can come to a clinic for, as its administrators arrange it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from services.access.asking import ask, expected, leave
from services.access.posts import post_of
from services.clinic.kinds_entered import NamesKind, check_apart
from services.model.access import ADMINISTRATION, Post
from services.model.clinic import Clinic
from services.model.conversations import KindFact, KindPart
from services.model.ids import PersonId, PostId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import ChangedMeanwhile, TooManyKinds
from services.model.settings.kind_lines import LENGTH, PRICE, read_ages, read_kind, read_name
from services.model.settings.kind_parts import BRING
from services.model.settings.texts import NOTHING
from services.model.settings.visit_kinds import KindKey, Reason, VisitKind, Whom, next_key
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.eligibility.kinds import needs_its_own_times
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class KindList:
    """All kinds of visit of a clinic, in its order."""

    post: Post
    kinds: Sequence[VisitKind]


@dataclass(frozen=True, slots=True)
class KindCard:
    """One of them."""

    post: Post
    kind: VisitKind
    has_hours: bool = True
    """Whether somebody receives for it: in hours that name it where it needs them, and in times
    that are as long as it."""
    saved: bool = False
    """Whether it was just changed."""


@dataclass(frozen=True, slots=True)
class KindQuestion:
    """What is to be typed."""

    post: Post
    part: KindPart
    kind: VisitKind | None
    """None: a new one."""
    problem: Refusal | None = None
    """Why what was typed will not do."""


class KindChange(StrEnum):
    """What a tap changes of a kind. Short: it stands in buttons."""

    ANYBODY = "any"
    ILL = "ill"
    HEALTHY = "healthy"
    NAMED = "named"
    """It takes place in hours that name it, and no others."""
    EVERYWHERE = "hours"
    """In hours for any visit, too."""
    DESK = "desk"
    CHAT = "chat"
    HIDE = "hide"
    SHOW = "show"


_CHANGES: dict[KindChange, dict[str, object]] = {
    KindChange.ANYBODY: {"whom": Whom.ANYBODY},
    KindChange.ILL: {"whom": Whom.ILL},
    KindChange.HEALTHY: {"whom": Whom.HEALTHY},
    KindChange.NAMED: {"named_only": True},
    KindChange.EVERYWHERE: {"named_only": False},
    KindChange.DESK: {"at_desk": True},
    KindChange.CHAT: {"at_desk": False},
    KindChange.HIDE: {"hidden": True},
    KindChange.SHOW: {"hidden": False},
}


def changes_of(kind: VisitKind) -> list[KindChange]:
    """What a tap may change of it. The ill child's own door stays one (R71)."""
    own_door = kind.key == Reason.ILLNESS
    return [each for each, parts in _CHANGES.items() if not (own_door and "whom" in parts)]


class VisitKinds:
    """For administrators, each of whom is looked up again at every tap and word.

    Nothing is asked back: no visit changes and no family is told, and each change is taken back as
    it was made.
    """

    def __init__(self, transactions: Transactions, clock: Clock, named: NamesKind) -> None:
        self._transactions = transactions
        self._clock = clock
        self._named = named

    @use_case
    async def all(self, person: PersonId, post_id: PostId) -> KindList:
        """The clinic's kinds of visit. Raises `NotFound`: not an administrator."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return KindList(post, post.clinic.kinds)

    @use_case
    async def card(self, person: PersonId, post_id: PostId, key: KindKey) -> KindCard:
        """One of them. Raises `NotFound`: not an administrator, or the clinic has it not."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return await self._card(tx, post, _kind_at(post.clinic, key))

    @use_case
    async def ask(
        self, person: PersonId, post_id: PostId, key: KindKey | None, part: KindPart
    ) -> KindQuestion:
        """Take what is typed next for this; no key is a new kind.

        Raises `NotFound`: not an administrator, the clinic has it not, or a line is for a new one.
        """
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            kind = _kind_at(post.clinic, key) if key else None
            if kind and part is KindPart.LINE:
                raise NotFound
            part = part if kind else KindPart.LINE
            await ask(tx, post, KindFact(part, key or ""), self._clock())
            return KindQuestion(post, part, kind)

    @use_case
    async def leave(
        self, person: PersonId, post_id: PostId, key: KindKey | None
    ) -> KindCard | KindList:
        """Forget the question. Raises `NotFound` as `ask` does."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            await leave(tx, person, KindFact)
            if key is None:
                return KindList(post, post.clinic.kinds)
            return await self._card(tx, post, _kind_at(post.clinic, key))

    @use_case
    async def typed(self, person: PersonId, words: str) -> KindCard | KindQuestion:
        """Let the kind be as these words say. Words that will not do are asked for again.

        Raises `NotFound`: nothing was asked, or not an administrator any more.
        """
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, KindFact)
            post = await post_of(tx, person, asked.post_id, ADMINISTRATION)
            clinic, topic = await _locked(tx, post), asked.topic
            key = KindKey(topic.key) if topic.key else None
            before = _kind_at(clinic, key) if key else None
            try:
                kind = self._said(clinic, before, topic.part, words)
            except Refusal as problem:
                return KindQuestion(post, topic.part, before, problem)
            await tx.conversations.close(person)
            return await self._save(tx, post, clinic, kind)

    def _said(
        self, clinic: Clinic, before: VisitKind | None, part: KindPart, words: str
    ) -> VisitKind:
        if before is None:
            key = next_key(clinic.kinds)
            if key is None:
                raise TooManyKinds
            kind = read_kind(words, VisitKind(key))
        else:
            kind = _with(before, part, words)
        check_apart(self._named, clinic.kinds, kind)
        return kind

    @use_case
    async def change(
        self, person: PersonId, post_id: PostId, key: KindKey, change: KindChange
    ) -> KindCard:
        """Let a kind be as a tap says. Raises `NotFound` as `card` does, and where the kind has no
        such change."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            clinic = await _locked(tx, post)
            kind = _kind_at(clinic, key)
            if change not in changes_of(kind):
                raise NotFound
            kind = replace(kind, **_CHANGES[change])  # type: ignore[arg-type]
            return await self._save(tx, post, clinic, kind)

    @use_case
    async def up(self, person: PersonId, post_id: PostId, key: KindKey, place: int) -> KindList:
        """Let a kind stand before the one that it stood behind when it was shown.

        Raises:
            ChangedMeanwhile: it stands elsewhere by now.
            NotFound: not an administrator, or the clinic has it not.
        """
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            clinic = await _locked(tx, post)
            if tx.replay:
                return KindList(post, clinic.kinds)
            kinds = [*clinic.kinds]
            if kinds.index(_kind_at(clinic, key)) != place or not place:
                raise ChangedMeanwhile
            kinds[place - 1 : place + 1] = [kinds[place], kinds[place - 1]]
            await _keep(tx, clinic, kinds)
            return KindList(post, kinds)

    async def _save(self, tx: Transaction, post: Post, clinic: Clinic, kind: VisitKind) -> KindCard:
        if kind.key in {each.key for each in clinic.kinds}:
            kinds = [kind if each.key == kind.key else each for each in clinic.kinds]
        else:
            kinds = [*clinic.kinds, kind]
        if not tx.replay:
            await _keep(tx, clinic, kinds)
        return replace(await self._card(tx, post, kind), saved=True)

    async def _card(self, tx: Transaction, post: Post, kind: VisitKind) -> KindCard:
        if not needs_its_own_times(kind):
            return KindCard(post, kind)
        there = await tx.free_times.have_hours(post.clinic.id, [kind], self._clock())
        return KindCard(post, kind, bool(there))


def _kind_at(clinic: Clinic, key: KindKey) -> VisitKind:
    for kind in clinic.kinds:
        if kind.key == key:
            return kind
    raise NotFound


async def _locked(tx: Transaction, post: Post) -> Clinic:
    """The clinic as nobody else changes it meanwhile."""
    clinic = await tx.clinics.by_code(post.clinic.code, lock=True)
    if clinic is None:
        raise NotFound
    return clinic


async def _keep(tx: Transaction, clinic: Clinic, kinds: Iterable[VisitKind]) -> None:
    await tx.clinics.change(clinic.id, replace(clinic, kinds=tuple(kinds)))


def _with(kind: VisitKind, part: KindPart, words: str) -> VisitKind:
    """The kind with another part. Raises a `BadValue`."""
    match part:
        case KindPart.LINE:  # of a new one alone
            raise NotFound
        case KindPart.NAME:
            return replace(kind, name=read_name(words, needed=not kind.is_everywhere))
        case KindPart.NAME_EN:
            return replace(kind, name_en=read_name(words, needed=False))
        case KindPart.AGES:
            since, until = read_ages(words)
            return replace(kind, since=since, until=until)
        case KindPart.LENGTH:
            is_none = words.strip() in NOTHING
            return replace(kind, length=None if is_none else LENGTH.read(words))
        case KindPart.PRICE:
            return replace(kind, price=PRICE.read(words))
        case KindPart.BRING:
            return replace(kind, bring=BRING.read(words))
