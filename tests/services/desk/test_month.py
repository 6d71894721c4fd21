"""The owner's month: counted by whose doing it was, on both databases, and by indexes."""

import re
from datetime import timedelta

import pytest

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.refusals.base import NotFound
from services.model.slots import Counted
from tests.conftest import House
from tests.databases import BOTH, SQLITE
from tests.services.conftest import employ
from tests.services.privacy.test_indexes import said


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_month_is_counted_by_who_did_what(house: House, clinic: Clinic, kind: str) -> None:
    """A family books twice, moves one and cancels one; the registry books and moves; one child did
    not come. A registrar's own child is family."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    tamara = await employ(house, Role.REGISTRAR, 202)
    anna = await house.parent(101, clinic)
    child, other = await house.child(anna), await house.child(anna, "Соня")
    await house.services.families.consent(tamara.person, clinic.id, version=1)
    own = await house.child(tamara.person, "Рома")
    kim, petrova = await house.doctors(clinic)
    times = await house.free_times(anna, child.id, petrova)
    first = await house.book(anna, child.id, times[0])
    second = await house.book(anna, other.id, times[1])
    await house.book(tamara.person, own.id, times[2])
    await house.services.booking.move(anna, first.id, times[3].id)
    await house.services.mine.cancel(anna, second.id)
    at_kim = await house.free_times(anna, child.id, kim)
    async with house.transactions.writes() as tx:  # as the registry does it
        by_desk = await tx.appointments.add(
            other, at_kim[0], first.reason, tamara.person, house.clock(), None
        )
        await tx.appointments.move(by_desk, at_kim[1], tamara.person, house.clock(), None)
    missed = "UPDATE appointments SET state = 'no-show' WHERE id = :visit"
    await house.database.run(missed, visit=first.id)

    with said(house) as told:
        month = await house.services.months.month(irina.person, irina.post, None)

    assert month.counted == Counted(
        by_bot=3,
        by_desk=1,
        came=0,
        missed=1,
        coming=0,
        moved_by_family=1,
        moved_by_clinic=1,
        cancelled_by_family=1,
        cancelled_by_clinic=0,
    )
    assert month.counted.spared == 5
    assert (month.first.day, month.last.day, month.is_running) == (1, 30, True)
    before = await house.services.months.month(irina.person, irina.post, month.before)
    assert before.counted == Counted(*[0] * 9)
    assert before.last == month.first - timedelta(days=1)
    with pytest.raises(NotFound):
        await house.services.months.month(tamara.person, tamara.post, None)
    if kind == SQLITE:
        assert await scans(house, told) <= {"persons"}


async def scans(house: House, told: list[tuple[str, tuple[object, ...]]]) -> set[str]:
    """The tables that the counting goes through as a whole."""
    found = set()
    async with house.engines.reading.connect() as connection:
        for statement, parameters in told:
            if "appointments" in statement and statement.startswith("SELECT"):
                plan = await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                )
                found |= {hit[1] for *_, step in plan if (hit := re.match(r"SCAN (\w+)", step))}
    return found
