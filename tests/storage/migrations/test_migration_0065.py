"""For whom a sheet names a time is noted; the way back forgets that alone."""

import pytest

from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.databases import BOTH
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


@pytest.mark.parametrize("kind", BOTH)
async def test_whom_a_sheet_names_goes_on_the_way_back(house: House, clinic: Clinic) -> None:
    """R77, R78."""
    await house.database.run("UPDATE slots SET named_for = 2")
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    before = await house.count("slots")
    await go(house.database, "0064")
    assert await house.count("slots") == before
    await migrate(house.database.url)

    assert await house.count("slots", "named_for <> 0") == 0
    whole = await kept(house.database)
    await go(house.database, "0064")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
