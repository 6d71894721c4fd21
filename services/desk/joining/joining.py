"""Cards of one child are found, compared and made one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.access.asking import ask, expected, listen
from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.desk.joining.cards import EVER, Card, TwoCards
from services.desk.search import called_from
from services.messages.planning import plan_reminders
from services.messages.telling import tell_joined
from services.model.access import REGISTRY, Access, Post
from services.model.conversations import SecondCard
from services.model.ids import ChildId, PersonId, PostId
from services.model.people import Child
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.desk import (
    CardsChanged,
    NotDecided,
    SameCard,
    ToBeErased,
    VisitsClash,
)
from services.model.visits import AppointmentState
from services.ports.readers import Clock, DateReader, PhoneReader
from services.ports.transaction import Transaction, Transactions
from services.rules.names import likely_same, named
from services.rules.typed.lines import ByBirth, ByNumber, read_query
from services.runtime.use_case import use_case
from services.visits.confirming import make_way_for
from services.waitlist.merging import make_one_place

LOOKED_THROUGH = 100
"""Among so many past visits one at the clinic is looked for: a letter stands at a visit."""


@dataclass(frozen=True, slots=True)
class SecondCards:
    """Which card may be of the same child; or its name and birth date are to be typed."""

    post: Post
    child: Child
    likely: Sequence[Child]
    now: datetime
    problem: Refusal | None = None
    """Why what was typed before would not do."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two cards are one."""

    post: Post
    child: Child
    visits: int
    """Ahead, at this clinic."""
    told: bool
    """Whether the bot tells somebody of the family."""
    now: datetime


class Joining:
    """Cards of one child, found, compared and made one."""

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        read_date: DateReader,
        read_phone: PhoneReader,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_date = read_date
        self._read_phone = read_phone

    @use_case
    async def second_cards(self, by: PersonId, post_id: PostId, child_id: ChildId) -> SecondCards:
        """Who may be the same child; what is typed next looks for another one. It is taken down.

        Raises `NotFound`: not of the registry, or no child of the clinic."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id)
            born = await tx.registry.born_on(post.clinic.id, child.birth_date)
            await ask(tx, post, SecondCard(child.id), now)
            return await _listed(tx, post, child, likely_same(child, born), now)

    @use_case
    async def find(self, by: PersonId, typed: str) -> SecondCards | TwoCards:
        """Look for the card that is to be joined with the one that was asked about: its name and
        birth date, a visit's number, a phone. Raises what `second_cards` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            asked = await expected(tx, by, SecondCard)
            post = await post_of(tx, by, asked.post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, asked.topic.child_id)
            try:
                found = await self._found(tx, post, typed)
                others = [each for each in found if each.id != child.id]
                if found and not others:
                    raise SameCard
                if not others:
                    raise NotFound
            except Refusal as problem:
                born = await tx.registry.born_on(post.clinic.id, child.birth_date)
                likely = likely_same(child, born)
                return await _listed(tx, post, child, likely, now, problem)
            if len(others) > 1:
                return await _listed(tx, post, child, others, now)
            return await _looked_at(tx, post, (child.id, others[0].id), 0, now)

    async def _found(self, tx: Transaction, post: Post, typed: str) -> Sequence[Child]:
        query = read_query(typed, self._read_date, self._read_phone)
        if isinstance(query, ByNumber):
            visit = await visit_at(tx, post, query.appointment_id)
            return [visit.child]
        if isinstance(query, ByBirth):
            born = await tx.registry.born_on(post.clinic.id, query.birth_date)
            return named(query.name, born)
        return await called_from(tx, post, query.number)

    @use_case
    async def compare(
        self, by: PersonId, post_id: PostId, child_id: ChildId, other_id: ChildId, choice: int
    ) -> TwoCards:
        """Two cards side by side, with what is decided so far; it is taken down at both.

        Raises:
            NotFound: not of the registry, or one of them is no child of the clinic.
            ChildJoined: they are one already.
            SameCard: it is one and the same.
            ToBeErased: somebody who looks after one of them has asked for that.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            return await _looked_at(tx, post, (child_id, other_id), choice, now)

    @use_case
    async def join(
        self,
        by: PersonId,
        post_id: PostId,
        child_id: ChildId,
        other_id: ChildId,
        choice: int,
        seen: int,
    ) -> Joined:
        """Make one card of two, as they were shown and decided; doing it again changes nothing.

        Visits, consents, links of care, phones, questions, notes and all else go on under the one;
        the journal of both is read under it. Whoever looks after the child is told, discreetly.

        Args:
            child_id: whose card goes on.
            seen: `TwoCards.as_shown`, as it was then.

        Raises:
            CardsChanged: they are not as they were shown.
            NotDecided: of something that they say differently nobody said what is right.
            VisitsClash: the child would have two visits at one time.
            PhonesLocked: a phone number cannot be read, and so not be kept under another id.
            NotFound, ChildJoined, SameCard, ToBeErased: as `compare` does.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            if await tx.joining.into(other_id) == child_id:
                child = await tx.registry.child(post.clinic.id, child_id)
                return await _joined(tx, post, child, now, told=False)
            ids = (child_id, other_id)
            for each in ids:
                await tx.registry.child(post.clinic.id, each)
            await make_way_for(tx, post.clinic.id, ids, now)
            await tx.joining.lock(ids)
            two = await _two(tx, post, ids, choice, now)
            if two.as_shown != seen or two.kept.child.id != child_id:
                raise CardsChanged
            if two.clashes:
                raise VisitsClash
            if two.undecided:
                raise NotDecided
            await _make_one(tx, two, by, now)
            await listen(tx, post, now)
            told = await _tell(tx, two, now)
            return await _joined(tx, post, two.result, now, told=told)


async def _listed(
    tx: Transaction,
    post: Post,
    child: Child,
    likely: Sequence[Child],
    now: datetime,
    problem: Refusal | None = None,
) -> SecondCards:
    await take_down(tx, post, Access.CARD, [(child.id, None)], now)
    await take_down(tx, post, Access.FOUND, [(each.id, None) for each in likely], now)
    return SecondCards(post, child, likely, now, problem)


async def _looked_at(
    tx: Transaction, post: Post, ids: tuple[ChildId, ChildId], choice: int, now: datetime
) -> TwoCards:
    two = await _two(tx, post, ids, choice, now)
    await take_down(tx, post, Access.CARD, [(each, None) for each in ids], now)
    return two


async def _two(
    tx: Transaction, post: Post, ids: tuple[ChildId, ChildId], choice: int, now: datetime
) -> TwoCards:
    """The one that goes on first: buttons of a family in the bot lie in chats, so that is theirs;
    else the older one."""
    if ids[0] == ids[1]:
        raise SameCard
    cards = [await _card(tx, post, each, now) for each in ids]
    kept, other = sorted(cards, key=lambda card: (not card.adults, card.child.id))
    if kept.child.id != ids[0]:
        choice = 0  # what was decided was said of them the other way round
    return TwoCards(post, kept, other, choice, now)


async def _card(tx: Transaction, post: Post, child_id: ChildId, now: datetime) -> Card:
    child = await tx.registry.child(post.clinic.id, child_id)
    if not any(map(str.isalpha, child.name)):
        raise NotFound  # was erased: there is nobody to be joined
    adults = await tx.families.carers(child.id)
    for person in adults:
        if await tx.erasures.of(person):
            raise ToBeErased
    district = await tx.districts.get(child.district_id) if child.district_id else None
    return Card(
        child,
        district if district and district.doctor.clinic.id == post.clinic.id else None,
        await tx.phones.noted(child.id, post.clinic.id),
        frozenset(adults),
        await tx.appointments.planned([child.id], after=EVER),
        bool(
            await tx.appointments.planned([child.id], after=now)
            or await tx.appointments.past([child.id], now, 1)
        ),
    )


async def _make_one(tx: Transaction, two: TwoCards, by: PersonId, now: datetime) -> None:
    """Both are locked, and nothing contradicts any more."""
    kept, other = two.kept.child.id, two.other.child.id
    for visit in two.repeats:
        await tx.appointments.change(visit, AppointmentState.CANCELLED, by, now)
    await take_down(tx, two.post, Access.JOINED, [(other, None), (kept, None)], now)
    bent = [(kept, visit.id) for visit in two.with_one_doctor]
    await take_down(tx, two.post, Access.RULE_BENT, bent, now)
    await tx.joining.join(other, kept, two.phone, two.post.id, now)
    await make_one_place(tx, kept, now)
    await tx.families.change_child(two.result)
    await _remind_all(tx, kept, now)


async def _remind_all(tx: Transaction, child_id: ChildId, now: datetime) -> None:
    """Of each visit whoever looks after the child by now."""
    for visit in await tx.appointments.planned([child_id], after=now):
        await plan_reminders(tx, visit, now)


async def _tell(tx: Transaction, two: TwoCards, now: datetime) -> bool:
    """Whether somebody is told: by a letter that stands at one of the child's visits here."""
    whom = two.concerned
    child_id, clinic_id = two.kept.child.id, two.post.clinic.id
    ahead = await tx.appointments.planned([child_id], after=now)
    past = await tx.appointments.past([child_id], now, LOOKED_THROUGH)
    here = (each for each in [*ahead, *past] if each.slot.doctor.clinic.id == clinic_id)
    visit = next(here, None)
    if not whom or visit is None:
        return False
    await tell_joined(tx, two.other.child.id, visit, sorted(whom), now)
    return True


async def _joined(
    tx: Transaction, post: Post, child: Child, now: datetime, *, told: bool
) -> Joined:
    ahead = await tx.appointments.planned([child.id], after=now)
    here = [visit for visit in ahead if visit.slot.doctor.clinic.id == post.clinic.id]
    return Joined(post, child, len(here), told, now)
