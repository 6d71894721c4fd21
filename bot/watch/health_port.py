"""Is it well, does it serve, and how is it doing: for whoever watches, on a port of its own.

It listens before Telegram is reached and until the process ends, so that a watcher can tell a bot
that waits from one that is dead.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web

from bot.watch.metrics import CONTENT_TYPE_LATEST, Metrics


class Operations:
    """Answers watchers.

    Args:
        missing: what keeps the bot from serving, in a word each; nothing if it serves.
    """

    def __init__(self, metrics: Metrics, missing: Callable[[], Awaitable[Sequence[str]]]) -> None:
        self._metrics = metrics
        self._missing = missing

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen while the context lasts; yields the port, which 0 leaves to the system.

        Raises:
            OSError: the port cannot be used.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._readiness)
        app.router.add_get("/metrics", self._figures)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        """That this is answered is the health: the loop turns. What is outside, a restart would
        not mend, so nothing of it counts here."""
        return web.Response(text="ok\n")

    async def _readiness(self, _request: web.Request) -> web.Response:
        if missing := await self._missing():
            words = f"not ready: {', '.join(missing)}\n"
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text=words)
        return web.Response(text="ready\n")

    async def _figures(self, _request: web.Request) -> web.Response:
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=self._metrics.exposition(), headers=headers)
