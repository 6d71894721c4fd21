"""How visits stand at a moment is one rule: the repositories' lists and `as_of` (R06)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId, DoctorId, SlotId
from services.model.slots import DayLoad
from services.model.visits import ACTIVE, Appointment, AppointmentState, Word
from services.rules.reserved.times import is_kept
from services.rules.visit_states import as_of
from storage.database.transaction import StoredTransaction
from tests.conftest import CONSENT, MONDAY_7_AM, ROMASHKA, House
from tests.storage.chance import Chance

STATES = AppointmentState
GONE = {STATES.CANCELLED, STATES.NO_SHOW}
ALL = 10_000
"""More visits than there are."""


def by_chance(clinic: Clinic) -> Chance:
    """Visits of two days, most of which wait for a word until about now."""
    chance = Chance(6, [clinic], MONDAY_7_AM)
    chance.add_doctors(each=4)
    chance.add_persons(1)
    for _ in range(12):
        chance.add_child(date(2021, 5, 5), chance.persons[0])
    chance.add_times(MONDAY_7_AM - timedelta(hours=23), 24)
    for slot in [*chance.slots.values()]:
        if chance.some(0.1):
            chance.take_without_a_name(slot)
    for slot in [*chance.slots.values()] * 3:
        chance.add_visit(chance.random.choice([*chance.children.values()]), slot)
    return chance


def ids(visits: Iterable[Appointment]) -> list[AppointmentId]:
    return sorted(visit.id for visit in visits)


async def test_a_visit_is_listed_as_it_stands(house: House) -> None:
    """R06: of whatever visits, undecided, answered or past their deadlines to the minute, each list
    has exactly those that belong there by how they stand at that moment, and reads them so."""
    clinic = await house.services.clinics.open(ROMASHKA, CONSENT, [])
    chance = by_chance(clinic)
    await chance.settle_in(house)
    for minutes in (-60, -1, 0, 1, 60):
        house.clock.now = MONDAY_7_AM + timedelta(minutes=minutes)
        async with house.transactions.reads() as tx:
            await lists_agree(tx, chance, house.clock.now, clinic)
            await doctors_agree(tx, chance, house.clock.now, clinic)


async def lists_agree(tx: StoredTransaction, chance: Chance, now: datetime, clinic: Clinic) -> None:
    """What families and the registry see of visits."""
    visits = [as_of(visit, now) for visit in chance.visits]
    by_id = {visit.id: visit for visit in visits}
    everybody, everything = [*chance.children], [*by_id]
    assert await tx.appointments.some(everything) == by_id
    planned = await tx.appointments.planned(everybody, after=now)
    assert planned == sorted(
        (visit for visit in visits if visit.is_active and visit.slot.stretch.ends_at > now),
        key=lambda visit: (visit.slot.starts_at, visit.id),
    )
    assert await tx.clinic_visits.ahead(clinic.id, after=now) == planned
    assert ids(await tx.appointments.past(everybody, before=now, most=ALL)) == ids(
        visit
        for visit in visits
        if not visit.needs_time and (visit.state not in ACTIVE or visit.slot.stretch.ends_at <= now)
    )
    waiting = [visit for visit in visits if visit.is_pending and visit.deadline]
    assert ids(await tx.clinic_visits.waiting(clinic.id)) == ids(waiting)
    overdue = [visit for visit in visits if visit.word is Word.SILENCE]
    assert ids(await tx.clinic_visits.overdue(ALL)) == ids(overdue)
    given_back = [visit for visit in overdue if not visit.is_active]
    assert ids(await tx.clinic_visits.given_back_at(clinic.id, [])) == ids(given_back)
    for child in everybody:
        had = await tx.appointments.active(child, planned[0].slot.id)
        assert had == (planned[0] if planned[0].child.id == child else None)


async def doctors_agree(
    tx: StoredTransaction, chance: Chance, now: datetime, clinic: Clinic
) -> None:
    """What doctors' days and numbers are made of."""
    visits = [as_of(visit, now) for visit in chance.visits]
    stand = [visit for visit in visits if visit.state is not STATES.CANCELLED]
    taken = {visit.slot.id for visit in stand} | chance.nameless
    for day in {slot.local_start.date() for slot in chance.slots.values()}:
        that_day = [visit for visit in stand if visit.slot.local_start.date() == day]
        counts = Counter(visit.slot.doctor.id for visit in that_day)
        assert await tx.clinic_visits.counts_on(clinic.id, day) == counts
        loads = await tx.slots.loads(clinic.id, day, day)
        for doctor in chance.doctors:
            theirs = [visit for visit in that_day if visit.slot.doctor.id == doctor.id]
            assert ids(await tx.clinic_visits.of_doctor_on(doctor.id, day)) == ids(theirs)
            assert loads.get((doctor.id, day)) == load(chance, doctor, day, taken, now)
    family = await tx.families.at_clinic(chance.persons[0], clinic.id)
    assert {child.id for child in family.children} == set(chance.children)
    for child in chance.children:
        last = family.last_doctors.get(child)
        seen = [visit for visit in visits if visit.child.id == child and visit.state not in GONE]
        assert last in latest(seen, now)


def load(
    chance: Chance, doctor: Doctor, day: date, taken: set[SlotId], now: datetime
) -> DayLoad | None:
    """How full a day of a doctor's is, where there is anything of it."""
    slots = [
        slot
        for slot in chance.slots.values()
        if slot.doctor.id == doctor.id and slot.local_start.date() == day
    ]
    had = [slot for slot in slots if slot.id in taken]
    free = [slot for slot in slots if slot.open and slot.id not in taken]
    open_still = any(slot.open or slot.id in chance.nameless for slot in slots)
    kept = sum(is_kept(slot, now) for slot in free)
    return DayLoad(len(had), len(free), not open_still, kept) if had or free else None


def latest(visits: Sequence[Appointment], now: datetime) -> set[DoctorId | None]:
    """Who saw a child last, or is going to first of all if nobody did: of several at once, each."""
    if not visits:
        return {None}
    begun = [visit for visit in visits if visit.slot.starts_at <= now]
    starts_at = max(visit.slot.starts_at for visit in begun or visits)
    return {visit.slot.doctor.id for visit in visits if visit.slot.starts_at == starts_at}
