"""Who took a file for the calendar is known from here on."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go


async def test_visits_stay_on_the_way_back_and_are_in_no_calendar_anew(
    house: House, clinic: Clinic
) -> None:
    """R24, R78: down and up again over a visit whose file was taken; that is one tap to repeat."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [slot, *_] = await house.free_times(anna, child.id, (await house.doctors(clinic))[1])
    visit = await house.book(anna, child.id, slot)
    await house.services.mine.calendar_file(anna, visit.id)
    assert await house.count("calendar_files") == 1
    await house.engines.dispose()
    await go(house.database, "0038")

    await migrate(house.database.url)

    assert await house.count("appointments", "state = 'booked'") == 1
    assert await house.count("calendar_files") == 0
