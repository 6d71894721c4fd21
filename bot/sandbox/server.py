"""Telegram over HTTP: the Bot API for the bot, and the chat page with its door for people.

Nothing here writes an access log, because the bot's token is part of every address.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from bot.sandbox.faults import Dropped
from bot.sandbox.model import UploadedFile
from bot.sandbox.people import TELEGRAM, file_response, page_headers, people_door
from bot.sandbox.systems.door import SYSTEMS, systems_door
from bot.sandbox.systems.troubles import Troubles
from bot.sandbox.telegram import Telegram

LARGEST_REQUEST = 50 * 1024 * 1024
"""Bytes; Telegram's own limit for an upload."""

_PAGE = Path(__file__).parent / "page"
_PAGE_FILES = {
    "/": ("index.html", "text/html"),
    "/chat.css": ("chat.css", "text/css"),
    "/chat.js": ("chat.js", "text/javascript"),
}


def build_app(
    telegram: Telegram,
    systems: Mapping[str, Troubles] = MappingProxyType({}),
    beside: Mapping[str, web.Application] = MappingProxyType({}),
) -> web.Application:
    """Both doors of a `Telegram` as one web application, the switches of clinics' systems that run
    beside it, by the clinics' names, and what is served beside it below these paths."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app[TELEGRAM] = telegram
    app[SYSTEMS] = systems
    app.on_shutdown.append(_end_waiting)
    app.router.add_route("*", "/bot{token}/{method}", _bot_api)
    app.router.add_get("/file/bot{token}/{path:.+}", _bot_file)
    app.router.add_get("/healthz", _healthz)
    app.router.add_routes([*people_door(), *systems_door()])
    for path in _PAGE_FILES:
        app.router.add_get(path, _page)
    for path, other in beside.items():
        app.add_subapp(path, other)
    return app


@asynccontextmanager
async def serve(
    telegram: Telegram,
    host: str,
    port: int,
    systems: Mapping[str, Troubles] = MappingProxyType({}),
    beside: Mapping[str, web.Application] = MappingProxyType({}),
) -> AsyncIterator[str]:
    """Serve a `Telegram` while the context lasts; port 0 takes a free one.

    The world goes on afterwards: closing it is up to whoever made it.

    Yields:
        The address, such as `http://127.0.0.1:8080`.
    """
    runner = web.AppRunner(
        build_app(telegram, systems, beside), access_log=None, shutdown_timeout=1.0
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        real_host, real_port = runner.addresses[0][:2]
        yield f"http://{real_host}:{real_port}"
    finally:
        await runner.cleanup()


async def _end_waiting(app: web.Application) -> None:
    app[TELEGRAM].end_waiting()


# --- The bot's door ---------------------------------------------------------------------------


async def _bot_api(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    try:
        form, files = await _form(request)
    except ValueError:
        body = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse JSON"}
        return web.json_response(body, status=400)
    except web.HTTPRequestEntityTooLarge:
        body = {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}
        return web.json_response(body, status=413)
    token, method = request.match_info["token"], request.match_info["method"]
    try:
        status, body = await telegram.respond(token, method, form, files)
    except Dropped:
        return _hung_up(request)
    return web.json_response(body, status=status)


def _hung_up(request: web.Request) -> web.Response:
    """What nobody will get: the connection is closed."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _form(request: web.Request) -> tuple[dict[str, str], dict[str, UploadedFile]]:
    """The parameters of a request, however it carries them, all as texts.

    Raises:
        ValueError: the JSON is broken or no object.
    """
    form = dict(request.query)
    files: dict[str, UploadedFile] = {}
    if request.content_type == "application/json":
        form |= _texts(json.loads(await request.text() or "{}"))
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = UploadedFile(value.filename, value.file.read())
                form.setdefault(name, f"attach://{name}")
            else:
                form[name] = str(value)
    return form, files


def _texts(body: object) -> dict[str, str]:
    if not isinstance(body, Mapping):
        raise ValueError("a JSON object is expected")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in body.items()
        if value is not None
    }


async def _bot_file(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    file = telegram.file_at(request.match_info["path"])
    if request.match_info["token"] != telegram.token or file is None:
        raise web.HTTPNotFound
    return file_response(telegram, file)


async def _healthz(request: web.Request) -> web.Response:
    """200 once the bot asks for updates."""
    if request.app[TELEGRAM].polled():
        return web.Response(text="ok")
    return web.Response(text="the bot does not ask for updates yet", status=503)


async def _page(request: web.Request) -> web.Response:
    name, content_type = _PAGE_FILES[request.path]
    content = await asyncio.to_thread((_PAGE / name).read_text, "utf-8")
    return web.Response(text=content, content_type=content_type, headers=page_headers(request))
