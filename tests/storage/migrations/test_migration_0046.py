"""Times can be kept for some from here on."""

from dataclasses import replace
from datetime import date

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor, Reserving
from storage.database.migrate import migrate
from tests.conftest import House
from tests.services.conftest import employ
from tests.storage.migrations.test_migrations import go


async def test_times_and_children_stay_on_the_way_down_and_up(house: House, clinic: Clinic) -> None:
    """R78: on the way down every time is everybody's, and whose group a child is of is forgotten;
    on the way up nothing is kept that the clinic does not ask for again."""
    entry = await house.services.profiles.entered(clinic.code)
    profile = replace(entry.profile, reserved=Reserving(infants=30))
    await house.services.profiles.enter(replace(entry, profile=profile))
    await house.services.clinics.follow()
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    tamara = await employ(house, Role.REGISTRAR, 202)
    async with house.transactions.writes() as tx:
        group = ChildGroup(clinic.id, ReservedFor.OBSERVED, date(2027, 1, 1))
        await tx.groups.put_down(child.id, group, tamara.post, house.clock())
    kept, times = await house.count("slots", "reserved_for <> 0"), await house.count("slots")
    assert kept
    await house.engines.dispose()
    await go(house.database, "0043")

    await migrate(house.database.url)

    assert await house.count("slots") == times
    assert await house.count("slots", "reserved_for <> 0 OR released_at IS NOT NULL") == 0
    assert await house.count("child_groups") == 0
    assert await house.count("children") == 1
    await house.services.clinics.refresh_schedules()
    assert await house.count("slots", "reserved_for <> 0") == kept
