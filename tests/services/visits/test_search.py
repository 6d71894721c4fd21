"""What is not shown cannot be booked by a forged tap either, and the other way round."""

from datetime import date, time, timedelta

import pytest

from services.clinic.opening import NewDoctor
from services.families.home import USUAL
from services.model.clinic import Clinic, Doctor, Hours, Reason
from services.model.ids import DoctorId, PersonId, SlotId
from services.model.people import Child
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.families import NoConsent
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    DayClosed,
    DayFull,
    NotForThisAge,
    NotForThisReason,
    SlotClosed,
    TooFar,
)
from services.model.schedule import Reception, ScheduleRule
from services.model.slots import Slot
from services.model.visits import Need
from services.visits.search import WhichChild
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Family, open_clinic, run_sql, slots_of

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
INFANTS = frozenset({Reason.INFANT_DAY})


async def shown(house: House, person: PersonId, need: Need, clinic: Clinic) -> set[SlotId]:
    """Every time that the person finds, by whichever way; each way must find the same."""
    times = house.services.times
    by_days: set[SlotId] = set()
    doctors = (await times.doctors(person, need, clinic.id)).doctors
    for row in doctors:
        days = await times.days(person, need, row.doctor.id)
        slots = [
            slot
            for day in days.free
            for slot in (await times.day(person, need, row.doctor.id, day)).slots
        ]
        assert row.free is None or row.free.count == len(slots)
        assert (row.free.earliest.id if row.free else None) == (slots[0].id if slots else None)
        for slot in slots:
            near = (await times.near(person, need, slot.id)).slots
            assert slot.id in {each.id for each in near}
        by_days |= {slot.id for slot in slots}
    return by_days


async def forge(house: House, person: PersonId, need: Need, slot: SlotId) -> type[Refusal]:
    """How a tap on what was never shown is answered, when looking and when booking."""
    answers = []
    for attempt in (house.services.booking.offer, house.services.booking.book):
        with pytest.raises(Refusal) as refused:
            await attempt(person, need, slot)
        answers.append(type(refused.value))
    assert answers[0] is answers[1]
    assert await house.count("appointments") == await house.count("holds") == 0
    return answers[0]


@played
async def busy(house: House) -> Clinic:
    """A doctor with an hour for infants and a common one; a short horizon that opens at 8:00."""
    rules = [
        ScheduleRule(
            Reception(Hours(time(9), time(10)), timedelta(minutes=30), reasons=INFANTS),
            date(2020, 1, 1),
        ),
        ScheduleRule(Reception(Hours(time(10), time(11)), timedelta(minutes=30)), date(2020, 1, 1)),
    ]
    return await open_clinic(house, NewDoctor("Ким", "1", rules), horizon_days=2, opens_at=time(8))


@played
async def vera(house: House, busy: Clinic) -> Family:
    """Вера, and a child who is one on Tuesday."""
    parent = await house.parent(103, busy)
    return Family(parent, await house.child(parent, "Тёма", "24.11.2025"))


async def slot_ids(house: House, clinic: Clinic, infants: bool, day: date) -> set[SlotId]:
    async with house.engines.reading.connect() as connection:
        found = await connection.exec_driver_sql(
            f"SELECT id FROM slots WHERE clinic_id = {clinic.id} AND day = '{day}'"  # noqa: S608
            f" AND reasons {'>' if infants else '='} 0"
        )
        return {SlotId(slot) for slot in found.scalars()}


async def test_times_for_infants_are_for_infants(house: House, busy: Clinic, vera: Family) -> None:
    """R10: on the eve of the first birthday they are shown, on the day itself they are not."""
    infants = vera.needs(Reason.INFANT_DAY)
    on_monday = await slot_ids(house, busy, infants=True, day=MONDAY)
    on_tuesday = await slot_ids(house, busy, infants=True, day=TUESDAY)
    common = await slot_ids(house, busy, infants=False, day=MONDAY)
    assert await shown(house, vera.parent, infants, busy) == on_monday
    for_all = common | await slot_ids(house, busy, infants=False, day=TUESDAY)
    assert await shown(house, vera.parent, vera.need, busy) == for_all

    assert await forge(house, vera.parent, infants, min(on_tuesday)) is NotForThisAge
    assert await forge(house, vera.parent, vera.need, min(on_monday)) is NotForThisReason
    assert await forge(house, vera.parent, infants, min(common)) is NotForThisReason


async def test_a_day_beyond_the_horizon_is_not_shown(
    house: House, busy: Clinic, vera: Family
) -> None:
    """R10, R15: until 8:00 the last day is closed; then it shows its true availability."""
    last = date(2026, 11, 25)
    there = await slot_ids(house, busy, infants=False, day=last)
    assert not there & await shown(house, vera.parent, vera.need, busy)
    assert await forge(house, vera.parent, vera.need, min(there)) is TooFar
    [doctor] = await house.doctors(busy)
    days = await house.services.times.days(vera.parent, vera.need, doctor.id)
    assert (days.last_open, f"{days.opening:%d %H:%M}") == (TUESDAY, "23 08:00")

    house.clock.forward(hours=1)
    assert there <= await shown(house, vera.parent, vera.need, busy)


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_a_closed_time_is_not_shown(
    house: House, busy: Clinic, vera: Family, withdrawn: bool
) -> None:
    """R10: closed by hand or withdrawn by the schedule, it is gone everywhere."""
    closed, *_ = sorted(await slot_ids(house, busy, infants=False, day=MONDAY))
    await run_sql(
        house,
        "UPDATE slots SET open = false, withdrawn = :withdrawn WHERE id = :slot",
        withdrawn=withdrawn,
        slot=closed,
    )

    assert closed not in await shown(house, vera.parent, vera.need, busy)
    assert await forge(house, vera.parent, vera.need, closed) is SlotClosed
    offer = await house.services.booking.earliest(vera.parent, vera.need, busy.id)
    assert offer.slot.id != closed


async def test_a_day_is_full_or_closed(
    house: House, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """R10: a day without a free time says which of the two it is, and stays in the calendar."""
    await run_sql(
        house,
        "UPDATE slots SET open = false"
        " WHERE day = '2026-11-24' AND starts_at >= '2026-11-24 06:00:00'",
    )
    await run_sql(
        house,
        "UPDATE slots SET open = true WHERE id = (SELECT min(id) FROM slots WHERE"
        " day = '2026-11-24' AND doctor_id = :doctor)",
        doctor=petrova.id,
    )
    [only] = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(boris.parent, boris.child.id, only)
    days = await house.services.times.days(anna.parent, anna.need, petrova.id)
    assert [(day.day, day.free) for day in days.days][:2] == [(MONDAY, 12), (TUESDAY, 0)]
    assert TUESDAY not in days.free

    with pytest.raises(DayFull) as full:
        await slots_of(house, petrova, anna, TUESDAY)
    assert full.value.day == TUESDAY
    for day in (date(2026, 11, 28), date(2026, 12, 30), date(2020, 1, 1)):
        with pytest.raises(DayClosed) as closed:
            await slots_of(house, petrova, anna, day)
        assert closed.value.day == day


async def test_a_doctor_who_expects_the_child_shows_the_visit(
    house: House, anna: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R07: in place of times that could not be booked; the other doctor shows times."""
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(anna.parent, anna.child.id, slot)
    times = house.services.times
    found = await times.doctors(anna.parent, anna.need, petrova.clinic.id)
    rows = {row.doctor.id: row for row in found.doctors}

    in_the_way = rows[petrova.id].visit
    assert in_the_way
    assert in_the_way.id == visit.id
    assert rows[petrova.id].free is None
    assert rows[kim.id].free
    assert rows[kim.id].visit is None
    assert found.any_free
    with pytest.raises(AlreadyWithDoctor):
        await times.days(anna.parent, anna.need, petrova.id)
    with pytest.raises(AlreadyWithDoctor):
        await times.near(anna.parent, anna.need, slot.id)


async def test_foreign_ids_show_nothing(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R30, R41: another family's child, an unknown doctor, slot or clinic, a clinic without
    consent."""
    times = house.services.times
    [slot, *_] = await slots_of(house, petrova, anna, MONDAY)
    nobody = await house.parent(104)
    own = await house.child(nobody, "Свой")
    for person, asked, refusal in [
        (boris.parent, anna.need, NotFound),
        (nobody, Need(own.id, USUAL), NoConsent),
    ]:
        for question in (
            times.reasons(person, asked.child_id, clinic.id),
            times.doctors(person, asked, clinic.id),
            times.days(person, asked, petrova.id),
            times.day(person, asked, petrova.id, MONDAY),
            times.near(person, asked, slot.id),
            house.services.booking.earliest(person, asked, clinic.id),
            house.services.booking.offer(person, asked, slot.id),
            house.services.booking.book(person, asked, slot.id),
        ):
            with pytest.raises(refusal):
                await question
    with pytest.raises(NotFound):
        await times.days(anna.parent, anna.need, DoctorId(999))
    with pytest.raises(NotFound):
        await times.near(anna.parent, anna.need, SlotId(999))


async def test_the_nearest_times_are_offered_in_place_of_a_lost_one(
    house: House, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """R03: three of the same doctor, before and after it, in order of time."""
    slots = await slots_of(house, petrova, anna, MONDAY)
    await house.book(boris.parent, boris.child.id, slots[4])
    found = await house.services.times.near(anna.parent, anna.need, slots[4].id)
    assert [slot.id for slot in found.slots] == [slots[i].id for i in (2, 3, 5)]

    first: Slot = (await house.services.times.near(anna.parent, anna.need, slots[0].id)).slots[0]
    assert first.id == slots[0].id


async def test_whom_and_why_one_can_book_for(
    house: House, anna: Family, clinic: Clinic, busy: Clinic, vera: Family
) -> None:
    """R10, R41: the own children; and reasons by the child's age today."""
    times = house.services.times
    sonya: Child = await house.child(anna.parent, "Соня")
    assert await times.begin(anna.parent, clinic.id) == WhichChild(
        clinic, [anna.child, sonya], house.clock()
    )
    with pytest.raises(NoConsent):
        await times.begin(anna.parent, busy.id)

    found = await times.reasons(vera.parent, vera.child.id, busy.id)
    assert Reason.INFANT_DAY in {kind.key for kind in found.kinds}
    house.clock.forward(days=1)
    found = await times.reasons(vera.parent, vera.child.id, busy.id)
    assert Reason.INFANT_DAY not in {kind.key for kind in found.kinds}
    assert found.now == house.clock()
