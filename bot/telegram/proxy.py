"""The way to Telegram where it leads through a proxy."""

from ssl import SSLError
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

PROXY_TROUBLE = (
    ProxyConnectionError,
    ProxyTimeoutError,
    ProxyError,
    # What breaks while hands are shaken comes as it is:
    ConnectionError,
    EOFError,
    SSLError,
)


class ProxyTrouble(TelegramNetworkError):
    """The proxy is down, refuses, or breaks off: trouble that passes."""


class ProxiedSession(AiohttpSession):
    """aiogram's session, for which a proxy's trouble is the network's.

    aiohttp-socks raises errors that are neither aiohttp's nor aiogram's: nobody would wait and try
    again. Their messages are left out, as they may quote the proxy's address.

    It keeps the forms of Telegram's answers, too: aiogram writes `Response[...]` anew for each one,
    and pydantic forgets a form that nobody holds, to build it again from all the types of Telegram.
    """

    def __init__(self, **other: Any) -> None:
        super().__init__(**other)
        self._forms: dict[Any, type[Response[Any]]] = {}

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        answer = method.__returning__
        if answer not in self._forms:
            self._forms[answer] = Response[answer]  # type: ignore[valid-type]
        return super().check_response(bot, method, status_code, content)

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
