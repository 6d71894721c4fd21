"""Requests to Telegram and its answers, with nothing made of them that nobody wants."""

import re
from http import HTTPStatus
from ssl import SSLError
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import (
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiohttp import FormData, JsonPayload
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

EDITS = (EditMessageText, EditMessageCaption, EditMessageReplyMarkup)
"""What they bring back is the message as it was just written, or True: aiogram allows for both."""
IT_IS_WELL = re.compile(r'\s*\{\s*"ok"\s*:\s*true\b')
PROXY_TROUBLE = (
    ProxyConnectionError,
    ProxyTimeoutError,
    ProxyError,
    # What breaks while hands are shaken comes as it is:
    ConnectionError,
    EOFError,
    SSLError,
)


class LeanSession(AiohttpSession):
    """aiogram's session at half its price.

    What carries no file goes as JSON and not as a form. Of an edit's answer only whether it is well
    is read, as nobody looks at the message that it repeats with all of its buttons. The forms of
    Telegram's answers are kept: aiogram writes `Response[...]` anew for each one, and pydantic
    forgets a form that nobody holds, to build it again from all the types of Telegram.
    """

    def __init__(self, **other: Any) -> None:
        super().__init__(**other)
        self._forms: dict[Any, type[Response[Any]]] = {}

    def build_form_data(  # type: ignore[override]  # aiohttp takes both
        self, bot: Bot, method: TelegramMethod[TelegramType]
    ) -> FormData | JsonPayload:
        files: dict[str, Any] = {}
        said = {
            key: self.prepare_value(value, bot=bot, files=files, _dumps_json=False)
            for key, value in method.model_dump(warnings=False).items()
        }
        if files:
            return super().build_form_data(bot, method)
        said = {key: value for key, value in said.items() if value is not None and value != ""}
        return JsonPayload(said, dumps=self.json_dumps)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        if status_code == HTTPStatus.OK and isinstance(method, EDITS) and IT_IS_WELL.match(content):
            return Response[Any].model_construct(ok=True, result=True)
        answer = method.__returning__
        if answer not in self._forms:
            self._forms[answer] = Response[answer]  # type: ignore[valid-type]
        return super().check_response(bot, method, status_code, content)


class ProxyTrouble(TelegramNetworkError):
    """The proxy is down, refuses, or breaks off: trouble that passes."""


class ProxiedSession(LeanSession):
    """A session, for which a proxy's trouble is the network's.

    aiohttp-socks raises errors that are neither aiohttp's nor aiogram's: nobody would wait and try
    again. Their messages are left out, as they may quote the proxy's address.
    """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's name
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout)
        except PROXY_TROUBLE as error:
            raise ProxyTrouble(method, type(error).__name__) from error
