"""How far times have followed their clinic is known from here on."""

from dataclasses import replace

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_a_clinic_s_times_are_made_with_the_next_look_after_the_way_back(
    house: House, clinic: Clinic
) -> None:
    """R78: down and up again in the middle of a longer horizon; the hourly look makes the rest."""
    profiles = house.services.profiles
    entry = await profiles.entered("romashka")
    await profiles.enter(replace(entry, profile=replace(entry.profile, horizon_days=28)))
    before = await house.count("slots")
    await house.engines.dispose()
    await go(house.database, "0040")

    await migrate(house.database.url)

    assert await house.count("slots") == before
    assert await house.services.clinics.follow() == 0
    assert await house.services.clinics.refresh_schedules() > 0
    assert not (await profiles.clinic("romashka")).times_apart
