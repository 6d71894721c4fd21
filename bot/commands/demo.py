"""`python -m bot demo`: the bot without Telegram, and `seed-demo`: the demo's people with it."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.app import Services
from bot.commands.keys import key_in
from bot.commands.line import House, Line
from bot.demo import clinics, life
from bot.demo.crowd import CROWD
from bot.sandbox.server import serve
from bot.sandbox.systems.demo_clinic import NAME, demo_clinic, fill
from bot.sandbox.systems.fhir import FhirServer
from bot.sandbox.telegram import Telegram
from bot.serving import on_port, serve_parents
from bot.settings import Settings
from bot.watch import logs
from services.ports.transaction import Transactions

DATA = Path("data/demo")
SYSTEM = "/lesnaya/fhir"
"""Where a clinic's own system is, beside the chat page: in the same place after every start."""


def add(line: Line) -> None:
    """`demo`."""
    line.add("demo", demo).add_argument(
        "--empty", action="store_true", help="as it is now, without the weeks that clinics lived"
    )


def add_seed(line: Line) -> None:
    """`seed-demo`."""
    line.add("seed-demo", seed)


async def demo(house: House, settings: Settings, options: Namespace) -> None:
    """Serve the sandbox's people: a chat page in the browser instead of Telegram."""
    logs.set_up(settings.log_level if "log_level" in settings.model_fields_set else "WARNING")
    telegram = _telegram()
    if not options.empty and not telegram.world.offset:
        telegram.forward_to(life.next_morning(telegram.now()))
    system = demo_clinic(telegram.now, DATA / "lesnaya.jsonl")

    async def prepare(services: Services, transactions: Transactions) -> None:
        await clinics.seed(services)
        if not options.empty:
            await life.live(transactions, telegram.now, await clinics.registrar(services))
        await clinics.connect(services, f"{address}{SYSTEM}")

    async with sandbox(telegram, settings.port, system) as address:
        settings = _of_the_demo(settings, address)
        async with house.opened(settings, options.name, telegram.now, prepare=prepare) as services:
            telegram.upcoming = partial(_upcoming, services)
            await _serve_people(telegram, settings, services, address, system)


async def _upcoming(services: Services) -> datetime | None:
    """When something is due next. Time is about to be moved: what people were shown just now is
    written down first, as it is within seconds where time goes its way."""
    await services.corrections.write_down()
    return await services.notices.upcoming()


async def seed(house: House, settings: Settings, options: Namespace) -> None:
    """Put the demo's clinics and families into the database."""
    logs.set_up(settings.log_level)
    async with house.opened(settings, options.name) as services:
        await clinics.seed(services)
    print("The demo's clinics and families are in the database.")


def _telegram() -> Telegram:
    """The sandbox with the demo's people in it."""
    telegram = Telegram(token=clinics.TOKEN, memory=DATA / "telegram.json")
    for telegram_id, name, hint in clinics.PEOPLE:
        telegram.add_user(telegram_id, name, hint=hint)
    for telegram_id in clinics.WROTE:
        telegram.world.users[telegram_id].started = True
    telegram.unseen = CROWD
    return telegram


def _of_the_demo(settings: Settings, address: str) -> Settings:
    """The settings of a bot whose Telegram is the sandbox, and whose database is the demo's."""
    return settings.model_copy(
        update={
            "bot_token": SecretStr(clinics.TOKEN),
            "database_url": f"sqlite+aiosqlite:///{DATA / 'bot.db'}",
            "telegram_api_base": address,
            "telegram_proxy": None,
            "encryption_keys": [SecretStr(key_in(DATA / "key"))],
            "erased_list": DATA / "erased.txt",
        }
    )


@asynccontextmanager
async def sandbox(telegram: Telegram, port: int, system: FhirServer) -> AsyncIterator[str]:
    """The address of a Telegram that is served meanwhile, with a clinic's own system beside it.
    Raises `CannotStart` if it cannot be."""
    try:
        switches, beside = {NAME: system.troubles}, {SYSTEM: system.app()}
        serving = serve(telegram, "127.0.0.1", port, switches, beside)
        async with on_port(serving, port, "choose another, PORT=8081 make demo") as address:
            yield address
    finally:
        await telegram.close()


async def _serve_people(
    telegram: Telegram, settings: Settings, services: Services, address: str, system: FhirServer
) -> None:
    """Serve, and let the doctors' times follow whenever the demo's clock is moved forward, or a
    clinic's own system is switched off or on."""

    async def follow() -> None:
        with telegram.subscribe() as events:
            while event := await events.get():
                if event["kind"] == "clock":
                    fill(system)
                    await services.clinics.refresh_schedules()
                if event["kind"] in ("clock", "systems"):
                    await clinics.read_anew(services)

    ready = f"The demo is open: {address} (Ctrl+C ends it)"
    following = asyncio.create_task(follow())
    try:
        await serve_parents(
            settings, services, clock=telegram.now, on_ready=lambda: print(ready, flush=True)
        )
    finally:
        following.cancel()
