"""A Telegram of one's own: the Bot API in memory, with a chat page for people.

`Telegram` is the world, `build_app` and `serve` open it over HTTP, and `SandboxSession` is the
same door without a socket, for fast tests.
"""

from bot.sandbox.model import ApiError, CallbackAnswer, Message, UploadedFile
from bot.sandbox.server import build_app, serve
from bot.sandbox.session import SandboxSession
from bot.sandbox.telegram import Telegram

__all__ = [
    "ApiError",
    "CallbackAnswer",
    "Message",
    "SandboxSession",
    "Telegram",
    "UploadedFile",
    "build_app",
    "serve",
]
