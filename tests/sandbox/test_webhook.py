"""Webhooks: an update is brought until it is taken, as the real server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from aiohttp import web

from bot.sandbox import Telegram, Twice
from bot.sandbox.model import ApiError
from tests.sandbox.world import ANNA, TOKEN, Clock, make_telegram

SECRET = "secret-of-the-hook"


@dataclass
class Hook:
    """A bot's webhook that answers as it is told, and counts."""

    answers: list[int] = field(default_factory=list)
    """The next ones; 200 when there are none left."""
    came: list[tuple[str | None, int]] = field(default_factory=list)
    """The secret and the update's id of each delivery."""
    times: list[float] = field(default_factory=list)
    """When each came, in seconds of the event loop."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Closed, it keeps whoever comes waiting."""
    inside: int = 0
    most_inside: int = 0

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.came.append((secret, (await request.json())["update_id"]))
        self.times.append(asyncio.get_running_loop().time())
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        await self.gate.wait()
        self.inside -= 1
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@asynccontextmanager
async def served(hook: Hook) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


@pytest.fixture
def hook() -> Hook:
    hook = Hook()
    hook.gate.set()
    return hook


@pytest.fixture
async def address(hook: Hook) -> AsyncIterator[str]:
    async with served(hook) as address:
        yield address


@pytest.fixture
async def telegram(clock: Clock) -> AsyncIterator[Telegram]:
    telegram = make_telegram(clock, webhook_pause=0.001)
    yield telegram
    await telegram.close()


async def set_webhook(telegram: Telegram, url: str, **other: object) -> None:
    await telegram.call(TOKEN, "setWebhook", {"url": url, **other})


async def until(telegram: Telegram, pending: int) -> None:
    """Return once so many updates are left to be taken."""
    with telegram.subscribe() as events:
        async with asyncio.timeout(5):
            while len(telegram.queue) != pending:
                await events.get()


async def info(telegram: Telegram) -> dict[str, object]:
    return dict(await telegram.call(TOKEN, "getWebhookInfo", {}))


async def test_an_update_is_brought_with_the_secret(
    telegram: Telegram, hook: Hook, address: str
) -> None:
    """What waited and what comes later is posted once, and forgotten once it is taken."""
    first = telegram.say(ANNA, "до")
    await set_webhook(telegram, address, secret_token=SECRET)
    second = telegram.say(ANNA, "после")
    await until(telegram, pending=0)

    assert sorted(hook.came) == [(SECRET, first), (SECRET, second)]
    assert (await info(telegram))["url"] == address
    assert SECRET not in str(await info(telegram))


@pytest.mark.parametrize("status", [500, 503, 401, 302])
async def test_what_is_not_taken_is_brought_again(
    telegram: Telegram, hook: Hook, address: str, status: int
) -> None:
    """Until a 2xx; meanwhile getWebhookInfo says what went wrong."""
    hook.answers = [status, status]
    await set_webhook(telegram, address)
    update = telegram.say(ANNA, "привет")
    await until(telegram, pending=0)

    assert hook.came == [(None, update)] * 3
    told = await info(telegram)
    assert str(status) in str(told["last_error_message"])
    assert told["pending_update_count"] == 0


async def test_it_is_brought_again_ever_more_seldom(clock: Clock, hook: Hook, address: str) -> None:
    """Each pause is twice as long as the one before."""
    telegram = make_telegram(clock, webhook_pause=0.02)
    hook.answers = [500, 500, 500]
    await set_webhook(telegram, address)
    telegram.say(ANNA, "привет")
    await until(telegram, pending=0)
    await telegram.close()

    pauses = [later - earlier for earlier, later in pairwise(hook.times)]
    assert [pause >= least for pause, least in zip(pauses, (0.02, 0.04, 0.08), strict=True)] == [
        True,
        True,
        True,
    ]


async def test_updates_can_come_twice(telegram: Telegram, hook: Hook, address: str) -> None:
    """On demand, whatever the webhook has taken is brought once more."""
    telegram.faults.add(Twice(times=1))
    await set_webhook(telegram, address)
    first, second = telegram.say(ANNA, "раз"), telegram.say(ANNA, "два")
    await until(telegram, pending=0)

    assert sorted(update for _, update in hook.came) == [first, first, second]


async def test_a_webhook_that_is_down_is_waited_for(
    telegram: Telegram, hook: Hook, address: str
) -> None:
    """Nothing is lost; a new address is where the next attempt goes."""
    await set_webhook(telegram, "http://127.0.0.1:1/hook")
    with telegram.subscribe() as events:
        telegram.say(ANNA, "привет")
        async with asyncio.timeout(5):
            while (await events.get() or {})["kind"] != "refused delivery":
                pass
    assert (await info(telegram))["last_error_message"] == "Connection refused"
    await set_webhook(telegram, address)
    await until(telegram, pending=0)

    assert len(hook.came) == 1


async def test_so_many_are_brought_at_once(telegram: Telegram, hook: Hook, address: str) -> None:
    """`max_connections` is kept, and everything arrives."""
    hook.gate.clear()
    for number in range(9):
        telegram.say(ANNA, str(number))
    await set_webhook(telegram, address, max_connections=3)
    async with asyncio.timeout(5):
        while hook.inside < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    hook.gate.set()
    await until(telegram, pending=0)

    assert hook.most_inside == 3
    assert len({update for _, update in hook.came}) == len(hook.came) == 9


async def test_a_webhook_and_polling_exclude_each_other(telegram: Telegram, address: str) -> None:
    """getUpdates is refused while a webhook is set, and gets what is left once it is deleted."""
    await set_webhook(telegram, "http://127.0.0.1:1/hook")
    update = telegram.say(ANNA, "привет")
    with pytest.raises(ApiError) as refused:
        await telegram.call(TOKEN, "getUpdates", {})
    assert refused.value.status == 409
    await telegram.call(TOKEN, "deleteWebhook", {})

    [raw] = await telegram.call(TOKEN, "getUpdates", {})
    assert raw["update_id"] == update


async def test_what_waits_is_dropped_on_demand(
    telegram: Telegram, hook: Hook, address: str
) -> None:
    """`drop_pending_updates` forgets what came before."""
    telegram.say(ANNA, "старое")
    await set_webhook(telegram, address, drop_pending_updates=True)
    update = telegram.say(ANNA, "новое")
    await until(telegram, pending=0)

    assert hook.came == [(None, update)]


@pytest.mark.parametrize("secret", ["пароль", "two words", "x" * 257, ""])
async def test_a_secret_of_other_signs_is_refused(telegram: Telegram, secret: str) -> None:
    """Telegram takes 1 to 256 of A-Z, a-z, 0-9, _ and -."""
    with pytest.raises(ApiError, match="secret token"):
        await set_webhook(telegram, "http://127.0.0.1:1/hook", secret_token=secret)


async def test_closing_does_not_wait_for_a_webhook_that_hangs(
    clock: Clock, hook: Hook, address: str
) -> None:
    """Whatever was not taken still waits, for the next start."""
    telegram = make_telegram(clock)
    hook.gate.clear()
    telegram.say(ANNA, "привет")
    await set_webhook(telegram, address)
    async with asyncio.timeout(5):
        while not hook.came:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        await telegram.close()

    assert len(telegram.queue) == 1
    hook.gate.set()
