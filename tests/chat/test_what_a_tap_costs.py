"""What a tap says to the database: a number for each step of the ways that families walk.

Whoever adds a statement sees it here. To raise a number is a decision; to lower one is welcome.
"""

from typing import NamedTuple

import pytest

from tests.chat.conftest import Chat
from tests.conftest import House
from tests.databases import BOTH, SQLITE
from tests.statements import statements, transactions

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Price(NamedTuple):
    """SELECT, INSERT, UPDATE and DELETE; on PostgreSQL, where rows are locked, by statements."""

    sqlite: int
    postgresql: int
    transactions: int

    def on(self, kind: str) -> tuple[int, int]:
        """Statements and transactions."""
        return (self.sqlite if kind == SQLITE else self.postgresql), self.transactions


PRICES = {
    "/menu": Price(12, 12, 1),
    "reasons": Price(4, 4, 1),
    "doctors": Price(11, 11, 2),
    "days": Price(6, 6, 1),
    "times": Price(6, 6, 1),
    "hold": Price(12, 13, 1),
    "confirm": Price(20, 22, 1),
    "/visits": Price(6, 6, 2),
    "visit": Price(6, 6, 1),
    "whether to cancel": Price(2, 2, 1),
    "cancel": Price(11, 12, 1),
    "/settings": Price(10, 10, 2),
    "/privacy": Price(7, 7, 2),
}


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_a_tap_costs(anna: Chat, house: House, kind: str) -> None:
    """From home to a booked visit, to its cancelling, and what is looked at beside."""
    found: dict[str, tuple[int, int]] = {}

    async def step(name: str, label: str = "") -> None:
        with statements(house) as told, transactions(house) as begun:
            await (anna.tap(label) if label else anna.say(name))
        counted = sum(not each.startswith(NOT_COUNTED) for each in told)
        found[name] = counted, len(begun)

    await step("/menu")
    await step("reasons", "Записаться")
    await step("doctors", "Консультация")
    await step("days", "Петрова")
    await step("times", "Завтра")
    await step("hold", "9:15")
    await step("confirm", "Не болеет — записать")
    await house.services.corrections.write_down()  # as every ten seconds
    await step("/visits")
    await step("visit", "Миша")
    await step("whether to cancel", "Отменить запись")
    await step("cancel", "Отменить запись")
    await step("/settings")
    await step("/privacy")

    assert found == {name: price.on(kind) for name, price in PRICES.items()}
