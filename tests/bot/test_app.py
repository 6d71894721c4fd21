"""The bot, put together."""

from typing import Any

import pytest
from aiogram import methods
from aiogram.methods import Response, TelegramMethod

from bot.app import ANSWERS

OFTEN = [
    methods.SendMessage,
    methods.SendDocument,
    methods.SendPhoto,
    methods.SendVenue,
    methods.EditMessageText,
    methods.EditMessageReplyMarkup,
    methods.DeleteMessage,
    methods.AnswerCallbackQuery,
    methods.GetFile,
]
"""What the bot asks of Telegram while people use it."""


@pytest.mark.parametrize("method", OFTEN)
def test_what_telegram_answers_is_read_by_a_class_that_stays(
    method: type[TelegramMethod[object]],
) -> None:
    """Pydantic builds a generic class anew where nobody holds it, for each message."""
    answer: Any = method.__returning__
    assert any(Response[answer] is each for each in ANSWERS)
