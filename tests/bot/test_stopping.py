"""A stop where the database does not answer: nobody waits for it for long."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app import Services
from bot.clock import now
from bot.serving import _finish_sending, _write_down
from services.messages.correcting import Corrections
from services.messages.sending import LAST_WORD, Notices
from services.model.ids import AppointmentId, SlotId
from services.model.messages import Spoken
from services.ports.transaction import StorageUnavailable, Transactions
from services.runtime.use_case import finish_use_cases

SOON = 3 * LAST_WORD
"""Seconds in which all of it is over, on a busy machine, too."""


class Silent:
    """A database behind a network that took the question and brings no answer."""

    def __init__(self) -> None:
        self.asked = 0
        self.gone = asyncio.Event()
        """The network says at last that nobody is there."""

    def writes(self) -> "Silent":
        return self

    async def __aenter__(self) -> None:
        self.asked += 1
        await self.gone.wait()
        raise StorageUnavailable

    async def __aexit__(self, *_failed: object) -> None:
        """Nobody comes in."""


@pytest.fixture
async def silent() -> AsyncIterator[Silent]:
    silent = Silent()
    yield silent
    silent.gone.set()
    await finish_use_cases()


async def test_who_sends_waits_a_moment_for_the_lead_to_be_given_back(silent: Silent) -> None:
    """R42: it ends by itself."""
    notices = Notices(cast("Transactions", silent), now)
    async with asyncio.timeout(SOON):
        await notices.finish()
    assert silent.asked == 1


async def test_a_stop_waits_a_moment_for_what_is_to_be_written_down(silent: Silent) -> None:
    """R42: nothing hangs on it; who has asked once does not ask, and wait, again."""
    transactions = cast("Transactions", silent)
    corrections = Corrections(transactions, now)
    corrections.note([Spoken(101, 7, AppointmentId(1), SlotId(1))])
    parts = SimpleNamespace(notices=Notices(transactions, now), corrections=corrections)
    services = cast("Services", parts)
    stopping = asyncio.Event()
    finishing = asyncio.create_task(_finish_sending(stopping, services))
    stopping.set()
    async with asyncio.timeout(SOON):
        await finishing
        await _write_down(services)
    assert silent.asked == 2
