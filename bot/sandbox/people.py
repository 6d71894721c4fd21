"""The door for people: what the chat page, or any other program, does in their place.

`docs/sandbox.md` describes it for outsiders.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.sandbox.api.methods import commands_for
from bot.sandbox.chats import Event
from bot.sandbox.faults import read_fault
from bot.sandbox.model import File, Json, Message, entities_json
from bot.sandbox.telegram import Telegram

TELEGRAM = web.AppKey("telegram", Telegram)
"""Where both doors of an application find what they open."""

_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'"
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_HEARTBEAT = 15.0
"""Seconds of silence after which an event stream shows that it is alive."""


def page_headers(request: web.Request) -> dict[str, str]:
    """Of the page itself: to Safari before 16 a websocket of its own host is a stranger."""
    sockets = f"connect-src 'self' ws://{request.host} wss://{request.host}"
    return {**HEADERS, "Content-Security-Policy": f"{_POLICY}; {sockets}"}


_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def people_door() -> list[web.RouteDef]:
    """Everything below `/sim/`."""
    return [
        web.get("/sim/state", _state),
        web.get("/sim/chats/{chat_id:-?[0-9]+}", _chat),
        web.get("/sim/files/{file_id}", _download),
        web.get("/sim/events", _events),
        web.post("/sim/users", _in_words(_add_user)),
        web.post("/sim/say", _in_words(_say)),
        web.post("/sim/tap", _in_words(_tap)),
        web.post("/sim/attach", _in_words(_attach)),
        web.post("/sim/contact", _in_words(_contact)),
        web.post("/sim/block", _in_words(_block)),
        web.get("/sim/clock", _clock),
        web.post("/sim/clock", _in_words(_move_clock)),
        web.get("/sim/faults", _faults),
        web.post("/sim/faults", _in_words(_add_fault)),
        web.delete("/sim/faults", _clear_faults),
    ]


def _in_words(handler: _Handler) -> _Handler:
    """Whoever asks for what cannot be is told so: 400."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except KeyError as error:
            return web.json_response({"error": f"{error} is missing"}, status=400)
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


# --- Looking ----------------------------------------------------------------------------------


async def _state(request: web.Request) -> web.Response:
    """Everything that the page shows, but the messages."""
    telegram = request.app[TELEGRAM]
    people = [
        {
            "id": user.id,
            "name": user.first_name,
            "hint": user.hint,
            "blocked": user.blocked,
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
        "quote": _quote(telegram, message),
    }


def _quote(telegram: Telegram, message: Message) -> Json | None:
    """What it answers; null if nothing, and without a text if that is gone."""
    if message.reply_to is None:
        return None
    answered = telegram.quoted(message)
    author = telegram.world.users.get(answered.author) if answered else None
    return {
        "id": message.reply_to,
        "author_name": author.first_name if author else telegram.name,
        "text": answered.text if answered else None,
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
    """Everything that changes, from now on: as server-sent events, or by a websocket, of which a
    browser lets more than six tabs have one each."""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await _told_by_websocket(request)
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    response = web.StreamResponse(headers=headers)
    with request.app[TELEGRAM].subscribe() as events, suppress(ConnectionResetError):
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        async for line in _lines(request.app[TELEGRAM], events):
            await response.write(line)
    return response


async def _told_by_websocket(request: web.Request) -> web.WebSocketResponse:
    """Raises `HTTPForbidden`: a page of another site would read along, as browsers let it."""
    if not _is_ours(request):
        raise web.HTTPForbidden
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, compress=False)
    telegram = request.app[TELEGRAM]
    with telegram.subscribe() as events:
        await socket.prepare(request)
        telling = asyncio.create_task(_tell(socket, telegram, events))
        try:
            async for _ in socket:
                pass  # nothing is said here; it ends when the page does
        finally:
            telling.cancel()
    return socket


async def _tell(
    socket: web.WebSocketResponse, telegram: Telegram, events: asyncio.Queue[Event | None]
) -> None:
    """Whatever ends it ends the socket, too: the page then comes back, and asks for everything."""
    try:
        with suppress(ConnectionResetError):
            while event := await events.get():
                await socket.send_json(_for_page(telegram, event))
    finally:
        await socket.close()


def _is_ours(request: web.Request) -> bool:
    """Programs say no origin. A proxy in front may speak https where we do not."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


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


async def _download(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    file = telegram.world.files.get(request.match_info["file_id"])
    if file is None:
        raise web.HTTPNotFound
    return file_response(telegram, file)


def file_response(telegram: Telegram, file: File) -> web.Response:
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {**HEADERS, "Content-Disposition": disposition, "Content-Type": file.mime_type}
    return web.Response(body=telegram.world.contents[file.id], headers=headers)


# --- Doing ------------------------------------------------------------------------------------


async def _add_user(request: web.Request) -> web.Response:
    """A person, or what has changed about one."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    user_id = int(body["id"])
    if user_id <= 0:
        raise ValueError("the ids of people are above zero")
    telegram.add_user(
        user_id,
        str(body["name"]),
        language_code=str(body.get("language", "ru")),
        hint=str(body.get("hint", "")),
        phone=str(body.get("phone", "")),
    )
    return web.json_response({"id": user_id})


async def _say(request: web.Request) -> web.Response:
    telegram, body = request.app[TELEGRAM], await _json(request)
    user_id, chat_id = _place(telegram, body)
    reply_to = int(body["reply_to"]) if body.get("reply_to") is not None else None
    return _made(telegram.say(user_id, str(body["text"]), chat_id=chat_id, reply_to=reply_to))


async def _tap(request: web.Request) -> web.Response:
    """A tap on a button: by its data, as the page does it, or by its label, as people do."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    user_id, chat_id = _place(telegram, body)
    if "label" in body:
        message_id, data = _lowest_button(telegram, chat_id, str(body["label"]))
    else:
        message_id, data = int(body["message"]), str(body["data"])
    return _made(telegram.tap(user_id, message_id, data, chat_id=chat_id))


def _lowest_button(telegram: Telegram, chat_id: int, label: str) -> tuple[int, str]:
    for message in reversed(telegram.chat(chat_id)):
        for button in (button for row in message.buttons for button in row):
            if button.text == label and button.data is not None:
                return message.id, button.data
    raise ValueError(f"no button says {label!r}")


async def _attach(request: web.Request) -> web.Response:
    telegram, query = request.app[TELEGRAM], request.query
    _require(request, "application/octet-stream")
    user_id, chat_id = _place(telegram, query)
    content = await request.read()
    send = telegram.send_photo if "photo" in query else telegram.attach
    return _made(send(user_id, query["name"], content, chat_id=chat_id))


async def _contact(request: web.Request) -> web.Response:
    """Somebody shares their own phone number, or somebody else's from their address book."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    user_id, chat_id = _place(telegram, body)
    owner_id = int(body.get("owner", user_id))
    return _made(telegram.share_contact(user_id, owner_id=owner_id, chat_id=chat_id))


async def _block(request: web.Request) -> web.Response:
    """Somebody blocks the bot, or lets it write again."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    change = telegram.block if body["blocked"] else telegram.unblock
    change(int(body["user"]))
    return web.json_response({"blocked": bool(body["blocked"])})


def _place(telegram: Telegram, source: Mapping[str, Any]) -> tuple[int, int]:
    """Who does something, and where: in the private chat with the bot, or in a group."""
    user_id = int(source["user"])
    chat_id = int(source.get("chat", user_id))
    if user_id not in telegram.world.users:
        raise ValueError(f"there is no user {user_id}")
    if chat_id not in (user_id, *telegram.world.groups):
        raise ValueError(f"user {user_id} has no chat {chat_id}")
    return user_id, chat_id


def _made(update_id: int) -> web.Response:
    return web.json_response({"update_id": update_id})


async def _json(request: web.Request) -> Any:
    _require(request, "application/json")
    return await request.json()


def _require(request: web.Request, content_type: str) -> None:
    """Other sites can make a browser post here, but not with these content types."""
    if request.content_type != content_type:
        raise web.HTTPUnsupportedMediaType


# --- The clock --------------------------------------------------------------------------------


async def _clock(request: web.Request) -> web.Response:
    """What time it is, and when the next thing is due: not told if nobody can say that."""
    telegram = request.app[TELEGRAM]
    told: Json = {"now": telegram.now().isoformat()}
    if telegram.upcoming:
        moment = await telegram.upcoming()
        told["next"] = moment.isoformat() if moment else None
    return web.json_response(told)


async def _move_clock(request: web.Request) -> web.Response:
    """Time passes at once: by so many seconds, to a moment, or until the next thing is due."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    if "to" not in body:
        telegram.fast_forward(body["forward"])
    elif body["to"] == "next":
        await telegram.forward_to_next()
    else:
        telegram.forward_to(_moment(body["to"]))
    return web.json_response({"now": telegram.now().isoformat()})


def _moment(iso: str) -> datetime:
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        raise ValueError(f"{iso} does not say its time zone")
    return moment


# --- Faults -----------------------------------------------------------------------------------


async def _faults(request: web.Request) -> web.Response:
    return web.json_response(request.app[TELEGRAM].faults.to_json())


async def _add_fault(request: web.Request) -> web.Response:
    """Something goes wrong from now on, or a poisonous update comes at once."""
    telegram, body = request.app[TELEGRAM], await _json(request)
    if body == {"kind": "poison"}:
        return _made(telegram.poison())
    telegram.faults.add(read_fault(body))
    return await _faults(request)


async def _clear_faults(request: web.Request) -> web.Response:
    request.app[TELEGRAM].faults.clear()
    return await _faults(request)
