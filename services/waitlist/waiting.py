"""A family puts itself on the list, looks at its place, and lets it rest no more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.families import consents
from services.messages.waits import LEAST_KNOWN, USUALLY_OF, waiting_of
from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, PersonId, WaitId
from services.model.people import Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.waitlist import IllNeverWait, NoDaysToWaitFor, NoList, TooManyWaits
from services.model.settings.visit_kinds import KindKey, VisitKind, Whom
from services.model.visits import Appointment
from services.model.waitlist.offers import Waiting
from services.model.waitlist.waits import Wait, WaitState, WaitWish
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import booking
from services.rules.eligibility import kinds as eligible
from services.runtime.use_case import use_case
from services.waitlist.standing import note_seen

LONGEST = timedelta(days=90)
"""How far ahead somebody can wait for a time: what is not open for booking yet included."""


@dataclass(frozen=True, slots=True)
class CanWait:
    """What a family can wait for, before it says so."""

    clinic: Clinic
    children: Sequence[Child]
    kind: VisitKind
    doctors: Sequence[Doctor]
    moving: Appointment | None
    """The visit that it has meanwhile, and that would be moved."""
    already: Wait | None
    """Where it waits already: what it says now is said in place of that."""
    usually: timedelta | None
    now: datetime

    @property
    def last(self) -> date:
        """Up to when, if nothing else is said: the day before the visit, or the whole horizon."""
        if self.moving is not None and self.moving.is_active:
            return self.moving.slot.local_start.date()
        return self.clinic.today(self.now) + timedelta(days=30)


class Waitlist:
    """What a receptionist writes down when there is no time that suits."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def can_wait(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        children: Sequence[ChildId],
        kind: KindKey,
        moves: AppointmentId | None = None,
    ) -> CanWait:
        """What the family could wait for; instead of a visit that it has, the child is its own.
        Raises what `join` raises."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            if moves is not None and not children:
                held = await tx.appointments.get(moves, cared_for_by=person, scope=Scope.BOOK)
                children = [held.child.id]
            theirs = await _children(tx, person, clinic, children, lock=False)
            moving = await _moving(tx, person, clinic, moves, theirs, now)
            known = _kind(clinic, theirs, moving.reason if moving else kind, now, moving)
            doctors = await tx.clinics.doctors(clinic_id)
            already = await _already(tx, person, clinic_id, theirs, known.key)
            usually = await tx.waits.usually(clinic_id, now - USUALLY_OF, LEAST_KNOWN)
            return CanWait(clinic, theirs, known, doctors, moving, already, usually, now)

    @use_case
    async def join(
        self, person: PersonId, clinic_id: ClinicId, wish: WaitWish, *, has_looked: bool = False
    ) -> Waiting:
        """Wait for such a time. Who waits for the children and this kind of visit already keeps
        the place, and waits for what is said now.

        Args:
            has_looked: the person comes from what stands free, and chose none of it: as long as it
                stands, it is not offered.

        Raises:
            NotFound, NotEntrusted, NoConsent: not this person's to ask.
            NoList: the clinic has none.
            IllNeverWait: the visit is for ill children.
            KindNotHere, KindAtDesk, NotForThisAge, NotYetThisAge: a family books no such visit.
            NoDaysToWaitFor: the days are over, or too far ahead.
            TooManyWaits: the person waits for as much as the clinic allows.
            VisitPassed, VisitCancelled: the visit to be moved stands no more.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            children = await _children(tx, person, clinic, wish.children, lock=True)
            moving = await _moving(tx, person, clinic, wish.moves, children, now)
            _kind(clinic, children, wish.kind, now, moving)
            wish = _within(clinic, wish, now)
            already = await _already(tx, person, clinic_id, children, wish.kind)
            if already is not None:
                await _say_anew(tx, already, wish, now)
                wait = await tx.waits.get(already.id)
            else:
                await _check_room(tx, person, clinic)
                wait = await tx.waits.add(clinic_id, wish, now, person=person)
            if has_looked and not tx.replay:
                await note_seen(tx, wait, now)
            return await waiting_of(tx, wait, now)

    @use_case
    async def mine(self, person: PersonId) -> list[Waiting]:
        """All that the person's children wait for. The clinic's debts are not among it: they stand
        with the visits."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            return await waits_of(tx, person, now)

    @use_case
    async def get(self, person: PersonId, wait_id: WaitId) -> Waiting:
        """One place in a list, over or not. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            return await waiting_of(tx, await tx.waits.get(wait_id, cared_for_by=person), now)

    @use_case
    async def wait_on(self, person: PersonId, wait_id: WaitId) -> Waiting:
        """Wait on after a rest, in the same place. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            wait = await tx.waits.get(wait_id, cared_for_by=person)
            if wait.state is WaitState.RESTING and not tx.replay:
                await tx.waits.count_unanswered(wait.id, 0, WaitState.WAITING)
                await tx.waits.look_at(wait.id, now)
            return await waiting_of(tx, await tx.waits.get(wait_id), now)

    @use_case
    async def allow_early(self, person: PersonId, wait_id: WaitId, *, early: bool) -> Waiting:
        """Be written to from six o'clock on about that morning's times, or not. Raises
        `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            wait = await tx.waits.get(wait_id, cared_for_by=person)
            if not tx.replay:
                await tx.waits.allow_early(wait.id, early=early)
            return await waiting_of(tx, await tx.waits.get(wait_id), now)


async def waits_of(tx: Transaction, person: PersonId, now: datetime) -> list[Waiting]:
    """What the children wait for for whom the person may book."""
    children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
    ids = {child.id for child in children}
    waits = await tx.waits.of_children(ids, shown_to=person) if ids else []
    return [
        await waiting_of(tx, wait, now)
        for wait in waits
        if {child.id for child in wait.children} <= ids
    ]


async def _children(
    tx: Transaction,
    person: PersonId,
    clinic: Clinic,
    children: Sequence[ChildId],
    *,
    lock: bool,
) -> list[Child]:
    """Those for whom it is, in their order. Raises `NotFound`, `NotEntrusted`, `NoConsent`,
    `NoList`."""
    if not clinic.waitlist.on:
        raise NoList
    if not children or len(set(children)) != len(children):
        raise NotFound
    if lock:
        await tx.families.lock_children(children)
    found = [
        await tx.families.child(child_id, cared_for_by=person, scope=Scope.BOOK)
        for child_id in children
    ]
    for child in found:
        await consents.require_consent_for(tx, person, clinic.id, child.id)
    return found


async def _moving(
    tx: Transaction,
    person: PersonId,
    clinic: Clinic,
    moves: AppointmentId | None,
    children: Sequence[Child],
    now: datetime,
) -> Appointment | None:
    """The visit that is held meanwhile. Raises `NotFound`, `VisitPassed`, `VisitCancelled`."""
    if moves is None:
        return None
    visit = await tx.appointments.get(moves, cared_for_by=person, scope=Scope.BOOK)
    if visit.slot.doctor.clinic.id != clinic.id or [visit.child.id] != [
        child.id for child in children
    ]:
        raise NotFound
    booking.check_movable(visit, now)
    return visit


def _kind(
    clinic: Clinic,
    children: Sequence[Child],
    key: KindKey,
    now: datetime,
    moving: Appointment | None,
) -> VisitKind:
    """What it is for. Raises `IllNeverWait`, and why a family books no such visit."""
    kind = clinic.kind(moving.reason if moving else key)
    if kind.whom is Whom.ILL:
        raise IllNeverWait
    if moving is None:
        eligible.check_open(kind, clinic)
    for child in children:
        eligible.check_age(kind, child, clinic, now)
    return kind


def _within(clinic: Clinic, wish: WaitWish, now: datetime) -> WaitWish:
    """The wish, from today on. Raises `NoDaysToWaitFor`."""
    today = clinic.today(now)
    first, last = max(wish.first, today), min(wish.last, today + LONGEST)
    late = wish.until_hour is not None and wish.until_hour < wish.since_hour
    if first > last or late or not wish.weekdays:
        raise NoDaysToWaitFor
    return replace(wish, first=first, last=last)


async def _already(
    tx: Transaction,
    person: PersonId,
    clinic_id: ClinicId,
    children: Sequence[Child],
    kind: KindKey,
) -> Wait | None:
    """Where just these children wait for such a visit, as far as the person may know."""
    ids = {child.id for child in children}
    return next(
        (
            wait
            for wait in await tx.waits.of_children(ids, clinic_id, shown_to=person)
            if wait.wish.kind == kind and {child.id for child in wait.children} == ids
        ),
        None,
    )


async def _say_anew(tx: Transaction, wait: Wait, wish: WaitWish, now: datetime) -> None:
    if tx.replay:
        return
    await tx.waits.change(replace(wait, wish=wish, state=WaitState.WAITING, unanswered=0))
    await tx.waits.look_at(wait.id, now)


async def _check_room(tx: Transaction, person: PersonId, clinic: Clinic) -> None:
    """Raises `TooManyWaits`."""
    children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
    waits = await tx.waits.of_children([child.id for child in children], clinic.id)
    if len(waits) >= clinic.limits.visits:
        raise TooManyWaits(clinic.limits.visits)


def doctors_of(found: CanWait, doctor_id: DoctorId | None) -> frozenset[DoctorId]:
    """With whom: one of the clinic's doctors, or anybody. Raises `NotFound`."""
    if doctor_id is None:
        return frozenset()
    if doctor_id not in {doctor.id for doctor in found.doctors}:
        raise NotFound
    return frozenset({doctor_id})
