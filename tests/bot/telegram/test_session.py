"""What is asked of Telegram, and what is read of its answers and updates."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, Message
from aiogram.types import InlineKeyboardMarkup as Keys

from bot.app import build_bot
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.telegram.handling import read_update
from bot.telegram.screen import Screen, show
from bot.telegram.session import LeanSession
from bot.words import Markup

TOKEN = "4200000:token-of-a-session"
ANNA = 1
KEYS = Keys(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="yes")]])


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram(token=TOKEN)
    telegram.add_user(ANNA, "Анна")
    telegram.say(ANNA, "/start")
    yield telegram
    await telegram.close()


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with serve(telegram, "127.0.0.1", 0) as address:
        session = LeanSession(api=TelegramAPIServer.from_base(address))
        async with build_bot(TOKEN, session) as bot:
            yield bot


async def test_a_message_is_sent_written_anew_and_taken_away(telegram: Telegram, bot: Bot) -> None:
    """Markup, buttons and a file arrive as they are meant; an edit is not read back."""
    sent = await bot.send_message(ANNA, "<b>Готово</b> &amp; 🍏", reply_markup=KEYS)
    edited = await bot.edit_message_text("<i>Уже</i>", None, ANNA, sent.message_id)
    given = await bot.send_document(ANNA, BufferedInputFile(b"BEGIN", "visit.ics"), caption="Вот")

    assert (sent.text, edited) == ("Готово & 🍏", True)
    assert _taps(sent) == ["yes"]
    assert given.document is not None
    assert given.document.file_name == "visit.ics"
    assert next(said.text for said in telegram.chat(ANNA) if said.from_bot) == "Уже"

    assert await bot.delete_message(ANNA, sent.message_id)
    assert sent.message_id not in {said.id for said in telegram.chat(ANNA)}


async def test_telegram_s_refusal_of_an_edit_is_a_refusal(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.send_message(ANNA, "Одно")

    with pytest.raises(TelegramBadRequest, match="not modified"):
        await bot.edit_message_text("Одно", None, ANNA, sent.message_id)


@pytest.mark.parametrize("page", ["<html>Login</html>", "", '{"hotel": true}', '{"ok":truest}'])
async def test_a_page_that_is_no_answer_is_none(page: str) -> None:
    """Whoever stands between may answer an edit with anything, and call it fine."""
    edit = EditMessageText(text="Другое", chat_id=ANNA, message_id=2)

    with pytest.raises(ClientDecodeError):
        LeanSession().check_response(build_bot(TOKEN, LeanSession()), edit, 200, page)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        (
            SendMessage(chat_id=ANNA, text="Да", disable_notification=False),
            {"chat_id": 1, "text": "Да", "parse_mode": "HTML", "disable_notification": False},
        ),
        (AnswerCallbackQuery(callback_query_id="7", text=""), {"callback_query_id": "7"}),
    ],
)
async def test_what_goes_has_the_house_s_defaults_and_nothing_empty(
    method: TelegramMethod[Any], said: dict[str, Any]
) -> None:
    session = LeanSession()
    payload = session.build_form_data(build_bot(TOKEN, session), method)

    assert json.loads(cast("Any", payload).decode()) == said


async def test_a_tap_is_read_without_the_buttons_around_it(bot: Bot) -> None:
    """Of a message that somebody replies to they are read: a question's answer is known by them."""
    keys = KEYS.model_dump(exclude_none=True)
    chat, anna = {"id": ANNA, "type": "private"}, {"id": ANNA, "is_bot": False, "first_name": "А"}
    asked = {"message_id": 5, "date": 1, "chat": chat, "text": "?", "reply_markup": keys}
    tap = {"id": "7", "from": anna, "chat_instance": "1", "data": "yes", "message": asked}
    reply = {"message_id": 6, "date": 1, "chat": chat, "text": "!", "reply_to_message": asked}

    tapped = read_update({"update_id": 1, "callback_query": tap}, bot).callback_query
    replied = read_update({"update_id": 2, "message": reply}, bot).message

    assert tapped is not None
    assert isinstance(tapped.message, Message)
    assert (tapped.message.text, tapped.message.reply_markup) == ("?", None)
    assert replied is not None
    assert replied.reply_to_message is not None
    assert _taps(replied.reply_to_message) == ["yes"]
    assert asked["reply_markup"] == keys  # what is owed is as it came


def _taps(message: Message) -> list[str | None]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return [button.callback_data for row in rows for button in row]


class Slow(BaseSession):
    """A Telegram that draws nothing before it was asked to stop the spinner, and the reverse."""

    def __init__(self) -> None:
        super().__init__()
        self._both = asyncio.Barrier(2)

    async def make_request(  # type: ignore[override]  # whatever is asked for
        self, _bot: Bot, _method: Any, **_: Any
    ) -> Any:
        await self._both.wait()
        return True

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


async def test_a_screen_is_drawn_while_the_spinner_is_stopped() -> None:
    async with asyncio.timeout(10):
        await show(_tap(Slow()), Screen(Markup("Готово")))


def _tap(session: BaseSession) -> CallbackQuery:
    raw = {
        "id": "7",
        "from": {"id": ANNA, "is_bot": False, "first_name": "А"},
        "chat_instance": "1",
        "data": "yes",
        "message": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "?"},
    }
    return CallbackQuery.model_validate(raw, context={"bot": build_bot(TOKEN, session)})
