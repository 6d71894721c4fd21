"""What is shown is what is accepted: the conditions in SQL are the rules of booking (R69)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from services.model.clinic import Clinic
from services.model.ids import AppointmentId, DoctorId, PersonId, SlotId
from services.model.people import Child
from services.model.reserved.groups import GROUPS, ChildGroup
from services.model.settings.visit_kinds import KindKey, VisitKind, usual
from services.model.slots import Slot, Wish
from services.model.visits import Appointment, AppointmentState
from services.rules import booking
from services.rules.visit_states import as_of
from storage.database.transaction import StoredTransaction
from tests.conftest import CONSENT, MONDAY_7_AM, ROMASHKA, SEVERYANKA, House
from tests.storage.chance import KINDS, LONG, Chance

ALL = 10_000
"""More times than there are."""
WISHES = 60
ASKING = range(4)
"""Of the persons, those who ask; the last of them cares for no child who is asked for."""
BORN = [date(2026, 8, 1), date(2025, 11, 27), date(2020, 2, 29), date(2008, 11, 30)]
"""In their first year, about to leave it, in the middle, about to come of age."""


def by_chance(seed: int, clinics: Sequence[Clinic]) -> Chance:
    """Times of nine days, most of them taken, kept or closed in one way or another."""
    chance = Chance(seed, clinics, MONDAY_7_AM)
    chance.add_doctors(each=3)
    chance.add_persons(60)
    asking = chance.persons[:3]
    for number, born in enumerate(BORN):
        district = chance.districts[number] if number % 2 else None
        carers = asking[number % 2], *asking[number % 3 : number % 3 + 1]
        chance.add_child(born, *carers, district=district)
    others = [chance.add_child(date(2021, 5, 5), chance.persons[3]) for _ in range(40)]
    chance.add_times(MONDAY_7_AM - timedelta(hours=1), 9 * 12)
    for slot in [*chance.slots.values()]:
        if chance.some(0.05):
            chance.take_without_a_name(slot)
    slots = [*chance.slots.values()]
    for child in [*chance.children.values()][: len(BORN)] * 2:
        chance.add_visit(child, chance.random.choice(slots))
    for slot in slots:
        if chance.some(0.4):
            chance.add_visit(chance.random.choice(others), slot)
    keep_some(chance, slots)
    return chance


def keep_some(chance: Chance, slots: Sequence[Slot]) -> None:
    """Each person looks at one time, those who ask at a free one; families of some visits are
    offered others."""
    had = {visit.slot.id for visit in chance.visits}
    free = [slot for slot in slots if slot.open and not slot.reasons and slot.id not in had]
    looked_at = free[: len(ASKING)]
    looked_at += chance.random.sample(
        [slot for slot in slots if slot not in looked_at], len(chance.persons) - len(ASKING)
    )
    for slot, person in zip(looked_at, chance.persons, strict=True):
        chance.holds[slot.id] = (person, chance.about(chance.now))
    for slot in chance.random.sample(slots, len(slots) // 5):
        visit = chance.random.choice(chance.visits[: 4 * len(BORN)])
        chance.offers[slot.id] = (visit.id, chance.about(chance.now))


@dataclass(frozen=True)
class Asking:
    """Somebody who asks for a time at one moment."""

    person: PersonId | None
    child: Child
    reason: KindKey
    clinic: Clinic
    moves: AppointmentId | None
    now: datetime

    def wish(self, planned: Iterable[Appointment]) -> Wish:
        asked = booking.wish_of(
            self.person, self.child, self.reason, self.clinic, planned, self.now
        )
        return replace(asked, moves=self.moves)


def somebody_asks(chance: Chance) -> Asking:
    """At a clinic that lets families book in some way."""
    random = chance.random
    child = chance.children[random.choice([*chance.children][: len(BORN)])]
    clinic = replace(
        random.choice(chance.clinics),
        notice=random.choice([timedelta(0), timedelta(minutes=30), timedelta(hours=1)]),
        horizon_days=random.choice([1, 5, 14]),
        opens_at=random.choice([time(0), time(7), time(7, 1), time(9)]),
        one_visit_per_doctor=chance.some(0.5),
        kinds=tuple(kind_by_chance(chance, key) for key in KINDS),
    )
    if chance.some(0.5):
        last = clinic.today(chance.now) + timedelta(days=random.randrange(9))
        child = replace(child, groups=[ChildGroup(clinic.id, random.choice(GROUPS), last)])
    theirs = [visit.id for visit in chance.visits if visit.child.id == child.id]
    return Asking(
        random.choice([None, *(chance.persons[each] for each in ASKING)]),
        child,
        random.choice(KINDS),
        clinic,
        random.choice([None, *theirs]),
        chance.about(chance.now),
    )


def kind_by_chance(chance: Chance, key: KindKey) -> VisitKind:
    """As it is at most clinics, or arranged in some other way."""
    random = chance.random
    if chance.some(0.5):
        return usual(key)
    return VisitKind(
        key,
        since=random.choice([0, 0, 1, 3, 12, 80]),
        until=random.choice([None, 4, 12, 84]),
        length=random.choice([None, LONG / 2, LONG, LONG * 2]),
        named_only=chance.some(0.4),
    )


def as_seen(chance: Chance, slot: Slot, asking: Asking) -> Slot:
    """A time as whoever asks finds it: by what a visit, a hold and an offer mean."""
    now = asking.now
    had = [as_of(visit, now) for visit in chance.visits_on[slot.id]]
    person, until = chance.holds.get(slot.id, (None, now))
    held = until > now and (asking.person is None or person != asking.person)
    visit_id, offered = chance.offers.get(slot.id, (None, now))
    theirs = visit_id is not None and (
        visit_id == asking.moves or (asking.person, chance.visit(visit_id).child.id) in chance.cares
    )
    return replace(
        slot,
        doctor=replace(slot.doctor, clinic=asking.clinic),
        taken=slot.id in chance.nameless or any(_has_it(visit, now) for visit in had),
        held=held or (offered > now and not theirs),
    )


def _has_it(visit: Appointment, now: datetime) -> bool:
    """It stands, or its child came early."""
    has_come = visit.state is AppointmentState.FULFILLED and visit.slot.stretch.ends_at > now
    return visit.is_active or has_come


def accepted(chance: Chance, asking: Asking, planned: Sequence[Appointment]) -> list[Slot]:
    """The times of the clinic that this child could have, in order."""
    seen = [
        as_seen(chance, slot, asking)
        for slot in chance.slots.values()
        if slot.doctor.clinic.id == asking.clinic.id
    ]
    might = [
        slot
        for slot in seen
        if booking.is_bookable(slot, asking.child, asking.reason, planned, asking.now)
    ]
    return sorted(might, key=lambda slot: (slot.starts_at, slot.id))


def ids(slots: Iterable[Slot]) -> list[SlotId]:
    return [slot.id for slot in slots]


async def shown_is_accepted(tx: StoredTransaction, chance: Chance, asking: Asking) -> int:
    """Whether whatever lists times lists what is accepted; how many these are."""
    ahead = await tx.appointments.planned([asking.child.id], after=asking.now)
    planned = [visit for visit in ahead if visit.id != asking.moves]
    wish = asking.wish(planned)
    might = accepted(chance, asking, planned)
    clinic_id = asking.clinic.id
    assert ids(await tx.free_times.free(clinic_id, wish, ALL)) == ids(might), asking
    earliest = await tx.free_times.earliest(clinic_id, wish)
    assert (earliest and earliest.id) == (might[0].id if might else None), asking
    of_doctors: dict[DoctorId, list[Slot]] = {}
    for slot in might:
        of_doctors.setdefault(slot.doctor.id, []).append(slot)
    listed = await tx.free_times.by_doctor(clinic_id, wish)
    assert {doctor: (times.earliest.id, times.count) for doctor, times in listed.items()} == {
        doctor: (slots[0].id, len(slots)) for doctor, slots in of_doctors.items()
    }, asking
    for slots in [*of_doctors.values()][:1]:
        await days_are_accepted(tx, wish, slots)
    return len(might)


async def days_are_accepted(tx: StoredTransaction, wish: Wish, might: Sequence[Slot]) -> None:
    """The same of a doctor's days and of the times on one, whoever passed `check_doctor`."""
    doctor = might[0].doctor
    days = {
        found.day: found.free for found in await tx.free_times.days(doctor.id, wish) if found.free
    }
    by_day = {day: [*slots] for day, slots in groupby(might, lambda slot: slot.local_start.date())}
    assert days == {day: len(slots) for day, slots in by_day.items()}
    day, slots = [*by_day.items()][-1]
    assert ids(await tx.free_times.on_day(doctor, wish, day)) == ids(slots)
    near = await tx.free_times.near(doctor, wish, might[-1].starts_at, 3)
    assert ids(near) == ids(might[-3:])


async def opened(house: House) -> list[Clinic]:
    """Two clinics without a time but what chance gives them."""
    return [await house.services.clinics.open(each, CONSENT, []) for each in (ROMASHKA, SEVERYANKA)]


async def test_what_is_shown_is_what_is_accepted(house: House) -> None:
    """R06, R10, R69, R70: whatever stands on times, whoever keeps them until when, whom they are
    kept for until which moment, and whoever asks for which child, of which age, for what, at which
    moment and at a clinic of which rules and kinds of visit: a time is listed exactly if it would
    be booked."""
    chance = by_chance(69, await opened(house))
    await chance.settle_in(house)
    found = []
    for _ in range(WISHES):
        asking = somebody_asks(chance)
        house.clock.now = asking.now
        async with house.transactions.reads() as tx:
            found.append(await shown_is_accepted(tx, chance, asking))
    assert sum(map(bool, found)) > WISHES / 2  # or nothing would have been proven


async def test_a_time_is_read_as_what_stands_on_it_says(house: House) -> None:
    """R06: whether a time is taken, kept or open is the same for who looks at one and at a day, and
    what visits, holds and offers say at that moment."""
    clinics = await opened(house)
    chance = by_chance(6, clinics)
    await chance.settle_in(house)
    for _ in range(6):
        asking, clinic = somebody_asks(chance), chance.random.choice(clinics)
        person = asking.person or chance.persons[0]
        asking = replace(asking, person=person, clinic=clinic)
        house.clock.now = asking.now
        slots = {
            slot.id: as_seen(chance, slot, asking)
            for slot in chance.slots.values()
            if slot.doctor.clinic.id == clinic.id
        }
        async with house.transactions.reads() as tx:
            for slot in chance.random.sample([*slots.values()], 40):
                read = await tx.slots.get(
                    slot.id, person=person, now=asking.now, moves=asking.moves
                )
                assert read == slot
            doctor, day = slot.doctor, slot.local_start.date()
            grid = await tx.slots.grid(doctor, day, person, asking.now, asking.moves)
        assert [time.slot for time in grid] == [
            slot
            for slot in slots.values()
            if slot.doctor.id == doctor.id
            and slot.local_start.date() == day
            and (slot.open or slot.taken)
        ]
