"""The repositories keep the promises of `services.ports`, on a real file."""

import json
from contextlib import suppress
from dataclasses import asdict, fields, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import rules
from services.clinics import NewDoctor
from services.model import (
    Appointment,
    AppointmentId,
    AppointmentState,
    Asked,
    Child,
    ChildId,
    Clinic,
    ClinicId,
    ClinicProfile,
    ConsentText,
    Conversation,
    Doctor,
    DoctorId,
    Language,
    PersonId,
    Purpose,
    ScheduleRule,
    Slot,
    SlotId,
    Stretch,
)
from services.once import effect_of
from services.refusals import ChildIsBusy, NotFound, Refusal, SlotTaken
from tests.conftest import CONSENT, MONDAY_7_AM, ROMASHKA, SEVERYANKA, House, weekly
from tests.storage.files import plainly

STATES = AppointmentState
CONSENT_TO = Purpose.PROCESSING
NINE = MONDAY_7_AM + timedelta(hours=2)
QUARTER = timedelta(minutes=15)


@pytest.fixture
async def anna(house: House, clinic: Clinic) -> PersonId:
    """A parent who has consented to Ромашка."""
    return await house.parent(101, clinic)


@pytest.fixture
async def boris(house: House, clinic: Clinic) -> PersonId:
    """Another parent, of other children."""
    return await house.parent(102, clinic)


@pytest.fixture
async def misha(house: House, anna: PersonId) -> Child:
    """Анна's child."""
    return await house.child(anna)


@pytest.fixture
async def sonya(house: House, boris: PersonId) -> Child:
    """Борис's child."""
    return await house.child(boris, "Соня", "05.05.2021")


@pytest.fixture
async def petrova(house: House, clinic: Clinic) -> Doctor:
    """Has a slot each quarter of an hour, from Monday 9:00 on."""
    return next(d for d in await house.doctors(clinic) if d.name.startswith("Петрова"))


@pytest.fixture
async def kim(house: House, clinic: Clinic) -> Doctor:
    """Has slots of twenty minutes, from Monday 9:10 on."""
    return next(d for d in await house.doctors(clinic) if d.name.startswith("Ким"))


async def slots_of(house: House, doctor: Doctor) -> list[Slot]:
    """The doctor's free slots, in order."""
    wish = rules.wish_of(doctor.clinic, [], house.clock())
    async with house.transactions.reads() as tx:
        return await tx.slots.of_doctor(doctor, wish)


async def book(house: House, child: Child, slot: Slot, booked_by: PersonId) -> Appointment:
    async with house.transactions.writes() as tx:
        return await tx.appointments.add(child, slot, booked_by, house.clock())


async def move_on(house: House, visit: Appointment, state: AppointmentState) -> Appointment:
    async with house.transactions.writes() as tx:
        return await tx.appointments.move_on(visit, state)


# Families


async def test_a_person_is_added_once(house: House) -> None:
    """R45: the same Telegram user is the same person, as first met, however often added."""
    async with house.transactions.writes() as tx:
        assert await tx.families.person(101) is None
        first = await tx.families.add_person(101, Language.RUSSIAN)
        again = await tx.families.add_person(101, Language.ENGLISH)
        other = await tx.families.add_person(2**40, Language.RUSSIAN)
        assert first == again == await tx.families.person(101)
        assert other.id != first.id

    assert await house.count("persons") == 2


async def test_a_person_s_language_is_changed(house: House, anna: PersonId) -> None:
    """The language is kept for the person, and for nobody else."""
    async with house.transactions.writes() as tx:
        await tx.families.set_language(anna, Language.ENGLISH)

    async with house.transactions.reads() as tx:
        person = await tx.families.person(101)
    assert person
    assert person.language is Language.ENGLISH


@pytest.mark.parametrize("lock", [False, True])
async def test_another_family_s_child_is_not_found(
    house: House, anna: PersonId, boris: PersonId, misha: Child, lock: bool
) -> None:
    """R30: a child in the care of others is told like one that does not exist."""
    async with house.transactions.writes() as tx:
        assert await tx.families.child(misha.id, cared_for_by=anna, lock=lock) == misha
        with pytest.raises(NotFound):
            await tx.families.child(misha.id, cared_for_by=boris, lock=lock)
        with pytest.raises(NotFound):
            await tx.families.child(ChildId(999), cared_for_by=anna, lock=lock)


async def test_children_are_listed_for_those_who_care_for_them(
    house: House, anna: PersonId, boris: PersonId, misha: Child, sonya: Child
) -> None:
    """R30: everybody sees their own children, in the order of their coming; two may share one."""
    with plainly(house.database) as other:
        other.execute("INSERT INTO care VALUES (?, ?, '2026-11-23')", (boris, misha.id))

    async with house.transactions.reads() as tx:
        assert await tx.families.children(cared_for_by=anna) == [misha]
        assert await tx.families.children(cared_for_by=boris) == [misha, sonya]
        assert await tx.families.children(cared_for_by=PersonId(999)) == []


# Consents


async def test_the_latest_text_is_the_clinic_s_text(house: House, clinic: Clinic) -> None:
    """A new version follows the old one and does not replace it."""
    second = ConsentText(clinic.id, CONSENT_TO, 2, "Новое согласие.")
    async with house.transactions.writes() as tx:
        assert (await tx.consents.text(clinic.id, CONSENT_TO)).version == 1
        await tx.consents.publish(second)
        assert await tx.consents.text(clinic.id, CONSENT_TO) == second

    assert await house.count("consent_texts") == 2


async def test_a_consent_is_to_one_clinic_until_it_is_withdrawn(
    house: House, clinic: Clinic, anna: PersonId, boris: PersonId
) -> None:
    """R41: consent is the person's own, to one clinic; a withdrawn one is none."""
    other = await house.services.clinics.open(SEVERYANKA, CONSENT, [])
    with plainly(house.database) as connection:
        connection.execute(
            "UPDATE consents SET withdrawn_at = given_at WHERE person_id = ?", (boris,)
        )

    async with house.transactions.reads() as tx:
        assert await tx.consents.is_given(anna, clinic.id, CONSENT_TO)
        assert not await tx.consents.is_given(anna, other.id, CONSENT_TO)
        assert not await tx.consents.is_given(boris, clinic.id, CONSENT_TO)


async def test_the_clinic_that_a_person_came_to_is_remembered(house: House, clinic: Clinic) -> None:
    """R41: unknown at first; the last one counts."""
    stranger = (await house.services.families.meet(909, Language.RUSSIAN)).id
    other = await house.services.clinics.open(SEVERYANKA, CONSENT, [])
    async with house.transactions.writes() as tx:
        assert await tx.families.clinic_of(stranger) is None
        await tx.families.come_to(stranger, other.id)
        await tx.families.come_to(stranger, clinic.id)
        assert await tx.families.clinic_of(stranger) == clinic.id


# Conversations


async def test_a_person_is_asked_one_thing_at_a_time(
    house: House, clinic: Clinic, anna: PersonId, boris: PersonId
) -> None:
    """A new question takes the place of the old one; closing ends it, for this person alone."""
    name = Conversation(Asked.CHILD_NAME, clinic.id)
    born = Conversation(Asked.BIRTH_DATE, clinic.id, child_name="Соня")
    async with house.transactions.writes() as tx:
        await tx.conversations.close(anna)
        await tx.conversations.ask(anna, name)
        await tx.conversations.ask(boris, name)
        await tx.conversations.ask(anna, born)

    async with house.transactions.writes() as tx:
        assert await tx.conversations.of(anna, lock=True) == born
        await tx.conversations.close(anna)
        assert await tx.conversations.of(anna) is None
        assert await tx.conversations.of(boris) == name


# Clinics


async def test_a_clinic_comes_back_as_it_was_told(house: House) -> None:
    """Every word and setting of a clinic is kept; it is found by its code and by its id."""
    told = replace(
        SEVERYANKA, notice=timedelta(hours=2), horizon_days=30, one_visit_per_doctor=False
    )
    async with house.transactions.writes() as tx:
        added = await tx.clinics.add(told)

    async with house.transactions.reads() as tx:
        found = await tx.clinics.get(added.id)
        assert found == added == await tx.clinics.by_code("severyanka")
        assert await tx.clinics.by_code("nobody") is None
    names = [field.name for field in fields(ClinicProfile)]
    assert [getattr(found, name) for name in names] == [getattr(told, name) for name in names]


async def test_clinics_and_doctors_are_listed_by_name(house: House, clinic: Clinic) -> None:
    """Lists read like a directory, and doctors are those of the clinic."""
    first = replace(SEVERYANKA, name="Айболит")
    other = await house.services.clinics.open(first, CONSENT, [NewDoctor("Яшина", "1", [])])

    async with house.transactions.reads() as tx:
        assert await tx.clinics.all() == [other, clinic]
        assert await tx.clinics.count() == 2
        names = [doctor.name for doctor in await tx.clinics.doctors(clinic.id)]
        assert names == ["Ким Олег Викторович", "Петрова Анна Сергеевна"]
        [yashina] = await tx.clinics.doctors(other.id)
        assert yashina == await tx.clinics.doctor(yashina.id)
        assert yashina.clinic == other


async def test_what_is_not_there_is_not_found(house: House, anna: PersonId) -> None:
    """R30: every id that comes from outside may be of nothing."""
    async with house.transactions.reads() as tx:
        for question in (
            tx.clinics.get(ClinicId(999)),
            tx.clinics.doctor(DoctorId(999)),
            tx.clinics.doctors(ClinicId(999)),
            tx.slots.get(SlotId(999)),
            tx.appointments.get(AppointmentId(999), cared_for_by=anna),
        ):
            with pytest.raises(NotFound):
                await question


async def test_a_rule_comes_back_as_it_was_told(house: House, clinic: Clinic) -> None:
    """A doctor's rules are kept in their order, to the minute and to the day."""
    told = [
        ScheduleRule(1, time(9), time(12, 30), QUARTER, date(2026, 1, 1), date(2026, 12, 31)),
        ScheduleRule(6, time(22), time(0), timedelta(minutes=40), date(2026, 5, 1)),
    ]
    async with house.transactions.writes() as tx:
        doctor = await tx.clinics.add_doctor(clinic, "Яшина", "1")
        for rule in told:
            await tx.clinics.add_rule(doctor.id, rule)

    async with house.transactions.reads() as tx:
        assert await tx.clinics.schedule(doctor.id) == told


# Slots


async def test_missing_slots_are_added_once(house: House, petrova: Doctor) -> None:
    """Extending the schedule again adds nothing; a day further adds that day."""
    before = await house.count("slots")
    assert await house.services.clinics.extend_schedules() == 0
    assert await house.count("slots") == before

    house.clock.forward(days=1)
    assert await house.services.clinics.extend_schedules() == 12 + 8  # Петрова's and Ким's day
    assert await house.services.clinics.extend_schedules() == 0


async def test_a_new_rule_fills_the_gaps_only(house: House, petrova: Doctor) -> None:
    """R02: what would overlap a slot that is there is left out; the rest is stored."""
    evening = NINE + timedelta(hours=3)  # the last slot ends at 12:00
    begins = [evening + timedelta(minutes=n) for n in (-5, 25, 55)]
    new = [Stretch(moment, moment + 2 * QUARTER) for moment in begins]
    async with house.transactions.writes() as tx:
        assert await tx.slots.add_missing(petrova, []) == 0
        assert await tx.slots.add_missing(petrova, new) == 2
        assert await tx.slots.add_missing(petrova, new) == 0

    kept = [slot.stretch for slot in await slots_of(house, petrova)]
    assert set(new[1:]) <= set(kept)
    assert not any(earlier.overlaps(later) for earlier, later in pairwise(kept))


async def test_a_slot_knows_whether_it_is_taken(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R11: an active appointment takes a slot, a cancelled one gives it back."""
    slot, *_ = await slots_of(house, petrova)

    async def taken() -> bool:
        async with house.transactions.reads() as tx:
            return (await tx.slots.get(slot.id)).taken

    assert not await taken()
    visit = await book(house, misha, slot, anna)
    assert await taken()
    await move_on(house, visit, STATES.CANCELLED)
    assert not await taken()


async def test_a_closed_slot_does_not_show_in_place_of_an_open_one(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R10: a time that was closed and given anew is found once, and as the open slot."""
    first, *_ = await slots_of(house, petrova)
    with plainly(house.database) as other:
        other.execute(
            "INSERT INTO slots (clinic_id, doctor_id, starts_at, ends_at, source, open)"
            " SELECT clinic_id, doctor_id, starts_at, ends_at, source, 0 FROM slots WHERE id = ?",
            (first.id,),
        )

    async with house.transactions.reads() as tx:
        wish = rules.wish_of(clinic, [], house.clock())
        assert (await tx.slots.earliest_by_doctor(clinic.id, wish))[petrova.id] == first
        assert await tx.slots.earliest(clinic.id, wish) == first


SMALL = replace(ROMASHKA, code="small", horizon_days=2)
LENIENT = replace(
    SEVERYANKA, code="lenient", horizon_days=2, one_visit_per_doctor=False, notice=timedelta(0)
)
SHORT_DAY = [
    NewDoctor("Быстрова", "1", weekly(time(9), time(10), 15)),
    NewDoctor("Долгова", "2", weekly(time(9, 10), time(10, 10), 30)),
    NewDoctor("Ночнова", "3", weekly(time(0), time(0, 30), 30)),  # where the horizon ends
]


@pytest.fixture
async def two_clinics(house: House) -> list[Clinic]:
    """Two small clinics, one of which allows several visits with a doctor and needs no notice."""
    return [await house.services.clinics.open(p, CONSENT, SHORT_DAY) for p in (SMALL, LENIENT)]


@pytest.fixture
async def two_children(house: House) -> list[Child]:
    """Миша and Соня, in the care of one parent."""
    parent = await house.parent(101)
    return [await house.child(parent, name) for name in ("Миша", "Соня")]


async def rearrange(
    house: House, children: list[Child], visits: list[tuple[int, int, STATES]], closed: set[int]
) -> None:
    """Begin anew with these visits, as far as the database lets them be, and closed slots."""
    with plainly(house.database) as other:
        other.execute("DELETE FROM appointments")
        other.execute(
            "UPDATE slots SET open = id NOT IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(closed))],
        )
    async with house.transactions.writes() as tx:
        for child, slot_id, state in visits:
            slot = await tx.slots.get(SlotId(slot_id))
            with suppress(SlotTaken, ChildIsBusy):
                visit = await tx.appointments.add(children[child], slot, PersonId(1), house.clock())
                await tx.appointments.move_on(visit, state)


def is_bookable(slot: Slot, planned: list[Appointment], now: datetime) -> bool:
    try:
        rules.check_bookable(slot, planned, now)
    except Refusal:
        return False
    return True


SLOTS = 2 * 3 * (4 + 2 + 1)
SLOT_IDS = st.integers(1, SLOTS)
VISITS = st.tuples(st.sampled_from([0, 0, 1]), SLOT_IDS, st.sampled_from(STATES))


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example begins anew
)
@given(
    visits=st.lists(VISITS, max_size=8),
    closed=st.sets(SLOT_IDS, max_size=6),
    minutes=st.sampled_from([-1440, 0, 90, 115, 120, 135]) | st.integers(-2000, 3000),
)
async def test_the_slots_found_are_the_slots_that_can_be_booked(
    house: House,
    two_clinics: list[Clinic],
    two_children: list[Child],
    visits: list[tuple[int, int, STATES]],
    closed: set[int],
    minutes: int,
) -> None:
    """R10: what a child is shown, by doctor or as the earliest, is what `book` would let through.

    Whatever is booked, cancelled and closed, at whatever moment.
    """
    await rearrange(house, two_children, visits, closed)
    now = MONDAY_7_AM + timedelta(minutes=minutes)
    async with house.transactions.reads() as tx:
        planned = await tx.appointments.planned([two_children[0].id], after=now)
        slots = [await tx.slots.get(SlotId(slot_id)) for slot_id in range(1, SLOTS + 1)]
        bookable = [slot for slot in slots if is_bookable(slot, planned, now)]
        bookable.sort(key=lambda slot: (slot.starts_at, slot.id))
        for clinic in two_clinics:
            wish = rules.wish_of(clinic, planned, now)
            there = [slot for slot in bookable if slot.doctor.clinic == clinic]
            firsts = {slot.doctor.id: slot for slot in reversed(there)}
            assert await tx.slots.earliest(clinic.id, wish) == next(iter(there), None)
            assert await tx.slots.earliest_by_doctor(clinic.id, wish) == firsts
            for doctor in await tx.clinics.doctors(clinic.id):
                of_doctor = [slot for slot in there if slot.doctor == doctor]
                assert await tx.slots.of_doctor(doctor, wish) == of_doctor


# Appointments


async def test_a_taken_slot_is_told_and_nothing_is_written(
    house: House, anna: PersonId, boris: PersonId, misha: Child, sonya: Child, petrova: Doctor
) -> None:
    """R01: who comes second reads "taken"; the transaction goes on, with the next time."""
    first, second, *_ = await slots_of(house, petrova)
    await book(house, misha, first, anna)

    async with house.transactions.writes() as tx:
        with pytest.raises(SlotTaken):
            await tx.appointments.add(sonya, first, boris, house.clock())
        visit = await tx.appointments.add(sonya, second, boris, house.clock())
    assert (visit.child, visit.slot, visit.state) == (sonya, second, STATES.BOOKED)
    assert await house.count("appointments") == 2


async def test_a_busy_child_is_told_and_nothing_is_written(
    house: House, anna: PersonId, misha: Child, petrova: Doctor, kim: Doctor
) -> None:
    """R07: a free slot that overlaps the child's visit is refused by the child's name."""
    nine, *_ = await slots_of(house, petrova)
    ten_past_nine, *_ = await slots_of(house, kim)
    await book(house, misha, nine, anna)

    with pytest.raises(ChildIsBusy):
        await book(house, misha, ten_past_nine, anna)
    assert await house.count("appointments") == 1


async def test_another_family_s_visit_is_not_found(
    house: House, anna: PersonId, boris: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R30: a visit of a child in the care of others is told like one that does not exist."""
    slot, *_ = await slots_of(house, petrova)
    visit = await book(house, misha, slot, anna)

    async with house.transactions.reads() as tx:
        found = await tx.appointments.get(visit.id, cared_for_by=anna)
        assert (found.id, found.child, found.slot.id) == (visit.id, misha, slot.id)
        with pytest.raises(NotFound):
            await tx.appointments.get(visit.id, cared_for_by=boris)


async def test_the_active_visit_on_a_slot_is_the_child_s_own(
    house: House, anna: PersonId, misha: Child, sonya: Child, petrova: Doctor
) -> None:
    """R08: what a double tap finds is this child's visit on this slot, as long as it stands."""
    slot, other, *_ = await slots_of(house, petrova)
    visit = await book(house, misha, slot, anna)

    async with house.transactions.reads() as tx:
        found = await tx.appointments.active(misha.id, slot.id)
        assert found
        assert found.id == visit.id
        assert await tx.appointments.active(sonya.id, slot.id) is None
        assert await tx.appointments.active(misha.id, other.id) is None
    await move_on(house, visit, STATES.CANCELLED)
    async with house.transactions.reads() as tx:
        assert await tx.appointments.active(misha.id, slot.id) is None


async def test_planned_visits_are_those_not_over_yet(
    house: House, anna: PersonId, boris: PersonId, misha: Child, sonya: Child, petrova: Doctor
) -> None:
    """R07: a child's visits count while they stand and until they end, in order of time."""
    first, second, third, *_ = await slots_of(house, petrova)
    late = await book(house, misha, third, anna)
    early = await book(house, misha, first, anna)
    sonya_s = await book(house, sonya, second, boris)

    async def planned(*children: Child, after: datetime) -> list[AppointmentId]:
        async with house.transactions.reads() as tx:
            ids = [child.id for child in children]
            return [visit.id for visit in await tx.appointments.planned(ids, after)]

    a_moment = timedelta(seconds=1)
    assert await planned(misha, after=NINE) == [early.id, late.id]
    assert await planned(misha, sonya, after=NINE) == [early.id, sonya_s.id, late.id]
    assert await planned(after=NINE) == []
    assert await planned(misha, after=NINE + QUARTER - a_moment) == [early.id, late.id]
    assert await planned(misha, after=NINE + QUARTER) == [late.id]
    await move_on(house, late, STATES.CANCELLED)
    assert await planned(misha, after=NINE) == [early.id]


async def test_a_visit_moves_on(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R14: but for its state a visit stays what it was, number and all."""
    slot, *_ = await slots_of(house, petrova)
    visit = await book(house, misha, slot, anna)
    cancelled = await move_on(house, visit, STATES.CANCELLED)

    async with house.transactions.reads() as tx:
        found = await tx.appointments.get(visit.id, cared_for_by=anna)
    assert cancelled == replace(visit, state=STATES.CANCELLED)
    assert asdict(found) == asdict(cancelled)
    assert found.number == "1001"


# Updates


async def test_an_update_is_set_aside_once(house: House) -> None:
    """R44: an update that comes again is counted once, and the first error is kept."""
    async with house.transactions.writes() as tx:
        assert await tx.updates.count_set_aside() == 0
        await tx.updates.set_aside(7, "message", "KeyError", house.clock())
        await tx.updates.set_aside(7, "message", "ValueError", house.clock())
        await tx.updates.set_aside(2**40, "callback_query", "KeyError", house.clock())
        assert await tx.updates.count_set_aside() == 2

    assert await house.count("dead_letters", "error = 'KeyError'") == 2


async def test_updates_are_forgotten_when_they_are_old(house: House) -> None:
    """R43: the record of an update is kept until a moment is past, and not a moment less."""
    for update_id in (1, 2, 3):
        with effect_of(update_id):
            async with house.transactions.writes():
                house.clock.forward(hours=1)

    async with house.transactions.writes() as tx:
        assert await tx.updates.forget(before=MONDAY_7_AM + timedelta(hours=1)) == 1
        assert await tx.updates.forget(before=MONDAY_7_AM + timedelta(hours=1)) == 0
    assert await house.count("handled_updates", "update_id IN (2, 3)") == 2
