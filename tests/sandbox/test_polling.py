"""The bot receives updates as from the real server (R43)."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError

from bot.sandbox import Telegram
from tests.sandbox.world import ANNA, BORIS, GROUP, Clock, until_polled


async def _ids(
    bot: Bot, offset: int | None = None, limit: int | None = None, wait: int | None = None
) -> list[int]:
    updates = await bot.get_updates(offset=offset, limit=limit, timeout=wait)
    return [update.update_id for update in updates]


async def _waiting(telegram: Telegram, bot: Bot, offset: int) -> asyncio.Task[list[int]]:
    """A long poll that the server is holding."""
    poll = asyncio.create_task(_ids(bot, offset, wait=30))
    await until_polled(telegram)
    return poll


async def test_updates_come_until_they_are_confirmed(
    bot: Bot, telegram: Telegram, clock: Clock
) -> None:
    """An update is given again and again until an offset above it confirms it for good."""
    first, second = telegram.say(ANNA, "раз"), telegram.say(BORIS, "два")

    assert await _ids(bot) == [first, second]
    clock.move(1)
    assert await _ids(bot, first) == [first, second]
    assert await _ids(bot, second) == [second]
    assert await _ids(bot, first) == [second]


async def test_update_ids_follow_each_other(telegram: Telegram) -> None:
    """Ids rise by one, whatever the kind of the update."""
    first = telegram.say(ANNA, "раз")
    assert telegram.tap(ANNA, 1, "x") == first + 1
    assert telegram.push({"strange": True}) == first + 2


async def test_a_negative_offset_keeps_only_the_last(bot: Bot, telegram: Telegram) -> None:
    """Offset -1 returns the last update and forgets all before it."""
    *_, last = [telegram.say(ANNA, str(number)) for number in range(5)]

    assert await _ids(bot, -1) == [last]
    assert await _ids(bot) == [last]


async def test_limit(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """A limit holds back the rest; a limit out of bounds is moved into 1..100."""
    ids = [telegram.say(ANNA, str(number)) for number in range(102)]

    assert await _ids(bot, ids[0], limit=2) == ids[:2]
    clock.move(1)
    assert await _ids(bot, ids[0]) == ids[:100]
    clock.move(1)
    assert await _ids(bot, ids[0], limit=1000) == ids[:100]
    clock.move(1)
    assert await _ids(bot, ids[0], limit=-5) == ids[:1]


async def test_a_hasty_repeat_gets_one(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """The same offset within half a second of the previous request yields one update only."""
    ids = [telegram.say(ANNA, str(number)) for number in range(3)]

    assert await _ids(bot, ids[0]) == ids
    clock.move(0.4)
    assert await _ids(bot, ids[0]) == ids[:1]
    clock.move(0.4)
    assert await _ids(bot, ids[0]) == ids[:1]
    clock.move(0.5)
    assert await _ids(bot, ids[0]) == ids
    assert await _ids(bot, ids[1]) == ids[1:]


async def test_an_update_ends_a_long_poll(bot: Bot, telegram: Telegram) -> None:
    """A long poll is answered the moment something happens."""
    poll = await _waiting(telegram, bot, 1)
    said = telegram.say(ANNA, "привет")

    async with asyncio.timeout(5):
        assert await poll == [said]


async def test_pending_updates_do_not_wait(bot: Bot, telegram: Telegram) -> None:
    """With something pending even a long poll is answered at once."""
    said = telegram.say(ANNA, "привет")

    async with asyncio.timeout(5):
        assert await _ids(bot, wait=30) == [said]


async def test_a_long_poll_ends_empty(bot: Bot) -> None:
    """When nothing happens in time the answer is an empty list."""
    async with asyncio.timeout(5):
        assert await _ids(bot, wait=1) == []


async def test_closing_ends_what_waits(telegram: Telegram) -> None:
    """A closed sandbox keeps neither a long poll nor a listener waiting."""
    poll = asyncio.create_task(telegram.call(telegram.token, "getUpdates", {"timeout": "30"}))
    await until_polled(telegram)
    with telegram.subscribe() as events:
        await telegram.close()
        async with asyncio.timeout(5):
            assert await poll == []
            assert await events.get() is None


async def test_a_second_poll_ends_the_first(bot: Bot, telegram: Telegram) -> None:
    """Two pollers: the newer one wins, the older one is told why."""
    older = await _waiting(telegram, bot, 1)
    newer = asyncio.create_task(_ids(bot, 1, wait=30))

    with pytest.raises(
        TelegramConflictError,
        match="Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    ):
        await older
    said = telegram.say(ANNA, "привет")
    assert await newer == [said]


async def test_no_polling_beside_a_webhook(bot: Bot, telegram: Telegram) -> None:
    """With a webhook set getUpdates is refused, until the webhook is deleted."""
    said = telegram.say(ANNA, "привет")
    await bot.set_webhook("http://127.0.0.1:1/hook")

    with pytest.raises(TelegramConflictError, match="use deleteWebhook to delete the webhook"):
        await bot.get_updates()
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("http://127.0.0.1:1/hook", 1)

    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    assert await _ids(bot) == [said]


async def test_a_webhook_ends_a_long_poll(bot: Bot, telegram: Telegram) -> None:
    """Setting a webhook answers the waiting getUpdates with a conflict."""
    poll = await _waiting(telegram, bot, 1)
    await bot.set_webhook("http://127.0.0.1:1/hook")

    with pytest.raises(TelegramConflictError, match="Conflict: terminated by setWebhook request"):
        await poll


async def test_pending_updates_can_be_dropped(bot: Bot, telegram: Telegram) -> None:
    """deleteWebhook throws the queue away only when asked to."""
    said = telegram.say(ANNA, "привет")

    await bot.delete_webhook()
    assert await _ids(bot) == [said]
    await bot.delete_webhook(drop_pending_updates=True)
    assert await _ids(bot) == []


async def test_updates_grow_old(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """A tap waits 150 seconds for the bot, anything else 24 hours."""
    said, tapped = telegram.say(ANNA, "привет"), telegram.tap(ANNA, 1, "x")

    clock.move(150)
    assert await _ids(bot) == [said, tapped]
    clock.move(1)
    assert await _ids(bot) == [said]
    clock.move(24 * 3600 - 151)
    assert await _ids(bot) == [said]
    clock.move(1)
    assert await _ids(bot) == []


async def test_allowed_updates(bot: Bot, telegram: Telegram) -> None:
    """Only the kinds that were asked for are queued, and the choice stays until the next one."""
    await bot.get_updates(allowed_updates=["callback_query"])
    telegram.say(ANNA, "не нужно")
    tapped = telegram.tap(ANNA, 1, "x")
    assert await _ids(bot) == [tapped]

    await bot.get_updates(offset=tapped + 1, allowed_updates=[])
    telegram.say(ANNA, "снова нужно")
    telegram.block(BORIS)
    updates = await bot.get_updates()
    assert [update.event_type for update in updates] == ["message", "my_chat_member"]


async def test_poison(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """Raw updates reach the bot as they are, between the others (R44)."""
    before = telegram.say(ANNA, "до")
    poison = telegram.push({"message": {"nonsense": True}, "update_id": 7})
    after = telegram.say(ANNA, "после")

    raw = await telegram.call(bot.token, "getUpdates", {"offset": "-100"})
    assert [update["update_id"] for update in raw] == [before, poison, after]
    assert raw[1]["message"] == {"nonsense": True}


async def test_a_confirmed_update_is_repeated(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """A repeat comes once, whatever offset the bot has reached (R45)."""
    first, second = telegram.say(ANNA, "раз"), telegram.say(ANNA, "два")
    assert await _ids(bot, second + 1) == []

    telegram.repeat(first)
    assert await _ids(bot, second + 1) == [first]
    assert await _ids(bot, second + 1) == []


async def test_taking(telegram: Telegram) -> None:
    """Tests in one process take all raw updates without the Bot API."""
    said = telegram.say(ANNA, "привет")
    telegram.repeat(said)

    assert [update["update_id"] for update in telegram.take()] == [said, said]
    assert telegram.take() == []


async def test_polled(bot: Bot, telegram: Telegram) -> None:
    """The sandbox knows whether a bot has asked for updates."""
    assert not telegram.polled()
    await bot.get_me()
    assert not telegram.polled()
    await bot.get_updates()
    assert telegram.polled()


async def test_what_a_message_tells(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """A written text becomes a message with its sender, chat, date and commands."""
    telegram.say(ANNA, "  /start c123\n ")
    telegram.say(BORIS, "всем привет", chat_id=GROUP)
    private, group = await bot.get_updates()

    assert private.message
    assert private.message.from_user
    assert private.message.entities
    assert private.message.text == "/start c123"
    assert private.message.entities[0].extract_from(private.message.text) == "/start"
    assert private.message.chat.id == private.message.from_user.id == ANNA
    assert private.message.from_user.first_name == "Анна"
    assert private.message.from_user.language_code == "ru"
    assert private.message.date == clock()
    assert group.message
    assert group.message.from_user
    assert (group.message.chat.type, group.message.chat.title) == ("group", "Регистратура")
    assert group.message.from_user.id == BORIS
