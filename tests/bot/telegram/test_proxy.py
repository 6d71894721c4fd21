"""Telegram where it can be reached through a proxy alone."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiogram.exceptions import TelegramNetworkError

from bot.app import build_bot, build_session
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.settings import Settings
from bot.telegram.errors import describe, is_transient
from tests.bot.commands.running import start
from tests.proxies import PASSWORD, Kind, proxy

TOKEN = "4200000:token-behind-a-proxy"
NOWHERE = "http://telegram.invalid:8081"
"""A name that nobody can look up: whoever gets there was led by the proxy."""
KINDS: list[Kind] = ["http", "socks5"]


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram(token=TOKEN)
    telegram.add_user(1, "Анна")
    yield telegram
    await telegram.close()


@pytest.fixture
async def port(telegram: Telegram) -> AsyncIterator[int]:
    """Where that Telegram is, for those who know."""
    async with serve(telegram, "127.0.0.1", 0) as address:
        yield urlsplit(address).port or 0


def settings(through: str) -> Settings:
    return Settings(_env_file=None, telegram_api_base=NOWHERE, telegram_proxy=through)


@pytest.mark.parametrize("kind", KINDS)
async def test_telegram_is_reached_through_the_proxy_alone(kind: Kind, port: int) -> None:
    """Every request goes through the proxy, which looks the name up: no direct connection."""
    async with proxy(kind, port) as way:
        bot = build_bot(TOKEN, build_session(settings(way.address())))
        async with bot.session:
            assert (await bot.me()).is_bot
            assert not (await bot.get_webhook_info()).url

    assert set(way.wanted) == {"telegram.invalid:8081"}


@pytest.mark.parametrize("kind", KINDS)
async def test_without_the_proxy_nobody_gets_there(kind: Kind, port: int) -> None:
    """The tests around this one can fail: Telegram's name leads nowhere by itself."""
    direct = Settings(_env_file=None, telegram_api_base=NOWHERE)
    async with proxy(kind, port) as way:
        bot = build_bot(TOKEN, build_session(direct))
        async with bot.session:
            with pytest.raises(TelegramNetworkError):
                await bot.me()

    assert way.wanted == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trouble", ["a wrong password", "it is down", "it hangs up"])
async def test_a_proxy_s_trouble_passes_and_tells_no_secret(
    kind: Kind, trouble: str, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A proxy that refuses, is down or hangs up is worth another try; nothing that is said of it
    holds the password (R34)."""
    caplog.set_level(logging.DEBUG)
    async with proxy(kind, port, breaks_off=trouble == "it hangs up") as way:
        through = way.address("secret-mistake" if trouble == "a wrong password" else PASSWORD)
        if trouble == "it is down":
            through = through.replace(str(way.port), str(closed_port()))
        bot = build_bot(TOKEN, build_session(settings(through)))
        async with bot.session:
            with pytest.raises(TelegramNetworkError) as raised:
                await bot.me()

    assert is_transient(raised.value)
    assert way.wanted == []
    for said in (str(raised.value), repr(raised.value), describe(raised.value), caplog.text):
        assert "secret" not in said


def closed_port() -> int:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return int(closed.getsockname()[1])


@pytest.mark.process
async def test_the_bot_serves_through_a_proxy(
    tmp_path: Path, telegram: Telegram, port: int
) -> None:
    """The real process answers a parent through the proxy, and keeps its password (R34)."""
    async with proxy("socks5", port) as way:
        environment = {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": NOWHERE,
            "TELEGRAM_PROXY": way.address(),
            "LOG_LEVEL": "DEBUG",
        }
        process = await start(tmp_path, "run", **environment)
        telegram.say(1, "/start")
        with telegram.subscribe() as events:
            async with asyncio.timeout(60):
                while not [said for said in telegram.chat(1) if said.from_bot]:
                    await events.get()
        process.send_signal(signal.SIGTERM)
        said, complained = await process.communicate()

    assert process.returncode == 0
    assert set(way.wanted) == {"telegram.invalid:8081"}
    assert PASSWORD.encode() not in said + complained


@pytest.mark.process
async def test_the_bot_waits_for_its_proxy(tmp_path: Path, telegram: Telegram, port: int) -> None:
    """A proxy that refuses at start is said in one line, without its password, and the bot tries
    again until it is asked to stop (R34, R42)."""
    async with proxy("http", port) as way:
        environment = {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": NOWHERE,
            "TELEGRAM_PROXY": way.address("secret-mistake"),
        }
        process = await start(tmp_path, "run", **environment)
        async with asyncio.timeout(60):
            while way.refused < 2:
                way.changed.clear()
                await way.changed.wait()
        process.send_signal(signal.SIGTERM)
        said, complained = await process.communicate()

    lines = complained.decode().splitlines()
    assert process.returncode == 0
    assert lines
    assert all("Telegram cannot be reached" in line and "ProxyTrouble" in line for line in lines)
    assert b"secret" not in said + complained
