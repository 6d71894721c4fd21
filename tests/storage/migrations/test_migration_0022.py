"""What is outside the hours is marked beside today's data, and the version before goes on."""

import pytest

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.databases import BOTH
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, look


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_times_and_visits_outlive_both_ways(house: House, clinic: Clinic) -> None:
    """R78: over a family with a visit; the version before books on, and names no new column."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [doctor, *_] = await house.doctors(clinic)
    slot, other, *_ = await house.free_times(anna, child.id, doctor)
    await house.book(anna, child.id, slot)
    await house.engines.dispose()
    database = house.database
    await database.run("UPDATE appointments SET kept_outside = 0")
    await database.run("UPDATE slots SET outside = true WHERE id = :id", id=slot.id)
    shape = await look(database, tables_of), await look(database, judges)
    count = await database.rows("SELECT count(*) FROM slots")
    await go(database, "0019")
    await migrate(database.url)

    [(kept,)] = await database.rows("SELECT kept_outside FROM appointments")
    [(marked,)] = await database.rows("SELECT count(*) FROM slots WHERE outside")
    assert (kept, marked) == (None, 0)
    assert await database.rows("SELECT count(*) FROM slots") == count
    assert (await look(database, tables_of), await look(database, judges)) == shape
    columns = "clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn, reasons"
    await database.run(
        f"INSERT INTO slots ({columns}) SELECT clinic_id, doctor_id, starts_at, ends_at, day,"  # noqa: S608
        f" 'extra', false, false, 0 FROM slots WHERE id = {other.id}"
    )
    [(marked,)] = await database.rows("SELECT count(*) FROM slots WHERE outside")
    assert marked == 0
