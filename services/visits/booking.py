"""Holding a time, booking it, moving it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.families import consents
from services.families.no_shows import check_missed
from services.families.reminder_wishes import ReminderQuestion, reminder_question
from services.messages.planning import about_change, reminders_of
from services.messages.questions import plan_questions
from services.messages.telling import news_for
from services.model.clinic import Clinic
from services.model.ids import AppointmentId, ClinicId, PersonId, SlotId
from services.model.messages import CHANGES, REMINDERS, NotificationKind
from services.model.people import Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    NoFreeTimes,
    NotOffered,
    SlotTaken,
    VisitCancelled,
)
from services.model.slots import Slot, Wish
from services.model.visits import Appointment, Need
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import ages, booking, visit_states, waiting_standard
from services.rules.eligibility.kinds import check_open
from services.runtime.use_case import use_case
from services.schedule.availability import check_answers
from services.visits import search as visits_search
from services.visits.confirming import ask_staff, make_way
from services.visits.search import Search, look, one_of

TOLD_AGAIN_AFTER = timedelta(minutes=5)
"""When a booked visit is told once more whose first showing is not known to have come off: by then
nobody tries that any more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that can be booked for a child, before anybody said yes."""

    search: Search
    slot: Slot
    held_until: datetime | None
    """How long nobody else can book it; None where that is not promised."""

    @property
    def waits(self) -> bool:
        """Whether it would wait for the doctor's word."""
        return visit_states.deadline(self.search.clinic, self.slot, self.search.now) is not None


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that a family has, and what is asked now."""

    visit: Appointment
    question: ReminderQuestion | None
    """Whether they want to be reminded, if that was not answered before."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit at its new time, and where it was."""

    visit: Appointment
    before: Slot


class Booking:
    """What a receptionist does when a parent asks for a time."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def offer(self, person: PersonId, need: Need, slot_id: SlotId) -> Offer:
        """Keep a time for the family for some minutes, to be confirmed.

        Raises what `book` and `move` raise.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            slot = await tx.slots.get(
                slot_id, person=person, now=now, lock=True, child=need.child_id
            )
            search, planned, family, wish = await look(tx, person, need, slot.doctor.clinic, now)
            if slot.taken and (own := await tx.appointments.active(search.child.id, slot.id)):
                raise AlreadyWithDoctor(own)
            with keeping(search.moving):
                booking.check_bookable(slot, search.child, search.need.reason, planned, now)
                await self._take_down(tx, search, planned, wish)
                return await self._hold(tx, person, search, slot, family)

    @use_case
    async def earliest(self, person: PersonId, need: Need, clinic_id: ClinicId) -> Offer:
        """Keep the first time that any doctor of the clinic has.

        That a family asked is taken down, even if there is none.

        Raises:
            NoFreeTimes: there is none.
            NotFound, NoConsent, VisitPassed, VisitCancelled: not this person's to ask.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            search, planned, family, wish = await look(tx, person, need, clinic, now)
            gone: set[SlotId] = set()  # somebody was quicker; each is tried once
            while (found := await tx.free_times.earliest(clinic.id, wish)) and found.id not in gone:
                slot = await tx.slots.get(
                    found.id, person=person, now=now, lock=True, child=search.child.id
                )
                if booking.is_bookable(slot, search.child, search.need.reason, planned, now):
                    await self._take_down(tx, search, planned, wish)
                    return await self._hold(tx, person, search, slot, family)
                gone.add(slot.id)
            await self._take_down(tx, search, planned, wish)
        raise NoFreeTimes

    async def _take_down(
        self, tx: Transaction, search: Search, planned: Sequence[Appointment], wish: Wish
    ) -> None:
        """Count who asked today for the first time by taking the time that home shows."""
        clinic, now = search.clinic, search.now
        if not tx.replay and await visits_search.is_first_ask(tx, search.need, clinic, now):
            earliest = await tx.free_times.earliest(clinic.id, wish)
            offered = [earliest] if earliest else []
            await tx.load.add_ask(
                waiting_standard.first_ask(search.need, clinic, now, planned, offered)
            )

    async def _hold(
        self,
        tx: Transaction,
        person: PersonId,
        search: Search,
        slot: Slot,
        family: Sequence[Appointment],
    ) -> Offer:
        clinic, now = search.clinic, search.now
        if search.need.moves is None:
            booking.check_room_for_visit(clinic, family)
        until = held_until(clinic, [slot], now)
        if until is None or tx.replay:  # what a replay would promise may be over
            return Offer(search, slot, None)
        await tx.slots.hold([slot], person, until, now)
        return Offer(search, slot, until)

    @use_case
    async def book(self, person: PersonId, need: Need, slot_id: SlotId) -> Booked:
        """Book a free slot for a child in the person's care; where the clinic wants it, the visit
        waits for the doctor's word.

        Asking again for what is booked already gives the same appointment.

        Raises:
            NotFound, NoConsent: not this person's to book.
            SlotTaken, SlotHeld, SlotPassed, SlotClosed, TooLate, TooFar: the slot cannot be had.
            KindNotHere, KindAtDesk, NotForThisReason, NotForThisAge: the slot, or the kind of
                visit, is for others.
            CallNow: so young a child that is ill is for the phone.
            ChildIsBusy, AlreadyWithDoctor, TooManyVisits: the family has other visits.
            MissedTooOften: the registry alone books for the child now.
            SystemAway: the clinic's own system has not answered for long.
            AlreadyDone: this update booked it before, and it was cancelled since.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            await make_way(tx, need.child_id, slot_id, now, all_of=person)
            # All of them: who cares for one with somebody else shares its visits' limit, too.
            children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK, lock=True)
            child = await one_of(tx, person, children, need.child_id)
            slot = await tx.slots.get(slot_id, person=person, now=now, lock=True, child=child.id)
            clinic_id = slot.doctor.clinic.id
            await consents.require_consent_for(tx, person, clinic_id, child.id)
            if slot.taken and (earlier := await tx.appointments.active(child.id, slot.id)):
                there = await tx.appointments.get(earlier.id, cared_for_by=person)
                return Booked(there, await reminder_question(tx, person, there))
            await check_answers(tx, slot.doctor.clinic, now)
            await check_missed(tx, slot.doctor.clinic, child.id, need.reason, now)
            family = await tx.appointments.planned([each.id for each in children], after=now)
            planned = [each for each in family if each.child.id == child.id]
            kind = slot.doctor.clinic.kind(need.reason)
            ages.check_old_enough(kind, child, slot.doctor.clinic, now)
            check_open(kind, slot.doctor.clinic)
            booking.check_bookable(slot, child, need.reason, planned, now)
            booking.check_room_for_visit(slot.doctor.clinic, family)
            due = visit_states.deadline(slot.doctor.clinic, slot, now)
            visit = await tx.appointments.add(child, slot, need.reason, person, now, due)
            await claimed(tx, person, visit, now, is_new=True)
            return Booked(visit, await reminder_question(tx, person, visit))

    @use_case
    async def move(
        self,
        person: PersonId,
        visit_id: AppointmentId,
        slot_id: SlotId,
        seen: int | None = None,
    ) -> Moved:
        """Give a visit another time; the old one is free only when the new one is won. Where the
        clinic wants it, the new one waits for the doctor's word.

        Asking again for what was done gives the same answer.

        Args:
            seen: how the visit was shown, see `visit_states.check_shown`.

        Raises:
            NotFound, NoConsent: not this person's to move.
            VisitChanged: it is not as it was seen.
            VisitPassed, VisitCancelled: there is nothing to move any more.
            what `book` raises about the new slot and the child's other visits.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person, scope=Scope.BOOK)
            await make_way(tx, visit.child.id, slot_id, now)
            visit = await tx.appointments.to_change(visit_id, cared_for_by=person, scope=Scope.BOOK)
            child = visit.child
            slot = await tx.slots.get(slot_id, person=person, now=now, lock=True, child=child.id)
            clinic_id = slot.doctor.clinic.id
            await consents.require_consent_for(tx, person, clinic_id, child.id)
            if visit.is_active and visit.slot.id == slot.id:
                before = await tx.appointments.moved_from(visit.id)
                return Moved(visit, before or visit.slot)
            visit_states.check_shown(visit, seen)
            booking.check_movable(visit, now)
            if slot.doctor.clinic.id != visit.slot.doctor.clinic.id:
                raise NotFound
            await check_answers(tx, slot.doctor.clinic, now)
            planned = await self._others(tx, child, visit, now)
            with keeping(visit):
                booking.check_bookable(slot, child, visit.reason, planned, now)
                due = visit_states.deadline(slot.doctor.clinic, slot, now)
                moved = await tx.appointments.move(visit, slot, person, now, due)
            await plan_questions(tx, moved, now)  # the visit may be another doctor's now
            await claimed(tx, person, moved, now)
            return Moved(moved, visit.slot)

    @use_case
    async def take(self, person: PersonId, visit_id: AppointmentId, slot_id: SlotId) -> Moved:
        """Give a visit that needs a time one of those that are kept for its family.

        The first tap of the family decides: whatever is tapped later gives the same answer. What
        was kept too long, and is free still, is booked as any other time: where the clinic wants
        it, it waits for the doctor's word.

        Raises:
            NotFound, NoConsent: not this person's.
            VisitCancelled: the visit needs no time any more.
            NotOffered: the time is none of those.
            what `book` raises about the time and the child's other visits.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person, scope=Scope.BOOK)
            await make_way(tx, visit.child.id, slot_id, now)
            visit = await tx.appointments.to_change(visit_id, cared_for_by=person, scope=Scope.BOOK)
            slot = await tx.slots.get(
                slot_id, person=person, now=now, lock=True, child=visit.child.id
            )
            clinic_id = slot.doctor.clinic.id
            await consents.require_consent_for(tx, person, clinic_id, visit.child.id)
            if visit.is_active:
                return Moved(visit, await tx.appointments.moved_from(visit.id) or visit.slot)
            if not visit.needs_time:
                raise VisitCancelled
            until = await tx.offers.until(visit.id, slot.id)
            if until is None:
                raise NotOffered
            await check_answers(tx, slot.doctor.clinic, now)
            planned = await tx.appointments.planned([visit.child.id], after=now)
            booking.check_bookable(slot, visit.child, visit.reason, planned, now)
            lapsed = until <= now
            due = visit_states.deadline(slot.doctor.clinic, slot, now) if lapsed else None
            moved = await tx.appointments.move(visit, slot, person, now, due)
            await plan_questions(tx, moved, now)  # the visit may be another doctor's now
            await claimed(tx, person, moved, now)
            return Moved(moved, visit.slot)

    async def _others(
        self, tx: Transaction, child: Child, visit: Appointment, now: datetime
    ) -> list[Appointment]:
        """The child's visits ahead but this one: its own old time does not stand in its way."""
        planned = await tx.appointments.planned([child.id], after=now)
        return [other for other in planned if other.id != visit.id]


async def claimed(
    tx: Transaction,
    person: PersonId,
    visit: Appointment,
    now: datetime,
    *,
    is_new: bool = False,
    first: Appointment | None = None,
) -> None:
    """The time is won: nothing is held any more, and the family is going to hear of it.

    Args:
        first: of several that are claimed in one go, the first.
    """
    await tx.slots.let_go(person)
    if visit.awaits_system:  # nobody is told of anything before the system has answered
        if not is_new:
            await tx.notifications.replan(visit.id, [*CHANGES, *REMINDERS], [], now)
        return
    told = await tx.families.to_tell(visit.child.id, visit.slot.doctor.clinic.id)
    again = about_change(NotificationKind.BOOKED, visit, person, now + TOLD_AGAIN_AFTER)
    news = NotificationKind.FAMILY_BOOKED if is_new else NotificationKind.FAMILY_MOVED
    wanted = [again, *news_for(told, news, visit, person, now, first), *reminders_of(visit, told)]
    if is_new:  # nothing was planned for it yet
        await tx.notifications.begin([each for each in wanted if each.due_at >= now])
    else:
        await tx.notifications.replan(visit.id, [*CHANGES, *REMINDERS], wanted, now)
    await ask_staff(tx, visit, now)


def held_until(clinic: Clinic, slots: Sequence[Slot], now: datetime) -> datetime | None:
    """How long times are kept that a family looks at now; None: they are not."""
    until = min(now + clinic.hold, *(slot.starts_at - clinic.notice for slot in slots))
    return until if clinic.hold and until > now else None


@contextmanager
def keeping(visit: Appointment | None) -> Iterator[None]:
    """Who cannot have a new time hears what they have."""
    try:
        yield
    except SlotTaken as refusal:
        kept = visit if visit and visit.is_active else None
        raise type(refusal)(kept) from None
