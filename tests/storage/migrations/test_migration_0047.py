"""Ill children are counted, and what a doctor signs has a version and a day, from here on."""

import json

import pytest

from services.model.clinic import Clinic
from services.model.visits import IllStep
from storage.database.migrate import migrate
from tests.conftest import House
from tests.databases import BOTH
from tests.storage.migrations.test_migrations import go


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_words_that_were_signed_stay_signed(house: House, clinic: Clinic) -> None:
    """R71: on the way down the numbers go; the way up makes up neither numbers nor a day."""
    await house.services.ill_children.went_on(clinic, IllStep.SAID)
    await house.engines.dispose()
    await go(house.database, "0043")
    await migrate(house.database.url)

    assert await house.count("ill_counts") == 0
    there = await house.services.profiles.clinic("romashka")
    assert there.signed_ill_words == clinic.ill_words
    assert (there.ill_words_version, there.ill_words_signed_on) == (0, None)
    assert there.ill_words_are_due(there.today(house.clock()))
    [(kept,)] = await house.database.rows("SELECT settings FROM clinics")
    kept = json.loads(kept) if isinstance(kept, str) else kept
    assert "ill_words_signed_on" not in kept or kept["ill_words_signed_on"] == ""
