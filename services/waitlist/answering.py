"""What a family says to an offer: yes, no, or that it waits no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.families import consents
from services.messages.questions import plan_questions
from services.model.ids import PersonId, TimeOfferId, WaitId
from services.model.people import Child, Scope
from services.model.refusals.waitlist import OfferLost, OfferOver
from services.model.slots import Slot
from services.model.visits import Appointment
from services.model.waitlist.offers import LIVE_OFFERS, TimeOffer, TimeOfferState
from services.model.waitlist.waits import Wait, WaitEnd, WaitState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import booking
from services.runtime.use_case import use_case
from services.schedule.availability import age_of_times
from services.visits.booking import claimed
from services.visits.confirming import make_way_for_each
from services.waitlist.passing import held_visit


@dataclass(frozen=True, slots=True)
class Taken:
    """The visits that a family has by its yes, one for each child."""

    visits: Sequence[Appointment]
    before: Slot | None = None
    """Where the visit was that it had meanwhile, and gave back."""


class Answers:
    """A tap below an offer. Who else cares for the children may answer, too."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def accept(self, person: PersonId, offer_id: TimeOfferId) -> Taken:
        """Take what is offered, in place of the visit that the family has meanwhile; no doctor's
        word is waited for. Asking again gives the same answer.

        Raises:
            NotFound: not this person's to answer.
            NoConsent: the clinic may not keep the family's data.
            OfferOver: its moment is over, or somebody of the family said no.
            OfferLost: another family was quicker, or the time is none any more.
            SystemAway: the clinic's own system has not answered for long.
            what `Booking.book` raises about the time and the children's other visits.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            offer = await tx.freed.get_offer(offer_id, cared_for_by=person)
            await _make_way(tx, offer, now)
            offer = await tx.freed.get_offer(offer_id, cared_for_by=person)
            if offer.state is TimeOfferState.ACCEPTED:
                return Taken(await _taken(tx, person, offer))
            _check_live(offer, now)
            return await _take(tx, person, offer, now)

    @use_case
    async def refuse(self, person: PersonId, offer_id: TimeOfferId) -> TimeOffer:
        """Let the time go on to the next family; the place in the list stays. Again, or too late,
        it changes nothing. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            offer = await tx.freed.get_offer(offer_id, cared_for_by=person)
            if not tx.replay:
                await tx.slots.lock([slot.id for slot in offer.slots])
                if await tx.freed.answer(offer, TimeOfferState.REFUSED, now):
                    await _heard(tx, offer.wait, now)
            return await tx.freed.get_offer(offer_id, cared_for_by=person)

    @use_case
    async def leave(self, person: PersonId, wait_id: WaitId) -> Wait:
        """Wait no more; what is kept for the family goes on to the next one. Again, it changes
        nothing. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            wait = await tx.waits.get(wait_id, cared_for_by=person)
            if wait.is_live and not tx.replay:
                await end_wait(tx, wait, WaitEnd.LEFT, now)
            return await tx.waits.get(wait_id, cared_for_by=person)


async def end_wait(tx: Transaction, wait: Wait, end: WaitEnd, now: datetime) -> bool:
    """Let a place in the list be over, and what is kept for it go on. False: it was over."""
    await tx.families.lock_children([child.id for child in wait.children])
    await tx.slots.lock(await tx.waits.kept_times(wait.id))
    return await tx.waits.end(wait.id, end, now)


async def _heard(tx: Transaction, wait: Wait, now: datetime) -> None:
    """Who answers is there: silence before counts no more, and other free times are looked for."""
    await tx.waits.count_unanswered(wait.id, 0, WaitState.WAITING)
    await tx.waits.look_at(wait.id, now)


async def _make_way(tx: Transaction, offer: TimeOffer, now: datetime) -> None:
    """Children first, then times by their ids: as whoever books. Raises `OfferOver`."""
    children = [child.id for child in offer.wait.children]
    slots = [slot.id for slot in offer.slots]
    if len(children) != len(slots):  # two entries of one child became one since
        raise OfferOver
    await make_way_for_each(tx, list(zip(children, slots, strict=True)), now)
    await tx.families.lock_children(children)
    await tx.slots.lock(slots)


def _check_live(offer: TimeOffer, now: datetime) -> None:
    """Raises `OfferOver`, `OfferLost`."""
    if offer.state is TimeOfferState.LOST:
        raise OfferLost
    if offer.state not in LIVE_OFFERS or not offer.is_live(now):
        raise OfferOver


async def _taken(tx: Transaction, person: PersonId, offer: TimeOffer) -> list[Appointment]:
    """What the family has by an earlier yes. Raises `OfferOver`: it gave that up since."""
    found = []
    for child, slot in zip(offer.wait.children, offer.slots, strict=True):
        visit = await tx.appointments.active(child.id, slot.id)
        if visit is None:
            raise OfferOver
        found.append(await tx.appointments.get(visit.id, cared_for_by=person))
    return found


async def _take(tx: Transaction, person: PersonId, offer: TimeOffer, now: datetime) -> Taken:
    wait = offer.wait
    await age_of_times(tx, wait.clinic, now)
    pairs = [
        (child, await tx.slots.get(slot.id, person=person, now=now, child=child.id))
        for child, slot in zip(wait.children, offer.slots, strict=True)
    ]
    planned = await tx.appointments.planned([child.id for child in wait.children], after=now)
    held = await held_visit(tx, wait, planned)
    if held is not None and held.hidden:  # from helpers, also the one that is not named
        await tx.appointments.get(held.id, cared_for_by=person, scope=Scope.BOOK)
    if wait.owed and not (held and held.needs_time):
        raise OfferOver  # it has been seen to
    if held is None:
        await _check_room(tx, person, offer, now)
    for child, slot in pairs:
        await consents.require_consent_for(tx, person, wait.clinic.id, child.id)
        theirs = [each for each in planned if each.child.id == child.id]
        _check(
            slot, child, wait, [each for each in theirs if held is None or each.id != held.id], now
        )
    visits = [await _visit(tx, person, child, slot, wait, held, now) for child, slot in pairs]
    if len(visits) > 1:
        await tx.outbox.ask_together([visit.id for visit in visits if visit.awaits_system])
    await tx.freed.answer(offer, TimeOfferState.ACCEPTED, now)
    await tx.waits.end(wait.id, WaitEnd.MET, now)
    for visit in visits:
        await plan_questions(tx, visit, now)  # it may be another doctor's now
        first = visits[0] if len(visits) > 1 else None
        await claimed(tx, person, visit, now, is_new=held is None, first=first)
    return Taken(visits, held.slot if held and held.is_active else None)


async def _check_room(tx: Transaction, person: PersonId, offer: TimeOffer, now: datetime) -> None:
    """Raises `TooManyVisits`."""
    children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
    family = await tx.appointments.planned([child.id for child in children], after=now)
    booking.check_room_for_visit(offer.wait.clinic, family, more=len(offer.slots))


def _check(
    slot: Slot, child: Child, wait: Wait, others: Sequence[Appointment], now: datetime
) -> None:
    """Raises `OfferLost`: somebody has the time; and what else speaks against it."""
    if slot.taken:
        raise OfferLost
    booking.check_bookable(slot, child, wait.wish.kind, others, now)


async def _visit(
    tx: Transaction,
    person: PersonId,
    child: Child,
    slot: Slot,
    wait: Wait,
    held: Appointment | None,
    now: datetime,
) -> Appointment:
    if held is not None:
        return await tx.appointments.move(held, slot, person, now)
    return await tx.appointments.add(child, slot, wait.wish.kind, person, now)
