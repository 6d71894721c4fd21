"""Ромашка with a system of its own, and people who chat with its bot."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from aiogram.utils.i18n import I18n

from bot.telegram.pacing import Pace
from bot.telegram.sending import TelegramNotifier
from services.model.clinic import Clinic
from services.model.systems.values import ForeignHold, ForeignSlot, ForeignVisit, Patient
from tests.chat.conftest import Chat, World, come, register, world_over
from tests.conftest import House
from tests.services.systems.conftest import practice_of
from tests.services.systems.fake import FakeSystem


@dataclass
class SlowSystem(FakeSystem):
    """It answers a booking when it is let."""

    lets: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.lets.set()

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        await self.lets.wait()
        return await FakeSystem.book(self, what, patient, key)


@dataclass
class Practice:
    """The clinic's system, the bot's clock, and the jobs that go on by themselves."""

    house: House
    clinic: Clinic
    fake: SlowSystem
    world: World
    notifier: TelegramNotifier

    async def go_on(self, rounds: int = 3, *, seconds: int = 10) -> None:
        """Time goes by: what waits is carried out, and what is due is told."""
        for _ in range(rounds):
            await self.house.services.system_errands.tick()
            await self.house.services.notices.tell_due(self.notifier)
            self.house.clock.forward(seconds=seconds)

    async def read(self, *, minutes: int = 0) -> None:
        """So much later the system is read, or is not there."""
        self.house.clock.forward(minutes=minutes)
        await self.house.services.system_mirror.read(self.clinic.id)


@pytest.fixture
async def practice(house: House, clinic: Clinic, i18n: I18n) -> AsyncIterator[Practice]:
    fake = SlowSystem()
    house = replace(house, services=(await practice_of(house, clinic, fake)).services)
    async with world_over(house, i18n) as world:
        note = house.services.corrections.note
        notifier = TelegramNotifier(world.bot, i18n, Pace(1000, private_rest=0), note)
        yield Practice(house, clinic, fake, world, notifier)


@pytest.fixture
async def mother(practice: Practice) -> Chat:
    return await register(come(practice.world, 101, "Анна"))
