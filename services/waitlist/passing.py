"""The way of each freed time through the list: offered in order, passed on, and in the end
everybody's.

What is to be done stands in the database: a freed time that somebody waits for is written down in
the transaction that frees it, and kept from everybody else for minutes. Whoever dies leaves it to
the next one who looks, or to the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from services.model.ids import FreedTimeId, PersonId
from services.model.messages import NotificationKind, Planned, Urgency
from services.model.slots import Slot, Wish
from services.model.visits import Appointment
from services.model.waitlist.offers import (
    LIVE_OFFERS,
    FreedState,
    FreedTime,
    Offering,
    TimeOffer,
    TimeOfferState,
)
from services.model.waitlist.waits import Wait, WaitState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import booking
from services.rules.waitlist import rank
from services.rules.waitlist.fits import held_by, suits
from services.rules.waitlist.timing import GRACE, TO_BE_SENT, may_offer_at, offering
from services.runtime.one_by_one import OneByOne
from services.runtime.use_case import use_case
from services.schedule.availability import gives_out

AT_ONCE = 50
"""Freed times that are passed on at one go."""
MOST_WANTING = 500
"""Families that are looked at for one time."""
MOST_TOGETHER = 200
"""Times of a doctor's day that lie together, of which one is looked for."""
A_MOMENT = timedelta(microseconds=1)
LEAD = timedelta(seconds=30)
"""How long one process passes times on before another one may."""
TOLD_WITHIN = timedelta(days=2)
"""How long it is worth telling that a place in the list is no more."""


@dataclass(frozen=True, slots=True)
class _ForFamily:
    """What a family could have."""

    slots: Sequence[Slot]
    """One for each child, in their order."""
    whom: Sequence[PersonId]
    """Who is written to."""


class Passing:
    """Passes freed times on; each in a transaction of its own, so that taps come in between."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._holder = token_hex(8)

    @use_case
    async def pass_on(self) -> int:
        """Pass on what is due; how many times. Again at once does nothing."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            due = await tx.freed.due(now, AT_ONCE)
        passed, times = 0, OneByOne()
        for freed_id in due:
            with times.turn():
                if not await self._pass_on(freed_id):
                    break
                passed += 1
        times.end()
        return passed

    @use_case
    async def _pass_on(self, freed_id: FreedTimeId) -> bool:
        """Whether it is this process that does. It has the lead for each time anew, however long
        the others took, and no other one offers anything meanwhile: a family with two places
        would have an offer of each."""
        now = self._clock()
        async with self._transactions.writes() as tx:
            if not await tx.leases.take("waitlist", self._holder, now, now + LEAD):
                return False
            if freed := await tx.freed.to_pass_on(freed_id, now):
                await pass_on(tx, freed, now)
            return True


async def pass_on(tx: Transaction, freed: FreedTime, now: datetime) -> None:
    """Let one freed time go its next step: offers whose clock ran out are over, and the next ones
    in the list are asked, as many as may be at once (R26).

    Whoever calls holds the lock of the time."""
    slot = freed.slot
    if now < freed.freed_at:
        await tx.freed.put_off(freed.id, freed.freed_at, freed.freed_at + GRACE)
        return
    if not _is_free(slot, now):
        await tx.freed.settle(freed.id, FreedState.GONE, now)
        return
    live = await _still_live(tx, freed, now)
    clinic = slot.doctor.clinic
    way = offering(clinic, slot, now) if await gives_out(tx, clinic, now) else None
    later: list[datetime] = []
    if way is not None and len(live) < way.among:
        made, later = await _ask_next(tx, freed, way, way.among - len(live), now)
        live += made
    await _go_on(tx, freed, live, later, now)


async def _ask_next(
    tx: Transaction, freed: FreedTime, way: Offering, most: int, now: datetime
) -> tuple[list[TimeOffer], list[datetime]]:
    """Offer the time to so many more; and when the others may be asked, who are left in peace."""
    slot, clinic = freed.slot, freed.slot.doctor.clinic
    made: list[TimeOffer] = []
    later: list[datetime] = []
    for wait in rank.in_order(await tx.waits.for_time(freed, now, MOST_WANTING), slot, now):
        may_be = may_offer_at(clinic, slot, now, early=wait.early)
        found = await _to_offer(tx, wait, slot, may_be)
        if found is not None and may_be > now:
            later.append(may_be)
        elif found is not None and (offer := await _offer(tx, wait, found, way, now)):
            made.append(offer)
        if len(made) == most:
            break
    return made, later


async def _go_on(
    tx: Transaction,
    freed: FreedTime,
    live: Sequence[TimeOffer],
    later: Iterable[datetime],
    now: datetime,
) -> None:
    """When the time is looked at next; where nobody wants it, it is everybody's."""
    moments = [*(each.until for each in live), *later]
    if not moments:
        await tx.freed.settle(freed.id, FreedState.PUBLIC, now)
        return
    await tx.freed.put_off(freed.id, min(moments), max(moments) + GRACE)


def _is_free(slot: Slot, now: datetime) -> bool:
    """Whether nobody has it, and it is ahead: what goes through the list is held for nobody."""
    return slot.open and not slot.taken and not slot.held and slot.starts_at > now


async def _still_live(tx: Transaction, freed: FreedTime, now: datetime) -> list[TimeOffer]:
    """The offers whose clock still runs; of the others it is written down that it does not."""
    live = []
    for each in await tx.freed.offers(freed.id):
        if each.is_live(now):
            live.append(each)
        elif each.state in LIVE_OFFERS:
            await _expire(tx, each, now)
    return live


async def _expire(tx: Transaction, offer: TimeOffer, now: datetime) -> None:
    """Nobody answered, or the message never went out: only silence is counted."""
    if offer.state is TimeOfferState.MADE:
        await tx.freed.answer(offer, TimeOfferState.UNREACHED, now)
        return
    if not await tx.freed.answer(offer, TimeOfferState.EXPIRED, now):
        return
    wait, silent = offer.wait, offer.wait.unanswered + 1
    rests = silent >= wait.clinic.waitlist.unanswered and not wait.owed
    state = WaitState.RESTING if rests else WaitState.WAITING
    await tx.waits.count_unanswered(wait.id, silent, state)
    if rests:
        await _tell(tx, NotificationKind.WAIT_RESTS, wait, f"rests {offer.id}", now)
    else:
        await tx.waits.look_at(wait.id, now)


async def _to_offer(tx: Transaction, wait: Wait, slot: Slot, at: datetime) -> _ForFamily | None:
    """What a family could have with this time; None: it is not for them, or nobody can be written
    to."""
    planned = await tx.appointments.planned([child.id for child in wait.children], after=at)
    held = await held_visit(tx, wait, planned)
    for slots in await _with_others(tx, wait, slot, planned, at):
        if suits(wait, slots, held, planned, at):
            whom = await recipients(tx, wait, held)
            return _ForFamily(slots, whom) if whom else None
    return None


async def held_visit(
    tx: Transaction, wait: Wait, planned: Sequence[Appointment]
) -> Appointment | None:
    """The visit that is moved when a time is taken: the one that was named, or one of the same
    kind that the child has by now."""
    if wait.owed and wait.wish.moves:
        return await tx.appointments.get(wait.wish.moves, cared_for_by=None)
    return held_by(wait, planned)


async def _with_others(
    tx: Transaction, wait: Wait, slot: Slot, planned: Sequence[Appointment], now: datetime
) -> list[Sequence[Slot]]:
    """The time alone; for brothers and sisters, with those beside it that nobody has, nor is
    offered (R72)."""
    if len(wait.children) == 1:
        return [[slot]]
    day, clinic_id = slot.local_start.date(), wait.clinic.id
    wishes = [replace(wish, for_list=True) for wish in wishes_of(wait, planned, now)]
    found = await tx.together.times(
        clinic_id, wishes, MOST_TOGETHER, doctor_id=slot.doctor.id, day=day
    )
    at_once = await tx.together.times(clinic_id, [_just_at(slot, wish) for wish in wishes], 1)
    theirs = [times for times in [*found, *at_once] if slot.id in {each.id for each in times}]
    theirs.sort(key=lambda times: (times[0].starts_at, [each.id for each in times]))
    beside = {each.id for times in theirs for each in times} - {slot.id}
    offered = await tx.freed.offered(beside, now) if beside else set()
    return [times for times in theirs if not offered & {each.id for each in times}]


def _just_at(slot: Slot, wish: Wish) -> Wish:
    """What begins together with a time, at whichever doctor's."""
    return replace(
        wish,
        earliest=max(wish.earliest, slot.starts_at),
        latest=min(wish.latest, slot.starts_at + A_MOMENT),
    )


def wishes_of(wait: Wait, planned: Sequence[Appointment], now: datetime) -> list[Wish]:
    """What each of the children could take at all."""
    return [
        booking.wish_of(
            None,
            child,
            wait.wish.kind,
            wait.clinic,
            [visit for visit in planned if visit.child.id == child.id],
            now,
        )
        for child in wait.children
    ]


async def recipients(
    tx: Transaction, wait: Wait, held: Appointment | None = None
) -> list[PersonId]:
    """Who is written to: who asked, while they could say yes for the children; otherwise all who
    could. Who left the clinic could not, nor who helps where a visit is hidden from helpers that
    would be moved; they stand before nobody of the family. Whom the bot cannot write to is passed
    over until they write to it again (R20)."""
    could = await tx.waits.who_could_accept(wait, held)
    if wait.person in could and wait.person is not None:
        could = {wait.person}
    return sorted(await tx.families.reachable(could))


async def _offer(
    tx: Transaction,
    wait: Wait,
    found: _ForFamily,
    way: Offering,
    now: datetime,
) -> TimeOffer | None:
    if await tx.waits.has_offer(wait.id, now):
        return None  # by another place of theirs, which was asked just before
    reason = rank.reason_of(wait, found.slots[0], now)
    made = await tx.freed.offer(wait, found.slots, way, reason, now)
    if made is None:
        return None
    await tx.notifications.begin(
        [
            Planned(
                NotificationKind.TIME_OFFERED,
                person,
                None,
                occasion=str(made.id),
                due_at=now,
                useful_until=min(now + TO_BE_SENT, made.until),
                urgency=Urgency.URGENT,
                wait_id=wait.id,
            )
            for person in found.whom
        ]
    )
    return made


async def tell_over(tx: Transaction, wait: Wait, now: datetime) -> None:
    """Have the family told that its place is no more: of each end that it has, since a place that
    a visit ended stands again where the clinic's system says no to that visit."""
    await _tell(tx, NotificationKind.WAIT_OVER, wait, f"over {int(now.timestamp() * 1000)}", now)


async def _tell(
    tx: Transaction, kind: NotificationKind, wait: Wait, occasion: str, now: datetime
) -> None:
    """Have the family told what became of its place in the list."""
    await tx.notifications.begin(
        [
            Planned(
                kind,
                person,
                None,
                occasion=occasion,
                due_at=now,
                useful_until=now + TOLD_WITHIN,
                urgency=Urgency.NEWS,
                wait_id=wait.id,
            )
            for person in await recipients(tx, wait)
        ]
    )
