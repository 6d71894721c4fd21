"""Families at the registry's desk: found by a typed line, entered with a consent on paper, their
phone noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.access.asking import ask, desk_of, expected, listen
from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.families.home import same_named
from services.model.access import REGISTRY, Access, Post
from services.model.clinic import District
from services.model.consents import Purpose
from services.model.conversations import FamilyPhone, Searching
from services.model.ids import ChildId, PersonId, PostId
from services.model.people import Child, PhoneNumber, Scope
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.families import MoreThanAPhone, PhonesNotKept, PhoneUnclear
from services.model.visits import Appointment, Matter, ToSee
from services.ports.readers import Clock, DateReader, PhoneReader
from services.ports.transaction import Transaction, Transactions
from services.rules import ages, names
from services.rules.names import named
from services.rules.reach import LATE
from services.rules.reserved.groups import groups_asked_for
from services.rules.typed.lines import ByBirth, ByNumber, ByPhone, read_only_phone, read_query
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case
from services.visits.staff_view import StaffVisit, opened


@dataclass(frozen=True, slots=True)
class Traits:
    """By what a child is told from another one of the same name and birth date (R59)."""

    phone: PhoneNumber | None = field(repr=False)  # nobody's to see in a log (R34)
    district: District | None
    following: Appointment | None
    """The next visit here."""


MOST_FOUND = 15
"""Children whom one search shows, and takes down."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: perhaps several, perhaps nobody."""

    post: Post
    query: ByBirth | ByPhone
    children: Sequence[Child]
    by_name: bool
    """Whether they have the name, too; otherwise they only share the birth date."""
    line: str
    """What was typed, by which the child can be entered: see `marks`."""
    now: datetime
    traits: Mapping[ChildId, Traits] = field(default_factory=dict)
    """Of those children whose names are the same."""
    more: int = 0
    """How many others there are, of whom nothing is shown."""

    @property
    def may_be_entered(self) -> bool:
        """Whether it was a child's name and birth date, and nobody here has both."""
        return isinstance(self.query, ByBirth) and bool(self.query.name) and not self.by_name


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nothing could be looked up; what is typed next is looked up again."""

    post: Post
    problem: Refusal


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A child as the registry knows them."""

    post: Post
    child: Child
    visits: Sequence[Appointment]
    """Ahead, at this clinic."""
    in_bot: bool
    """Whether an adult who has the child in the bot can be written to."""
    phones: Sequence[PhoneNumber]
    """By which the family can be called, as far as it gave a number."""
    keeps_phones: bool
    """Whether a number can be noted: there is a key to encrypt it."""
    now: datetime
    to_see: Sequence[ToSee] = ()
    """What the registry has to see to."""
    may_be_corrected: bool = False
    """Whether the registry entered the child, and nobody else knows them."""
    settled: Sequence[Appointment] = ()
    """Today's and later, without a time: somebody said that they were settled with the family."""
    entered_twice: bool = False
    """Whether the clinic knows somebody else who may be this child."""
    unheard: str = ""
    """Of the name by which the child was found, what the card does not say."""

    @property
    def wants_groups(self) -> bool:
        """Whether the clinic keeps times for groups that it has to be told of."""
        return self.keeps_phones and bool(groups_asked_for(self.post.clinic))

    @property
    def wants_phone(self) -> bool:
        """Whether a number is to be asked for: nobody of the family can be told by the bot."""
        return self.keeps_phones and not self.in_bot


@dataclass(frozen=True, slots=True)
class AskPhone:
    """The family's number is to be typed."""

    post: Post
    child: Child
    problem: Refusal | None = None
    """Why what was typed before would not do."""


class Registry:
    """Whom a caller speaks of."""

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
    async def search(self, by: PersonId, typed: str) -> Found | AtDesk | StaffVisit | Nobody:
        """Look for what was typed at the desk; whoever is shown is taken down.

        One child that fits is opened at once. Raises `NotFound`: not at a registry's desk.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await desk_of(tx, by, REGISTRY)
            try:
                query = read_query(typed, self._read_date, self._read_phone)
                if isinstance(query, ByNumber):
                    visit = await visit_at(tx, post, query.appointment_id)
                    return await opened(tx, post, visit, now)
            except Refusal as problem:
                return Nobody(post, problem)
            line = typed if isinstance(query, ByBirth) else ""  # no number is kept as it is
            await ask(tx, post, Searching(line), now)
            if isinstance(query, ByBirth):
                born = await tx.registry.born_on(post.clinic.id, query.birth_date)
                fitting = named(query.name, born)
                others = born
            else:
                fitting = others = await called_from(tx, post, query.number)
            if len(fitting) == 1:
                at_desk = await self._open(tx, post, fitting[0], now)
                unheard = (
                    names.not_in(query.name, at_desk.child) if isinstance(query, ByBirth) else ""
                )
                return replace(at_desk, unheard=unheard)
            everybody = fitting or others
            shown = everybody[:MOST_FOUND]
            await take_down(tx, post, Access.FOUND, [(child.id, None) for child in shown], now)
            traits = await _traits(tx, post, shown, now)
            more = len(everybody) - len(shown)
            return Found(post, query, shown, bool(fitting), typed, now, traits, more)

    @use_case
    async def card(self, by: PersonId, post_id: PostId, child_id: ChildId) -> AtDesk:
        """A child whom the clinic knows; it is taken down. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id)
            return await self._open(tx, post, child, now)

    async def _open(self, tx: Transaction, post: Post, child: Child, now: datetime) -> AtDesk:
        await take_down(tx, post, Access.CARD, [(child.id, None)], now)
        planned = await tx.appointments.planned([child.id], after=now)
        here = [visit for visit in planned if visit.slot.doctor.clinic.id == post.clinic.id]
        in_bot = await tx.registry.in_bot(child.id)
        phones = await tx.phones.of_family(child.id, post.clinic.id)
        to_see = await tx.seeing.of_child(post.clinic.id, child.id, now, now - LATE)
        open_ones = {each.visit.id for each in to_see if each.matter is Matter.NEEDS_TIME}
        settled = [
            visit
            for visit in await tx.appointments.needing([child.id])
            if visit.slot.doctor.clinic.id == post.clinic.id
            and visit.slot.local_start.date() >= post.clinic.today(now)
            and visit.id not in open_ones
        ]
        own = not in_bot and await tx.registry.is_only_here(child.id, post.clinic.id)
        born = await tx.registry.born_on(post.clinic.id, child.birth_date)
        twice = bool(names.likely_same(child, born))
        return AtDesk(
            post, child, here, in_bot, phones, tx.phones.kept, now, to_see, own, settled, twice
        )

    @use_case
    async def add(self, by: PersonId, post_id: PostId, key: int) -> AtDesk:
        """Enter the child of the line that was searched last: its family signed the paper (R41).

        Doing it again opens the card that is there.

        Args:
            key: of the line, as `typed.texts.mark` gives it.

        Raises:
            NotFound: not of the registry, or another line was typed since.
            SearchUnclear: there is no name in it.
            BornInFuture, NoLongerAChild, NameUnclear, NameTooLong: it is no child's.
            NameHasNumber, NameHasDate: there is more in it than a name and a date.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            line = (await expected(tx, by, Searching, post.id)).topic.line
            if mark(line) != key:
                raise NotFound
            query = read_query(line, self._read_date, self._read_phone)
            if not isinstance(query, ByBirth):
                raise NotFound
            name = names.tidy_name(query.name)
            ages.check_birth_date(query.birth_date, post.clinic.today(now))
            await tx.staff.lock(post.clinic.id)  # a colleague may be entering the same child
            born = await tx.registry.born_on(post.clinic.id, query.birth_date)
            for known in born:
                if ages.is_known(name, query.birth_date, [known]):
                    return await self._open(tx, post, known, now)
            consent = await tx.consents.text(post.clinic.id, Purpose.PROCESSING)
            child = await tx.registry.add(name, query.birth_date, consent, post.id, now)
            await take_down(tx, post, Access.ADDED, [(child.id, None)], now)
            return AtDesk(post, child, [], False, [], tx.phones.kept, now, may_be_corrected=True)

    @use_case
    async def ask_phone(self, by: PersonId, post_id: PostId, child_id: ChildId) -> AskPhone:
        """Take what is typed next for the family's number.

        Raises:
            NotFound: not of the registry, or no child of the clinic.
            PhonesNotKept: there is no key to encrypt it.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, child_id)
            if not tx.phones.kept:
                raise PhonesNotKept
            await ask(tx, post, FamilyPhone(child.id), now)
            await take_down(tx, post, Access.CARD, [(child.id, None)], now)
            return AskPhone(post, child)

    @use_case
    async def note_phone(self, by: PersonId, typed: str) -> AtDesk | AskPhone:
        """Keep the number that was typed, encrypted (R35). Raises what `ask_phone` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            asked = await expected(tx, by, FamilyPhone)
            post = await post_of(tx, by, asked.post_id, REGISTRY)
            child = await tx.registry.child(post.clinic.id, asked.topic.child_id, lock=True)
            try:
                number = read_only_phone(typed, self._read_phone)
            except (PhoneUnclear, MoreThanAPhone) as problem:
                await take_down(tx, post, Access.CARD, [(child.id, None)], now)
                return AskPhone(post, child, problem)
            if not tx.replay:
                await tx.phones.keep_for_child(child.id, post.clinic.id, number, now)
                await listen(tx, post, now)
                await take_down(tx, post, Access.PHONE, [(child.id, None)], now)
            return await self._open(tx, post, child, now)


async def _traits(
    tx: Transaction, post: Post, children: Sequence[Child], now: datetime
) -> dict[ChildId, Traits]:
    """What tells those apart whose names and birth dates are the same."""
    alike = same_named(children)
    if not alike:
        return {}
    ids = [child.id for child in alike]
    districts = {each.id: each for each in await tx.districts.of_clinic(post.clinic.id)}
    phones = await tx.phones.of_families(ids, post.clinic.id)
    ahead: dict[ChildId, Appointment] = {}
    for visit in await tx.appointments.planned(ids, after=now):
        if visit.slot.doctor.clinic.id == post.clinic.id:
            ahead.setdefault(visit.child.id, visit)
    return {
        child.id: Traits(
            next(iter(phones.get(child.id, ())), None),
            districts.get(child.district_id) if child.district_id else None,
            ahead.get(child.id),
        )
        for child in alike
    }


async def called_from(tx: Transaction, post: Post, number: PhoneNumber) -> list[Child]:
    """The clinic's children whose family has this number, in as many statements as for one."""
    known = await tx.phones.children_with(number, post.clinic.id)
    persons = await tx.phones.persons_with(number, post.clinic.id)
    known += await tx.families.looked_after_by(persons, Scope.TOLD)
    return await tx.registry.some(post.clinic.id, known)
