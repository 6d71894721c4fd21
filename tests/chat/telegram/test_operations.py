"""What watchers are told over HTTP: alive, ready, and figures without people in them."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiogram.utils.i18n import I18n

from bot.app import Services, build_bot, build_dispatcher
from bot.sandbox.telegram import Telegram
from bot.serving import _answers
from bot.telegram.handling import Handling
from bot.telegram.middlewares import Patience
from bot.watch.health_port import Operations
from bot.watch.metrics import Metrics
from services.model.clinic import Clinic
from services.model.people import Language
from services.ports.transaction import StorageUnavailable
from services.upkeep.records import Upkeep
from storage.database.transaction import StoredTransactions
from tests.chat.conftest import TOKEN, Chat, WatchfulSession, World, register
from tests.conftest import House


@asynccontextmanager
async def watched(
    operations: Operations,
) -> AsyncIterator[Callable[[str], Awaitable[tuple[int, str]]]]:
    async with operations.listening("127.0.0.1", 0) as port, aiohttp.ClientSession() as http:

        async def get(path: str) -> tuple[int, str]:
            async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status, await response.text()

        yield get


async def test_figures_tell_what_happened_and_nothing_of_people(
    house: House, clinic: Clinic, i18n: I18n
) -> None:
    """A whole way with refusals, forged taps and a poisonous update: counted by kind; names, dates,
    texts, ids and tokens are nowhere (R34)."""
    metrics = Metrics()
    transactions = StoredTransactions(house.engines, house.clock, metrics.transaction)
    telegram = Telegram(token=TOKEN, now=house.clock)
    bot = build_bot(TOKEN, WatchfulSession(telegram))
    dispatcher = build_dispatcher(
        Services(transactions, house.clock),
        i18n,
        Language.RUSSIAN,
        Patience(10_000, house.clock),
        metrics,
    )
    handling = Handling(
        bot,
        lambda update: dispatcher.feed_update(bot, update),
        house.services.upkeep.set_aside,
        watch=metrics,
    )
    metrics.follow(handling)

    class Handled(World):
        async def deliver(self) -> None:
            raws = self.telegram.take()
            await asyncio.gather(*(handling.take(raw["update_id"], raw) for raw in raws))

    telegram.add_user(777101, "Аннушка")
    anna = await register(Chat(Handled(telegram, bot, dispatcher), 777101), "Мишутка")
    await anna.tap_data("visit:31337")
    await anna.tap_data("forged:Мишутка")
    await anna.tap("🕘")
    await anna.tap("записать")
    await anna.say("Что-то болит, позвоните +79995550101")
    telegram.push({"message": {"message_id": "Мишутка", "date": None}})
    await anna.world.deliver()

    async def nothing() -> list[str]:
        return []

    async with watched(Operations(metrics, nothing)) as get:
        status, figures = await get("/metrics")

    assert status == 200
    assert 'pediatrician_updates_total{kind="callback_query",outcome="done"} 5.0' in figures
    assert 'pediatrician_updates_total{kind="message",outcome="set aside"} 1.0' in figures
    assert "pediatrician_dead_letters_total 1.0" in figures
    assert 'pediatrician_refusals_total{kind="NotFound"} 1.0' in figures
    assert 'pediatrician_handler_seconds_count{handler="booking.confirm"} 1.0' in figures
    assert re.search(r'pediatrician_database_seconds_count\{kind="write"\} [1-9]', figures)
    assert "pediatrician_updates_in_hand 0.0" in figures
    labels = re.sub(r" [-+.e\d]+$", "", figures, flags=re.MULTILINE)
    for private in (
        "Аннушка",
        "Мишутка",
        "2024",
        "12.03",
        "болит",
        "7999",
        "777101",
        "31337",
        "forged",
        TOKEN.partition(":")[2],
    ):
        assert private not in labels, private


async def _raise_unavailable() -> int:
    raise StorageUnavailable


async def _hang() -> int:
    await asyncio.Event().wait()
    return 0


@pytest.mark.parametrize("count", [_raise_unavailable, _hang])
async def test_a_database_that_is_away_or_hangs_does_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch, count: Any
) -> None:
    """Whether the database is there is found out in two seconds at most."""
    assert await _answers(house.services.upkeep)
    monkeypatch.setattr("bot.serving.DATABASE_ANSWERS_WITHIN", 0.05)
    monkeypatch.setattr(Upkeep, "count_set_aside", lambda _self: count())

    assert not await _answers(house.services.upkeep)


async def test_ready_only_when_nothing_is_missing() -> None:
    """503 names what is missing, in words of ours; alive it is all the same."""
    lacks = ["the database does not answer", "it is stopping"]

    async def missing() -> list[str]:
        return lacks

    async with watched(Operations(Metrics(), missing)) as get:
        assert await get("/readyz") == (
            503,
            "not ready: the database does not answer, it is stopping\n",
        )
        assert await get("/healthz") == (200, "ok\n")
        lacks.clear()
        assert await get("/readyz") == (200, "ready\n")
        assert (await get("/metrics/more"))[0] == 404
