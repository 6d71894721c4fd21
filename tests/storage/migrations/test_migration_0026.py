"""Which clinics' reminders are still to be planned anew is kept from here on."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_what_was_to_be_planned_anew_is_given_up_on_the_way_back(
    house: House, clinic: Clinic
) -> None:
    """R21, R78: the version before plans them at once; up again, a clinic can be noted as before,
    and what is planned already stays planned."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [slot, *_] = await house.free_times(anna, child.id, (await house.doctors(clinic))[1])
    await house.book(anna, child.id, slot)
    async with house.transactions.writes() as tx:
        await tx.notifications.replan_from(clinic.id, house.clock())
    planned = await house.count("notifications")
    await house.engines.dispose()
    await go(house.database, "0025")
    await migrate(house.database.url)

    assert await house.count("notifications") == planned
    async with house.transactions.writes() as tx:
        assert await tx.notifications.to_replan() == []
        await tx.notifications.replan_from(clinic.id, house.clock())
    async with house.transactions.reads() as tx:
        assert await tx.notifications.to_replan() == [clinic.id]
