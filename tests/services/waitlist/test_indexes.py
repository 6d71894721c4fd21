"""What the list asks each minute, and at each tap: two million times of others are not read."""

import re

from tests.conftest import House
from tests.databases import SQLITE
from tests.services.privacy.test_indexes import said
from tests.services.waitlist.conftest import List

READ_THROUGH = re.compile(r"SCAN (slots|appointments|waits|wait_children|freed_times)\b")


async def test_nobody_who_waits_has_the_others_read_through(
    waitlist: List, house: House, kind: str
) -> None:
    """R27, R74: looking once a minute, passing on, and a family's own screens. SQLite says how it
    would go about each statement."""
    if kind != SQLITE:
        return
    owner, family = await waitlist.family(), await waitlist.family()
    visit = await waitlist.taken(owner)
    with said(house) as told:
        await waitlist.waits(family)
        await house.services.mine.cancel(owner.parent, visit.id)
        await waitlist.minute()
        await house.services.mine.visits(family.parent)
        await house.services.waitlist.mine(family.parent)
    found = set()
    async with house.engines.reading.connect() as connection:
        for statement, parameters in told:
            if re.match(r"(SELECT|UPDATE|DELETE|WITH|INSERT)\b", statement):
                plan = await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                )
                found |= {step for *_, step in plan if READ_THROUGH.match(step)}
    assert found == set()
