"""What the sandbox's tests share: a clock to be turned by hand, and a plain HTTP caller."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import pack
from typing import Any
from zlib import compress, crc32

import aiohttp
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Telegram

TOKEN = "42:TEST"
ANNA, BORIS, STRANGER = 1, 2, 3
GROUP = -100


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Api:
    """The Bot API as any HTTP client sees it."""

    http: aiohttp.ClientSession
    url: str

    async def call(self, method: str, token: str = TOKEN, **request: Any) -> tuple[int, Any]:
        """POST a request with aiohttp's own arguments (json=, data=, params=): status, body."""
        address = f"{self.url}/bot{token}/{method}"
        async with self.http.post(address, **request) as response:
            return response.status, await response.json()


def make_telegram(clock: Clock, **options: Any) -> Telegram:
    """Anna and Boris are known to the bot; a stranger never wrote to it."""
    telegram = Telegram(token=TOKEN, now=clock, **options)
    telegram.add_user(ANNA, "Анна", hint="мама Миши")
    telegram.add_user(BORIS, "Борис")
    telegram.add_user(STRANGER, "Вера")
    telegram.add_group(GROUP, "Регистратура")
    for user in (ANNA, BORIS):
        telegram.say(user, "/start")
    telegram.take()
    return telegram


async def until_polled(telegram: Telegram) -> None:
    """Return once the server holds a long poll."""
    async with asyncio.timeout(5):
        while not telegram.queue.is_polled():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def png(width: int, height: int) -> bytes:
    """A white picture that any program can read."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", crc32(kind + body))

    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = compress((b"\0" + b"\xff" * width) * height)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    """One button per row: its text and its data."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons
        ]
    )
