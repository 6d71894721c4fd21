"""Finding a time: why, with whom, on which day, at what hour."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from services.families import consents, home
from services.families.home import OwnDoctor
from services.families.no_shows import check_missed, is_always_booked, missed
from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, PersonId, SlotId
from services.model.people import Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.families import NoChild, NoConsent, NotEntrusted
from services.model.refusals.visits import DayClosed, DayFull, NotYetThisAge
from services.model.reserved.times import OpensLater
from services.model.settings.no_shows import Missed
from services.model.settings.visit_kinds import VisitKind
from services.model.slots import DayTimes, FreeTimes, Slot, Wish
from services.model.visits import Appointment, FirstAsk, Need
from services.ports.readers import Clock
from services.ports.transaction import StorageUnavailable, Transaction, Transactions
from services.rules import ages, booking, horizon, waiting_standard
from services.rules.eligibility import kinds as eligible
from services.rules.reserved.groups import groups_left
from services.rules.waiting_standard import is_asking
from services.runtime.use_case import no_effect, use_case
from services.schedule.availability import age_of_times

NEAREST = 3
"""How many times are offered in place of one that could not be had."""


@dataclass(frozen=True, slots=True)
class WhichChild:
    """Of several children, one is to be chosen."""

    clinic: Clinic
    children: Sequence[Child]
    now: datetime
    ahead: Mapping[ChildId, Sequence[Appointment]] = field(default_factory=dict)
    """The visits of those who have one name and one birth date."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a child can come."""

    clinic: Clinic
    child: Child
    kinds: Sequence[VisitKind]
    now: datetime
    missed: Missed | None = None
    """To how many visits it did not come, where the clinic counts that."""
    later: Sequence[NotYetThisAge] = ()
    """For what the child is too young."""
    too_long: Sequence[VisitKind] = ()
    """Those that take longer than any time that there is."""

    @property
    def bookable(self) -> Sequence[VisitKind]:
        """Those for which the chat looks for a time now."""
        if self.missed and self.missed.by_phone_alone:
            return [kind for kind in self.kinds if is_always_booked(kind)]
        return self.kinds

    @property
    def is_grown_up(self) -> bool:
        """Whether no pediatrician sees the child any more: there is no reason left."""
        return ages.is_grown_up(self.child.birth_date, self.clinic.today(self.now))


@dataclass(frozen=True, slots=True)
class Search:
    """What a family looks for, and everybody in it."""

    need: Need
    child: Child
    clinic: Clinic
    moving: Appointment | None
    """The visit that is theirs until the new time is won."""
    now: datetime
    last_doctor: DoctorId | None = None
    """Who saw the child there last."""
    read_at: datetime | None = None
    """Of times of the clinic's own system that nobody has read lately: how old they are."""
    may_claim: bool = False
    """Whether the clinic keeps times for a group of which nobody has said yet that the child is,
    and the person may say so."""


@dataclass(frozen=True, slots=True)
class Doctors:
    """Whom a child can see at a clinic, the own doctor first."""

    search: Search
    own: OwnDoctor | None
    doctors: Sequence["DoctorRow"]
    later: Sequence[OpensLater] = ()
    """What opens of today, where nobody has anything today."""

    @property
    def any_free(self) -> bool:
        return any(row.free for row in self.doctors)

    @property
    def any_today(self) -> bool:
        """Whether anybody has a free time today."""
        today = self.search.clinic.today(self.search.now)
        return any(_is_on(today, row.free) for row in self.doctors if row.free)


def _is_on(day: date, times: FreeTimes) -> bool:
    return times.earliest.local_start.date() == day


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """A doctor in a list: with what is free, or the visit that stands in the way of another."""

    doctor: Doctor
    free: FreeTimes | None
    visit: Appointment | None


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which a doctor receives, in order."""

    search: Search
    doctor: Doctor
    days: Sequence[DayTimes]
    opening: datetime
    """When one more day opens, on the clinic's wall."""
    last_open: date

    @property
    def free(self) -> list[date]:
        return [day.day for day in self.days if day.free]


@dataclass(frozen=True, slots=True)
class Day:
    """A doctor's free times on one day."""

    search: Search
    doctor: Doctor
    day: date
    slots: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class Near:
    """The times nearest to one that could not be had."""

    search: Search
    doctor: Doctor
    slots: Sequence[Slot]


class Times:
    """What a receptionist looks up before anything is booked."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def begin(self, person: PersonId, clinic_id: ClinicId) -> WhichChild | Reasons:
        """For whom to book, or with one child, why. Raises `NotFound`, `NoConsent`, `NoChild`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            await consents.require_consent(tx, person, clinic.id)
            children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
            if not children:
                seen = await tx.families.children(cared_for_by=person)
                raise NotEntrusted if seen else NoChild
            if len(children) > 1:
                ahead = await home.visits_of_alike(tx, person, children, now)
                return WhichChild(clinic, children, now, ahead)
            return await self._reasons(tx, children[0], clinic, now)

    @use_case
    async def reasons(self, person: PersonId, child_id: ChildId, clinic_id: ClinicId) -> Reasons:
        """Why this child can come to the clinic; raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            child = await tx.families.child(child_id, cared_for_by=person, scope=Scope.BOOK)
            await consents.require_consent(tx, person, clinic.id)
            return await self._reasons(tx, child, clinic, now)

    async def _reasons(
        self, tx: Transaction, child: Child, clinic: Clinic, now: datetime
    ) -> Reasons:
        kinds = await kinds_here(tx, child, clinic, now)
        counted = await missed(tx, clinic, [child.id], now)
        later = eligible.kinds_later(child, clinic, now)
        theirs = eligible.kinds_for_family(child, clinic, now)
        too_long = [each for each in theirs if each.length and each not in kinds]
        return Reasons(clinic, child, kinds, now, counted.get(child.id), later, too_long)

    @use_case
    async def doctors(self, person: PersonId, need: Need, clinic_id: ClinicId) -> Doctors:
        """The clinic's doctors with what each has free; that a family asked is taken down.

        Raises:
            NotFound: no such clinic, child or visit for this person.
            NoConsent: the clinic has to be consented to first.
            VisitPassed, VisitCancelled: the visit to be moved cannot be moved any more.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            search, planned, _family, wish = await look(tx, person, need, clinic, now)
            free = await tx.free_times.by_doctor(clinic.id, wish)
            doctors = await tx.clinics.doctors_of(clinic)
            last, reason = search.last_doctor, search.need.reason
            own = await home.own_doctor(tx, search.child, clinic, last, now, reason)
            has_today = any(_is_on(clinic.today(now), times) for times in free.values())
            later = [] if has_today else await _later(tx, clinic, wish, clinic.today(now))
            is_first = await is_first_ask(tx, search.need, clinic, now)
            shown = await _shown(tx, person, planned, now)
        if is_first:
            offered = [times.earliest for times in free.values()]
            await self._take_down(
                waiting_standard.first_ask(search.need, clinic, now, planned, offered)
            )
        visits = {visit.slot.doctor.id: visit for visit in shown}
        rows = [
            DoctorRow(
                doctor,
                free.get(doctor.id),
                visits.get(doctor.id) if doctor.id in wish.seen_by else None,
            )
            for doctor in doctors
            if doctor.id in free or not wish.kind.named_only
        ]
        first = own.doctor.id if own else None
        ordered = sorted(rows, key=lambda row: row.doctor.id != first)
        return Doctors(search, own, ordered, later)

    async def _take_down(self, ask: FirstAsk) -> None:
        """No effect of the update: the list is shown again when it is, and in any case."""
        with no_effect(), suppress(StorageUnavailable):  # rather one ask uncounted than no list
            async with self._transactions.writes() as tx:
                await tx.load.add_ask(ask)

    @use_case
    async def days(self, person: PersonId, need: Need, doctor_id: DoctorId) -> Days:
        """The days on which the doctor receives; raises what `doctors` raises, and
        `AlreadyWithDoctor`: the child has a visit with this doctor and may have but one."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            doctor = await tx.clinics.doctor(doctor_id)
            search, planned, _family, wish = await look(tx, person, need, doctor.clinic, now)
            booking.check_doctor(doctor, planned)
            days = await tx.free_times.days(doctor.id, wish)
        clinic = doctor.clinic
        opening, last = horizon.next_opening(clinic, now), horizon.last_open_day(clinic, now)
        return Days(search, doctor, days, opening, last)

    @use_case
    async def day(self, person: PersonId, need: Need, doctor_id: DoctorId, day: date) -> Day:
        """The doctor's free times on a day.

        Raises:
            DayFull, DayClosed: there are none.
            whatever `days` raises.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            doctor = await tx.clinics.doctor(doctor_id)
            search, planned, _family, wish = await look(tx, person, need, doctor.clinic, now)
            booking.check_doctor(doctor, planned)
            slots = await tx.free_times.on_day(doctor, wish, day)
            if not slots:
                raise await _why_none(tx, doctor, wish, day)
        return Day(search, doctor, day, slots)

    @use_case
    async def near(self, person: PersonId, need: Need, slot_id: SlotId) -> Near:
        """The doctor's times nearest to one that could not be had; raises what `days` raises."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            slot = await tx.slots.get(slot_id, person=person, now=now)
            doctor = slot.doctor
            search, planned, _family, wish = await look(tx, person, need, doctor.clinic, now)
            booking.check_doctor(doctor, planned)
            slots = await tx.free_times.near(doctor, wish, slot.starts_at, NEAREST)
        return Near(search, doctor, slots)


class Looked(NamedTuple):
    """Whom a need is about, and what else they have."""

    search: Search
    planned: Sequence[Appointment]
    """The child's other visits ahead."""
    family: Sequence[Appointment]
    """Those of all children whom the person may book for."""
    wish: Wish


async def look(
    tx: Transaction, person: PersonId, need: Need, clinic: Clinic, now: datetime
) -> Looked:
    """Look up whom a need is about.

    The reason of a visit that is moved stays what it was.

    Raises:
        NotFound, NoConsent: not this person's to ask.
        KindNotHere, KindAtDesk: a family does not book such visits there.
        NotForThisAge, NotYetThisAge: visits of this kind are for younger or older children.
        MissedTooOften: the registry alone books for the child now.
        CallNow: so young a child that is ill is for the phone.
        VisitPassed, VisitCancelled: the visit to be moved cannot be moved any more.
        SystemAway: the clinic's own system has not answered for long.
    """
    read_at = await age_of_times(tx, clinic, now)
    known = await tx.families.at_clinic(person, clinic.id)
    child = await one_of(tx, person, known.bookable, need.child_id)
    if not known.agreed:
        raise NoConsent
    moving = await to_move(tx, person, need.moves, clinic, now) if need.moves else None
    family = await tx.appointments.planned([each.id for each in known.bookable], after=now)
    looked = await look_for(tx, person, child, need, moving, family, clinic, now)
    last = known.last_doctors.get(child.id)
    asks = tx.groups.kept and child.id in known.decided_for
    may_claim = asks and bool(groups_left(child, clinic, clinic.today(now)))
    search = replace(looked.search, last_doctor=last, read_at=read_at, may_claim=may_claim)
    return looked._replace(search=search)


async def to_move(
    tx: Transaction, person: PersonId, visit_id: AppointmentId, clinic: Clinic, now: datetime
) -> Appointment:
    """A visit that is to be moved. Raises `NotFound`, `VisitPassed`, `VisitCancelled`."""
    moving = await tx.appointments.get(visit_id, cared_for_by=person, scope=Scope.BOOK)
    if moving.slot.doctor.clinic.id != clinic.id:
        raise NotFound
    booking.check_movable(moving, now)
    return moving


async def look_for(
    tx: Transaction,
    person: PersonId,
    child: Child,
    need: Need,
    moving: Appointment | None,
    family: Sequence[Appointment],
    clinic: Clinic,
    now: datetime,
) -> Looked:
    """The same of one child, where it is known whose it is and what the family has ahead."""
    if moving is not None:
        if moving.child.id != child.id:
            raise NotFound
        need = replace(need, reason=moving.reason, moves=moving.id)
    kind = clinic.kind(need.reason)
    if moving is None:
        eligible.check_open(kind, clinic)
        await check_missed(tx, clinic, child.id, need.reason, now)
        ages.check_old_enough(kind, child, clinic, now)
    eligible.check_age(kind, child, clinic, now)
    planned = [each for each in family if each.child.id == child.id and each.id != need.moves]
    wish = booking.wish_of(person, child, need.reason, clinic, planned, now)
    return Looked(Search(need, child, clinic, moving, now), planned, family, wish)


async def kinds_here(
    tx: Transaction, child: Child, clinic: Clinic, now: datetime
) -> list[VisitKind]:
    """What a family can book for a child of this age, in the clinic's order; without those that
    need hours of their own or longer times, of which there are none."""
    kinds = eligible.kinds_for_family(child, clinic, now)
    own = [kind for kind in kinds if eligible.needs_its_own_times(kind)]
    there = await tx.free_times.have_hours(clinic.id, own, after=now) if own else []
    return [kind for kind in kinds if kind not in own or kind in there]


async def one_of(
    tx: Transaction, person: PersonId, children: Sequence[Child], child_id: ChildId
) -> Child:
    """The child, of those whom the person may book for. Raises `NotFound`, `NotEntrusted`."""
    for child in children:
        if child.id == child_id:
            return child
    return await tx.families.child(child_id, cared_for_by=person, scope=Scope.BOOK)


async def _shown(
    tx: Transaction, person: PersonId, planned: Sequence[Appointment], now: datetime
) -> list[Appointment]:
    """Those of a child's visits that the person may see: one may be hidden from helpers."""
    if not any(visit.hidden for visit in planned):
        return list(planned)
    children = [visit.child.id for visit in planned]
    shown = await tx.appointments.planned(children, after=now, shown_to=person)
    return [visit for visit in planned if visit in shown]


async def _why_none(tx: Transaction, doctor: Doctor, wish: Wish, day: date) -> DayFull | DayClosed:
    if day not in {found.day for found in await tx.free_times.days(doctor.id, wish)}:
        return DayClosed(day)
    later = await _later(tx, doctor.clinic, wish, day, doctor.id)
    return DayFull(day, later, doctor.clinic.wall(wish.now))


async def _later(
    tx: Transaction, clinic: Clinic, wish: Wish, day: date, doctor_id: DoctorId | None = None
) -> list[OpensLater]:
    """What of a day opens to everybody, of shares and of hours that are named for somebody."""
    begins, ends = clinic.at(day), clinic.at(day + timedelta(days=1))
    of_day = replace(wish, earliest=max(wish.earliest, begins), latest=min(wish.latest, ends))
    return await tx.reservations.opening_later(clinic.id, of_day, day, doctor_id)


async def is_first_ask(tx: Transaction, need: Need, clinic: Clinic, now: datetime) -> bool:
    """Whether this is an ask, and the first one for the child at the clinic today."""
    if not is_asking(need, clinic):
        return False
    return not await tx.load.is_asked(clinic.id, need.child_id, clinic.today(now))
