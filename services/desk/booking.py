"""The registry's hand on times and visits: booking for a caller, moving, cancelling."""

from datetime import date, datetime

from services.access.audit import take_down
from services.access.posts import doctor_at, post_of, visit_at
from services.desk.errands import (
    Aim,
    Call,
    DeskDay,
    DeskDays,
    DeskDoctors,
    DeskOffer,
    DeskReasons,
    Errand,
    MovedAtDesk,
    TakenTime,
    call_of,
    is_same,
    moves_one,
    slot_at,
    weigh,
    whom_of,
    wish_at_desk,
)
from services.messages.planning import about_change, plan_reminders
from services.messages.questions import plan_questions
from services.messages.telling import tell_family
from services.model.access import REGISTRY, Access
from services.model.clinic import Doctor
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, PostId, SlotId
from services.model.messages import CHANGES, NotificationKind
from services.model.people import Child, Scope
from services.model.refusals.desk import KeptElsewhere, RulesBent, TakenAnew
from services.model.slots import Taker, Taking
from services.model.visits import Appointment, AppointmentState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import booking, visit_states
from services.rules.eligibility.kinds import kinds_for
from services.runtime.use_case import use_case
from services.schedule.availability import check_answers
from services.schedule.generation import regenerate
from services.visits.booking import keeping
from services.visits.confirming import make_way, to_change
from services.visits.staff_view import StaffVisit


class Desk:
    """Every family concerned is told, whatever it agreed to: it is about a visit of its own.

    Here the clinic itself speaks: what it books or moves waits for nobody's word.
    """

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    # Looking for a time

    @use_case
    async def reasons(self, by: PersonId, post_id: PostId, child_id: ChildId) -> DeskReasons:
        """Why the child can come. Raises `NotFound`: not a child of the clinic."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            call = await call_of(tx, by, post_id, Errand(Aim.BOOK, child_id), now)
            child = await tx.registry.child(call.post.clinic.id, child_id)
            return DeskReasons(call, kinds_for(child, call.post.clinic, now))

    @use_case
    async def doctors(self, by: PersonId, post_id: PostId, errand: Errand) -> DeskDoctors:
        """What each doctor has free from now on; `NotFound`, and of a visit that is to be moved
        `VisitPassed`, `VisitCancelled`."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            call = await call_of(tx, by, post_id, errand, now)
            clinic_id = call.post.clinic.id
            free = await tx.free_times.by_doctor(clinic_id, wish_at_desk(call, by))
            own = call.post.doctor
            doctors = [own] if own else await tx.clinics.doctors(clinic_id)
            of_district = await _district_doctor(tx, call.child)
            rows = [(doctor, free.get(doctor.id)) for doctor in doctors]
            return DeskDoctors(call, rows, of_district)

    @use_case
    async def days(
        self, by: PersonId, post_id: PostId, errand: Errand, doctor_id: DoctorId
    ) -> DeskDays:
        """On which days the doctor receives; raises what `doctors` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            call = await call_of(tx, by, post_id, errand, now)
            doctor = await doctor_at(tx, call.post, doctor_id)
            return DeskDays(
                call, doctor, await tx.free_times.days(doctor.id, wish_at_desk(call, by))
            )

    @use_case
    async def day(
        self,
        by: PersonId,
        post_id: PostId,
        errand: Errand,
        doctor_id: DoctorId,
        day: date | None = None,
    ) -> DeskDay:
        """A doctor's day, without one the nearest that has a free time, or today.

        Raises what `doctors` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            call = await call_of(tx, by, post_id, errand, now)
            doctor = await doctor_at(tx, call.post, doctor_id)
            if day is None:
                days = await tx.free_times.days(doctor.id, wish_at_desk(call, by))
                today = doctor.clinic.today(now)
                day = next((found.day for found in days if found.free), today)
            return await _day(tx, call, doctor, day, by)

    @use_case
    async def day_around(
        self, by: PersonId, post_id: PostId, errand: Errand, slot_id: SlotId
    ) -> DeskDay:
        """The day of this time, of the doctor whose it is. Raises what `doctors` raises."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            call = await call_of(tx, by, post_id, errand, now)
            slot = await slot_at(tx, call.post, by, slot_id, now)
            return await _day(tx, call, slot.doctor, slot.local_start.date(), by)

    @use_case
    async def offer(
        self, by: PersonId, post_id: PostId, errand: Errand, slot_id: SlotId
    ) -> DeskOffer:
        """What it would mean to give this time.

        Raises what `book`, `move` and `take` raise, but for the clinic's rules, which are named.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            call = await call_of(tx, by, post_id, errand, now)
            slot = await slot_at(tx, call.post, by, slot_id, now, moves=moves_one(call))
            if slot.foreign:
                await check_answers(tx, slot.doctor.clinic, now)
            return DeskOffer(call, slot, await weigh(tx, call, slot, extra=slot.taken))

    # Giving it

    @use_case
    async def book(
        self,
        by: PersonId,
        post_id: PostId,
        errand: Errand,
        slot_id: SlotId,
        *,
        bending: bool = False,
        extra: bool = False,
    ) -> StaffVisit:
        """Book a time for a child whose family called.

        Asking again for what is booked gives the same visit.

        Args:
            bending: the registry knows that it bends the clinic's rules; it is taken down.
            extra: to squeeze the visit in beside the one that has the time; where nobody has it
                any more, it is a visit as any other.

        Raises:
            NotFound: not of the registry, no such child or time at the clinic.
            RulesBent: it bends the clinic's rules, and that was not said.
            SlotTaken, SlotHeld, SlotPassed, SlotClosed, ChildIsBusy, NotForThisAge: it cannot be.
            SystemAway: the time is of the clinic's own system, which does not answer.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post, child, after = await whom_of(tx, by, post_id, errand)
            await make_way(tx, child.id, slot_id, now)
            await tx.families.child(child.id, cared_for_by=None, lock=True)
            slot = await slot_at(tx, post, by, slot_id, now, lock=True)
            ahead = await tx.appointments.planned([child.id], after=now)
            if known := is_same(ahead, slot, extra=extra):
                await take_down(tx, post, Access.VISIT, [(child.id, known.id)], now)
                return StaffVisit(post, known, now, await tx.registry.in_bot(child.id))
            if slot.foreign:
                await check_answers(tx, slot.doctor.clinic, now)
            extra = extra and slot.taken and not slot.foreign
            call = Call(post, errand, child, None, now, after)
            bent = await weigh(tx, call, slot, extra=extra)
            if bent and not bending:
                raise RulesBent
            place = await tx.slots.squeeze(slot) if extra else slot
            visit = await tx.appointments.add(child, place, errand.reason, booked_by=by, at=now)
            await self._booked(tx, visit, now)
            what = Access.EXTRA if extra else Access.NEXT_VISIT if after else Access.BOOKED
            done = [what, *[Access.RULE_BENT for _ in bent[:1]]]
            for access in done:
                await take_down(tx, post, access, [(child.id, visit.id)], now)
            return StaffVisit(post, visit, now, await tx.registry.in_bot(child.id))

    @use_case
    async def move(
        self,
        by: PersonId,
        post_id: PostId,
        visit_id: AppointmentId,
        slot_id: SlotId,
        seen: int | None = None,
        *,
        as_asked: bool = False,
        bending: bool = False,
        extra: bool = False,
    ) -> MovedAtDesk:
        """Give a visit another time at the same clinic, and have the family told.

        Asking again for what was done gives the same answer.

        Args:
            seen: how the visit was shown, see `visit_states.check_shown`.
            as_asked: the family called for it; otherwise the clinic decided.

        Raises:
            NotFound: not of the registry, no such visit there, or the time is another clinic's.
            VisitChanged: it is not as it was seen.
            VisitPassed, VisitCancelled: there is nothing to move any more.
            RulesBent: it bends the clinic's rules, and that was not said.
            SlotTaken, SlotHeld, SlotPassed, SlotClosed, ChildIsBusy: the time cannot be had.
            SystemAway: it is of the clinic's own system, which does not answer.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await visit_at(tx, post, visit_id)
            await make_way(tx, visit.child.id, slot_id, now)
            visit = await to_change(tx, post, visit_id)
            slot = await slot_at(tx, post, by, slot_id, now, lock=True, moves=visit.id)
            if visit.is_active and is_same([visit], slot, extra=extra):
                await take_down(tx, post, Access.VISIT, [(visit.child.id, visit.id)], now)
                before = await tx.appointments.moved_from(visit.id) or visit.slot
                return MovedAtDesk(post, visit, before, await tx.registry.in_bot(visit.child.id))
            visit_states.check_shown(visit, seen)
            booking.check_movable(visit, now)
            if slot.foreign:
                await check_answers(tx, slot.doctor.clinic, now)
            extra = extra and slot.taken and not slot.foreign
            errand = Errand(Aim.MOVE, visit.id, visit.reason)
            call = Call(post, errand, visit.child, visit, now)
            with keeping(visit):
                bent = await weigh(tx, call, slot, extra=extra)
                if bent and not bending:
                    raise RulesBent
                place = await tx.slots.squeeze(slot) if extra else slot
                moved = await tx.appointments.move(visit, place, by=by, at=now)
            access = Access.MOVED_AS_ASKED if as_asked else Access.MOVED
            for each in [access, *[Access.RULE_BENT for _ in bent[:1]]]:
                await take_down(tx, post, each, [(visit.child.id, visit.id)], now)
            if as_asked:
                await plan_questions(tx, moved, now)  # the visit may be another doctor's now
                await self._booked(tx, moved, now)
            else:
                sooner = min(visit.slot.starts_at, slot.starts_at)
                await tell_family(tx, NotificationKind.MOVED, moved, now, sooner=sooner)
            in_bot = await tx.registry.in_bot(visit.child.id)
        return MovedAtDesk(post, moved, visit.slot, in_bot)

    @use_case
    async def cancel(
        self,
        by: PersonId,
        post_id: PostId,
        visit_id: AppointmentId,
        seen: int | None = None,
        *,
        as_asked: bool = False,
    ) -> StaffVisit:
        """Cancel a visit and have the family told; doing it again changes nothing.

        Args:
            seen: how the visit was shown, see `visit_states.check_shown`.
            as_asked: the family called for it; otherwise the clinic decided.

        Raises:
            NotFound: not of the registry, or no such visit there.
            VisitChanged: it is not as it was seen.
            VisitPassed: it has begun, or is over.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await to_change(tx, post, visit_id)
            if visit.state is AppointmentState.CANCELLED and not visit.needs_time:
                await take_down(tx, post, Access.VISIT, [(visit.child.id, visit.id)], now)
                return StaffVisit(post, visit, now)
            visit_states.check_shown(visit, seen)
            off = await _cancelled(tx, visit, by, now)
            access = Access.CANCELLED_AS_ASKED if as_asked else Access.CANCELLED
            await take_down(tx, post, access, [(visit.child.id, visit.id)], now)
            kind = NotificationKind.CANCELLED
            if as_asked:
                kind = NotificationKind.CANCELLED_AS_ASKED
            await tell_family(tx, kind, off, now, at_once=as_asked)
            return StaffVisit(post, off, now, await tx.registry.in_bot(off.child.id))

    # Times of people without a name

    @use_case
    async def take(
        self, by: PersonId, post_id: PostId, slot_id: SlotId, *, bending: bool = False
    ) -> TakenTime:
        """Close a free time for somebody whom no name is taken of; again, it changes nothing.

        Who gave it stands beside the time. The journal has no record of it, nor of a rule that was
        bent: it speaks of children, and here is none.

        Args:
            bending: the registry knows that it gives away what is kept for others.

        Raises:
            NotFound: not of the registry, or no such time at the clinic.
            RulesBent: it is kept for others still, and that was not said.
            SlotTaken, SlotHeld, SlotPassed, SlotClosed: it is not free.
            KeptElsewhere: the clinic's own system keeps it.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            await make_way(tx, None, slot_id, now)
            slot = await slot_at(tx, post, by, slot_id, now, lock=True)
            if known := await tx.slots.taking(slot.id):
                return TakenTime(post, slot, known)
            if slot.foreign:
                raise KeptElsewhere
            booking.check_free(slot, now)
            if booking.kept_for_others(slot, now) and not bending:
                raise RulesBent
            taking = Taking(Taker.CALLER, since=now)
            await tx.slots.take(slot, taking, post.id, now)
            return TakenTime(post, slot, taking)

    @use_case
    async def taken(self, by: PersonId, post_id: PostId, slot_id: SlotId) -> TakenTime:
        """Such a time. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            slot = await slot_at(tx, post, by, slot_id, now)
            return TakenTime(post, slot, await tx.slots.taking(slot.id))

    @use_case
    async def give_back(
        self, by: PersonId, post_id: PostId, slot_id: SlotId, seen: int | None = None
    ) -> TakenTime:
        """Let families have such a time again, if the doctor still receives then.

        Doing it again changes nothing.

        Args:
            seen: `TakenTime.as_shown`, as it was then; None: a button from before they kept it.

        Raises:
            NotFound: not of the registry, or no such time at the clinic.
            TakenAnew: it was given back meanwhile, and is somebody else's (R66).
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            slot = await slot_at(tx, post, by, slot_id, now)
            # Whoever opens or closes times has the doctor's lock; to take it, it has to be free.
            await tx.clinics.doctor(slot.doctor.id, lock=True)
            slot = await slot_at(tx, post, by, slot_id, now)
            if taking := await tx.slots.taking(slot.id):
                if seen not in (None, TakenTime(post, slot, taking).as_shown):
                    raise TakenAnew
                await tx.slots.give_back(slot)
                await regenerate(tx, slot.doctor, now)
            return TakenTime(post, await slot_at(tx, post, by, slot_id, now), None)

    # What follows

    async def _booked(self, tx: Transaction, visit: Appointment, now: datetime) -> None:
        """Everybody who cares for the child gets the visit as it stands, at once: they called.
        What the clinic's system has not booked yet is told when it has."""
        if visit.awaits_system:
            await tx.notifications.replan(visit.id, CHANGES, [], now)
            return
        carers = await tx.families.carers(visit.child.id, Scope.TOLD)
        told = [about_change(NotificationKind.BOOKED, visit, person, now) for person in carers]
        await tx.notifications.replan(visit.id, CHANGES, told, now)
        await plan_reminders(tx, visit, now)


async def _district_doctor(tx: Transaction, child: Child | None) -> DoctorId | None:
    if child is None or child.district_id is None:
        return None
    return (await tx.districts.get(child.district_id)).doctor.id


async def _cancelled(
    tx: Transaction, visit: Appointment, by: PersonId, now: datetime
) -> Appointment:
    """One that needs a time has none that could have passed. Raises `VisitPassed`."""
    if visit.needs_time:
        return await tx.appointments.give_up(visit, by, now)
    booking.check_cancellable(visit, now)
    return await tx.appointments.change(visit, AppointmentState.CANCELLED, by=by, at=now)


async def _day(tx: Transaction, call: Call, doctor: Doctor, day: date, by: PersonId) -> DeskDay:
    """What is ahead of a doctor's day."""
    grid = await tx.slots.grid(doctor, day, by, call.now, moves_one(call))
    return DeskDay(call, doctor, day, [time for time in grid if time.slot.starts_at >= call.now])
