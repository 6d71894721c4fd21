"""Erasing all that is kept about a family (R40, R74): asked for, waited for, done, told.

Visits ahead are cancelled at once. The rest waits, a day where the clinic does not say otherwise,
and can be taken back until then: whoever taps in anger at seven in the morning may not mean it. A
visit that a registry booked meanwhile takes place, and the rest waits for its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from services.model.ids import ChildId, PersonId
from services.model.people import Child, Person, Scope
from services.model.privacy.erasure import Act, Erasure
from services.model.refusals.families import FarewellChanged
from services.model.visits import Appointment
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.privacy.leaving import give_back, together, withdraw_everything
from services.runtime.use_case import use_case

WAIT = timedelta(hours=24)
"""So long it can be taken back by who is at no clinic; each clinic has its own."""
LONGEST = timedelta(days=30)
"""No visit keeps it for longer after it was asked for (152-FZ art. 21 part 5)."""
AT_ONCE = 100
"""Erasures of one round."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """What it means to be erased, or meant."""

    alone: Sequence[Child]
    """The asker's children whom no other adult looks after: they go, too."""
    shared: Sequence[Child]
    """Those who stay with another adult."""
    visits: Sequence[Appointment]
    """The visits ahead that are cancelled at once."""
    owed: Sequence[Appointment]
    """Those that wait for another time, and need none any more."""
    at_work: bool
    """Whether the asker works at a clinic: that stays."""
    erasure: Erasure | None
    """What was asked for already."""
    until: datetime | None
    """When its time to be taken back ends, on the wall of the clinic the asker came to last."""
    wait: timedelta
    """How long it can be taken back if it is asked for now."""

    @property
    def as_shown(self) -> int:
        """What a button keeps of it: see `together`; and how long it can be taken back."""
        return together([*self.visits, *self.owed], self.alone, self.shared, str(self.wait))


@dataclass(frozen=True, slots=True)
class Erased:
    """That somebody was erased, and how they can be told for the last time."""

    act: Act
    person: Person
    """As they were known."""
    at: datetime
    """On the wall of the clinic they came to last."""
    messages: Sequence[int] = ()
    """Those in their chat that still speak of a visit."""


class Erasing:
    """From the asking to the act."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def look(self, person: PersonId) -> Farewell:
        """What it would mean, or what is on its way."""
        async with self._transactions.reads() as tx:
            return await self._farewell(tx, person)

    @use_case
    async def ask(self, person: PersonId, seen: int) -> Farewell:
        """Cancel the visits ahead, withdraw every consent, and erase the rest when its time to
        be taken back is over; asking again changes nothing.

        Args:
            seen: `Farewell.as_shown`, as it was then.

        Raises:
            FarewellChanged: other visits would be cancelled than were shown (R66).
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            await tx.families.children(person, lock=True)
            farewell = await self._farewell(tx, person)
            if tx.replay or farewell.erasure:
                return farewell
            if seen != farewell.as_shown:
                raise FarewellChanged
            await give_back(tx, person, farewell.visits, farewell.owed, now)
            await withdraw_everything(tx, person, None, [c.id for c in farewell.alone], now)
            asked = await tx.erasures.ask(person, now, now + farewell.wait)
            zone = await _zone_of(tx, person)
            return replace(farewell, erasure=asked, until=asked.due_at.astimezone(zone))

    @use_case
    async def keep(self, person: PersonId) -> bool:
        """Erase nothing after all; False: there is nothing to take back."""
        async with self._transactions.writes(person) as tx:
            asked = await tx.erasures.of(person)
            if asked and not tx.replay:
                await tx.erasures.take_back(person)
            return asked is not None or tx.replay

    @use_case
    async def due(self) -> list[PersonId]:
        """Whose time to take it back is over."""
        async with self._transactions.reads() as tx:
            return await tx.erasures.due(self._clock(), AT_ONCE)

    @use_case
    async def carry_out(self, person: PersonId) -> Erased | None:
        """Erase who asked for it; None: they took it back meanwhile, it is done, or a visit that
        was booked since comes first."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            asked = await tx.erasures.of(person)
            if asked is None or asked.due_at > now:
                return None
            # First, so that no visit is booked between looking for one and erasing.
            await tx.families.children(person, lock=True)
            ends = await self._last_end(tx, person)
            until = min(ends, asked.asked_at + LONGEST) if ends else now
            if until > now:
                await tx.erasures.postpone(person, until)
                return None
            return await self._erase(tx, person, now)

    @use_case
    async def again(self, acts: Iterable[Act]) -> int:
        """Erase whom an older database brought back; how many there were (R74).

        Who was erased, came back and was erased again is brought back by one of between, too."""
        async with self._transactions.reads() as tx:
            done = await tx.erasures.done()
        count = 0
        for act in _unknown(acts, done):
            async with self._transactions.writes(act.person) as tx:
                if await self._erase(tx, act.person, act.at, act.children):
                    count += 1
        return count

    async def _last_end(self, tx: Transaction, person: PersonId) -> datetime | None:
        """When the last visit ahead of a child who goes with the person is over."""
        alone, _ = await _alone_and_shared(tx, person, staying=False)
        ahead = await tx.appointments.planned([child.id for child in alone], after=self._clock())
        return max((visit.slot.stretch.ends_at for visit in ahead), default=None)

    async def _erase(
        self, tx: Transaction, person: PersonId, at: datetime, also: Iterable[ChildId] = ()
    ) -> Erased | None:
        """`at` is when it is done; an act that is done again stays the one of then, so that nobody
        who came back after it is taken for brought back. `also`: who went with the person before;
        second cards of them may be there anew."""
        now = self._clock()
        known = await tx.erasures.known(person, at)
        if known is None:
            return None
        await tx.families.children(person, lock=True)
        children, _ = await _alone_and_shared(tx, person, staying=False)
        alone = [child.id for child in children]
        others = set(also) - set(alone)
        others -= await tx.erasures.with_others(person, others, staying=False)
        await tx.families.lock_children(others)
        alone += sorted(others)
        ahead = await _ahead(tx, alone, now)  # brought back, or too far away to wait for
        await give_back(tx, person, ahead, await tx.appointments.needing(alone), now)
        zone = await _zone_of(tx, person)
        messages = await tx.erasures.said(person)
        act = await tx.erasures.erase(person, alone, at)
        return Erased(act, known, act.at.astimezone(zone), messages)

    @use_case
    async def scrub(self) -> None:
        """Leave nothing of it in the files of the database."""
        await self._transactions.scrub()

    @use_case
    async def unlisted(self) -> list[Act]:
        """What has to be written down outside the database."""
        async with self._transactions.reads() as tx:
            return await tx.erasures.unlisted()

    @use_case
    async def listed(self, acts: Sequence[Act]) -> None:
        """It is."""
        async with self._transactions.writes() as tx:
            await tx.erasures.list_([act.number for act in acts], self._clock())

    async def _farewell(self, tx: Transaction, person: PersonId) -> Farewell:
        now = self._clock()
        alone, shared = await _alone_and_shared(tx, person, staying=True)
        ids = [child.id for child in alone]
        erasure = await tx.erasures.of(person)
        zone = await _zone_of(tx, person)
        return Farewell(
            alone,
            shared,
            await _ahead(tx, ids, now),
            await tx.appointments.needing(ids),
            bool(await tx.staff.of_person(person)),
            erasure,
            erasure.due_at.astimezone(zone) if erasure else None,
            await _wait_of(tx, person),
        )


def _unknown(acts: Iterable[Act], done: Mapping[PersonId, datetime]) -> list[Act]:
    """The acts that the database knows nothing of. Those of one person are one: their last."""
    found: dict[PersonId, Act] = {}
    for act in acts:
        if act.person in done and act.at <= done[act.person]:
            continue
        before = found.get(act.person, act)
        children = sorted({*before.children, *act.children})
        found[act.person] = replace(act, children=children, at=max(before.at, act.at))
    return list(found.values())


async def _alone_and_shared(
    tx: Transaction, person: PersonId, *, staying: bool
) -> tuple[list[Child], list[Child]]:
    """The person's children whom nobody else looks after, and the others.

    `staying`: an adult who asked to be erased as well keeps no visit; the child is theirs until
    they are, as they may change their mind."""
    children = await tx.families.children(person, scope=Scope.DECIDE)
    with_others = await tx.erasures.with_others(
        person, [child.id for child in children], staying=staying
    )
    return (
        [child for child in children if child.id not in with_others],
        [child for child in children if child.id in with_others],
    )


async def _ahead(tx: Transaction, children: Sequence[ChildId], now: datetime) -> list[Appointment]:
    """What can still be cancelled: nobody is at the doctor's yet."""
    planned = await tx.appointments.planned(children, after=now)
    return [visit for visit in planned if visit.slot.starts_at > now]


async def _zone_of(tx: Transaction, person: PersonId) -> tzinfo:
    clinic_id = await tx.families.clinic_of(person)
    return (await tx.clinics.get(clinic_id)).zone if clinic_id else UTC


async def _wait_of(tx: Transaction, person: PersonId) -> timedelta:
    """The longest of their clinics': nobody has less time than one of these promises."""
    clinics = [await tx.clinics.get(each) for each in await tx.erasures.clinics(person)]
    return max((clinic.erase_wait for clinic in clinics), default=WAIT)
