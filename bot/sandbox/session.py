"""The Bot API without a socket: aiogram talks to a `Telegram` in the same process."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetFile, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from bot.sandbox.faults import Dropped
from bot.sandbox.model import UploadedFile
from bot.sandbox.telegram import Telegram


class SandboxSession(BaseSession):
    """Turns each method into the very form that HTTP would carry, so both doors are alike."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._telegram = telegram

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> TelegramType:
        attached: dict[str, InputFile] = {}
        form: dict[str, Any] = {}
        for name, value in method.model_dump(warnings=False).items():
            if prepared := self.prepare_value(value, bot=bot, files=attached):
                form[name] = prepared
        files = {key: await _read(bot, key, file) for key, file in attached.items()}
        name = method.__api_method__
        try:
            status, body = await self._telegram.respond(bot.token, name, form, files)
        except Dropped as dropped:
            words = "ServerDisconnectedError: Server disconnected"
            raise TelegramNetworkError(method=method, message=words) from dropped
        content = self.json_dumps(body)
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        return cast("TelegramType", response.result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        token, _, path = url.partition("/file/bot")[2].partition("/")
        file = self._telegram.file_at(path)
        if token != self._telegram.token or file is None:
            raise TelegramNetworkError(method=GetFile(file_id=path), message="404 Not Found")
        content = self._telegram.world.contents[file.id]
        for begin in range(0, len(content), chunk_size):
            yield content[begin : begin + chunk_size]

    async def close(self) -> None:
        """Nothing is held open."""


async def _read(bot: Bot, key: str, file: InputFile) -> UploadedFile:
    content = b"".join([chunk async for chunk in file.read(bot)])
    return UploadedFile(file.filename or key, content)
