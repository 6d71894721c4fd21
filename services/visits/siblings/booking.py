"""Holding, booking, moving and cancelling the visits of several children: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.families import consents
from services.families.reminder_wishes import ReminderQuestion, reminder_question
from services.messages.questions import plan_questions
from services.model.ids import AppointmentId, ChildId, PersonId, SlotId
from services.model.people import Scope
from services.model.refusals.base import NotFound
from services.model.refusals.visits import VisitCancelled, VisitChanged
from services.model.slots import Slot, TimesTogether
from services.model.visits import (
    FEWEST_TOGETHER,
    MOST_TOGETHER,
    Appointment,
    AppointmentState,
    SiblingsNeed,
)
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import booking, together, visit_states
from services.runtime.use_case import use_case
from services.visits.booking import claimed, held_until, keeping
from services.visits.confirming import make_way_for_each
from services.visits.mine import let_go_of, to_change
from services.visits.search import Looked
from services.visits.siblings.search import SearchTogether, look_for_all


@dataclass(frozen=True, slots=True)
class OfferTogether:
    """Times that can be booked, before anybody said yes."""

    search: SearchTogether
    times: TimesTogether
    held_until: datetime | None

    @property
    def waits(self) -> bool:
        """Whether any of them would wait for the doctor's word."""
        search = self.search
        return any(visit_states.deadline(search.clinic, slot, search.now) for slot in self.times)


@dataclass(frozen=True, slots=True)
class BookedTogether:
    """The visits as they stand, in the order of the children."""

    visits: Sequence[Appointment]
    before: Sequence[Slot] = ()
    """Where they were, if they were moved."""
    question: ReminderQuestion | None = None
    """Of those booked: whether to remind the family, if that was not answered before."""

    @property
    def stay(self) -> bool:
        """Whether each is where it was, though it was to be moved."""
        before = [slot.id for slot in self.before]
        return bool(before) and [visit.slot.id for visit in self.visits] == before

    @property
    def ids(self) -> list[AppointmentId]:
        return [visit.id for visit in self.visits]


class SiblingVisits:
    """What a receptionist does for two or three children at once."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def offer(
        self, person: PersonId, need: SiblingsNeed, slot_ids: Sequence[SlotId]
    ) -> OfferTogether:
        """Keep the times for the family for some minutes, to be confirmed. Raises what `book` and
        `move` raise."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            children = need.children or [
                (await _get(tx, person, each, Scope.BOOK)).child.id for each in need.moves
            ]
            slots = await _locked(tx, person, children, slot_ids, now)
            search, looked = await look_for_all(tx, person, need, slots[0].doctor.clinic, now)
            with keeping(search.moving[0] if search.moving else None):
                _check(search, looked, slots)
            if not search.moving:
                booking.check_room_for_visit(search.clinic, looked[0].family, more=len(slots))
            until = held_until(search.clinic, slots, now)
            if until is None or tx.replay:
                return OfferTogether(search, slots, None)
            await tx.slots.hold(slots, person, until, now)
            return OfferTogether(search, slots, until)

    @use_case
    async def book(
        self, person: PersonId, need: SiblingsNeed, slot_ids: Sequence[SlotId]
    ) -> BookedTogether:
        """Book a time for each child, or for none. Asking again for what is booked already gives
        the same visits.

        Raises:
            NotFound, NoConsent: not this person's to book.
            SlotTaken, SlotHeld, SlotPassed, SlotClosed, TooLate, TooFar: a time cannot be had.
            NotForThisReason, NotForThisAge: a time, or the kind of visit, is for others.
            ChildIsBusy, AlreadyWithDoctor, TooManyVisits: the family has other visits.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            pairs = _pairs(need.children, slot_ids)
            await make_way_for_each(tx, pairs, now, all_of=person)
            await tx.families.children(cared_for_by=person, scope=Scope.BOOK, lock=True)
            slots = await _locked(tx, person, need.children, slot_ids, now)
            clinic = slots[0].doctor.clinic
            visits = await _booked(tx, person, need.children, slots)
            if not visits:
                search, looked = await look_for_all(tx, person, need, clinic, now)
                for child in search.children:
                    await consents.require_consent_for(tx, person, clinic.id, child.id)
                _check(search, looked, slots)
                booking.check_room_for_visit(clinic, looked[0].family, more=len(slots))
                for child, slot in zip(search.children, slots, strict=True):
                    due = visit_states.deadline(clinic, slot, now)
                    visit = await tx.appointments.add(child, slot, need.reason, person, now, due)
                    visits.append(visit)
                await tx.outbox.ask_together([visit.id for visit in visits if visit.awaits_system])
                for visit in visits:
                    await claimed(tx, person, visit, now, is_new=True, first=visits[0])
            question = await reminder_question(tx, person, visits[0])
            return BookedTogether(visits, question=question)

    @use_case
    async def move(
        self,
        person: PersonId,
        visit_ids: Sequence[AppointmentId],
        slot_ids: Sequence[SlotId],
        seen: int | None = None,
    ) -> BookedTogether:
        """Give each of the visits another time, or none of them; the old ones are free only when
        the new ones are won. Asking again for what was done gives the same answer.

        Args:
            seen: how the visits were shown, see `visit_states.together_as_shown`.

        Raises:
            NotFound, NoConsent: not this person's to move.
            VisitChanged: they are not as they were seen.
            what `book` raises about the times and the children's other visits.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            shown = [await _get(tx, person, each, Scope.BOOK) for each in visit_ids]
            pairs = _pairs([visit.child.id for visit in shown], slot_ids)
            await make_way_for_each(tx, pairs, now, all_of=person)
            visits = await _to_change(tx, person, visit_ids, Scope.BOOK)
            children = [visit.child.id for visit in visits]
            slots = await _locked(tx, person, children, slot_ids, now)
            stand = all(visit.is_active for visit in visits)
            if stand and [visit.slot.id for visit in visits] == [slot.id for slot in slots]:
                before = [await tx.appointments.moved_from(each.id) or each.slot for each in visits]
                return BookedTogether(visits, before)
            _check_shown(visits, seen)
            need = SiblingsNeed([], visits[0].reason, visit_ids)
            search, looked = await look_for_all(tx, person, need, slots[0].doctor.clinic, now)
            for child in search.children:
                await consents.require_consent_for(tx, person, search.clinic.id, child.id)
            moved = []
            with keeping(visits[0]):
                _check(search, looked, slots)
                for visit, slot in zip(visits, slots, strict=True):
                    due = visit_states.deadline(search.clinic, slot, now)
                    moved.append(await tx.appointments.move(visit, slot, person, now, due))
            await tx.outbox.ask_together([visit.id for visit in moved if visit.awaits_system])
            for visit in moved:
                await plan_questions(tx, visit, now)  # it may be another doctor's now
                await claimed(tx, person, visit, now, first=moved[0])
            return BookedTogether(moved, [visit.slot for visit in visits])

    @use_case
    async def visits(
        self,
        person: PersonId,
        visit_ids: Sequence[AppointmentId],
        scope: Scope = Scope.SEE,
    ) -> BookedTogether:
        """Visits ahead that a family comes to in one go.

        Raises:
            NotFound, NotEntrusted: not this person's, or not to do this with.
            VisitCancelled, VisitPassed: one of them is not ahead any more.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            visits = [await _get(tx, person, each, scope) for each in visit_ids]
        _check_cancellable(visits, now)
        return BookedTogether(visits)

    @use_case
    async def cancel(
        self, person: PersonId, visit_ids: Sequence[AppointmentId], seen: int | None = None
    ) -> BookedTogether:
        """Give the times of all the visits back, or of none; doing it again changes nothing.

        Raises:
            NotFound: not this person's.
            VisitChanged: they are not as they were seen.
            VisitPassed: one has begun, or is over.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visits = await _to_change(tx, person, visit_ids, Scope.CANCEL)
            if not any(visit.is_active or visit.needs_time for visit in visits):
                return BookedTogether(visits)
            _check_shown(visits, seen)
            _check_cancellable(visits, now)
            first = visits[0]
            return BookedTogether([await let_go_of(tx, person, it, now, first) for it in visits])


async def _get(
    tx: Transaction, person: PersonId, visit_id: AppointmentId, scope: Scope
) -> Appointment:
    return await tx.appointments.get(visit_id, cared_for_by=person, scope=scope)


async def _to_change(
    tx: Transaction, person: PersonId, visit_ids: Sequence[AppointmentId], scope: Scope
) -> list[Appointment]:
    """The visits as they stand once nobody else can change them: children are locked in order of
    their ids. Raises `NotFound`, `NotEntrusted`."""
    visits = [await _get(tx, person, visit_id, scope) for visit_id in visit_ids]
    locked = {
        visit.id: await to_change(tx, person, visit.id, scope)
        for visit in sorted(visits, key=lambda each: each.child.id)
    }
    _check_several(visits)
    return [locked[visit_id] for visit_id in visit_ids]


async def _locked(
    tx: Transaction,
    person: PersonId,
    children: Sequence[ChildId],
    slot_ids: Sequence[SlotId],
    now: datetime,
) -> list[Slot]:
    """The times as they are for these children once nobody else can claim them; raises
    `NotFound`."""
    whose = dict(zip(slot_ids, children, strict=False))  # as many of each: that is checked later
    found = {
        slot_id: await tx.slots.get(
            slot_id, person=person, now=now, lock=True, child=whose.get(slot_id)
        )
        for slot_id in sorted(slot_ids)
    }
    if not found:
        raise NotFound
    return [found[slot_id] for slot_id in slot_ids]


async def _booked(
    tx: Transaction, person: PersonId, children: Sequence[ChildId], slots: Sequence[Slot]
) -> list[Appointment]:
    """The children's visits on just these times, if each has one."""
    found = []
    for child_id, slot in zip(children, slots, strict=True):
        earlier = await tx.appointments.active(child_id, slot.id) if slot.taken else None
        if earlier is None:
            return []
        found.append(await _get(tx, person, earlier.id, Scope.SEE))
    return found


def _pairs(children: Sequence[ChildId], slot_ids: Sequence[SlotId]) -> list[tuple[ChildId, SlotId]]:
    """Each with its time. Raises `NotFound`: there are not as many."""
    if len(children) != len(slot_ids):
        raise NotFound
    return list(zip(children, slot_ids, strict=True))


def _check(search: SearchTogether, looked: Sequence[Looked], slots: Sequence[Slot]) -> None:
    """Let the children have these times. Raises what `book` raises about them."""
    if len(slots) != len(looked) or any(
        slot.doctor.clinic.id != search.clinic.id for slot in slots
    ):
        raise NotFound
    together.check_together(slots)
    for each, slot in zip(looked, slots, strict=True):
        need = each.search.need
        booking.check_bookable(slot, each.search.child, need.reason, each.planned, search.now)


def _check_several(visits: Sequence[Appointment]) -> None:
    """Raises `NotFound`: they are not visits of two or three children."""
    children = {visit.child.id for visit in visits}
    if not FEWEST_TOGETHER <= len(children) == len(visits) <= MOST_TOGETHER:
        raise NotFound


def _check_shown(visits: Sequence[Appointment], seen: int | None) -> None:
    """Raises `VisitChanged`: they are not as a button showed them."""
    if seen is not None and seen != visit_states.together_as_shown(visits):
        raise VisitChanged


def _check_cancellable(visits: Sequence[Appointment], now: datetime) -> None:
    """One that the clinic owes a time is given up. Raises `VisitCancelled`, `VisitPassed`."""
    _check_several(visits)
    for visit in visits:
        if visit.needs_time:
            continue
        if visit.state is AppointmentState.CANCELLED:
            raise VisitCancelled
        booking.check_cancellable(visit, now)
