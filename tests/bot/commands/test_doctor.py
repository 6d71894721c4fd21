"""`python -m bot doctor`: each trouble is found, with what to do, and nothing is changed."""

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramMigrateToChat
from aiogram.methods import SendChatAction
from pydantic import SecretStr

from bot.clock import now
from bot.commands.doctor import lines, look_at_telegram, look_over_settings
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.settings import Settings
from bot.telegram.session import ProxiedSession
from services.runtime.health import Finding, Level

TOKEN = "4200000:token-of-the-doctor"
URL = "https://clinic.example/hook"
SECRET = SecretStr("a-secret-of-some-length")


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram(token=TOKEN)
    yield telegram
    await telegram.close()


@pytest.fixture
async def address(telegram: Telegram) -> AsyncIterator[str]:
    async with serve(telegram, "127.0.0.1", 0) as address:
        yield address


def settings(**given: Any) -> Settings:
    return Settings.model_construct(**({"bot_token": SecretStr(TOKEN)} | given))


async def seen(clock: Any = now, **given: Any) -> dict[str, Finding]:
    """What is found of Telegram, by subject."""
    return {each.subject: each async for each in look_at_telegram(settings(**given), clock)}


def is_trouble(finding: Finding, level: Level, words: str) -> bool:
    return finding.level is level and words in finding.found and bool(finding.remedy)


async def test_all_is_well(address: str, telegram: Telegram) -> None:
    """Token, clock, webhook and operators are in order; the token is not quoted."""
    telegram.add_user(7, "Оператор")
    telegram.say(7, "/start")
    found = await seen(telegram_api_base=address, operator_chat_ids=[7])

    assert list(found) == ["token", "clock", "webhook", "operator 7"]
    assert {each.level for each in found.values()} == {Level.WELL}
    assert "@pediatr_demo_bot" in found["token"].found
    assert TOKEN not in "".join(lines(found.values()))


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "is not a token"),
        ("nonsense", "is not a token"),
        ("4200000:other", "does not know it"),
    ],
)
async def test_a_wrong_token(address: str, token: str, words: str) -> None:
    """It says whose word that is, and where a right one comes from."""
    found = await seen(telegram_api_base=address, bot_token=SecretStr(token))

    assert is_trouble(found["token"], Level.WRONG, words)
    assert "@BotFather" in found["token"].remedy


async def test_a_telegram_or_a_proxy_that_is_not_there() -> None:
    """The two are told apart: what is to be mended is another setting."""
    nowhere = f"127.0.0.1:{_closed_port()}"
    direct = await seen(telegram_api_base=f"http://{nowhere}")
    proxied = await seen(
        telegram_api_base="http://telegram.example", telegram_proxy=f"socks5://u:secret@{nowhere}"
    )

    assert is_trouble(direct["token"], Level.WRONG, "Telegram cannot be reached")
    assert is_trouble(proxied["token"], Level.WRONG, "the proxy does not let through")
    assert "TELEGRAM_PROXY" in proxied["token"].remedy
    assert "secret" not in "".join(lines(proxied.values()))
    assert "not looked at" in proxied["webhook"].found


async def test_a_clock_that_is_wrong(address: str) -> None:
    """Reminders would come at the wrong hour: more than half a minute off is told."""
    found = await seen(lambda: now() + timedelta(minutes=7), telegram_api_base=address)

    assert is_trouble(found["clock"], Level.WRONG, "s from ours")
    assert "NTP" in found["clock"].remedy


async def test_a_webhook_where_polling_is_meant(address: str, telegram: Telegram) -> None:
    """The bot would refuse to start: it says how to remove it."""
    await telegram.call(TOKEN, "setWebhook", {"url": URL})
    found = await seen(telegram_api_base=address)

    assert is_trouble(found["webhook"], Level.WRONG, "Telegram has one")
    assert "--delete-webhook" in found["webhook"].remedy


@pytest.mark.parametrize(
    ("there", "words"), [("", "Telegram has none yet"), ("https://other.example/", "another one")]
)
async def test_a_webhook_that_is_not_ours(
    address: str, telegram: Telegram, there: str, words: str
) -> None:
    """The bot sets it when it starts, so perhaps it does not run."""
    await telegram.call(TOKEN, "setWebhook", {"url": there})
    found = await seen(telegram_api_base=address, webhook_url=URL, webhook_secret=SECRET)

    assert is_trouble(found["webhook"], Level.DOUBTFUL, words)


async def test_deliveries_that_fail(address: str, telegram: Telegram) -> None:
    """Telegram's own word for what went wrong, and what to look at."""
    telegram.add_user(7, "Анна")
    telegram.world.webhook = {
        "url": URL,
        "last_error_date": int(telegram.seconds()),
        "last_error_message": "SSL error",
    }
    found = await seen(telegram_api_base=address, webhook_url=URL, webhook_secret=SECRET)

    assert found["webhook"].level is Level.WELL
    assert is_trouble(found["deliveries"], Level.DOUBTFUL, "SSL error")


async def test_updates_that_pile_up(address: str, telegram: Telegram) -> None:
    """Perhaps nobody takes them."""
    telegram.add_user(7, "Анна")
    for _ in range(101):
        telegram.say(7, "/start")
    found = await seen(telegram_api_base=address)

    assert is_trouble(found["deliveries"], Level.DOUBTFUL, "101 updates wait")


async def test_an_operator_who_cannot_be_written_to(address: str, telegram: Telegram) -> None:
    """Never wrote to the bot, or blocked it: they would hear of no trouble."""
    telegram.add_user(7, "Оператор")
    telegram.say(7, "/start")
    telegram.block(7)
    found = await seen(telegram_api_base=address, operator_chat_ids=[7, 8])

    for operator in ("operator 7", "operator 8"):
        assert is_trouble(found[operator], Level.DOUBTFUL, "cannot be written to")


def test_doubtful_settings(tmp_path: Path) -> None:
    """What works, and should be otherwise: no operators, a file that others can read."""
    env = tmp_path / ".env"
    env.touch(mode=0o644)
    found = {each.subject: each for each in look_over_settings(settings(), env)}

    doubtful = {name for name, each in found.items() if each.level is Level.DOUBTFUL}
    assert doubtful == {".env", "operators"}
    assert all(found[name].remedy for name in doubtful)


def test_settings_without_doubt(tmp_path: Path) -> None:
    """Nothing is made of what is as it should be."""
    env = tmp_path / ".env"
    env.touch(mode=0o600)
    given = settings(
        operator_chat_ids=[7], operations_port=9090, webhook_url=URL, webhook_secret=SECRET
    )

    assert {each.level for each in look_over_settings(given, env)} == {Level.WELL}


def _closed_port() -> int:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return int(closed.getsockname()[1])


async def test_a_group_of_operators_that_became_a_supergroup(
    address: str, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R68: it says which number to set."""

    make = ProxiedSession.make_request

    async def moved(session: ProxiedSession, bot: Bot, method: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(method, SendChatAction):
            raise TelegramMigrateToChat(method, "upgraded", -100500)
        return await make(session, bot, method, *rest, **more)

    monkeypatch.setattr(ProxiedSession, "make_request", moved)
    found = await seen(telegram_api_base=address, operator_chat_ids=[-77])
    assert is_trouble(found["operator -77"], Level.DOUBTFUL, "-100500")
