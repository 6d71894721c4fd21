"""A small FHIR R4 server: what of https://hl7.org/fhir/R4/http.html booking needs, with the habits
by which real servers differ."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.sandbox.systems.fhir_store import Resource, Store
from bot.sandbox.systems.oauth import Refused, Tokens
from bot.sandbox.systems.troubles import Troubles

_JSON = "application/fhir+json"
_UNSEEN = "meta", "id"


@dataclass(slots=True)
class Habits:
    """How this server is."""

    asks_for_token: bool = False
    honours_if_match: bool = True
    says_if_match: bool = True
    honours_if_none_exist: bool = True
    says_if_none_exist: bool = True
    keeps_marks_of_slots: bool = True
    transactions: bool = True
    """Whether a bundle is done as a whole or not at all; else each entry for itself, and 200."""
    taken_status: int = 412
    page: int = 0
    """How many resources it gives at once at most; 0: all that it is asked for."""
    asks_clinic: bool = False
    """Whether a visit that we call booked is pending until the clinic has looked."""
    hidden_at: str = ""
    """What it takes its own address for, behind a proxy."""


class _Error(Exception):
    def __init__(self, status: int, code: str, words: str = "") -> None:
        super().__init__(words)
        self.status = status
        issue = {"severity": "error", "code": code, "diagnostics": words}
        self.outcome = {"resourceType": "OperationOutcome", "issue": [issue]}


class FhirServer:
    """The server, over its store; `now` is its clock, `memory` the file that it is kept in."""

    def __init__(
        self,
        now: Callable[[], datetime],
        habits: Habits | None = None,
        memory: Path | None = None,
    ) -> None:
        self.habits = habits or Habits()
        self.store = Store(now, memory)
        self.tokens = Tokens(now)
        self.troubles = Troubles()
        self.seen: list[tuple[str, Resource]] = []
        """What it was sent, with the method and path: for whoever asks what was told of a child."""

    # The web

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/smart-configuration", self._around(self._configuration))
        app.router.add_post("/token", self._around(self._token))
        app.router.add_route("*", "/{path:.*}", self._around(self._fhir))
        return app

    def _around(self, act: Any) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            return await self.troubles.around(request, lambda: act(request))

        return answer

    async def _configuration(self, request: web.Request) -> web.Response:
        return web.json_response({"token_endpoint": f"{request.url.origin()}/token"})

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in parse_qsl(await request.text())}
        try:
            given = self.tokens.give(form, str(request.url))
        except Refused as refused:
            return web.json_response({"error": str(refused)}, status=400)
        return web.json_response(given)

    async def _fhir(self, request: web.Request) -> web.Response:
        try:
            status, body = await self._do(request)
        except _Error as error:
            status, body = error.status, error.outcome
        except ValueError as error:
            status, body = 400, _Error(400, "invalid", str(error)).outcome
        self.store.write()
        meta = body.get("meta", {})
        headers = {"ETag": f'W/"{meta["versionId"]}"'} if "versionId" in meta else {}
        return web.Response(
            status=status, text=json.dumps(body), content_type=_JSON, headers=headers
        )

    async def _do(self, request: web.Request) -> tuple[int, Resource]:
        path = request.match_info["path"].strip("/")
        if path == "metadata":
            return 200, self._statement()
        if self.habits.asks_for_token and not self.tokens.lets_in(
            request.headers.get("Authorization", "")
        ):
            raise _Error(401, "login")
        body = json.loads(await request.text() or "null")
        if body is not None:
            self.seen.append((f"{request.method} /{path}", body))
        if request.method == "POST" and not path:
            return 200, self._bundle(body)
        kind, _, id = path.partition("/")
        if request.method == "GET" and not id:
            return 200, self._page(request, kind)
        headers = request.headers
        return self._one(
            request.method,
            kind,
            id,
            body,
            none_exist=headers.get("If-None-Exist", ""),
            match=headers.get("If-Match", ""),
        )

    # FHIR

    def _statement(self) -> Resource:
        habits = self.habits
        versioning = "versioned-update" if habits.says_if_match else "versioned"
        kinds = ("Schedule", "Slot", "Appointment", "Patient")
        resources = [
            {
                "type": kind,
                "versioning": versioning,
                "conditionalCreate": habits.says_if_none_exist,
            }
            for kind in kinds
        ]
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": "4.0.1",
            "rest": [{"mode": "server", "resource": resources}],
        }

    def _page(self, request: web.Request, kind: str) -> Resource:
        params = [(name, value) for name, value in request.query.items()]
        found = self.store.search(kind, params)
        most = min(filter(None, (int(request.query.get("_count", 0)), self.habits.page)), default=0)
        offset = int(request.query.get("_offset", 0))
        entries = found[offset : offset + most] if most else found[offset:]
        bundle: Resource = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "entry": [{"resource": each, "search": {"mode": "match"}} for each in entries],
        }
        if most and offset + most < len(found):
            rest = [(name, value) for name, value in params if name != "_offset"]
            query = urlencode([*rest, ("_offset", str(offset + most))])
            origin = self.habits.hidden_at or str(request.url.origin())
            bundle["link"] = [{"relation": "next", "url": f"{origin}{request.path}?{query}"}]
        return bundle

    def _one(
        self,
        method: str,
        kind: str,
        id: str,
        body: Resource,
        *,
        none_exist: str,
        match: str,
    ) -> tuple[int, Resource]:
        if method == "POST":
            return self._create(kind, body, none_exist)
        found = self.store.get(kind, id)
        if found is None:
            raise _Error(404, "not-found")
        if method == "PUT":
            found = self._update(found, body, match)
        return 200, found

    def _create(self, kind: str, body: Resource, none_exist: str) -> tuple[int, Resource]:
        if none_exist and self.habits.honours_if_none_exist:
            found = self.store.search(kind, parse_qsl(none_exist))
            if len(found) > 1:
                raise _Error(412, "multiple-matches")
            if found:
                return 200, found[0]
        return 201, self.store.put(self._as_kept(body))

    def _update(self, found: Resource, body: Resource, match: str) -> Resource:
        version = match.removeprefix("W/").strip('"')
        if version and self.habits.honours_if_match and version != found["meta"]["versionId"]:
            raise _Error(self.habits.taken_status, "conflict")
        return self.store.put(self._as_kept(body), found["id"])

    def _as_kept(self, body: Resource) -> Resource:
        kept = {name: value for name, value in body.items() if name not in _UNSEEN}
        if kept["resourceType"] == "Slot" and not self.habits.keeps_marks_of_slots:
            kept.pop("identifier", None)
        if self.habits.asks_clinic and kept.get("status") == "booked":
            kept["status"] = "pending"
        return kept

    def _bundle(self, body: Resource) -> Resource:
        """Every entry, one after another; what a transaction began is undone if one is refused."""
        before = {kind: dict(kept) for kind, kept in self.store.kept.items()}
        responses = []
        for entry in body["entry"]:
            wish = entry["request"]
            kind, _, id = wish["url"].partition("/")
            try:
                status, done = self._one(
                    wish["method"],
                    kind,
                    id,
                    entry["resource"],
                    none_exist=wish.get("ifNoneExist", ""),
                    match=wish.get("ifMatch", ""),
                )
                responses.append({"response": {"status": str(status)}, "resource": done})
            except _Error as error:
                if self.habits.transactions:
                    self.store.kept = before
                    raise
                response = {"status": f"{error.status} Refused", "outcome": error.outcome}
                responses.append({"response": response})
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": responses}


@asynccontextmanager
async def serve_app(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve on this machine while the context lasts; port 0 takes a free one.

    Yields:
        The address, such as `http://127.0.0.1:8090`.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, handler_cancellation=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, real_port = runner.addresses[0][:2]
        yield f"http://{host}:{real_port}"
    finally:
        await runner.cleanup()
