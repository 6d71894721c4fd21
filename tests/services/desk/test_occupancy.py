"""How full the weeks ahead are, and how many children were offered a time within 24 hours."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.clinic.opening import NewDoctor
from services.desk.absences.report import Absent
from services.desk.occupancy import Asked
from services.model.access import Role
from services.model.clinic import Clinic, Doctor, Reason
from services.model.ids import PersonId, PostId
from services.model.privacy.retention import USUAL_DAYS, Kept
from services.model.refusals.base import NotFound
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.visits import NoFreeTimes
from services.model.schedule import Leave
from services.model.slots import DayLoad
from services.model.visits import FirstAsk, Need
from services.ports.transaction import StorageUnavailable
from services.visits.search import Times
from tests.conftest import CONSENT, MONDAY_7_AM, PETROVA, SEVERYANKA, House, need, weekly
from tests.services.conftest import Employee, Family, employ, open_clinic, run_sql, slots_of

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


async def asks(house: House, clinic: Clinic) -> list[FirstAsk]:
    async with house.transactions.reads() as tx:
        return await tx.load.asks(clinic.id, date(2020, 1, 1), date(2030, 1, 1))


async def today(house: House, clinic: Clinic) -> Asked:
    """What is counted of the day."""
    return (await house.services.loads.of_code(clinic.code)).asked[-1]


async def fill(house: House, clinic: Clinic, until: str) -> None:
    """Close whatever begins before a moment of UTC."""
    await run_sql(house, f"UPDATE slots SET open = false WHERE starts_at < '{until}'")  # noqa: S608


# How full


async def test_times_and_visits_are_counted_by_doctor_and_day(
    house: House, clinic: Clinic, petrova: Doctor, kim: Doctor, anna: Family, boris: Family
) -> None:
    """Cancelled visits are none; days without reception are left out; the horizon is whole."""
    for family, doctor in [(anna, petrova), (anna, kim), (boris, petrova)]:
        slots = await slots_of(house, doctor, family, TUESDAY)
        visit = await house.book(family.parent, family.child.id, slots[3])
    await house.services.mine.cancel(boris.parent, visit.id)

    found = await house.services.loads.of_code("romashka")
    assert (found.first, found.last) == (MONDAY, MONDAY + timedelta(days=14))
    assert [doctor.id for doctor in found.doctors] == [kim.id, petrova.id]
    assert found.days[petrova.id, TUESDAY] == DayLoad(taken=1, free=11)
    assert found.days[kim.id, TUESDAY] == DayLoad(taken=1, free=7)
    assert {day.weekday() for _, day in found.days} == {0, 1, 2, 3, 4}
    assert (found.open, found.taken) == (11 * 20, 2)
    assert found.fullest == (kim.id, TUESDAY)


async def test_a_closed_time_counts_for_as_long_as_somebody_has_it(
    house: House, clinic: Clinic, petrova: Doctor, anna: Family
) -> None:
    """What the clinic closed is not to be had; who has it comes all the same."""
    [first, second, *_] = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(anna.parent, anna.child.id, first)
    await run_sql(house, "UPDATE slots SET open = false WHERE id = :id", id=first.id)
    await run_sql(house, "UPDATE slots SET withdrawn = true WHERE id = :id", id=second.id)

    found = await house.services.loads.of_code("romashka")
    assert found.days[petrova.id, TUESDAY] == DayLoad(taken=1, free=10)


async def test_a_closed_day_is_not_the_fullest(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor, anna: Family, boris: Family
) -> None:
    """A doctor who does not come has no full day, whoever still stands there: it is shown as
    closed, and counts neither in sums nor as the fullest (R65)."""
    services = house.services
    [_first, second, *_] = await slots_of(house, petrova, anna, TUESDAY)
    await services.desk.take(tamara.person, tamara.post, second.id)
    wednesday = TUESDAY + timedelta(days=1)
    for family, doctor, day in [(anna, petrova, TUESDAY), (boris, kim, wednesday)]:
        slots = await slots_of(house, doctor, family, day)
        await house.book(family.parent, family.child.id, slots[0])
    absent = Absent(petrova.id, TUESDAY, wednesday)
    await services.absences.make(tamara.person, tamara.post, absent)
    thursday = TUESDAY + timedelta(days=2)
    await services.clinics.add_leave(petrova, Leave(thursday, thursday))

    found = await services.loads.of_code("romashka")
    closed = [on for (who, on), load in found.days.items() if who == petrova.id and load.closed]
    assert sorted(closed) == [TUESDAY, wednesday, thursday]
    assert found.days[petrova.id, wednesday] == DayLoad(0, 0, closed=True)
    assert found.fullest == (kim.id, wednesday)
    assert found.taken == 1
    assert found.open == sum(load.all for load in found.days.values() if not load.closed)
    assert found.left == found.days[petrova.id, TUESDAY].taken == 1


async def test_a_time_without_a_name_is_taken(
    house: House, tamara: Employee, petrova: Doctor, anna: Family
) -> None:
    """Somebody comes then: the day is as full as the desk sees it."""
    [first, *_] = await slots_of(house, petrova, anna, TUESDAY)
    await house.services.desk.take(tamara.person, tamara.post, first.id)

    found = await house.services.loads.of_code("romashka")
    assert found.days[petrova.id, TUESDAY] == DayLoad(taken=1, free=11)
    assert found.fullest == (petrova.id, TUESDAY)


async def test_an_empty_clinic_has_no_fullest_day(house: House, clinic: Clinic) -> None:
    """Nobody asked and nobody came: seven days of nothing."""
    found = await house.services.loads.of_code("romashka")

    assert found.fullest is None
    assert [(each.day, each.children) for each in found.asked] == [
        (MONDAY - timedelta(days=back), 0) for back in range(6, -1, -1)
    ]
    with pytest.raises(NoSuchClinic):
        await house.services.loads.of_code("nowhere")


async def test_the_load_is_for_the_registry_of_the_clinic(
    house: House, clinic: Clinic, kim: Doctor, anna: Family
) -> None:
    """R30, R39: not for doctors, strangers, parents or who was dismissed; no child is named."""
    loads, members = house.services.loads, house.services.members
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    tamara = await employ(house, Role.REGISTRAR, 202)
    doctor = await employ(house, Role.DOCTOR, 203, doctor=kim)
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    stranger = await employ(house, Role.ADMINISTRATOR, 299, "severyanka")

    for each in (irina, tamara):
        assert (await loads.of_post(each.person, each.post)).clinic == clinic
    assert (await loads.of_post(stranger.person, stranger.post)).clinic.code == "severyanka"
    assert await house.count("access_records") == 0
    await members.dismiss(irina.person, irina.post, tamara.post)
    forbidden: list[tuple[PersonId, PostId]] = [
        (doctor.person, doctor.post),
        (anna.parent, irina.post),
        (stranger.person, irina.post),
        (tamara.person, tamara.post),
    ]
    for person, post in forbidden:
        with pytest.raises(NotFound):
            await loads.of_post(person, post)


# Who asked, and what there was


async def by_the_list(house: House, family: Family, clinic: Clinic) -> None:
    await house.services.times.doctors(family.parent, family.need, clinic.id)


async def by_the_time_at_home(house: House, family: Family, clinic: Clinic) -> None:
    """As home does, with a time; not the earliest one."""
    slots = await house.free_times(family.parent, family.child.id, (await house.doctors(clinic))[1])
    await house.services.booking.offer(family.parent, family.need, slots[-1].id)


async def by_any_doctor(house: House, family: Family, clinic: Clinic) -> None:
    await house.services.booking.earliest(family.parent, family.need, clinic.id)


WAYS = [by_the_list, by_the_time_at_home, by_any_doctor]


@pytest.mark.parametrize("way", WAYS)
async def test_a_child_counts_once_a_day(
    house: House, clinic: Clinic, anna: Family, way: Callable[..., Any]
) -> None:
    """Whichever way, however often; by the earliest time there was, not by the one looked at."""
    await way(house, anna, clinic)
    [ask] = await asks(house, clinic)
    nine = MONDAY_7_AM + timedelta(hours=2)
    assert ask == FirstAsk(clinic.id, anna.child.id, MONDAY, MONDAY_7_AM, nine)

    house.clock.forward(hours=1)
    for again in WAYS:
        await again(house, anna, clinic)
    assert await asks(house, clinic) == [ask]
    house.clock.forward(days=1)
    await way(house, anna, clinic)
    assert [each.day for each in await asks(house, clinic)] == [MONDAY, TUESDAY]


@pytest.mark.parametrize(
    ("asked_after", "in_time"),
    [(timedelta(hours=2, minutes=1), 1), (timedelta(hours=1, minutes=59), 0)],
)
async def test_tomorrow_at_nine_is_in_time_for_who_asks_after_nine(
    house: House, clinic: Clinic, anna: Family, asked_after: timedelta, in_time: int
) -> None:
    """23 hours and 59 minutes are within the norm, 24 and a minute are not."""
    await fill(house, clinic, "2026-11-24 06:00")
    house.clock.now += asked_after
    await by_the_list(house, anna, clinic)

    assert await today(house, clinic) == Asked(MONDAY, 1, in_time)


async def test_nothing_free_counts_as_none(
    house: House, clinic: Clinic, anna: Family, boris: Family
) -> None:
    """By the list and by "any doctor", which is refused and counted all the same."""
    await fill(house, clinic, "2027-11-24 06:00")
    await by_the_list(house, anna, clinic)
    with pytest.raises(NoFreeTimes):
        await by_any_doctor(house, boris, clinic)

    found = await today(house, clinic)
    assert (found, found.late) == (Asked(MONDAY, 2, 0), 2)


async def test_who_is_expected_was_offered_that_time(house: House, anna: Family) -> None:
    """The only doctor takes no second visit: the list is empty, and nobody was sent away."""
    clinic = await open_clinic(house, NewDoctor("Петрова Анна Сергеевна", "12", weekly()))
    await house.services.families.consent(anna.parent, clinic.id, version=1)
    slots = await house.free_times(anna.parent, anna.child.id, (await house.doctors(clinic))[0])
    await house.book(anna.parent, anna.child.id, slots[0])
    await by_the_list(house, anna, clinic)

    assert await today(house, clinic) == Asked(MONDAY, 1, 1)


async def test_moving_and_the_infants_day_are_no_asking(
    house: House, clinic: Clinic, petrova: Doctor, anna: Family
) -> None:
    """Who moves a visit has one; the infants' day has hours of its own."""
    slots = await slots_of(house, petrova, anna, TUESDAY)
    visit = await house.book(anna.parent, anna.child.id, slots[0])
    moving = need(anna.child.id, moves=visit.id)
    times, booking = house.services.times, house.services.booking
    await times.doctors(anna.parent, moving, clinic.id)
    await booking.offer(anna.parent, moving, slots[1].id)
    await booking.earliest(anna.parent, moving, clinic.id)
    newborn = await house.child(anna.parent, "Лея", "01.10.2026")
    infants = Need(newborn.id, Reason.INFANT_DAY)
    await times.doctors(anna.parent, infants, clinic.id)
    with pytest.raises(NoFreeTimes):
        await booking.earliest(anna.parent, infants, clinic.id)

    assert await asks(house, clinic) == []


async def test_a_clinic_counts_its_own(house: House, clinic: Clinic, anna: Family) -> None:
    """A child asks at two clinics: one each; and a day is the clinic's."""
    other = await open_clinic(house, PETROVA)
    await house.services.families.consent(anna.parent, other.id, version=1)
    await by_the_list(house, anna, clinic)
    await by_the_list(house, anna, other)

    assert (await today(house, clinic)).children == (await today(house, other)).children == 1


async def test_two_parents_ask_at_once(house: House, clinic: Clinic, anna: Family) -> None:
    """The second of two rows for a child and a day is none, and nobody's list fails."""
    ask = FirstAsk(clinic.id, anna.child.id, MONDAY, MONDAY_7_AM, None)
    for _ in range(2):
        async with house.transactions.writes() as tx:
            await tx.load.add_ask(ask)

    assert await asks(house, clinic) == [ask]


async def test_the_list_is_shown_even_if_it_cannot_be_counted(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """A number in a report is not worth a parent's screen."""

    class Stuck:
        """The transactions of a database that is only read just now."""

        reads = house.transactions.reads

        def writes(self, of: PersonId | None = None) -> Any:
            raise StorageUnavailable

        trial = writes
        scrub = house.transactions.scrub

    found = await Times(Stuck(), house.clock).doctors(anna.parent, anna.need, clinic.id)
    assert found.any_free
    assert await asks(house, clinic) == []


async def test_asks_go_with_the_child_and_after_90_days(
    house: House, clinic: Clinic, anna: Family, boris: Family
) -> None:
    """R40: of a removed child nothing is left; of the others nothing that nobody counts."""
    for family in (anna, boris):
        await by_the_list(house, family, clinic)
    await house.services.children.remove(anna.parent, clinic.id, anna.child.id)
    assert [ask.child_id for ask in await asks(house, clinic)] == [boris.child.id]

    house.clock.now += timedelta(days=USUAL_DAYS[Kept.SEARCHES])
    assert await house.services.retention.forget(Kept.SEARCHES) == 0
    house.clock.forward(seconds=1)
    assert await house.services.retention.forget(Kept.SEARCHES) == 1
    assert await house.count("first_asks") == 0


async def test_only_the_last_seven_days_are_shown(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """An ask of a week ago has left the count."""
    await by_the_list(house, anna, clinic)
    house.clock.forward(days=6)
    assert (
        sum(each.children for each in (await house.services.loads.of_code("romashka")).asked) == 1
    )
    house.clock.forward(days=1)
    assert (
        sum(each.children for each in (await house.services.loads.of_code("romashka")).asked) == 0
    )
