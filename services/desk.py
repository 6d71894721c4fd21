"""What a clinic does to visits that families have: moving one, cancelling one."""

from datetime import datetime

from services import rules
from services.booking import Moved
from services.journal import take_down
from services.model import (
    Appointment,
    AppointmentId,
    AppointmentState,
    NotificationKind,
    PersonId,
    Post,
    PostId,
    SlotId,
)
from services.once import use_case
from services.ports import Clock, Transaction, Transactions
from services.records import Access
from services.refusals import NotFound
from services.reminders import CHANGES, about_change, may_be_told, plan_reminders
from services.staff import REGISTRY, StaffVisit, post_of, visit_at


class Desk:
    """The registry's hand on visits; every family concerned is told, whatever it agreed to."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def move(
        self, by: PersonId, post_id: PostId, visit_id: AppointmentId, slot_id: SlotId
    ) -> Moved:
        """Give a visit another time at the same clinic, and have the family told.

        Asking again for what was done gives the same answer.

        Raises:
            NotFound: not of the registry, no such visit there, or the time is another clinic's.
            VisitPassed, VisitCancelled: there is nothing to move any more.
            SlotTaken, SlotHeld, SlotPassed, SlotClosed, ChildIsBusy: the time cannot be had.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await self._to_change(tx, post, visit_id)
            slot = await tx.slots.get(slot_id, person=by, now=now, lock=True)
            if visit.is_active and visit.slot.id == slot.id:
                return Moved(visit, await tx.appointments.moved_from(visit.id) or visit.slot)
            rules.check_movable(visit, now)
            if slot.doctor.clinic.id != visit.slot.doctor.clinic.id:
                raise NotFound
            rules.check_free(slot, now)
            moved = await tx.appointments.move(visit, slot, by=by, at=now)
            await take_down(tx, post, Access.MOVED, [(visit.child.id, visit.id)], now)
            sooner = min(visit.slot.starts_at, slot.starts_at)
            await self._have_told(tx, NotificationKind.MOVED, moved, sooner)
        return Moved(moved, visit.slot)

    @use_case
    async def cancel(self, by: PersonId, post_id: PostId, visit_id: AppointmentId) -> StaffVisit:
        """Cancel a visit and have the family told; doing it again changes nothing.

        Raises:
            NotFound: not of the registry, or no such visit there.
            VisitPassed: it has begun, or is over.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            visit = await self._to_change(tx, post, visit_id)
            if visit.state is AppointmentState.CANCELLED:
                return StaffVisit(post, visit, now)
            rules.check_cancellable(visit, now)
            off = await tx.appointments.change(visit, AppointmentState.CANCELLED, by=by, at=now)
            await take_down(tx, post, Access.CANCELLED, [(visit.child.id, visit.id)], now)
            await self._have_told(tx, NotificationKind.CANCELLED, off, off.slot.starts_at)
            return StaffVisit(post, off, now)

    async def _to_change(self, tx: Transaction, post: Post, visit_id: AppointmentId) -> Appointment:
        """A visit as it stands once nobody else can change it. Raises `NotFound`."""
        visit = await visit_at(tx, post, visit_id)
        await tx.families.child(visit.child.id, cared_for_by=None, lock=True)
        return await visit_at(tx, post, visit_id)

    async def _have_told(
        self, tx: Transaction, kind: NotificationKind, visit: Appointment, sooner: datetime
    ) -> None:
        """Everybody who cares for the child hears of it, in time for the sooner of both times."""
        now = self._clock()
        due = may_be_told(visit.slot.doctor.clinic, sooner, now)
        carers = await tx.families.carers(visit.child.id)
        wanted = [about_change(kind, visit, person, due) for person in carers]
        await tx.notifications.replan(visit.id, CHANGES, wanted, now)
        await plan_reminders(tx, visit, now)
