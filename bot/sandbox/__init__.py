"""A Telegram of one's own: the Bot API in memory, with a chat page for people.

`Telegram` is the world, `build_app` and `serve` open it over HTTP, and `SandboxSession` is the
same door without a socket, for fast tests. What can go wrong on demand is in `Telegram.faults`.
"""

from bot.sandbox.api import methods  # they are known once they are loaded
from bot.sandbox.chats import Upcoming
from bot.sandbox.faults import (
    Failure,
    Limit,
    Limits,
    LostAnswer,
    LostRequest,
    Slow,
    Twice,
)
from bot.sandbox.model import ApiError, CallbackAnswer, Message, UploadedFile
from bot.sandbox.server import build_app, serve
from bot.sandbox.session import SandboxSession
from bot.sandbox.telegram import Telegram

__all__ = [
    "ApiError",
    "CallbackAnswer",
    "Failure",
    "Limit",
    "Limits",
    "LostAnswer",
    "LostRequest",
    "Message",
    "SandboxSession",
    "Slow",
    "Telegram",
    "Twice",
    "Upcoming",
    "UploadedFile",
    "build_app",
    "methods",
    "serve",
]
