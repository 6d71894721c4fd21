"""Faults on demand, as a bot meets them through both doors (R45)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.sandbox import (
    Failure,
    Limit,
    Limits,
    LostAnswer,
    LostRequest,
    Slow,
    Telegram,
    Twice,
)
from bot.sandbox.faults import Counts, Dropped, Fault
from tests.sandbox.world import ANNA, BORIS, GROUP, TOKEN, Api, Clock, keyboard, make_telegram


class Ticks:
    """Monotonic seconds that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
async def telegram(clock: Clock, ticks: Ticks) -> AsyncIterator[Telegram]:
    telegram = make_telegram(clock, monotonic=ticks)
    yield telegram
    await telegram.close()


def _texts(telegram: Telegram, chat_id: int = ANNA) -> list[str]:
    return [message.text for message in telegram.chat(chat_id) if message.from_bot]


async def _retry_after(bot: Bot, chat_id: int) -> int:
    """How long Telegram wants the bot to wait before it writes there."""
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(chat_id, "слишком рано")
    return refused.value.retry_after


async def test_without_faults_everything_goes_well(bot: Bot, telegram: Telegram) -> None:
    """Nobody is too fast for a sandbox that was not told to mind; it only counts."""
    await asyncio.gather(*(bot.send_message(ANNA, str(number)) for number in range(50)))
    assert telegram.faults.counts == Counts(accepted=50)


# --- Limits -----------------------------------------------------------------------------------


async def test_one_message_a_second_to_a_person(bot: Bot, telegram: Telegram, ticks: Ticks) -> None:
    """The second one is refused until the second is over; other people get theirs."""
    telegram.faults.add(Limits())
    await bot.send_message(ANNA, "раз")
    ticks.move(0.5)
    assert await _retry_after(bot, ANNA) == 1
    await bot.send_message(BORIS, "раз")
    ticks.move(0.5)
    await bot.send_message(ANNA, "два")

    assert _texts(telegram) == ["раз", "два"]
    assert telegram.faults.counts == Counts(accepted=3, limited=1)


async def test_twenty_messages_a_minute_to_a_group(
    bot: Bot, telegram: Telegram, ticks: Ticks
) -> None:
    """The bot learns for how many whole seconds the group wants no more."""
    telegram.faults.add(Limits())
    for number in range(20):
        await bot.send_message(GROUP, str(number))
        ticks.move(1)
    assert await _retry_after(bot, GROUP) == 40
    ticks.move(14.5)
    assert await _retry_after(bot, GROUP) == 26
    ticks.move(25.5)
    await bot.send_message(GROUP, "снова")
    assert telegram.faults.counts == Counts(accepted=21, limited=2)


async def test_thirty_messages_a_second_of_the_bot(
    bot: Bot, telegram: Telegram, ticks: Ticks
) -> None:
    """It is thirty in any second, not thirty in each second of the clock."""
    telegram.faults.add(Limits(private=None))
    for number in range(30):
        await bot.send_message(ANNA, str(number))
        ticks.move(1 / 64)
    assert await _retry_after(bot, BORIS) == 1
    ticks.move(34 / 64)
    await bot.send_message(BORIS, "первый из тридцати старше секунды")
    assert await _retry_after(bot, ANNA) == 1


async def test_at_once_no_more_get_through_than_may(bot: Bot, telegram: Telegram) -> None:
    """Requests side by side do not slip past the limit together."""
    telegram.faults.add(Limits(bot=Limit(messages=5), private=None))
    sent = (bot.send_message(ANNA, str(number)) for number in range(8))
    came = await asyncio.gather(*sent, return_exceptions=True)

    assert sum(isinstance(each, TelegramRetryAfter) for each in came) == 3
    assert telegram.faults.counts == Counts(accepted=5, limited=3)


async def test_a_limit_of_one_s_own(bot: Bot, telegram: Telegram, ticks: Ticks) -> None:
    """New limits take the place of the old ones; short bursts can be allowed, as Telegram may."""
    telegram.faults.add(Limits())
    telegram.faults.add(Limits(bot=None, private=Limit(messages=2, seconds=10), group=None))
    await bot.send_message(ANNA, "раз")
    ticks.move(3)
    await bot.send_message(ANNA, "два")
    assert await _retry_after(bot, ANNA) == 7
    for number in range(40):
        await bot.send_message(GROUP, str(number))


async def test_who_hurries_does_not_wait_longer(bot: Bot, telegram: Telegram, ticks: Ticks) -> None:
    """A refused message does not count, and the sandbox's clock makes nothing go faster."""
    telegram.faults.add(Limits())
    await bot.send_message(ANNA, "раз")
    for _ in range(9):
        assert await _retry_after(bot, ANNA) == 1
        ticks.move(0.1)
    telegram.fast_forward(3600)
    assert await _retry_after(bot, ANNA) == 1
    ticks.move(0.2)
    await bot.send_message(ANNA, "два")


async def test_edits_count_as_messages(bot: Bot, telegram: Telegram) -> None:
    """Telegram limits sending and editing together."""
    sent = await bot.send_message(ANNA, "раз", reply_markup=keyboard(("Да", "yes")))
    telegram.faults.add(Limits())
    await sent.edit_text("два")
    with pytest.raises(TelegramRetryAfter):
        await sent.edit_reply_markup(reply_markup=keyboard(("Нет", "no")))
    with pytest.raises(TelegramRetryAfter):
        await bot.send_venue(ANNA, 55.75, 37.61, "Ромашка", "Садовая, 7")


async def test_other_requests_do_not_count(bot: Bot, telegram: Telegram) -> None:
    """Answers to taps, "typing", deleting and asking for updates are free."""
    telegram.faults.add(Limits())
    sent = await bot.send_message(ANNA, "раз", reply_markup=keyboard(("Да", "yes")))
    for _ in range(3):
        tapped = telegram.tap(ANNA, sent.message_id, "yes")
        (update,) = await bot.get_updates(offset=tapped)
        assert update.callback_query
        await update.callback_query.answer()
        await bot.send_chat_action(ANNA, "typing")
    await sent.delete()
    assert telegram.faults.counts == Counts(accepted=1)


async def test_what_a_429_looks_like(api: Api, telegram: Telegram) -> None:
    """Word for word, as any HTTP client gets it."""
    telegram.faults.add(Limits(private=Limit(messages=1, seconds=7)))
    request = {"chat_id": ANNA, "text": "x"}
    await api.call("sendMessage", json=request)
    assert await api.call("SENDMESSAGE", json=request) == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        },
    )


# --- Failures ---------------------------------------------------------------------------------


async def test_the_next_calls_fail(bot: Bot, telegram: Telegram) -> None:
    """Telegram's bad moment passes after so many calls of a method; the others go on."""
    telegram.faults.add(Failure(status=502, method="sendMessage", times=2))
    for _ in range(2):
        with pytest.raises(TelegramServerError, match="Bad Gateway"):
            await bot.send_message(ANNA, "пропало")
        await bot.get_me()
    await bot.send_message(ANNA, "дошло")

    assert _texts(telegram) == ["дошло"]
    assert telegram.faults.counts == Counts(accepted=1, failed=2)
    assert telegram.faults.to_json()["faults"] == []


async def test_a_share_of_all_calls_fails(bot: Bot, telegram: Telegram) -> None:
    """Every tenth call means every tenth call, so that tests can count on it."""
    telegram.faults.add(Failure(share=0.1))
    for _ in range(30):
        with suppress(TelegramServerError):
            await bot.get_me()
    assert telegram.faults.counts.failed == 3


async def test_a_person_who_cannot_be_written_to(bot: Bot, telegram: Telegram) -> None:
    """403 as if they had blocked the bot, although it was never told so."""
    telegram.faults.add(Failure(status=403, chat=ANNA))
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ANNA, "пропало")
    await bot.send_message(BORIS, "дошло")
    assert (_texts(telegram), telegram.take()) == ([], [])


# --- The network ------------------------------------------------------------------------------


async def test_a_request_is_lost(bot: Bot, telegram: Telegram) -> None:
    """The connection breaks before the message is there: sending once more is right."""
    telegram.faults.add(LostRequest(method="sendMessage", times=1))
    with pytest.raises(TelegramNetworkError, match="Server disconnected"):
        await bot.send_message(ANNA, "привет")
    assert _texts(telegram) == []
    await bot.send_message(ANNA, "привет")
    assert telegram.faults.counts == Counts(accepted=1, lost=1)


async def test_an_answer_is_lost(bot: Bot, telegram: Telegram) -> None:
    """The message is there when the connection breaks: sending once more doubles it."""
    telegram.faults.add(LostAnswer(method="sendMessage", times=1))
    with pytest.raises(TelegramNetworkError, match="Server disconnected"):
        await bot.send_message(ANNA, "привет")
    assert _texts(telegram) == ["привет"]
    assert telegram.faults.counts == Counts(accepted=1, lost=1)


async def test_no_update_goes_with_a_lost_answer(bot: Bot, telegram: Telegram) -> None:
    """Updates whose delivery broke off are given again."""
    telegram.faults.add(LostAnswer(method="getUpdates", times=1))
    said = telegram.say(ANNA, "привет")
    with pytest.raises(TelegramNetworkError):
        await bot.get_updates()
    assert [update.update_id for update in await bot.get_updates()] == [said]


async def test_a_slow_method(bot: Bot, telegram: Telegram) -> None:
    """The delay comes before the effect, and holds up no other method."""
    telegram.faults.add(Slow(seconds=0.1, method="sendMessage"))
    telegram.faults.add(Slow(seconds=0.05, chat=ANNA))
    began = asyncio.get_running_loop().time()
    sending = asyncio.create_task(bot.send_message(ANNA, "привет"))
    await bot.get_me()
    assert _texts(telegram) == []
    await sending

    assert _texts(telegram) == ["привет"]
    assert asyncio.get_running_loop().time() - began >= 0.15


async def test_what_is_slow_ends_with_telegram(bot: Bot, telegram: Telegram) -> None:
    """It takes no effect, and nobody waits half a minute for it to end."""
    telegram.faults.add(Slow(seconds=30, method="sendMessage"))
    sending = asyncio.create_task(bot.send_message(ANNA, "привет"))
    await bot.get_me()
    telegram.end_waiting()
    with pytest.raises(TelegramNetworkError):
        await sending
    assert _texts(telegram) == []


async def test_who_gives_up_waiting_is_obeyed_all_the_same(api: Api, telegram: Telegram) -> None:
    """A request that took too long for the bot takes effect after it hung up."""
    telegram.faults.add(Slow(seconds=0.2, method="sendMessage"))
    impatient = aiohttp.ClientTimeout(total=0.1)
    with telegram.subscribe() as events:
        with pytest.raises(TimeoutError):
            await api.call(
                "sendMessage", json={"chat_id": ANNA, "text": "привет"}, timeout=impatient
            )
        assert _texts(telegram) == []
        async with asyncio.timeout(5):
            assert (await events.get() or {})["kind"] == "message"
    assert _texts(telegram) == ["привет"]


# --- Updates ----------------------------------------------------------------------------------


async def test_updates_come_twice(bot: Bot, telegram: Telegram) -> None:
    """Once more after the bot has confirmed them, and no third time."""
    telegram.faults.add(Twice(times=1))
    first, second = telegram.say(ANNA, "раз"), telegram.say(ANNA, "два")
    came = [
        [update.update_id for update in await bot.get_updates(offset=offset)]
        for offset in (first, second, second + 1)
    ]
    assert came == [[first, second], [first, second], []]


async def test_taken_updates_come_twice(telegram: Telegram) -> None:
    """So they do for tests in one process, the second time at the next taking."""
    telegram.faults.add(Twice())
    said = telegram.say(ANNA, "привет")
    came = [[update["update_id"] for update in telegram.take()] for _ in range(3)]
    assert came == [[said], [said], []]


async def test_what_is_dropped_does_not_come_again(bot: Bot, telegram: Telegram) -> None:
    """`drop_pending_updates` means both times."""
    telegram.faults.add(Twice())
    telegram.say(ANNA, "привет")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


async def test_a_poisonous_update(bot: Bot, telegram: Telegram) -> None:
    """aiogram cannot read it, nor what comes with it."""
    poison, said = telegram.poison(), telegram.say(ANNA, "привет")
    with pytest.raises(ClientDecodeError):
        await bot.get_updates()
    assert [update.update_id for update in await bot.get_updates(offset=poison + 1)] == [said]


# --- The door for people ----------------------------------------------------------------------


async def _faults(api: Api, method: str = "GET", **request: Any) -> tuple[int, Any]:
    async with api.http.request(method, f"{api.url}/sim/faults", **request) as response:
        return response.status, await response.json()


async def test_faults_over_http(api: Api, telegram: Telegram) -> None:
    """What is in force can be put there, looked at with what is left of it, and taken away."""
    wanted: list[dict[str, Any]] = [
        {
            "kind": "limits",
            "bot": {"messages": 30, "seconds": 1},
            "private": None,
            "group": {"messages": 20, "seconds": 60},
        },
        {"kind": "failure", "method": "sendmessage", "status": 503, "times": 2},
        {"kind": "lost request", "share": 0.5, "chat": BORIS},
        {"kind": "lost answer", "method": "sendDocument"},
        {"kind": "slow", "seconds": 0.01},
        {"kind": "twice", "times": 3},
    ]
    for fault in wanted:
        assert (await _faults(api, "POST", json=fault))[0] == 200
    status, _ = await api.call("sendMessage", json={"chat_id": ANNA, "text": "x"})
    assert status == 503
    telegram.say(ANNA, "дважды")
    wanted[1]["times"], wanted[5]["times"] = 1, 2

    counts = {"accepted": 0, "limited": 0, "failed": 1, "lost": 0}
    assert await _faults(api) == (200, {"faults": wanted, "counts": counts})
    counts["failed"] = 0
    assert await _faults(api, "DELETE") == (200, {"faults": [], "counts": counts})
    assert (await api.call("sendMessage", json={"chat_id": ANNA, "text": "x"}))[0] == 200


async def test_the_limits_of_telegram_are_the_default(api: Api) -> None:
    """Whoever asks for limits without numbers gets what Telegram documents."""
    _, told = await _faults(api, "POST", json={"kind": "limits"})
    assert told["faults"] == [
        {
            "kind": "limits",
            "bot": {"messages": 30, "seconds": 1},
            "private": {"messages": 1, "seconds": 1},
            "group": {"messages": 20, "seconds": 60},
        }
    ]


async def test_poison_over_http(api: Api, telegram: Telegram) -> None:
    """A poisonous update comes at once, and is no fault that stays."""
    status, told = await _faults(api, "POST", json={"kind": "poison"})
    assert (status, telegram.take()[0]["update_id"]) == (200, told["update_id"])
    assert telegram.faults.to_json()["faults"] == []


@pytest.mark.parametrize(
    "fault",
    [
        {},
        [],
        {"kind": "earthquake"},
        {"kind": "failure", "status": 200},
        {"kind": "failure", "status": 429},
        {"kind": "failure", "status": 799},
        {"kind": "failure", "method": "sendMesage"},
        {"kind": "failure", "times": 0},
        {"kind": "failure", "share": 1.5},
        {"kind": "slow"},
        {"kind": "slow", "seconds": -1},
        {"kind": "twice", "method": "getUpdates"},
        {"kind": "limits", "bot": {"messages": 0}},
        {"kind": "limits", "bot": 30},
    ],
)
async def test_a_fault_that_cannot_be(api: Api, telegram: Telegram, fault: object) -> None:
    """It is refused in words, so that no test goes by without the fault that it asked for."""
    status, told = await _faults(api, "POST", json=fault)
    assert status == 400
    assert told["error"]
    assert telegram.faults.to_json()["faults"] == []


@pytest.mark.parametrize(
    "fault",
    [Failure(times=1), LostRequest(times=1), LostAnswer(times=1), Slow(seconds=0.001, times=1)],
    ids=lambda fault: fault.kind,
)
async def test_a_fault_that_is_over_is_forgotten(telegram: Telegram, fault: Fault) -> None:
    """It costs nothing any more."""
    telegram.faults.add(fault)
    with suppress(Dropped):
        await telegram.respond(TOKEN, "sendMessage", {"chat_id": str(ANNA), "text": "x"})
    assert telegram.faults.to_json()["faults"] == []
