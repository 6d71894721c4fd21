"""One town, three ways: what became of its freed times."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.people import Child
from tests.conftest import StillClock, house_over
from tests.databases import (
    SQLITE,
    Shelves,
    close_postgresql_server,
    folder_of_a_server,
    quick_place,
)
from tests.services.conftest import employ
from tests.simulation.chance import Chance
from tests.simulation.judge import Judge
from tests.simulation.measures import Measures
from tests.simulation.ours import Ours, Post
from tests.simulation.people import DAY, Habits, Town
from tests.simulation.residents import DESK, move_in
from tests.simulation.story import Story, downtime
from tests.simulation.times import Plan, Time, times_of
from tests.simulation.ways import FirstCome, TellAll

KILLED = 0.01
"""How often a use case is killed on its way."""


@contextmanager
def quick_shelves() -> Iterator[Shelves]:
    """Databases in memory, where there is some: months are mostly writing."""
    server = folder_of_a_server(quick_place())
    with TemporaryDirectory(prefix="months-", dir=quick_place()) as folder:
        try:
            yield Shelves(lambda name: Path(mkdtemp(prefix=name, dir=folder)), server)
        finally:
            close_postgresql_server(server)


@dataclass(frozen=True, slots=True)
class World:
    """A clinic and a town, for all three ways."""

    plan: Plan
    town: Town
    times: Sequence[Time]
    clinic: Clinic
    """As a house has it; another one has the same but for its id."""


async def world(
    shelves: Shelves, plan: Plan, seed: int, weeks: int, habits: Habits | None = None
) -> World:
    town = Town(
        Chance(seed), plan.families, weeks, len(plan.doctors), plan.a_day, habits or Habits()
    )
    shelf = shelves.of(SQLITE)
    database = await shelf.copy(await shelves.empty(SQLITE))
    try:
        async with house_over(database, StillClock()) as house:
            clinic = await plan.open(house)
    finally:
        await shelf.drop(database)
    return World(plan, town, await times_of(plan, shelves), clinic)


async def simple_ways(here: World) -> list[Measures]:
    """By both of the ways that need no list."""
    return [await _simple(here, kind) for kind in (FirstCome, TellAll)]


async def _simple(here: World, kind: type[FirstCome]) -> Measures:
    clock = StillClock()
    way = kind(here.town, here.times, here.clinic, clock)
    measures = Measures(here.town, way.name)
    await Story(here.town, way, clock, measures).tell()
    return measures


async def our_way(
    shelves: Shelves, kind: str, here: World, kills: float = KILLED, days: int | None = None
) -> tuple[Measures, Ours]:
    """By the house itself over a database of a kind; it is looked after each event whether all
    holds that must."""
    async with _ours(shelves, kind, here, kills, days or 7 * here.town.weeks) as way:
        measures = Measures(here.town, f"{way.name}, {kind}")
        judge = Judge(way, await _stranger(way), downtime(here.town))
        await Story(here.town, way, way.clock, measures, judge.look).tell(days)
        measures.letters = len(measures.words)
        return measures, way


@asynccontextmanager
async def _ours(
    shelves: Shelves, kind: str, here: World, kills: float, days: int
) -> AsyncIterator[Ours]:
    shelf, clock = shelves.of(kind), StillClock()
    database = await shelf.copy(await shelves.empty(kind))
    try:
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(house_over(database, clock))
            clinic = await here.plan.open(house)
            people = await move_in(house, clinic, here.plan, here.town, clock() + days * DAY)
            desk = await employ(house, Role.REGISTRAR, DESK)
            blocked = {int(each) for each in people.blocked()}
            post = Post(here.town.chance, blocked)
            yield Ours(here.town, database, clinic, clock, people, desk, post, stack, house, kills)
    finally:
        await shelf.drop(database)


async def _stranger(way: Ours) -> tuple[PersonId, Child]:
    """Somebody who waits for nothing."""
    person = await way.house.parent(DESK + 1, way.clinic)
    return person, await way.house.child(person, "Чужой", "01.02.2018")
