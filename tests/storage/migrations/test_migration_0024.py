"""What stays in chats is known from here on; the version before knows nothing of it."""

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go

SPOKEN = (
    "INSERT INTO spoken (person_id, message_id, appointment_id, slot_id)"
    " VALUES (:person, 77, :visit, :slot)"
)


async def test_messages_are_forgotten_on_the_way_back_and_visits_stay(
    house: House, clinic: Clinic
) -> None:
    """R62, R78: down and up again over a visit that a message in a chat speaks of."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [slot, *_] = await house.free_times(anna, child.id, (await house.doctors(clinic))[1])
    visit = await house.book(anna, child.id, slot)
    await house.database.run(SPOKEN, person=anna, visit=visit.id, slot=slot.id)
    await house.engines.dispose()
    await go(house.database, "0023")
    visits = "SELECT id, slot_id, state FROM appointments"
    assert list(map(tuple, await house.database.rows(visits))) == [(visit.id, slot.id, "booked")]

    await migrate(house.database.url)

    assert list(map(tuple, await house.database.rows(visits))) == [(visit.id, slot.id, "booked")]
    assert await house.count("spoken") == 0
    await house.database.run(SPOKEN, person=anna, visit=visit.id, slot=slot.id)
