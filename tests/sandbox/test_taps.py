"""Taps, and the answers that people see (R12)."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InaccessibleMessage, Message

from bot.sandbox import CallbackAnswer, Telegram
from tests.sandbox.world import ANNA, BORIS, GROUP, Clock, keyboard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def _tapped(bot: Bot) -> CallbackQuery:
    query = (await bot.get_updates(offset=-1))[0].callback_query
    assert query
    return query


async def _refused(query: CallbackQuery) -> str:
    with pytest.raises(TelegramBadRequest) as caught:
        await query.answer()
    return caught.value.message


async def test_a_tap(bot: Bot, telegram: Telegram) -> None:
    """A tap tells who tapped what on which message."""
    sent = await bot.send_message(ANNA, "Подтвердите", reply_markup=keyboard(("Да", "yes:1")))
    telegram.tap(ANNA, sent.message_id, "yes:1")
    query = await _tapped(bot)

    assert (query.from_user.id, query.data) == (ANNA, "yes:1")
    assert isinstance(query.message, Message)
    assert (query.message.message_id, query.message.text) == (sent.message_id, "Подтвердите")
    assert query.message.reply_markup
    assert query.message.reply_markup.inline_keyboard[0][0].callback_data == "yes:1"


async def test_a_tap_carries_the_message_of_its_moment(bot: Bot, telegram: Telegram) -> None:
    """What is edited after a tap does not change what the tap tells."""
    sent = await bot.send_message(ANNA, "было", reply_markup=keyboard(("Да", "yes")))
    telegram.tap(ANNA, sent.message_id, "yes")
    await sent.edit_text("стало")

    message = (await _tapped(bot)).message
    assert isinstance(message, Message)
    assert message.text == "было"


async def test_data_may_be_forged(bot: Bot, telegram: Telegram) -> None:
    """Tests tap what no button holds, as an attacker would (R30)."""
    sent = await bot.send_message(ANNA, "x")
    telegram.tap(ANNA, sent.message_id, "admin:1")
    assert (await _tapped(bot)).data == "admin:1"


async def test_a_message_out_of_reach(bot: Bot, telegram: Telegram) -> None:
    """For a message that is gone, or too old, the bot gets its id only."""
    sent = await bot.send_message(ANNA, "x")
    telegram.tap_inaccessible(ANNA, sent.message_id, "yes")
    message = (await _tapped(bot)).message
    assert isinstance(message, InaccessibleMessage)
    assert (message.message_id, message.chat.id) == (sent.message_id, ANNA)

    await sent.delete()
    telegram.tap(ANNA, sent.message_id, "yes")
    assert isinstance((await _tapped(bot)).message, InaccessibleMessage)


async def test_a_tap_in_a_group(bot: Bot, telegram: Telegram) -> None:
    """In a group the chat and the tapping person differ."""
    sent = await bot.send_message(GROUP, "x")
    telegram.tap(BORIS, sent.message_id, "yes", chat_id=GROUP)
    query = await _tapped(bot)
    assert query.message
    assert (query.message.chat.id, query.from_user.id) == (GROUP, BORIS)


async def test_answers(bot: Bot, telegram: Telegram) -> None:
    """A toast, an alert and a silent answer reach the person who tapped."""
    updates = [telegram.tap(ANNA, 1, "x"), telegram.tap(BORIS, 1, "x"), telegram.tap(ANNA, 1, "x")]
    toast, alert, silent = [update.callback_query for update in await bot.get_updates()]
    assert toast
    assert alert
    assert silent
    await toast.answer("Готово")
    await alert.answer("Занято", show_alert=True)
    await silent.answer()

    assert telegram.answers() == [
        CallbackAnswer(ANNA, updates[0], "Готово", show_alert=False),
        CallbackAnswer(BORIS, updates[1], "Занято", show_alert=True),
        CallbackAnswer(ANNA, updates[2], "", show_alert=False),
    ]


async def test_one_answer_only(bot: Bot, telegram: Telegram) -> None:
    """The second answer to a tap is refused, and not shown."""
    telegram.tap(ANNA, 1, "x")
    query = await _tapped(bot)
    await query.answer("раз")
    assert await _refused(query) == TOO_OLD
    assert [answer.text for answer in telegram.answers()] == ["раз"]


async def test_an_answer_in_time(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """A tap can be answered for 150 seconds."""
    telegram.tap(ANNA, 1, "x")
    early = await _tapped(bot)
    telegram.tap(ANNA, 1, "x")
    late = await _tapped(bot)
    clock.move(150)
    await early.answer()
    clock.move(1)
    assert await _refused(late) == TOO_OLD


async def test_an_unknown_tap(bot: Bot) -> None:
    """There is no answering a tap that never was."""
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.answer_callback_query("123")
    assert caught.value.message == TOO_OLD


async def test_an_answer_has_200_characters(bot: Bot, telegram: Telegram) -> None:
    """A longer answer is refused, and the tap can still be answered."""
    telegram.tap(ANNA, 1, "x")
    query = await _tapped(bot)
    with pytest.raises(TelegramBadRequest) as caught:
        await query.answer("я" * 201)
    assert caught.value.message == "Bad Request: MESSAGE_TOO_LONG"
    await query.answer("я" * 200)
    assert telegram.answers()[-1].text == "я" * 200


async def test_a_repeated_tap_was_answered_before(bot: Bot, telegram: Telegram) -> None:
    """A tap that is delivered twice can be answered once (R45)."""
    tapped = telegram.tap(ANNA, 1, "x")
    await (await _tapped(bot)).answer()
    telegram.repeat(tapped)
    assert await _refused(await _tapped(bot)) == TOO_OLD
