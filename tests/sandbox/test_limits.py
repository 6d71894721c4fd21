"""What aiogram would let pass and Telegram refuses, in Telegram's words."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.sandbox import Telegram
from tests.sandbox.world import ANNA, Api, keyboard

FILE = BufferedInputFile(b"text", "a.txt")


def _button(**fields: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**fields)]])


async def _refused(bot: Bot, telegram: Telegram, text: str, **options: Any) -> str:
    """Send, see it refused and nothing shown, and return the reason."""
    before = telegram.chat(ANNA)
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_message(ANNA, text, **options)
    assert telegram.chat(ANNA) == before
    return caught.value.message


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>", "<i> </i>\n"])
async def test_no_empty_text(bot: Bot, telegram: Telegram, text: str) -> None:
    """A message needs a visible character."""
    reason = await _refused(bot, telegram, text, parse_mode="HTML")
    assert reason == "Bad Request: message text is empty"


async def test_text_has_4096_characters(bot: Bot, telegram: Telegram) -> None:
    """Tags and outer blanks do not count, everything visible does."""
    sent = await bot.send_message(ANNA, f" <b>{'я' * 4096}</b>\n", parse_mode="HTML")
    assert sent.text == "я" * 4096
    reason = await _refused(bot, telegram, "я" * 4097)
    assert reason == "Bad Request: message is too long"


async def test_caption_has_1024_characters(bot: Bot) -> None:
    """A document may go without a caption, but not with a long one."""
    assert (await bot.send_document(ANNA, FILE)).caption is None
    assert (await bot.send_document(ANNA, FILE, caption="я" * 1024)).caption == "я" * 1024
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(ANNA, FILE, caption="я" * 1025)


async def test_button_data_has_64_bytes(bot: Bot, telegram: Telegram) -> None:
    """The limit of callback data counts bytes, and a Russian letter is two."""
    await bot.send_message(ANNA, "так", reply_markup=keyboard(("да", "я" * 32)))
    reason = await _refused(bot, telegram, "не так", reply_markup=keyboard(("да", "я" * 32 + "x")))
    assert reason == "Bad Request: BUTTON_DATA_INVALID"


async def test_a_button_does_something(bot: Bot, telegram: Telegram) -> None:
    """Neither a button without an action nor one with empty data is taken."""
    wanted = (
        "Bad Request: can't parse inline keyboard button: "
        "Text buttons are unallowed in the inline keyboard"
    )
    assert await _refused(bot, telegram, "x", reply_markup=_button(text="да")) == wanted
    empty = _button(text="да", callback_data="")
    assert await _refused(bot, telegram, "x", reply_markup=empty) == wanted
    await bot.send_message(
        ANNA, "x", reply_markup=_button(text="да", copy_text=CopyTextButton(text="4821"))
    )


async def test_a_button_says_something(bot: Bot, telegram: Telegram) -> None:
    """A button has a visible text, in both kinds of keyboard."""
    reason = await _refused(bot, telegram, "x", reply_markup=keyboard((" ", "data")))
    assert reason == "Bad Request: inline keyboard button text must be non-empty"
    reply = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="")]])
    reason = await _refused(bot, telegram, "x", reply_markup=reply)
    assert reason == "Bad Request: keyboard button text must be non-empty"


async def test_a_button_has_a_known_style(bot: Bot, telegram: Telegram) -> None:
    """Three styles exist."""
    for style in ("primary", "success", "danger"):
        await bot.send_message(
            ANNA, "x", reply_markup=_button(text="да", callback_data="1", style=style)
        )
    odd = _button(text="да", callback_data="1", style="pink")
    assert "invalid button style" in await _refused(bot, telegram, "x", reply_markup=odd)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://localhost:8080/", "Wrong HTTP URL"),
        ("tel:+74951234567", "Unsupported URL protocol"),
    ],
)
async def test_a_link_button_links(bot: Bot, telegram: Telegram, url: str, problem: str) -> None:
    """Telegram links to real hosts by HTTP only."""
    await bot.send_message(ANNA, "x", reply_markup=_button(text="да", url="https://example.org"))
    reason = await _refused(bot, telegram, "x", reply_markup=_button(text="да", url=url))
    assert reason == f"Bad Request: inline keyboard button URL '{url}' is invalid: {problem}"


async def test_a_keyboard_has_100_buttons(bot: Bot, telegram: Telegram) -> None:
    """The hundred and first is too many, and so are ten kilobytes."""
    await bot.send_message(ANNA, "x", reply_markup=keyboard(*[("да", "1")] * 100))
    reason = await _refused(bot, telegram, "x", reply_markup=keyboard(*[("да", "1")] * 101))
    assert reason == "Bad Request: reply markup is too long"
    heavy = keyboard(*[("очень длинная надпись на кнопке", "x" * 64)] * 90)
    reason = await _refused(bot, telegram, "x", reply_markup=heavy)
    assert reason == "Bad Request: reply markup is too long"


async def test_limits_hold_for_edits(bot: Bot) -> None:
    """What cannot be sent cannot be edited in either."""
    sent = await bot.send_message(ANNA, "x")
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await sent.edit_text("я" * 4097)
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await sent.edit_reply_markup(reply_markup=keyboard(("да", "x" * 65)))


async def test_a_file_has_content(bot: Bot) -> None:
    """An empty file is refused."""
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(ANNA, BufferedInputFile(b"", "empty.txt"))


@pytest.mark.parametrize(
    ("method", "request_body", "reason"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": ANNA}, "message text is empty"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "reply_markup": "{oops"},
            "can't parse reply markup JSON object",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "reply_markup": {"inline_keyboard": [[{"url": 1}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "reply_markup": {"keyboard": [[{"text": 1}]]}},
            'can\'t parse keyboard button: Field "text" must be of type String',
        ),
        (
            "editMessageText",
            {"chat_id": ANNA, "text": "x", "reply_markup": {"remove_keyboard": True}},
            "inline keyboard expected",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "reply_markup": [1]},
            "object expected as reply markup",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "x", "parse_mode": "odd"},
            "unsupported parse_mode",
        ),
        (
            "sendDocument",
            {"chat_id": ANNA, "document": "attach://no"},
            "wrong file identifier/HTTP URL specified",
        ),
        (
            "sendDocument",
            {"chat_id": ANNA, "document": "odd"},
            "wrong file identifier/HTTP URL specified",
        ),
        ("editMessageText", {"chat_id": ANNA, "text": "x"}, "message identifier is not specified"),
        ("getFile", {"file_id": "odd"}, "invalid file_id"),
        ("getUpdates", {"limit": "many"}, "wrong parameter limit"),
        (
            "setMyCommands",
            {"commands": [{"command": "я", "description": "x"}]},
            "BOT_COMMAND_INVALID",
        ),
        ("setMyShortDescription", {"short_description": "x" * 121}, "bot short is too long"),
    ],
)
async def test_malformed_requests(
    api: Api, method: str, request_body: dict[str, Any], reason: str
) -> None:
    """Whatever aiogram would never send is refused with a reason, too."""
    status, body = await api.call(method, json=request_body)
    assert (status, body) == (
        400,
        {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"},
    )
