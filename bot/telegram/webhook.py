"""Receiving updates by webhook: Telegram brings each, and forgets it once it reads 200.

So 200 is answered when the work is done, and 503 when it could not be: then Telegram, or the proxy
at once, brings the update again, to this process or to another one.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from bot.telegram.handling import Handling

log = structlog.get_logger()

SECRET = b"x-telegram-bot-api-secret-token"
LARGEST = 1024 * 1024
"""Bytes of one update; real ones are a few thousand."""
ANSWER_WITHIN = 50.0
"""Seconds for an answer: Telegram, or a proxy, hangs up after a minute."""
CONNECTIONS = 40
"""Deliveries that Telegram is to make at once, to all replicas together."""


class Webhook:
    """Takes updates that are brought, from whoever knows the secret."""

    def __init__(
        self,
        handling: Handling,
        stopping: asyncio.Event,
        *,
        path: str,
        secret: str,
        also: Callable[[web.UrlDispatcher], object] = lambda _router: None,
    ) -> None:
        """`also` adds what else is answered at the same port."""
        self._handling = handling
        self._stopping = stopping
        self._path = path
        self._secret = secret.encode()
        self._also = also

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen while the context lasts; yields the port, which 0 leaves to the system.

        At its end what is in hand has been finished or given up, and answered accordingly.

        Raises:
            OSError: the port cannot be used.
        """
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(self._path, self._receive)
        self._also(app.router)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield runner.addresses[0][1]
        finally:
            undone = await self._handling.finish()
            log.info("stopped receiving", left_to_the_next=undone)
            await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        if not self._knows_secret(request):
            return _answer(HTTPStatus.UNAUTHORIZED)
        if self._stopping.is_set():
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        raw = await _update_in(request)
        if raw is None:
            log.error("a delivery without an update was refused")
            return _answer(HTTPStatus.BAD_REQUEST)
        self._handling.heard()
        return _answer(await self._handle(raw))

    async def _handle(self, raw: dict[str, Any]) -> HTTPStatus:
        """Whether the update was finished in time; otherwise that goes on, and it comes again.

        One that waits for Telegram is brought again later, and keeps no connection until then; it
        is not the proxy's to try elsewhere (429), as one is that there is no room for (503).
        """
        update_id = raw["update_id"]
        if self._handling.is_full and update_id not in self._handling.in_hand:
            return HTTPStatus.SERVICE_UNAVAILABLE
        task = self._handling.take(update_id, raw)
        await self._handling.until_done(update_id, ANSWER_WITHIN)
        if task.done() and not task.cancelled():
            return HTTPStatus.OK
        if self._handling.rests(update_id):
            return HTTPStatus.TOO_MANY_REQUESTS
        return HTTPStatus.SERVICE_UNAVAILABLE

    def _knows_secret(self, request: web.Request) -> bool:
        # Bytes, as they came: a header need not be ASCII, and comparing such text would fail.
        told = [value for name, value in request.raw_headers if name.lower() == SECRET]
        return len(told) == 1 and hmac.compare_digest(told[0], self._secret)


async def _update_in(request: web.Request) -> dict[str, Any] | None:
    try:
        raw = json.loads(await request.read())
    except ValueError:
        return None
    has_id = isinstance(raw, dict) and type(raw.get("update_id")) is int
    return raw if has_id else None


def _answer(status: HTTPStatus) -> web.Response:
    return web.Response(status=status)
