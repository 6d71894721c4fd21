"""What a tap says to the database: a number for each step of the ways that families walk.

Whoever adds a statement sees it here. To raise a number is a decision; to lower one is welcome. One
statement for each time that is freed asks whether somebody waits for it (decision 86).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pytest

from services.model.access import Role
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
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
    "/menu": Price(6, 6, 1),
    "reasons": Price(3, 3, 1),
    "doctors": Price(6, 6, 2),
    "days": Price(4, 4, 1),
    "times": Price(4, 4, 1),
    "hold": Price(8, 9, 1),
    "confirm": Price(13, 15, 1),
    "/visits": Price(4, 4, 2),
    "visit": Price(6, 6, 1),
    "days to move to": Price(5, 5, 1),
    "times to move to": Price(5, 5, 1),
    "hold to move to": Price(8, 9, 1),
    "move": Price(20, 22, 1),
    "whether to cancel": Price(2, 2, 1),
    "cancel": Price(9, 10, 1),
    "/settings": Price(10, 10, 2),
    "/privacy": Price(7, 7, 2),
}
TOGETHER = {
    "who": Price(3, 3, 1),
    "several": Price(2, 2, 1),
    "times of two": Price(5, 5, 1),
    "days of two": Price(4, 4, 1),
    "doctors of two": Price(5, 5, 1),
    "hold two": Price(8, 10, 1),
    "book two": Price(22, 25, 1),
    "cancel two": Price(20, 22, 1),
}
AT_THE_DESK = {
    "/clinic": Price(11, 11, 1),
    "the day's list": Price(3, 3, 1),
    "Миша 12.03.2024": Price(22, 24, 2),
    "what for": Price(8, 9, 1),
    "doctors": Price(8, 11, 1),
    "times": Price(9, 11, 1),
    "time": Price(9, 10, 1),
    "book": Price(20, 23, 1),
}


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Counting:
    """Somebody whose taps are counted."""

    chat: Chat
    house: House
    found: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chat.world = replace(self.chat.world, notes=False)

    async def __call__(self, name: str, label: str = "") -> None:
        with statements(self.house) as told, transactions(self.house) as begun:
            await (self.chat.tap(label) if label else self.chat.say(name))
        counted = sum(not each.startswith(NOT_COUNTED) for each in told)
        self.found[name] = counted, len(begun)


async def test_what_a_tap_costs(anna: Chat, house: House, kind: str) -> None:
    """From home to a booked visit, to its cancelling, and what is looked at beside."""
    step = Counting(anna, house)
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
    await step("days to move to", "Перенести")
    await step("times to move to", "Завтра")
    await step("hold to move to", "10:30")
    await step("move", "Перенести")
    await house.services.corrections.write_down()
    await anna.say("/visits")
    await anna.tap("Миша")
    await step("whether to cancel", "Отменить запись")
    await step("cancel", "Отменить запись")
    await step("/settings")
    await step("/privacy")

    assert step.found == {name: price.on(kind) for name, price in PRICES.items()}


async def test_what_two_children_cost(anna: Chat, house: House, kind: str) -> None:
    """A brother and a sister: no list costs more than one child's, and both less than twice one."""
    person = await house.parent(anna.user_id)
    await house.child(person, "Даша", "01.02.2022")
    await anna.say("/menu")
    step = Counting(anna, house)
    await step("who", "Записаться")
    await step("several", "Двое или трое сразу")
    await step("times of two", "Консультация")
    await step("doctors of two", "Выбрать врача")
    await anna.tap("Петрова")
    await step("days of two", "Другой день")
    await anna.tap("Завтра")
    await step("hold two", "9:00 и 9:15")
    await step("book two", "Оба здоровы — записать")
    await anna.tap("Отменить всех")
    await step("cancel two", "Отменить всех")

    assert step.found == {name: price.on(kind) for name, price in TOGETHER.items()}


async def test_what_a_tap_at_the_desk_costs(
    anna: Chat, enter: Callable[..., Chat], house: House, kind: str
) -> None:
    """The day's list; a caller's child found and booked."""
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await tamara.say("/clinic")
    step = Counting(tamara, house)

    await step("/clinic")
    await step("the day's list", "Приём сегодня")
    await step("Миша 12.03.2024")
    await step("what for", "Записать")
    await step("doctors", "Консультация")
    await step("times", "Петрова ·")
    await step("time", "9:15")
    await step("book", "Записать")

    assert step.found == {name: price.on(kind) for name, price in AT_THE_DESK.items()}
