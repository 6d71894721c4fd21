"""The door for HTTP: forms of requests, files, the page and its events."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import GetChat
from aiogram.types import BufferedInputFile

from bot.sandbox import SandboxSession, Telegram, serve
from tests.sandbox.world import (
    ANNA,
    BORIS,
    GROUP,
    STRANGER,
    TOKEN,
    Api,
    Clock,
    keyboard,
    png,
    until_polled,
)

MARKUP = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}


async def test_a_wrong_token(api: Api, telegram: Telegram) -> None:
    """Whoever does not know the token gets nowhere, and is told nothing."""
    wanted = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await api.call("getMe", token="42:WRONG") == (401, wanted)
    assert await api.call("nonsense", token="42:WRONG") == (401, wanted)
    stranger = Bot("42:WRONG", session=SandboxSession(telegram))
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()


async def test_an_unknown_method(api: Api, telegram: Telegram) -> None:
    """What the sandbox does not know is not found, through both doors."""
    wanted = {"ok": False, "error_code": 404, "description": "Not Found"}
    assert await api.call("getChat", json={"chat_id": ANNA}) == (404, wanted)
    bot = Bot(TOKEN, session=SandboxSession(telegram))
    with pytest.raises(TelegramNotFound):
        await bot(GetChat(chat_id=ANNA))


@pytest.mark.parametrize(
    "request_body",
    [
        {"json": {"chat_id": ANNA, "text": "1", "reply_markup": MARKUP}},
        {"json": {"chat_id": str(ANNA), "text": 1, "reply_markup": json.dumps(MARKUP)}},
        {"data": {"chat_id": str(ANNA), "text": "1", "reply_markup": json.dumps(MARKUP)}},
        {"params": {"chat_id": str(ANNA), "text": "1", "reply_markup": json.dumps(MARKUP)}},
        {
            "params": {"chat_id": str(ANNA), "text": "нет"},
            "json": {"text": "1", "reply_markup": MARKUP},
        },
    ],
    ids=["JSON", "JSON of texts", "form", "address", "address and JSON"],
)
async def test_every_form_of_request(
    api: Api, telegram: Telegram, request_body: dict[str, Any]
) -> None:
    """The same request may travel in many forms, and in any case of the method's name."""
    status, body = await api.call("SENDmessage", **request_body)
    assert (status, body["ok"], body["result"]["text"]) == (200, True, "1")
    assert telegram.chat(ANNA)[-1].buttons[0][0].data == "yes"


async def test_get(api: Api) -> None:
    """Methods may be called by GET."""
    async with api.http.get(f"{api.url}/bot{TOKEN}/getMe") as response:
        assert (await response.json())["result"]["id"] == 42


async def test_multipart(api: Api, telegram: Telegram) -> None:
    """A file may be the parameter itself or be attached under another name."""
    for field, document in (("document", None), ("other", "attach://other")):
        form = aiohttp.FormData({"chat_id": str(ANNA)}, quote_fields=False)
        form.add_field(field, b"abc", filename="файл.txt", content_type="x/odd")
        if document:
            form.add_field("document", document)
        status, body = await api.call("sendDocument", data=form)
        assert (status, body["result"]["document"]["mime_type"]) == (200, "text/plain")
        shown = telegram.chat(ANNA)[-1].document
        assert shown
        assert shown.name == "файл.txt"


@pytest.mark.parametrize("content", ["{oops", "[1]"])
async def test_broken_json(api: Api, content: str) -> None:
    """What is no JSON object is refused."""
    headers = {"Content-Type": "application/json"}
    status, body = await api.call("getMe", data=content, headers=headers)
    assert (status, body["error_code"]) == (400, 400)


async def test_an_error_has_its_status(api: Api) -> None:
    """The status of the response and the code of the body agree."""
    status, body = await api.call("sendMessage", json={"chat_id": STRANGER, "text": "x"})
    assert (status, body["error_code"]) == (403, 403)


async def test_files(api: Api, telegram: Telegram) -> None:
    """A file is served to the bot by its path, and only with the token."""
    form = aiohttp.FormData({"chat_id": str(ANNA)})
    form.add_field("document", b"abc", filename="a.txt")
    _, sent = await api.call("sendDocument", data=form)
    _, file = await api.call("getFile", json={"file_id": sent["result"]["document"]["file_id"]})
    path = file["result"]["file_path"]

    async with api.http.get(f"{api.url}/file/bot{TOKEN}/{path}") as response:
        assert (response.status, await response.read()) == (200, b"abc")
    for wrong in (f"/file/bot42:WRONG/{path}", f"/file/bot{TOKEN}/documents/none"):
        async with api.http.get(api.url + wrong) as response:
            assert response.status == 404


async def test_healthz(api: Api) -> None:
    """The demo is healthy once the bot asks for updates."""
    async with api.http.get(f"{api.url}/healthz") as response:
        assert response.status == 503
    await api.call("getUpdates")
    async with api.http.get(f"{api.url}/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok")


async def test_nothing_delays_the_end(telegram: Telegram) -> None:
    """Neither a long poll nor an open page keeps the server from stopping."""
    async with aiohttp.ClientSession() as http:
        async with serve(telegram, "127.0.0.1", 0) as url:
            poll = asyncio.create_task(Api(http, url).call("getUpdates", json={"timeout": 50}))
            page = await http.get(f"{url}/sim/events")
            await until_polled(telegram)
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 0.8
        assert (await poll)[1]["result"] == []
        assert b"retry" in await page.read()


async def test_no_log_holds_the_token(
    api: Api, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    """No address is logged, because the token is part of it (R34)."""
    with caplog.at_level(logging.DEBUG):
        await api.call("getMe")
        await api.call("nonsense")
        async with api.http.get(f"{api.url}/file/bot{TOKEN}/none") as response:
            assert response.status == 404
    assert TOKEN not in caplog.text


# --- The page ---------------------------------------------------------------------------------


async def _get(api: Api, path: str) -> Any:
    async with api.http.get(api.url + path) as response:
        assert response.status == 200
        return await response.json()


async def _post(api: Api, path: str, **body: Any) -> Any:
    async with api.http.post(api.url + path, json=body) as response:
        assert response.status == 200
        return await response.json()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/chat.css", "text/css"), ("/chat.js", "text/javascript")],
)
async def test_the_page(api: Api, path: str, kind: str) -> None:
    """The page is served from here, and may load nothing from elsewhere."""
    async with api.http.get(api.url + path) as response:
        assert (response.status, response.content_type) == (200, kind)
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        text = await response.text()
    assert re.findall(r"""(?:src|href|url|import|from)[=( ]+["']?(?:https?:)?//""", text) == []


async def test_the_state(api: Api, telegram: Telegram) -> None:
    """The page learns who there is, and which commands the bot set for them."""
    await api.call(
        "setMyCommands", json={"commands": [{"command": "start", "description": "Меню"}]}
    )
    english = {"commands": [{"command": "start", "description": "Menu"}], "language_code": "en"}
    await api.call("setMyCommands", json=english)
    await api.call("setMyDescription", json={"description": "Запишу к врачу"})
    telegram.add_user(STRANGER, "Vera", language_code="en")
    _, sent = await api.call("sendMessage", json={"chat_id": ANNA, "text": "x"})

    state = await _get(api, "/sim/state")
    anna, _, vera = state["people"]
    assert (anna["name"], anna["hint"]) == ("Анна", "мама Миши")
    assert anna["last_from_bot"] == sent["result"]["message_id"]
    assert (anna["commands"][0]["description"], vera["commands"][0]["description"]) == (
        "Меню",
        "Menu",
    )
    assert state["bot"] == {
        "name": "Запись к педиатру",
        "username": "pediatr_demo_bot",
        "about": "Запишу к врачу",
        "online": False,
    }
    assert [group["name"] for group in state["groups"]] == ["Регистратура"]


async def test_writing_and_tapping_on_the_page(api: Api, telegram: Telegram) -> None:
    """What is typed and tapped on the page reaches the bot, and the history shows it all."""
    _, sent = await api.call(
        "sendMessage",
        json={"chat_id": BORIS, "text": "<b>Да?</b>", "parse_mode": "HTML", "reply_markup": MARKUP},
    )
    message = sent["result"]["message_id"]
    said = await _post(api, "/sim/say", user=BORIS, chat=BORIS, text="привет")
    tapped = await _post(api, "/sim/tap", user=BORIS, chat=BORIS, message=message, data="yes")

    assert [update["update_id"] for update in telegram.take()] == [
        said["update_id"],
        tapped["update_id"],
    ]
    *_, asked, answered = await _get(api, f"/sim/chats/{BORIS}")
    assert (asked["from_bot"], asked["text"], asked["reply_markup"]) == (True, "Да?", MARKUP)
    assert asked["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert (answered["author_name"], answered["text"]) == ("Борис", "привет")


async def test_a_document_from_the_page(api: Api, telegram: Telegram) -> None:
    """A file goes up from the page, and comes down again as an attachment."""
    address = f"{api.url}/sim/attach?user={ANNA}&chat={GROUP}&name=врачи.csv"
    headers = {"Content-Type": "application/octet-stream"}
    async with api.http.post(address, data=b"a;b", headers=headers) as response:
        assert response.status == 200
    (update,) = telegram.take()
    assert update["message"]["document"]["mime_type"] == "text/csv"

    *_, shown = await _get(api, f"/sim/chats/{GROUP}")
    async with api.http.get(api.url + shown["document"]["url"]) as response:
        assert await response.read() == b"a;b"
        assert response.headers["Content-Disposition"].startswith("attachment")


async def test_a_photo_from_the_page(api: Api, telegram: Telegram) -> None:
    """A picture goes up as a photo, and the page gets its address and its size."""
    address = f"{api.url}/sim/attach?user={ANNA}&chat={ANNA}&name=сыпь.png&photo=1"
    headers = {"Content-Type": "application/octet-stream"}
    async with api.http.post(address, data=png(40, 30), headers=headers) as response:
        assert response.status == 200
    (update,) = telegram.take()
    assert update["message"]["photo"][0]["width"] == 40

    *_, shown = await _get(api, f"/sim/chats/{ANNA}")
    assert (shown["photo"]["width"], shown["photo"]["height"]) == (40, 30)
    async with api.http.get(api.url + shown["photo"]["url"]) as response:
        assert (await response.read(), response.content_type) == (png(40, 30), "image/png")


async def test_a_contact_from_the_page(api: Api, telegram: Telegram) -> None:
    """A tap on the button that asks for it shares the person's own phone number."""
    shared = await _post(api, "/sim/contact", user=BORIS, chat=BORIS)
    (update,) = telegram.take()
    contact = {"phone_number": "+79000000002", "first_name": "Борис", "user_id": BORIS}
    assert (update["update_id"], update["message"]["contact"]) == (shared["update_id"], contact)
    *_, shown = await _get(api, f"/sim/chats/{BORIS}")
    assert shown["contact"] == contact


async def test_places_on_the_page(api: Api, telegram: Telegram) -> None:
    """The page gets a place with its name and address, and a mere point without."""
    point = {"latitude": 55.7558, "longitude": 37.6173}
    venue = {"title": "Ромашка", "address": "Садовая, 7"}
    status, _ = await api.call("sendVenue", json={"chat_id": ANNA, **point, **venue})
    assert status == 200
    telegram.send_location(ANNA, 0, 0)

    *_, place, pin = await _get(api, f"/sim/chats/{ANNA}")
    assert place["venue"] == {"location": point, **venue}
    assert (pin["location"], "venue" in pin) == ({"latitude": 0, "longitude": 0}, False)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("visit-1001.ics", "text/calendar"),
        ("врачи 2/3.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("talon.pdf", "application/pdf"),
        ("odd.whatever", "application/octet-stream"),
    ],
)
async def test_a_document_of_the_bot_is_downloaded(
    api: Api, telegram: Telegram, name: str, kind: str
) -> None:
    """It comes under its own name and with its type, on a machine that knows no types, too."""
    bot = Bot(TOKEN, session=SandboxSession(telegram))
    await bot.send_document(ANNA, BufferedInputFile(b"content", name))

    *_, shown = await _get(api, f"/sim/chats/{ANNA}")
    assert (shown["document"]["name"], shown["document"]["size"]) == (name, 7)
    async with api.http.get(api.url + shown["document"]["url"]) as response:
        assert (await response.read(), response.content_type) == (b"content", kind)
        assert response.content_disposition
        assert response.content_disposition.type == "attachment"
        assert response.content_disposition.filename == name


@pytest.mark.parametrize(
    "path",
    [
        "/sim/say",
        "/sim/tap",
        "/sim/attach",
        "/sim/contact",
        "/sim/block",
        "/sim/clock",
        "/sim/users",
        "/sim/faults",
    ],
)
async def test_other_sites_cannot_write(api: Api, telegram: Telegram, path: str) -> None:
    """A form of another web site cannot speak for the people of the sandbox."""
    body = json.dumps({"user": ANNA, "chat": ANNA, "text": "x", "message": 1, "data": "x"})
    async with api.http.post(api.url + path, data=body) as response:
        assert response.status == 415
    assert (telegram.take(), telegram.world.offset) == ([], 0)


async def test_the_clock_on_the_page(api: Api, telegram: Telegram, clock: Clock) -> None:
    """The page shows what time it is in the sandbox, and moves it forward."""
    assert (await _get(api, "/sim/state"))["now"] == "2026-11-23T09:00:00+00:00"
    moved = await _post(api, "/sim/clock", forward=3600.5)
    assert moved == {"now": "2026-11-23T10:00:00.500000+00:00"}
    assert (await _get(api, "/sim/state"))["now"] == moved["now"]
    assert telegram.now() == clock() + timedelta(seconds=3600.5)


async def test_the_clock_goes_to_a_moment(api: Api, telegram: Telegram, clock: Clock) -> None:
    """To one that is told, or to the next that something is due at."""

    async def upcoming() -> datetime:
        return clock() + timedelta(days=2)

    moved = await _post(api, "/sim/clock", to="2026-11-24T12:00:00+03:00")
    assert moved == {"now": "2026-11-24T09:00:00+00:00"}
    telegram.upcoming = upcoming
    moved = await _post(api, "/sim/clock", to="next")
    assert moved == {"now": "2026-11-25T09:00:01+00:00"}


async def test_what_is_due_next(api: Api, telegram: Telegram, clock: Clock) -> None:
    """The page asks; it is told a moment, or that there is none, or that nobody knows."""
    due: list[datetime | None] = [clock() + timedelta(hours=1), None]

    async def upcoming() -> datetime | None:
        return due.pop(0)

    now = "2026-11-23T09:00:00+00:00"
    assert await _get(api, "/sim/clock") == {"now": now}
    telegram.upcoming = upcoming
    later = "2026-11-23T10:00:00+00:00"
    assert await _get(api, "/sim/clock") == {"now": now, "next": later}
    assert await _get(api, "/sim/clock") == {"now": now, "next": None}


@pytest.mark.parametrize(
    "body",
    [
        '{"forward": 0}',
        '{"forward": -1}',
        '{"forward": 1e300}',
        '{"forward": 1' + "0" * 400 + "}",
        '{"forward": NaN}',
        '{"forward": "час"}',
        '{"forward": null}',
        '{"back": 1}',
        '{"to": "2026-11-23T09:00:00Z"}',
        '{"to": "2025-01-01T00:00:00Z"}',
        '{"to": "2026-11-24T09:00:00"}',
        '{"to": "завтра"}',
        '{"to": "next"}',
        '{"to": null}',
        "[3600]",
        "{oops",
    ],
)
async def test_the_clock_takes_no_nonsense(api: Api, telegram: Telegram, body: str) -> None:
    """A jump that leads nowhere is refused in words, and time stays as it is."""
    headers = {"Content-Type": "application/json"}
    async with api.http.post(f"{api.url}/sim/clock", data=body, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"]
    assert telegram.world.offset == 0


async def test_a_contact_of_somebody_else(api: Api, telegram: Telegram) -> None:
    """From the address book: it names its owner, and who sent it is another."""
    await _post(api, "/sim/contact", user=ANNA, owner=BORIS)
    (update,) = telegram.take()
    assert update["message"]["from"]["id"] == ANNA
    assert update["message"]["contact"]["user_id"] == BORIS


async def test_a_person_from_outside(api: Api, telegram: Telegram) -> None:
    """Any program can add a person, and change what is known of one."""
    await _post(
        api, "/sim/users", id=55, name="Oleg", language="en", hint="пробует", phone="+7 911"
    )
    await _post(api, "/sim/contact", user=55)
    (update,) = telegram.take()
    assert update["message"]["from"]["language_code"] == "en"
    assert update["message"]["contact"]["phone_number"] == "+7911"
    await _post(api, "/sim/users", id=55, name="Олег")

    *_, oleg = (await _get(api, "/sim/state"))["people"]
    assert (oleg["id"], oleg["name"], oleg["hint"], oleg["blocked"]) == (55, "Олег", "", False)


async def test_a_tap_on_a_label(api: Api, telegram: Telegram) -> None:
    """As people do it: the lowest button that says so is meant."""
    bot = Bot(TOKEN, session=SandboxSession(telegram))
    await bot.send_message(ANNA, "x", reply_markup=keyboard(("Да", "old")))
    sent = await bot.send_message(ANNA, "y", reply_markup=keyboard(("Нет", "no"), ("Да", "new")))
    await bot.send_message(ANNA, "z", reply_markup=keyboard(("Да!", "other")))

    tapped = await _post(api, "/sim/tap", user=ANNA, label="Да")
    (update,) = telegram.take()
    query = update["callback_query"]
    assert update["update_id"] == tapped["update_id"]
    assert (query["message"]["message_id"], query["data"]) == (sent.message_id, "new")


async def test_blocking_from_outside(api: Api, telegram: Telegram) -> None:
    """A person blocks the bot, which is told so, and lets it write again."""
    request = {"chat_id": ANNA, "text": "x"}
    await _post(api, "/sim/block", user=ANNA, blocked=True)
    assert (await _get(api, "/sim/state"))["people"][0]["blocked"]
    assert (await api.call("sendMessage", json=request))[0] == 403
    await _post(api, "/sim/block", user=ANNA, blocked=False)
    assert (await api.call("sendMessage", json=request))[0] == 200
    assert ["my_chat_member" in update for update in telegram.take()] == [True, True]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sim/users", {"name": "Олег"}),
        ("/sim/users", {"id": -5, "name": "Олег"}),
        ("/sim/users", {"id": "Олег", "name": "Олег"}),
        ("/sim/say", {"user": 99, "text": "x"}),
        ("/sim/say", {"user": ANNA}),
        ("/sim/say", {"user": ANNA, "text": " "}),
        ("/sim/say", {"user": ANNA, "chat": BORIS, "text": "x"}),
        ("/sim/say", {"user": ANNA, "chat": -999, "text": "x"}),
        ("/sim/say", ["x"]),
        ("/sim/tap", {"user": ANNA, "label": "Нет такой"}),
        ("/sim/tap", {"user": ANNA, "message": 1}),
        ("/sim/contact", {"user": 99}),
        ("/sim/block", {"user": 99, "blocked": True}),
        ("/sim/block", {"user": ANNA}),
    ],
)
async def test_what_people_cannot_do(api: Api, telegram: Telegram, path: str, body: object) -> None:
    """It is refused in words, and nothing happens."""
    before = await _get(api, "/sim/state")
    async with api.http.post(api.url + path, json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]
    assert (telegram.take(), await _get(api, "/sim/state")) == ([], before)


async def test_events_by_a_websocket(api: Api, telegram: Telegram) -> None:
    """R55: the same events; it ends when the sandbox does."""
    async with api.http.ws_connect(f"{api.url}/sim/events") as socket:
        telegram.say(ANNA, "привет")
        event = await socket.receive_json(timeout=5)
        assert (event["kind"], event["message"]["text"]) == ("message", "привет")
        telegram.end_waiting()
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_no_other_site_reads_along(api: Api) -> None:
    """R34: browsers let any page open a websocket, and say whose it is."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await api.http.ws_connect(f"{api.url}/sim/events", origin="http://elsewhere.example")
    assert refused.value.status == 403
    for ours in (api.url, api.url.replace("http:", "https:")):  # a proxy may speak https for us
        async with api.http.ws_connect(f"{api.url}/sim/events", origin=ours) as socket:
            assert not socket.closed


async def test_the_page_may_open_its_websocket(api: Api) -> None:
    """R55: to Safari before 16 `'self'` does not cover it, so that the page says where it goes."""
    async with api.http.get(f"{api.url}/") as page:
        policy = page.headers["Content-Security-Policy"]
    assert f"connect-src 'self' {api.url.replace('http', 'ws')} " in policy


async def test_nobody_who_left_is_told(api: Api, telegram: Telegram) -> None:
    """R55: a closed tab, and one that went without a word, keep no place."""
    listening = telegram._listeners
    socket = await api.http.ws_connect(f"{api.url}/sim/events")
    gone = await api.http.ws_connect(f"{api.url}/sim/events")
    assert len(listening) == 2
    await socket.close()
    gone._response.close()
    async with asyncio.timeout(5):
        while listening:
            telegram.add_user(ANNA, "Анна")
            await asyncio.sleep(0)


async def test_events(api: Api, telegram: Telegram) -> None:
    """The page hears of messages, edits, answers, typing and jumps in time as they happen."""
    bot = Bot(TOKEN, session=SandboxSession(telegram))
    async with api.http.get(f"{api.url}/sim/events") as stream:
        assert await stream.content.readline() == b"retry: 1000\n"
        sent = await bot.send_message(ANNA, "x", reply_markup=keyboard(("Да", "yes")))
        await sent.edit_text("y")
        await sent.delete()
        tapped = telegram.tap(ANNA, sent.message_id, "yes")
        (update,) = await bot.get_updates()
        assert update.callback_query
        await update.callback_query.answer("Занято", show_alert=True)
        await bot.send_chat_action(ANNA, "typing")
        telegram.say(ANNA, "привет")
        telegram.fast_forward(3600)

        events: list[dict[str, Any]] = []
        async with asyncio.timeout(5):
            while len(events) < 8:
                line = await stream.content.readline()
                if line.startswith(b"data: "):
                    events.append(json.loads(line.removeprefix(b"data: ")))

    kinds = [event["kind"] for event in events]
    assert kinds == ["message", "edited", "deleted", "bot", "answer", "action", "message", "clock"]
    by_kind = dict(zip(kinds[1:], events[1:], strict=True))
    assert by_kind["deleted"]["message_id"] == sent.message_id
    assert (by_kind["answer"]["update_id"], by_kind["answer"]["text"]) == (tapped, "Занято")
    assert by_kind["message"]["message"]["text"] == "привет"
    assert by_kind["clock"]["now"] == "2026-11-23T10:00:00+00:00"
