"""The way to Telegram where it leads through a proxy."""

from ssl import SSLError

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
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
