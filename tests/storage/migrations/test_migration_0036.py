"""The journal speaks of children under numbers of its own from here on."""

from services.model.access import Access, Entry, Role
from services.model.clinic import Clinic
from services.model.ids import ChildId, PostId
from storage.database.migrate import migrate
from tests.conftest import MONDAY_7_AM, House
from tests.storage.migrations.test_migrations import go

RECORDS = "SELECT clinic_id, number, child_id, hash FROM access_records ORDER BY number"


async def test_the_journal_is_untouched_on_the_way_down_and_up(
    house: House, clinic: Clinic
) -> None:
    """R39, R78: records stay as they are, and whole; what was written under another number is not
    shown any more after the version before has been here."""
    entry = Entry(PostId(1), Role.REGISTRAR, Access.CARD, ChildId(1), None, MONDAY_7_AM)
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, [entry, entry])
    before = list(map(tuple, await house.database.rows(RECORDS)))
    await house.engines.dispose()
    await go(house.database, "0035")
    assert list(map(tuple, await house.database.rows(RECORDS))) == before
    await migrate(house.database.url)

    assert list(map(tuple, await house.database.rows(RECORDS))) == before
    [verdict] = await house.services.journal.verify()
    assert verdict.broken_at is None
    async with house.transactions.reads() as tx:
        assert await tx.journal.of_child(ChildId(1), 9) == []
