"""What stands free is found for who waits, however much stands free that is not for them (R73)."""

from datetime import datetime, time, timedelta

import pytest

from services.model.letters import TimeOffered
from services.waitlist import passing, standing
from tests.services.conftest import slots_of
from tests.services.waitlist.conftest import A_DAY, LAST, List
from tests.statements import statements

FEW, MORE = 4, 12
SUNDAY = 6


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer times are looked at than a doctor receives at in a morning; of those that lie
    together, fewer than the clinic has."""
    monkeypatch.setattr(passing, "MOST_TOGETHER", MORE)
    monkeypatch.setattr(standing, "LOOKED_THROUGH", FEW)


def begin(offered: list[TimeOffered]) -> list[datetime]:
    return [slot.local_start.replace(tzinfo=None) for each in offered for slot in each.offer.slots]


async def test_what_lies_before_the_days_for_which_a_family_waits_hides_none(
    waitlist: List,
) -> None:
    """Anybody would do, on Thursday; until then both doctors have whole mornings."""
    anna = await waitlist.family()
    thursday = waitlist.clinic.today(waitlist.house.clock()) + 3 * A_DAY
    days = {"first": thursday, "last": thursday, "since_hour": time.min}
    await waitlist.waits(anna, doctors=frozenset(), **days)

    assert begin(await waitlist.minute()) == [datetime.combine(thursday, time(9))]


async def test_what_is_at_other_hours_hides_none(waitlist: List) -> None:
    """Before the last time of the week, on a Friday, there are all the others."""
    anna = await waitlist.family()
    friday = waitlist.clinic.today(waitlist.house.clock()) + 4 * A_DAY
    await waitlist.waits(anna, last=friday, weekdays=1 << friday.weekday(), since_hour=LAST)

    assert begin(await waitlist.minute()) == [datetime.combine(friday, LAST)]


async def test_what_is_at_other_hours_is_not_even_read(waitlist: List) -> None:
    """Who waits for Sundays costs a statement for each of them, and not the clinic's whole month:
    whoever books meanwhile on SQLite would wait for that."""
    anna, house = await waitlist.family(), waitlist.house
    last = waitlist.clinic.today(house.clock()) + 60 * A_DAY
    days = {"last": last, "weekdays": 1 << SUNDAY, "since_hour": time.min}
    place = await waitlist.waits(anna, doctors=frozenset(), **days)
    with statements(house) as said:
        async with house.transactions.writes() as tx:
            assert await standing.first_free(tx, place.wait, house.clock()) is None
    assert len(said) <= 4 + waitlist.clinic.horizon_days // 7 + 1


async def test_brothers_and_sisters_are_found_what_lies_behind_other_hours(
    waitlist: List,
) -> None:
    """R72: the last two quarters of an hour, at any doctor's."""
    anna = await waitlist.family()
    sister = await waitlist.house.child(anna.parent, "Соня", "05.05.2021")
    tomorrow = waitlist.clinic.today(waitlist.house.clock()) + A_DAY
    await waitlist.waits(
        anna,
        children=[anna.child.id, sister.id],
        doctors=frozenset(),
        first=tomorrow,
        since_hour=time(11, 30),
    )

    begins = [datetime.combine(tomorrow, time(11, minute)) for minute in (30, 45)]
    assert begin(await waitlist.minute()) == begins


async def test_each_doctor_s_times_are_looked_at_where_anybody_would_do(waitlist: List) -> None:
    """Of the clinic's first times the family wants none: it has seen them."""
    anna, house = await waitlist.family(), waitlist.house
    tomorrow = waitlist.clinic.today(house.clock()) + A_DAY
    place = await waitlist.waits(anna, doctors=frozenset(), first=tomorrow, since_hour=time.min)
    times = [
        slot
        for doctor in await house.doctors(waitlist.clinic)
        for slot in await slots_of(house, doctor, anna, tomorrow)
    ]
    first = sorted(times, key=lambda slot: (slot.starts_at, slot.id))[:FEW]
    async with house.transactions.writes() as tx:
        await tx.waits.note_seen(place.wait.id, [slot.id for slot in first], house.clock())

    [offered] = await waitlist.minute()
    assert offered.offer.slots[0].id in {slot.id for slot in times} - {slot.id for slot in first}


async def test_what_a_family_has_seen_reaches_as_far_as_what_it_is_offered(
    waitlist: List,
) -> None:
    """Decision 91: what stood there is not offered a minute later, since there was more of it."""
    anna = await waitlist.family()
    wish = waitlist.wish(anna, doctors=frozenset(), since_hour=time.min)
    join = waitlist.house.services.waitlist.join
    await join(anna.parent, waitlist.clinic.id, wish, has_looked=True)

    assert [each for _ in range(3) for each in await waitlist.minute()] == []
    assert await waitlist.house.count("wait_seen") > FEW


async def test_who_is_owed_a_time_waits_for_ever(waitlist: List) -> None:
    """R64: no day is the last."""
    owed, house = await waitlist.family(), waitlist.house
    lost = await waitlist.taken(owed)
    async with house.transactions.writes() as tx:
        await tx.families.lock_children([owed.child.id])
        await tx.appointments.displace(lost, owed.parent, house.clock())
        await tx.slots.rest([lost.slot.id])

    [offered] = await waitlist.minute() + await waitlist.minute()
    assert offered.person.id == owed.parent
    assert offered.offer.slots[0].starts_at > house.clock() + timedelta(minutes=1)
