"""A family's file by a link: a page that asks, and a button that gives it, once.

Whoever previews links opens the page and uses nothing up; only the button does. Nothing of a link
is written down anywhere: no access log, and no error says more than its kind.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from aiogram.utils.i18n import I18n
from aiohttp import web

from bot.flows.families.privacy import family_file
from bot.telegram.errors import describe
from bot.words import _, language, speaking
from services.model.people import Language
from services.privacy.own_data import OwnData

log = structlog.get_logger()

IN_PATH = "{token:[A-Za-z0-9_-]{32}}"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}
STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:2em auto;padding:0 1em}"
    "button{font:inherit;padding:.6em 1.2em}"
)


class FileLinks:
    """Answers whoever opens a link."""

    def __init__(self, own_data: OwnData, i18n: I18n, default: Language, url: str) -> None:
        """`url` is what the links begin with, as families see it."""
        self._own_data = own_data
        self._i18n = i18n
        self._default = default
        self._path = f"{urlsplit(url).path}/{IN_PATH}"

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Answer below the links' path."""
        router.add_get(self._path, self._ask)
        router.add_post(self._path, self._give)

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen while the context lasts, where no webhook does; yields the port.

        Raises:
            OSError: the port cannot be used.
        """
        app = web.Application(client_max_size=1024)
        self.add_to(app.router)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            whose = await self._own_data.whose_link(request.match_info["token"])
        except Exception as error:  # noqa: BLE001 - what others log of it may hold the link
            return self._failed(error)
        if whose is None:
            return self._over()
        with speaking(self._i18n, whose):
            words = _("The file with all that the bot keeps about your family. It is given once.")
            button = escape(_("Download"))
            form = f"<form method=post><button>{button}</button></form>"
            return _page(HTTPStatus.OK, words, form)

    async def _give(self, request: web.Request) -> web.Response:
        try:
            found = await self._own_data.take_by_link(request.match_info["token"])
            if found is None:
                return self._over()
            spoken = found.you.language if found.you else self._default
            with speaking(self._i18n, spoken):
                page = await asyncio.to_thread(family_file.page, found)
        except Exception as error:  # noqa: BLE001 - what others log of it may hold the link
            return self._failed(error)
        as_file = {"Content-Disposition": f'attachment; filename="{family_file.NAME}"'}
        return web.Response(
            body=page.encode(),
            content_type="text/html",
            charset="utf-8",
            headers={**HEADERS, **as_file},
        )

    def _over(self) -> web.Response:
        with speaking(self._i18n, self._default):
            words = _("This link was used, or its hour is over. The bot gives a new one: /privacy")
            return _page(HTTPStatus.NOT_FOUND, words)

    def _failed(self, error: Exception) -> web.Response:
        """What went wrong stands in the log by its kind and place, without the link."""
        log.error("a file could not be given by its link", error=describe(error))
        with speaking(self._i18n, self._default):
            words = _("It did not work just now. Please try again in a minute.")
            return _page(HTTPStatus.SERVICE_UNAVAILABLE, words)


def _page(status: HTTPStatus, words: str, more: str = "") -> web.Response:
    title = escape(_("My data"))
    body = (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title>'
        f"<style>{STYLE}</style><p>{escape(words)}</p>{more}"
    )
    return web.Response(
        status=status, text=body, content_type="text/html", charset="utf-8", headers=HEADERS
    )
