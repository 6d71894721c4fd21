"""Updates that are brought: taken from who knows the secret, and answered when they are done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendMessage
from aiogram.types import Update

from bot.app import build_bot
from bot.sandbox.session import SandboxSession
from bot.sandbox.telegram import Telegram
from bot.telegram.handling import MOST_IN_HAND, Handling
from bot.telegram.webhook import LARGEST, Webhook
from services.ports.transaction import StorageUnavailable
from tests.chat.conftest import TOKEN, Chat, World
from tests.conftest import House
from tests.databases import BOTH

SECRET = "secret-of-the-door"
SIGNED = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
HELLO = {"message": {"text": "hello"}}


@dataclass
class Door:
    """A webhook that listens, and what became of those who knocked."""

    bot: Bot
    handled: list[int] = field(default_factory=list)
    set_aside: list[int] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    """Updates that `wait` has in hand, or had."""
    free: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, `wait` keeps an update in hand."""
    address: str = ""
    port: int = 0

    async def note(self, update: Update) -> None:
        self.handled.append(update.update_id)

    async def wait(self, update: Update) -> None:
        self.begun.put_nowait(update.update_id)
        await self.free.wait()
        self.handled.append(update.update_id)

    async def put_aside(self, update_id: int, _kind: str, _error: str) -> None:
        self.set_aside.append(update_id)

    @asynccontextmanager
    async def open(
        self, handle: Callable[[Update], Awaitable[object]] | None = None
    ) -> AsyncIterator[None]:
        handling = Handling(self.bot, handle or self.note, self.put_aside)
        webhook = Webhook(handling, self.stopping, path="/telegram", secret=SECRET)
        async with webhook.listening("127.0.0.1", 0) as self.port:
            self.address = f"http://127.0.0.1:{self.port}/telegram"
            yield

    async def bring(self, raw: object, **more: Any) -> int:
        """Post an update as Telegram does; the status of the answer."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.address, json=raw, **{"headers": SIGNED, **more}) as response,
        ):
            return response.status


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    telegram = Telegram(token=TOKEN)
    yield Door(build_bot(TOKEN, SandboxSession(telegram)))
    await telegram.close()


def update(number: int) -> dict[str, Any]:
    """An update that aiogram can read."""
    chat = {"id": 1, "type": "private"}
    return {"update_id": number, "message": {"message_id": number, "date": 0, "chat": chat}}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "guess"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"},
        {"X-Telegram-Bot-Api-Secret-Token": "пароль"},
        [("X-Telegram-Bot-Api-Secret-Token", SECRET)] * 2,
    ],
)
async def test_who_does_not_know_the_secret_is_not_let_in(door: Door, headers: Any) -> None:
    """401, whatever stands in the header, and nothing is handled (R38)."""
    async with door.open():
        assert await door.bring(update(1), headers=headers) == 401

    assert door.handled == []


async def test_a_secret_of_bytes_that_are_no_text_is_not_let_in(door: Door) -> None:
    """Not even UTF-8: 401 as well, and not an error of ours."""
    async with door.open():
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(
            b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
            b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\x80\r\n\r\n{}"
        )
        status = await reader.readline()
        writer.close()

    assert b" 401 " in status


async def test_other_doors_are_closed(door: Door) -> None:
    """Only the path of the webhook is there, and only to be posted to."""
    async with door.open(), aiohttp.ClientSession() as http:
        async with http.get(door.address, headers=SIGNED) as response:
            assert response.status == 405
        async with http.post(f"{door.address}/more", json=update(1), headers=SIGNED) as response:
            assert response.status == 404

    assert door.handled == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": b"not json"}, 400),
        ({"data": b"\xff\xfe"}, 400),
        ({"json": [1]}, 400),
        ({"json": HELLO}, 400),
        ({"json": {"update_id": "1"}}, 400),
        ({"json": {"update_id": True}}, 400),
        ({"data": BytesIO(b"x" * (LARGEST + 1))}, 413),
    ],
)
async def test_what_is_no_update_is_refused(door: Door, sent: dict[str, Any], status: int) -> None:
    """What cannot be from Telegram is answered as such, and the next delivery is taken."""
    async with door.open(), aiohttp.ClientSession() as http:
        async with http.post(door.address, headers=SIGNED, **sent) as response:
            assert response.status == status
        assert await door.bring(update(1)) == 200

    assert door.handled == [1]


async def test_the_answer_comes_after_the_work(door: Door) -> None:
    """While an update is in hand nothing is answered; then 200 (R43)."""
    async with door.open(door.wait):
        answer = asyncio.create_task(door.bring(update(1)))
        await door.begun.get()
        done, _ = await asyncio.wait({answer}, timeout=0.05)
        assert not done
        door.free.set()
        assert await answer == 200

    assert door.handled == [1]


async def test_one_that_comes_again_joins_the_first(door: Door) -> None:
    """Telegram hung up and brings it again while it is in hand: begun once, both are told."""
    async with door.open(door.wait):
        answers = [asyncio.create_task(door.bring(update(1))) for _ in range(5)]
        await door.begun.get()
        door.free.set()
        assert await asyncio.gather(*answers) == [200] * 5

    assert door.handled == [1]


async def test_who_hangs_up_does_not_break_off_the_work(door: Door) -> None:
    """The proxy lost patience: the update is finished all the same."""
    async with door.open(door.wait):
        answer = asyncio.create_task(door.bring(update(1)))
        await door.begun.get()
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
        door.free.set()
        assert await door.bring(update(1)) == 200

    assert door.handled[0] == 1


async def test_poisonous_ones_are_set_aside_and_taken(door: Door) -> None:
    """Two of a hundred cannot be handled, of which one not even be read: 200 all the same, or they
    would come for ever; the others are handled (R44)."""

    async def allergic(raw: Update) -> None:
        if raw.update_id == 13:
            raise ValueError("poison")
        await door.note(raw)

    unreadable = {"update_id": 17, "message": {"message_id": "Миша"}}
    brought = [unreadable if number == 17 else update(number) for number in range(100)]
    async with door.open(allergic):
        answers = await asyncio.gather(*(door.bring(raw) for raw in brought))
        again = [await door.bring(brought[at]) for at, told in enumerate(answers) if told == 503]

    assert set(answers) <= {200, 503}  # 503: more at once than fit in hand
    assert set(again) <= {200}
    assert sorted(door.set_aside) == [13, 17]
    assert sorted(door.handled) == [n for n in range(100) if n not in (13, 17)]


async def test_what_does_not_fit_in_hand_is_sent_back(door: Door) -> None:
    """503 for the one beyond, so that it comes again, here or to another replica; and one that is
    in hand already is waited for all the same."""
    async with door.open(door.wait):
        answers = [asyncio.create_task(door.bring(update(n))) for n in range(MOST_IN_HAND)]
        for _ in answers:
            await door.begun.get()
        assert await door.bring(update(1000)) == 503
        joined = asyncio.create_task(door.bring(update(0)))
        door.free.set()
        assert await asyncio.gather(*answers, joined) == [200] * (MOST_IN_HAND + 1)

    assert 1000 not in door.handled


async def test_what_cannot_be_done_now_comes_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away: 503 before Telegram hangs up; it goes on being tried, and the next
    delivery finds it done (R43)."""
    monkeypatch.setattr("bot.telegram.webhook.ANSWER_WITHIN", 0.01)
    away = True

    async def try_to(raw: Update) -> None:
        if away:
            raise StorageUnavailable
        await door.note(raw)

    async with door.open(try_to):
        assert await door.bring(update(1)) == 503
        away = False
        monkeypatch.setattr("bot.telegram.webhook.ANSWER_WITHIN", 20)
        assert await door.bring(update(1)) == 200

    assert door.handled == [1]


async def test_who_waits_for_telegram_keeps_no_connection(door: Door) -> None:
    """Forty that wait would fill all of Telegram's: each is brought again later, and not tried by
    the proxy elsewhere, which takes a 503 for a replica that is away. Others are taken (R43)."""

    async def handle(raw: Update) -> None:
        if raw.update_id < 40:
            raise TelegramRetryAfter(SendMessage(chat_id=1, text=""), "slower", retry_after=120)
        await door.note(raw)

    async with door.open(handle), asyncio.timeout(20):
        waiting = await asyncio.gather(*(door.bring(update(n)) for n in range(40)))
        again = await door.bring(update(7))
        assert await door.bring(update(40)) == 200

    assert set(waiting) == {429}
    assert again == 429
    assert door.handled == [40]
    assert door.set_aside == []


async def test_a_stopping_process_sends_back(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 for what comes while stopping, and for what could not be finished (R42, R43)."""
    monkeypatch.setattr("bot.telegram.handling.LAST_WORDS", 0.05)
    async with door.open(door.wait):
        stuck = asyncio.create_task(door.bring(update(1)))
        await door.begun.get()
        door.stopping.set()
        assert await door.bring(update(2)) == 503

    assert await stuck == 503
    assert door.handled == []


class TestOnBothDatabases:
    """The same update brought again and again, with a booking in it."""

    @pytest.fixture(params=BOTH)
    def kind(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    async def served(self, world: World) -> AsyncIterator[Door]:
        door = Door(world.bot)
        async with door.open(lambda raw: world.dispatcher.feed_update(world.bot, raw)):
            yield door

    async def test_five_deliveries_are_one_booking(
        self, served: Door, anna: Chat, house: House
    ) -> None:
        """All at once and then once more: each is answered with 200, one visit stands (R45)."""
        await anna.tap("🕘")
        anna.press(anna.find("записать")[1])
        [raw] = anna.world.telegram.take()
        answers = await asyncio.gather(*(served.bring(raw) for _ in range(5)))
        answers.append(await served.bring(raw))

        assert answers == [200] * 6
        assert await house.count("appointments") == 1
        assert await house.count("dead_letters") == 0
        assert "Вы записаны" in anna.screen.text
