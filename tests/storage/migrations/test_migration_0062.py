"""What who waits has seen is noted; the way back leaves nothing of it, and the list as it was."""

from datetime import timedelta

import pytest

from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.settings.visit_kinds import KindKey
from services.model.waitlist.waits import WaitWish
from storage.database.migrate import migrate
from tests.conftest import House
from tests.databases import BOTH
from tests.storage.files import judges, tables_of
from tests.storage.migrations.test_migrations import go, kept, look


@pytest.mark.parametrize("kind", BOTH)
async def test_what_was_seen_goes_on_the_way_back_and_who_waits_stays(
    house: House, clinic: Clinic
) -> None:
    """R77, R78."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    today = clinic.today(house.clock())
    wish = WaitWish([child.id], KindKey(USUAL), today, today + timedelta(days=1))
    await house.services.waitlist.join(anna, clinic.id, wish, has_looked=True)
    assert await house.count("wait_seen") > 0
    await house.engines.dispose()
    shape = await look(house.database, tables_of), await look(house.database, judges)
    await go(house.database, "0060")
    assert await house.count("waits", "state = 'waiting'") == 1
    await migrate(house.database.url)

    assert await house.count("wait_seen") == 0
    whole = await kept(house.database)
    await go(house.database, "0060")
    await migrate(house.database.url)
    assert await kept(house.database) == whole
    assert (await look(house.database, tables_of), await look(house.database, judges)) == shape
