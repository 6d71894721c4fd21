"""`python -m bot doctor`: a look over settings, Telegram and database, which changes nothing."""

import stat
from argparse import Namespace
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.enums import ChatAction
from aiogram.exceptions import (
    AiogramError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import WebhookInfo
from aiogram.utils.token import TokenValidationError

from bot.app import build_bot, build_session
from bot.clock import now
from bot.commands.line import House, Line
from bot.commands.terminal import Unwell
from bot.settings import Settings
from bot.telegram.session import PROXY_TROUBLE, ProxyTrouble
from bot.watch import logs
from services.ports.readers import Clock
from services.runtime.health import Finding, Level, clocks, doubtful, wrong

MANY_PENDING = 100
LATELY = timedelta(hours=1)
PATIENCE = 10
"""Seconds for an answer of Telegram's."""


def add(line: Line) -> None:
    """`doctor`."""
    line.add("doctor", doctor)


async def doctor(house: House, settings: Settings, _options: Namespace) -> None:
    """Look over settings, token, clock, webhook and database; change nothing."""
    logs.set_up("CRITICAL")
    findings = list(look_over_settings(settings))
    findings += [finding async for finding in look_at_telegram(settings, now)]
    findings += await house.look_over(settings)
    print(*lines(findings), sep="\n")
    if any(finding.level is Level.WRONG for finding in findings):
        raise Unwell


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings as a terminal shows them."""
    for finding in findings:
        yield f"{finding.level.value:<6}{finding.subject}: {finding.found}"
        if finding.remedy:
            yield f"{'':<6}  -> {finding.remedy}"


def look_over_settings(settings: Settings, env: Path = Path(".env")) -> Iterator[Finding]:
    """What can be told from the settings alone."""
    yield Finding("settings", "read")
    if env.is_file() and stat.S_IMODE(env.stat().st_mode) & 0o077:
        yield doubtful(".env", "others on this machine can read it", "chmod 600 .env")
    if not settings.operator_chat_ids:
        yield doubtful("operators", "nobody is told of trouble", "set OPERATOR_CHAT_IDS")
    if settings.operations_port is None:
        yield Finding("operations", "no /healthz and /metrics: OPERATIONS_PORT is not set")
    yield _zones()


def _zones() -> Finding:
    try:
        ZoneInfo("Europe/Moscow")
    except ZoneInfoNotFoundError:
        return wrong("time zones", "are not there", "make setup: the package tzdata is missing")
    return Finding("time zones", "are there")


async def look_at_telegram(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """What Telegram says of this bot; the way there is that of the bot itself."""
    token = settings.bot_token.get_secret_value()
    session = build_session(settings)
    session.timeout = PATIENCE
    try:
        bot = build_bot(token, session)
    except TokenValidationError:
        yield wrong("token", "BOT_TOKEN is not a token", "get one from @BotFather: 123456:ABC...")
        return
    async with session:
        known = await _about_token(bot)
        yield known
        yield await _about_clock(settings, session, clock)
        if known.level is Level.WELL:
            async for finding in _about_updates(bot, settings, clock):
                yield finding
        else:
            yield Finding("webhook", "not looked at: Telegram did not know us")


async def _about_updates(bot: Bot, settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    try:
        for finding in _about_webhook(await bot.get_webhook_info(), settings, clock()):
            yield finding
        for chat in settings.operator_chat_ids:
            yield await _about_operator(bot, chat)
    except TelegramNetworkError as error:
        yield _unreachable("webhook", error)


async def _about_token(bot: Bot) -> Finding:
    try:
        me = await bot.me()
    except (TelegramUnauthorizedError, TelegramNotFound):
        remedy = "copy it from @BotFather once more: /mybots, API Token"
        return wrong("token", "Telegram does not know it", remedy)
    except AiogramError as error:
        return _unreachable("token", error)
    return Finding("token", f"it is @{me.username}")


def _unreachable(subject: str, error: AiogramError) -> Finding:
    if isinstance(error, ProxyTrouble):
        found = f"the proxy does not let through ({error.message})"
        return wrong(subject, found, "look at TELEGRAM_PROXY: address, user, password")
    found = f"Telegram cannot be reached ({type(error).__name__})"
    return wrong(subject, found, "look at the network; where it is blocked, set TELEGRAM_PROXY")


async def _about_clock(settings: Settings, session: AiohttpSession, clock: Clock) -> Finding:
    """Telegram's servers say what time it is in every answer."""
    subject = "clock"
    try:
        http = await session.create_session()
        async with http.get(settings.telegram_api_base, allow_redirects=False) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, *PROXY_TROUBLE, TimeoutError, KeyError, ValueError):
        return Finding(subject, "not compared: Telegram's is not to be seen")
    return clocks(subject, abs((theirs - clock()).total_seconds()))


def _about_webhook(info: WebhookInfo, settings: Settings, at: datetime) -> Iterable[Finding]:
    wanted = settings.webhook_url or ""
    if info.url == wanted:
        yield Finding("webhook", "is set as WEBHOOK_URL says" if wanted else "none: polling")
    elif wanted:
        found = "Telegram has another one" if info.url else "Telegram has none yet"
        yield doubtful("webhook", found, "the bot sets it when it starts: is it running?")
    else:
        yield wrong(
            "webhook",
            "Telegram has one, so the bot cannot ask for updates",
            "start once with `python -m bot run --delete-webhook`, or set WEBHOOK_URL",
        )
    if info.last_error_date and at - info.last_error_date < LATELY:
        yield doubtful(
            "deliveries",
            f"the last one that failed, at {info.last_error_date:%H:%M} UTC: "
            f"{info.last_error_message}",
            "look at the proxy in front of the bot, and at its certificate",
        )
    if info.pending_update_count > MANY_PENDING:
        found = f"{info.pending_update_count} updates wait at Telegram"
        yield doubtful("deliveries", found, "is the bot running?")


async def _about_operator(bot: Bot, chat: int) -> Finding:
    subject = f"operator {chat}"
    try:
        await bot.send_chat_action(chat, ChatAction.TYPING)
    except TelegramNetworkError:
        raise
    except TelegramMigrateToChat as moved:
        found = f"is a supergroup by now: {moved.migrate_to_chat_id}"
        return doubtful(subject, found, "write that number into OPERATOR_CHAT_IDS")
    except AiogramError:
        remedy = "from that chat, write /start to the bot first; or mend OPERATOR_CHAT_IDS"
        return doubtful(subject, "cannot be written to", remedy)
    return Finding(subject, "can be written to")
