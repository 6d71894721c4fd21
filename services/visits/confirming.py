"""The doctor's word: what a family booked waits for it, and what follows when it does not come.

A visit's deadline stands in its row, and counts at the moment anybody looks (`visit_states.as_of`):
the job that writes down what became of it only lets families hear of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.messages.telling import tell_family
from services.model.access import REGISTRY, Access, Post, Role
from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId, PostId, SlotId
from services.model.messages import NotificationKind, Planned, Urgency
from services.model.people import Scope
from services.model.refusals.visits import AlreadyConfirmed, MovedMeanwhile, VisitCancelled
from services.model.visits import Appointment, AppointmentState, Word
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.quiet_hours import after_quiet
from services.runtime.use_case import use_case
from services.visits.staff_view import StaffVisit

GATHERED = timedelta(minutes=2)
"""How long a doctor is not told of a visit that waits: what others book meanwhile comes with it."""
SHOWN = 15
"""Visits that wait, in one list."""
_SAID = frozenset({Word.DOCTOR, Word.REGISTRY})
AT_ONCE = 100
"""Visits whose deadlines passed that are looked for at one time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a doctor's word, or for any of a clinic's doctors'."""

    post: Post
    visits: Sequence[Appointment]
    """The first of them."""
    more: int
    """How many there are beside."""
    now: datetime


class DoctorsWord:
    """Doctors say yes or no to what families booked; the registry may do it for them."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def waiting(self, by: PersonId, post_id: PostId) -> Waiting:
        """A doctor's own visits that wait, or the clinic's; each child's is taken down.

        Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            return await self._waiting(tx, await post_of(tx, by, post_id), now)

    async def _waiting(self, tx: Transaction, post: Post, now: datetime) -> Waiting:
        doctor_id = post.doctor.id if post.doctor else None
        visits = await tx.clinic_visits.waiting(post.clinic.id, doctor_id)
        shown = visits[:SHOWN]
        seen = [(visit.child.id, visit.id) for visit in shown]
        await take_down(tx, post, Access.WAITING, seen, now)
        return Waiting(post, shown, len(visits) - len(shown), now)

    @use_case
    async def confirm(
        self, by: PersonId, post_id: PostId, visit_id: AppointmentId, sequence: int
    ) -> StaffVisit:
        """Let a visit that waits be booked, and the family be told.

        Of one that is booked already it changes nothing.

        Args:
            sequence: the visit's, as it was seen: what was moved meanwhile is not answered.

        Raises:
            NotFound: not the doctor's own, nor of the registry's clinic.
            MovedMeanwhile: it waits at another time than was seen.
            VisitCancelled: the family gave it up, it was declined, or its time went by.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id)
            visit = await to_change(tx, post, visit_id)
            if visit.state is AppointmentState.CANCELLED:
                raise VisitCancelled
            if visit.is_pending and not visit.awaits_system:
                visit = await self._answer(tx, post, visit, sequence, AppointmentState.BOOKED, now)
            else:
                await take_down(tx, post, Access.VISIT, [(visit.child.id, visit.id)], now)
            return StaffVisit(post, visit, now, await tx.registry.in_bot(visit.child.id))

    @use_case
    async def decline(
        self, by: PersonId, post_id: PostId, visit_id: AppointmentId, sequence: int
    ) -> StaffVisit:
        """Give the time of a visit that waits back, and have the family told where there are
        others.

        Of one that was declined already it changes nothing.

        Args:
            sequence: the visit's, as it was seen.

        Raises:
            NotFound: not the doctor's own, nor of the registry's clinic.
            MovedMeanwhile: it waits at another time than was seen.
            AlreadyConfirmed: it waits no more; the registry can cancel it.
            VisitCancelled: the family gave it up, or its time went by.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id)
            visit = await to_change(tx, post, visit_id)
            if visit.is_pending and not visit.awaits_system:
                visit = await self._answer(
                    tx, post, visit, sequence, AppointmentState.CANCELLED, now
                )
            elif visit.state is not AppointmentState.CANCELLED:
                raise AlreadyConfirmed
            elif visit.sequence == sequence + 1 and visit.word in _SAID:
                await take_down(tx, post, Access.VISIT, [(visit.child.id, visit.id)], now)
            else:
                raise VisitCancelled
            return StaffVisit(post, visit, now, await tx.registry.in_bot(visit.child.id))

    async def _answer(
        self,
        tx: Transaction,
        post: Post,
        visit: Appointment,
        sequence: int,
        state: AppointmentState,
        now: datetime,
    ) -> Appointment:
        word = Word.DOCTOR if post.role is Role.DOCTOR else Word.REGISTRY
        seen = replace(visit, sequence=sequence)
        answered = await tx.appointments.answer(seen, state, word, post.person, now)
        if answered is None:
            raise MovedMeanwhile
        confirmed = state is AppointmentState.BOOKED
        access = Access.CONFIRMED if confirmed else Access.DECLINED
        await take_down(tx, post, access, [(visit.child.id, visit.id)], now)
        kind = NotificationKind.CONFIRMED if confirmed else NotificationKind.DECLINED
        await tell_family(tx, kind, answered, now)
        return answered

    @use_case
    async def settle(self) -> int:
        """Write down what became of visits whose deadlines passed, and have the families told.

        Returns how many there were. Whoever answers at the same moment is first or second: one of
        both counts.
        """
        async with self._transactions.reads() as tx:
            overdue = await tx.clinic_visits.overdue(AT_ONCE)
        settled = 0
        for visit in overdue:
            settled += await self._settle_one(visit)
        return settled

    async def _settle_one(self, visit: Appointment) -> bool:
        now = self._clock()
        async with self._transactions.writes() as tx:
            await tx.families.child(visit.child.id, cared_for_by=None, lock=True)
            return await _settle(tx, visit, now)


async def to_change(tx: Transaction, post: Post, visit_id: AppointmentId) -> Appointment:
    """A visit that the post may see, as it stands once nobody else can change it.

    Raises `NotFound`."""
    visit = await visit_at(tx, post, visit_id)
    await tx.families.child(visit.child.id, cared_for_by=None, lock=True)
    return await visit_at(tx, post, visit_id)


async def make_way(
    tx: Transaction,
    child_id: ChildId | None,
    slot_id: SlotId,
    now: datetime,
    *,
    all_of: PersonId | None = None,
) -> None:
    """Write down which visits were given back that a new one of the child at the slot would meet.

    To be called before anything else is locked but the person: it locks children.

    Args:
        all_of: whose children the caller locks afterwards: all of them are locked here then, since
            children are locked by id, whoever they belong to.
    """
    await make_way_for_each(tx, [(child_id, slot_id)], now, all_of=all_of)


async def make_way_for_each(
    tx: Transaction,
    pairs: Sequence[tuple[ChildId | None, SlotId]],
    now: datetime,
    *,
    all_of: PersonId | None = None,
) -> None:
    """The same for several children, who are locked at one go."""
    gone = {
        visit.id: visit
        for child_id, slot_id in pairs
        for visit in await tx.appointments.given_back(child_id, slot_id)
    }
    if not gone or tx.replay:
        return
    children = {child_id for child_id, _slot in pairs if child_id}
    if all_of is not None:
        children |= {
            child.id for child in await tx.families.children(cared_for_by=all_of, scope=Scope.BOOK)
        }
    await _write_down(tx, list(gone.values()), children, now)


async def make_way_for(
    tx: Transaction, clinic_id: ClinicId, children: Collection[ChildId], now: datetime
) -> None:
    """The same for changes all over a clinic to visits of these children, whom it locks.

    To be called before anything else is locked but the person and the clinic."""
    gone = [] if tx.replay else await tx.clinic_visits.given_back_at(clinic_id, children)
    await _write_down(tx, gone, children, now)


async def _write_down(
    tx: Transaction, gone: Sequence[Appointment], children: Collection[ChildId], now: datetime
) -> None:
    if locked := {visit.child.id for visit in gone} | set(children):
        await tx.families.lock_children(locked)
    for visit in gone:
        await _settle(tx, visit, now)


async def _settle(tx: Transaction, visit: Appointment, now: datetime) -> bool:
    """Write down that nobody answered, of a visit as it was read; False: somebody was first."""
    settled = await tx.appointments.answer(visit, visit.state, Word.SILENCE, None, now)
    if settled is None:
        return False
    booked = settled.state is AppointmentState.BOOKED
    kind = NotificationKind.CONFIRMED if booked else NotificationKind.LAPSED
    await tell_family(tx, kind, settled, now)
    return True


async def ask_staff(tx: Transaction, visit: Appointment, now: datetime) -> None:
    """Have a visit's doctor asked for the word that it waits for; of others nobody is.

    Where the doctor has no post here, the registry is asked. Who was asked and is not needed any
    more hears nothing: what is sent is looked at first.
    """
    if not visit.is_pending or visit.deadline is None:
        return
    doctor = visit.slot.doctor
    staff = await tx.staff.of_clinic(doctor.clinic.id)
    asked = [each for each in staff if each.doctor and each.doctor.id == doctor.id]
    asked = asked or [each for each in staff if each.role in REGISTRY]
    wanted = [
        Planned(
            NotificationKind.TO_CONFIRM,
            person,
            visit.id,
            occasion=str(visit.sequence),
            due_at=after_quiet(now + GATHERED, doctor.clinic),
            useful_until=visit.deadline.at,
            urgency=Urgency.REMINDER,
            bundle=f"to-confirm {doctor.clinic.id}",
        )
        for person in sorted({each.person for each in asked})
    ]
    await tx.notifications.replan(visit.id, (NotificationKind.TO_CONFIRM,), wanted, now)
