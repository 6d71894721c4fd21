"""Brothers and sisters come together: all of them get a time, or none does (R72)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from services.families import consents
from services.families.no_shows import check_missed
from services.families.reminder_wishes import ReminderQuestion, reminder_question
from services.messages.questions import plan_questions
from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, PersonId, SlotId
from services.model.people import Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.visits import NotForThisReason, VisitCancelled, VisitChanged
from services.model.settings.visit_kinds import KindKey, VisitKind, Whom
from services.model.slots import Slot, TimesTogether, Wish
from services.model.visits import (
    FEWEST_TOGETHER,
    MOST_TOGETHER,
    Appointment,
    AppointmentState,
    SiblingsNeed,
)
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import ages, booking, together, visit_states
from services.rules.eligibility import kinds as eligible
from services.runtime.use_case import use_case
from services.visits.booking import claimed, keeping
from services.visits.confirming import make_way
from services.visits.mine import give_back, to_change

T = TypeVar("T")

NEAREST = 8
"""Choices on the first screen."""
ON_A_DAY = 400
"""More than a day of a clinic has that anybody looks through."""


@dataclass(frozen=True, slots=True)
class WhoTogether:
    """Of several children, two or three are to be chosen."""

    clinic: Clinic
    children: Sequence[Child]
    chosen: Sequence[ChildId]
    now: datetime

    @property
    def is_enough(self) -> bool:
        return FEWEST_TOGETHER <= len(self.chosen) <= MOST_TOGETHER


@dataclass(frozen=True, slots=True)
class ReasonsTogether:
    """Why all of them can come."""

    clinic: Clinic
    children: Sequence[Child]
    kinds: Sequence[VisitKind]
    now: datetime


@dataclass(frozen=True, slots=True)
class SearchTogether:
    """What a family looks for, and all of its children in it."""

    need: SiblingsNeed
    children: Sequence[Child]
    clinic: Clinic
    moving: Sequence[Appointment]
    """The visits that are theirs until the new times are won."""
    now: datetime
    doctor: Doctor | None = None
    """The one asked for; None: any."""


@dataclass(frozen=True, slots=True)
class FreeTogether:
    """Times that lie together, in order; of one day, where one was asked for."""

    search: SearchTogether
    times: Sequence[TimesTogether]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DaysTogether:
    """The days with such times, in order."""

    search: SearchTogether
    days: Sequence[date]


@dataclass(frozen=True, slots=True)
class DoctorsTogether:
    """The first such times of each doctor who has any."""

    search: SearchTogether
    firsts: Sequence[TimesTogether]


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
    def ids(self) -> list[AppointmentId]:
        return [visit.id for visit in self.visits]


class Siblings:
    """What a receptionist does when a parent comes with two or three children."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def begin(
        self, person: PersonId, clinic_id: ClinicId, chosen: Sequence[ChildId]
    ) -> WhoTogether | ReasonsTogether:
        """Who comes; where there are but two, or those are chosen who come, why.

        Raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            children = await self._bookable(tx, person, clinic, now)
            found = [child for child in children if child.id in chosen]
            if len(children) == FEWEST_TOGETHER and not chosen:
                return _reasons(clinic, children, now)
            return WhoTogether(clinic, children, [child.id for child in found], now)

    @use_case
    async def reasons(
        self, person: PersonId, clinic_id: ClinicId, chosen: Sequence[ChildId]
    ) -> ReasonsTogether:
        """Why all of the chosen can come. Raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            children = _those(await self._bookable(tx, person, clinic, now), chosen)
            return _reasons(clinic, children, now)

    async def _bookable(
        self, tx: Transaction, person: PersonId, clinic: Clinic, now: datetime
    ) -> list[Child]:
        await consents.require_consent(tx, person, clinic.id)
        children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
        today = clinic.today(now)
        return [each for each in children if not ages.is_grown_up(each.birth_date, today)]

    @use_case
    async def times(
        self,
        person: PersonId,
        need: SiblingsNeed,
        *,
        clinic_id: ClinicId | None = None,
        doctor_id: DoctorId | None = None,
        day: date | None = None,
    ) -> FreeTogether:
        """The nearest times, of a clinic or of one doctor; of one day, all of them.

        Raises:
            NotFound, NoConsent: not this person's to ask.
            NotForThisAge, NotForThisReason: not all of them can come for it.
            MissedTooOften: the registry alone books for one of them now.
            VisitPassed, VisitCancelled: a visit to be moved cannot be moved any more.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic, doctor = await _where(tx, clinic_id, doctor_id)
            search, wishes = await self._look(tx, person, need, clinic, now, doctor)
            most = ON_A_DAY if day else NEAREST
            found = await tx.together.times(clinic.id, wishes, most, doctor_id=doctor_id, day=day)
        return FreeTogether(search, found, day)

    @use_case
    async def days(
        self,
        person: PersonId,
        need: SiblingsNeed,
        *,
        clinic_id: ClinicId | None = None,
        doctor_id: DoctorId | None = None,
    ) -> DaysTogether:
        """The days on which there are such times; raises what `times` raises."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic, doctor = await _where(tx, clinic_id, doctor_id)
            search, wishes = await self._look(tx, person, need, clinic, now, doctor)
            days = await tx.together.days(clinic.id, wishes, doctor_id=doctor_id)
        return DaysTogether(search, days)

    @use_case
    async def doctors(
        self, person: PersonId, need: SiblingsNeed, clinic_id: ClinicId
    ) -> DoctorsTogether:
        """Who has such times, and from when on; raises what `times` raises."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            search, wishes = await self._look(tx, person, need, clinic, now)
            firsts = await tx.together.first_of_doctors(clinic.id, wishes)
        return DoctorsTogether(search, firsts)

    @use_case
    async def offer(
        self, person: PersonId, need: SiblingsNeed, slot_ids: Sequence[SlotId]
    ) -> OfferTogether:
        """Keep the times for the family for some minutes, to be confirmed. Raises what `book` and
        `move` raise."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            slots = await self._locked(tx, person, slot_ids, now)
            clinic = slots[0].doctor.clinic
            search, _wishes = await self._look(tx, person, need, clinic, now)
            _check_times(search, slots)
            planned = await self._planned(tx, search)
            with keeping(search.moving[0] if search.moving else None):
                _check_each(search, slots, planned)
            if not search.moving:
                await self._check_room(tx, person, search)
            until = await self._hold(tx, person, search, slots)
        return OfferTogether(search, slots, until)

    async def _hold(
        self, tx: Transaction, person: PersonId, search: SearchTogether, slots: Sequence[Slot]
    ) -> datetime | None:
        clinic, now = search.clinic, search.now
        until = min(now + clinic.hold, slots[0].starts_at - clinic.notice)
        if not clinic.hold or tx.replay or until <= now:
            return None
        await tx.slots.hold(slots, person, until, now)
        return until

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
            for child_id, slot_id in _pairs(need.children, slot_ids):
                await make_way(tx, child_id, slot_id, now, all_of=person)
            await tx.families.children(cared_for_by=person, scope=Scope.BOOK, lock=True)
            slots = await self._locked(tx, person, slot_ids, now)
            clinic = slots[0].doctor.clinic
            if earlier := await self._booked(tx, person, need.children, slots):
                return await self._with_question(tx, person, earlier)
            search, _wishes = await self._look(tx, person, need, clinic, now)
            for child in search.children:
                await consents.require_consent_for(tx, person, clinic.id, child.id)
            _check_times(search, slots)
            _check_each(search, slots, await self._planned(tx, search))
            await self._check_room(tx, person, search)
            visits = []
            for child, slot in zip(search.children, slots, strict=True):
                due = visit_states.deadline(clinic, slot, now)
                visit = await tx.appointments.add(child, slot, need.reason, person, now, due)
                await claimed(tx, person, visit, now, is_new=True)
                visits.append(visit)
            return await self._with_question(tx, person, visits)

    async def _with_question(
        self, tx: Transaction, person: PersonId, visits: Sequence[Appointment]
    ) -> BookedTogether:
        question = await reminder_question(tx, person, visits[0])
        return BookedTogether(visits, question=question)

    async def _booked(
        self,
        tx: Transaction,
        person: PersonId,
        children: Sequence[ChildId],
        slots: Sequence[Slot],
    ) -> list[Appointment]:
        """The children's visits on just these times, if each has one."""
        found = []
        for child_id, slot in zip(children, slots, strict=True):
            earlier = await tx.appointments.active(child_id, slot.id)
            if earlier is None:
                return []
            found.append(await tx.appointments.get(earlier.id, cared_for_by=person))
        return found

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
            shown = [await _get(tx, person, visit_id, Scope.BOOK) for visit_id in visit_ids]
            for visit, slot_id in _pairs(shown, slot_ids):
                await make_way(tx, visit.child.id, slot_id, now, all_of=person)
            visits = await self._to_change(tx, person, visit_ids, Scope.BOOK)
            slots = await self._locked(tx, person, slot_ids, now)
            stand = all(visit.is_active for visit in visits)
            if stand and [visit.slot.id for visit in visits] == [slot.id for slot in slots]:
                return await self._moved_before(tx, visits)
            _check_shown(visits, seen)
            children = [visit.child.id for visit in visits]
            need = SiblingsNeed(children, visits[0].reason, visit_ids)
            clinic = slots[0].doctor.clinic
            search, _wishes = await self._look(tx, person, need, clinic, now)
            for child_id in children:
                await consents.require_consent_for(tx, person, clinic.id, child_id)
            _check_times(search, slots)
            with keeping(visits[0]):
                _check_each(search, slots, await self._planned(tx, search))
                moved = []
                for visit, slot in zip(visits, slots, strict=True):
                    due = visit_states.deadline(clinic, slot, now)
                    moved.append(await tx.appointments.move(visit, slot, person, now, due))
            for visit in moved:
                await plan_questions(tx, visit, now)
                await claimed(tx, person, visit, now)
            return BookedTogether(moved, [visit.slot for visit in visits])

    async def _moved_before(self, tx: Transaction, visits: Sequence[Appointment]) -> BookedTogether:
        before = [await tx.appointments.moved_from(visit.id) or visit.slot for visit in visits]
        return BookedTogether(visits, before)

    @use_case
    async def visits(self, person: PersonId, visit_ids: Sequence[AppointmentId]) -> BookedTogether:
        """Visits ahead that a family comes to in one go. Raises `NotFound`, `VisitCancelled`,
        `VisitPassed`: one of them is not ahead any more."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            visits = [await _get(tx, person, each, Scope.SEE) for each in visit_ids]
        _check_many(visits)
        _check_cancellable(visits, now)
        return BookedTogether(visits)

    @use_case
    async def cancellable(
        self, person: PersonId, visit_ids: Sequence[AppointmentId]
    ) -> BookedTogether:
        """Visits that can all be cancelled. Raises `NotFound`, `VisitPassed`, `VisitCancelled`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            visits = [await _get(tx, person, each, Scope.CANCEL) for each in visit_ids]
        _check_many(visits)
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
            visits = await self._to_change(tx, person, visit_ids, Scope.CANCEL)
            if not any(visit.is_active or visit.needs_time for visit in visits):
                return BookedTogether(visits)
            _check_shown(visits, seen)
            _check_cancellable(visits, now)
            gone = [await give_back(tx, person, visit.id, None, now) for visit in visits]
            return BookedTogether([visit for visit, _ended in gone])

    # What all of them do first

    async def _look(
        self,
        tx: Transaction,
        person: PersonId,
        need: SiblingsNeed,
        clinic: Clinic,
        now: datetime,
        doctor: Doctor | None = None,
    ) -> tuple[SearchTogether, list[Wish]]:
        """Whom the need is about, and what each of them can take."""
        await consents.require_consent(tx, person, clinic.id)
        moving = [await _get(tx, person, each, Scope.BOOK) for each in need.moves]
        for visit in moving:
            if visit.slot.doctor.clinic.id != clinic.id:
                raise NotFound
            booking.check_movable(visit, now)
        wanted = [visit.child.id for visit in moving] or need.children
        mine = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
        children = _those(mine, wanted)
        search = SearchTogether(need, children, clinic, moving, now, doctor)
        planned = await self._planned(tx, search)
        wishes = []
        for child, reason in zip(children, reasons_of(search), strict=True):
            kind = clinic.kind(reason)
            if kind.whom is Whom.ILL and not moving:
                raise NotForThisReason  # who is ill does not wait beside brothers and sisters
            eligible.check_age(kind, child, clinic, now)
            if not moving:
                eligible.check_open(kind, clinic)
                await check_missed(tx, clinic, child.id, reason, now)
            ahead = [visit for visit in planned if visit.child.id == child.id]
            wishes.append(booking.wish_of(person, child, reason, clinic, ahead, now))
        return search, wishes

    async def _planned(self, tx: Transaction, search: SearchTogether) -> list[Appointment]:
        """The children's visits ahead but those that are moved."""
        ids = [child.id for child in search.children]
        moving = {visit.id for visit in search.moving}
        planned = await tx.appointments.planned(ids, after=search.now)
        return [visit for visit in planned if visit.id not in moving]

    async def _locked(
        self, tx: Transaction, person: PersonId, slot_ids: Sequence[SlotId], now: datetime
    ) -> list[Slot]:
        """The times as they are once nobody else can claim them; raises `NotFound`."""
        found = {
            slot_id: await tx.slots.get(slot_id, person=person, now=now, lock=True)
            for slot_id in sorted(slot_ids)
        }
        if not found:
            raise NotFound
        return [found[slot_id] for slot_id in slot_ids]

    async def _to_change(
        self,
        tx: Transaction,
        person: PersonId,
        visit_ids: Sequence[AppointmentId],
        scope: Scope,
    ) -> list[Appointment]:
        """The visits as they stand once nobody else can change them: children are locked in order
        of their ids. Raises `NotFound`, `NotEntrusted`."""
        visits = [await _get(tx, person, visit_id, scope) for visit_id in visit_ids]
        _check_many(visits)
        locked = {
            visit.id: await to_change(tx, person, visit.id, scope)
            for visit in sorted(visits, key=lambda each: each.child.id)
        }
        return [locked[visit_id] for visit_id in visit_ids]

    async def _check_room(self, tx: Transaction, person: PersonId, search: SearchTogether) -> None:
        children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
        planned = await tx.appointments.planned([each.id for each in children], after=search.now)
        booking.check_room_for_visit(search.clinic, planned, more=len(search.children))


def reasons_of(search: SearchTogether) -> list[KindKey]:
    """Why each of them comes: a visit that is moved keeps its own reason."""
    if search.moving:
        return [visit.reason for visit in search.moving]
    return [search.need.reason] * len(search.children)


def _reasons(clinic: Clinic, children: Sequence[Child], now: datetime) -> ReasonsTogether:
    common = [eligible.kinds_for_family(child, clinic, now) for child in children]
    shared = [
        kind
        for kind in common[0]
        if kind.whom is not Whom.ILL
        and not kind.named_only
        and all(kind in theirs for theirs in common)
    ]
    return ReasonsTogether(clinic, children, shared, now)


def _those(children: Sequence[Child], wanted: Sequence[ChildId]) -> list[Child]:
    """The children with these ids, in their order. Raises `NotFound`: they are not two or three
    different ones of these."""
    known = {child.id: child for child in children}
    if len(set(wanted)) != len(wanted) or not FEWEST_TOGETHER <= len(wanted) <= MOST_TOGETHER:
        raise NotFound
    if any(child_id not in known for child_id in wanted):
        raise NotFound
    return [known[child_id] for child_id in wanted]


async def _where(
    tx: Transaction, clinic_id: ClinicId | None, doctor_id: DoctorId | None
) -> tuple[Clinic, Doctor | None]:
    if doctor_id is not None:
        doctor = await tx.clinics.doctor(doctor_id)
        return doctor.clinic, doctor
    if clinic_id is None:
        raise NotFound
    return await tx.clinics.get(clinic_id), None


async def _get(
    tx: Transaction, person: PersonId, visit_id: AppointmentId, scope: Scope
) -> Appointment:
    return await tx.appointments.get(visit_id, cared_for_by=person, scope=scope)


def _pairs(of: Sequence[T], slot_ids: Sequence[SlotId]) -> list[tuple[T, SlotId]]:
    """Each with its time; in the order of the times, so that all go one way. Raises `NotFound`."""
    if len(of) != len(slot_ids):
        raise NotFound
    return sorted(zip(of, slot_ids, strict=True), key=lambda pair: pair[1])


def _check_many(visits: Sequence[Appointment]) -> None:
    """Raises `NotFound`: they are not visits of two or three children."""
    if (
        not FEWEST_TOGETHER
        <= len({visit.child.id for visit in visits})
        == len(visits)
        <= MOST_TOGETHER
    ):
        raise NotFound


def _check_shown(visits: Sequence[Appointment], seen: int | None) -> None:
    """Raises `VisitChanged`: they are not as a button showed them."""
    if seen is not None and seen != visit_states.together_as_shown(visits):
        raise VisitChanged


def _check_cancellable(visits: Sequence[Appointment], now: datetime) -> None:
    """One that the clinic owes a time is given up. Raises `VisitCancelled`, `VisitPassed`."""
    for visit in visits:
        if visit.needs_time:
            continue
        if visit.state is AppointmentState.CANCELLED:
            raise VisitCancelled
        booking.check_cancellable(visit, now)


def _check_times(search: SearchTogether, slots: Sequence[Slot]) -> None:
    if len(slots) != len(search.children):
        raise NotFound
    if any(slot.doctor.clinic.id != search.clinic.id for slot in slots):
        raise NotFound
    together.check_together(slots)


def _check_each(
    search: SearchTogether, slots: Sequence[Slot], planned: Sequence[Appointment]
) -> None:
    for child, reason, slot in zip(search.children, reasons_of(search), slots, strict=True):
        ahead = [visit for visit in planned if visit.child.id == child.id]
        booking.check_bookable(slot, child, reason, ahead, search.now)
