"""What a tap says to the database: a number for each step of the ways that families walk.

Whoever adds a statement sees it here. To raise a number is a decision; to lower one is welcome.
"""

import pytest

from tests.chat.conftest import Chat
from tests.conftest import House
from tests.databases import BOTH, POSTGRESQL, SQLITE
from tests.statements import statements

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
PRICES = {
    "/menu": {SQLITE: 12, POSTGRESQL: 13},
    "reasons": {SQLITE: 4, POSTGRESQL: 4},
    "doctors": {SQLITE: 11, POSTGRESQL: 11},
    "days": {SQLITE: 6, POSTGRESQL: 6},
    "times": {SQLITE: 6, POSTGRESQL: 6},
    "hold": {SQLITE: 12, POSTGRESQL: 14},
    "confirm": {SQLITE: 21, POSTGRESQL: 24},
    "/visits": {SQLITE: 6, POSTGRESQL: 7},
    "visit": {SQLITE: 6, POSTGRESQL: 6},
    "whether to cancel": {SQLITE: 2, POSTGRESQL: 2},
    "cancel": {SQLITE: 11, POSTGRESQL: 13},
    "/settings": {SQLITE: 10, POSTGRESQL: 11},
    "/privacy": {SQLITE: 7, POSTGRESQL: 8},
}
"""SELECT, INSERT, UPDATE and DELETE; on PostgreSQL, where rows are locked, by statements."""


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_a_tap_costs(anna: Chat, house: House, kind: str) -> None:
    """From home to a booked visit, to its cancelling, and what is looked at beside."""
    found: dict[str, int] = {}

    async def step(name: str, label: str = "") -> None:
        with statements(house) as told:
            await (anna.tap(label) if label else anna.say(name))
        found[name] = sum(not each.startswith(NOT_COUNTED) for each in told)

    await step("/menu")
    await step("reasons", "Записаться")
    await step("doctors", "Консультация")
    await step("days", "Петрова")
    await step("times", "Завтра")
    await step("hold", "9:15")
    await step("confirm", "Не болеет — записать")
    await step("/visits")
    await step("visit", "Миша")
    await step("whether to cancel", "Отменить запись")
    await step("cancel", "Отменить запись")
    await step("/settings")
    await step("/privacy")

    assert found == {name: prices[kind] for name, prices in PRICES.items()}
