"""Clinics' own systems get tables; the way back leaves nothing of them, and all else as it was."""

import pytest

from bot.app import Services
from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.databases import BOTH
from tests.services.systems.fake import SETTINGS, FakeSystem, FakeSystems
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


@pytest.mark.parametrize("kind", BOTH)
async def test_systems_go_on_the_way_back_and_everything_else_stays(
    house: House, clinic: Clinic
) -> None:
    """R77, R78: over a family that waits for a clinic's own system."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    fake = FakeSystem()
    fake.give(house.clock().replace(hour=6, minute=0), 4)
    services = Services(house.transactions, house.clock, systems=FakeSystems(fake))
    await services.own_systems.connect(clinic.code, SETTINGS)
    await services.system_mirror.tick()
    petrova = next(each for each in await house.doctors(clinic) if "Петрова" in each.name)
    visit = await house.book(anna, child.id, (await house.free_times(anna, child.id, petrova))[0])
    assert visit.awaits_system
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    await go(house.database, "0054")
    assert await house.count("appointments", "state = 'pending'") == 1
    await migrate(house.database.url)

    assert await house.count("clinic_systems") == 0
    whole = await kept(house.database)
    await go(house.database, "0054")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
