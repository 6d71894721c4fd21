"""Who asked to be erased is kept from here on, and never under the same number twice."""

import pytest
from sqlalchemy.exc import IntegrityError

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.storage.migrations.test_migrations import go

ASKED = (
    "INSERT INTO erasures (person_id, asked_at, due_at, children)"
    " VALUES (:person, '2026-11-23 04:00:00', :due, '')"
)
LATER, EARLIER = "2026-12-23 04:00:00", "2026-11-22 04:00:00"


async def test_erasures_come_and_go_over_people(house: House, clinic: Clinic) -> None:
    """R78: down and up over somebody who asked; the person stays, one erasure each, none that is
    due before it was asked for."""
    anna = await house.parent(101, clinic)
    await house.database.run(ASKED.replace(":due", f"'{LATER}'"), person=anna)
    await house.engines.dispose()
    await go(house.database, "0027")
    people = "SELECT id, telegram_id FROM persons"
    assert list(map(tuple, await house.database.rows(people))) == [(anna, 101)]
    await migrate(house.database.url)

    assert await house.count("erasures") == 0
    with pytest.raises(IntegrityError):
        await house.database.run(ASKED.replace(":due", f"'{EARLIER}'"), person=anna)
    await house.database.run(ASKED.replace(":due", f"'{LATER}'"), person=anna)
    with pytest.raises(IntegrityError):
        await house.database.run(ASKED.replace(":due", f"'{LATER}'"), person=anna)
