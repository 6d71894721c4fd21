"""Where the benchmark is run: a clinic in a database of some size, and a family in it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import URL, event

from bot.app import Services
from services.clinic.opening import NewDistrict, NewDoctor
from services.model.clinic import Clinic, Doctor
from services.model.ids import PersonId
from services.model.people import Child
from services.model.slots import Wish
from services.visits.search import look
from storage.database.engines import open_engines
from storage.database.migrate import migrate
from storage.database.sqlite import PRAGMAS
from storage.database.transaction import StoredTransactions
from storage.database.urls import is_sqlite, read_url
from tests.bench import filling_postgresql
from tests.bench.filling import Size, fill
from tests.conftest import CONSENT, ROMASHKA, House, StillClock, need
from tests.databases import Database

Statement = tuple[str, tuple[object, ...]]


@dataclass(frozen=True)
class Place:
    """A filled house, and a parent whose child has one visit ahead, not with the own doctor."""

    house: House
    clinic: Clinic
    doctor: Doctor
    """The child's own."""
    parent: PersonId
    child: Child
    wish: Wish
    day: date
    """In the middle of the horizon."""
    newcomer: PersonId
    """A parent whose child has neither a district nor any visit."""

    @contextmanager
    def statements(self) -> Iterator[list[Statement]]:
        """What the house asks the database meanwhile."""
        said: list[Statement] = []

        def listen(*about: object) -> None:
            _, _, statement, parameters, *_ = about
            if not str(statement).startswith("BEGIN"):
                said.append((str(statement), parameters))  # type: ignore[arg-type]

        engines = [self.house.engines.reading.sync_engine, self.house.engines.writing.sync_engine]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", listen)
        yield said
        for engine in engines:
            event.remove(engine, "before_cursor_execute", listen)

    @contextmanager
    def plainly(self) -> Iterator[sqlite3.Connection]:
        """A connection of the plain driver that is set like the house's reading ones."""
        database = self.house.database.file
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            for name, value in {**PRAGMAS, "query_only": "1"}.items():
                connection.execute(f"PRAGMA {name} = {value}")
            yield connection


@asynccontextmanager
async def a_place(database: Path, size: Size) -> AsyncIterator[Place]:
    """Make a database of this size by the real migrations, and let a family move in."""
    async with place_at(read_url(f"sqlite+aiosqlite:///{database}"), size) as place:
        yield place


@asynccontextmanager
async def place_at(url: URL, size: Size) -> AsyncIterator[Place]:
    """The same in a database of either kind."""
    await migrate(url)
    clock = StillClock()
    engines = open_engines(url)
    transactions = StoredTransactions(engines, clock)
    house = House(Services(transactions, clock), transactions, engines, clock, Database(url))
    try:
        await _fill(house, size)
        yield await _move_in(house)
    finally:
        await engines.dispose()


async def _fill(house: House, size: Size) -> None:
    profile = replace(ROMASHKA, horizon_days=size.ahead)
    clinics = {}
    for number in range(1 + size.others):
        doctors = [
            NewDoctor(f"Доктор {n:02}", str(n), [], [NewDistrict(f"{n}", [])] if n == 1 else [])
            for n in range(1, size.doctors + 1)
        ]
        clinic = await house.services.clinics.open(
            replace(profile, code=f"clinic-{number}"), CONSENT, doctors
        )
        clinics[clinic.id] = [doctor.id for doctor in await house.doctors(clinic)]
    today = house.clock().astimezone(profile.zone).date()
    if not is_sqlite(house.database.url):
        engine = house.engines.writing
        await filling_postgresql.fill(engine, size, clinics, today, profile.zone)
        return
    await house.engines.dispose()  # so that the file is nobody else's
    await asyncio.to_thread(fill, house.database.file, size, clinics, today, profile.zone)


async def _move_in(house: House) -> Place:
    """A family of the first doctor's district, with a visit to the second one."""
    async with house.transactions.reads() as tx:
        clinic = (await tx.clinics.all())[0]
        [district] = await tx.districts.of_clinic(clinic.id)
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    await house.services.children.choose_district(parent, child.id, district.id)
    [own, other, *_] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(parent, child.id, other)
    await house.book(parent, child.id, slot)
    async with house.transactions.reads() as tx:
        search, *_, wish = await look(tx, parent, need(child.id), clinic, house.clock())
    day = search.now.astimezone(clinic.zone).date() + timedelta(days=clinic.horizon_days // 2)
    newcomer = await house.parent(102, clinic)
    await house.child(newcomer)
    return Place(house, clinic, own, parent, search.child, wish, day, newcomer)
