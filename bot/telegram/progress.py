"""A message that says how far a long piece of work is, and renews itself."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Message

EVERY = 1.0
"""Seconds before the message comes, and between two words in it: Telegram wants no more of it."""


class ProgressMessage:
    """While the context lasts; short work goes without a message, and none is left at the end.

    What Telegram does not take is not said: it is never the failure of the work.

    Args:
        event: the message or the tap that began the work.
        beginning: what is said before anything is counted.
        words: how far it is, of how much done and of how much.
        every: seconds before the message comes, and between two words in it.
    """

    def __init__(
        self,
        event: Message | CallbackQuery,
        beginning: str,
        words: Callable[[int, int], str],
        every: float = EVERY,
    ) -> None:
        self._to = event if isinstance(event, Message) else event.message
        self._text = beginning
        self._words = words
        self._every = every
        self._over = asyncio.Event()

    def __call__(self, done: int, of: int) -> None:
        self._text = self._words(done, of)

    async def __aenter__(self) -> Self:
        self._telling = asyncio.create_task(self._tell())
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()  # and no cancelling: a message on its way would stay for good
        await self._telling

    async def _tell(self) -> None:
        if self._to is None or await self._is_over_soon():
            return
        with suppress(AiogramError):
            message = await self._to.answer(self._text)
            try:
                await self._renew(message)
            finally:
                await message.delete()

    async def _renew(self, message: Message) -> None:
        said = self._text
        while not await self._is_over_soon():
            if self._text != said:
                said = self._text
                await message.edit_text(said)

    async def _is_over_soon(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                return await self._over.wait()
        return False
