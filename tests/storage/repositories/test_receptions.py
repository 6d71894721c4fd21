"""Hours of reception and sets of reasons come back from the database as they went in."""

from datetime import date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.model.clinic import Clinic, Hours, Reason, Side
from services.model.schedule import Leave, Reception, ScheduleException, ScheduleRule
from storage.schedule.reasons import from_bits, to_bits
from tests.chances import so_often
from tests.conftest import House

SINCE = date(2026, 1, 1)
TIMES = st.times().map(lambda found: found.replace(second=0, microsecond=0))
HOURS = st.builds(Hours, TIMES, TIMES)
RECEPTIONS = st.builds(
    Reception,
    HOURS,
    st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes)),
    st.lists(HOURS, max_size=3).map(tuple),
    st.frozensets(st.sampled_from(Reason)),
)
DAYS = st.dates(SINCE, date(2026, 12, 31))
RULES = st.builds(
    ScheduleRule,
    RECEPTIONS,
    DAYS,
    st.none() | st.dates(date(2027, 1, 1)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(Side),
)
EXCEPTIONS = st.builds(
    ScheduleException,
    st.dates(date(2020, 1, 1), SINCE),
    DAYS,
    st.lists(RECEPTIONS, max_size=3),
)

each_begins_anew = settings(
    max_examples=so_often(30), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@each_begins_anew
@given(rules=st.lists(RULES, max_size=3), exceptions=st.lists(EXCEPTIONS, max_size=3))
async def test_a_schedule_comes_back_as_it_was_told(
    house: House,
    clinic: Clinic,
    rules: list[ScheduleRule],
    exceptions: list[ScheduleException],
) -> None:
    """R13, R15: every hour, break, reason, weekday, side and day; all in the order of telling."""
    async with house.transactions.writes() as tx:
        doctor = await tx.clinics.add_doctor(clinic, "Яшина", "1")
        for rule in rules:
            await tx.schedules.add_rule(doctor.id, rule)
        for exception in exceptions:
            await tx.schedules.add_exception(doctor.id, exception)

    async with house.transactions.reads() as tx:
        schedule = await tx.schedules.of(doctor, SINCE)
    assert schedule.rules == rules
    assert schedule.exceptions == exceptions


@pytest.mark.parametrize("last", ["2026-11-22", "2026-11-23"])
async def test_a_schedule_is_read_without_what_is_over(
    house: House, clinic: Clinic, last: str
) -> None:
    """R15: what ends on the day itself still counts, what ended before it does not."""
    first, last_day, today = date(2026, 11, 1), date.fromisoformat(last), date(2026, 11, 23)
    reception = Reception(Hours(time(9), time(10)), timedelta(minutes=15))
    kim, petrova = await house.doctors(clinic)
    async with house.transactions.writes() as tx:
        await tx.schedules.add_rule(kim.id, ScheduleRule(reception, first, last_day))
        await tx.schedules.add_exception(kim.id, ScheduleException(first, last_day))
        await tx.schedules.add_leave(kim.id, Leave(first, last_day, petrova.id))
        await tx.schedules.add_leave(petrova.id, Leave(first, last_day, kim.id, True))
        found = await tx.schedules.of(kim, today)
        of_petrova = await tx.schedules.of(petrova, today)

    counts = last_day >= today
    assert len(found.rules) == 1 + counts
    assert [len(found.exceptions), len(found.leaves), len(found.covers)] == [counts] * 3
    assert of_petrova.covers == []  # Ким's leave is not in their hours
    if counts:
        assert found.covers[0].rules == of_petrova.rules


@each_begins_anew
@given(st.frozensets(st.sampled_from(Reason)))
def test_reasons_are_bits_and_back(reasons: frozenset[Reason]) -> None:
    """R10: no reason is lost, and none is any."""
    assert from_bits(to_bits(reasons)) == reasons
    assert to_bits([*reasons, *reasons]) == to_bits(reasons)
    assert (to_bits(reasons) == 0) == (not reasons)


def test_every_reason_has_a_bit_of_its_own() -> None:
    """R10: a new reason without a bit would be refused only when somebody asks for it."""
    for one, other in combinations(Reason, 2):
        assert to_bits([one]) & to_bits([other]) == 0
    assert [to_bits([reason]) for reason in Reason] == [1, 2, 4, 8, 16, 32, 64, 128]


async def test_a_leave_is_found_by_its_days(house: House, clinic: Clinic) -> None:
    """R15: from its first to its last day, both included, with who stands in."""
    kim, petrova = await house.doctors(clinic)
    leave = Leave(date(2026, 11, 24), date(2026, 11, 25), petrova.id, in_their_hours=True)
    async with house.transactions.writes() as tx:
        await tx.schedules.add_leave(kim.id, leave)
        found = [
            await tx.schedules.leave_on(kim.id, datetime(2026, 11, day).date())  # noqa: DTZ001
            for day in (23, 24, 25, 26)
        ]
        assert await tx.schedules.leave_on(petrova.id, leave.first) is None

    assert found == [None, leave, leave, None]
