"""A bot that serves: receiving by polling or by webhook, with the ticks beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import Update
from aiogram.utils.i18n import I18n
from aiogram.utils.token import TokenValidationError, validate_token

from bot import words
from bot.app import Services, announce_commands, build_bot, build_dispatcher, build_session
from bot.clock import now
from bot.flows.families.privacy.file_links import FileLinks
from bot.settings import Settings
from bot.telegram.errors import describe, is_transient
from bot.telegram.handling import KINDS, Handling
from bot.telegram.middlewares import Patience
from bot.telegram.owing import OwedAnswers
from bot.telegram.pacing import Pace
from bot.telegram.receiving import Receiver
from bot.telegram.sending import TelegramNotifier
from bot.telegram.stopping import stop_on_signals, unless
from bot.telegram.webhook import CONNECTIONS, Webhook
from bot.watch import logs
from bot.watch.alarms import Alarms
from bot.watch.broadcasting import Broadcasting
from bot.watch.erasing import BadList, EraseDue, erase_again
from bot.watch.jobs import build_scheduler
from services.messages.sending import LAST_WORD
from services.ports.readers import Clock
from services.ports.transaction import StorageUnavailable
from services.upkeep.records import Upkeep

if TYPE_CHECKING:
    from bot.watch.metrics import Metrics

log = structlog.get_logger()

T = TypeVar("T")

DATABASE_ANSWERS_WITHIN = 2.0
"""Seconds for a small question."""


class CannotStart(Exception):
    """The bot cannot start; the message is one line that says what to do."""


async def serve_parents(
    settings: Settings,
    services: Services,
    *,
    clock: Clock = now,
    metrics: Metrics | None = None,
    delete_webhook: bool = False,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Receive updates and run the ticks until the process is asked to stop.

    Raises:
        CannotStart: a setting, the token, a port or a webhook is in the way.
    """
    asyncio.get_running_loop().set_exception_handler(logs.log_loop_trouble)
    stopping = stop_on_signals()
    i18n = words.load()
    pace = Pace()
    bot = build_bot(token_of(settings), build_session(settings), pace)
    serving = asyncio.Event()

    async def set_aside(update_id: int, kind: str, error: str) -> None:
        await services.upkeep.set_aside(update_id, kind, error)
        alarms.set_aside(kind, error)

    patience = Patience(settings.taps_per_minute, clock)
    dispatcher = build_dispatcher(
        services,
        i18n,
        settings.default_language,
        patience,
        metrics,
        files_url=settings.files_url,
    )

    async def handle(update: Update) -> None:
        await dispatcher.feed_update(bot, update)

    owed = OwedAnswers(bot, services.owing, clock, handle, set_aside, metrics)
    handling = Handling(bot, handle, set_aside, owe=owed.owe, watch=metrics)
    alarms = Alarms(
        bot,
        i18n,
        settings.default_language,
        settings.operator_chat_ids,
        handling,
        partial(_answers, services.upkeep),
        services.notices.lateness,
        by_webhook=bool(settings.webhook_url),
    )
    services.notices.listen(alarms.notified)
    await _erase_again(services, settings)
    await services.clinics.refresh_schedules()
    notifier = TelegramNotifier(bot, i18n, pace, services.corrections.note)
    broadcasting = Broadcasting(services.broadcasts, bot, i18n, pace)
    erase_due = EraseDue(services.erasing, bot, i18n, pace, settings.erased_list)
    scheduler = build_scheduler(
        services, notifier, broadcasting, erase_due, owed, alarms, clock, metrics
    )
    async with (
        bot.session,
        _watched(
            settings, metrics, handling, partial(_missing, stopping, serving, services.upkeep)
        ),
        _listening(settings, handling, stopping, _file_links(settings, services, i18n)),
    ):
        introduce = partial(_introduce, bot, i18n, settings, delete_webhook=delete_webhook)
        if not await _reached(stopping, introduce):
            return
        if not settings.webhook_url:  # else others may be at it
            await services.owing.take_back()
        scheduler.start()
        serving.set()
        finishing = asyncio.create_task(_finish_sending(stopping, services))
        try:
            if not settings.encryption_keys:
                log.warning("phone numbers are not asked for: ENCRYPTION_KEYS is not set")
            log.info("serving", set_aside=await services.upkeep.count_set_aside())
            on_ready()
            if settings.webhook_url:
                await stopping.wait()
                await handling.finish()  # beside what is being sent, as a receiver does
            else:
                await Receiver(bot, handling, stopping).run()
        finally:
            scheduler.shutdown(wait=False)
            stopping.set()
            await finishing
    await _write_down(services)  # what was sent last and the updates in hand have said since


async def _erase_again(services: Services, settings: Settings) -> None:
    """Serve nobody whom a restored database brought back. Raises `CannotStart`."""
    try:
        if count := await erase_again(services.erasing, settings.erased_list):
            log.warning("an older database was restored: erased again", families=count)
    except (BadList, OSError) as trouble:
        raise CannotStart(str(trouble)) from None


async def _finish_sending(stopping: asyncio.Event, services: Services) -> None:
    """When the process is asked to stop, finish what is being sent, beside the updates in hand."""
    await stopping.wait()
    await asyncio.gather(services.notices.finish(), _write_down(services))


async def _write_down(services: Services) -> None:
    with suppress(StorageUnavailable, TimeoutError):  # nothing hangs on it
        async with asyncio.timeout(LAST_WORD):
            await services.corrections.write_down()


async def _answers(upkeep: Upkeep) -> bool:
    """Whether the database answers a small question in time."""
    try:
        async with asyncio.timeout(DATABASE_ANSWERS_WITHIN):
            await upkeep.count_set_aside()
    except (StorageUnavailable, TimeoutError):
        return False
    return True


async def _missing(stopping: asyncio.Event, serving: asyncio.Event, upkeep: Upkeep) -> list[str]:
    """What keeps the bot from serving."""
    facts = {
        "it is stopping": not stopping.is_set(),
        "Telegram was not reached yet": serving.is_set(),
        "the database does not answer": await _answers(upkeep),
    }
    return [words for words, well in facts.items() if not well]


def _watched(
    settings: Settings,
    metrics: Metrics | None,
    handling: Handling,
    missing: Callable[[], Awaitable[list[str]]],
) -> AbstractAsyncContextManager[object]:
    """With a port for it, watchers are answered, even while Telegram is not reached yet."""
    port = settings.operations_port
    if metrics is None or port is None:
        return nullcontext()
    from bot.watch.health_port import Operations  # and with it what nobody else needs

    metrics.follow(handling)
    operations = Operations(metrics, missing)
    return on_port(
        operations.listening(settings.operations_host, port),
        port,
        "choose another by OPERATIONS_PORT",
    )


def _file_links(settings: Settings, services: Services, i18n: I18n) -> FileLinks | None:
    """Where there is an address for them, files are given by links."""
    if not settings.files_url:
        return None
    return FileLinks(services.own_data, i18n, settings.default_language, settings.files_url)


def _listening(
    settings: Settings, handling: Handling, stopping: asyncio.Event, links: FileLinks | None
) -> AbstractAsyncContextManager[object]:
    """With a webhook, updates are brought; the door is open before Telegram is told of it. Links
    are opened at the same one."""
    port = settings.webhook_port
    if settings.webhook_url:
        secret = settings.webhook_secret.get_secret_value()
        also = links.add_to if links else lambda _router: None
        webhook = Webhook(handling, stopping, path=settings.listens_at, secret=secret, also=also)
        opening = webhook.listening(settings.webhook_host, port)
    elif links:
        opening = links.listening(settings.webhook_host, port)
    else:
        return nullcontext()
    return on_port(opening, port, "choose another by WEBHOOK_PORT")


@asynccontextmanager
async def on_port(
    opening: AbstractAsyncContextManager[T], port: int, remedy: str
) -> AsyncIterator[T]:
    """What listens on a port. Raises `CannotStart` if it cannot."""
    async with AsyncExitStack() as open_ones:
        try:
            opened = await open_ones.enter_async_context(opening)
        except OSError as error:
            raise CannotStart(f"Port {port} cannot be used ({error.strerror}): {remedy}") from error
        yield opened


def token_of(settings: Settings) -> str:
    """The bot's token; whether Telegram knows it is another question.

    Raises:
        CannotStart: there is none, or it cannot be one.
    """
    token = settings.bot_token.get_secret_value()
    if not token:
        raise CannotStart("BOT_TOKEN: it is not set; get one from @BotFather. See .env.example.")
    try:
        validate_token(token)
    except TokenValidationError:
        raise CannotStart(
            "BOT_TOKEN: it does not look like a token, such as 123456:ABC...; "
            "copy it from @BotFather once more: /mybots, API Token."
        ) from None
    return token


async def _introduce(bot: Bot, i18n: I18n, settings: Settings, *, delete_webhook: bool) -> None:
    """Say hello to Telegram: the token is known, updates come here, the menu is filled.

    Raises:
        CannotStart: the token is wrong, or a webhook is in the way.
    """
    try:
        await bot.me()
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise CannotStart(
            "BOT_TOKEN: Telegram does not know it; "
            "copy it from @BotFather once more: /mybots, API Token."
        ) from None
    if settings.webhook_url:
        await bot.set_webhook(
            settings.webhook_url,
            secret_token=settings.webhook_secret.get_secret_value(),
            allowed_updates=KINDS,
            max_connections=CONNECTIONS,
        )
    elif delete_webhook:
        await bot.delete_webhook()
    elif (await bot.get_webhook_info()).url:
        raise CannotStart(
            "This bot has a webhook, so Telegram gives its updates to nobody else: "
            "remove it with `python -m bot run --delete-webhook`, or set WEBHOOK_URL."
        )
    await announce_commands(bot, i18n, settings.default_language)


async def _reached(
    stopping: asyncio.Event, introduce: Callable[[], Coroutine[Any, Any, None]]
) -> bool:
    """Try until Telegram answers; False if the process is asked to stop before it does."""
    delay = 1
    while not stopping.is_set():
        try:
            await unless(stopping, introduce())
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("Telegram cannot be reached", again_in=delay, error=describe(error))
            await unless(stopping, asyncio.sleep(delay))
            delay = min(2 * delay, 30)
        else:
            break
    return not stopping.is_set()
