"""Fixtures of the sandbox's tests; `bot` comes twice, once through each door."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.sandbox import SandboxSession, Telegram, serve
from tests.sandbox.world import TOKEN, Api, Clock, make_telegram


class QuickSession(AiohttpSession):
    """Closes without aiogram's quarter of a second, which only TLS needs."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def telegram(clock: Clock) -> AsyncIterator[Telegram]:
    telegram = make_telegram(clock)
    yield telegram
    await telegram.close()


@pytest.fixture
async def url(telegram: Telegram) -> AsyncIterator[str]:
    """The address of a real server on a free port."""
    async with serve(telegram, "127.0.0.1", 0) as address:
        yield address


@pytest.fixture
async def api(url: str) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as http:
        yield Api(http, url)


@pytest.fixture(params=["over HTTP", "in process"])
async def bot(request: pytest.FixtureRequest, telegram: Telegram) -> AsyncIterator[Bot]:
    if request.param == "in process":
        yield Bot(TOKEN, session=SandboxSession(telegram))
        return
    async with serve(telegram, "127.0.0.1", 0) as address:
        session = QuickSession(api=TelegramAPIServer.from_base(address))
        async with Bot(TOKEN, session=session) as bot:
            yield bot
