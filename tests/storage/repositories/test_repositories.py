"""The repositories keep the promises of `services.ports`, on real databases."""

from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.clinic.opening import NewDoctor
from services.families.home import USUAL
from services.model.clinic import (
    Addresses,
    Clinic,
    ClinicProfile,
    Doctor,
    Hours,
    Limits,
    Position,
    Reason,
    Side,
)
from services.model.consents import ConsentText, Purpose
from services.model.conversations import BirthDateOf, Conversation, NamingChild
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    DistrictId,
    DoctorId,
    PersonId,
    SlotId,
)
from services.model.messages import (
    Answered,
    Notification,
    NotificationKind,
    NotificationState,
    Planned,
    Urgency,
)
from services.model.people import Child, Language
from services.model.privacy.retention import Kept
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.visits import ChildIsBusy, SlotHeld, SlotTaken
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Changes, FreeTimes, Opening, Slot, Stretch, Taker, Taking, Wish
from services.model.visits import Appointment, AppointmentState
from services.rules import booking
from services.runtime.use_case import effect_of
from storage.database.transaction import StoredTransaction
from tests.chances import so_often
from tests.conftest import CONSENT, MONDAY_7_AM, ROMASHKA, SEVERYANKA, House

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


NOBODY = PersonId(0)
"""Holds nothing."""
MISHA = Child(ChildId(0), "Миша", date(2024, 3, 12))


def wish_for(clinic: Clinic, now: datetime) -> Wish:
    """Of nobody in particular, for the usual reason."""
    return booking.wish_of(NOBODY, MISHA, USUAL, clinic, [], now)


async def slots_of(house: House, doctor: Doctor) -> list[Slot]:
    """The doctor's free slots, in order."""
    wish = wish_for(doctor.clinic, house.clock())
    async with house.transactions.reads() as tx:
        days = await tx.free_times.days(doctor.id, wish)
        return [slot for day in days for slot in await tx.free_times.on_day(doctor, wish, day.day)]


async def book(house: House, child: Child, slot: Slot, booked_by: PersonId) -> Appointment:
    async with house.transactions.writes() as tx:
        return await tx.appointments.add(child, slot, USUAL, booked_by, house.clock())


async def change(house: House, visit: Appointment, state: AppointmentState) -> Appointment:
    async with house.transactions.writes() as tx:
        return await tx.appointments.change(visit, state, PersonId(1), house.clock())


async def keep(
    house: House, slot: Slot, person: PersonId, minutes: int = 3, now: datetime = MONDAY_7_AM
) -> None:
    """Hold a slot for some minutes."""
    async with house.transactions.writes() as tx:
        await tx.slots.hold([slot], person, now + timedelta(minutes=minutes), now)


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
    care = "INSERT INTO care (person_id, child_id, since) VALUES (:boris, :misha, '2026-11-23')"
    await house.database.run(care, boris=boris, misha=misha.id)

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
    withdraw = "UPDATE consents SET withdrawn_at = given_at WHERE person_id = :boris"
    await house.database.run(withdraw, boris=boris)

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
    name = Conversation(NamingChild(), clinic.id, MONDAY_7_AM)
    born = Conversation(BirthDateOf("Соня"), clinic.id, MONDAY_7_AM)
    async with house.transactions.writes() as tx:
        await tx.conversations.close(anna)
        await tx.conversations.ask(anna, name)
        await tx.conversations.ask(boris, name)
        await tx.conversations.ask(anna, born)

    async with house.transactions.writes() as tx:
        assert await tx.conversations.of(anna) == born
        await tx.conversations.close(anna)
        assert await tx.conversations.of(anna) is None
        assert await tx.conversations.of(boris) == name


# Clinics


@pytest.mark.parametrize("position", [None, Position(0.0, 0.0), Position(55.766812, -37.6107)])
async def test_a_clinic_comes_back_as_it_was_told(house: House, position: Position | None) -> None:
    """Every word and setting of a clinic is kept; it is found by its code and by its id."""
    told = replace(
        SEVERYANKA,
        notice=timedelta(hours=2),
        horizon_days=30,
        one_visit_per_doctor=False,
        directions="Вход со двора.",
        position=position,
        duty="Каб. 5",
        opens_at=time(7, 30),
        hold=timedelta(0),
        offer=timedelta(minutes=45),
        limits=Limits(children=2, visits=3),
        doctors_answer=True,
        answer_within=timedelta(minutes=90),
        preparation={Reason.VACCINATION: "Сертификат", Reason.CERTIFICATE: "Бланк"},
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
            tx.slots.get(SlotId(999), person=anna, now=MONDAY_7_AM),
            tx.districts.get(DistrictId(999)),
            tx.appointments.get(AppointmentId(999), cared_for_by=anna),
        ):
            with pytest.raises(NotFound):
                await question


async def test_districts_come_back_with_their_addresses(
    house: House, clinic: Clinic, petrova: Doctor, kim: Doctor
) -> None:
    """A clinic's districts by name, each with its doctor and its parts of streets."""
    other = await house.services.clinics.open(SEVERYANKA, CONSENT, [NewDoctor("Яшина", "1", [])])
    [yashina] = await house.doctors(other)
    parts = [
        Addresses("Садовая", Side.ODD, 3, 41),
        Addresses("Мира"),
        Addresses("8 Марта", Side.EVEN),
    ]
    async with house.transactions.writes() as tx:
        second = await tx.districts.add(petrova, "участок 2", parts[:2])
        first = await tx.districts.add(kim, "участок 1", parts[2:])
        away = await tx.districts.add(yashina, "участок 3", [Addresses("Лесная")])

    async with house.transactions.reads() as tx:
        assert await tx.districts.of_clinic(clinic.id) == [first, second]
        found = await tx.districts.addresses(clinic.id)
        assert found == list(zip([second, second, first], parts, strict=True))
        assert await tx.districts.get(away.id) == away
        assert await tx.districts.addresses(ClinicId(999)) == []


async def test_a_child_is_changed_and_nobody_else(
    house: House, anna: PersonId, misha: Child, sonya: Child, petrova: Doctor
) -> None:
    """Name, birth date and district are kept as they are told last."""
    async with house.transactions.writes() as tx:
        district = await tx.districts.add(petrova, "участок 1", [])
        told = replace(misha, name="Михаил", birth_date=date(2025, 1, 1), district_id=district.id)
        await tx.families.change_child(told)

    async with house.transactions.reads() as tx:
        assert await tx.families.child(misha.id, cared_for_by=anna) == told
        assert await tx.families.child(sonya.id, cared_for_by=PersonId(2)) == sonya


async def test_care_ends_for_one_person(
    house: House, anna: PersonId, boris: PersonId, misha: Child, sonya: Child
) -> None:
    """R30: who cares no more finds the child no more; the others do."""
    care = "INSERT INTO care (person_id, child_id, since) VALUES (:boris, :misha, '2026-11-23')"
    await house.database.run(care, boris=boris, misha=misha.id)
    async with house.transactions.writes() as tx:
        assert await tx.families.carers(misha.id) == [anna, boris]
        await tx.families.end_care(misha.id, anna)
        await tx.families.end_care(misha.id, anna)
        assert await tx.families.carers(misha.id) == [boris]
        assert await tx.families.children(cared_for_by=anna) == []
        assert await tx.families.children(cared_for_by=boris) == [misha, sonya]


# Slots


async def test_slots_are_changed_as_planned(house: House, petrova: Doctor) -> None:
    """R02: what goes makes room for what comes; what comes back has the id that it had."""
    first, second, third, *_ = await slots_of(house, petrova)
    infants = frozenset({Reason.INFANT_DAY})
    longer = Stretch(first.starts_at, second.stretch.ends_at)
    nothing = Changes([], [], [], [], [])

    async def apply(planned: Changes) -> list[tuple[Stretch, frozenset[KindKey]]]:
        async with house.transactions.writes() as tx:
            await tx.slots.change(petrova, planned)
        async with house.transactions.reads() as tx:
            until = first.starts_at + timedelta(hours=1)
            stored = await tx.slots.stored(petrova.id, house.clock(), until)
        return [(s.opening.stretch, s.opening.reasons) for s in stored if s.open]

    plan = replace(
        nothing,
        add=[Opening(longer)],
        withdraw=[first.id, second.id],
        relabel=[(third.id, infants)],
    )
    found = await apply(plan)
    assert found[:2] == [(longer, frozenset()), (third.stretch, infants)]
    async with house.transactions.reads() as tx:
        stored = await tx.slots.stored(petrova.id, house.clock(), third.stretch.ends_at)
    [new] = [s.id for s in stored if s.open and s.opening.stretch == longer]
    assert {s.id for s in stored if s.withdrawn} == {first.id, second.id}

    back = [(first.id, infants), (second.id, frozenset[Reason]())]
    found = await apply(replace(nothing, withdraw=[new], reopen=back))
    assert found[:2] == [(first.stretch, infants), (second.stretch, frozenset())]
    before = await house.count("slots")
    await apply(nothing)
    assert await house.count("slots") == before


async def test_stored_slots_are_those_that_are_not_over(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R06: with whether they are claimed: by a visit that stands or by a hold that lives."""
    first, second, third, fourth, *_ = await slots_of(house, petrova)
    visit = await book(house, misha, second, anna)
    await keep(house, third, anna)

    async def stored(now: datetime) -> dict[SlotId, bool]:
        async with house.transactions.reads() as tx:
            found = await tx.slots.stored(petrova.id, now, fourth.starts_at)
        return {slot.id: slot.claimed for slot in found}

    assert await stored(MONDAY_7_AM) == {first.id: False, second.id: True, third.id: True}
    assert await stored(first.stretch.ends_at) == {second.id: True, third.id: False}
    await change(house, visit, STATES.CANCELLED)
    assert await stored(MONDAY_7_AM) == {first.id: False, second.id: False, third.id: True}


# Holds


async def test_a_held_slot_is_held_for_others_until_it_is_not(
    house: House, anna: PersonId, boris: PersonId, petrova: Doctor
) -> None:
    """R05, R06: free to its holder, held for everybody else, and free when its time is over."""
    slot, *_ = await slots_of(house, petrova)
    await keep(house, slot, anna)

    async def held(person: PersonId, seconds: int) -> bool:
        now = MONDAY_7_AM + timedelta(seconds=seconds)
        async with house.transactions.reads() as tx:
            return (await tx.slots.get(slot.id, person=person, now=now)).held

    assert [await held(anna, 0), await held(boris, 0)] == [False, True]
    assert [await held(boris, 179), await held(boris, 180)] == [True, False]


async def test_a_hold_that_is_refused_changes_nothing(
    house: House, anna: PersonId, boris: PersonId, petrova: Doctor
) -> None:
    """R05: who asks for another family's time keeps the one they had."""
    first, second, *_ = await slots_of(house, petrova)
    await keep(house, first, anna)
    await keep(house, second, boris)
    async with house.transactions.writes() as tx:
        with pytest.raises(SlotHeld):
            await tx.slots.hold([first], boris, MONDAY_7_AM + QUARTER, MONDAY_7_AM)

    assert await house.count("holds", f"slot_id = {first.id} AND person_id = {anna}") == 1
    assert await house.count("holds", f"slot_id = {second.id} AND person_id = {boris}") == 1


async def test_an_expired_hold_is_nobody_s(
    house: House, anna: PersonId, boris: PersonId, petrova: Doctor
) -> None:
    """R06: it gives way at the moment at which it ends; a person keeps one time and lets it go."""
    first, second, *_ = await slots_of(house, petrova)
    await keep(house, first, anna)
    await keep(house, first, boris, now=MONDAY_7_AM + timedelta(minutes=3))
    assert await house.count("holds") == 1
    await keep(house, second, boris)
    assert await house.count("holds", f"slot_id = {second.id}") == 1
    async with house.transactions.writes() as tx:
        await tx.slots.let_go(anna)
    assert await house.count("holds") == 1
    async with house.transactions.writes() as tx:
        await tx.slots.let_go(boris)
    assert await house.count("holds") == 0


async def test_a_slot_knows_whether_it_is_taken(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R11: an active appointment takes a slot, a cancelled one gives it back."""
    slot, *_ = await slots_of(house, petrova)

    async def taken() -> bool:
        async with house.transactions.reads() as tx:
            return (await tx.slots.get(slot.id, person=anna, now=MONDAY_7_AM)).taken

    assert not await taken()
    visit = await book(house, misha, slot, anna)
    assert await taken()
    await change(house, visit, STATES.CANCELLED)
    assert not await taken()


async def test_a_closed_slot_does_not_show_in_place_of_an_open_one(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R10: a time that was closed and given anew is found once, and as the open slot."""
    first, *_ = await slots_of(house, petrova)
    await house.database.run(
        "INSERT INTO slots"
        " (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn, reasons)"
        " SELECT clinic_id, doctor_id, starts_at, ends_at, day, source, false, false, 0"
        " FROM slots WHERE id = :first",
        first=first.id,
    )

    async with house.transactions.reads() as tx:
        wish = wish_for(clinic, house.clock())
        assert (await tx.free_times.by_doctor(clinic.id, wish))[petrova.id].earliest == first
        assert await tx.free_times.earliest(clinic.id, wish) == first


INFANTS = frozenset({Reason.INFANT_DAY})
SMALL = replace(ROMASHKA, code="small", horizon_days=2, opens_at=time(8))
LENIENT = replace(
    SEVERYANKA, code="lenient", horizon_days=2, one_visit_per_doctor=False, notice=timedelta(0)
)


def short_day(starts: str, ends: str, minutes: int, reasons: frozenset[Reason]) -> ScheduleRule:
    hours = Hours(time.fromisoformat(starts), time.fromisoformat(ends))
    return ScheduleRule(
        Reception(hours, timedelta(minutes=minutes), reasons=reasons), date(2020, 1, 1)
    )


SHORT_DAY = [
    NewDoctor("Быстрова", "1", [short_day("09:00", "10:00", 15, frozenset())]),
    NewDoctor("Долгова", "2", [short_day("09:10", "10:10", 30, INFANTS | {Reason.REPEAT})]),
    NewDoctor("Ночнова", "3", [short_day("00:00", "00:30", 30, INFANTS)]),  # at the horizon's end
]


@pytest.fixture
async def two_clinics(house: House) -> list[Clinic]:
    """Two small clinics, one of which allows several visits with a doctor and needs no notice."""
    return [await house.services.clinics.open(p, CONSENT, SHORT_DAY) for p in (SMALL, LENIENT)]


@pytest.fixture
async def two_children(house: House) -> list[Child]:
    """Миша and Соня, in the care of one parent."""
    parent = await house.parent(101)
    await house.parent(102)
    return [await house.child(parent, name) for name in ("Миша", "Соня")]


@dataclass(frozen=True)
class Arranged:
    """What is booked, held and closed."""

    visits: list[tuple[int, int, AppointmentState]]
    holds: dict[int, tuple[int, int]]
    """By person: a slot, and until when in minutes from Monday 7:00."""
    closed: set[int]


async def rearrange(house: House, children: list[Child], arranged: Arranged) -> None:
    """Begin anew with these holds, closed slots, and visits as far as the database lets them be."""
    closed = ", ".join(map(str, sorted(arranged.closed))) or "0"
    async with house.database.connect() as other:
        for statement in (
            *(f"DELETE FROM {table}" for table in ("appointment_changes", "appointments", "holds")),  # noqa: S608
            f"UPDATE slots SET open = id NOT IN ({closed})",  # noqa: S608
        ):
            await other.exec_driver_sql(statement)
    now = house.clock()
    async with house.transactions.writes() as tx:
        for person, (slot_id, minutes) in arranged.holds.items():
            slot = await tx.slots.get(SlotId(slot_id), person=NOBODY, now=now)
            with suppress(SlotHeld):
                until = now + timedelta(minutes=minutes)
                await tx.slots.hold([slot], PersonId(person), until, now - timedelta(days=9))
        for child, slot_id, state in arranged.visits:
            slot = await tx.slots.get(SlotId(slot_id), person=NOBODY, now=now)
            with suppress(SlotTaken, ChildIsBusy):
                visit = await tx.appointments.add(children[child], slot, USUAL, PersonId(1), now)
                await tx.appointments.change(visit, state, PersonId(1), now)


def is_bookable(
    slot: Slot, child: Child, reason: Reason, planned: list[Appointment], now: datetime
) -> bool:
    try:
        booking.check_bookable(slot, child, reason, planned, now)
    except Refusal:
        return False
    return True


SLOTS = 2 * (4 * 4 + 4 * 2 + 3)
"""Of four days; Ночнова's first one is over."""
SLOT_IDS = st.integers(1, SLOTS)
VISITS = st.tuples(st.sampled_from([0, 0, 1]), SLOT_IDS, st.sampled_from(STATES))
MINUTES = st.sampled_from([-1440, 0, 59, 60, 90, 115, 120, 135]) | st.integers(-2000, 3000)
ARRANGED = st.builds(
    Arranged,
    st.lists(VISITS, max_size=8),
    st.dictionaries(st.integers(1, 2), st.tuples(SLOT_IDS, MINUTES)),
    st.sets(SLOT_IDS, max_size=6),
)
BIRTHS = [date(2024, 3, 12), date(2025, 11, 24), date(2025, 11, 26), date(2008, 11, 25)]
"""Of a child, of two who are one within the horizon, and of one who is eighteen then."""


@settings(
    max_examples=so_often(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example begins anew
)
@given(
    arranged=ARRANGED,
    minutes=MINUTES,
    born=st.sampled_from(BIRTHS),
    reason=st.sampled_from([USUAL, Reason.REPEAT, Reason.INFANT_DAY]),
    person=st.sampled_from([PersonId(1), PersonId(2)]),
)
async def test_the_slots_found_are_the_slots_that_can_be_booked(
    house: House,
    two_clinics: list[Clinic],
    two_children: list[Child],
    arranged: Arranged,
    minutes: int,
    born: date,
    reason: Reason,
    person: PersonId,
) -> None:
    """R05, R06, R10: what is shown, in every list there is, is what `book` would let through.

    Whatever is booked, cancelled, held and closed, for whatever reason and age, at whatever moment
    before or after the opening hour.
    """
    await rearrange(house, two_children, arranged)
    now = MONDAY_7_AM + timedelta(minutes=minutes)
    child = replace(two_children[0], birth_date=born)
    async with house.transactions.reads() as tx:
        planned = await tx.appointments.planned([child.id], after=now)
        slots = [
            await tx.slots.get(SlotId(slot_id), person=person, now=now)
            for slot_id in range(1, SLOTS + 1)
        ]
        bookable = [slot for slot in slots if is_bookable(slot, child, reason, planned, now)]
        bookable.sort(key=lambda slot: (slot.starts_at, slot.id))
        for clinic in two_clinics:
            wish = booking.wish_of(person, child, reason, clinic, planned, now)
            there = [slot for slot in bookable if slot.doctor.clinic == clinic]
            assert await tx.free_times.earliest(clinic.id, wish) == next(iter(there), None)
            free: dict[DoctorId, FreeTimes] = {}
            for doctor in await tx.clinics.doctors(clinic.id):
                theirs = [slot for slot in there if slot.doctor == doctor]
                assert await tx.free_times.earliest(clinic.id, wish, doctor.id) == next(
                    iter(theirs), None
                )
                if theirs:
                    free[doctor.id] = FreeTimes(theirs[0], len(theirs))
                if doctor.id not in wish.seen_by:  # nobody is shown the days of such a doctor
                    await check_days(tx, doctor, wish, theirs)
            assert await tx.free_times.by_doctor(clinic.id, wish) == free


async def check_days(
    tx: StoredTransaction, doctor: Doctor, wish: Wish, bookable: list[Slot]
) -> None:
    """The calendar, its days, and what is near are these slots and no others."""
    days = await tx.free_times.days(doctor.id, wish)
    shown = [slot for day in days for slot in await tx.free_times.on_day(doctor, wish, day.day)]
    assert shown == bookable
    by_day = Counter(slot.local_start.date() for slot in bookable)
    assert {day.day: day.free for day in days if day.free} == by_day
    moment = wish.now + timedelta(days=1)
    near = await tx.free_times.near(doctor, wish, moment, 3)
    distances = sorted(abs(slot.starts_at - moment) for slot in bookable)[:3]
    assert sorted(abs(slot.starts_at - moment) for slot in near) == distances
    assert near == [slot for slot in bookable if slot.id in {found.id for found in near}]


# Appointments


async def test_a_time_without_a_name_and_a_visit_exclude_each_other(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R01: whoever comes second reads "taken", even past the rules; the transaction goes on."""
    first, second, third, *_ = await slots_of(house, petrova)
    visit = await book(house, misha, first, anna)
    now, nobody = house.clock(), Taking(Taker.CALLER)
    async with house.transactions.writes() as tx:
        with pytest.raises(SlotTaken):
            await tx.slots.take(first, nobody, None, now)
        await tx.slots.take(second, nobody, None, now)
        with pytest.raises(SlotTaken):
            await tx.appointments.add(misha, second, USUAL, anna, now)
        with pytest.raises(SlotTaken):
            await tx.appointments.move(visit, second, anna, now)
        moved = await tx.appointments.move(visit, third, anna, now)
    assert moved.slot.id == third.id
    assert await house.count("taken_slots", f"slot_id = {second.id}") == 1


async def test_a_taken_slot_is_told_and_nothing_is_written(
    house: House, anna: PersonId, boris: PersonId, misha: Child, sonya: Child, petrova: Doctor
) -> None:
    """R01: who comes second reads "taken"; the transaction goes on, with the next time."""
    first, second, *_ = await slots_of(house, petrova)
    await book(house, misha, first, anna)

    async with house.transactions.writes() as tx:
        with pytest.raises(SlotTaken):
            await tx.appointments.add(sonya, first, USUAL, boris, house.clock())
        visit = await tx.appointments.add(sonya, second, USUAL, boris, house.clock())
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
    await change(house, visit, STATES.CANCELLED)
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
    await change(house, late, STATES.CANCELLED)
    assert await planned(misha, after=NINE) == [early.id]


async def test_a_visit_is_cancelled_and_stays_itself(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R24: but for its state, sequence and time of change a visit stays what it was."""
    slot, *_ = await slots_of(house, petrova)
    visit = await book(house, misha, slot, anna)
    house.clock.forward(minutes=5)
    cancelled = await change(house, visit, STATES.CANCELLED)

    async with house.transactions.reads() as tx:
        found = await tx.appointments.get(visit.id, cared_for_by=anna)
    now = house.clock()
    assert cancelled == replace(visit, state=STATES.CANCELLED, sequence=1, changed_at=now)
    assert asdict(found) == asdict(cancelled)
    assert found.number == "1001"


async def test_a_visit_is_moved_and_stays_itself(
    house: House, anna: PersonId, misha: Child, petrova: Doctor, kim: Doctor
) -> None:
    """R09, R24: number and uid are kept, the sequence rises, and where it was is remembered."""
    first, second, *_ = await slots_of(house, petrova)
    _, away, *_ = await slots_of(house, kim)
    visit = await book(house, misha, first, anna)
    for number, slot in enumerate([second, away, first, away], start=1):
        house.clock.forward(minutes=1)
        async with house.transactions.writes() as tx:
            before = await tx.appointments.moved_from(visit.id)
            assert (before is None) == (number == 1)
            moved = await tx.appointments.move(visit, slot, anna, house.clock())
            before = await tx.appointments.moved_from(visit.id)
            found = await tx.appointments.get(visit.id, cared_for_by=anna)
        assert before
        assert before.id == visit.slot.id
        assert (moved.id, moved.uid, moved.sequence) == (visit.id, visit.uid, number)
        assert moved.changed_at == found.changed_at == house.clock()
        assert found.slot.stretch == slot.stretch
        visit = moved

    assert await house.count("appointment_changes") == 5
    path = f"slot_id = {second.id} AND sequence = 1 OR slot_id = {away.id} AND sequence IN (2, 4)"
    assert await house.count("appointment_changes", path) == 3


async def test_a_move_that_the_database_refuses_leaves_the_visit_where_it_was(
    house: House,
    anna: PersonId,
    boris: PersonId,
    misha: Child,
    sonya: Child,
    petrova: Doctor,
    kim: Doctor,
) -> None:
    """R09: a taken slot and a busy child are told apart, and the transaction goes on."""
    first, second, third, *_ = await slots_of(house, petrova)
    ten_past, *_ = await slots_of(house, kim)
    visit = await book(house, misha, third, anna)
    await book(house, misha, first, anna)
    await book(house, sonya, second, boris)

    async with house.transactions.writes() as tx:
        with pytest.raises(SlotTaken):
            await tx.appointments.move(visit, second, anna, house.clock())
        with pytest.raises(ChildIsBusy):
            await tx.appointments.move(visit, ten_past, anna, house.clock())
        found = await tx.appointments.get(visit.id, cared_for_by=anna)
        assert (found.slot.id, found.sequence) == (third.id, 0)
    assert await house.count("appointment_changes") == 3
    assert await house.count("appointments", f"slot_id = {third.id} AND sequence = 0") == 1


async def test_past_visits_are_those_over_or_cancelled(
    house: House, anna: PersonId, misha: Child, petrova: Doctor
) -> None:
    """R30: the latest first, so many, and never one that is ahead or under way."""
    first, second, third, *_ = await slots_of(house, petrova)
    over = await book(house, misha, first, anna)
    running = await book(house, misha, second, anna)
    cancelled = await book(house, misha, third, anna)
    await change(house, cancelled, STATES.CANCELLED)

    async def past(before: datetime, most: int = 10) -> list[AppointmentId]:
        async with house.transactions.reads() as tx:
            found = await tx.appointments.past([misha.id], before, most)
            assert await tx.appointments.past([], before, most) == []
        return [visit.id for visit in found]

    assert await past(second.starts_at) == [cancelled.id, over.id]
    assert await past(second.starts_at, most=1) == [cancelled.id]
    assert await past(second.stretch.ends_at) == [cancelled.id, running.id, over.id]
    assert await past(first.starts_at) == [cancelled.id]


async def test_the_last_doctor_is_the_one_of_the_latest_visit(
    house: House, clinic: Clinic, anna: PersonId, misha: Child, petrova: Doctor, kim: Doctor
) -> None:
    """A cancelled visit says nothing, nor does one at another clinic."""
    first, *_ = await slots_of(house, petrova)
    *_, last = await slots_of(house, kim)
    await book(house, misha, first, anna)
    late = await book(house, misha, last, anna)

    async def last_doctor(clinic_id: ClinicId) -> DoctorId | None:
        async with house.transactions.reads() as tx:
            return (await tx.families.at_clinic(anna, clinic_id)).last_doctors.get(misha.id)

    assert await last_doctor(clinic.id) == kim.id
    assert await last_doctor(ClinicId(999)) is None
    await change(house, late, STATES.CANCELLED)
    assert await last_doctor(clinic.id) == petrova.id


# Notifications


GATHER = timedelta(hours=3)


@dataclass
class Desk:
    """Notices that are planned and claimed at so many minutes past seven."""

    house: House
    visit: Appointment

    async def plan(self, *wanted: tuple[PersonId, int, Urgency]) -> None:
        now = MONDAY_7_AM
        planned = [
            Planned(
                NotificationKind.BOOKED,
                person,
                self.visit.id,
                occasion=str(minutes),
                due_at=now + timedelta(minutes=minutes),
                useful_until=now + timedelta(hours=2),
                urgency=urgency,
            )
            for person, minutes, urgency in wanted
        ]
        async with self.house.transactions.writes() as tx:
            await tx.notifications.replan(self.visit.id, [NotificationKind.BOOKED], planned, now)

    async def claim(self, minutes: int, most: int = 10) -> list[Notification]:
        """For two minutes."""
        now = MONDAY_7_AM + timedelta(minutes=minutes)
        async with self.house.transactions.writes() as tx:
            found = await tx.notifications.claim(now, now + timedelta(minutes=2), most, GATHER)
        return [each for [each] in found]

    async def finish(self, claimed: list[Notification]) -> None:
        async with self.house.transactions.writes() as tx:
            await tx.notifications.finish(claimed, NotificationState.SENT, MONDAY_7_AM)


@pytest.fixture
async def desk(house: House, anna: PersonId, misha: Child, petrova: Doctor) -> Desk:
    slot, *_ = await slots_of(house, petrova)
    return Desk(house, await book(house, misha, slot, anna))


def told(claimed: list[Notification]) -> list[PersonId]:
    return [each.person.id for each in claimed]


async def test_the_urgent_and_the_longest_overdue_are_claimed_first(
    desk: Desk, anna: PersonId, boris: PersonId
) -> None:
    """R18, R25: a cancellation overtakes reminders that are due longer, and these the news."""
    await desk.plan(
        (anna, 1, Urgency.NEWS),
        (anna, 3, Urgency.REMINDER),
        (boris, 2, Urgency.REMINDER),
        (boris, 4, Urgency.URGENT),
    )
    assert told(await desk.claim(0)) == []
    assert told(await desk.claim(4, most=3)) == [boris, boris, anna]
    assert told(await desk.claim(4, most=3)) == [anna]


async def test_what_is_claimed_is_nobody_else_s_until_its_time_is_up(
    desk: Desk, anna: PersonId
) -> None:
    """R18: whoever was too long about it finishes nothing that somebody else has by then."""
    await desk.plan((anna, 5, Urgency.URGENT))
    first = await desk.claim(5)
    assert await desk.claim(6) == []
    async with desk.house.transactions.reads() as tx:
        assert await tx.notifications.upcoming() == MONDAY_7_AM + timedelta(minutes=7)

    second = await desk.claim(7)
    assert [each.attempts for each in (*first, *second)] == [1, 2]
    async with desk.house.transactions.reads() as tx:
        standing = await tx.notifications.standing([*first, *second])
    assert [each.notification for each in standing] == second
    await desk.finish(first)
    assert await desk.house.count("notifications", "state = 'planned'") == 1
    await desk.finish(second)
    assert await desk.house.count("notifications", "state = 'sent'") == 1


async def test_what_is_planned_anew_is_not_finished_with_the_old(
    desk: Desk, anna: PersonId
) -> None:
    """R21: what is wanted no more is gone, whoever has claimed it."""
    await desk.plan((anna, 5, Urgency.URGENT))
    claimed = await desk.claim(5)
    await desk.plan((anna, 20, Urgency.URGENT))
    await desk.finish(claimed)

    assert await desk.claim(19) == []
    assert told(await desk.claim(20)) == [anna]


async def test_what_was_told_of_an_occasion_is_not_told_again(desk: Desk, anna: PersonId) -> None:
    """R18: nor is begun what would have been due before now; what is due and planned stays."""
    await desk.plan((anna, 5, Urgency.URGENT))
    await desk.finish(await desk.claim(5))
    await desk.plan((anna, 5, Urgency.URGENT), (anna, -1, Urgency.URGENT))

    assert await desk.claim(30) == []


async def test_what_is_settled_need_not_be_told(desk: Desk, anna: PersonId, house: House) -> None:
    """R18: doing it again changes nothing, nor does what is on its way go."""
    await desk.plan((anna, 5, Urgency.URGENT))
    for _ in range(2):
        async with house.transactions.writes() as tx:
            await tx.notifications.answered([Answered(anna, desk.visit.id, 5)])
    assert await house.count("notifications") == 0

    await desk.plan((anna, 0, Urgency.URGENT))
    await desk.claim(1)
    async with house.transactions.writes() as tx:
        await tx.notifications.answered([Answered(anna, desk.visit.id, 0)])
    assert await house.count("notifications") == 1


async def test_what_became_of_notices_is_forgotten_when_it_is_old(
    desk: Desk, anna: PersonId, house: House
) -> None:
    """What is still to be told is never forgotten."""
    await desk.plan((anna, 5, Urgency.URGENT), (anna, 6, Urgency.URGENT))
    await desk.finish(await desk.claim(5))
    async with house.transactions.writes() as tx:
        later = MONDAY_7_AM + timedelta(days=1)
        assert await tx.retention.forget(Kept.NOTICES, MONDAY_7_AM, 0, most=9) == (0, None)
        assert await tx.retention.forget(Kept.NOTICES, later, 0, most=9) == (1, None)
    assert await house.count("notifications") == 1


async def test_a_lease_is_one_holder_s_until_it_ends_or_is_given_back(house: House) -> None:
    """R18: it can be renewed, and passes on by itself when its holder has died."""
    now = MONDAY_7_AM

    async def take(holder: str, seconds: int) -> bool:
        at = now + timedelta(seconds=seconds)
        async with house.transactions.writes() as tx:
            return await tx.leases.take("sender", holder, at, at + timedelta(seconds=8))

    async def give_back(holder: str) -> None:
        async with house.transactions.writes() as tx:
            await tx.leases.give_back("sender", holder)

    assert await take("one", 0)
    assert not await take("other", 7)
    assert await take("one", 7)
    assert not await take("other", 14)
    assert await take("other", 15)
    await give_back("one")
    assert not await take("one", 15)
    await give_back("other")
    assert await take("one", 15)


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
