"""Ромашка with a system of its own, whose times are mirrored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Services
from services.model.clinic import Clinic
from services.model.ids import AppointmentId
from services.model.slots import Slot
from services.model.systems.values import Capabilities
from services.model.visits import Appointment
from tests.conftest import House
from tests.services.conftest import Family
from tests.services.systems.fake import SETTINGS, FakeSystem, FakeSystems

NINE = datetime(2026, 11, 23, 6, tzinfo=UTC)
"""Monday, 9:00 on the wall in Moscow."""


@dataclass
class Practice:
    """The clinic, its system, and the house that works with both."""

    house: House
    clinic: Clinic
    fake: FakeSystem
    services: Services

    async def free(self, family: Family) -> Sequence[Slot]:
        async with self.house.transactions.reads() as tx:
            petrova = next(
                each for each in await tx.clinics.doctors(self.clinic.id) if "Петрова" in each.name
            )
        return await self.house.free_times(family.parent, family.child.id, petrova)

    async def times(self, family: Family) -> list[str]:
        return [f"{slot.local_start:%H:%M}" for slot in await self.free(family)]

    async def ask(self, family: Family, at: int = 0) -> Appointment:
        """Book a time as the chat does, but for the waiting."""
        slot = (await self.free(family))[at]
        return (await self.services.booking.book(family.parent, family.need, slot.id)).visit

    async def visit(self, family: Family, visit_id: AppointmentId) -> Appointment:
        return (await self.services.mine.visit(family.parent, visit_id)).visit

    async def work(self, rounds: int = 12) -> None:
        """The worker and the mirror go on until nothing is left to do, while time goes by."""
        for _ in range(rounds):
            await self.services.system_errands.tick()
            self.house.clock.forward(seconds=20)
        await self.services.system_mirror.read(self.clinic.id)

    async def planned(self) -> list[str]:
        """What families are to be told, by kind."""
        async with self.house.engines.reading.connect() as connection:
            rows = await connection.exec_driver_sql(
                "SELECT kind FROM notifications WHERE state = 'planned' ORDER BY id"
            )
            return [row[0] for row in rows]


async def practice_of(house: House, clinic: Clinic, fake: FakeSystem) -> Practice:
    services = Services(house.transactions, house.clock, systems=FakeSystems(fake))
    fake.give(NINE, 8)
    assert await services.own_systems.connect(clinic.code, SETTINGS) == []
    assert await services.system_mirror.tick() == 1
    async with house.transactions.reads() as tx:
        return Practice(house, await tx.clinics.get(clinic.id), fake, services)


@pytest.fixture(params=["keyed", "moves", "neither"])
def capable(request: pytest.FixtureRequest) -> Capabilities:
    """Systems that keep our key, that move visits, and that do neither."""
    return {
        "keyed": Capabilities(keyed=True),
        "moves": Capabilities(move=True),
        "neither": Capabilities(),
    }[request.param]


@pytest.fixture
async def practice(house: House, clinic: Clinic) -> Practice:
    return await practice_of(house, clinic, FakeSystem())


def later(moment: datetime, minutes: int) -> datetime:
    return moment + timedelta(minutes=minutes)
