"""The home screen of a clinic: each child, their own doctor, and the earliest time for them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.families.no_shows import by_phone_alone
from services.model.check_ups.known import DueCheckUp
from services.model.clinic import Clinic, Doctor, Reason
from services.model.ids import ChildId, DoctorId, PersonId
from services.model.people import AtClinic, Child
from services.model.refusals.families import NoChild, NoConsent
from services.model.settings.no_shows import Missed
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules.ages import is_grown_up
from services.rules.booking import wish_of
from services.rules.check_ups.due import open_at
from services.rules.eligibility.kinds import USUAL as USUAL
from services.rules.eligibility.kinds import usual_kind
from services.rules.names import name_key
from services.schedule.availability import freshness


@dataclass(frozen=True, slots=True)
class OwnDoctor:
    """The doctor whom a child sees at a clinic before all others."""

    doctor: Doctor
    of_district: bool
    """Whether by address; otherwise as the one who saw the child last."""
    instead_of: Doctor | None = None
    """The district's doctor, who is away."""
    until: date | None = None
    """The last day on which they are."""


@dataclass(frozen=True, slots=True)
class ChildAtHome:
    """A child as the home screen shows it."""

    child: Child
    own: OwnDoctor | None
    earliest: Slot | None
    """The first time that this child can take: with the own doctor, or with any if that has none.

    None too while the own doctor expects the child already, or the clinic owes it a time, or who
    looks may only look."""
    visits: Sequence[Appointment]
    """The child's visits ahead, at whatever clinic."""
    owed: Sequence[Appointment] = ()
    """Those that need another time: choosing one comes before a new visit."""
    is_grown_up: bool = False
    """Whether no pediatrician sees the child any more."""
    reason: KindKey = USUAL
    """What a visit at the earliest time would be for."""
    may_book: bool = True
    """Whether who looks may do more than look."""
    missed: Missed | None = None
    """How often the child did not come, where the registry alone books for it now."""
    check_up: DueCheckUp | None = None
    """The one that is possible at its age, where the child seems not to have had it."""

    @property
    def is_expected(self) -> bool:
        """Whether the own doctor has a visit of the child ahead."""
        return self.own is not None and self.own.doctor.id in {
            visit.slot.doctor.id for visit in self.visits
        }

    @property
    def lacks_a_time(self) -> bool:
        """Whether there is no time for a child who could have one, and has nothing else ahead."""
        has_a_time = self.earliest or self.is_expected or self.owed or self.missed
        return not has_a_time and not self.is_grown_up and self.may_book


@dataclass(frozen=True, slots=True)
class Home:
    """All that is needed is known: a visit is two taps away."""

    clinic: Clinic
    children: Sequence[ChildAtHome]
    now: datetime
    read_at: datetime | None = None
    """Of times of the clinic's own system that nobody has read lately: how old they are."""
    is_away: bool = False
    """Whether the clinic's own system has not answered for so long that nothing is given out."""
    will_hear: bool = False
    """Whether the person is told once it answers."""

    @property
    def lacking(self) -> Sequence[ChildAtHome]:
        """Those for whom there is no time. While nobody knows what is free, none is called so."""
        return [] if self.is_away else [row for row in self.children if row.lacks_a_time]

    @property
    def visits_here(self) -> int:
        """Of all these children together, ahead at this clinic."""
        return sum(
            visit.slot.doctor.clinic.id == self.clinic.id
            for row in self.children
            for visit in row.visits
        )


SAME_DOCTOR = frozenset({Reason.REPEAT, Reason.AFTER_ILLNESS})
"""Visits that go on with what a doctor began."""


async def home(tx: Transaction, person: PersonId, clinic: Clinic, now: datetime) -> Home:
    """The home screen of a clinic.

    Raises:
        NoConsent: the clinic has to be consented to first.
        NoChild: there is no child in the person's care yet.
    """
    family = await tx.families.at_home(person, clinic.id)
    there = family.there
    if not there.agreed:
        raise NoConsent
    if not there.children:
        raise NoChild
    read_at, is_away = await freshness(tx, clinic, now)
    ids = [child.id for child in there.children]
    planned, needing = await tx.appointments.of_family(person, after=now)
    phoning = await by_phone_alone(tx, clinic, ids, now)
    rows = []
    for child in there.children:
        visits = [visit for visit in planned if visit.child.id == child.id]
        row = await _child_at_home(tx, person, child, there, clinic, visits, now)
        known = family.check_ups[child.id]
        row = replace(row, check_up=open_at(clinic, child.birth_date, known, now))
        owed = [visit for visit in needing if visit.child.id == child.id]
        row = replace(row, owed=owed, missed=phoning.get(child.id))
        rows.append(replace(row, earliest=None) if owed or row.missed or is_away else row)
    will_hear = is_away and await tx.notifications.will_hear(person, clinic.id)
    return Home(clinic, rows, now, read_at, is_away, will_hear)


async def _child_at_home(
    tx: Transaction,
    person: PersonId,
    child: Child,
    there: AtClinic,
    clinic: Clinic,
    visits: Sequence[Appointment],
    now: datetime,
) -> ChildAtHome:
    may_book = child in there.bookable
    own = await own_doctor(tx, child, clinic, there.last_doctors.get(child.id), now)
    grown_up = is_grown_up(child.birth_date, clinic.today(now))
    row = ChildAtHome(child, own, None, visits, is_grown_up=grown_up, may_book=may_book)
    if row.is_expected or not may_book:
        return row
    kind = usual_kind(child, clinic, now)
    if kind is None:
        return row
    row = replace(row, reason=kind.key)
    wish = wish_of(person, child, kind.key, clinic, visits, now)
    earliest = await tx.free_times.earliest(clinic.id, wish, own.doctor.id) if own else None
    return replace(row, earliest=earliest or await tx.free_times.earliest(clinic.id, wish))


def same_named(children: Sequence[Child]) -> list[Child]:
    """Those whom name and birth date do not tell apart (R59)."""
    who = Counter((name_key(child.name), child.birth_date) for child in children)
    return [child for child in children if who[name_key(child.name), child.birth_date] > 1]


async def visits_of_alike(
    tx: Transaction, person: PersonId, children: Sequence[Child], now: datetime
) -> dict[ChildId, list[Appointment]]:
    """The visits ahead of children whom name and birth date do not tell apart (R59)."""
    alike = [child.id for child in same_named(children)]
    visits: dict[ChildId, list[Appointment]] = {}
    if not alike:
        return visits
    for visit in await tx.appointments.planned(alike, after=now, shown_to=person):
        visits.setdefault(visit.child.id, []).append(visit)
    return visits


async def own_doctor(
    tx: Transaction,
    child: Child,
    clinic: Clinic,
    last: DoctorId | None,
    now: datetime,
    reason: KindKey = USUAL,
) -> OwnDoctor | None:
    """The child's district doctor at the clinic, or who stands in; else who saw the child last.

    A repeat visit, or one after an illness, is first of all for the doctor who saw the child last.
    """
    today = clinic.today(now)
    whose = child.district_doctor
    of_district = await tx.clinics.doctor(whose) if whose else None
    if of_district and of_district.clinic.id != clinic.id:
        of_district = None  # a child may belong to another clinic
    if last and (of_district is None or reason in SAME_DOCTOR):
        return OwnDoctor(await tx.clinics.doctor(last), of_district=False)
    if of_district is None:
        return None
    leave = await tx.schedules.leave_on(of_district.id, today)
    if leave is None or leave.substitute is None:
        return OwnDoctor(of_district, of_district=True)
    substitute = await tx.clinics.doctor(leave.substitute)
    return OwnDoctor(substitute, of_district=True, instead_of=of_district, until=leave.last)
