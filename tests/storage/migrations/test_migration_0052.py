"""A parent says of which group a child is from here on."""

from datetime import date

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.reserved.groups import ChildGroup, GroupClaim
from services.model.reserved.times import ReservedFor
from storage.database.migrate import migrate
from tests.conftest import House
from tests.services.conftest import employ
from tests.storage.migrations.test_migrations import go


async def test_what_the_registry_put_down_stays_on_the_way_down_and_up(
    house: House, clinic: Clinic
) -> None:
    """R78: the version before would not know of whom a claim is: it is said anew."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    tamara = await employ(house, Role.REGISTRAR, 202)
    until = date(2027, 1, 1)
    observed = ChildGroup(clinic.id, ReservedFor.OBSERVED, until)
    async with house.transactions.writes() as tx:
        await tx.groups.put_down(child.id, observed, tamara.post, house.clock())
        claim = GroupClaim(clinic.id, ReservedFor.DISABLED, until)
        await tx.groups.claim(child.id, claim, None, house.clock())
    await house.engines.dispose()
    await go(house.database, "0050")
    assert await house.count("child_groups") == 1

    await migrate(house.database.url)

    async with house.transactions.reads() as tx:
        [read] = await tx.families.children(anna)
        assert await tx.groups.claims(child.id, clinic.id, date(2026, 11, 24)) == []
    assert read.groups == (observed,)
