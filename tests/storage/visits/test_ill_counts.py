"""Children who are ill, as numbers of a day."""

import asyncio
from datetime import date, timedelta

import pytest

from services.model.clinic import Clinic
from services.model.privacy.retention import USUAL, Kept
from services.model.visits import IllDay, IllStep
from tests.conftest import House
from tests.databases import BOTH

TODAY = date(2026, 11, 23)


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_each_counts_once_whoever_is_first(house: House, clinic: Clinic) -> None:
    """Several families at the same moment, none of them counted yet that day."""
    ill = house.services.ill_children
    await asyncio.gather(*(ill.went_on(clinic, IllStep.SAID) for _ in range(8)))
    await ill.went_on(clinic, IllStep.TIME)

    async with house.transactions.reads() as tx:
        assert await tx.ill_counts.days(clinic.id, TODAY, TODAY) == [
            IllDay(TODAY, {IllStep.SAID: 8, IllStep.TIME: 1})
        ]
        assert await tx.ill_counts.days(clinic.id, TODAY - timedelta(days=7), date.min) == []


async def test_a_year_later_the_number_is_forgotten(house: House, clinic: Clinic) -> None:
    """R31: a day after its life, and not before."""
    await house.services.ill_children.went_on(clinic, IllStep.SAID)
    life = USUAL[Kept.ILL_COUNTS]
    assert life
    house.clock.now += life
    assert await house.services.retention.forget(Kept.ILL_COUNTS) == 0
    house.clock.now += timedelta(days=1)
    assert await house.services.retention.forget(Kept.ILL_COUNTS) == 1
    assert await house.count("ill_counts") == 0
