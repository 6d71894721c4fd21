"""Finding times that lie together: who comes, why, with whom, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from services.model.clinic import Clinic, Doctor
from services.model.ids import ChildId, ClinicId, DoctorId, PersonId, SlotId
from services.model.people import Child
from services.model.refusals.base import NotFound
from services.model.refusals.families import NoConsent
from services.model.refusals.visits import NotForThisReason
from services.model.settings.visit_kinds import VisitKind, Whom
from services.model.slots import TimesTogether
from services.model.visits import (
    FEWEST_TOGETHER,
    MOST_TOGETHER,
    Appointment,
    Need,
    SiblingsNeed,
)
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import ages
from services.runtime.use_case import use_case
from services.systems.availability import age_of_times
from services.visits.search import Looked, kinds_here, look_for, to_move

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


class SiblingTimes:
    """What a receptionist looks up when a parent comes with two or three children."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def begin(
        self, person: PersonId, clinic_id: ClinicId, chosen: Sequence[ChildId]
    ) -> WhoTogether | ReasonsTogether:
        """Who comes, and of them who is chosen so far; where there are but two, why they come.

        Raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            children = await _bookable(tx, person, clinic, now)
            if len(children) == FEWEST_TOGETHER and not chosen:
                return await _reasons(tx, clinic, children, now)
            found = [child.id for child in children if child.id in chosen]
            return WhoTogether(clinic, children, found, now)

    @use_case
    async def reasons(
        self, person: PersonId, clinic_id: ClinicId, chosen: Sequence[ChildId]
    ) -> ReasonsTogether:
        """Why all of the chosen can come. Raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            children = those(await _bookable(tx, person, clinic, now), chosen)
            return await _reasons(tx, clinic, children, now)

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
            what `visits.search.look` raises about any of the children.
        """
        async with self._transactions.reads() as tx:
            clinic, doctor = await _where(tx, clinic_id, doctor_id)
            search, looked = await look_for_all(tx, person, need, clinic, self._clock(), doctor)
            wishes = [each.wish for each in looked]
            most = ON_A_DAY if day else NEAREST
            found = await tx.together.times(clinic.id, wishes, most, doctor_id=doctor_id, day=day)
        return FreeTogether(search, found, day)

    @use_case
    async def like(
        self, person: PersonId, need: SiblingsNeed, slot_ids: Sequence[SlotId]
    ) -> FreeTogether:
        """Those of the day of some that could not be had; raises what `times` raises."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            if not slot_ids:
                raise NotFound
            gone = await tx.slots.get(slot_ids[0], person=person, now=now)
            clinic, day = gone.doctor.clinic, gone.local_start.date()
            search, looked = await look_for_all(tx, person, need, clinic, now)
            wishes = [each.wish for each in looked]
            found = await tx.together.times(clinic.id, wishes, ON_A_DAY, day=day)
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
        async with self._transactions.reads() as tx:
            clinic, doctor = await _where(tx, clinic_id, doctor_id)
            search, looked = await look_for_all(tx, person, need, clinic, self._clock(), doctor)
            wishes = [each.wish for each in looked]
            days = await tx.together.days(clinic.id, wishes, doctor_id=doctor_id)
        return DaysTogether(search, days)

    @use_case
    async def doctors(
        self, person: PersonId, need: SiblingsNeed, clinic_id: ClinicId
    ) -> DoctorsTogether:
        """Who has such times, and from when on; raises what `times` raises."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            search, looked = await look_for_all(tx, person, need, clinic, self._clock())
            wishes = [each.wish for each in looked]
            firsts = await tx.together.first_of_doctors(clinic.id, wishes)
        return DoctorsTogether(search, firsts)


async def look_for_all(
    tx: Transaction,
    person: PersonId,
    need: SiblingsNeed,
    clinic: Clinic,
    now: datetime,
    doctor: Doctor | None = None,
) -> tuple[SearchTogether, list[Looked]]:
    """Look up whom a need is about; each child by the rules that it has alone.

    Raises:
        NotFound: not two or three children of this person's.
        NotForThisReason: who is ill does not wait beside brothers and sisters.
        what `visits.search.look` raises.
    """
    await age_of_times(tx, clinic, now)
    known = await tx.families.at_clinic(person, clinic.id)
    moving = [await to_move(tx, person, each, clinic, now) for each in need.moves]
    wanted = [visit.child.id for visit in moving] or need.children
    children = those(known.bookable, wanted)
    if not known.agreed:
        raise NoConsent
    if not moving and clinic.kind(need.reason).whom is Whom.ILL:
        raise NotForThisReason
    family = await tx.appointments.planned([each.id for each in known.bookable], after=now)
    each = zip_longest(children, moving)  # all of them are moved, or none
    looked = [
        await look_for(tx, person, child, Need(child.id, need.reason), visit, family, clinic, now)
        for child, visit in each
    ]
    return SearchTogether(need, children, clinic, moving, now, doctor), looked


def those(children: Sequence[Child], wanted: Sequence[ChildId]) -> list[Child]:
    """The children with these ids, in their order. Raises `NotFound`: they are not two or three
    different ones of these."""
    known = {child.id: child for child in children}
    are_few = FEWEST_TOGETHER <= len(set(wanted)) == len(wanted) <= MOST_TOGETHER
    if not are_few or any(child_id not in known for child_id in wanted):
        raise NotFound
    return [known[child_id] for child_id in wanted]


async def _bookable(
    tx: Transaction, person: PersonId, clinic: Clinic, now: datetime
) -> list[Child]:
    known = await tx.families.at_clinic(person, clinic.id)
    if not known.agreed:
        raise NoConsent
    today = clinic.today(now)
    return [each for each in known.bookable if not ages.is_grown_up(each.birth_date, today)]


async def _reasons(
    tx: Transaction, clinic: Clinic, children: Sequence[Child], now: datetime
) -> ReasonsTogether:
    first, *others = [await kinds_here(tx, child, clinic, now) for child in children]
    shared = [
        kind
        for kind in first
        if kind.whom is not Whom.ILL and all(kind in theirs for theirs in others)
    ]
    return ReasonsTogether(clinic, children, shared, now)


async def _where(
    tx: Transaction, clinic_id: ClinicId | None, doctor_id: DoctorId | None
) -> tuple[Clinic, Doctor | None]:
    if doctor_id is not None:
        doctor = await tx.clinics.doctor(doctor_id)
        return doctor.clinic, doctor
    if clinic_id is None:
        raise NotFound
    return await tx.clinics.get(clinic_id), None
