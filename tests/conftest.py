"""A whole house for a test: a database of its own, a clock that stands still, a clinic."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from bot.deferred import load_aiogram

load_aiogram()  # as the bot does: each worker of the tests begins in half the time

from bot.app import Services
from services.clinic.opening import NewDoctor
from services.families.home import USUAL
from services.model.clinic import Clinic, ClinicProfile, Doctor, Hours
from services.model.consents import Purpose
from services.model.ids import AppointmentId, ChildId, PersonId
from services.model.people import Child, Language
from services.model.schedule import Reception, ScheduleRule
from services.model.slots import Slot
from services.model.visits import Appointment, Need
from storage.care.ciphers import Ciphers
from storage.database.engines import Engines
from storage.database.transaction import StoredTransactions
from tests import playing
from tests.chances import so_often
from tests.correlation import correlation_watched
from tests.databases import (
    SQLITE,
    Database,
    Shelves,
    close_postgresql_server,
    folder_of_a_server,
    quick_place,
)
from tests.engines import engines_of
from tests.playing import scenery
from tests.stages import Stage, stage_of
from tests.told_once import left_out

# No test is about how quick a machine is.
settings.register_profile("house", deadline=None, max_examples=so_often(100))
settings.load_profile("house")

MONDAY_7_AM = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""Monday, 7:00 on the wall in Moscow."""

ROMASHKA = ClinicProfile(
    code="romashka",
    name="Клиника «Ромашка»",
    zone=ZoneInfo("Europe/Moscow"),
    address="ул. Садовая, 7",
    phone="+7 495 000-00-01",
    home_call_phone="+7 495 000-00-02",
    home_call_hours="7:30–12:00",
    ill_words="Вызовите врача на дом.",
    ill_words_signed_by="Петрова А. С.",
)
SEVERYANKA = replace(
    ROMASHKA,
    code="severyanka",
    name="Клиника «Северянка»",
    zone=ZoneInfo("Asia/Yekaterinburg"),
    address="пр. Мира, 21",
    phone="+7 343 000-00-01",
)
CONSENT = {Purpose.PROCESSING: "Согласие на обработку данных."}
CONSENTS = CONSENT | {
    Purpose.REMINDERS: "Согласие на напоминания.",
    Purpose.NEWS: "Согласие на новости.",
    Purpose.CHECK_UPS: "Согласие на приглашения.",
    Purpose.PHONE_TO_CLINIC: "Согласие на передачу телефона.",
}
"""Of a clinic that asks for more than what booking needs."""


KEY = bytes(range(32))
CIPHERS = Ciphers([KEY])
"""Of a house that keeps phone numbers."""


@dataclass
class StillClock:
    """Tells the time it was set to."""

    now: datetime = MONDAY_7_AM

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def weekly(starts: time = time(9), ends: time = time(12), minutes: int = 15) -> list[ScheduleRule]:
    """Receives on every weekday; valid since long ago."""
    reception = Reception(Hours(starts, ends), timedelta(minutes=minutes))
    return [ScheduleRule(reception, date(2020, 1, 1), weekdays=frozenset(range(5)))]


PETROVA = NewDoctor("Петрова Анна Сергеевна", "12", weekly())
KIM = NewDoctor("Ким Олег Викторович", "14", weekly(time(9, 10), time(12), 20))


def need(child: ChildId, moves: AppointmentId | None = None) -> Need:
    """A visit for the usual reason."""
    return Need(child, USUAL, moves)


@dataclass(frozen=True)
class House:
    """The services over a database, and shortcuts to what stories begin with."""

    services: Services
    transactions: StoredTransactions
    engines: Engines
    clock: StillClock
    database: Database

    async def parent(self, telegram_id: int, *clinics: Clinic) -> PersonId:
        """A person who has consented to these clinics."""
        person = await self.services.families.meet(telegram_id, Language.RUSSIAN)
        for clinic in clinics:
            await self.services.families.consent(person.id, clinic.id, version=1)
        return person.id

    async def child(self, parent: PersonId, name: str = "Миша", born: str = "12.03.2024") -> Child:
        """A child in the parent's care, named the way the chat does it."""
        async with self.transactions.writes() as tx:
            year, month, day = (int(part) for part in reversed(born.split(".")))
            return await tx.families.add_child(
                name, date(year, month, day), cared_for_by=parent, since=self.clock()
            )

    async def doctors(self, clinic: Clinic) -> list[Doctor]:
        async with self.transactions.reads() as tx:
            return await tx.clinics.doctors(clinic.id)

    async def free_times(self, parent: PersonId, child: ChildId, doctor: Doctor) -> list[Slot]:
        """The doctor's times on the nearest day."""
        times = self.services.times
        days = await times.days(parent, need(child), doctor.id)
        return list((await times.day(parent, need(child), doctor.id, days.free[0])).slots)

    async def book(self, parent: PersonId, child: ChildId, slot: Slot) -> Appointment:
        """Book a time as the chat would."""
        return (await self.services.booking.book(parent, need(child), slot.id)).visit

    async def answered(self, parent: PersonId, visit: Appointment) -> None:
        """The chat showed how their visit stands, and that was written down."""
        self.services.corrections.answered(parent, visit)
        await self.services.corrections.write_down()

    async def count(self, table: str, where: str = "1 = 1") -> int:
        """How many rows a table has, asked in SQL."""
        async with self.engines.reading.connect() as connection:
            query = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608 - the tests' own
            return int((await connection.exec_driver_sql(query)).scalar_one())


SERVER = pytest.StashKey[Path]()
"""Where the PostgreSQL is that all workers share."""


def pytest_configure(config: pytest.Config) -> None:
    """Whoever is asked to run the tests says where their databases are, and in the end, however it
    comes, closes the server that its workers may have started: by then they are gone."""
    if given := getattr(config, "workerinput", None):
        config.stash[SERVER] = Path(given["server"])
        return
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", quick_place())
    config.stash[SERVER] = folder_of_a_server(quick_place())
    config.add_cleanup(partial(close_postgresql_server, config.stash[SERVER]))
    # Told to stop, as by a timeout, it leaves no more behind than after Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["server"] = str(node.config.stash[SERVER])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    out = left_out(items)
    if out:
        config.hook.pytest_deselected(items=[*out])
        items[:] = [item for item in items if item not in out]


def pytest_collection_finish() -> None:
    """What is imported stays: to look through it for garbage took a sixth of the tests' time. And
    what tests make is mostly gone by itself when they end: there is seldom any to be found."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def correlation() -> Iterator[None]:
    with correlation_watched():
        yield


LOOP = pytest.StashKey[asyncio.AbstractEventLoop]()
"""In which all tests of this process run."""


@pytest.fixture(scope="session", autouse=True)
@scenery
async def loop(pytestconfig: pytest.Config) -> None:
    pytestconfig.stash[LOOP] = asyncio.get_running_loop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """What a test began ends with it: what went on would meddle with the tests after it."""
    try:
        yield
    finally:
        left = left_in(item.config.stash[LOOP])
    if left:
        pytest.fail(f"goes on after the test: {', '.join(left)}", pytrace=False)


def left_in(loop: asyncio.AbstractEventLoop) -> list[str]:
    """The tasks that were there still; they are cancelled."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    return sorted(getattr(task.get_coro(), "__qualname__", repr(task)) for task in tasks)


@pytest.fixture(scope="session")
def shelves(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Shelves:
    """Where databases come from; a server is started when the first one is wanted."""
    return Shelves(tmp_path_factory.mktemp, pytestconfig.stash[SERVER])


@pytest.fixture
def kind() -> str:
    """Which database a story is told on. Overridden by `BOTH` where it must hold on both."""
    return SQLITE


@pytest.fixture
@scenery
async def database(
    request: pytest.FixtureRequest, shelves: Shelves, kind: str
) -> AsyncIterator[Database]:
    """A migrated database of this test alone; without a row, unless its clinic is asked for."""
    first = await first_stage(shelves, kind, opened="clinic" in request.fixturenames)
    play, database = await playing.begin(request.node, first)
    yield database
    await playing.end(play, database)


async def first_stage(shelves: Shelves, kind: str, *, opened: bool) -> Stage:
    """What a test begins with."""
    if (kind, opened) not in _first:
        template = await (with_clinic(shelves, kind) if opened else shelves.empty(kind))
        _first[kind, opened] = await stage_of(shelves, kind, template)
    return _first[kind, opened]


_first: dict[tuple[str, bool], Stage] = {}


async def with_clinic(shelves: Shelves, kind: str) -> Database:
    """A database to be copied: opening a clinic anew for each test took a third of their time."""
    if kind not in shelves.opened:
        shelves.opened[kind] = await shelves.of(kind).copy(await shelves.empty(kind))
        async with house_over(shelves.opened[kind], StillClock()) as house:
            await house.services.clinics.open(ROMASHKA, CONSENT, [PETROVA, KIM])
    return shelves.opened[kind]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@asynccontextmanager
async def house_over(
    database: Database, clock: StillClock, ciphers: Ciphers | None = CIPHERS
) -> AsyncIterator[House]:
    """The services over a migrated database, with engines of their own; then nobody has it open."""
    async with engines_of(database) as engines:
        try:
            yield _built(engines, database, clock, ciphers)
        finally:
            await engines.dispose()


def _built(
    engines: Engines, database: Database, clock: StillClock, ciphers: Ciphers | None
) -> House:
    transactions = StoredTransactions(engines, clock, ciphers=ciphers)
    return House(Services(transactions, clock), transactions, engines, clock, database)


@pytest.fixture
@scenery
async def house(database: Database, clock: StillClock) -> AsyncIterator[House]:
    playing.beside("clock", clock, lambda: clock.now, partial(setattr, clock, "now"))
    async with engines_of(database) as engines:
        yield _built(engines, database, clock, CIPHERS)


@pytest.fixture
@scenery
async def clinic(house: House) -> Clinic:
    """Ромашка in Moscow, with doctors Петрова and Ким."""
    async with house.transactions.reads() as tx:
        return (await tx.clinics.all())[0]
