"""The command line, and the only place where everything meets."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.utils.i18n import I18n
from aiogram.utils.token import TokenValidationError
from pydantic import SecretStr

from bot import demo, logs, words
from bot.app import (
    Services,
    announce_commands,
    build_bot,
    build_dispatcher,
    build_services,
    build_session,
)
from bot.clock import now
from bot.errors import describe, is_transient
from bot.jobs import build_scheduler
from bot.middlewares import Patience
from bot.notifier import TelegramNotifier
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.settings import BadSetting, Settings, read_settings
from bot.stopping import stop_on_signals, unless
from bot.updates import Receiver
from services.model import Language
from services.once import finish_use_cases
from services.ports import Clock, StorageUnavailable
from storage.backup import BadBackup, Contents, back_up, restore
from storage.engine import BadDatabase, open_engines, read_url
from storage.lock import Held, held_for
from storage.migrate import migrate
from storage.transactions import StoredTransactions

log = structlog.get_logger()

DEMO_DATA = Path("data/demo")
SERVING = ("run", "demo")
"""The commands that serve parents until they are stopped."""
CANNOT_START = 2
"""The exit code of a start that a person has to mend: a setting, the token, the database."""


class CannotStart(Exception):
    """The bot cannot start; the message is one line that says what to do."""


@asynccontextmanager
async def opened(settings: Settings, command: str, clock: Clock = now) -> AsyncIterator[Services]:
    """The services over a database that is brought up to date first, and let go at the end.

    A SQLite file is this process's alone meanwhile; `command` tells others what it is doing.
    """
    url = read_url(settings.database_url)
    with held_for(command, url):
        await migrate(url)
        engines = open_engines(url)
        try:
            yield build_services(StoredTransactions(engines, clock), clock)
        finally:
            await finish_use_cases()
            await engines.dispose()


# The commands


async def run(settings: Settings, options: argparse.Namespace) -> None:
    """Serve parents until SIGTERM or Ctrl+C."""
    logs.set_up(settings.log_level)
    async with opened(settings, "run") as services:
        await serve_parents(settings, services, delete_webhook=options.delete_webhook)


async def run_demo(settings: Settings, _options: argparse.Namespace) -> None:
    """Serve the sandbox's people: a chat page in the browser instead of Telegram."""
    logs.set_up(settings.log_level if "log_level" in settings.model_fields_set else "WARNING")
    telegram = Telegram(token=demo.TOKEN, memory=DEMO_DATA / "telegram.json")
    for telegram_id, name, hint in demo.PEOPLE:
        telegram.add_user(telegram_id, name, hint=hint)
    async with _sandbox(telegram, settings.port) as address:
        demo_settings = settings.model_copy(
            update={
                "bot_token": SecretStr(demo.TOKEN),
                "database_url": f"sqlite+aiosqlite:///{DEMO_DATA / 'bot.db'}",
                "telegram_api_base": address,
                "telegram_proxy": None,
            }
        )
        async with opened(demo_settings, "demo", telegram.now) as services:
            await demo.seed(services)
            await demo_day(telegram, demo_settings, services, address)


async def demo_day(
    telegram: Telegram, settings: Settings, services: Services, address: str
) -> None:
    """Serve, and let the doctors' times follow whenever the demo's clock is moved forward."""

    async def follow() -> None:
        with telegram.subscribe() as events:
            while event := await events.get():
                if event["kind"] == "clock":
                    await services.clinics.refresh_schedules()

    ready = f"The demo is open: {address} (Ctrl+C ends it)"
    following = asyncio.create_task(follow())
    try:
        await serve_parents(
            settings, services, clock=telegram.now, on_ready=lambda: print(ready, flush=True)
        )
    finally:
        following.cancel()


async def run_migrate(settings: Settings, _options: argparse.Namespace) -> None:
    """Bring the database up to date, and nothing else."""
    logs.set_up(settings.log_level)
    url = read_url(settings.database_url)
    with held_for("migrate", url):
        await migrate(url)
    print("The database is up to date.")


async def run_seed_demo(settings: Settings, _options: argparse.Namespace) -> None:
    """Put the demo's clinics and families into the database."""
    logs.set_up(settings.log_level)
    async with opened(settings, "seed-demo") as services:
        await demo.seed(services)
    print("The demo's clinics and families are in the database.")


async def run_backup(settings: Settings, options: argparse.Namespace) -> None:
    """Put a copy of the database into a new file; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    contents = await back_up(read_url(settings.database_url), options.file, now())
    print(f"The backup is in {options.file}.", _told(contents), sep="\n")


async def run_restore(settings: Settings, options: argparse.Namespace) -> None:
    """Fill an empty database from a backup."""
    logs.set_up(settings.log_level)
    url = read_url(settings.database_url)
    with held_for("restore", url):
        contents = await restore(url, options.file, now())
    print(
        "The database is restored.",
        _told(contents),
        "What happened after that is not in it. Telegram may deliver once more what it still "
        "holds, for at most 24 hours: harmless.",
        sep="\n",
    )


def _told(contents: Contents) -> str:
    """How much there is, and of when; nobody's name."""
    of = f"{contents.taken_at:%Y-%m-%d %H:%M:%S} UTC" if contents.taken_at else "unknown"
    return (
        f"As of: {of}. Clinics: {contents.clinics}, doctors: {contents.doctors}, "
        f"children: {contents.children}, visits ahead: {contents.visits_ahead}."
    )


# What they share


async def serve_parents(
    settings: Settings,
    services: Services,
    *,
    clock: Clock = now,
    delete_webhook: bool = False,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Receive updates and run the ticks until the process is asked to stop."""
    asyncio.get_running_loop().set_exception_handler(logs.log_loop_trouble)
    stopping = stop_on_signals()
    i18n = words.load()
    bot = _bot_of(settings)
    patience = Patience(settings.taps_per_minute, clock)
    dispatcher = build_dispatcher(services, i18n, settings.default_language, patience)
    receiver = Receiver(
        bot, lambda update: dispatcher.feed_update(bot, update), services.upkeep.set_aside, stopping
    )
    await services.clinics.refresh_schedules()
    scheduler = build_scheduler(services, TelegramNotifier(bot, i18n))
    async with bot.session:
        introduce = partial(
            _introduce, bot, i18n, settings.default_language, delete_webhook=delete_webhook
        )
        if not await _reached(stopping, introduce):
            return
        scheduler.start()
        try:
            log.info("serving", set_aside=await services.upkeep.count_set_aside())
            on_ready()
            await receiver.run()
        finally:
            scheduler.shutdown(wait=False)


def _bot_of(settings: Settings) -> Bot:
    token = settings.bot_token.get_secret_value()
    if not token:
        raise CannotStart("BOT_TOKEN is not set: get one from @BotFather, see .env.example.")
    try:
        return build_bot(token, build_session(settings))
    except TokenValidationError:
        raise CannotStart("BOT_TOKEN does not look like a token: 123456:ABC...") from None


async def _introduce(bot: Bot, i18n: I18n, default: Language, *, delete_webhook: bool) -> None:
    """Say hello to Telegram: the token is known, updates come here, the menu is filled.

    Raises:
        CannotStart: the token is wrong, or a webhook is in the way.
    """
    try:
        await bot.me()
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise CannotStart("BOT_TOKEN: Telegram does not know this token.") from None
    if delete_webhook:
        await bot.delete_webhook()
    elif (await bot.get_webhook_info()).url:
        raise CannotStart(
            "This bot has a webhook, so Telegram gives its updates to nobody else: "
            "remove it with `python -m bot run --delete-webhook`."
        )
    await announce_commands(bot, i18n, default)


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


@asynccontextmanager
async def _sandbox(telegram: Telegram, port: int) -> AsyncIterator[str]:
    async with AsyncExitStack() as open_ones:
        open_ones.push_async_callback(telegram.close)
        try:
            address = await open_ones.enter_async_context(serve(telegram, "127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}): choose another, "
                "PORT=8081 make demo"
            ) from error
        yield address


Command = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, None]]


def main() -> int:
    """Read the command line, run one command, say in one line why it could not be."""
    options = _parser().parse_args()
    command: Command = options.command
    try:
        asyncio.run(command(read_settings(), options))
    except (BadSetting, BadBackup, CannotStart, words.MissingCatalog) as trouble:
        print(trouble, file=sys.stderr)
    except Held as held:
        print(f"DATABASE_URL: {_way_past(held, options.name)}.", file=sys.stderr)
    except BadDatabase as trouble:
        print(f"DATABASE_URL: the database {trouble}.", file=sys.stderr)
    except StorageUnavailable as trouble:
        print(f"DATABASE_URL: {describe(trouble.__cause__ or trouble)}.", file=sys.stderr)
    else:
        return 0
    return CANNOT_START


def _way_past(held: Held, command: str) -> str:
    """What to do about the other process, in terms of the command that found it."""
    process = f"(process {held.process or 'unknown'})"
    if held.command not in SERVING:
        return f"`{held.command or 'another command'}` {process} is at work: let it finish"
    if command in SERVING:
        return (
            f"another bot {process} has this file open: stop it first; "
            "for several processes use PostgreSQL"
        )
    return f"the bot {process} is running: stop it, do this, start it again (or do it in the chat)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        about = (command.__doc__ or "").strip()
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(command=command, name=name)
        return added

    add("run", run).add_argument(
        "--delete-webhook", action="store_true", help="remove a webhook that was set before"
    )
    add("demo", run_demo)
    add("migrate", run_migrate)
    add("seed-demo", run_seed_demo)
    for added in (add("backup", run_backup), add("restore", run_restore)):
        added.add_argument("file", type=Path, metavar="FILE", help="where the backup is kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
