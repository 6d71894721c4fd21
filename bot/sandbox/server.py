"""Telegram over HTTP: the Bot API for the bot, and the chat page for people.

Nothing here writes an access log, because the bot's token is part of every address.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.methods import commands_for
from bot.sandbox.model import File, Json, Message, UploadedFile, entities_json
from bot.sandbox.telegram import Event, Telegram

LARGEST_REQUEST = 50 * 1024 * 1024
"""Bytes; Telegram's own limit for an upload."""

_PAGE = Path(__file__).parent / "page"
_PAGE_FILES = {
    "/": ("index.html", "text/html"),
    "/chat.css": ("chat.css", "text/css"),
    "/chat.js": ("chat.js", "text/javascript"),
}
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_HEARTBEAT = 15.0
"""Seconds of silence after which an event stream shows that it is alive."""

TELEGRAM = web.AppKey("telegram", Telegram)


def build_app(telegram: Telegram) -> web.Application:
    """Both doors of a `Telegram` as one web application."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app[TELEGRAM] = telegram
    app.on_shutdown.append(_end_waiting)
    app.router.add_route("*", "/bot{token}/{method}", _bot_api)
    app.router.add_get("/file/bot{token}/{path:.+}", _bot_file)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/sim/state", _state)
    app.router.add_get("/sim/chats/{chat_id}", _chat)
    app.router.add_get("/sim/files/{file_id}", _download)
    app.router.add_get("/sim/events", _events)
    app.router.add_post("/sim/say", _say)
    app.router.add_post("/sim/tap", _tap)
    app.router.add_post("/sim/attach", _attach)
    app.router.add_post("/sim/contact", _contact)
    app.router.add_post("/sim/clock", _clock)
    for path in _PAGE_FILES:
        app.router.add_get(path, _page)
    return app


@asynccontextmanager
async def serve(telegram: Telegram, host: str, port: int) -> AsyncIterator[str]:
    """Serve a `Telegram` while the context lasts; port 0 takes a free one.

    The world goes on afterwards: closing it is up to whoever made it.

    Yields:
        The address, such as `http://127.0.0.1:8080`.
    """
    runner = web.AppRunner(build_app(telegram), access_log=None, shutdown_timeout=1.0)
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
    status, body = await telegram.respond(
        request.match_info["token"], request.match_info["method"], form, files
    )
    return web.json_response(body, status=status)


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
    return _file_response(telegram, file)


async def _healthz(request: web.Request) -> web.Response:
    """200 once the bot asks for updates."""
    if request.app[TELEGRAM].polled():
        return web.Response(text="ok")
    return web.Response(text="the bot does not ask for updates yet", status=503)


# --- The page's door --------------------------------------------------------------------------


async def _page(request: web.Request) -> web.Response:
    name, content_type = _PAGE_FILES[request.path]
    content = await asyncio.to_thread((_PAGE / name).read_text, "utf-8")
    return web.Response(text=content, content_type=content_type, headers=_HEADERS)


async def _state(request: web.Request) -> web.Response:
    """Everything that the page shows, but the messages."""
    telegram = request.app[TELEGRAM]
    people = [
        {
            "id": user.id,
            "name": user.first_name,
            "hint": user.hint,
            "last_from_bot": _last_from_bot(telegram, user.id),
            "commands": commands_for(telegram, user.id),
        }
        for user in telegram.world.users.values()
    ]
    groups = [
        {"id": group.id, "name": group.title, "last_from_bot": _last_from_bot(telegram, group.id)}
        for group in telegram.world.groups.values()
    ]
    bot = {
        "name": telegram.world.profile.get("name:") or telegram.name,
        "username": telegram.username,
        "about": telegram.world.profile.get("description:", ""),
        "online": telegram.polled(),
    }
    now = telegram.now().isoformat()
    return web.json_response({"bot": bot, "people": people, "groups": groups, "now": now})


def _last_from_bot(telegram: Telegram, chat_id: int) -> int:
    """The id of the bot's last message in a chat, for the dot that says "unread"; 0 without."""
    return max((message.id for message in telegram.chat(chat_id) if message.from_bot), default=0)


async def _chat(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    messages = telegram.chat(int(request.match_info["chat_id"]))
    return web.json_response([_shown(telegram, message) for message in messages])


def _shown(telegram: Telegram, message: Message) -> Json:
    """A message as the page draws it."""
    author = telegram.world.users.get(message.author)
    return {
        "id": message.id,
        "chat_id": message.chat_id,
        "from_bot": message.from_bot,
        "author": message.author,
        "author_name": author.first_name if author else telegram.name,
        "date": message.date,
        "edited": message.edited,
        "text": message.text,
        "entities": entities_json(message.entities),
        "reply_markup": message.reply_markup,
        **message.content_json(),
        "document": _document(message.document),
        "photo": _photo(message.photo),
    }


def _document(file: File | None) -> Json | None:
    if file is None:
        return None
    return {"name": file.name, "size": file.size, "url": f"/sim/files/{file.id}"}


def _photo(file: File | None) -> Json | None:
    if file is None:
        return None
    return {"width": file.width, "height": file.height, "url": f"/sim/files/{file.id}"}


async def _events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: everything that changes, from now on."""
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    response = web.StreamResponse(headers=headers)
    with request.app[TELEGRAM].subscribe() as events, suppress(ConnectionResetError):
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        async for line in _lines(request.app[TELEGRAM], events):
            await response.write(line)
    return response


async def _lines(telegram: Telegram, events: asyncio.Queue[Event | None]) -> AsyncIterator[bytes]:
    """Events as they go over the wire, and a sign of life when nothing happens."""
    while True:
        try:
            event = await asyncio.wait_for(events.get(), _HEARTBEAT)
        except TimeoutError:
            yield b":\n\n"
            continue
        if event is None:
            return
        yield f"data: {json.dumps(_for_page(telegram, event))}\n\n".encode()


def _for_page(telegram: Telegram, event: Json) -> Json:
    """An event about a message brings the message along."""
    if event["kind"] not in ("message", "edited"):
        return event
    message = telegram.world.chats[event["chat_id"]].get(event["message_id"])
    return {**event, "message": _shown(telegram, message) if message else None}


async def _say(request: web.Request) -> web.Response:
    telegram, body = request.app[TELEGRAM], await _json(request)
    update_id = telegram.say(int(body["user"]), str(body["text"]), chat_id=int(body["chat"]))
    return web.json_response({"update_id": update_id})


async def _tap(request: web.Request) -> web.Response:
    telegram, body = request.app[TELEGRAM], await _json(request)
    update_id = telegram.tap(
        int(body["user"]), int(body["message"]), str(body["data"]), chat_id=int(body["chat"])
    )
    return web.json_response({"update_id": update_id})


async def _attach(request: web.Request) -> web.Response:
    telegram, query = request.app[TELEGRAM], request.query
    _require(request, "application/octet-stream")
    content = await request.read()
    send = telegram.send_photo if "photo" in query else telegram.attach
    update_id = send(int(query["user"]), query["name"], content, chat_id=int(query["chat"]))
    return web.json_response({"update_id": update_id})


async def _contact(request: web.Request) -> web.Response:
    """Somebody shares their own phone number."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    update_id = telegram.share_contact(int(body["user"]), chat_id=int(body["chat"]))
    return web.json_response({"update_id": update_id})


async def _clock(request: web.Request) -> web.Response:
    """Time passes at once."""
    telegram = request.app[TELEGRAM]
    try:
        telegram.fast_forward((await _json(request))["forward"])
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
    return web.json_response({"now": telegram.now().isoformat()})


async def _json(request: web.Request) -> Any:
    _require(request, "application/json")
    return await request.json()


def _require(request: web.Request, content_type: str) -> None:
    """Other sites can make a browser post here, but not with these content types."""
    if request.content_type != content_type:
        raise web.HTTPUnsupportedMediaType


async def _download(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    file = telegram.world.files.get(request.match_info["file_id"])
    if file is None:
        raise web.HTTPNotFound
    return _file_response(telegram, file)


def _file_response(telegram: Telegram, file: File) -> web.Response:
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {**_HEADERS, "Content-Disposition": disposition, "Content-Type": file.mime_type}
    return web.Response(body=telegram.world.contents[file.id], headers=headers)
