"""What judges times and keeps the journal is replaced over data, and back."""

import pytest
from sqlalchemy.exc import IntegrityError

from services.model.access import Access, Entry, Role
from services.model.clinic import Clinic
from services.model.ids import ChildId, PostId
from storage.database.migrate import migrate
from tests.conftest import MONDAY_7_AM, House
from tests.databases import BOTH
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, look

AGAIN = (
    "INSERT INTO slots (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn,"
    " reasons) SELECT clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn,"
    " reasons FROM slots WHERE id = (SELECT min(id) FROM slots WHERE open)"
)


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_times_and_journal_are_judged_on_either_side(house: House, clinic: Clinic) -> None:
    """R02, R39, R78: rows stay as they are on the way down and up; no time is there twice and no
    record is changed, before and after."""
    entry = Entry(PostId(1), Role.REGISTRAR, Access.VISIT, ChildId(1), None, MONDAY_7_AM)
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, [entry, entry])
    await house.engines.dispose()
    database = house.database
    await go(database, "0018")
    await migrate(database.url)  # so that what later migrations fill in is there before, too
    shape = await look(database, tables_of), await look(database, judges)
    rows = await database.dump()

    for revision in ("0019", "0025", "head"):
        await go(database, revision)
        with pytest.raises(IntegrityError, match="no_overlap_slots"):
            await database.run(AGAIN)
        with pytest.raises(IntegrityError, match="append_only"):
            await database.run("DELETE FROM access_records")
    assert await database.dump() == rows
    assert (await look(database, tables_of), await look(database, judges)) == shape
